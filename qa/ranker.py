"""Evidence → a score for every sentence, and the probability that the archive answers at all.

In: what `examine` saw of each retrieved article. Out: `Ranked`. Three small networks (qa/model/ranker.safetensors),
trained by qa/train/ranker.py and qa/train/weigher.py on questions with known answers and on the same questions with the
answering article taken away; numpy alone runs them. Knows nothing about Chinese.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load_file

from embeddings.errors import ModelError
from qa.evidence import FEATURES, Evidence

MODEL = Path(__file__).parent / "model" / "ranker.safetensors"
# What tells an answer from a near miss; each may only speak for an answer (+) or only against one (-).
SIGNALS = {
    "score": +1, "read": +1, "meaning": +1, "words": +1, "bigrams": +1, "around": +1, "article": +1, "near": +1,
    "held": +1, "held_article": +1, "run": +1, "headline": +1, "unseen_names": -1, "unseen_others": -1,
    "missing_names": -1, "missing_others": -1, "away_names": -1, "away_others": -1, "unmet_names": -1,
    "unmet_others": -1,
}  # fmt: skip
# What a sentence is weighed by after close reading (qa/close.py): its own, then its article's.
WEIGHED = (
    "score", "read", "unread", "best_read", "article_unread", "run", "meaning", "near", "best", "all", "second",
    "fused", "cosine", "rank", "longest_run", "most_words", "covered", "met", "names", "proper", "others", "length",
)  # fmt: skip
_ROW = {name: FEATURES.index(name) for name in SIGNALS if name in FEATURES and name != "score"}
_UNREAD = -12.0  # what a sentence that was not read counts as
_HOLDS, _UNIT = FEATURES.index("holds"), FEATURES.index("unit")
_SEEKS = [FEATURES.index(kind) for kind in ("number", "date", "person", "place")]
_UNSOUGHT = 0.3  # what `near` counts where no kind of answer can be recognised: its mean elsewhere
_NETWORKS = {"score": len(FEATURES), "close": len(WEIGHED), "answered": len(SIGNALS)}
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ranked:
    """One sentence with its score in nats: `evidence.spans[sentence]`; `read` are the reader's log-odds, where read.

    `span` are the words of its article, within the sentence, that the reader takes for the answer.
    """

    evidence: Evidence
    sentence: int
    score: float
    read: float = math.nan
    span: tuple[int, int] | None = None


class Ranker:
    """The sentence scorer and the estimate of answerability."""

    def __init__(self, weights: dict[str, npt.NDArray[np.float32]]) -> None:
        self._weights = {name: value.astype(np.float64) for name, value in weights.items()}

    @classmethod
    def load(cls, path: Path = MODEL) -> Ranker:
        """Read the weights.

        Raises:
            ModelError: the file is missing, damaged, or was trained for other features.
        """
        try:
            weights = load_file(path)
        except (OSError, SafetensorError) as error:
            raise ModelError(
                f"{path}: cannot be read ({error}); restore it, or run: python -m qa.train.ranker",
                chinese=f"{path} 读不了（{error}）；请恢复这个文件，或运行 python -m qa.train.ranker",
            ) from None
        if not all(_fits(weights, name, size) for name, size in _NETWORKS.items()):
            raise ModelError(
                f"{path}: trained for other features; run: python -m qa.train.ranker",
                chinese=f"{path} 是为别的特征训练的；请运行 python -m qa.train.ranker",
            )
        return cls(weights)

    def rank(self, evidence: Sequence[Evidence]) -> list[Ranked]:
        """Every sentence of the evidence, best first."""
        ranked = [
            Ranked(seen, at, float(score))
            for seen in evidence
            for at, score in enumerate(self.scores("score", seen.rows)[:, 0])
        ]
        return sorted(ranked, key=lambda sentence: -sentence.score)

    def answered(self, ranked: Sequence[Ranked]) -> float:
        """The probability (0–1) that the best sentences answer the question.

        Half of what the network says where a unit is asked for (多少亩) and no figure of the article has it.
        """
        if not ranked:
            return 0.0
        logit = self.scores("answered", signals(ranked)[None, :])[0, 0]
        chance = float(1 / (1 + np.exp(-np.clip(logit, -30, 30))))
        rows = ranked[0].evidence.rows
        return chance / 2 if rows[0, _UNIT] and not rows[:, _HOLDS].any() else chance

    def scores(self, name: str, rows: Floats) -> Floats:
        """A perceptron with tanh between its layers: (n, features) → (n, 1)."""
        weights = self._weights
        values = (rows - weights[f"{name}.mean"]) / weights[f"{name}.spread"]
        layers = sorted(key for key in weights if key.startswith(f"{name}.weight"))
        for number, layer in enumerate(layers):
            values = values @ weights[layer].T + weights[layer.replace("weight", "bias")]
            if number + 1 < len(layers):
                values = np.tanh(values)
        return values


def _fits(weights: dict[str, npt.NDArray[np.float32]], name: str, size: int) -> bool:
    """Whether a network is complete and takes `size` values."""
    shapes = [value.shape for key, value in sorted(weights.items()) if key.startswith(f"{name}.weight")]
    biases = [value.shape for key, value in sorted(weights.items()) if key.startswith(f"{name}.bias")]
    ends = {weights[key].shape for key in (f"{name}.mean", f"{name}.spread") if key in weights}
    chain = [size, *(shape[0] for shape in shapes)]
    fits = [shape == (after, before) for shape, before, after in zip(shapes, chain, chain[1:], strict=False)]
    return ends == {(size,)} and len(shapes) > 0 and all(fits) and biases == [shape[:1] for shape in shapes]


def signals(ranked: Sequence[Ranked]) -> Floats:
    """One row of `SIGNALS`, as seen from the best sentence.

    Words of the question that its sentence lacks (*missing*, or *unmet* where words of like meaning count), its
    article (*away*) or all articles read (*unseen*) count by their rarity, names and things apart from the rest: who
    asks for a chairman is not answered without one, while spoken verbs seldom stand in print.
    """
    best = ranked[0]
    seen, row = best.evidence, best.evidence.rows[best.sentence]
    near = seen.around[best.sentence]
    article = seen.covered.max(axis=0, initial=0)
    articles = {id(sentence.evidence): sentence.evidence for sentence in ranked}.values()
    anywhere = np.maximum.reduce([other.covered.max(axis=0, initial=0) for other in articles])
    values = {name: float(row[at]) for name, at in _ROW.items()}
    values["score"] = best.score / 10
    values["read"] = _UNREAD if math.isnan(best.read) else best.read
    seeks = bool(seen.rows[0, _SEEKS].any())  # numbers, dates, people and places can be seen to be there or not
    values["held"] = float(not seeks or row[_HOLDS] > 0)
    values["held_article"] = float(not seeks or seen.rows[:, _HOLDS].any())
    values["near"] = values["near"] if seeks else _UNSOUGHT
    for name, covered in (
        ("unseen", anywhere),
        ("away", article),
        ("missing", near),
        ("unmet", seen.met[best.sentence]),
    ):
        lacking = (1 - covered) * seen.weights / 9
        values[f"{name}_names"] = float(lacking[seen.names].sum())
        values[f"{name}_others"] = float(lacking[~seen.names].sum())
    return np.array([values[name] for name in SIGNALS])
