"""The page: questions and the browse tab on the left, articles on the right, and the named endpoint `/answer`.

In: an answerer. Out: Gradio blocks. Each browser session has its own turns; nothing is shared between them but the
answerer and the file of votes. Knows nothing about how questions are answered or how the page is served (ui/serve.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import api

from embeddings.errors import QuestionError, WenbaoError
from ui.browse import browse_tab
from ui.feedback import FILE, Feedback
from ui.front import front_html
from ui.overview import Overview, overview
from ui.question import question_of
from ui.render import masthead_html
from ui.source import article_html, gone_html, page_html, source_html
from ui.talk import Parts, connect_talk, talk_tab
from ui.turns import APOLOGY, Answering, Turn, history_of, respond
from ui.words import BY_LOCALE, ZH, Words, words_for

HERE = Path(__file__).parent
STYLE = [HERE / "chat.css", HERE / "panel.css"]
SCRIPT = HERE / "chat.js"
WORDS = gr.I18n(**BY_LOCALE)
_CITE = re.compile(r"#cite-(\d{1,6})-(\d{1,6})")
_ARTICLE = re.compile(r"#(article|page)-([0-9a-f]{16})(?:-(\d{1,9})-(\d{1,9}))?")
__all__ = ["APOLOGY", "Answering", "Turn", "build_page", "history_from", "history_of", "respond", "source_of"]


class Archive:
    """What the panel can show: the front page (counted once a generation), articles, and pages as they were."""

    def __init__(self, answerer: Answering) -> None:
        self._answerer = answerer
        self._counted: tuple[str, Overview] | None = None

    @property
    def held(self) -> Overview:
        index = self._answerer.index
        generation = str(index.stats.get("generation", ""))
        if self._counted is None or self._counted[0] != generation:
            self._counted = (generation, overview(index.store))
        return self._counted[1]

    def front(self, say: Words = ZH) -> str:
        return front_html(self.held, self._answerer.index.stats, say)

    def panel(self, turns: Sequence[Turn], link: str, say: Words = ZH) -> str:
        """The panel for a link; the front page for one that leads nowhere."""
        if found := _ARTICLE.fullmatch(link):
            return self._article(found, say)
        return source_of(turns, link, say) or self.front(say)

    def _article(self, found: re.Match[str], say: Words) -> str:
        article = self._answerer.index.article(found[2])
        if article is None:
            return gone_html(say)
        if found[1] == "page":
            return page_html(article, self._answerer.settings.corpus, say)
        return article_html(article, int(found[3] or 0), int(found[4] or 0), say)


def source_of(turns: Sequence[Turn], link: str, say: Words = ZH) -> str:
    """The source panel for a chip's link `#cite-<turn>-<number>`; nothing where there is no such citation."""
    found = _CITE.fullmatch(link)
    if found and int(found[1]) < len(turns) and (answer := turns[int(found[1])].answer):
        turn, number = int(found[1]), int(found[2])
        if any(citation.number == number for citation in answer.citations):
            return source_html(answer, number, turn, say)
    return ""


def history_from(json: Any) -> list[tuple[str, str]]:
    """A program's history: pairs [question, answer] -> [(question, answer), …].

    Raises:
        QuestionError: it has another shape.
    """
    pairs = json or []
    if not isinstance(pairs, list) or not all(
        isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(part, str) for part in pair)
        for pair in pairs
    ):
        raise QuestionError('history 应是 [["问题", "回答"], …] 这样的列表')
    return [(pair[0], pair[1]) for pair in pairs]


def said_to(request: gr.Request | None) -> Words:
    """The texts in the language of whoever asks."""
    return words_for(str(request.headers.get("accept-language", "")) if request else "")


def build_page(
    answerer: Answering,
    stats: Mapping[str, Any],
    examples: Sequence[str] = (),
    feedback: Feedback | None = None,
    more_tabs: Sequence[Callable[[], Any]] = (),
) -> gr.Blocks:
    """The page as Gradio blocks; serve it with `ui.serve`. `more_tabs` each lay out a further tab, called in place."""
    feedback = feedback or Feedback(answerer.settings.index.parent / FILE)
    archive, say = Archive(answerer), WORDS
    page = gr.Blocks(title="问报", fill_height=True, fill_width=True, analytics_enabled=False)
    with page:
        masthead = gr.HTML(masthead_html(stats), elem_id="masthead", js_on_load=None)
        with gr.Row(elem_id="desk", equal_height=True):
            with gr.Column(scale=5, min_width=320, elem_id="left"), gr.Tabs(selected="ask", elem_id="tabs") as tabs:
                with gr.Tab(say("ask"), id="ask", elem_id="chat"):
                    talk = talk_tab(examples, say)
                with gr.Tab(say("browse"), id="browse", elem_id="browse"):
                    browse = browse_tab(answerer, archive.held, say, said_to)
                for lay_out in more_tabs:
                    lay_out()
            with gr.Column(scale=4, min_width=320, elem_id="evidence"):
                script = SCRIPT.read_text(encoding="utf-8")
                panel = gr.HTML(archive.front(), elem_id="source", js_on_load=script)
        parts = Parts(page, talk, browse, tabs, panel, masthead)
        connect_talk(answerer, archive, feedback, parts, said_to)
        _offer_endpoint(answerer)
    page.queue(max_size=answerer.settings.chat.queue, default_concurrency_limit=answerer.settings.chat.concurrency)
    return page


def _offer_endpoint(answerer: Answering) -> None:
    """`/answer` for programs."""

    def answer(question: str, history: list[list[str]] | None = None) -> dict[str, Any]:
        """Answer a question from the archive; `history` is a list of [question, answer] pairs."""
        try:
            asked = question_of(str(question), answerer.settings.answer.longest_question)
            return answerer.answer(asked, history_from(history)).as_dict()
        except WenbaoError as error:
            raise gr.Error(str(error), print_exception=False) from None

    api(answer, api_name="answer")
