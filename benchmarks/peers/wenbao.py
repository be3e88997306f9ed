"""Wenbao itself, put through the same phases.

Unlike the others it gets the articles, not the chunks: reading JSONL, cutting chunks, words and bigrams for BM25,
checks and the swap are all in its times. It is never told what changed. `hybrid` is what a question goes
through; `vectors` is the vector search alone, for comparison with systems that have no other.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import embeddings.build
from benchmarks.peers.encoding import spent
from benchmarks.peers.harness import PASSAGES, Change, Chunk, Found, run
from embeddings.index import Index
from qa.answerer import Answerer
from qa.settings import Settings


class Wenbao:
    modes = ("hybrid", "vectors")

    def build(self, chunks: list[Chunk], folder: Path) -> None:
        embeddings.build.build(folder.parent / "corpus", folder)

    def open(self, folder: Path) -> None:
        self._answerer = Answerer.open(Settings(), index=folder)

    def search(self, question: str, mode: str) -> list[Found]:
        if mode == "hybrid":
            passages = self._answerer.search(question, PASSAGES)
            return [Found(each.article.source_id or each.article.id, each.text) for each in passages]
        index = self._answerer.index
        assert isinstance(index, Index)
        hits = index.search(question, PASSAGES, dense_weight=1.0)
        return [Found(hit.article.source_id or hit.article.id, hit.article.text[hit.start : hit.end]) for hit in hits]

    def change(self, change: Change, folder: Path) -> None:
        self.build([], folder)  # the corpus has been edited; which article, it finds out


class _Timed:
    """An encoder that adds up what it costs."""

    def __init__(self, encoder: Any) -> None:
        self._encoder = encoder

    def __getattr__(self, name: str) -> Any:
        return getattr(self._encoder, name)

    def encode(self, texts: Sequence[str], *rest: Any) -> Any:
        wall, cpu = time.perf_counter(), time.process_time()
        vectors = self._encoder.encode(texts, *rest)
        spent["encode_s"] += time.perf_counter() - wall
        spent["encode_cpu_s"] += time.process_time() - cpu
        return vectors


if __name__ == "__main__":
    load = embeddings.build.load_encoder
    embeddings.build.load_encoder = lambda *settings: _Timed(load(*settings))
    run(Wenbao())
