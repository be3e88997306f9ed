"""The chat page as Gradio blocks: its layout, its events, and the endpoint `/answer`.

Each browser session has a `Conversation` of its own. Links of the page come from its script as events of the panel
(`retry`, `edit`, `like`, …) with the link in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import api

from embeddings.errors import WenbaoError
from ui.browse import QUIET, Browse, applied, browse_tab, choices_of
from ui.conversation import Answering, Conversation, Turn, history_from, kept, question_of, respond, unkept, watched
from ui.feedback import FILE, Feedback
from ui.panel import Archive
from ui.render import markdown_of, page_of, question_html, turn_html
from ui.words import BY_LOCALE, EN, ZH, Words, told, words_for

# language

WORDS = gr.I18n(**BY_LOCALE)


def said_to(request: gr.Request | None) -> Words:
    """The texts in the language of whoever asks."""
    return words_for(str(request.headers.get("accept-language", "")) if request else "")


def script(name: str) -> str:
    """The script of a page, with that for Gradio's own messages."""
    return "".join(Path(__file__).with_name(each).read_text(encoding="utf-8") for each in ("toasts.js", name))


# talk

KEEP, TALKS = (Path(__file__).with_name(name) for name in ("keep.js", "talks.js"))
Message = dict[str, str]
WordsOf = Callable[[Any], Words]


@dataclass(frozen=True, slots=True)
class Talk:
    """The components of the conversation; `talk` is its state, and `kept` hands it to the browser to keep."""

    talk: gr.State
    kept: gr.HTML
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
    talks: gr.HTML
    browse: Browse
    tabs: gr.Tabs
    panel: gr.HTML
    masthead: gr.HTML

    @property
    def shown(self) -> list[Any]:
        """What changes with every turn, in the order of `ui.asking.shown`."""
        return [self.talk.chat, self.talk.box, self.talk.stop, self.talk.kept, self.panel]


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


def examples_of(questions: Sequence[str]) -> list[Any]:
    """Questions to begin with, as the chat takes them."""
    return [{"text": question} for question in questions]


def talk_tab(examples: Sequence[str], say: Callable[[str], Any]) -> Talk:
    """Lay out the conversation where it is called."""
    talk, voted = gr.State(Conversation()), gr.State(0)
    kept = gr.HTML(None, html_template="", js_on_load=KEEP.read_text(encoding="utf-8"), visible="hidden")
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
        examples=examples_of(examples),
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
    return Talk(talk, kept, chat, box, send, stop, clear, why, voted, reason, tell, save_md, save_html, file)


def said_by_scripts(*keys: str) -> dict[str, Any]:
    """Texts in both languages, for a script that knows its reader's."""
    return {name: {key: words[key] for key in keys} for name, words in (("zh", ZH), ("en", EN))}


def talks_tab() -> gr.HTML:
    """Lay out the list of conversations where it is called; its script fills it from the reader's own browser."""
    needed = ("no_talks", "turns", "delete", "sure", "delete_all", "talks_kept", "open_now")
    script = TALKS.read_text(encoding="utf-8")
    return gr.HTML(None, html_template="", js_on_load=script, elem_id="talks", **said_by_scripts(*needed))


# asking


def shown(turns: Sequence[Turn], say: Words, panel: Any, typed: Any = None) -> tuple[Any, ...]:
    """What the page shows of turns of which none is growing; `typed` goes into the box."""
    box = gr.skip() if typed is None else typed
    return messages_of(turns, say), box, gr.update(visible=False), {"turns": kept(turns)}, panel


def connect_asking(answerer: Answering, archive: Archive, parts: Parts, words_of: WordsOf) -> list[Any]:
    """Sending, examples, further questions, and asking again; returns these events."""
    talk = parts.talk

    def ask(typed: str, talk: Conversation, before: list[Turn], say: Words) -> Iterator[tuple[Any, ...]]:
        if not typed.strip():
            yield gr.skip(), gr.skip(), gr.update(visible=False), gr.skip(), gr.skip()
            return

        def panel(turns: Sequence[Turn]) -> Any:
            """The evidence of the answer, unless the reader has opened something since."""
            return gr.skip() if talk.looks else archive.evidence(turns, say)

        run, place, first, cites = talk.change(before), len(before), True, False
        for grown in respond(answerer, typed, before, say):
            if (turns := talk.grow(run, grown[-1], place)) is None:
                return
            skip = (gr.skip(),) * 3  # a question is kept before it has an answer
            beside = ("", gr.update(visible=True), {"turns": kept(turns)}) if first else skip
            comes = not cites and bool(turns[-1].answer and turns[-1].answer.citations)
            yield messages_of(turns, say), *beside, panel(turns) if comes else gr.skip()
            first, cites = False, cites or comes
        if turns := talk.grow(run, replace(grown[-1], follow=()), place, last=True):
            yield shown(turns, say, panel(turns))

    def on_send(typed: str, talk: Conversation, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        yield from ask(typed, talk, talk.turns, words_of(request))

    def on_example(talk: Conversation, event: gr.SelectData, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        yield from ask(event.value["text"], talk, talk.turns, words_of(request))

    def on_follow(talk: Conversation, event: gr.EventData, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        turn, at = numbers_of(str(event.link), 2)
        follow = talk.turns[turn].follow or () if 0 <= turn < len(talk.turns) else ()
        yield from ask(follow[at] if 0 <= at < len(follow) else "", talk, talk.turns, words_of(request))

    def on_retry(talk: Conversation, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        turns = talk.turns
        yield from ask(turns[-1].question if turns else "", talk, turns[:-1], words_of(request))

    def on_answered(talk: Conversation, request: gr.Request) -> tuple[Any, ...]:
        """Questions to ask next come by themselves, not as a part of the answer: they hold nobody up."""
        turns = talk.whole
        follow = archive.further(turns) if turns else ()
        led = talk.lead_on(turns[-1], follow) if follow else None
        return (messages_of(led, words_of(request)), {"turns": kept(led)}) if led else (gr.skip(), gr.skip())

    asking = [
        gr.on([talk.box.submit, talk.send.click], on_send, [talk.box, talk.talk], parts.shown, **QUIET),
        talk.chat.example_select(on_example, [talk.talk], parts.shown, **QUIET),
        parts.panel.select(on_follow, [talk.talk], parts.shown, **QUIET),
        parts.panel.retry(on_retry, [talk.talk], parts.shown, **QUIET),
    ]
    for asked in asking:
        asked.success(on_answered, [talk.talk], [talk.chat, talk.kept], queue=False, **QUIET)
    return asking


def numbers_of(link: str, count: int) -> list[int]:
    """The numbers at the end of a link: ('#ask-3-0', 2) -> [3, 0]; -1 for each where the link has another shape."""
    parts = link.split("-")[1:]
    well = len(parts) == count and all(part.isascii() and part.isdigit() and len(part) < 7 for part in parts)
    return [int(part) for part in parts] if well else [-1] * count


def connect_changing(archive: Archive, parts: Parts, words_of: WordsOf, asking: list[Any]) -> None:
    """Stopping, taking back, editing, and beginning anew: whatever is being answered ends."""
    talk = parts.talk
    now: dict[str, Any] = {**QUIET, "queue": False, "cancels": asking}

    def changed(talk: Conversation, turns: list[Turn], say: Words, typed: Any = None) -> tuple[Any, ...]:
        talk.change(turns)
        return shown(turns, say, archive.evidence(turns, say), typed)

    def on_stop(talk: Conversation, request: gr.Request) -> tuple[Any, ...]:
        say = words_of(request)
        turns = talk.stop(say["stopped"])
        return shown(turns, say, gr.skip() if talk.looks else archive.evidence(turns, say))

    def on_undo(talk: Conversation, request: gr.Request) -> tuple[Any, ...]:
        return changed(talk, talk.turns[:-1], words_of(request))

    def on_edit(talk: Conversation, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        """The last question, or a question as it was understood, goes back into the box."""
        link, turns, say = str(event.link), talk.turns, words_of(request)
        (number,) = numbers_of(link, 1)
        if not 0 <= number < len(turns):
            return changed(talk, turns, say)
        turn = turns[number]
        if link.startswith("#reword-"):
            return changed(talk, turns, say, turn.answer.question_as_understood if turn.answer else turn.question)
        return changed(talk, turns[:number], say, turn.question)

    def on_clear(talk: Conversation, request: gr.Request) -> tuple[Any, ...]:
        talk.change([])
        say = words_of(request)
        return [], "", gr.update(visible=False), {"turns": [], "fresh": True}, archive.front(say), archive.masthead(say)

    talk.stop.click(on_stop, [talk.talk], parts.shown, **now)
    parts.panel.undo(on_undo, [talk.talk], parts.shown, **now)
    parts.panel.edit(on_edit, [talk.talk], parts.shown, **now)
    anew = [talk.clear.click, talk.chat.clear, parts.talks.clear]
    gr.on(anew, on_clear, [talk.talk], [*parts.shown, parts.masthead], **now)


# opening


def connect_opening(archive: Archive, parts: Parts, words_of: WordsOf) -> None:
    """Nothing of this is queued: a question sent while the stream of a queued event closes would lose its answer."""
    talk, browse, generation = parts.talk, parts.browse, archive.generation

    def on_load(talk: Conversation, request: gr.Request) -> tuple[Any, ...]:
        say = words_of(request)
        wanted = str(request.query_params.get("article", ""))
        # the conversation that the browser kept may have come already
        panel = archive.panel([], f"#article-{wanted}", say) if wanted else archive.evidence(talk.turns, say)
        if archive.generation == generation:
            return panel, archive.masthead(say), gr.skip(), gr.skip(), gr.skip()
        pages, reporters = (gr.update(choices=choices) for choices in choices_of(archive.held))
        examples = gr.update(examples=examples_of(archive.examples))
        return panel, archive.masthead(say), pages, reporters, examples

    def on_open(talk: Conversation, event: gr.EventData, request: gr.Request) -> tuple[str, str]:
        say, talk.looks = words_of(request), True
        return archive.panel(talk.turns, str(event.link), say), archive.masthead(say)

    def on_filter(event: gr.EventData) -> list[Any]:
        fields = applied(str(event.link))
        return [*fields, gr.Tabs(selected="browse")] if fields else [gr.skip()] * 6

    heads = [parts.panel, parts.masthead]
    parts.page.load(on_load, [talk.talk], [*heads, *browse.fields[3:], talk.chat], queue=False, **QUIET).then(
        browse.refresh, browse.inputs, browse.outputs, queue=False, **QUIET
    )
    parts.panel.click(on_open, [talk.talk], heads, queue=False, trigger_mode="always_last", **QUIET)
    parts.panel.apply(on_filter, None, [*browse.fields, parts.tabs], queue=False, **QUIET).then(
        browse.refresh, browse.inputs, browse.outputs, **QUIET
    )


# keeping

SAVE = Path(__file__).with_name("save.js")


def connect_talks(answerer: Answering, archive: Archive, parts: Parts, words_of: WordsOf, asking: list[Any]) -> None:
    """A conversation of the list is opened, or the last one when the page opens (`restored`)."""
    talk = parts.talk

    def on_open(talk: Conversation, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        say = words_of(request)
        turns = unkept(event.turns, answerer.index.article, say["stopped"])
        if not turns or (event.restored and talk.turns):  # a quick reader has asked already
            return (gr.skip(),) * 5
        talk.change(turns)
        tabs = gr.skip() if event.restored else gr.Tabs(selected="ask")
        linked = event.restored and request.query_params.get("article")
        panel = gr.skip() if linked else archive.evidence(turns, say)
        return messages_of(turns, say), gr.update(visible=False), {"id": str(event.id)}, tabs, panel

    opening = [parts.talks.select, talk.kept.select]
    shown = [talk.chat, talk.stop, talk.kept, parts.tabs, parts.panel]
    gr.on(opening, on_open, [talk.talk], shown, queue=False, cancels=asking, **QUIET)


def connect_votes(answerer: Answering, feedback: Feedback, parts: Parts, words_of: WordsOf) -> None:
    """👍 and 👎, and the reason."""
    talk = parts.talk

    def on_vote(talk: Conversation, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        say, link, turns = words_of(request), str(event.link), talk.turns
        (number,) = numbers_of(link, 1)
        vote = "up" if link.startswith("#up-") else "down"
        turn = turns[number] if 0 <= number < len(turns) else None
        if turn is None or turn.answer is None:
            return (gr.skip(),) * 4
        try:
            generation = str(answerer.index.stats.get("generation", ""))
            row = feedback.vote(vote, turn.question, turn.answer, generation)
        except WenbaoError as error:
            gr.Warning(told(error, say))
            return (gr.skip(),) * 4
        turns = talk.vote(number, vote)
        return messages_of(turns, say), {"turns": kept(turns)}, row, gr.update(visible=True)

    def on_reason(row: int, reason: str, request: gr.Request) -> tuple[Any, ...]:
        if row and reason.strip():
            try:
                feedback.explain(row, reason)
            except WenbaoError as error:
                gr.Warning(told(error, words_of(request)))
                return gr.skip(), gr.skip()
        return "", gr.update(visible=False)

    voted = [talk.chat, talk.kept, talk.voted, talk.why]
    parts.panel.like(on_vote, [talk.talk], voted, queue=False, **QUIET)
    explained: dict[str, Any] = {"inputs": [talk.voted, talk.reason], "outputs": [talk.reason, talk.why]}
    gr.on([talk.tell.click, talk.reason.submit], on_reason, **explained, queue=False, **QUIET)


def connect_saving(parts: Parts, words_of: WordsOf, paper: str) -> None:
    """The conversation as a file, made here and saved by the browser: nothing is written on the server."""
    talk = parts.talk

    def on_markdown(talk: Conversation, request: gr.Request) -> dict[str, str]:
        now = datetime.now()
        text = markdown_of(talk.turns, now, words_of(request), paper)
        return {"name": f"wenbao-{now:%Y%m%d-%H%M}.md", "text": text}

    def on_page(talk: Conversation, request: gr.Request) -> dict[str, str]:
        now = datetime.now()
        text = page_of(talk.turns, now, words_of(request), paper)
        return {"name": f"wenbao-{now:%Y%m%d-%H%M}.html", "text": text}

    save = SAVE.read_text(encoding="utf-8")
    for button, make in ((talk.save_md, on_markdown), (talk.save_html, on_page)):
        made = button.click(make, [talk.talk], [talk.file], queue=False, **QUIET)
        made.then(None, [talk.file], None, js=save, **QUIET)


# chat

HERE = Path(__file__).parent
STYLE = [HERE / "chat.css", HERE / "panel.css"]
_STATUS = 60.0  # seconds; by default everybody who waits hears of every answer, and the page does not show it
# The admin's page is a page of its own, with its own login and its own limits: in the tab it stands in a frame.
ADMIN = '<iframe src="admin/" title="管理 · Admin"></iframe>'


def build_page(
    answerer: Answering, examples: Sequence[str] | None = None, feedback: Feedback | None = None
) -> gr.Blocks:
    """The page as Gradio blocks; serve it with `ui.serve`. Questions to begin with are made from the archive."""
    answerer, settings = watched(answerer), answerer.settings
    feedback = feedback or Feedback(settings.index.parent / FILE)
    archive, say = Archive(answerer, examples), WORDS
    page = gr.Blocks(title="问报", fill_height=True, fill_width=True, analytics_enabled=False)
    with page:
        masthead = gr.HTML(archive.masthead(), elem_id="masthead", js_on_load=None)
        with gr.Row(elem_id="desk", equal_height=True):
            with gr.Column(scale=5, min_width=320, elem_id="left"), gr.Tabs(selected="ask", elem_id="tabs") as tabs:
                with gr.Tab(say("ask"), id="ask", elem_id="chat"):
                    talk = talk_tab(archive.examples, say)
                with gr.Tab(say("browse"), id="browse", elem_id="browse"):
                    browse = browse_tab(answerer, archive.held, say, said_to)
                with gr.Tab(say("history"), id="history", elem_id="history"):
                    talks = talks_tab()
                if settings.admin.password.get_secret_value():
                    with gr.Tab(say("admin"), id="admin", elem_id="admin-tab"):
                        gr.HTML(ADMIN, elem_id="admin-frame", js_on_load=None)
            with gr.Column(scale=4, min_width=320, elem_id="evidence"):
                texts = said_by_scripts("talk", "question", "reply", "copied")
                panel = gr.HTML(archive.front(), elem_id="source", js_on_load=script("chat.js"), **texts)
        _connect(answerer, archive, feedback, Parts(page, talk, talks, browse, tabs, panel, masthead))
        _offer_endpoint(answerer)
    limits = {"max_size": settings.chat.queue, "default_concurrency_limit": settings.chat.concurrency}
    page.queue(**limits, status_update_rate=_STATUS)
    return page


def _connect(answerer: Answering, archive: Archive, feedback: Feedback, parts: Parts) -> None:
    """Everything that happens on the page."""
    asking = connect_asking(answerer, archive, parts, said_to)
    connect_changing(archive, parts, said_to, asking)
    connect_opening(archive, parts, said_to)
    connect_talks(answerer, archive, parts, said_to, asking)
    connect_votes(answerer, feedback, parts, said_to)
    connect_saving(parts, said_to, answerer.settings.chat.paper)


def _offer_endpoint(answerer: Answering) -> None:
    """`/answer` for programs."""

    def answer(question: str, history: list[list[str]] | None = None) -> dict[str, Any]:
        """Answer a question from the archive; `history` is a list of [question, answer] pairs."""
        try:
            longest = answerer.settings.answer.longest_question
            asked = question_of(str(question), longest)
            return answerer.answer(asked, history_from(history, longest)).as_dict()
        except WenbaoError as error:
            raise gr.Error(told(error), print_exception=False) from None

    api(answer, api_name="answer")
