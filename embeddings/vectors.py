"""The vectors of chunks, by chunk key, from one generation to the next without writing them all again.

In: integer keys with float32 unit vectors. Out: the nearest keys with their cosines. Three files: the rows of a FAISS
index, beside it the keys of the rows, and a small one with what has changed since those two were written: vectors added
and rows out of date. The large two are shared by generations, until so much has changed that they are written anew.
Knows nothing about text or encoders.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from embeddings.generations import damaged, unwritable
from embeddings.rows import NEIGHBOURS, Floats, Numbers, Rows, watched
from embeddings.swap import link

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
