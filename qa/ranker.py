"""Evidence → a score for every sentence, and the probability that the archive answers at all.

In: what `examine` saw of each retrieved article. Out: `Ranked`. Two small networks (qa/model/ranker.safetensors),
trained by qa/train/ranker.py on questions with known answers and on the same questions with the answering article taken
away; numpy alone runs them. Knows nothing about Chinese.
"""

from __future__ import annotations

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
SIGNALS = (
    *FEATURES[:15],
    *FEATURES[23:],
    "logit",
    "margin",
    "runner_up",
    "words_asked",
    "telling",
    "unseen",
    "uncovered",
)
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ranked:
    """One sentence with its score in nats: `evidence.spans[sentence]`."""

    evidence: Evidence
    sentence: int
    score: float


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
                f"{path}: cannot be read ({error}); restore it, or run: python -m qa.train.ranker"
            ) from None
        shapes = {name: weights[name].shape for name in ("score.mean", "answered.mean") if name in weights}
        if shapes != {"score.mean": (len(FEATURES),), "answered.mean": (len(SIGNALS),)}:
            raise ModelError(f"{path}: trained for other features; run: python -m qa.train.ranker")
        return cls(weights)

    def rank(self, evidence: Sequence[Evidence]) -> list[Ranked]:
        """Every sentence of the evidence, best first."""
        ranked = [
            Ranked(seen, at, float(score))
            for seen in evidence
            for at, score in enumerate(self._network("score", seen.rows)[:, 0])
        ]
        return sorted(ranked, key=lambda sentence: -sentence.score)

    def answered(self, ranked: Sequence[Ranked]) -> float:
        """The probability (0–1) that the best sentences answer the question."""
        if not ranked:
            return 0.0
        logit = self._network("answered", signals(ranked)[None, :])[0, 0]
        return float(1 / (1 + np.exp(-np.clip(logit, -30, 30))))

    def _network(self, name: str, rows: Floats) -> Floats:
        """A perceptron with rectified hidden layers: (n, features) → (n, 1)."""
        weights = self._weights
        values = (rows - weights[f"{name}.mean"]) / weights[f"{name}.spread"]
        layers = sorted(key for key in weights if key.startswith(f"{name}.weight"))
        for number, layer in enumerate(layers):
            values = values @ weights[layer].T + weights[layer.replace("weight", "bias")]
            if number + 1 < len(layers):
                values = np.maximum(values, 0)
        return values


def signals(ranked: Sequence[Ranked]) -> Floats:
    """What tells an answer from a near miss, seen from the best sentence: one row of `SIGNALS`."""
    best = ranked[0]
    seen, row = best.evidence, best.evidence.rows[best.sentence]
    others = [sentence.score for sentence in ranked[1:]]
    elsewhere = [sentence.score for sentence in ranked if sentence.evidence is not seen]
    in_article = seen.covered.max(axis=0, initial=0)
    missing = (1 - in_article) * seen.weights
    anywhere = np.maximum.reduce(
        [s.covered.max(axis=0, initial=0) for s in {id(r.evidence): r.evidence for r in ranked}.values()]
    )
    extra = (
        best.score / 10,
        min(best.score - (others[0] if others else 0.0), 10) / 10,
        min(best.score - (elsewhere[0] if elsewhere else 0.0), 10) / 10,
        min(len(seen.weights), 15) / 15,
        seen.weights.max(initial=0) / 9,
        float(((1 - anywhere) * seen.weights).max(initial=0)) / 9,
        float(missing.max(initial=0)) / 9,
    )
    return np.concatenate([row[:15], row[23:], extra])
