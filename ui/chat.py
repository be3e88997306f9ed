"""The chat page as Gradio blocks: its layout, its events, and the endpoint `/answer`.

Each browser session has a `Conversation` of its own. Links of the page come from its script as events of the panel
(`retry`, `edit`, `like`, …) with the link in them. Only what asks is queued: an event sent while the stream of a
queued one closes would lose its answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import api

from embeddings.errors import WenbaoError
from ui.browse import QUIET, Browse, applied, browse_tab, choices_of
from ui.conversation import (
    Answering,
    Conversation,
    Turn,
    history_from,
    kept,
    question_of,
    respond,
    unkept,
    watched,
)
from ui.feedback import FILE, Feedback
from ui.panel import Archive
from ui.render import markdown_of, messages_of, page_of
from ui.words import BY_LOCALE, EN, ZH, Words, told, words_for

HERE = Path(__file__).parent
STYLE = [HERE / "chat.css", HERE / "panel.css"]
WORDS = gr.I18n(**BY_LOCALE)  # what the browser itself puts into the reader's language
SECONDS_BETWEEN_LOOKS = 60  # at whether the archive has a new generation
_STATUS = 60.0  # seconds; by default everybody who waits hears of every answer, and the page does not show it
# The admin's page is a page of its own, with its own login and its own limits: in the tab it stands in a frame.
ADMIN = '<iframe src="admin/" title="管理 · Admin"></iframe>'
_NOW: dict[str, Any] = {**QUIET, "queue": False}


@dataclass(frozen=True, slots=True)
class Page:
    """The components of the page; `talk` is the state of the conversation, `kept` hands it to the browser to keep."""

    blocks: gr.Blocks
    talk: gr.State
    kept: gr.HTML
    chat: gr.Chatbot
    box: gr.Textbox
    send: gr.Button
    stop: gr.Button
    clear: gr.Button
    save_md: gr.Button
    save_html: gr.Button
    file: gr.JSON
    talks: gr.HTML
    browse: Browse
    tabs: gr.Tabs
    panel: gr.HTML
    masthead: gr.HTML

    @property
    def shown(self) -> list[Any]:
        """What changes with every turn, in the order of `shown`."""
        return [self.chat, self.box, self.stop, self.kept, self.panel]


def said_to(request: gr.Request | None) -> Words:
    """The texts in the language of whoever asks."""
    return words_for(str(request.headers.get("accept-language", "")) if request else "")


def script(name: str) -> str:
    """The script of a page, with that for Gradio's own messages."""
    return "".join((HERE / each).read_text(encoding="utf-8") for each in ("toasts.js", name))


def build_page(
    answerer: Answering, examples: Sequence[str] | None = None, feedback: Feedback | None = None
) -> gr.Blocks:
    """The page as Gradio blocks; serve it with `ui.serve`. Questions to begin with are made from the archive."""
    answerer, settings = watched(answerer), answerer.settings
    archive = Archive(answerer, examples)
    blocks = gr.Blocks(title="问报", fill_height=True, fill_width=True, analytics_enabled=False)
    with blocks:
        page = _lay_out(blocks, answerer, archive, bool(settings.admin.password.get_secret_value()))
        asking = _connect_asking(answerer, archive, page)
        _connect_changing(archive, page, asking)
        _connect_opening(archive, page)
        _connect_keeping(answerer, archive, page, asking)
        _connect_votes(answerer, feedback or Feedback(settings.index.parent / FILE), page)
        _offer_endpoint(answerer)
    limits = {"max_size": settings.chat.queue, "default_concurrency_limit": settings.chat.concurrency}
    blocks.queue(**limits, status_update_rate=_STATUS)
    return blocks


def _lay_out(blocks: gr.Blocks, answerer: Answering, archive: Archive, admin: bool) -> Page:
    say = WORDS
    masthead = gr.HTML(archive.masthead(), elem_id="masthead", js_on_load=None)
    with gr.Row(elem_id="desk", equal_height=True):
        with gr.Column(scale=5, min_width=320, elem_id="left"), gr.Tabs(selected="ask", elem_id="tabs") as tabs:
            with gr.Tab(say("ask"), id="ask", elem_id="chat"):
                talk = _lay_out_talk(archive)
            with gr.Tab(say("browse"), id="browse", elem_id="browse"):
                browse = browse_tab(answerer, archive.held, say, said_to)
            with gr.Tab(say("history"), id="history", elem_id="history"):
                needed = ("no_talks", "turns", "delete", "sure", "delete_all", "talks_kept", "open_now")
                talks = _html("talks.js", elem_id="talks", **_for_scripts(*needed))
            if admin:
                with gr.Tab(say("admin"), id="admin", elem_id="admin-tab"):
                    gr.HTML(ADMIN, elem_id="admin-frame", js_on_load=None)
        with gr.Column(scale=4, min_width=320, elem_id="evidence"):
            texts = _for_scripts("talk", "question", "reply", "copied", "why", "tell")
            panel = gr.HTML(archive.front(), elem_id="source", js_on_load=script("chat.js"), **texts)
    return Page(blocks=blocks, **talk, talks=talks, browse=browse, tabs=tabs, panel=panel, masthead=masthead)


def _lay_out_talk(archive: Archive) -> dict[str, Any]:
    """The components of the conversation, by their names in `Page`."""
    say: Any = WORDS
    talk, kept = gr.State(Conversation()), _html("keep.js", visible="hidden")
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
        examples=_examples(archive, ZH),
    )
    with gr.Row(elem_id="ask"):
        what: dict[str, Any] = {"label": say("question"), "placeholder": say("what"), "elem_id": "question"}
        box = gr.Textbox(**what, show_label=False, max_lines=4, scale=8, container=False, autofocus=True)
        send = gr.Button(say("send"), variant="primary", scale=1, min_width=72, elem_id="send")
        stop = gr.Button(say("stop"), variant="stop", scale=1, min_width=72, visible=False, elem_id="stop")
        clear = gr.Button(say("new"), scale=1, min_width=80, elem_id="clear")
    with gr.Row(elem_id="keep"):
        save_md = gr.Button(say("export_md"), size="sm", elem_id="save-md")
        save_html = gr.Button(say("export_html"), size="sm", elem_id="save-html")
    file = gr.JSON(visible="hidden")
    asked = {"talk": talk, "kept": kept, "chat": chat, "box": box, "send": send, "stop": stop, "clear": clear}
    return {**asked, "save_md": save_md, "save_html": save_html, "file": file}


def _html(name: str, **more: Any) -> gr.HTML:
    """A component that its script fills."""
    return gr.HTML(None, html_template="", js_on_load=(HERE / name).read_text(encoding="utf-8"), **more)


def _for_scripts(*keys: str) -> dict[str, Any]:
    """Texts in both languages, for a script that knows its reader's."""
    return {name: {key: words[key] for key in keys} for name, words in (("zh", ZH), ("en", EN))}


def _examples(archive: Archive, say: Words) -> list[Any]:
    """Questions to begin with, as the chat takes them: shown in the reader's language, asked in the paper's."""
    return [{"text": each.chinese, "display_text": each.said(say)} for each in archive.examples]


def shown(turns: Sequence[Turn], say: Words, panel: Any, typed: Any = None) -> tuple[Any, ...]:
    """What the page shows of turns of which none is growing; `typed` goes into the box."""
    box = gr.skip() if typed is None else typed
    return messages_of(turns, say), box, gr.update(visible=False), {"turns": kept(turns)}, panel


def numbers_of(link: str, count: int) -> list[int]:
    """The numbers at the end of a link: ('#ask-3-0', 2) -> [3, 0]; -1 for each where the link has another shape."""
    parts = link.split("-")[1:]
    well = len(parts) == count and all(part.isascii() and part.isdigit() and len(part) < 7 for part in parts)
    return [int(part) for part in parts] if well else [-1] * count


def _connect_asking(answerer: Answering, archive: Archive, page: Page) -> list[Any]:
    """Sending, examples, further questions, and asking again; returns these events."""

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
        yield from ask(typed, talk, talk.turns, said_to(request))

    def on_example(talk: Conversation, event: gr.SelectData, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        yield from ask(event.value["text"], talk, talk.turns, said_to(request))

    def on_follow(talk: Conversation, event: gr.EventData, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        turn, at = numbers_of(str(event.link), 2)
        follow = talk.turns[turn].follow or () if 0 <= turn < len(talk.turns) else ()
        yield from ask(follow[at].chinese if 0 <= at < len(follow) else "", talk, talk.turns, said_to(request))

    def on_retry(talk: Conversation, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        turns = talk.turns
        yield from ask(turns[-1].question if turns else "", talk, turns[:-1], said_to(request))

    def on_answered(talk: Conversation, request: gr.Request) -> tuple[Any, ...]:
        """Questions to ask next come by themselves, not as a part of the answer: they hold nobody up."""
        turns = talk.whole
        follow = archive.further(turns) if turns else ()
        led = talk.lead_on(turns[-1], follow) if follow else None
        return (messages_of(led, said_to(request)), {"turns": kept(led)}) if led else (gr.skip(), gr.skip())

    asking = [
        gr.on([page.box.submit, page.send.click], on_send, [page.box, page.talk], page.shown, **QUIET),
        page.chat.example_select(on_example, [page.talk], page.shown, **QUIET),
        page.panel.select(on_follow, [page.talk], page.shown, **QUIET),
        page.panel.retry(on_retry, [page.talk], page.shown, **QUIET),
    ]
    for asked in asking:
        asked.success(on_answered, [page.talk], [page.chat, page.kept], **_NOW)
    return asking


def _connect_changing(archive: Archive, page: Page, asking: list[Any]) -> None:
    """Stopping, taking back, editing, and beginning anew: whatever is being answered ends."""

    def changed(talk: Conversation, turns: list[Turn], say: Words, typed: Any = None) -> tuple[Any, ...]:
        talk.change(turns)
        return shown(turns, say, archive.evidence(turns, say), typed)

    def on_stop(talk: Conversation, request: gr.Request) -> tuple[Any, ...]:
        say = said_to(request)
        turns = talk.stop(say["stopped"])
        return shown(turns, say, gr.skip() if talk.looks else archive.evidence(turns, say))

    def on_undo(talk: Conversation, request: gr.Request) -> tuple[Any, ...]:
        return changed(talk, talk.turns[:-1], said_to(request))

    def on_edit(talk: Conversation, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        """The last question, or a question as it was understood, goes back into the box."""
        link, turns, say = str(event.link), talk.turns, said_to(request)
        (number,) = numbers_of(link, 1)
        if not 0 <= number < len(turns):
            return changed(talk, turns, say)
        turn = turns[number]
        if link.startswith("#reword-"):
            return changed(talk, turns, say, turn.answer.question_as_understood if turn.answer else turn.question)
        return changed(talk, turns[:number], say, turn.question)

    def on_clear(talk: Conversation, request: gr.Request) -> tuple[Any, ...]:
        talk.change([])
        say = said_to(request)
        return [], "", gr.update(visible=False), {"turns": [], "fresh": True}, archive.front(say), archive.masthead(say)

    now = {**_NOW, "cancels": asking}
    page.stop.click(on_stop, [page.talk], page.shown, **now)
    page.panel.undo(on_undo, [page.talk], page.shown, **now)
    page.panel.edit(on_edit, [page.talk], page.shown, **now)
    anew = [page.clear.click, page.chat.clear, page.talks.clear]
    gr.on(anew, on_clear, [page.talk], [*page.shown, page.masthead], **now)


def _connect_opening(archive: Archive, page: Page) -> None:
    """The page opens, a link is followed, the archive has a new generation: the panel, the masthead, the browse tab."""
    browse, started_with = page.browse, archive.generation

    def renewed(talk: Conversation, say: Words) -> tuple[Any, ...]:
        """Masthead, choices of the browse tab and examples of the generation that is live now."""
        talk.generation = archive.generation
        pages, reporters = (gr.update(choices=choices) for choices in choices_of(archive.held))
        return archive.masthead(say), pages, reporters, gr.update(examples=_examples(archive, say))

    def on_load(talk: Conversation, request: gr.Request) -> tuple[Any, ...]:
        say = said_to(request)
        wanted = str(request.query_params.get("article", ""))
        # the conversation that the browser kept may have come already
        panel = archive.panel([], f"#article-{wanted}", say) if wanted else archive.evidence(talk.turns, say)
        if say is EN or archive.generation != started_with:
            return panel, *renewed(talk, say)
        talk.generation = started_with
        return panel, archive.masthead(say), gr.skip(), gr.skip(), gr.skip()

    def on_tick(talk: Conversation, request: gr.Request) -> tuple[Any, ...]:
        old = talk.generation == archive.generation
        return (gr.skip(),) * 4 if old else renewed(talk, said_to(request))

    def on_open(talk: Conversation, event: gr.EventData, request: gr.Request) -> tuple[str, str]:
        say, talk.looks = said_to(request), True
        return archive.panel(talk.turns, str(event.link), say), archive.masthead(say)

    def on_filter(event: gr.EventData) -> list[Any]:
        fields = applied(str(event.link))
        return [*fields, gr.Tabs(selected="browse")] if fields else [gr.skip()] * 6

    live = [page.masthead, *browse.fields[3:], page.chat]
    refreshed: dict[str, Any] = {"fn": browse.refresh, "inputs": browse.inputs, "outputs": browse.outputs}
    page.blocks.load(on_load, [page.talk], [page.panel, *live], **_NOW).then(**refreshed, **_NOW)
    gr.Timer(SECONDS_BETWEEN_LOOKS).tick(on_tick, [page.talk], live, **_NOW)
    page.panel.click(on_open, [page.talk], [page.panel, page.masthead], trigger_mode="always_last", **_NOW)
    page.panel.apply(on_filter, None, [*browse.fields, page.tabs], **_NOW).then(**refreshed, **QUIET)


def _connect_keeping(answerer: Answering, archive: Archive, page: Page, asking: list[Any]) -> None:
    """A conversation of the list is opened, or the last one when the page opens (`restored`); or saved as a file.

    The list is the browser's own (ui/talks.js): the server sees only the one that is opened, and writes no file.
    """
    paper = answerer.settings.chat.paper

    def on_open(talk: Conversation, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        say = said_to(request)
        turns = unkept(event.turns, answerer.index.article, say["stopped"])
        if not turns or (event.restored and talk.turns):  # a quick reader has asked already
            return (gr.skip(),) * 5
        talk.change(turns)
        tabs = gr.skip() if event.restored else gr.Tabs(selected="ask")
        linked = event.restored and request.query_params.get("article")
        panel = gr.skip() if linked else archive.evidence(turns, say)
        return messages_of(turns, say), gr.update(visible=False), {"id": str(event.id)}, tabs, panel

    def saved(kind: str, make: Any) -> Any:
        def on_save(talk: Conversation, request: gr.Request) -> dict[str, str]:
            now = datetime.now()
            text = make(talk.turns, now, said_to(request), paper)
            return {"name": f"wenbao-{now:%Y%m%d-%H%M}.{kind}", "text": text}

        return on_save

    shown = [page.chat, page.stop, page.kept, page.tabs, page.panel]
    gr.on([page.talks.select, page.kept.select], on_open, [page.talk], shown, cancels=asking, **_NOW)
    for button, on_save in ((page.save_md, saved("md", markdown_of)), (page.save_html, saved("html", page_of))):
        made = button.click(on_save, [page.talk], [page.file], **_NOW)
        made.then(None, [page.file], None, js=(HERE / "save.js").read_text(encoding="utf-8"), **QUIET)


def _connect_votes(answerer: Answering, feedback: Feedback, page: Page) -> None:
    """👍 and 👎, and the reason of a 👎."""

    def on_vote(talk: Conversation, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        say, link, turns = said_to(request), str(event.link), talk.turns
        (number,) = numbers_of(link, 1)
        vote = "up" if link.startswith("#up-") else "down"
        turn = turns[number] if 0 <= number < len(turns) else None
        if turn is None or turn.answer is None:
            return gr.skip(), gr.skip()
        try:
            generation = str(answerer.index.stats.get("generation", ""))
            row = feedback.vote(vote, turn.question, turn.answer, generation)
        except WenbaoError as error:
            gr.Warning(told(error, say))
            return gr.skip(), gr.skip()
        turns = talk.vote(number, vote, row)
        return messages_of(turns, say), {"turns": kept(turns)}

    def on_reason(talk: Conversation, event: gr.EventData, request: gr.Request) -> None:
        (number,), turns, reason = numbers_of(str(event.link), 1), talk.turns, str(event.reason)
        if 0 <= number < len(turns) and turns[number].row and reason.strip():
            try:
                feedback.explain(turns[number].row, reason)
            except WenbaoError as error:
                gr.Warning(told(error, said_to(request)))

    page.panel.like(on_vote, [page.talk], [page.chat, page.kept], **_NOW)
    page.panel.submit(on_reason, [page.talk], None, **_NOW)


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
