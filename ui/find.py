"""Words and filters → articles of the archive, each with the passage that matched.

In: what a reader typed into the browse tab. Out: `Found`s, and the words that no article has. With words, by likeness,
but only what has one of them, in whichever spelling; without, newest first. A filter is never widened: where nothing
meets it, nothing is found. Knows nothing about pages.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date as Date
from typing import Any

from embeddings.errors import QuestionError
from embeddings.records import Article
from embeddings.words import normalise
from qa.question import content_words, core
from ui.plain import one_line

RELATED = 0.3  # a passage with a lower score resembles the words by chance
_PASSAGES = 200  # looked at for one search
_DATE = re.compile(r"(\d{4})[-/.年]?(?:(\d{1,2})[-/.月]?(\d{1,2})?日?)?")


@dataclass(frozen=True, slots=True)
class Filters:
    """What an article must meet; an empty filter asks nothing."""

    words: str = ""
    since: Date | None = None
    until: Date | None = None
    page: str = ""
    reporter: str = ""

    @property
    def narrow(self) -> dict[str, Any]:
        """The conditions that the article store takes."""
        return {"since": self.since, "until": self.until, "page": self.page, "reporter": self.reporter}

    def meets(self, article: Article) -> bool:
        """Whether an article meets everything but the words."""
        return (
            (not self.page or article.page == self.page)
            and (not self.reporter or self.reporter in article.reporters)
            and (not self.since or (article.date is not None and article.date >= self.since))
            and (not self.until or (article.date is not None and article.date <= self.until))
        )


@dataclass(frozen=True, slots=True)
class Found:
    """An article, and the part of its text that matched (all zero: no part in particular)."""

    article: Article
    start: int = 0
    end: int = 0


def find(answerer: Any, filters: Filters, limit: int) -> tuple[list[Found], list[str]]:
    """Up to `limit` articles that meet the filters, and those of the words that no article has."""
    store = answerer.index.store
    if not filters.words:
        return [Found(article) for article in store.select(**filters.narrow, limit=limit)], []
    passages, lacking = _related(answerer, filters.words)
    found: dict[str, Found] = {}
    for passage in passages:
        if filters.meets(passage.article):
            found.setdefault(passage.article.id, Found(passage.article, passage.start, passage.end))
    for article in store.select(**filters.narrow, contains=filters.words, limit=limit):
        start = max(0, article.text.find(filters.words))
        found.setdefault(article.id, Found(article, start, start + len(filters.words)))
    return list(found.values())[:limit], [word for word in lacking if not store.select(contains=word, limit=1)]


def _related(answerer: Any, typed: str) -> tuple[list[Any], list[str]]:
    """Passages of articles that have all of the words, or are like them and have some; and the words that none has.

    None where the words cannot be a question (signs only, or too long).
    """
    try:
        passages = answerer.search(typed, k=_PASSAGES)
    except QuestionError:
        return [], []
    words = list(dict.fromkeys(normalise(core(typed)).split()))
    parts = {word for word, _ in content_words(typed)} or set(words)
    texts = {passage.article.id: _text(passage.article) for passage in passages}

    def related(text: str, score: float) -> bool:
        whole = all(word in text for word in words)
        return bool(words) and (whole or (score >= RELATED and _has(text, parts)))

    found = [passage for passage in passages if related(texts[passage.article.id], passage.score)]
    return found, [word for word in words if not any(word in text for text in texts.values())]


def _has(text: str, forms: Iterable[str]) -> bool:
    return any(form in text for form in forms)


def _text(article: Article) -> str:
    """All words of an article, its reporters' names too, as they are compared."""
    return normalise(" ".join((article.kicker, article.headline, article.text, *article.reporters)))


def date_of(typed: str, *, last: bool = False) -> Date | None:
    """The first (or `last`) day of a date, a month or a year as people write them; None for an empty line.

    >>> date_of("2024-02", last=True), date_of("2024年3月3日")
    (datetime.date(2024, 2, 29), datetime.date(2024, 3, 3))

    Raises:
        ValueError: it is no date.
    """
    typed = re.sub(r"\s", "", typed)
    if not typed:
        return None
    found = _DATE.fullmatch(typed)
    if not found:
        raise ValueError(typed)
    year = int(found[1])
    month = int(found[2]) if found[2] else (12 if last else 1)
    day = int(found[3]) if found[3] else (calendar.monthrange(year, month)[1] if last else 1)
    return Date(year, month, day)


def filters_of(words: str, since: str, until: str, page: str | None, reporter: str | None) -> Filters:
    """What a reader typed and chose → filters.

    Raises:
        ValueError: a date is none.
    """
    return Filters(one_line(words)[:200], date_of(since), date_of(until, last=True), page or "", reporter or "")
