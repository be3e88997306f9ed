"""Words of like meaning, on a hand-made table of five words in the plane."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from embeddings.errors import ModelError
from qa.language.synonyms import Synonyms

WORDS = {"动工": (100, 0), "开工": (40, 3), "兴建": (70, 70), "停工": (-100, 0), "桂花": (0, 100)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "synonyms.safetensors"
    text = np.frombuffer("\n".join(WORDS).encode(), dtype=np.uint8).copy()
    save_file({"vocabulary": text, "vectors": np.array(list(WORDS.values()), dtype=np.int8)}, path)
    return path


def test_nearness_is_the_cosine_whatever_the_length(path: Path) -> None:
    near = Synonyms.load(path).nearness(["动工", "兴建"], ["动工", "开工", "桂花"])
    assert near.shape == (2, 3)
    assert near[0] == pytest.approx([1, 40 / np.hypot(40, 3), 0])
    assert near[1, 0] == pytest.approx(np.sqrt(0.5))


def test_opposites_and_unknown_words_are_not_near(path: Path) -> None:
    near = Synonyms.load(path).nearness(["动工", "滆湖"], ["停工", "滆湖"])
    assert near.tolist() == [[0, 0], [0, 0]]


def test_no_words(path: Path) -> None:
    synonyms = Synonyms.load(path)
    assert synonyms.nearness([], ["动工"]).shape == (0, 1)
    assert synonyms.nearness(["动工"], []).shape == (1, 0)


def test_neighbours_nearest_first(path: Path) -> None:
    synonyms = Synonyms.load(path)
    assert synonyms.neighbours("动工", 5) == ["开工", "兴建"]
    assert synonyms.neighbours("动工", 1) == ["开工"]
    assert synonyms.neighbours("滆湖", 5) == []


@pytest.mark.parametrize("how", ["missing", "truncated", "no vocabulary", "not UTF-8"])
def test_a_damaged_file_is_one_line_with_the_remedy(path: Path, how: str) -> None:
    if how == "missing":
        path.unlink()
    elif how == "truncated":
        path.write_bytes(path.read_bytes()[:-3])
    else:
        broken = {"vectors": np.zeros((1, 2), dtype=np.int8)}
        save_file(broken | ({"vocabulary": np.array([255], dtype=np.uint8)} if how == "not UTF-8" else {}), path)
    with pytest.raises(ModelError, match=r"cannot be read .*run: python -m qa\.train\.synonyms") as caught:
        Synonyms.load(path)
    assert "\n" not in str(caught.value) and str(path) in str(caught.value)


def test_a_file_with_more_words_than_rows(path: Path) -> None:
    text = np.frombuffer("动工\n开工".encode(), dtype=np.uint8).copy()
    save_file({"vocabulary": text, "vectors": np.zeros((1, 2), dtype=np.int8)}, path)
    with pytest.raises(ModelError):
        Synonyms.load(path)


def test_the_shipped_words() -> None:
    synonyms = Synonyms.load()
    assert synonyms.nearness(["动工"], ["开工"])[0, 0] > 0.55 > synonyms.nearness(["动工"], ["桂花"])[0, 0]
    assert "动工" not in synonyms.neighbours("动工", 10)
