"""The reader's network at run time: numbers of words → where the answer may start and end, and that there is none.

In: what `features` makes, and weights by name. Out: log-probabilities. Recurrent layers with attention between question
and passage, after DrQA (Chen et al. 2017) and BiDAF (Seo et al. 2017), in numpy, since importing torch would cost a
single question a second. qa/train/reader.py holds the same network to be trained; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
from threadpoolctl import ThreadpoolController

from qa.language.synonyms import Synonyms
from qa.reader.features import TAGS, Floats, Ints, Words, numbered, padded, rarities

Weights = Mapping[str, Floats]


class Network:
    """Weights, and what they make of a question and its passages."""

    def __init__(self, weights: Weights, letters: Ints, synonyms: Synonyms) -> None:
        """`letters` are the code points that have a vector, ascending."""
        self._w, self._letters, self._synonyms = weights, letters, synonyms
        self._recurrent = {name: _side_by_side(weights, name) for name in ("question", "passage", "modelling")}

    def spans(self, asked: Words, passages: Sequence[Words], shared: Sequence[Floats]) -> list[tuple[Floats, Floats]]:
        """For each passage of n words the log-probabilities (n + 1,) of start and end; the last is for no answer."""
        with _threads().limit(limits=1, user_api="blas"):  # of products so small, two threads make two thirds more work
            return self._spans(asked, passages, shared)

    def _spans(self, asked: Words, passages: Sequence[Words], shared: Sequence[Floats]) -> list[tuple[Floats, Floats]]:
        question = self._inputs(asked)
        q_rows = self._rows(np.hstack([question, rarities(asked.rows)[:, None]])[None], "question", None)[0]
        pooled = _softmax(q_rows @ self._w["pool.weight"][0]) @ q_rows
        words = [self._inputs(passage) for passage in passages]
        aligned = [self._aligned(word, question) for word in words]
        parts = [np.hstack(each) for each in zip(words, aligned, shared, strict=True)]
        there = np.arange(max(map(len, parts)))[None] < np.array([len(part) for part in parts])[:, None]
        first = self._rows(padded(parts), "passage", there)
        met = self._met(first, q_rows)
        second = self._rows(met, "modelling", there)
        found = np.concatenate([second, met], axis=2)
        none = self._none(second, there, pooled)
        starts, ends = (self._pointer(found, pooled, name) for name in ("start", "end"))
        return [
            (log_softmax(np.append(starts[at, :size], none[at])), log_softmax(np.append(ends[at, :size], none[at])))
            for at, size in enumerate(map(len, passages))
        ]

    def _inputs(self, words: Words) -> Floats:
        """(n, inputs): the vector of each word, of its letters and of its part of speech."""
        letters = self._w["letters.weight"][numbered(words.letters, self._letters)]
        lengths = np.diff(words.starts)[:, None]
        mean = np.add.reduceat(letters, words.starts[:-1]) / lengths
        first, last = letters[words.starts[:-1]], letters[words.starts[1:] - 1]
        tags = np.eye(len(TAGS), dtype=np.float32)[words.tags]
        return np.hstack([self._synonyms.vectors(words.rows) * 3, mean, first, last, tags])

    def _aligned(self, words: Floats, question: Floats) -> Floats:
        """(n, vectors): for each word of the passage the question's words, as far as they are like it."""
        size = self._w["align.weight"].shape[1]
        keys, queries = (self._linear(side[:, :size], "align", relu=True) for side in (question, words))
        aligned: Floats = _softmax(queries @ keys.T) @ question[:, :size]
        return aligned

    def _met(self, first: Floats, q_rows: Floats) -> Floats:
        """(passages, n, inputs of the next layer): each word beside the question's words that it attends to."""
        projected = self._linear(first, "attend")
        attended = _softmax(projected @ q_rows.T / np.sqrt(q_rows.shape[1])) @ q_rows
        return self._linear(np.concatenate([first, attended, projected * attended], axis=2), "merge", relu=True)

    def _pointer(self, found: Floats, pooled: Floats, name: str) -> Floats:
        scores: Floats = found @ self._linear(pooled, name)
        return scores

    def _none(self, second: Floats, there: npt.NDArray[np.bool_], pooled: Floats) -> Floats:
        """(passages,): the score of there being no answer."""
        most = np.where(there[:, :, None], second, -1e4).max(axis=1)
        hidden = self._linear(np.hstack([most, np.broadcast_to(pooled, (len(most), len(pooled)))]), "none.0", relu=True)
        return self._linear(hidden, "none.2")[:, 0]

    def _linear(self, values: Floats, name: str, relu: bool = False) -> Floats:
        out: Floats = values @ self._w[f"{name}.weight"].T
        if (bias := self._w.get(f"{name}.bias")) is not None:
            out += bias
        return np.maximum(out, 0) if relu else out

    def _rows(self, values: Floats, name: str, there: npt.NDArray[np.bool_] | None) -> Floats:
        """A layer of long short-term memory that reads in both directions: (batch, n, inputs) → (batch, n, 2 · hidden).

        Both directions go step by step side by side. Padding leaves no trace: where it stands the state is nothing.
        """
        inputs, inner, bias = self._recurrent[name]
        size = inner.shape[1]
        gates = np.empty((values.shape[1], 2, len(values), 4 * size), np.float32)
        for way, turned in enumerate((values, values[:, ::-1])):
            gates[:, way] = (turned @ inputs[way] + bias[way]).transpose(1, 0, 2)
        kept = None if there is None else np.stack([there, there[:, ::-1]]).transpose(2, 0, 1)[..., None]
        out = np.zeros((*gates.shape[:3], size), np.float32)
        state = carried = out[0]
        for at, now in enumerate(gates):
            now += np.matmul(state, inner)
            np.tanh(now, out=now)
            opened = now[..., : 3 * size]
            opened *= 0.5
            opened += 0.5
            carried = now[..., size : 2 * size] * carried + now[..., :size] * now[..., 3 * size :]
            if kept is not None:
                carried *= kept[at]
            state = np.multiply(now[..., 2 * size : 3 * size], np.tanh(carried), out=out[at])
        return np.concatenate([out[:, 0], out[::-1, 1]], axis=2).transpose(1, 0, 2)


@cache
def _threads() -> ThreadpoolController:
    """What sets how many threads a product of matrices takes, for the whole process."""
    return ThreadpoolController()


def _side_by_side(weights: Weights, name: str) -> tuple[Floats, Floats, Floats]:
    """Both directions of a layer as (2, inputs, gates), (2, hidden, gates), (2, 1, gates).

    The gates in the order enter, forget, show, new, where torch has new before show; the first three are halved, for
    the logistic function of x is (1 + tanh(x / 2)) / 2, and one tanh then does for all four.
    """

    def ordered(rows: Floats) -> Floats:
        enter, forget, new, show = np.split(rows, 4)
        return np.concatenate([0.5 * enter, 0.5 * forget, 0.5 * show, new])

    def both(part: str) -> Floats:
        found: Floats = np.stack([ordered(weights[f"{name}.{way}.{part}"]) for way in ("ahead", "back")])
        return found

    inputs, inner = (np.ascontiguousarray(both(part).transpose(0, 2, 1)) for part in ("inputs", "inner"))
    return inputs, inner, both("bias")[:, None]


def _softmax(values: Floats) -> Floats:
    powers = np.exp(values - values.max(axis=-1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def log_softmax(values: Floats) -> Floats:
    """Logits as log-probabilities."""
    gone: Floats = values - values.max()
    logs: Floats = gone - np.log(np.exp(gone).sum())
    return logs
