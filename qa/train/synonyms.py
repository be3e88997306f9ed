"""News → qa/model/synonyms.safetensors: word vectors that tell how near two words are in meaning (动工 and 开工).

In: `time<TAB>text` news. Out: a vocabulary and its int8 vectors, learned by skip-gram with negative sampling (Mikolov
et al. 2013). A question and the article that answers it seldom choose the same words.

    python -m qa.train.synonyms ../shared/news/news.tsv.xz
"""

from __future__ import annotations

import argparse
import lzma
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from gensim.models import Word2Vec
from safetensors.numpy import save_file

from embeddings.words import words
from qa.language.synonyms import MODEL

_LEAST = 30  # times that a word must stand in the news


class News:
    """The sentences of the news as words; can be gone through again and again."""

    def __init__(self, path: Path, limit: int | None) -> None:
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            self._texts = [
                words(line.partition("\t")[2]) for _, line in zip(range(limit or 10**9), lines, strict=False)
            ]

    def __iter__(self) -> Iterator[list[str]]:
        return iter(self._texts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("news", type=Path)
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument("--limit", type=int, help="articles to learn from (default: all)")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--dimension", type=int, default=96)
    arguments = parser.parse_args()
    news = News(arguments.news, arguments.limit)
    model = Word2Vec(
        news, vector_size=arguments.dimension, window=4, min_count=_LEAST, negative=8, sg=1, sample=1e-4,
        epochs=arguments.epochs, workers=2, seed=0, max_final_vocab=40_000,
    )  # fmt: skip
    export(list(model.wv.index_to_key), model.wv.vectors, arguments.out)


def export(vocabulary: list[str], vectors: npt.NDArray[np.float32], out: Path) -> None:
    """Centre the vectors, make them of one length, and keep 8 bits of each component."""
    centred = vectors - vectors.mean(axis=0)
    unit = centred / np.linalg.norm(centred, axis=1, keepdims=True)
    scale = 127 / np.abs(unit).max()
    text = "\n".join(vocabulary).encode()
    out.parent.mkdir(parents=True, exist_ok=True)
    save_file(
        {"vectors": np.round(unit * scale).astype(np.int8), "vocabulary": np.frombuffer(text, dtype=np.uint8).copy()},
        out,
    )


if __name__ == "__main__":
    main()
