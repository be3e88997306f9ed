"""What stays: conversations in the reader's browser, votes in a local file, and a conversation as a file to take away.

In: the parts of the page, an answerer, the file of votes. Out: their events. The list of conversations is the
browser's own (ui/talks.js); the server sees only the one that is opened. Knows nothing about how questions are asked.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import gradio as gr

from embeddings.errors import WenbaoError
from ui.archive import Archive
from ui.asking import numbers_of
from ui.browse import QUIET
from ui.conversation import Conversation
from ui.export import markdown_of, page_of
from ui.faults import told
from ui.feedback import Feedback
from ui.talk import Parts, WordsOf, messages_of
from ui.turns import Answering, kept, unkept

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
