"""Token ids → batches of (query, passage) pairs.

Without labels, a query is a piece of one sentence and its passage is a stretch of the same article from anywhere.
Half of the query's words that also stand in the passage are dropped, so that what relates words has to be learned
from the others: finding equal words is what word search does already.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

_DROP_SHARED, _DROP_OTHER = 0.5, 0.1
_QUERY_TOKENS = (4, 24)
_PASSAGE_TOKENS = 100


class Ragged(NamedTuple):
    """Rows of unequal length, laid end to end: row i is `ids[starts[i]:starts[i + 1]]`."""

    ids: npt.NDArray[np.int32]
    starts: Ints

    @property
    def lengths(self) -> Ints:
        return np.diff(self.starts)

    def rows(self, which: npt.NDArray[np.integer]) -> Ragged:
        """Some of the rows, in the order asked for."""
        return self.spans(self.starts[which], self.lengths[which])

    def spans(self, starts: Ints, lengths: Ints) -> Ragged:
        """Runs of ids from anywhere: [starts[i], starts[i] + lengths[i])."""
        ends = np.cumsum(lengths)
        places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - (ends - lengths), lengths)
        return Ragged(self.ids[places], np.concatenate(([0], ends)))

    def where(self, keep: npt.NDArray[np.bool_]) -> Ragged:
        """The same rows without the ids that `keep` rejects."""
        kept = np.concatenate(([0], np.cumsum(keep)))
        return Ragged(self.ids[keep], kept[self.starts])


def ragged(rows: Sequence[Sequence[int]]) -> Ragged:
    """[[1, 2], [3]] → ids [1, 2, 3], starts [0, 2, 3]."""
    lengths = [len(row) for row in rows]
    ids = np.fromiter((token for row in rows for token in row), np.int32, sum(lengths))
    return Ragged(ids, np.concatenate(([0], np.cumsum(lengths, dtype=np.int64))))


def joined(parts: Sequence[Ragged]) -> Ragged:
    """The rows of several, one after another."""
    lengths = np.concatenate([part.lengths for part in parts])
    return Ragged(np.concatenate([part.ids for part in parts]), np.concatenate(([0], np.cumsum(lengths))))


class Batch(NamedTuple):
    queries: Ragged
    passages: Ragged


class NewsPairs:
    """Pairs drawn from articles by chance. `articles[i]:articles[i + 1]` are the sentences of article i."""

    def __init__(self, sentences: Ragged, articles: Ints, vocabulary: int) -> None:
        self._sentences, self._articles, self._vocabulary = sentences, articles, vocabulary
        self._long_enough = np.flatnonzero(np.diff(articles) >= 3)

    def draw(self, rng: np.random.Generator, size: int) -> Batch:
        """`size` pairs, each of another article."""
        size = min(size, len(self._long_enough))
        article = rng.choice(self._long_enough, size, replace=False)
        first, last = self._articles[article], self._articles[article + 1]
        starts = self._sentences.starts
        said = first + (rng.random(size) * (last - first)).astype(np.int64)
        read = first + (rng.random(size) * (last - first)).astype(np.int64)
        lengths = np.minimum(starts[said + 1] - starts[said], rng.integers(*_QUERY_TOKENS, size))
        room = starts[said + 1] - starts[said] - lengths
        offset = (rng.random(size) * (room + 1)).astype(np.int64)
        queries = self._sentences.spans(starts[said] + offset, lengths)
        passages = self._sentences.spans(starts[read], np.minimum(starts[last] - starts[read], _PASSAGE_TOKENS))
        return Batch(self._thinned(rng, queries, passages), passages)

    def _thinned(self, rng: np.random.Generator, queries: Ragged, passages: Ragged) -> Ragged:
        asked, held = (
            np.repeat(np.arange(len(r.lengths)), r.lengths) * self._vocabulary + r.ids for r in (queries, passages)
        )
        drop = np.where(np.isin(asked, held), _DROP_SHARED, _DROP_OTHER)
        return queries.where(rng.random(len(drop)) >= drop)


class LabelledPairs:
    """Questions and titles with their passages; `negatives[i]` are rows of `passages` that do not answer query i."""

    def __init__(self, queries: Ragged, passages: Ragged, negatives: npt.NDArray[np.int64]) -> None:
        self._queries, self._passages, self._negatives = queries, passages, negatives

    def draw(self, rng: np.random.Generator, size: int) -> Batch:
        """`size` pairs, and after their passages one wrong passage for each."""
        count = len(self._queries.lengths)
        chosen = rng.choice(count, min(size, count), replace=False)
        wrong = self._negatives[chosen, rng.integers(0, self._negatives.shape[1], len(chosen))]
        return Batch(self._queries.rows(chosen), self._passages.rows(np.concatenate([chosen, wrong])))


def merged(batches: Sequence[Batch]) -> Batch:
    """One batch of several: all right passages first, in the order of the queries, then the wrong ones."""
    counts = [len(batch.queries.lengths) for batch in batches]
    right = [batch.passages.rows(np.arange(n)) for batch, n in zip(batches, counts, strict=True)]
    wrong = [
        batch.passages.rows(np.arange(n, len(batch.passages.lengths))) for batch, n in zip(batches, counts, strict=True)
    ]
    return Batch(joined([batch.queries for batch in batches]), joined(right + wrong))
