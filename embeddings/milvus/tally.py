"""What a generation holds, counted while it is written, and the chunks that will have to find themselves in it.

In: every article and chunk that is written. Out: the counts of the manifest, and a few rows spread evenly over all.
Knows nothing about engines.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from embeddings.records import Article

_PROBES = 32


@dataclass(slots=True)
class Tally:
    """Counts of one generation."""

    articles: Counter[str] = field(default_factory=Counter)  # by kind
    parts: int = 0
    chunks: int = 0
    sources: set[str] = field(default_factory=set)
    reporters: set[str] = field(default_factory=set)
    dates: set[str] = field(default_factory=set)
    probes: list[dict[str, Any]] = field(default_factory=list)  # every n-th chunk
    _every: int = 1

    def add(self, article: Article, parts: int) -> None:
        self.articles[article.kind] += 1
        self.parts += parts
        self.sources.add(article.source)
        self.reporters.update(filter(None, article.reporters))
        if article.date:
            self.dates.add(article.date.isoformat())

    def add_chunk(self, row: dict[str, Any]) -> None:
        self.chunks += 1
        if not self.chunks % self._every:
            self.probes.append(row)
        if len(self.probes) > 2 * _PROBES:
            self.probes, self._every = self.probes[1::2], self._every * 2

    def counts(self) -> dict[str, Any]:
        """As `Store.counts` gives them."""
        return {
            "articles": self.articles.total(),
            "reports": self.articles["report"],
            "captions": self.articles["caption"],
            "pages": len(self.sources),
            "first_date": min(self.dates, default=None),
            "last_date": max(self.dates, default=None),
            "chunks": self.chunks,
        }
