"""txtai: an Embeddings database with stored content (SQLite), and its default FAISS index (IVF from 5,000 vectors on).

It has no change detection over a corpus: the old chunks of the changed article are deleted, the new ones upserted.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from txtai import Embeddings

from benchmarks.peers import encoding
from benchmarks.peers.harness import PASSAGES, Change, Chunk, Found, run


def transform(texts: list[str]) -> encoding.Vectors:
    """What txtai calls to encode; a plain function, as it asks for one.

    A chunk of nothing but punctuation has a vector of zeros, which txtai divides by its length; it gets another.
    """
    vectors = encoding.encode(texts)
    vectors[~vectors.any(axis=1), 0] = 1.0
    return vectors


class Txtai:
    modes: tuple[str, ...] = ("vectors",)
    settings: ClassVar[dict[str, Any]] = {"method": "external", "content": True}

    def build(self, chunks: list[Chunk], folder: Path) -> None:
        database = Embeddings(self.settings, transform="benchmarks.peers.txtai.transform")
        database.index(_rows(chunks))
        database.save(str(folder / "database"))

    def open(self, folder: Path) -> None:
        self._database = Embeddings()
        self._database.load(str(folder / "database"))

    def search(self, question: str, mode: str) -> list[Found]:
        rows = self._database.search(question, PASSAGES)
        return [Found(row["id"].rpartition("#")[0], row["text"]) for row in rows]

    def change(self, change: Change, folder: Path) -> None:
        self.open(folder)
        self._database.delete([chunk.id for chunk in change.old])
        self._database.upsert(_rows(change.new))
        self._database.save(str(folder / "database"))


def _rows(chunks: list[Chunk]) -> list[tuple[str, str]]:
    return [(chunk.id, chunk.text) for chunk in chunks]


if __name__ == "__main__":
    run(Txtai())
