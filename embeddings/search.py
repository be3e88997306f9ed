"""What an index searches by, whichever store keeps it: words of chunks, words of articles, vectors of chunks.

`Local` keeps them as files in the folder of a generation; `embeddings.milvus.Milvus` as collections of an engine.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from embeddings.generations import link_tree
from embeddings.lexical import WordIndex
from embeddings.vectors import Floats, Keys, VectorIndex
from embeddings.words import Terms

Found = tuple[Keys, npt.NDArray[np.float64]]  # keys, best first, and their scores


class Words(Protocol):
    """BM25 over texts, each under an integer key; what is added or deleted counts from `commit` on."""

    def __len__(self) -> int: ...
    def add(self, key: int, text: Terms) -> None: ...
    def delete(self, keys: Iterable[int]) -> None: ...
    def commit(self) -> None: ...
    def search(self, text: str, limit: int) -> Found: ...

    def frequency(self, word: str) -> int:
        """How many texts hold a word."""


class Vectors(Protocol):
    """Unit vectors under integer keys, which ascend as they are added."""

    def __len__(self) -> int: ...
    def add(self, keys: Keys, vectors: Floats) -> None: ...
    def delete(self, keys: Keys) -> None: ...
    def holds(self, keys: Keys) -> npt.NDArray[np.bool_]: ...
    def vectors(self, keys: Keys) -> Floats: ...
    def search(self, vector: Floats, limit: int) -> Found: ...

    def commit(self, folder: Path) -> Vectors:
        """Write everything down; returns what readers will open."""


class Searches(NamedTuple):
    """What one generation is searched by."""

    words: Words
    articles: Words
    vectors: Vectors


class Backend(Protocol):
    """Where the searches of an index are kept."""

    @property
    def place(self) -> str | None:
        """What the manifest says of it: None for the folder itself."""

    def open(self, folder: Path) -> Searches:
        """The searches of a finished generation."""

    def stage(self, folder: Path, previous: Path | None, dimension: int) -> Searches:
        """Those of a new generation: empty, or copies of the previous one's."""

    def sweep(self) -> None:
        """Drop what is kept, elsewhere than in the folder, of generations that are gone."""

    def close(self) -> None: ...


class Local:
    """The backend of files: tantivy for words, FAISS for vectors."""

    place: str | None = None

    def open(self, folder: Path) -> Searches:
        vectors = VectorIndex.open(folder / "vectors.faiss")
        return Searches(WordIndex(folder / "words"), WordIndex(folder / "articles"), vectors)

    def stage(self, folder: Path, previous: Path | None, dimension: int) -> Searches:
        if previous:
            for name in ("words", "articles"):
                link_tree(previous / name, folder / name)
        words, articles = (WordIndex(folder / name, create=not previous) for name in ("words", "articles"))
        opened = VectorIndex.open(previous / "vectors.faiss") if previous else VectorIndex.empty(dimension)
        return Searches(words, articles, opened)

    def sweep(self) -> None:
        """Nothing is kept elsewhere."""

    def close(self) -> None:
        """Files are closed with the generation that holds them."""
