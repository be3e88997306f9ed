"""Fits the weights of qa/reconcile.py: `python -m qa.train.calibrate --data ../shared --config NEWS.yaml`.

In: written questions that the reader was not trained on (those of texts held out), an index over the news that they
are on. Out: qa/model/calibration.json: the weights by which candidates are ordered, and those of the confidence, a
logistic regression on "the first candidate is right" (Platt 1999) with signs fixed: no guard may raise it. Prints the
AUROC, and the share of right and refused at several thresholds, by cross-validation over texts.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import numpy as np
import numpy.typing as npt
import typer
from scipy.optimize import minimize
from tqdm import tqdm

from qa.question import understand
from qa.reader import Reader
from qa.reconcile import CALIBRATION, FEATURES, RANKING, Candidate, confidence_features, features_of, guards
from qa.rerank import Reranker
from qa.retrieve import retrieve
from qa.settings import Settings
from qa.train import corpora
from qa.train.corpora import Asked, Text

Floats = npt.NDArray[np.float64]
_SIGNS = {"logit": 1, "span": 1, "rank": 1, "lead": 1, "names": -1, "ordinals": -1, "years": -1}
# Made negatives are rarely of another phase or name, near misses by people are: a guard counts at least so much.
_LEAST = {"names": -1.0, "ordinals": -3.0, "years": -1.0}
_RIDGE = 0.02


def auroc(scores: Floats, labels: npt.NDArray[np.bool_]) -> float:
    """The probability that a positive scores higher than a negative (ties count half).

    >>> auroc(np.array([.1, .4, .35, .8]), np.array([False, False, True, True]))
    0.75
    """
    positive, negative = scores[labels], scores[~labels]
    above = (positive[:, None] > negative[None]).mean() + 0.5 * (positive[:, None] == negative[None]).mean()
    return float(above)


def fitted(features: Floats, labels: Floats, signs: list[int], groups: Floats | None = None) -> Floats:
    """The weights (n,) of a logistic regression on (m, n) features with the signs given (0: free), or, with groups, of
    a softmax over the rows of each group, one of which is right."""

    def loss(weights: Floats) -> float:
        values = features @ weights
        if groups is None:
            each = np.logaddexp(0, values) - labels * values
            return float(each.mean() + _RIDGE * (weights[1:] ** 2).sum() / 10)
        total = 0.0
        for group in np.unique(groups):
            own = values[groups == group]
            total += float(np.logaddexp.reduce(own) - np.logaddexp.reduce(own[labels[groups == group] > 0]))
        return total / len(np.unique(groups)) + _RIDGE * float((weights**2).sum())

    bounds = [(0, None) if sign > 0 else (None, 0) if sign < 0 else (None, None) for sign in signs]
    return np.asarray(minimize(loss, np.zeros(features.shape[1]), bounds=bounds, method="L-BFGS-B").x)


def is_right(candidate: Candidate, text: Text, asked: Asked) -> bool:
    """Whether a candidate's sentence-sized words meet the wanted ones: the likeliest span overlaps one of them."""
    span = candidate.span
    if span is None or text.body[:60] not in candidate.article.text[:80]:
        return False
    words = candidate.words
    return any(text.body[low:high] in words or words in text.body[low:high] for low, high in asked.spans)


def main(
    data: Annotated[Path, typer.Option(help="the training folder")],
    config: Annotated[Path, typer.Option(help="config of an index over data/news_titled and news_headlines")],
    written: Annotated[Path, typer.Option(help="the project's own questions")] = corpora.WRITTEN,
    model: Annotated[Path, typer.Option(help="folder of the reader")] = CALIBRATION.parent,
    out: Annotated[Path, typer.Option(help="where to write the weights")] = CALIBRATION,
    limit: Annotated[int, typer.Option(help="texts whose questions are asked")] = 60,
) -> None:
    """Fit and write the weights."""
    from embeddings.stores import open_index

    settings = Settings.load(config)
    index = open_index(settings.index, settings.encoder, settings.store)
    reader, reranker = Reader.load(model), Reranker(settings.reranker)
    kept = [text for text in corpora.written(data, written) if text.held][:limit]
    rows = []
    for text in tqdm(kept):
        for asked in text.asked:
            question = understand(asked.question)
            found = retrieve(index, question, settings.retrieval, reranker)
            readings = reader.read(question.text, [each.window for each in found])
            candidates = [
                Candidate(reading, place, 0.0, guards(question, reading.window.article, reading.span))
                for reading, place in zip(readings, found, strict=True)
            ]
            if candidates:
                rows.append((text, asked, question, candidates))
    parts = [np.array([features_of(each.reading, each.found, each.guards) for each in own]) for _, _, _, own in rows]
    labels = [np.array([float(is_right(each, text, asked)) for each in own]) for text, asked, _, own in rows]
    usable = [at for at, own in enumerate(labels) if own.sum()]
    rank = fitted(
        np.concatenate([parts[at] for at in usable]), np.concatenate([labels[at] for at in usable]), [1, 1, 1, 1],
        np.concatenate([np.full(len(labels[at]), float(at)) for at in usable]),
    )  # fmt: skip
    features, right, answerable = [], [], []
    for (text, asked, _, own), part in zip(rows, parts, strict=True):
        scored = sorted(
            (
                Candidate(one.reading, one.found, float(rank @ each), one.guards)
                for one, each in zip(own, part, strict=True)
            ),
            key=lambda one: -one.score,
        )
        features.append(confidence_features(scored))
        right.append(bool(asked.spans) and is_right(scored[0], text, asked))
        answerable.append(bool(asked.spans))
    matrix, wanted, can = np.array(features), np.array(right), np.array(answerable)
    signs = [0, *(_SIGNS[name] for name in FEATURES[1:])]
    held = np.zeros(len(matrix))
    fold = np.array([hash_of(text.title) % 5 for text, *_ in rows])
    for one in range(5):
        held[fold == one] = matrix[fold == one] @ fitted(matrix[fold != one], can[fold != one].astype(float), signs)
    whole = fitted(matrix, can.astype(float), signs)
    print(
        f"{len(rows)} questions, {can.sum()} answerable; right first {wanted[can].mean():.3f}; "
        f"AUROC {auroc(held, can):.3f}"
    )
    chances = 1 / (1 + np.exp(-held))
    for threshold in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7):
        sure = chances >= threshold
        print(
            f"  {threshold}: right {(wanted & sure)[can].mean():.3f} wrongly refused {(~sure)[can].mean():.3f} "
            f"refused {(~sure)[~can].mean():.3f}"
        )
    for low in np.arange(0, 1, 0.2):
        bin_ = (chances >= low) & (chances < low + 0.2)
        if bin_.sum():
            print(
                f"  confidence {low:.1f}–{low + 0.2:.1f}: {bin_.sum()} questions, "
                f"answerable {can[bin_].mean():.3f}, right {wanted[bin_].mean():.3f}"
            )
    order = dict(zip(RANKING, (round(float(each), 4) for each in rank), strict=True))
    kept_weights = {
        name: round(min(float(each), _LEAST.get(name, np.inf)), 4) for name, each in zip(FEATURES, whole, strict=True)
    }
    out.write_text(json.dumps({"rank": order, "confidence": kept_weights}, indent=1) + "\n")
    print(out.read_text())


def hash_of(text: str) -> int:
    """A number for a text, the same in every run."""
    import zlib

    return zlib.crc32(text.encode())


if __name__ == "__main__":
    typer.run(main)
