"""Vectors on disk (FAISS), under the integer keys of the chunks: exact search, for many a fast one.

Vectors are float16, mapped from disk. The fast search holds a 4-bit product quantisation in memory, which proposes
candidates that the float16 vectors then rank.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from embeddings.generations import damaged, unwritable

Floats = npt.NDArray[np.float32]
Keys = npt.NDArray[np.int64]

_FAST_FROM = 50_000  # vectors; fewer are searched exactly within 2 ms
_TRAINED_ON = 20_000  # vectors that the quantiser learns from
_LEAST = 100  # neighbours that are looked for, so that the best of few are among the candidates
_CANDIDATES = 80  # ranked exactly for each neighbour wanted: finds 98 % and more of them


class VectorIndex:
    """Vectors under integer keys, which ascend from row to row.

    One that was opened is on disk, for searching; the first change takes it into memory.
    """

    def __init__(self, index: faiss.Index, keys: Keys, path: Path | None = None) -> None:
        self._keys = keys
        self._path = path  # None once the vectors are in memory
        self._use(index)

    def _use(self, index: faiss.Index) -> None:
        self._owner = index  # an index read from a file owns its parts: when it goes, they go
        self._fast: faiss.IndexRefine | None = None
        self._exact = index
        if isinstance(index, faiss.IndexRefine):
            self._fast, self._exact = index, faiss.downcast_index(index.refine_index)

    @classmethod
    def empty(cls, dimension: int) -> VectorIndex:
        """An index of no vectors yet."""
        exact = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        return cls(exact, np.empty(0, np.int64))

    @classmethod
    def open(cls, path: Path) -> VectorIndex:
        """Map the files.

        Raises:
            BrokenIndexError: a file is missing, truncated or of another kind, or they do not fit each other.
        """
        index = _read(path, faiss.IO_FLAG_MMAP_IFC)
        with _watched(_keys_path(path)):
            keys = np.load(_keys_path(path), mmap_mode="r", allow_pickle=False)
        if keys.shape != (index.ntotal,):
            counts = index.ntotal, len(keys)
            raise damaged(
                path, "damaged ({} vectors, {} keys)".format(*counts), "坏了（向量 {}，键 {}）".format(*counts)
            )
        return cls(index, keys, path)

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def dimension(self) -> int:
        return int(self._exact.d)

    def add(self, keys: Keys, vectors: Floats) -> None:
        """Add (n,) keys, ascending and higher than all before, with (n, dimension) vectors."""
        if (np.diff(keys, prepend=self._keys[-1:]) <= 0).any():
            raise ValueError("keys must ascend")
        if len(keys):
            self._take_into_memory()
            faiss.omp_set_num_threads(1)
            (self._fast or self._exact).add(np.ascontiguousarray(vectors))
            self._keys = np.concatenate([self._keys, keys])

    def delete(self, keys: Keys) -> None:
        """Drop vectors by key; unknown keys are ignored."""
        if len(rows := np.flatnonzero(np.isin(self._keys, keys))):
            self._take_into_memory()
            doomed = faiss.IDSelectorBatch(rows)
            self._exact.remove_ids(doomed)
            if self._fast:
                faiss.downcast_index(self._fast.base_index).remove_ids(doomed)
                self._fast.ntotal = self._exact.ntotal
            self._keys = np.delete(self._keys, rows)

    def _take_into_memory(self) -> None:
        if self._path:
            self._use(_read(self._path, 0))
            self._path = None

    def holds(self, keys: Keys) -> npt.NDArray[np.bool_]:
        """(n,) whether each of n keys has a vector."""
        return np.isin(keys, self._keys)

    def vectors(self, keys: Keys) -> Floats:
        """The (n, dimension) vectors of n keys.

        Raises:
            BrokenIndexError: a key has no vector.
        """
        rows = np.searchsorted(self._keys, keys)
        if not len(self._keys) or (self._keys[np.minimum(rows, len(self) - 1)] != keys).any():
            raise damaged(self._path, "damaged (a chunk has no vector)", "坏了（有一段没有向量）")
        with _watched(self._path):
            found: Floats = self._exact.reconstruct_batch(rows)
        return found

    def search(self, vector: Floats, limit: int, exact: bool = False) -> tuple[Keys, npt.NDArray[np.float64]]:
        """The nearest `limit` keys to a (dimension,) vector, nearest first, with their cosines."""
        faiss.omp_set_num_threads(1)  # one query gains nothing from threads, and on a busy machine waits for them
        index = self._exact if exact else self._fast or self._exact
        with _watched(self._path):
            cosines, rows = index.search(vector.reshape(1, -1), min(max(limit, _LEAST), len(self)) or 1)
        known = rows[0] >= 0
        return np.asarray(self._keys[rows[0][known][:limit]]), cosines[0][known][:limit].astype(np.float64)

    def _quantise(self) -> None:
        """Have many vectors searched fast: two dimensions in four bits, trained on a sample of them."""
        if len(self) < _FAST_FROM or self.dimension % 2:
            self._fast = None
        elif not self._fast:
            faiss.omp_set_num_threads(1)  # 1 s of work; threads that wait for each other on a busy machine made it 30 s
            base = faiss.IndexPQFastScan(self.dimension, self.dimension // 2, 4, faiss.METRIC_INNER_PRODUCT)
            sample = np.linspace(0, len(self) - 1, min(len(self), _TRAINED_ON)).astype(np.int64)
            base.train(self._exact.reconstruct_batch(sample))
            for start in range(0, len(self), _TRAINED_ON):
                base.add(self._exact.reconstruct_n(start, min(_TRAINED_ON, len(self) - start)))
            self._fast = faiss.IndexRefine(base, self._exact)
            self._fast.k_factor = _CANDIDATES

    def commit(self, folder: Path) -> VectorIndex:
        """Write the files into a folder; returns them opened.

        Raises:
            BrokenIndexError: they cannot be written.
        """
        self._take_into_memory()
        self._quantise()
        self.save(folder / "vectors.faiss")
        return VectorIndex.open(folder / "vectors.faiss")

    def save(self, path: Path) -> None:
        """Write the files.

        Raises:
            BrokenIndexError: they cannot be written.
        """
        try:
            faiss.write_index(self._fast or self._exact, str(path))
            np.save(_keys_path(path), self._keys, allow_pickle=False)
        except (OSError, RuntimeError) as error:
            raise unwritable(path, error) from None


def _read(path: Path, flags: int) -> faiss.Index:
    with _watched(path):
        return faiss.read_index(str(path), flags)


@contextmanager
def _watched(path: Path | None) -> Iterator[None]:
    """What goes wrong inside FAISS or NumPy becomes one line."""
    try:
        yield
    except (OSError, RuntimeError, ValueError, EOFError) as error:
        reason = str(error).strip().splitlines()[-1]
        raise damaged(path, f"damaged ({reason})", f"坏了（{reason}）") from None


def _keys_path(path: Path) -> Path:
    return path.with_suffix(".keys.npy")
