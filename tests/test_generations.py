"""The index folder: staging, the swap, damage, rollback, and one builder at a time."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from embeddings import generations
from embeddings.errors import BrokenIndexError


def grown(index: Path, keep: int = 9, text: str = "words") -> Path:
    """One more generation, of two files."""
    with generations.staging(index) as staged:
        (staged / "words").mkdir()
        (staged / "words" / "a.seg").write_text(text, "utf-8")
        (staged / "store").write_text("articles", "utf-8")
        generations.write_manifest(staged, encoder="toy")
        generations.promote(index, staged, keep)
    return generations.live(index)


def folders(index: Path) -> list[str]:
    return sorted(path.name for path in (index / "generations").iterdir())


def error_of(index: Path) -> str:
    with pytest.raises(BrokenIndexError) as caught:
        generations.verify(generations.live(index))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_generation_goes_live_and_keeps_its_facts(tmp_path: Path) -> None:
    folder = grown(tmp_path)
    assert folder == tmp_path / "generations" / "000001"
    assert generations.verify(folder)["encoder"] == "toy"
    assert grown(tmp_path).name == "000002" and folders(tmp_path) == ["000001", "000002"]


def test_what_a_killed_build_left_is_swept_by_the_next(tmp_path: Path) -> None:
    grown(tmp_path)
    (tmp_path / "generations" / "000002.staged").mkdir()
    (tmp_path / "generations" / "000000" / "words").mkdir(parents=True)  # half removed
    assert generations.live(tmp_path).name == "000001"
    grown(tmp_path)
    assert folders(tmp_path) == ["000001", "000002"]


def test_killed_between_rename_and_swap_the_old_one_serves_and_the_next_gets_a_new_name(tmp_path: Path) -> None:
    grown(tmp_path)
    grown(tmp_path)
    generations.switch(tmp_path, "000001")
    assert generations.live(tmp_path).name == "000001"
    assert grown(tmp_path).name == "000003"
    assert folders(tmp_path) == ["000001", "000003"]  # 000002 never served


def test_rollback_goes_one_back_and_a_build_goes_on_from_there(tmp_path: Path) -> None:
    for _ in range(3):
        grown(tmp_path)
    assert generations.rollback(tmp_path) == "000002" == generations.live(tmp_path).name
    assert generations.rollback(tmp_path) == "000001"
    with pytest.raises(BrokenIndexError, match="no generation older than 000001"):
        generations.rollback(tmp_path)
    assert grown(tmp_path, keep=2).name == "000004"
    assert folders(tmp_path) == ["000001", "000004"]  # those rolled back from are gone


def test_rollback_to_a_damaged_generation_is_refused(tmp_path: Path) -> None:
    first = grown(tmp_path)
    grown(tmp_path)
    (first / "store").write_text("Articles", "utf-8")
    with pytest.raises(BrokenIndexError, match="000001/store: damaged"):
        generations.rollback(tmp_path)
    assert generations.live(tmp_path).name == "000002"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    (grown(tmp_path) / "words" / "a.seg").unlink()
    assert error_of(tmp_path).startswith(f"{tmp_path}/generations/000001/words/a.seg: missing; run: wenbao build")


def test_a_byte_flipped_on_the_disk_is_noticed_by_verify(tmp_path: Path) -> None:
    file = grown(tmp_path) / "store"
    before = file.stat()
    file.write_text("artiCles", "utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    generations.read_manifest(generations.live(tmp_path))
    assert "000001/store: damaged (its checksum differs)" in error_of(tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"format": 4}', '{"format": 4, "files": {"a": 1}}'])
def test_a_damaged_manifest_is_named(tmp_path: Path, content: str) -> None:
    (grown(tmp_path) / "manifest.json").write_text(content, "utf-8")
    assert "000001/manifest.json: damaged (" in error_of(tmp_path)


def test_an_index_of_another_format_is_named(tmp_path: Path) -> None:
    (grown(tmp_path) / "manifest.json").write_text('{"format": 1, "files": {}}', "utf-8")
    assert "index format 1, this Wenbao reads 4; run: wenbao build" in error_of(tmp_path)


@pytest.mark.parametrize("pointer", ["", "../../etc", "000007"])
def test_a_damaged_pointer_is_named(tmp_path: Path, pointer: str) -> None:
    grown(tmp_path)
    (tmp_path / "CURRENT").write_text(pointer, "utf-8")
    assert f"its live generation {pointer!r} is missing" in error_of(tmp_path)


def test_an_index_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(BrokenIndexError, match=r"cannot be written.*; make it writable or name another index folder"):
        grown(tmp_path / "file" / "index")
