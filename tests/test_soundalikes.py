"""Characters that sound alike, and question words that were typed by their sound."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

import qa.language.soundalikes
from embeddings.errors import ModelError
from qa.asked.question import understand
from qa.asked.slips import mended
from qa.language.soundalikes import MODEL, alike, resounding, same, sounds


@pytest.mark.parametrize("pair", ["城成", "候侯", "杰洁", "重虫", "行航", "少绍"])
def test_characters_of_one_sound(pair: str) -> None:
    assert pair[1] in same(pair[0]) and pair[0] in same(pair[1])


@pytest.mark.parametrize("pair", ["林零", "绿旅", "南蓝", "四是", "张脏", "身生"])
def test_characters_that_many_do_not_tell_apart(pair: str) -> None:
    assert pair[1] in alike(pair[0]) and pair[0] in alike(pair[1])


@pytest.mark.parametrize("pair", ["山水", "湖区", "漏滆", "一二"])
def test_characters_of_other_sounds(pair: str) -> None:
    assert pair[1] not in alike(pair[0])


def test_a_respelling_differs_by_one_character() -> None:
    pattern = resounding("龙成芯谷")
    assert pattern.search("在龙城芯谷里")
    assert not pattern.search("龙成芯谷") and not pattern.search("隆城芯谷")
    assert not resounding("AB").search("AB")


def test_the_table_is_small() -> None:
    assert MODEL.stat().st_size < 60_000


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("厂房什么时侯封顶？", "厂房什么时候封顶？"),
        ("总投资多小？", "总投资多少？"),
        ("总投资多绍？", "总投资多少？"),
        ("为神么停工？", "为什么停工？"),
        ("工地在那里？", "工地在哪里？"),
        ("负责人是那位？", "负责人是哪位？"),
        ("有那些项目？", "有哪些项目？"),
        ("要等多小时？", "要等多小时？"),  # 小时 is a word
        ("那里有多少人？", "那里有多少人？"),  # asks already, and of a place that was told
        ("那些项目停工了吗？", "那些项目停工了吗？"),
        ("例如和平有几次？", "例如和平有几次？"),
        ("何氏有几兄弟？", "何氏有几兄弟？"),
        ("2025年10月8日", "2025年10月8日"),
    ],
)
def test_question_words_are_read_right(typed: str, meant: str) -> None:
    assert mended(typed) == meant


def test_a_misspelled_question_has_its_kind_and_is_shown_as_understood() -> None:
    asked = understand("厂房什么时侯封顶？")
    assert asked.kind == "date"
    assert asked.shown == "厂房什么时候封顶？"


@pytest.mark.parametrize("broken", ["missing", "cut"])
def test_a_damaged_table_is_one_line_with_the_remedy(
    broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "sounds.safetensors"
    if broken == "cut":
        one = np.ones(1, dtype=np.uint8)
        letters = np.frombuffer(b"a", dtype=np.uint8)
        save_file({"characters": one.astype(np.uint16), "counts": one, "sounds": one * 5, "syllables": letters}, path)
    sounds.cache_clear()
    monkeypatch.setattr(qa.language.soundalikes, "MODEL", path)
    with pytest.raises(ModelError, match=re.escape("python -m qa.train.soundalikes")) as error:
        sounds()
    assert "\n" not in str(error.value)
    sounds.cache_clear()
