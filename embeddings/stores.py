"""One machine or Milvus: opens and builds the index with the backend that the `store` settings name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from embeddings import build as builder
from embeddings import generations
from embeddings.build import Receipt
from embeddings.index import Index
from embeddings.search import Backend, Local
from embeddings.settings import EncoderSettings, StoreSettings


def backend_of(index: Path, store: StoreSettings | None) -> Backend:
    """Where the words and vectors of an index are kept.

    Raises:
        ConfigError, BrokenIndexError: Milvus cannot be reached; in one line, with the remedy.
    """
    if store is None or store.kind == "local":
        return Local()
    from embeddings.milvus import Milvus

    return Milvus(store, index)


def open_index(path: Path | str, encoder: EncoderSettings | None = None, store: StoreSettings | None = None) -> Index:
    """Open the live generation of the index.

    Raises:
        ConfigError, BrokenIndexError, ModelError: in one line, with the remedy.
    """
    return Index.open(path, encoder, backend_of(Path(path), store))


def build(corpus: Path, index: Path, store: StoreSettings | None = None, **options: Any) -> Receipt:
    """Bring the index up to date with a corpus folder; the options are those of `embeddings.build.build`."""
    backend = backend_of(index, store)
    try:
        return builder.build(corpus, index, backend=backend, **options)
    finally:
        backend.close()


def rollback(index: Path, store: StoreSettings | None = None) -> str:
    """Make the generation before the live one live again; returns its name."""
    return generations.rollback(index)


def generations_of(index: Path, store: StoreSettings | None = None) -> list[str]:
    """The complete generations, oldest first: those that one can go back to, and the live one."""
    return generations.names(index)
