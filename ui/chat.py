"""The chat page as Gradio blocks: its layout, its events, and the endpoint `/answer`.

Each browser session has a `Conversation` of its own. Links of the page come from its script as events of the panel
(`retry`, `edit`, `like`, …) with the link in them. Only what asks is queued: an event sent while the stream of a
queued one closes would lose its answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import api

from embeddings.errors import WenbaoError
from ui.browse import QUIET, BrowseTab, applied, choices_of
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
_SKIP = gr.skip()

Shown = tuple[Any, ...]  # what an event gives to its outputs


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
    blocks = gr.Blocks(title="问报", fill_height=True, fill_width=True, analytics_enabled=False)
    with blocks:
        page = _Page(answerer, Archive(answerer, examples), feedback or Feedback(settings.index.parent / FILE))
        page.connect(blocks)
        _offer_endpoint(answerer)
    limits = {"max_size": settings.chat.queue, "default_concurrency_limit": settings.chat.concurrency}
    blocks.queue(**limits, status_update_rate=_STATUS)
    return blocks


def _html(name: str, **more: Any) -> gr.HTML:
    """A component that its script fills."""
    return gr.HTML(None, html_template="", js_on_load=(HERE / name).read_text(encoding="utf-8"), **more)


def _for_scripts(*keys: str) -> dict[str, Any]:
    """Texts in both languages, for a script that knows its reader's."""
    return {name: {key: words[key] for key in keys} for name, words in (("zh", ZH), ("en", EN))}


def turn_of(turns: Sequence[Turn], link: str) -> tuple[int, Turn] | None:
    """The turn that a link like '#up-3' or '#ask-3-0' names, and its number."""
    found = re.fullmatch(r"#[a-z]+-(\d{1,6})(?:-\d+)?", link, re.ASCII)
    return (int(found[1]), turns[int(found[1])]) if found and int(found[1]) < len(turns) else None


class _Page:
    """The components of the page, and what its events do; `talk` is the state of the conversation."""

    def __init__(self, answerer: Answering, archive: Archive, feedback: Feedback) -> None:
        self.answerer, self.archive, self.feedback = answerer, archive, feedback
        self.began_with = archive.generation
        say: Any = WORDS
        self.masthead = gr.HTML(archive.masthead(), elem_id="masthead", js_on_load=None)
        with gr.Row(elem_id="desk", equal_height=True):
            with (
                gr.Column(scale=5, min_width=320, elem_id="left"),
                gr.Tabs(selected="ask", elem_id="tabs") as self.tabs,
            ):
                with gr.Tab(say("ask"), id="ask", elem_id="chat"):
                    self._lay_out_talk(say)
                with gr.Tab(say("browse"), id="browse", elem_id="browse"):
                    self.browse = BrowseTab(answerer, archive.held, say, said_to)
                with gr.Tab(say("history"), id="history", elem_id="history"):
                    texts = ("no_talks", "turns", "delete", "sure", "delete_all", "talks_kept", "open_now")
                    self.talks = _html("talks.js", elem_id="talks", **_for_scripts(*texts))
                if answerer.settings.admin.password.get_secret_value():
                    with gr.Tab(say("admin"), id="admin", elem_id="admin-tab"):
                        gr.HTML(ADMIN, elem_id="admin-frame", js_on_load=None)
            with gr.Column(scale=4, min_width=320, elem_id="evidence"):
                for_script = _for_scripts("talk", "question", "reply", "copied", "why", "tell")
                self.panel = gr.HTML(archive.front(), elem_id="source", js_on_load=script("chat.js"), **for_script)

    def _lay_out_talk(self, say: Any) -> None:
        self.talk, self.kept = gr.State(Conversation()), _html("keep.js", visible="hidden")
        self.chat = gr.Chatbot(
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
            examples=self.examples(ZH),
        )
        with gr.Row(elem_id="ask"):
            what: dict[str, Any] = {"label": say("question"), "placeholder": say("what"), "elem_id": "question"}
            self.box = gr.Textbox(**what, show_label=False, max_lines=4, scale=8, container=False, autofocus=True)
            self.send = gr.Button(say("send"), variant="primary", scale=1, min_width=72, elem_id="send")
            self.stop = gr.Button(say("stop"), variant="stop", scale=1, min_width=72, visible=False, elem_id="stop")
            self.clear = gr.Button(say("new"), scale=1, min_width=80, elem_id="clear")
        with gr.Row(elem_id="keep"):
            self.save_md = gr.Button(say("export_md"), size="sm", elem_id="save-md")
            self.save_html = gr.Button(say("export_html"), size="sm", elem_id="save-html")
        self.file = gr.JSON(visible="hidden")

    def examples(self, say: Words) -> list[Any]:
        """Questions to begin with, as the chat takes them: shown in the reader's language, asked in the paper's."""
        return [{"text": each.chinese, "display_text": each.said(say)} for each in self.archive.examples]

    def connect(self, blocks: gr.Blocks) -> None:
        """Everything that happens on the page."""
        talk, panel, browse = [self.talk], self.panel, self.browse
        shown = [self.chat, self.box, self.stop, self.kept, panel]  # what changes with every turn: see `shown`
        asking = [
            gr.on([self.box.submit, self.send.click], self.on_send, [self.box, *talk], shown, **QUIET),
            self.chat.example_select(self.on_example, talk, shown, **QUIET),
            panel.select(self.on_follow, talk, shown, **QUIET),
            panel.retry(self.on_retry, talk, shown, **QUIET),
        ]
        for asked in asking:
            asked.success(self.on_answered, talk, [self.chat, self.kept], **_NOW)
        ends: dict[str, Any] = {**_NOW, "cancels": asking}  # whatever is being answered
        self.stop.click(self.on_stop, talk, shown, **ends)
        panel.undo(self.on_undo, talk, shown, **ends)
        panel.edit(self.on_edit, talk, shown, **ends)
        anew = [self.clear.click, self.chat.clear, self.talks.clear]
        gr.on(anew, self.on_clear, talk, [*shown, self.masthead], **ends)
        opened = [self.chat, self.stop, self.kept, self.tabs, panel]
        gr.on([self.talks.select, self.kept.select], self.on_talk, talk, opened, **ends)

        live = [self.masthead, *browse.fields[3:], self.chat]
        refreshed: dict[str, Any] = {"fn": browse.refresh, "inputs": browse.inputs, "outputs": browse.outputs}
        blocks.load(self.on_load, talk, [panel, *live], **_NOW).then(**refreshed, **_NOW)
        gr.Timer(SECONDS_BETWEEN_LOOKS).tick(self.on_tick, talk, live, **_NOW)
        panel.click(self.on_open, talk, [panel, self.masthead], trigger_mode="always_last", **_NOW)
        panel.apply(self.on_filter, None, [*browse.fields, self.tabs], **_NOW).then(**refreshed, **QUIET)

        panel.like(self.on_vote, talk, [self.chat, self.kept], **_NOW)
        panel.submit(self.on_reason, talk, None, **_NOW)
        save = (HERE / "save.js").read_text(encoding="utf-8")
        for button, on_save in ((self.save_md, self.on_save_md), (self.save_html, self.on_save_html)):
            button.click(on_save, talk, [self.file], **_NOW).then(None, [self.file], None, js=save, **QUIET)

    def ask(self, typed: str, talk: Conversation, before: list[Turn], request: gr.Request) -> Iterator[Shown]:
        """Answer after the turns `before`; the panel shows the evidence, unless the reader has opened something."""
        if not typed.strip():
            yield _SKIP, _SKIP, gr.update(visible=False), _SKIP, _SKIP
            return
        say, run, place, beside, cites = said_to(request), talk.change(before), len(before), None, False
        for grown in respond(self.answerer, typed, before, say):
            if (turns := talk.grow(run, grown[-1], place)) is None:
                return
            comes = not cites and bool(turns[-1].answer and turns[-1].answer.citations)
            cites, panel = cites or comes, self.evidence(talk, say) if comes else _SKIP
            beside = (_SKIP,) * 3 if beside else ("", gr.update(visible=True), {"turns": kept(turns)})
            yield messages_of(turns, say), *beside, panel  # a question is kept before it has an answer
        if talk.grow(run, replace(grown[-1], follow=()), place, last=True):
            yield self.shown(talk, say)

    def evidence(self, talk: Conversation, say: Words) -> Any:
        """The evidence of the newest answer, unless the reader has opened something since."""
        return _SKIP if talk.looks else self.archive.evidence(talk.turns, say)

    def shown(self, talk: Conversation, say: Words, typed: Any = _SKIP) -> Shown:
        """What the page shows of turns of which none is growing; `typed` goes into the box."""
        turns = talk.turns
        messages, hidden = messages_of(turns, say), gr.update(visible=False)
        return messages, typed, hidden, {"turns": kept(turns)}, self.evidence(talk, say)

    def on_send(self, typed: str, talk: Conversation, request: gr.Request) -> Iterator[Shown]:
        yield from self.ask(typed, talk, talk.turns, request)

    def on_example(self, talk: Conversation, event: gr.SelectData, request: gr.Request) -> Iterator[Shown]:
        yield from self.ask(event.value["text"], talk, talk.turns, request)

    def on_follow(self, talk: Conversation, event: gr.EventData, request: gr.Request) -> Iterator[Shown]:
        link, turns = str(event.link), talk.turns
        found = turn_of(turns, link)
        follow = {str(at): each.chinese for at, each in enumerate(found[1].follow or ())} if found else {}
        yield from self.ask(follow.get(link.rpartition("-")[2], ""), talk, turns, request)

    def on_retry(self, talk: Conversation, request: gr.Request) -> Iterator[Shown]:
        turns = talk.turns
        yield from self.ask(turns[-1].question if turns else "", talk, turns[:-1], request)

    def on_answered(self, talk: Conversation, request: gr.Request) -> Shown:
        """Questions to ask next come by themselves, not as a part of the answer: they hold nobody up."""
        turns = talk.whole
        follow = self.archive.further(turns) if turns else ()
        led = talk.lead_on(turns[-1], follow) if follow else None
        return (messages_of(led, said_to(request)), {"turns": kept(led)}) if led else (_SKIP, _SKIP)

    def on_stop(self, talk: Conversation, request: gr.Request) -> Shown:
        say = said_to(request)
        talk.stop(say["stopped"])
        return self.shown(talk, say)

    def on_undo(self, talk: Conversation, request: gr.Request) -> Shown:
        talk.change(talk.turns[:-1])
        return self.shown(talk, said_to(request))

    def on_edit(self, talk: Conversation, event: gr.EventData, request: gr.Request) -> Shown:
        """The last question, or a question as it was understood, goes back into the box."""
        link, turns, typed = str(event.link), talk.turns, _SKIP
        if found := turn_of(turns, link):
            number, turn = found
            reworded = link.startswith("#reword-") and turn.answer
            typed = turn.answer.question_as_understood if reworded and turn.answer else turn.question
            turns = turns if link.startswith("#reword-") else turns[:number]
        talk.change(turns)
        return self.shown(talk, said_to(request), typed)

    def on_clear(self, talk: Conversation, request: gr.Request) -> Shown:
        talk.change([])
        say = said_to(request)
        fresh = {"turns": [], "fresh": True}
        return [], "", gr.update(visible=False), fresh, self.archive.front(say), self.archive.masthead(say)

    def on_talk(self, talk: Conversation, event: gr.EventData, request: gr.Request) -> Shown:
        """A conversation of the list is opened, or the last one when the page opens (`restored`).

        The list is the browser's own (ui/talks.js): the server sees only the one that is opened.
        """
        say = said_to(request)
        turns = unkept(event.turns, self.answerer.index.article, say["stopped"])
        if not turns or (event.restored and talk.turns):  # a quick reader has asked already
            return (_SKIP,) * 5
        talk.change(turns)
        tabs = _SKIP if event.restored else gr.Tabs(selected="ask")
        linked = event.restored and request.query_params.get("article")
        panel = _SKIP if linked else self.archive.evidence(turns, say)
        return messages_of(turns, say), gr.update(visible=False), {"id": str(event.id)}, tabs, panel

    def renewed(self, talk: Conversation, say: Words) -> Shown:
        """Masthead, choices of the browse tab and examples of the generation that is live now."""
        talk.generation = self.archive.generation
        pages, reporters = (gr.update(choices=choices) for choices in choices_of(self.archive.held))
        return self.archive.masthead(say), pages, reporters, gr.update(examples=self.examples(say))

    def on_load(self, talk: Conversation, request: gr.Request) -> Shown:
        say = said_to(request)
        wanted = str(request.query_params.get("article", ""))
        # the conversation that the browser kept may have come already
        panel = self.archive.panel([], f"#article-{wanted}", say) if wanted else self.archive.evidence(talk.turns, say)
        if say is EN or self.archive.generation != self.began_with:
            return panel, *self.renewed(talk, say)
        talk.generation = self.began_with
        return panel, self.archive.masthead(say), _SKIP, _SKIP, _SKIP

    def on_tick(self, talk: Conversation, request: gr.Request) -> Shown:
        old = talk.generation == self.archive.generation
        return (_SKIP,) * 4 if old else self.renewed(talk, said_to(request))

    def on_open(self, talk: Conversation, event: gr.EventData, request: gr.Request) -> Shown:
        say, talk.looks = said_to(request), True
        return self.archive.panel(talk.turns, str(event.link), say), self.archive.masthead(say)

    def on_filter(self, event: gr.EventData) -> list[Any]:
        fields = applied(str(event.link))
        return [*fields, gr.Tabs(selected="browse")] if fields else [_SKIP] * 6

    def on_save_md(self, talk: Conversation, request: gr.Request) -> dict[str, str]:
        return self._saved("md", markdown_of, talk, request)

    def on_save_html(self, talk: Conversation, request: gr.Request) -> dict[str, str]:
        return self._saved("html", page_of, talk, request)

    def _saved(self, kind: str, make: Any, talk: Conversation, request: gr.Request) -> dict[str, str]:
        now = datetime.now()
        text = make(talk.turns, now, said_to(request), self.answerer.settings.chat.paper)
        return {"name": f"wenbao-{now:%Y%m%d-%H%M}.{kind}", "text": text}

    def on_vote(self, talk: Conversation, event: gr.EventData, request: gr.Request) -> Shown:
        say, link = said_to(request), str(event.link)
        found = turn_of(talk.turns, link)
        if not found or not (answer := found[1].answer):
            return _SKIP, _SKIP
        number, vote = found[0], "up" if link.startswith("#up-") else "down"
        try:
            row = self.feedback.vote(vote, found[1].question, answer, self.archive.generation)
        except WenbaoError as error:
            gr.Warning(told(error, say))
            return _SKIP, _SKIP
        turns = talk.vote(number, vote, row)
        return messages_of(turns, say), {"turns": kept(turns)}

    def on_reason(self, talk: Conversation, event: gr.EventData, request: gr.Request) -> None:
        """Why an answer is of no use."""
        found, reason = turn_of(talk.turns, str(event.link)), str(event.reason)
        if found and found[1].row and reason.strip():
            try:
                self.feedback.explain(found[1].row, reason)
            except WenbaoError as error:
                gr.Warning(told(error, said_to(request)))


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
