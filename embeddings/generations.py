"""The index folder: numbered generations side by side, one of them live.

    index/
      CURRENT                 the name of the live generation; replaced by one atomic rename
      generations/000007/     store.sqlite · vectors.faiss · words/ · articles/ · manifest.json (written last)

In: a folder. Out: which generation is live, a staging folder for the next, and the swap. A folder without a manifest is
a build that died: it is never opened, and the next build removes it. Knows nothing about what the files hold.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from embeddings.errors import BrokenIndexError

FORMAT = 1
MANIFEST = "manifest.json"


def live(index: Path) -> Path:
    """The folder of the live generation.

    Raises:
        BrokenIndexError: there is no index, or its live generation is incomplete.
    """
    try:
        name = (index / "CURRENT").read_text(encoding="utf-8").strip()
    except OSError:
        raise BrokenIndexError(f"{index}: no index here; run: wenbao build") from None
    folder = index / "generations" / name
    if not name.isdigit() or not (folder / MANIFEST).is_file():
        raise BrokenIndexError(f"{index}: its live generation {name!r} is missing; run: wenbao build --full")
    return folder


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a generation, after checking that every file it names is there in full size."""
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        files, version = manifest["files"], manifest["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BrokenIndexError(f"{path}: damaged ({error}); run: wenbao build --full") from None
    if version != FORMAT:
        raise BrokenIndexError(f"{path}: index format {version}, this Wenbao reads {FORMAT}; run: wenbao build --full")
    for name, known in files.items():
        file = folder / name
        size = file.stat().st_size if file.is_file() else None
        if size != known["bytes"]:
            state = "missing" if size is None else f"{size} bytes instead of {known['bytes']}"
            raise BrokenIndexError(f"{file}: {state}; run: wenbao build --full, or wenbao build --rollback")
    return dict(manifest)


def write_manifest(folder: Path, **facts: Any) -> None:
    """Finish a generation: list every file with size and checksum, last of all, and force it to disk."""
    files = {
        path.relative_to(folder).as_posix(): {"bytes": path.stat().st_size, "sha256": sha256(path)}
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".lock"
    }
    with (folder / MANIFEST).open("w", encoding="utf-8") as file:
        json.dump({"format": FORMAT, **facts, "files": files}, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())


def sha256(path: Path) -> str:
    """The checksum of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def names(index: Path) -> list[str]:
    """The complete generations, oldest first."""
    folder = index / "generations"
    return sorted(path.name for path in folder.glob("[0-9]*") if path.name.isdigit() and (path / MANIFEST).is_file())


@contextmanager
def staging(index: Path) -> Iterator[Path]:
    """A folder for the next generation; removed again unless `promote` made it live. One builder at a time.

    Raises:
        BrokenIndexError: another build is at work on this index.
    """
    index.mkdir(parents=True, exist_ok=True)
    with (index / "build.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BrokenIndexError(f"{index}: another build is at work on it; wait for it to end") from None
        for dead in (index / "generations").glob("*.staged"):
            shutil.rmtree(dead)
        number = int(max(names(index), default="0")) + 1
        folder = index / "generations" / f"{number:06}.staged"
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def promote(index: Path, staged: Path, keep: int) -> str:
    """Make a finished staging folder the live generation; returns its name. Older ones but `keep` are removed."""
    final = staged.with_suffix("")
    staged.rename(final)
    switch(index, final.name)
    for name in names(index)[:-keep]:
        shutil.rmtree(index / "generations" / name, ignore_errors=True)
    return final.name


def switch(index: Path, name: str) -> None:
    """Point CURRENT at a generation, by one atomic rename."""
    pointer = index / "CURRENT.new"
    with pointer.open("w", encoding="utf-8") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    pointer.replace(index / "CURRENT")


def link_tree(source: Path, target: Path) -> None:
    """Copy a folder of immutable files by hard links; where the file system has none, by copying."""

    def link(one: str, other: str) -> None:
        try:
            os.link(one, other)
        except OSError:
            shutil.copyfile(one, other)

    shutil.copytree(source, target, copy_function=link, ignore=shutil.ignore_patterns("*.lock"))
