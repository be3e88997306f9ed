"""Evidence → a score for every sentence, and the probability that the archive answers at all.

In: what `examine` saw of each retrieved article. Out: `Ranked`. Three small networks (qa/model/ranker.safetensors),
trained by qa/train/ranker.py and qa/train/weigher.py on questions with known answers and on the like of them that have
none; numpy alone runs them. Knows nothing about Chinese.
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
from qa.ranking.evidence import FEATURES, Evidence

MODEL = Path(__file__).parents[1] / "model" / "ranker.safetensors"
# What tells an answer from a near miss; each may only speak for an answer (+) or only against one (-).
SIGNALS = {
    "score": +1, "read": +1, "around": +1, "article": +1, "told": +1, "worst": -1, "run": +1, "near": +1, "held": +1,
    "held_article": +1,
}  # fmt: skip
# What a sentence is weighed by after close reading (qa/ranking/close.py): its own, then its article's.
WEIGHED = (
    "score", "read", "unread", "best_read", "article_unread", "run", "meaning", "near", "best", "all", "second",
    "fused", "cosine", "rank", "longest_run", "most_words", "covered", "met", "names", "proper", "others", "length",
)  # fmt: skip
_RUN, _NEAR = FEATURES.index("run"), FEATURES.index("near")
_UNREAD = -12.0  # what a sentence that was not read counts as
_HOLDS, _UNIT = FEATURES.index("holds"), FEATURES.index("unit")
_SEEKS = [FEATURES.index(kind) for kind in ("number", "date", "person", "place")]
_SUREST = 0.95  # no estimate is surer, so that whatever speaks against an answer may still be heard
_OTHER_UNIT = 0.4  # what is left where a unit is asked for (多少亩) and no figure of the article has it
_ENOUGH = 18.0  # nats that a report may tell of a question; more make it no surer
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
        """The probability (0–1) that the best sentences answer the question."""
        if not ranked:
            return 0.0
        logit = self.scores("answered", signals(ranked)[None, :])[0, 0]
        chance = min(_SUREST, float(1 / (1 + np.exp(-np.clip(logit, -30, 30)))))
        rows = ranked[0].evidence.rows
        return chance * _OTHER_UNIT if rows[0, _UNIT] and not rows[:, _HOLDS].any() else chance

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

    What share of the question is borne out `around` the sentence and in its `article`, and how much that is (`told`);
    the `worst` of what is not, even in words of like meaning. Names and things count by their rarity, verbs less: who
    asks for a chairman is not answered without one, while spoken verbs seldom stand in print. What is missing counts no
    more than its meaning is rare, for which print may have another word.
    """
    best = ranked[0]
    seen, row = best.evidence, best.evidence.rows[best.sentence]
    article = seen.around.max(axis=0, initial=0)
    met = np.maximum(seen.met.max(axis=0, initial=0), article)
    seeks = bool(seen.rows[0, _SEEKS].any())  # numbers, dates, people and places can be seen to be there or not
    values = {
        "score": best.score / 10,
        "read": _UNREAD if math.isnan(best.read) else best.read,
        "around": _borne_out(seen, seen.around[best.sentence]),
        "article": _borne_out(seen, article),
        "told": min(float(met @ seen.telling), _ENOUGH) / 9,
        "worst": float(((1 - met) * seen.lacking).max(initial=0)) / 9,
        "run": float(row[_RUN]),
        "near": float(row[_NEAR]) if seeks else _UNSOUGHT,
        "held": float(not seeks or row[_HOLDS] > 0),
        "held_article": float(not seeks or seen.rows[:, _HOLDS].any()),
    }
    return np.array([values[name] for name in SIGNALS])


def _borne_out(seen: Evidence, covered: Floats) -> float:
    """The share of a question of which so much of each word is covered: (words,) → 0–1."""
    there, missing = float(covered @ seen.telling), float((1 - covered) @ seen.lacking)
    return there / (there + missing) if there + missing else 0.0
