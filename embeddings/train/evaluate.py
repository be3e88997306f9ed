"""How often the right article is found: an encoder alone, words alone, and both.

In: an encoder and the data folder. Out: recall of the right article at 1, 5 and 20 over 69,486 articles, for
`news_questions_dev`, and how sure it is that vectors add to words. This file knows nothing about training, and it is
not the search of the product: it weighs what vectors can add to words, in the simplest search that has both.

    python -m embeddings.train.evaluate --data DATA [--model FOLDER]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.progress import track

from embeddings.encoder import Encoder, load_encoder
from embeddings.train.mining import WordSearch
from embeddings.train.texts import read_news, read_records, windows

Recall = tuple[float, float, float]
Gain = tuple[float, float, float]
_WEIGHTS = (0.05, 0.1, 0.15, 0.2, 0.3)
_DRAWS = 2000


class Scores(NamedTuple):
    """Recall at 1, 5 and 20 of each way to search; what a way finds at 5 that words do not, with its 95 % interval."""

    recall: dict[str, Recall]
    gains: dict[str, Gain]
    characters_per_second: int


class Haystack(NamedTuple):
    """All articles in windows: `starts[i]` is the first window of article i, `ids[i]` its id."""

    windows: list[str]
    starts: npt.NDArray[np.int64]
    ids: list[str]


def read_haystack(data: Path) -> Haystack:
    """The articles of `news_titled` by their ids, and those of the news as "news0", "news1", …"""
    titled = [(str(row["id"]), str(row["doc"])) for row in read_records(data / "data/news_titled.jsonl.xz")]
    articles = titled + [(f"news{i}", text) for i, text in enumerate(read_news(data))]
    cut = [(name, windows(text)) for name, text in articles]
    cut = [(name, pieces) for name, pieces in cut if pieces]
    starts = np.cumsum([0, *(len(pieces) for _, pieces in cut)])[:-1]
    return Haystack([piece for _, pieces in cut for piece in pieces], starts, [name for name, _ in cut])


def evaluate(encoder: Encoder, data: Path, search: WordSearch | None = None, quiet: bool = True) -> Scores:
    """The ways are "words", "encoder", and "fused 0.1" and so on.

    The fused score is (1 - weight) · BM25 + weight · cosine, each divided by its best for the question.
    """
    haystack = read_haystack(data)
    search = search or WordSearch(haystack.windows)
    began = time.perf_counter()
    passages = encoder.encode(haystack.windows)
    speed = sum(map(len, haystack.windows)) / (time.perf_counter() - began)
    place = {name: i for i, name in enumerate(haystack.ids)}
    ranks: dict[str, list[int]] = {}
    rows = read_records(data / "data/news_questions_dev.jsonl.xz")
    for row in track(rows, "measuring", console=Console(stderr=True, quiet=quiet)):
        wanted = [place[row[key]] for key in ("doc_id", "also") if row.get(key) in place]
        words, cosines = search.scores(row["question"]), passages @ encoder.encode_query(row["question"])
        for name, scores in _ways(words, cosines).items():
            ranks.setdefault(name, []).append(_rank(np.maximum.reduceat(scores, haystack.starts), wanted))
    recall = {name: _recall(values) for name, values in ranks.items()}
    return Scores(recall, gains(ranks, [str(row["doc_id"]) for row in rows]), round(speed))


def gains(ranks: Mapping[str, Sequence[int]], articles: Sequence[str], depth: int = 5) -> dict[str, Gain]:
    """For each way but "words", the share of questions that it finds and words do not, less the other way round.

    (mean, low, high): 95 % of the means when the articles are drawn anew with all their questions, for what one
    question of an article finds the others mostly find.
    """
    kinds, owner = np.unique(np.array(articles), return_inverse=True)
    drawn = np.random.default_rng(0).multinomial(len(kinds), np.full(len(kinds), 1 / len(kinds)), _DRAWS)
    found = {name: np.array(values) <= depth for name, values in ranks.items()}
    gained = {}
    for name in found.keys() - {"words"}:
        own = found[name].astype(float) - found["words"]
        totals = np.bincount(owner, own, len(kinds)), np.bincount(owner, minlength=len(kinds))
        low, high = np.quantile((drawn @ totals[0]) / (drawn @ totals[1]), (0.025, 0.975))
        gained[name] = round(float(own.mean()), 3), round(float(low), 3), round(float(high), 3)
    return gained


def _ways(words: npt.NDArray[np.float32], cosines: npt.NDArray[np.float32]) -> dict[str, npt.NDArray[np.float32]]:
    left, right = (scores / max(float(scores.max()), 1e-9) for scores in (words, cosines))
    fused = {f"fused {weight}": (1 - weight) * left + weight * right for weight in _WEIGHTS}
    return {"words": words, "encoder": cosines, **fused}


def _rank(scores: npt.NDArray[np.float32], wanted: list[int]) -> int:
    """1 where nothing scores higher than the best of the wanted articles."""
    return int((scores > scores[wanted].max()).sum()) + 1


def _recall(ranks: list[int]) -> Recall:
    share = [round(float(np.mean(np.array(ranks) <= depth)), 3) for depth in (1, 5, 20)]
    return share[0], share[1], share[2]


def main() -> None:
    parser = argparse.ArgumentParser(description="Recall of the right article, with vectors, words, and both.")
    parser.add_argument("--data", type=Path, default=Path("../shared"))
    parser.add_argument("--model", default="bundled")
    args = parser.parse_args()
    began = time.perf_counter()
    encoder = load_encoder(args.model)
    console = Console()
    console.print(f"{encoder.name}: {encoder.dimension}-d, opened in {time.perf_counter() - began:.2f} s")
    scores = evaluate(encoder, args.data, quiet=False)
    for name, recall in scores.recall.items():
        console.print(f"{name:12} {recall}  at 5 over words: {scores.gains.get(name, '')}")
    console.print(f"{scores.characters_per_second:,} characters a second")


if __name__ == "__main__":
    main()
