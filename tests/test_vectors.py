"""Vectors: against brute force, through additions and deletions, exact and fast."""

from __future__ import annotations

import gc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.errors import BrokenIndexError
from embeddings.vectors import Floats, Keys, VectorIndex


def units(count: int, seed: int = 0, dimension: int = 8) -> Floats:
    rows = np.random.default_rng(seed).normal(size=(count, dimension))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def keys_of(*keys: int) -> Keys:
    return np.array(keys, dtype=np.int64)


def index_of(vectors: Floats, step: int = 3) -> VectorIndex:
    index = VectorIndex.empty(vectors.shape[1])
    index.add(np.arange(len(vectors), dtype=np.int64) * step, vectors)
    return index


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 60), st.sets(st.integers(0, 200), max_size=40), st.integers(0, 9))
def test_search_is_brute_force_over_what_is_left(count: int, gone: set[int], seed: int) -> None:
    vectors = units(count, seed)
    index = index_of(vectors)
    index.delete(keys_of(*gone))
    cosines = {at * 3: float(vectors[at] @ vectors[0]) for at in range(count) if at * 3 not in gone}
    found, scores = index.search(vectors[0], 5)
    assert len(index) == len(cosines) and len(found) == min(5, len(cosines))
    assert scores.tolist() == pytest.approx(sorted(cosines.values(), reverse=True)[: len(found)], abs=2e-3)
    assert [cosines[key] for key in found.tolist()] == pytest.approx(scores.tolist(), abs=2e-3)


def test_a_fast_index_finds_what_an_exact_one_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("embeddings.vectors._FAST_FROM", 1000)
    vectors = units(4000, dimension=32)
    (tmp_path / "next").mkdir()
    index = index_of(vectors).commit(tmp_path)
    index.delete(np.arange(0, 6000, 9, dtype=np.int64))
    index.add(np.arange(12000, 12500, dtype=np.int64), units(500, 2, 32))
    index = index.commit(tmp_path / "next")
    gc.collect()
    for query in units(20, 3, 32):
        exact, cosines = index.search(query, 10, exact=True)
        fast, scores = index.search(query, 10)
        assert len(set(exact.tolist()) & set(fast.tolist())) >= 9
        assert scores[0] == pytest.approx(cosines[0], abs=1e-2)
        assert not set(fast.tolist()) & set(range(0, 6000, 9))
    assert len(VectorIndex.open(tmp_path / "vectors.faiss")) == 4000
    index.delete(np.arange(0, 11000, dtype=np.int64))
    index = index.commit(tmp_path / "next")  # too few now for the fast search
    assert len(index.search(units(1, 4, 32)[0], 2000)[0]) == len(index) == 833


def test_an_odd_dimension_is_searched_exactly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("embeddings.vectors._FAST_FROM", 100)
    vectors = units(1000, 1, 9)
    assert index_of(vectors).commit(tmp_path).search(vectors[7], 1)[0].tolist() == [21]


def test_vectors_come_back_by_key_to_three_digits() -> None:
    vectors = units(20)
    index = index_of(vectors)
    assert index.vectors(keys_of(57, 0)) == pytest.approx(vectors[[19, 0]], abs=1e-3)
    assert index.holds(keys_of(0, 1, 57, 58)).tolist() == [True, False, True, False]
    with pytest.raises(BrokenIndexError, match="a chunk has no vector"):
        index.vectors(keys_of(1))


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    index = VectorIndex.empty(8)
    index.add(keys_of(), units(0))
    index.save(tmp_path / "vectors.faiss")
    index = VectorIndex.open(tmp_path / "vectors.faiss")
    assert len(index) == 0 and index.search(units(1)[0], 5)[0].tolist() == []
    assert index.holds(keys_of(1)).tolist() == [False]


def test_keys_must_ascend() -> None:
    index = index_of(units(3))
    with pytest.raises(ValueError, match="ascend"):
        index.add(keys_of(6), units(1))


@pytest.mark.parametrize("name", ["vectors.faiss", "vectors.keys.npy"])
@pytest.mark.parametrize("content", [None, b"", b"nonsense" * 20])
def test_a_damaged_file_is_named_in_one_line(tmp_path: Path, name: str, content: bytes | None) -> None:
    index_of(units(50)).save(tmp_path / "vectors.faiss")
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(BrokenIndexError) as caught:
        VectorIndex.open(tmp_path / "vectors.faiss")
    assert str(caught.value).startswith(f"{tmp_path / name}: damaged (") and "\n" not in str(caught.value)


def test_files_of_different_length_do_not_fit(tmp_path: Path) -> None:
    index_of(units(50)).save(tmp_path / "vectors.faiss")
    np.save(tmp_path / "vectors.keys.npy", np.arange(49))
    with pytest.raises(BrokenIndexError, match="50 vectors, 49 keys"):
        VectorIndex.open(tmp_path / "vectors.faiss")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(BrokenIndexError, match=r"nowhere.*cannot be written"):
        index_of(units(5)).save(tmp_path / "nowhere" / "vectors.faiss")
