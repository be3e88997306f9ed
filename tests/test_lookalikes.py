"""Characters that look alike, from their shapes alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

import qa.language.lookalikes
from embeddings.errors import ModelError
from qa.language.lookalikes import MODEL, lookalikes, respellings

CONFUSED = (
    "己已 末未 士土 人入 戊戌 侯候 晴睛 拔拨 崇祟 治冶 刁刀 大太 钧钩 辩辨 泽译 千干 折拆 搏博 微徽 幕墓 梁粱 狠狼"
    " 免兔 鸟乌 今令 困因 柱桂 浙淅 沐沭 谢榭 科料 常棠 恒桓 拓柘 宜宣 宫官 遂逐 遣遗 贷货 缓援 竟竞 享亨 夭天"
    " 失矢 甲申 西酉 亳毫 进迸 准淮 塞寨"
)


def test_most_pairs_that_every_proof_reader_knows() -> None:
    pairs = CONFUSED.split()
    known = [pair for pair in pairs if pair[1] in lookalikes().get(pair[0], "")]
    assert len(known) / len(pairs) > 0.85, set(pairs) - set(known)


@pytest.mark.parametrize("pair", ["滆漏", "己已", "末未"])
def test_each_of_a_pair_is_taken_for_the_other(pair: str) -> None:
    assert pair[1] in lookalikes()[pair[0]] and pair[0] in lookalikes()[pair[1]]


@pytest.mark.parametrize("pair", ["山水", "项目", "湖区", "一口"])
def test_characters_that_nobody_confuses(pair: str) -> None:
    assert pair[1] not in lookalikes().get(pair[0], "")


def test_a_respelling_differs_by_one_character() -> None:
    forms = respellings("滆湖")
    assert "漏湖" in forms and "滆湖" not in forms
    assert all(sum(a != b for a, b in zip(form, "滆湖", strict=True)) == 1 for form in forms)
    assert respellings("AB") == []


def test_the_table_is_small() -> None:
    assert MODEL.stat().st_size < 150_000


@pytest.mark.parametrize("broken", ["missing", "other", "cut"])
def test_a_damaged_table_is_one_line_with_the_remedy(
    broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "lookalikes.safetensors"
    one = np.ones(1, dtype=np.uint8)
    if broken == "other":
        save_file({"characters": one.astype(np.uint16)}, path)
    if broken == "cut":
        save_file({"characters": one.astype(np.uint16), "counts": one * 2, "lookalikes": one.astype(np.uint16)}, path)
    lookalikes.cache_clear()
    monkeypatch.setattr(qa.language.lookalikes, "MODEL", path)
    with pytest.raises(ModelError, match=r"python -m qa\.train\.lookalikes") as error:
        lookalikes()
    assert "\n" not in str(error.value)
    lookalikes.cache_clear()
