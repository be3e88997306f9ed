"""What word search finds for a question: wrong passages that look right, and passages for questions without one.

In: questions and passages as text. Out: scores, row numbers and pairs. This file knows nothing about vectors. It is a
plain BM25 for training and measuring; the search that answers readers is elsewhere.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterator, Sequence

import bm25s
import numpy as np
import numpy.typing as npt
import rjieba

from embeddings.train.texts import Pair

_ASKING = re.compile(
    "什么时候|什么时间|什么地方|为什么|什么|多少|哪些|哪一?[个位家种年]|哪里|哪|几个|几|谁|何时|何地|如何|怎么样?|怎样|是否|吗|呢"
)
_HAN = re.compile(r"[\u4e00-\u9fff]+")


class WordSearch:
    """BM25 over the words and character bigrams of passages."""

    def __init__(self, passages: Sequence[str], progress: bool = False) -> None:
        logging.getLogger("bm25s").setLevel(logging.WARNING)
        self.passages = passages
        self._vocabulary: dict[str, int] = {}
        number = self._vocabulary
        rows = [[number.setdefault(term, len(number)) for term in _terms(passage)] for passage in passages]
        self._index = bm25s.BM25(k1=1.2, b=0.75)
        self._index.index((rows, number), show_progress=progress)

    def scores(self, question: str) -> npt.NDArray[np.float32]:
        """The score of every passage, (passages,); the words that only ask (什么, 多少) do not count."""
        terms = _terms(_ASKING.sub(" ", question))
        known = [self._vocabulary[term] for term in terms if term in self._vocabulary]
        if not known:
            return np.zeros(len(self.passages), np.float32)
        return np.asarray(self._index.get_scores_from_ids(known), np.float32)

    def find(self, question: str, count: int) -> list[int]:
        """Rows of the passages that share most with a question, best first."""
        scores = self.scores(question)
        best = np.argpartition(-scores, min(count, len(scores)) - 1)[:count]
        return [int(row) for row in best[np.argsort(-scores[best], kind="stable")] if scores[row] > 0]


def _terms(text: str) -> list[str]:
    """Words, and bigrams marked with #: "开工" → ["开工", "#开工"]."""
    return list(_each_term(unicodedata.normalize("NFKC", text).lower()))


def _each_term(text: str) -> Iterator[str]:
    yield from (word for word in rjieba.cut(text) if word.isalnum())
    for run in _HAN.findall(text):
        yield from (f"#{run[i : i + 2]}" for i in range(len(run) - 1))


def hard_negatives(pairs: Sequence[Pair], count: int) -> npt.NDArray[np.int64]:
    """For each pair, `count` rows of other pairs whose passages word search ranks high: int (pairs, count).

    A passage that holds the answer, or is the right one, is no negative. Rows come again where there are too few.
    """
    first: dict[str, int] = {}
    for row, pair in enumerate(pairs):
        first.setdefault(pair.passage, row)
    search, rows = WordSearch(list(first)), list(first.values())
    found = np.empty((len(pairs), count), np.int64)
    for i, pair in enumerate(pairs):
        wrong = [rows[j] for j in search.find(pair.question, 4 * count) if _is_wrong(search.passages[j], pair)]
        wrong = wrong or [(i + 1) % len(pairs)]
        found[i] = [wrong[k % len(wrong)] for k in range(count)]
    return found


def _is_wrong(passage: str, pair: Pair) -> bool:
    return passage != pair.passage and not (pair.answer and pair.answer in passage)


def placed(questions: Sequence[tuple[str, str]], search: WordSearch, depth: int = 20) -> list[Pair]:
    """(question, answer) → pairs: the best found passage that holds the answer; dropped where none does."""
    pairs = []
    for question, answer in questions:
        holding = (search.passages[row] for row in search.find(question, depth))
        passage = next((passage for passage in holding if answer in passage), None)
        if answer and passage:
            pairs.append(Pair(question, passage, answer))
    return pairs
