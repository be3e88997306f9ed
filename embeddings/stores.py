"""One machine or Milvus: opens and builds the index where the `store` settings say that it is.

In: the folder of the index and the `store` settings. Out: what `embeddings.index` and `embeddings.build` give, or their
counterparts in `embeddings.milvus`, which have the same methods (a test holds them to it). Knows nothing about either.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from embeddings import build as local
from embeddings import generations
from embeddings.build import Receipt
from embeddings.index import Index
from embeddings.settings import EncoderSettings, StoreSettings


def open_index(path: Path | str, encoder: EncoderSettings | None = None, store: StoreSettings | None = None) -> Index:
    """Open the live generation of the index.

    Raises:
        ConfigError, BrokenIndexError, ModelError: in one line, with the remedy.
    """
    if store is None or store.kind == "local":
        return Index.open(path, encoder)
    from embeddings.milvus import MilvusIndex

    return cast(Index, MilvusIndex.open(store, encoder))


def build(corpus: Path, index: Path, store: StoreSettings | None = None, **options: Any) -> Receipt:
    """Bring the index up to date with a corpus folder; the options are those of `embeddings.build.build`."""
    if store is None or store.kind == "local":
        return local.build(corpus, index, **options)
    from embeddings import milvus

    return milvus.build(corpus, store, **options)


def rollback(index: Path, store: StoreSettings | None = None) -> str:
    """Make the generation before the live one live again; returns its name."""
    if store is None or store.kind == "local":
        return generations.rollback(index)
    from embeddings import milvus

    return milvus.rollback(store)


def generations_of(index: Path, store: StoreSettings | None = None) -> list[str]:
    """The complete generations, oldest first: those that one can go back to, and the live one."""
    if store is None or store.kind == "local":
        return generations.names(index)
    from embeddings import milvus

    return milvus.generations_of(store)
