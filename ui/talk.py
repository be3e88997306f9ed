"""The conversation: its components, and what happens when a reader asks, stops, retries, edits, votes or saves.

In: an answerer, an archive to show, a file for votes. Out: Gradio components and their events. Links of the page come
from its script as events of the panel (`retry`, `edit`, `like`, …) with the link in them. Knows nothing about the
layout of the page around it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import gradio as gr

from embeddings.errors import WenbaoError
from embeddings.records import Article
from ui.browse import QUIET, Browse, applied
from ui.export import markdown_of, page_of
from ui.feedback import Feedback
from ui.render import masthead_html, question_html, turn_html
from ui.suggest import follow_ups
from ui.turns import Answering, Turn, kept, respond, unkept
from ui.words import ZH, Words

SAVE = (Path(__file__).parent / "save.js").read_text
BESIDE = 20  # articles of the same page that further questions may be made from
Message = dict[str, str]
WordsOf = Callable[[Any], Words]


class Shows(Protocol):
    """What the panel can show."""

    def front(self, say: Words = ZH) -> str: ...
    def panel(self, turns: Sequence[Turn], link: str, say: Words = ZH) -> str: ...


@dataclass(frozen=True, slots=True)
class Talk:
    """The components of the conversation."""

    turns: gr.State
    saved: gr.BrowserState
    chat: gr.Chatbot
    box: gr.Textbox
    send: gr.Button
    stop: gr.Button
    clear: gr.Button
    why: gr.Row
    voted: gr.State
    reason: gr.Textbox
    tell: gr.Button
    save_md: gr.Button
    save_html: gr.Button
    file: gr.JSON


@dataclass(frozen=True, slots=True)
class Parts:
    """All of the page that events connect."""

    page: gr.Blocks
    talk: Talk
    browse: Browse
    tabs: gr.Tabs
    panel: gr.HTML
    masthead: gr.HTML


def messages_of(turns: Sequence[Turn], say: Words = ZH) -> list[Message]:
    """The turns as chat messages, two each."""
    messages: list[Message] = []
    for number, turn in enumerate(turns):
        said = turn_html(turn, number, number == len(turns) - 1, say)
        messages += [
            {"role": "user", "content": question_html(turn.question)},
            {"role": "assistant", "content": said},
        ]
    return messages


def talk_tab(examples: Sequence[str], say: Callable[[str], Any]) -> Talk:
    """Lay out the conversation where it is called."""
    turns, voted = gr.State([]), gr.State(0)
    # What it encrypts stands in the reader's own browser; the key is no secret, but must outlive a restart.
    saved = gr.BrowserState([], storage_key="wenbao-turns", secret="wenbao")
    chat = gr.Chatbot(
        show_label=False,
        label=say("talk"),
        elem_id="talk",
        height="100%",
        layout="bubble",
        container=False,
        buttons=[],
        feedback_options=None,
        latex_delimiters=[],
        group_consecutive_messages=False,
        placeholder=say("hello"),
        examples=[{"text": example} for example in examples],
    )
    with gr.Row(elem_id="why", visible=False) as why:
        reason = gr.Textbox(show_label=False, label=say("why"), placeholder=say("why"), container=False, scale=8)
        tell = gr.Button(say("tell"), scale=1, min_width=90)
    with gr.Row(elem_id="ask"):
        box = gr.Textbox(
            show_label=False,
            label=say("question"),
            placeholder=say("what"),
            max_lines=4,
            scale=8,
            container=False,
            autofocus=True,
            elem_id="question",
        )
        send = gr.Button(say("send"), variant="primary", scale=1, min_width=72, elem_id="send")
        stop = gr.Button(say("stop"), variant="stop", scale=1, min_width=72, visible=False, elem_id="stop")
        clear = gr.Button(say("new"), scale=1, min_width=80, elem_id="clear")
    with gr.Row(elem_id="keep"):
        save_md = gr.Button(say("export_md"), size="sm", elem_id="save-md")
        save_html = gr.Button(say("export_html"), size="sm", elem_id="save-html")
    file = gr.JSON(visible="hidden")
    return Talk(turns, saved, chat, box, send, stop, clear, why, voted, reason, tell, save_md, save_html, file)


def connect_talk(answerer: Answering, shows: Shows, feedback: Feedback, parts: Parts, words_of: WordsOf) -> None:
    """Everything that happens on the page."""
    asking = _connect_asking(answerer, parts, words_of)
    _connect_changing(answerer, shows, parts, words_of, asking)
    _connect_panel(answerer, shows, parts, words_of)
    _connect_votes(answerer, feedback, parts, words_of)
    _connect_saving(parts, words_of)


def finished(answerer: Answering, turns: Sequence[Turn]) -> list[Turn]:
    """The turns with questions to ask next behind the last one."""
    last = turns[-1]
    try:
        cited = [citation.article for citation in last.answer.citations] if last.answer else []
        beside = _beside(answerer, cited[0]) if cited else []
        asked = [turn.question for turn in turns]
        follow = follow_ups(cited, beside, asked, lambda question: not answerer.answer(question).refused)
    except WenbaoError:
        follow = ()
    return [*turns[:-1], replace(last, follow=follow)]


def _beside(answerer: Answering, article: Article) -> list[Article]:
    """Articles that stood on the same page of the same day."""
    found: list[Article] = answerer.index.store.select(
        page=article.page, since=article.date, until=article.date, limit=BESIDE
    )
    return found


def _connect_asking(answerer: Answering, parts: Parts, words_of: WordsOf) -> list[Any]:
    """Sending, examples, further questions, and asking again."""
    talk = parts.talk
    outputs = [talk.turns, talk.chat, talk.box, talk.stop, talk.saved]

    def ask(typed: str, turns: list[Turn], say: Words) -> Iterator[tuple[Any, ...]]:
        if not typed.strip():
            yield turns, gr.skip(), gr.skip(), gr.update(visible=False), gr.skip()
            return
        shown = gr.update(visible=True)
        for grown in respond(answerer, typed, turns):
            yield grown, messages_of(grown, say), "", shown, gr.skip()
            shown = gr.skip()  # a piece that comes after 停下 must not bring its button back
        # An answer is whole before there are further questions: these must not hold it up.
        done = [*grown[:-1], replace(grown[-1], follow=())]
        yield done, messages_of(done, say), gr.skip(), gr.update(visible=False), kept(done)
        done = finished(answerer, grown)
        if done[-1].follow:
            yield done, messages_of(done, say), gr.skip(), gr.update(visible=False), kept(done)

    def on_send(typed: str, turns: list[Turn], request: gr.Request) -> Iterator[tuple[Any, ...]]:
        yield from ask(typed, turns, words_of(request))

    def on_example(turns: list[Turn], event: gr.SelectData, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        yield from ask(event.value["text"], turns, words_of(request))

    def on_follow(turns: list[Turn], event: gr.EventData, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        turn, at = numbers_of(str(event.link), 2)
        follow = turns[turn].follow or () if 0 <= turn < len(turns) else ()
        yield from ask(follow[at] if 0 <= at < len(follow) else "", turns, words_of(request))

    def on_retry(turns: list[Turn], request: gr.Request) -> Iterator[tuple[Any, ...]]:
        yield from ask(turns[-1].question if turns else "", turns[:-1], words_of(request))

    return [
        gr.on([talk.box.submit, talk.send.click], on_send, [talk.box, talk.turns], outputs, **QUIET),
        talk.chat.example_select(on_example, [talk.turns], outputs, **QUIET),
        parts.panel.select(on_follow, [talk.turns], outputs, **QUIET),
        parts.panel.retry(on_retry, [talk.turns], outputs, **QUIET),
    ]


def numbers_of(link: str, count: int) -> list[int]:
    """The numbers at the end of a link: ('#ask-3-0', 2) -> [3, 0]; -1 for each where the link has another shape."""
    parts = link.split("-")[1:]
    well = len(parts) == count and all(part.isascii() and part.isdigit() and len(part) < 7 for part in parts)
    return [int(part) for part in parts] if well else [-1] * count


def _connect_changing(answerer: Answering, shows: Shows, parts: Parts, words_of: WordsOf, asking: list[Any]) -> None:
    """Stopping, taking back, editing, and beginning anew: whatever is being answered ends."""
    talk = parts.talk
    outputs = [talk.turns, talk.chat, talk.box, talk.stop, talk.saved]
    now: dict[str, Any] = {**QUIET, "queue": False, "cancels": asking}

    def show(turns: list[Turn], say: Words, typed: Any = None) -> tuple[Any, ...]:
        box = gr.skip() if typed is None else typed
        return turns, messages_of(turns, say), box, gr.update(visible=False), kept(turns)

    def on_stop(turns: list[Turn], request: gr.Request) -> tuple[Any, ...]:
        say = words_of(request)
        if turns and turns[-1].follow is None:
            last = turns[-1] if turns[-1].answer or turns[-1].notice else replace(turns[-1], notice=say["stopped"])
            turns = [*turns[:-1], replace(last, follow=())]
        return show(turns, say)

    def on_undo(turns: list[Turn], request: gr.Request) -> tuple[Any, ...]:
        return show(turns[:-1], words_of(request))

    def on_edit(turns: list[Turn], event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        """The last question, or a question as it was understood, goes back into the box."""
        link = str(event.link)
        (number,) = numbers_of(link, 1)
        if not 0 <= number < len(turns):
            return show(turns, words_of(request))
        turn = turns[number]
        if link.startswith("#reword-"):
            typed = turn.answer.question_as_understood if turn.answer else turn.question
            return show(turns, words_of(request), typed)
        return show(turns[:number], words_of(request), turn.question)

    def on_clear(request: gr.Request) -> tuple[Any, ...]:
        return *show([], words_of(request), ""), shows.front(words_of(request))

    talk.stop.click(on_stop, [talk.turns], outputs, **now)
    parts.panel.undo(on_undo, [talk.turns], outputs, **now)
    parts.panel.edit(on_edit, [talk.turns], outputs, **now)
    gr.on([talk.clear.click, talk.chat.clear], on_clear, None, [*outputs, parts.panel], **now)


def _connect_panel(answerer: Answering, shows: Shows, parts: Parts, words_of: WordsOf) -> None:
    """What the panel shows, when the page opens and when a link is followed; filters lead to the browse tab."""
    talk, browse = parts.talk, parts.browse

    def on_load(saved: Any, request: gr.Request) -> tuple[Any, ...]:
        say = words_of(request)
        turns = unkept(saved, answerer.index.article)
        wanted = str(request.query_params.get("article", ""))
        panel = shows.panel(turns, f"#article-{wanted}" if wanted else "#home", say)
        talked = (turns, messages_of(turns, say)) if turns else (gr.skip(), gr.skip())  # a quick reader may have asked
        return *talked, panel, masthead_html(answerer.index.stats, say)

    def on_open(turns: list[Turn], event: gr.EventData, request: gr.Request) -> str:
        return shows.panel(turns, str(event.link), words_of(request))

    def on_filter(event: gr.EventData) -> list[Any]:
        fields = applied(str(event.link))
        return [*fields, gr.Tabs(selected="browse")] if fields else [gr.skip()] * 6

    # Nothing of the loading is queued: a question sent while the stream of a queued event closes would lose its answer.
    shown = [talk.turns, talk.chat, parts.panel, parts.masthead]
    parts.page.load(on_load, [talk.saved], shown, queue=False, **QUIET).then(
        browse.refresh, browse.inputs, browse.outputs, queue=False, **QUIET
    )
    parts.panel.click(on_open, [talk.turns], [parts.panel], queue=False, **QUIET)
    parts.panel.apply(on_filter, None, [*browse.fields, parts.tabs], queue=False, **QUIET).then(
        browse.refresh, browse.inputs, browse.outputs, **QUIET
    )


def _connect_votes(answerer: Answering, feedback: Feedback, parts: Parts, words_of: WordsOf) -> None:
    """👍 and 👎, and the reason."""
    talk = parts.talk

    def on_vote(turns: list[Turn], event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        say, link = words_of(request), str(event.link)
        (number,) = numbers_of(link, 1)
        vote = "up" if link.startswith("#up-") else "down"
        turn = turns[number] if 0 <= number < len(turns) else None
        if turn is None or turn.answer is None:
            return (gr.skip(),) * 5
        try:
            generation = str(answerer.index.stats.get("generation", ""))
            row = feedback.vote(vote, turn.question, turn.answer, generation)
        except WenbaoError as error:
            gr.Warning(str(error))
            return (gr.skip(),) * 5
        turns = [*turns[:number], replace(turn, vote=vote), *turns[number + 1 :]]
        return turns, messages_of(turns, say), kept(turns), row, gr.update(visible=True)

    def on_reason(row: int, reason: str) -> tuple[Any, ...]:
        if row and reason.strip():
            try:
                feedback.explain(row, reason)
            except WenbaoError as error:
                gr.Warning(str(error))
                return gr.skip(), gr.skip()
        return "", gr.update(visible=False)

    outputs = [talk.turns, talk.chat, talk.saved, talk.voted, talk.why]
    parts.panel.like(on_vote, [talk.turns], outputs, queue=False, **QUIET)
    gr.on(
        [talk.tell.click, talk.reason.submit],
        on_reason,
        [talk.voted, talk.reason],
        [talk.reason, talk.why],
        queue=False,
        **QUIET,
    )


def _connect_saving(parts: Parts, words_of: WordsOf) -> None:
    """The conversation as a file, made here and saved by the browser: nothing is written on the server."""
    talk = parts.talk

    def on_markdown(turns: list[Turn], request: gr.Request) -> dict[str, str]:
        now = datetime.now()
        return {"name": f"wenbao-{now:%Y%m%d-%H%M}.md", "text": markdown_of(turns, now, words_of(request))}

    def on_page(turns: list[Turn], request: gr.Request) -> dict[str, str]:
        now = datetime.now()
        return {"name": f"wenbao-{now:%Y%m%d-%H%M}.html", "text": page_of(turns, now, words_of(request))}

    for button, make in ((talk.save_md, on_markdown), (talk.save_html, on_page)):
        button.click(make, [talk.turns], [talk.file], queue=False, **QUIET).then(
            None, [talk.file], None, js=SAVE(encoding="utf-8"), **QUIET
        )
