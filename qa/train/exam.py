"""How often an encoder finds the chunk that answers a question: alone, and fused with words as the search does.

In: passages, questions with the rows that answer them, an encoder. Out: the rank of the right passage, by question; of
two such sheets, by how much the one is better. Knows nothing about training.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from embeddings.encoder import Encoder, Progress
from embeddings.train.mining import WordSearch
from qa.measure.significance import Difference, difference
from qa.train.archive import Asked

Ranks = npt.NDArray[np.int64]
WAYS = ("encoder", "fused")
DEPTHS = (1, 5)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rank of the right passage (1 is best) for every question, with vectors alone and with both."""

    encoder: Ranks
    fused: Ranks

    def found(self, way: str, depth: int) -> list[float]:
        """1.0 for each question whose right passage is among the first `depth`."""
        found: list[float] = (self.ranks(way) <= depth).astype(float).tolist()
        return found

    def marks(self, way: str) -> list[float]:
        """What decides, by question: the reciprocal rank, between 0 and 1."""
        marks: list[float] = (1 / self.ranks(way)).tolist()
        return marks

    def ranks(self, way: str) -> Ranks:
        """The ranks by the name of the way, one of WAYS."""
        return self.encoder if way == "encoder" else self.fused


class Exam:
    """Questions over passages. `weight` is the share of the cosine in the fused score, as `retrieval.dense_weight`."""

    def __init__(self, search: WordSearch, asked: Sequence[Asked], weight: float) -> None:
        self._search, self._asked, self._weight = search, asked, weight

    def sit(self, encoder: Encoder, progress: Progress = lambda done, total: None) -> Sheet:
        """The ranks that an encoder gives; `progress` counts questions."""
        passages = encoder.encode(self._search.passages)
        ranks: dict[str, list[int]] = {way: [] for way in WAYS}
        for done, (question, _, right) in enumerate(self._asked):
            cosines = passages @ encoder.encode_query(question)
            words = self._search.scores(question)
            share = words / max(float(words.max()), 1e-9)
            fused = (1 - self._weight) * share + self._weight * np.maximum(cosines, 0)
            for way, scores in zip(WAYS, (cosines, fused), strict=True):
                ranks[way].append(int((scores > scores[right].max()).sum()) + 1)
            progress(done + 1, len(self._asked))
        return Sheet(*(np.array(ranks[way], np.int64) for way in WAYS))


@dataclass(frozen=True, slots=True)
class Change:
    """One measure before and after, with the interval of what changed."""

    way: str
    depth: int
    before: float
    after: float
    by: Difference

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self) | {"by": self.by.as_dict()}


def changes(before: Sheet, after: Sheet) -> tuple[Change, ...]:
    """Recall by way and depth."""
    found = []
    for way in WAYS:
        for depth in DEPTHS:
            old, new = before.found(way, depth), after.found(way, depth)
            found.append(Change(way, depth, float(np.mean(old)), float(np.mean(new)), difference(old, new)))
    return tuple(found)
