"""How telling a word is."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import qa.language.rarity
from embeddings.errors import ModelError
from qa.language.rarity import Rarity, background


def weight(word: str, held: int, total: int = 1000) -> float:
    return Rarity(total, lambda _: held).weights([word])[0]


def test_a_word_that_the_news_does_not_know_is_as_rare_as_can_be() -> None:
    assert weight("漕溪浜站", 0) == pytest.approx(-math.log(100e-6))


def test_the_background_makes_common_words_light_in_a_small_archive() -> None:
    assert weight("记者", 0, total=5) == pytest.approx(-math.log(background()["记者"]))
    assert weight("记者", 0, total=5) < 2 < weight("漕溪浜站", 1, total=5)


def test_two_articles_of_twenty_do_not_make_a_word_common() -> None:
    assert weight("漕溪浜站", 2, total=20) == weight("漕溪浜站", 0, total=20)
    assert weight("漕溪浜站", 200, total=2000) < 3


def test_an_empty_archive_and_no_words() -> None:
    assert Rarity(0, lambda _: 0).weights(["漕溪浜站"]) == [pytest.approx(9.21, abs=0.01)]
    assert Rarity(0, lambda _: 0).weights([]) == []


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.sampled_from(["记者", "漕溪浜站", ""]))
def test_weights_are_never_negative_and_fall_with_the_count(total: int, count: int, word: str) -> None:
    held = min(count, total)
    assert 0 <= weight(word, held, total) <= 9.3
    assert weight(word, held, total) <= weight(word, held // 4, total) + 1e-9


def test_the_background_lists_shares() -> None:
    assert len(background()) > 10_000
    assert all(0 < share <= 1 for share in background().values())


def test_a_missing_background_is_one_line_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    background.cache_clear()
    monkeypatch.setattr(qa.language.rarity, "BACKGROUND", tmp_path / "frequencies.tsv")
    with pytest.raises(ModelError, match=r"python -m qa\.train\.frequencies"):
        background()
