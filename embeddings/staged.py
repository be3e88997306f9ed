"""A generation in the making: articles, words and vectors, filled side by side and checked against each other."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Self

import numpy as np

from embeddings.chunks import pieces, windows
from embeddings.encoder import Encoder
from embeddings.errors import BrokenIndexError
from embeddings.records import Article, Chunk
from embeddings.search import Backend
from embeddings.settings import ChunkSettings
from embeddings.store import Store
from embeddings.vectors import Keys
from embeddings.words import joined, terms

Progress = Callable[[str, int, int], None]
_ENCODED_AT_ONCE = 4096  # passages held in memory while encoding
_PROBES = 32  # old chunks, and as many new ones, that must find themselves before a generation goes live


class Staged:
    """The stores of a staged generation: copies of the previous one's, or empty ones."""

    def __init__(
        self, folder: Path, previous: Path | None, model: Encoder, chunks: ChunkSettings, backend: Backend
    ) -> None:
        self._folder, self._model, self._chunks = folder, model, chunks
        if previous:
            shutil.copyfile(previous / "store.sqlite", folder / "store.sqlite")
        self.store = Store(folder / "store.sqlite", writable=True)
        self._words, self._articles, self._vectors = backend.stage(folder, previous, model.dimension)
        self._last = self.store.last_chunk()  # of those that come from the previous generation
        self._new: list[int] = []  # chunks that have no vector yet
        self._gone: list[int] = []  # chunks that have one still
        self._dropped: list[int] = []  # their articles

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.store.close()

    def add(self, key: int, article: Article) -> None:
        """Cut an article that is new to the store; its words are looked up as soon as it is committed."""
        size, overlap = self._chunks.size, self._chunks.overlap
        spans = pieces(article.text, size)
        runs = windows(spans, size, overlap)
        keys = self.store.add_chunks(key, [Chunk(article, spans[first][0], spans[last][1]) for first, last in runs])
        cut = [terms(article.text[start:end]) for start, end in spans]  # once, for all that hold the piece
        for chunk, (first, last) in zip(keys, runs, strict=True):
            self._words.add(chunk, joined(cut[first : last + 1]))
        heading = " ".join((article.headline, article.kicker, *article.reporters))
        self._articles.add(key, joined([terms(heading), *cut]))
        self._new += keys

    def drop(self, article_keys: Sequence[int]) -> None:
        """Forget articles; their vectors stay until `encode` has seen whether a new chunk says the same."""
        gone = self.store.chunks_of(article_keys)
        self._dropped += article_keys
        self._articles.delete(article_keys)
        self._words.delete(gone)
        self._gone += gone

    def encode(self, progress: Progress) -> tuple[int, int]:
        """Give every new chunk its vector: carried over where the same passage has one, else encoded.

        Returns how many were carried over and how many encoded.
        """
        carried = 0
        for at in range(0, len(self._new), _ENCODED_AT_ONCE):
            progress("encode", at, len(self._new))
            carried += self._encode(self._new[at : at + _ENCODED_AT_ONCE])
        progress("encode", len(self._new), len(self._new))
        self._vectors.delete(_keys(self._gone))
        self.store.delete(self._dropped)
        return carried, len(self._new) - carried

    def _encode(self, keys: list[int]) -> int:
        """Add the vectors of some new chunks; returns how many were carried over."""
        places = self.store.chunk_places(keys)
        articles = self.store.articles(place[0] for place in places.values())
        chunks = [Chunk(articles[article], start, end) for article, start, end in map(places.__getitem__, keys)]
        oldest = self.store.chunks_with(chunk.digest for chunk in chunks)
        twins = np.array([oldest[chunk.digest] for chunk in chunks], dtype=np.int64)
        known = self._vectors.holds(twins)
        vectors = np.empty((len(keys), self._model.dimension), dtype=np.float32)
        if known.any():
            vectors[known] = self._vectors.vectors(twins[known])
        vectors[~known] = self._model.encode([chunks[at].passage for at in np.flatnonzero(~known)])
        self._vectors.add(_keys(keys), vectors)
        return int((known & (twins <= self._last)).sum())  # a passage that stands twice in new text is new

    def commit(self, progress: Progress) -> None:
        """Write everything down."""
        progress("words", 0, 3)
        self._words.commit()
        progress("words", 1, 3)
        self._articles.commit()
        progress("words", 2, 3)
        self.store.commit()
        self._vectors = self._vectors.commit(self._folder)  # checked is what readers will open
        progress("words", 3, 3)

    def check(self, progress: Progress) -> None:
        """Compare the stores.

        Chunks from all over the archive, and as many of the new ones, must be their own nearest neighbours; of those
        that are gone none may have a vector.

        Raises:
            BrokenIndexError: they disagree.
        """
        articles, chunks = self.store.size()
        if not len(self._words) == len(self._vectors) == chunks or len(self._articles) != articles:
            raise self._inconsistent("its parts count differently")
        if self._vectors.holds(_keys(self._gone)).any():
            raise self._inconsistent("a chunk that is gone still has a vector")
        new = self._new[:: len(self._new) // _PROBES + 1]
        probes = list(dict.fromkeys([*self.store.chunks_apart(_PROBES), *new]))
        for done, chunk in enumerate(probes):
            progress("check", done, len(probes))
            vector = self._vectors.vectors(_keys([chunk]))[0]
            _, cosines = self._vectors.search(vector, 1)
            if not len(cosines) or cosines[0] < float(vector @ vector) - 1e-3:
                raise self._inconsistent("a chunk does not find itself")
        progress("check", len(probes), len(probes))

    def _inconsistent(self, why: str) -> BrokenIndexError:
        return BrokenIndexError(
            f"{self._folder}: the new index is inconsistent ({why}); run: wenbao build --full",
            chinese=f"新索引 {self._folder} 前后对不上（{why}）；请运行 wenbao build --full",
        )


def _keys(keys: Iterable[int]) -> Keys:
    return np.fromiter(keys, dtype=np.int64)
