"""The table of sounds, made from a dictionary of pronunciation."""

from __future__ import annotations

from pathlib import Path

import pytest

import qa.language.soundalikes
from qa.language.soundalikes import sounds


def test_a_table_comes_back_as_it_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pypinyin")
    from qa.train.soundalikes import export, table

    found = table(["重", "洁", "绿"])
    assert found == {"重": ["zhong", "chong"], "洁": ["jie"], "绿": ["lv"]}
    export(found, tmp_path / "sounds.safetensors")
    monkeypatch.setattr(qa.language.soundalikes, "MODEL", tmp_path / "sounds.safetensors")
    sounds.cache_clear()
    assert sounds() == {char: tuple(said) for char, said in found.items()}
    sounds.cache_clear()
