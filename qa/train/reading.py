"""The reader's network as torch trains it: the same steps as qa/reader/network.py, on batches of pairs.

In: `Example`s as numbers. Out: the loss, and weights under the names that the run time reads. Knows nothing about where
the examples come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

from qa.reader.features import SHARED, TAGS, Floats, Ints, Words, numbered, rarities

_ABSENT = -1e4
Tensors = dict[str, Tensor]
Batch = tuple[Tensors, Tensors, Tensor, Tensor, Tensor]


@dataclass(frozen=True, slots=True)
class Sizes:
    """Widths of the network."""

    letter: int = 24
    question: int = 96
    passage: int = 128
    hidden: int = 128


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a passage as numbers; the answer is words `first`…`last`, or -1 and -1."""

    asked: Words
    passage: Words
    shared: Floats
    first: int
    last: int


class BothWays(nn.Module):
    """Long short-term memory in both directions; the one backward starts at each row's own end.

    Packed sequences would do the same, on a path several times slower.
    """

    def __init__(self, inputs: int, hidden: int) -> None:
        super().__init__()
        self.ahead, self.back = (nn.LSTM(inputs, hidden, batch_first=True) for _ in range(2))

    def forward(self, values: Tensor, there: Tensor) -> Tensor:
        lengths = there.sum(1, keepdim=True)
        at = torch.arange(values.shape[1], device=values.device).unsqueeze(0)
        turned = torch.where(at < lengths, lengths - 1 - at, at).unsqueeze(2)
        ahead, _ = self.ahead(values)
        back, _ = self.back(values.gather(1, turned.expand_as(values)))
        return torch.cat([ahead, back.gather(1, turned.expand_as(back))], 2)


class ReaderNetwork(nn.Module):
    """Question and passage → the scores of every word as start and as end, the last column for no answer."""

    def __init__(self, vectors: Tensor, letters: Tensor, sizes: Sizes = Sizes(), dropout: float = 0.3) -> None:
        """`vectors` are those of the words, (words + 1, size), the last row zeros; `letters` code points, ascending."""
        super().__init__()
        self.register_buffer("vectors", vectors, persistent=False)
        self.register_buffer("alphabet", letters, persistent=False)
        size = vectors.shape[1]
        word = size + 3 * sizes.letter + len(TAGS)
        self.letters = nn.Embedding(len(letters) + 1, sizes.letter)
        self.dropout = dropout
        self.align = nn.Linear(size, size)
        self.question = BothWays(word + 1, sizes.question)
        self.passage = BothWays(word + size + SHARED, sizes.passage)
        asked, first = 2 * sizes.question, 2 * sizes.passage
        self.pool = nn.Linear(asked, 1, bias=False)
        self.attend = nn.Linear(first, asked, bias=False)
        self.merge = nn.Linear(first + 2 * asked, sizes.hidden)
        self.modelling = BothWays(sizes.hidden, sizes.passage)
        self.start = nn.Linear(asked, first + sizes.hidden)
        self.end = nn.Linear(asked, first + sizes.hidden)
        self.none = nn.Sequential(nn.Linear(first + asked, 64), nn.ReLU(), nn.Linear(64, 1))

    def forward(self, asked: dict[str, Tensor], passage: dict[str, Tensor], shared: Tensor) -> tuple[Tensor, Tensor]:
        question, words = self._inputs(asked), self._inputs(passage)
        there_q, there = asked["there"], passage["there"]
        q_rows = self._drop(self.question(torch.cat([question, asked["rarity"]], 2), there_q))
        pooled = self.pool(q_rows).squeeze(2).masked_fill(~there_q, _ABSENT).softmax(1).unsqueeze(1) @ q_rows
        pooled = pooled.squeeze(1)
        aligned = self._aligned(words, question, there_q)
        first = self._drop(self.passage(torch.cat([words, aligned, shared], 2), there))
        projected = self.attend(first)
        weights = projected @ q_rows.transpose(1, 2) / q_rows.shape[2] ** 0.5
        attended = weights.masked_fill(~there_q.unsqueeze(1), _ABSENT).softmax(2) @ q_rows
        met = self._drop(torch.relu(self.merge(torch.cat([first, attended, projected * attended], 2))))
        second = self._drop(self.modelling(met, there))
        found = torch.cat([second, met], 2)
        most = second.masked_fill(~there.unsqueeze(2), _ABSENT).amax(1)
        none = self.none(torch.cat([most, pooled], 1))
        starts, ends = (
            torch.cat([(found @ point(pooled).unsqueeze(2)).squeeze(2).masked_fill(~there, _ABSENT), none], 1)
            for point in (self.start, self.end)
        )
        return starts.float(), ends.float()

    def _inputs(self, words: dict[str, Tensor]) -> Tensor:
        """(batch, n, inputs) of the words: their vectors, letters, parts of speech."""
        vectors = self.vectors[words["rows"]] * 3  # type: ignore[index]
        letters = self.letters(words["letters"])
        sums = torch.zeros(*words["rows"].shape, letters.shape[2], dtype=letters.dtype, device=letters.device)
        sums.scatter_add_(1, words["owner"].unsqueeze(2).expand_as(letters), letters * words["real"].unsqueeze(2))
        mean = sums / words["lengths"].unsqueeze(2)
        at = (words[name].unsqueeze(2).expand(-1, -1, letters.shape[2]) for name in ("first", "last"))
        first, last = (letters.gather(1, index) for index in at)
        tags = nn.functional.one_hot(words["tags"], len(TAGS)).float()
        return self._drop(torch.cat([vectors, mean, first, last, tags], 2))

    def _aligned(self, words: Tensor, question: Tensor, there: Tensor) -> Tensor:
        size = self.align.in_features
        keys, queries = (torch.relu(self.align(side[:, :, :size])) for side in (question, words))
        weights = (queries @ keys.transpose(1, 2)).masked_fill(~there.unsqueeze(1), _ABSENT).softmax(2)
        return weights @ question[:, :, :size]

    def _drop(self, values: Tensor) -> Tensor:
        """Dropout of whole columns, the same for all words of a row."""
        if not self.training:
            return values
        kept = torch.rand(values.shape[0], 1, values.shape[2], device=values.device) > self.dropout
        return values * kept / (1 - self.dropout)

    def weights(self) -> dict[str, Any]:
        """The weights as the run time names them: the two biases of a recurrent layer are one."""
        state = {name: value.detach().float().cpu().numpy() for name, value in self.state_dict().items()}
        for name in ("question", "passage", "modelling"):
            for way in ("ahead", "back"):
                bias = state.pop(f"{name}.{way}.bias_ih_l0") + state.pop(f"{name}.{way}.bias_hh_l0")
                state[f"{name}.{way}.bias"] = bias
                state[f"{name}.{way}.inputs"] = state.pop(f"{name}.{way}.weight_ih_l0")
                state[f"{name}.{way}.inner"] = state.pop(f"{name}.{way}.weight_hh_l0")
        return {name: np.ascontiguousarray(value, dtype=np.float16) for name, value in state.items()}


def loss(starts: Tensor, ends: Tensor, first: Tensor, last: Tensor) -> Tensor:
    """Cross entropy of start and end; the column after the last word stands for no answer."""
    none = starts.shape[1] - 1
    wanted = (torch.where(place < 0, none, place) for place in (first, last))
    low, high = (
        nn.functional.cross_entropy(scores, place) for scores, place in zip((starts, ends), wanted, strict=True)
    )
    return low + high


def batch(pairs: Sequence[Pair], alphabet: Ints) -> Batch:
    """Pairs → what the network takes: question, passage, what they share, and the words where the answer lies."""
    shared = pad_sequence([torch.from_numpy(pair.shared) for pair in pairs], batch_first=True)
    places = (torch.tensor([getattr(pair, name) for pair in pairs]) for name in ("first", "last"))
    asked, passage = (tensors([getattr(pair, side) for pair in pairs], alphabet) for side in ("asked", "passage"))
    return asked, passage, shared, *places  # type: ignore[return-value]


def tensors(texts: Sequence[Words], alphabet: Any) -> dict[str, Tensor]:
    """Texts of different lengths as padded tensors, with masks."""

    def pad(rows: Sequence[Any], fill: float = 0) -> Tensor:
        return pad_sequence([torch.as_tensor(row) for row in rows], batch_first=True, padding_value=fill)

    lengths = [np.diff(text.starts) for text in texts]
    return {
        "rows": pad([text.rows.astype(np.int64) for text in texts], -1),
        "tags": pad([text.tags.astype(np.int64) for text in texts]),
        "letters": pad([numbered(text.letters, alphabet) for text in texts]),
        "owner": pad([np.repeat(np.arange(len(each)), each) for each in lengths]),
        "real": pad([np.ones(len(text.letters), np.float32) for text in texts]),
        "lengths": pad([each.astype(np.float32) for each in lengths], 1),
        "first": pad([text.starts[:-1].astype(np.int64) for text in texts]),
        "last": pad([text.starts[1:].astype(np.int64) - 1 for text in texts]),
        "there": pad([np.ones(len(text), bool) for text in texts]).bool(),
        "rarity": pad([rarities(text.rows)[:, None] for text in texts]),
    }
