"""Question and passages → the words of each passage that answer, with how likely it is that they do.

In: a question and passages of a few hundred characters. Out: one `Reading` a passage. Knows nothing about articles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from embeddings.errors import ModelError
from qa.asked.question import Question
from qa.language.synonyms import Synonyms
from qa.reader.features import Floats, Ints, shared, split
from qa.reader.network import Network

MODEL = Path(__file__).parents[1] / "model" / "reader.safetensors"
_LONGEST = 30  # words of an answer
_NOTHING = -20.0  # score of an answer where there is no word


@dataclass(frozen=True, slots=True)
class Reading:
    """The likeliest answer of one passage: `passage[low:high]`.

    `chance` is the probability (0–1) that the passage answers at all. `starts` and `ends` are the log-probabilities of
    the words, (n + 1,), the last for no answer; word i is `passage[offsets[i]:offsets[i + 1]]`.
    """

    low: int
    high: int
    chance: float
    score: float  # log-odds of these words against no answer
    starts: Floats
    ends: Floats
    offsets: Ints

    def of(self, low: int, high: int) -> float:
        """The best score of an answer that lies within `passage[low:high]`."""
        inside = np.flatnonzero((self.offsets[:-1] >= low) & (self.offsets[1:] <= high))
        if not len(inside):
            return _NOTHING
        return _best(self.starts[inside], self.ends[inside])[2] - _none(self.starts, self.ends)


class Reader:
    """The network with its word vectors."""

    def __init__(self, network: Network, synonyms: Synonyms) -> None:
        self._network, self._synonyms = network, synonyms

    @classmethod
    def load(cls, synonyms: Synonyms, path: Path = MODEL) -> Reader:
        """Read the weights.

        Raises:
            ModelError: the file is missing or damaged.
        """
        try:
            weights = {name: value.astype(np.float32) for name, value in load_file(path).items()}
            letters = weights.pop("alphabet").astype(np.int32)
            return cls(Network(weights, letters, synonyms), synonyms)
        except (OSError, SafetensorError, KeyError) as error:
            raise ModelError(
                f"{path}: cannot be read ({error}); restore it, or run: python -m qa.train.reader",
                chinese=f"{path} 读不了（{error}）；请恢复这个文件，或运行 python -m qa.train.reader",
            ) from None

    def read(self, question: Question, passages: Sequence[str]) -> list[Reading]:
        """Read passages, in one batch; an empty one answers nothing."""
        asked = split(question.text, self._synonyms)
        words = [split(passage or " ", self._synonyms) for passage in passages]
        if not words or not len(asked):
            return []
        found = self._network.spans(asked, words, [shared(question, asked, each, self._synonyms) for each in words])
        return [reading(starts, ends, each.starts) for (starts, ends), each in zip(found, words, strict=True)]


def reading(starts: Floats, ends: Floats, offsets: Ints) -> Reading:
    """What the log-probabilities of n words and of no answer, (n + 1,), come to; `offsets` are the words', (n + 1,)."""
    if len(starts) < 2:
        return Reading(0, 0, 0.0, _NOTHING, starts, ends, offsets)
    first, last, score = _best(starts[:-1], ends[:-1])
    none = _none(starts, ends)
    chance = 1 - float(np.exp(min(0.0, none / 2)))
    return Reading(int(offsets[first]), int(offsets[last + 1]), chance, score - none, starts, ends, offsets)


def _none(starts: Floats, ends: Floats) -> float:
    return float(starts[-1] + ends[-1])


def _best(starts: Floats, ends: Floats) -> tuple[int, int, float]:
    """The likeliest span: first word, last word, sum of both log-probabilities."""
    scores = np.where(np.tri(len(ends), len(starts), dtype=bool).T, starts[:, None] + ends[None], -np.inf)
    scores = np.where(np.tri(len(starts), len(ends), _LONGEST - 1, dtype=bool), scores, -np.inf)
    first, last = divmod(int(np.argmax(scores)), len(ends))
    return first, last, float(scores[first, last])
