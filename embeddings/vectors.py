"""Vectors on disk: a FAISS index from chunk key to vector, searched by inner product.

In: integer keys with float32 unit vectors. Out: the nearest keys with their cosines. Exact search. Knows nothing about
text or encoders.
"""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from embeddings.errors import BrokenIndexError

Floats = npt.NDArray[np.float32]
Keys = npt.NDArray[np.int64]


class VectorIndex:
    """A FAISS index under the integer keys of the chunks."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def empty(cls, dimension: int) -> VectorIndex:
        """An index of no vectors yet."""
        return cls(faiss.IndexIDMap2(faiss.IndexFlatIP(dimension)))

    @classmethod
    def open(cls, path: Path, mapped: bool = True) -> VectorIndex:
        """Read an index file; `mapped` leaves the vectors on disk, for reading only.

        Raises:
            BrokenIndexError: the file is missing, truncated or no FAISS index.
        """
        try:
            return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC if mapped else 0))
        except RuntimeError as error:
            reason = str(error).strip().splitlines()[-1]
            raise BrokenIndexError(f"{path}: damaged ({reason}); run: wenbao build --full") from None

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    def add(self, keys: Keys, vectors: Floats) -> None:
        """Add (n,) keys with (n, dimension) vectors."""
        if len(keys):
            self._index.add_with_ids(np.ascontiguousarray(vectors), keys)

    def delete(self, keys: Keys) -> None:
        """Drop vectors by key; unknown keys are ignored."""
        if len(keys):
            self._index.remove_ids(keys)

    def vectors(self, keys: Keys) -> Floats:
        """The (n, dimension) vectors of n keys."""
        found: Floats = np.asarray([self._index.reconstruct(int(key)) for key in keys], dtype=np.float32)
        return found.reshape(len(keys), self.dimension)

    def search(self, vector: Floats, limit: int) -> tuple[Keys, npt.NDArray[np.float64]]:
        """The nearest `limit` keys to a (dimension,) vector, nearest first, with their cosines."""
        faiss.omp_set_num_threads(1)  # one query gains nothing from threads, and on a busy machine waits for them
        cosines, keys = self._index.search(vector.reshape(1, -1), min(limit, len(self)) or 1)
        known = keys[0] >= 0
        return keys[0][known], cosines[0][known].astype(np.float64)

    def save(self, path: Path) -> None:
        faiss.write_index(self._index, str(path))
