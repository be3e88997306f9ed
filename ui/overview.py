"""An article store → what the archive holds: articles by date, by page, by reporter, and the gaps between issues.

In: the store. Out: `Overview`, a record of counts. Reads no article's text, so that it stays quick for large archives.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date as Date
from datetime import timedelta
from itertools import pairwise
from typing import Any

from embeddings.store import Store

LONG_GAP = 7  # days without a paper that are worth telling
FAR_AWAY = 5000
MOST_BARS = 60  # bars that a small chart can hold


@dataclass(frozen=True, slots=True)
class Gap:
    """The days from `start` to `end`, both without a paper."""

    start: Date
    end: Date

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts of articles; `dates` in order of time, `pages` and `reporters` as (name, articles)."""

    dates: tuple[tuple[Date, int], ...] = ()
    undated: int = 0
    pages: tuple[tuple[str, int], ...] = ()
    reporters: tuple[tuple[str, int], ...] = ()

    @property
    def gaps(self) -> list[Gap]:
        """The gaps between issues that are longer than a week, longest first."""
        days = [day for day, _ in self.dates]
        gaps = [
            Gap(one + timedelta(1), other - timedelta(1))
            for one, other in pairwise(days)
            if (other - one).days > LONG_GAP
        ]
        return sorted(gaps, key=lambda gap: -gap.days)

    @property
    def bars(self) -> list[tuple[str, int]]:
        """Articles by day, month or year, whichever first fits a small chart; empty periods count 0.

        ISO prefixes: [('2024-03', 12), ('2024-04', 0), …].
        """
        if not self.dates:
            return []
        for length in (10, 7):
            labels = _labels(self.dates[0][0], self.dates[-1][0], length)
            if len(labels) <= MOST_BARS:
                break
        else:
            length, labels = 4, _labels(self.dates[0][0], self.dates[-1][0], 4)
        counts: Counter[str] = Counter()
        for day, count in self.dates:
            counts[day.isoformat()[:length]] += count
        return [(label, counts[label]) for label in labels]


def _labels(first: Date, last: Date, length: int) -> list[str]:
    """Every day (10), month (7) or year (4) from first to last, as a prefix of an ISO date."""
    if length == 10:
        return [(first + timedelta(day)).isoformat() for day in range((last - first).days + 1)]
    if length == 4:
        return [f"{year:04}" for year in range(first.year, last.year + 1)]
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{month // 12:04}-{month % 12 + 1:02}" for month in months]


def overview(store: Any) -> Overview:
    """Count what a store holds."""
    days: Counter[Date | None] = Counter()
    pages: Counter[str] = Counter()
    reporters: Counter[str] = Counter()
    for day, page, names in _facts(store):
        days[day] += 1
        pages[page] += bool(page)
        reporters.update(names)
    undated = days.pop(None, 0)
    return Overview(
        dates=tuple(sorted((day, count) for day, count in days.items() if day)),
        undated=undated,
        pages=tuple(sorted((page, count) for page, count in pages.items() if count)),
        reporters=tuple(sorted(reporters.items(), key=lambda found: (-found[1], found[0]))),
    )


def _facts(store: Any) -> Iterator[tuple[Date | None, str, Sequence[str]]]:
    """(date, page, the reporters of a report) of every article; of the newest 5,000 where the store is far away."""
    if isinstance(store, Store):
        for day, page, names, kind in store.rows("SELECT date, page, reporters, kind FROM articles"):
            # Names, or what each of them did.
            yield Date.fromisoformat(day) if day else None, page, list(json.loads(names)) if kind == "report" else ()
    else:
        for article in store.select(limit=FAR_AWAY):
            yield article.date, article.page, article.reporters if article.kind == "report" else ()
