"""What the panel beside the talk can show, and what to ask: the archive of an answerer, counted once a generation.

In: an answerer, and links of the page (`#cite-0-1`, `#article-<id>`, `#page-<id>`). Out: HTML, and questions that the
archive answers. A new generation of the index is counted when it is first looked at. Knows nothing about Gradio.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from embeddings.errors import WenbaoError
from embeddings.records import Article
from qa.question import understand
from ui.calm import watched
from ui.front import front_html
from ui.overview import Overview, overview
from ui.render import masthead_html
from ui.source import article_html, gone_html, page_html, same_file, source_html
from ui.suggest import follow_ups, suggest
from ui.turns import Answering, Turn, history_of
from ui.words import ZH, Words

SUGGESTED_FROM = 500  # the newest articles; example questions are made from these
BESIDE = 200  # articles of one issue that may have stood on one page
_MOST_TRIED = 10_000  # questions whose outcome is remembered
_CITE = re.compile(r"#cite-(\d{1,6})-(\d{1,6})")
_ARTICLE = re.compile(r"#(article|page)-([0-9a-f]{16})(?:-(\d{1,9})-(\d{1,9}))?")


class Archive:
    """The archive as readers see it. Where `examples` are given, no others are made."""

    def __init__(self, answerer: Answering, examples: Sequence[str] | None = None) -> None:
        self._answerer, self._given = watched(answerer), examples
        self._counted: tuple[str, Overview] | None = None
        self._suggested: tuple[str, list[str]] | None = None
        self._tried: tuple[str, dict[str, bool]] = ("", {})

    @property
    def generation(self) -> str:
        return str(self._answerer.index.stats.get("generation", ""))

    @property
    def held(self) -> Overview:
        generation = self.generation
        if self._counted is None or self._counted[0] != generation:
            self._counted = (generation, overview(self._answerer.index.store))
        return self._counted[1]

    @property
    def examples(self) -> list[str]:
        """Questions to begin with, each of them answered by the archive."""
        if self._given is not None:
            return list(self._given)
        generation = self.generation
        if self._suggested is None or self._suggested[0] != generation:
            articles = self._answerer.index.store.select(limit=SUGGESTED_FROM)
            self._suggested = (generation, suggest(articles, self._answerer.answerable))
        return self._suggested[1]

    def further(self, turns: Sequence[Turn]) -> tuple[str, ...]:
        """Questions to ask next, after the last of the turns: those that the archive answers."""
        answer = turns[-1].answer
        cited = {citation.article.id: citation.article for citation in answer.citations} if answer else {}
        try:
            return follow_ups([*cited.values()], _asked(turns), lambda question: self._answers_alone(question, turns))
        except WenbaoError:
            return ()

    def _answers_alone(self, question: str, turns: Sequence[Turn]) -> bool:
        """Whether a question means the same after these turns as alone, and the archive answers it."""
        return not understand(question, history_of(turns)).follow_up and self._answers(question)

    def _answers(self, question: str) -> bool:
        """Whether the archive answers a question; tried once, and only while nobody waits for an answer."""
        if self._tried[0] != self.generation or len(self._tried[1]) > _MOST_TRIED:
            self._tried = (self.generation, {})
        tried = self._tried[1]
        if question not in tried:
            if not self._answerer.calm:
                return False
            tried[question] = self._answerer.answerable(question)
        return tried[question]

    def masthead(self, say: Words = ZH) -> str:
        return masthead_html(self._answerer.index.stats, say)

    def front(self, say: Words = ZH) -> str:
        return front_html(self.held, self._answerer.index.stats, say)

    def panel(self, turns: Sequence[Turn], link: str, say: Words = ZH) -> str:
        """The panel for a link; the front page for one that is none."""
        if found := _ARTICLE.fullmatch(link):
            return self._article(found, say)
        if link.startswith(("#article-", "#page-")):
            return gone_html(say)
        return source_of(turns, link, say, self._paper) or self.front(say)

    def evidence(self, turns: Sequence[Turn], say: Words = ZH) -> str:
        """The panel beside the last of the turns: the article that it cites first, else the front page."""
        answer = turns[-1].answer if turns else None
        cited = answer.citations if answer else ()
        return self.panel(turns, f"#cite-{len(turns) - 1}-{cited[0].number}" if cited else "#home", say)

    @property
    def _paper(self) -> str:
        return self._answerer.settings.chat.paper

    def _article(self, found: re.Match[str], say: Words) -> str:
        article = self._answerer.index.article(found[2])
        if article is None:
            return gone_html(say)
        start, end = int(found[3] or 0), int(found[4] or 0)
        if found[1] == "page":
            corpus, beside = self._answerer.settings.corpus, self.beside(article, BESIDE)
            return page_html(article, corpus, beside, say, (start, end))
        return article_html(article, start, end, say, paper=self._paper)

    def beside(self, article: Article, limit: int) -> list[Article]:
        """Articles that stood on the same page of the same day, this one among them; else in the same page file."""
        found: list[Article] = self._answerer.index.store.select(
            page=article.page, since=article.date, until=article.date, limit=limit if article.page else BESIDE
        )
        return found if article.page else [each for each in found if same_file(each, article)][:limit]


def source_of(turns: Sequence[Turn], link: str, say: Words = ZH, paper: str = "") -> str:
    """The source panel for a chip's link `#cite-<turn>-<number>`; nothing where there is no such citation."""
    found = _CITE.fullmatch(link)
    if found and int(found[1]) < len(turns) and (answer := turns[int(found[1])].answer):
        turn, number = int(found[1]), int(found[2])
        if any(citation.number == number for citation in answer.citations):
            return source_html(answer, number, turn, say, paper)
    return ""


def _asked(turns: Sequence[Turn]) -> list[str]:
    """What was asked: as typed, and as it was understood."""
    understood = (turn.answer.question_as_understood for turn in turns if turn.answer)
    return [question for question in (*(turn.question for turn in turns), *understood) if question]
