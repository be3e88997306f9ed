"""Numbered vectors on disk (FAISS): exact search, and for many of them a fast one whose recall is measured.

In: float32 unit vectors, which get the row numbers 0, 1, 2, … Out: the nearest rows with their cosines. Vectors are
kept as float16 and mapped from disk. The fast search holds a 4-bit product quantisation in memory, which proposes
candidates that the float16 vectors then rank; how many is set by recall measured against the exact search. Knows
nothing about keys, nor which rows are out of date.
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
Numbers = npt.NDArray[np.int64]

NEIGHBOURS = 100  # the recall of the fast search is measured for so many
_FAST_FROM = 50_000  # vectors; fewer are searched exactly within 2 ms
_TRAINED_ON = 20_000  # vectors that the quantiser learns from
_WIDTHS = (10, 20, 40, 80, 160)  # candidates looked at for each neighbour wanted
_RECALL = 0.98  # of the exact neighbours that the fast search must find


class Rows:
    """Vectors by row number. Those read from a file with `mapped` are for searching only."""

    def __init__(self, exact: faiss.Index, path: Path | None = None) -> None:
        self._exact, self._path = exact, path
        self._fast: faiss.IndexRefine | None = None
        self._owner: object = None  # an index read from a file owns its parts: when it goes, they go

    @classmethod
    def empty(cls, dimension: int) -> Rows:
        return cls(faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT))

    @classmethod
    def open(cls, path: Path, mapped: bool = True) -> Rows:
        """Read an index file; `mapped` leaves the vectors on disk.

        Raises:
            BrokenIndexError: the file is missing, truncated or no FAISS index.
        """
        with watched(path):
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC if mapped else 0)
        if not isinstance(index, faiss.IndexRefine):
            return cls(index, path)
        opened = cls(faiss.downcast_index(index.refine_index), path)
        opened._fast = opened._owner = index
        return opened

    def __len__(self) -> int:
        return int(self._exact.ntotal)

    @property
    def dimension(self) -> int:
        return int(self._exact.d)

    @property
    def width(self) -> int:
        """Candidates looked at for each neighbour wanted; 0 where the search is exact."""
        return int(self._fast.k_factor) if self._fast else 0

    def add(self, vectors: Floats) -> None:
        """Append (n, dimension) vectors."""
        faiss.omp_set_num_threads(1)
        (self._fast or self._exact).add(np.ascontiguousarray(vectors))

    def remove(self, rows: Numbers) -> None:
        """Drop rows; those above move down."""
        if len(rows):
            doomed = faiss.IDSelectorBatch(rows)
            self._exact.remove_ids(doomed)
            if self._fast:
                faiss.downcast_index(self._fast.base_index).remove_ids(doomed)
                self._fast.ntotal = len(self)

    def vectors(self, rows: Numbers) -> Floats:
        """The (n, dimension) vectors of n rows."""
        with watched(self._path):
            found: Floats = self._exact.reconstruct_batch(rows)
        return found

    def search(self, vector: Floats, limit: int, exact: bool = False) -> tuple[Numbers, Floats]:
        """The nearest rows to a (dimension,) vector, at least `limit` of them if there are, and their cosines."""
        faiss.omp_set_num_threads(1)  # one query gains nothing from threads, and on a busy machine waits for them
        index = self._exact if exact else self._fast or self._exact
        with watched(self._path):
            cosines, rows = index.search(vector.reshape(1, -1), min(max(limit, NEIGHBOURS), len(self)) or 1)
        known = rows[0] >= 0
        return rows[0][known], cosines[0][known]

    def tune(self, queries: Floats, fast_from: int | None = None) -> float:
        """Choose how to search; returns the share of the exact neighbours of (n, dimension) queries that it finds.

        From `fast_from` vectors on, the fast search with the fewest candidates that find 98 % of the 100 nearest.
        """
        if len(self) < (fast_from or _FAST_FROM) or self.dimension % 2 or not len(queries):
            self._fast = None
            return 1.0
        # By cosine, not by row: of passages that stand there a hundred times over, any will do.
        wanted = [self.search(query, NEIGHBOURS, exact=True)[1][-1] - 1e-5 for query in queries]
        for train in (False, True) if self._fast else (True,):
            self._fast = self._train() if train else self._fast
            if (recall := self._widen(queries, wanted)) >= _RECALL:
                return recall
        self._fast = None  # these vectors do not let themselves be quantised
        return 1.0

    def _widen(self, queries: Floats, wanted: list[float]) -> float:
        """Look at more and more candidates until enough reach the wanted cosines; returns their share."""
        recall = 0.0
        for width in _WIDTHS:
            assert self._fast
            self._fast.k_factor = width
            found = [self.search(query, NEIGHBOURS)[1] for query in queries]
            recall = float(np.mean([(some >= least).mean() for some, least in zip(found, wanted, strict=True)]))
            if recall >= _RECALL:
                break
        return recall

    def _train(self) -> faiss.IndexRefine:
        """A quantiser of two dimensions to four bits, trained on these vectors and filled with them."""
        faiss.omp_set_num_threads(1)  # 1 s of work; threads that wait for each other on a busy machine made it 30 s
        base = faiss.IndexPQFastScan(self.dimension, self.dimension // 2, 4, faiss.METRIC_INNER_PRODUCT)
        sample = np.linspace(0, len(self) - 1, min(len(self), _TRAINED_ON)).astype(np.int64)
        base.train(self._exact.reconstruct_batch(sample))
        for start in range(0, len(self), _TRAINED_ON):
            base.add(self._exact.reconstruct_n(start, min(_TRAINED_ON, len(self) - start)))
        return faiss.IndexRefine(base, self._exact)

    def save(self, path: Path) -> None:
        """Write the index file.

        Raises:
            BrokenIndexError: it cannot be written.
        """
        try:
            faiss.write_index(self._fast or self._exact, str(path))
        except (OSError, RuntimeError) as error:
            raise unwritable(path, error) from None


@contextmanager
def watched(path: Path | None) -> Iterator[None]:
    """What goes wrong inside FAISS or NumPy becomes one line."""
    try:
        yield
    except (OSError, RuntimeError, ValueError, EOFError) as error:
        reason = str(error).strip().splitlines()[-1]
        raise damaged(path, f"damaged ({reason})", f"坏了（{reason}）") from None
