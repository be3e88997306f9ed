"""Likeness of glyphs, where Debian's CJK fonts are installed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from qa.train.lookalikes import FONTS, characters, export, likeness, pictures, table

needs_fonts = pytest.mark.skipif(not all(map(Path.exists, FONTS)), reason="needs fonts-noto-cjk")


@needs_fonts
def test_likeness_is_seen_in_the_shapes() -> None:
    alike = likeness(pictures(list("末未湖"), FONTS[0], 1.0))
    assert np.allclose(alike, alike.T)
    assert alike[0, 0] == pytest.approx(1, abs=1e-3)
    assert alike[0, 1] > 0.84 > alike[0, 2]


@needs_fonts
def test_a_slip_goes_from_the_rare_to_the_common() -> None:
    assert table(list("未末湖"), 2, FONTS[:1]) == {"末": "未"}
    assert table(list("湖未末"), 1, FONTS[:1]) == {}


def test_the_common_characters_come_first() -> None:
    chars, common = characters()
    assert chars.index("的") < 100 < common < chars.index("滆")
    assert "龍" not in chars


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    export({"末": "未朱", "己": "已"}, tmp_path / "x.safetensors")
    written = load_file(tmp_path / "x.safetensors")
    assert "".join(map(chr, written["lookalikes"].tolist())) == "未朱已"
    assert written["counts"].tolist() == [2, 1]
