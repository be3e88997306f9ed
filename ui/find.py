"""Words and filters → articles of the archive, each with the passage that matched.

In: what a reader typed into the browse tab. Out: `Found`s. With words, by likeness; without, newest first. A filter is
never widened: where nothing meets it, nothing is found. Knows nothing about pages.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date as Date
from typing import Any

from embeddings.errors import QuestionError
from embeddings.records import Article
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


def find(answerer: Any, filters: Filters, limit: int) -> list[Found]:
    """Up to `limit` articles that meet the filters."""
    store = answerer.index.store
    if not filters.words:
        return [Found(article) for article in store.select(**filters.narrow, limit=limit)]
    found: dict[str, Found] = {}
    for passage in _related(answerer, filters.words):
        if filters.meets(passage.article):
            found.setdefault(passage.article.id, Found(passage.article, passage.start, passage.end))
    for article in store.select(**filters.narrow, contains=filters.words, limit=limit):
        start = max(0, article.text.find(filters.words))
        found.setdefault(article.id, Found(article, start, start + len(filters.words)))
    return list(found.values())[:limit]


def _related(answerer: Any, words: str) -> list[Any]:
    """Passages like the words; none where the words cannot be a question (signs only, or too long)."""
    try:
        return [passage for passage in answerer.search(words, k=_PASSAGES) if passage.score >= RELATED]
    except QuestionError:
        return []


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
