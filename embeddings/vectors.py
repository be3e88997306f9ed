"""Vectors on disk (FAISS), under the integer keys of the chunks: exact search, for many a fast one.

`Rows` are numbered float16 vectors, mapped from disk. The fast search holds a 4-bit product quantisation in memory,
which proposes candidates that the float16 vectors then rank; how many is set by recall measured against the exact
search. `VectorIndex` gives them keys, and notes a few changes beside them instead of writing them anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from embeddings.generations import damaged, link, unwritable

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


Keys = Numbers
_SMALL = 20_000  # rows; so many are written anew in .1 s
_SHARE = 0.02  # of the rows: more changes than that cost a query a millisecond


@dataclass(frozen=True, slots=True)
class Changes:
    """What has changed since the rows were written: vectors by ascending key, and the rows out of date, ascending."""

    keys: Keys
    vectors: Floats
    stale: Numbers

    @classmethod
    def none(cls, dimension: int) -> Changes:
        nothing = np.empty(0, dtype=np.int64)
        return cls(nothing, np.empty((0, dimension), dtype=np.float32), nothing)

    @classmethod
    def read(cls, path: Path) -> Changes:
        try:
            held = load_file(path)
            read = cls(held["keys"], held["vectors"].astype(np.float32), held["stale"])
        except (OSError, SafetensorError, KeyError) as error:
            reason = str(error).strip().splitlines()[-1]
            raise damaged(path, f"damaged ({reason})", f"坏了（{reason}）") from None
        return read

    def write(self, path: Path) -> None:
        held: dict[str, npt.NDArray[Any]] = {
            "keys": self.keys,
            "vectors": self.vectors.astype(np.float16),
            "stale": self.stale,
        }
        path.write_bytes(save(held))  # `save_file` makes files that nobody else may read

    def __len__(self) -> int:
        return len(self.keys) + len(self.stale)

    def add(self, keys: Keys, vectors: Floats) -> Changes:
        half = vectors.astype(np.float16).astype(np.float32)  # as they will come back from disk
        return replace(self, keys=np.concatenate([self.keys, keys]), vectors=np.concatenate([self.vectors, half]))

    def delete(self, keys: Keys, rows: Numbers) -> Changes:
        kept = ~np.isin(self.keys, keys)
        return Changes(self.keys[kept], self.vectors[kept], np.union1d(self.stale, rows))


class VectorIndex:
    """Vectors under the integer keys of the chunks, which ascend from row to row.

    An index that was opened notes what is added and deleted and leaves its rows on disk as they are, while that is
    little; then it takes them into memory, where one that began empty has them, and changes them in place.
    """

    def __init__(self, rows: Rows, keys: Keys, path: Path | None = None, changes: Changes | None = None) -> None:
        self._rows, self._keys = rows, keys
        self._path = path  # of the rows; None where they are in memory
        self._changes = changes or Changes.none(rows.dimension)

    @classmethod
    def empty(cls, dimension: int) -> VectorIndex:
        """An index of no vectors yet."""
        return cls(Rows.empty(dimension), np.empty(0, np.int64))

    @classmethod
    def open(cls, path: Path) -> VectorIndex:
        """Read the files; the rows stay on disk.

        Raises:
            BrokenIndexError: a file is missing, truncated or of another kind, or they do not fit each other.
        """
        rows, noted = Rows.open(path), _changes_path(path)
        with watched(_keys_path(path)):
            keys = np.load(_keys_path(path), mmap_mode="r", allow_pickle=False)
        if keys.shape != (len(rows),):
            counts = len(rows), len(keys)
            raise damaged(
                path, "damaged ({} vectors, {} keys)".format(*counts), "坏了（向量 {}，键 {}）".format(*counts)
            )
        changes = Changes.read(noted) if noted.exists() else Changes.none(rows.dimension)
        if changes.vectors.shape != (len(changes.keys), rows.dimension) or (changes.stale >= len(rows)).any():
            raise damaged(noted, f"damaged (it does not fit {path.name})", f"坏了（与 {path.name} 对不上）")
        return cls(rows, keys, path, changes)

    def __len__(self) -> int:
        return len(self._keys) + len(self._changes.keys) - len(self._changes.stale)

    @property
    def dimension(self) -> int:
        return self._rows.dimension

    @property
    def width(self) -> int:
        """Candidates looked at for each neighbour wanted; 0 where the search is exact."""
        return self._rows.width

    @property
    def tuned(self) -> bool:
        """Whether the rows are those that the fast search was tuned for; what is new is searched exactly anyway."""
        return self._path is not None

    def add(self, keys: Keys, vectors: Floats) -> None:
        """Add (n,) keys, ascending and higher than all before, with (n, dimension) vectors."""
        last = (self._changes.keys if len(self._changes.keys) else self._keys)[-1:]
        if (np.diff(keys, prepend=last) <= 0).any():
            raise ValueError("keys must ascend")
        if not len(keys):
            return
        if self._notes(len(keys)):
            self._changes = self._changes.add(keys, vectors)
        else:
            self._rows.add(vectors)
            self._keys = np.concatenate([self._keys, keys])

    def delete(self, keys: Keys) -> None:
        """Drop vectors by key; unknown keys are ignored."""
        if not len(keys):
            return
        notes = self._notes(len(keys))
        rows = np.flatnonzero(np.isin(self._keys, keys))
        if notes:
            self._changes = self._changes.delete(keys, rows)
        else:
            self._rows.remove(rows)
            self._keys = np.delete(self._keys, rows)

    def _notes(self, changes: int) -> bool:
        """Whether so many more changes are noted beside the rows; else the rows are in memory, all changes made."""
        if self._path is None:
            return False
        if len(self._keys) >= _SMALL and len(self._changes) + changes <= _SHARE * len(self._keys):
            return True
        self._rows = Rows.open(self._path, mapped=False)
        self._rows.remove(self._changes.stale)
        if len(self._changes.keys):
            self._rows.add(self._changes.vectors)
        self._keys = np.concatenate([np.delete(self._keys, self._changes.stale), self._changes.keys])
        self._path, self._changes = None, Changes.none(self.dimension)
        return False

    def holds(self, keys: Keys) -> npt.NDArray[np.bool_]:
        """(n,) whether each of n keys has a vector."""
        there, rows = _find(self._keys, keys)
        stale, _ = _find(self._changes.stale, rows)
        return (there & ~stale) | _find(self._changes.keys, keys)[0]

    def vectors(self, keys: Keys) -> Floats:
        """The (n, dimension) vectors of n keys.

        Raises:
            BrokenIndexError: a key has no vector.
        """
        if not self.holds(keys).all():
            raise damaged(self._path, "damaged (a chunk has no vector)", "坏了（有一段没有向量）")
        new, at = _find(self._changes.keys, keys)
        found = np.empty((len(keys), self.dimension), dtype=np.float32)
        found[new] = self._changes.vectors[at[new]]
        found[~new] = self._rows.vectors(np.searchsorted(self._keys, keys[~new]))
        return found

    def search(self, vector: Floats, limit: int, exact: bool = False) -> tuple[Keys, npt.NDArray[np.float64]]:
        """The nearest `limit` keys to a (dimension,) vector, nearest first, with their cosines."""
        rows, cosines = self._current(vector, max(limit, NEIGHBOURS), exact)
        keys = self._keys[rows]
        if len(self._changes.keys):
            keys = np.concatenate([keys, self._changes.keys])
            cosines = np.concatenate([cosines, self._changes.vectors @ vector])
            best = np.argsort(-cosines, kind="stable")
            keys, cosines = keys[best], cosines[best]
        return np.asarray(keys[:limit]), cosines[:limit].astype(np.float64)

    def _current(self, vector: Floats, wanted: int, exact: bool) -> tuple[Numbers, Floats]:
        """The nearest rows that are not out of date: more are asked for until there are as many as wanted."""
        limit = wanted + min(len(self._changes.stale), wanted // 8)  # few are: asking twice is rare
        while True:
            rows, cosines = self._rows.search(vector, limit, exact)
            current = ~_find(self._changes.stale, rows)[0]
            if current.all() or current.sum() >= wanted or limit >= len(self._rows):
                return rows[current], cosines[current]
            limit *= 2

    def tune(self, queries: Floats, fast_from: int | None = None) -> float:
        """Choose how to search; returns the share of the exact neighbours of (n, dimension) queries that it finds."""
        return self._rows.tune(queries, fast_from)

    def save(self, path: Path) -> None:
        """Write the files, or share those that have not changed.

        Raises:
            BrokenIndexError: they cannot be written.
        """
        try:
            if self._path:
                link(self._path, path)
                link(_keys_path(self._path), _keys_path(path))
                self._changes.write(_changes_path(path))
            else:
                self._rows.save(path)
                np.save(_keys_path(path), self._keys, allow_pickle=False)
        except (OSError, SafetensorError) as error:
            raise unwritable(path, error) from None


def _find(among: Keys, keys: Keys) -> tuple[npt.NDArray[np.bool_], Numbers]:
    """Where n keys stand among ascending ones: (n,) whether they do, and (n,) at which place."""
    if not len(among):
        return np.zeros(len(keys), dtype=np.bool_), np.zeros(len(keys), dtype=np.int64)
    at = np.minimum(np.searchsorted(among, keys), len(among) - 1)
    return np.asarray(among[at] == keys), at


def _keys_path(path: Path) -> Path:
    return path.with_suffix(".keys.npy")


def _changes_path(path: Path) -> Path:
    return path.with_suffix(".changes.safetensors")
