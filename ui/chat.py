"""The page: questions, the browse tab and the kept conversations on the left, articles on the right; and `/answer`.

In: an answerer. Out: Gradio blocks. Each browser session has its own turns; nothing is shared between them but the
answerer and the file of votes. Knows nothing about how questions are answered or how the page is served (ui/serve.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import api

from embeddings.errors import WenbaoError
from ui.archive import Archive
from ui.asking import connect_asking, connect_changing
from ui.browse import browse_tab
from ui.calm import watched
from ui.faults import told
from ui.feedback import FILE, Feedback
from ui.keeping import connect_saving, connect_talks, connect_votes
from ui.language import WORDS, said_to, script
from ui.opening import connect_opening
from ui.question import history_from, question_of
from ui.talk import Parts, said_by_scripts, talk_tab, talks_tab
from ui.turns import Answering

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
