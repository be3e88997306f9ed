"""How a new generation comes about: one builder at a time, a staging folder, the swap, and the way back.

In: the index folder. Out: a folder to fill, which `promote` makes live by one atomic rename; what builds left that were
killed is removed. Knows nothing about what the files hold.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embeddings.errors import BrokenIndexError
from embeddings.generations import MANIFEST, current, is_name, live, names, unwritable, verify


@contextmanager
def locked(index: Path) -> Iterator[None]:
    """One builder at a time.

    Raises:
        BrokenIndexError: another build is at work on this index, or its folder cannot be written.
    """
    try:
        (index / "generations").mkdir(parents=True, exist_ok=True)
        lock = (index / "build.lock").open("w")
    except OSError as error:
        reason = error.strerror or error
        raise BrokenIndexError(
            f"{index}: cannot be written ({reason}); make it writable or name another index folder",
            chinese=f"索引文件夹 {index} 写不进去（{reason}）；请让它可写，或换一个索引文件夹",
        ) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BrokenIndexError(
                f"{index}: another build is at work on it; wait for it to end",
                chinese=f"另一个建索引的程序正在写 {index}；请等它完成",
            ) from None
        yield


@contextmanager
def staging(index: Path) -> Iterator[Path]:
    """A folder for the next generation; removed again unless `promote` made it live.

    Raises:
        BrokenIndexError: another build is at work on this index, its folder cannot be written, or the disk is full.
    """
    with locked(index):
        _sweep(index)
        folder = index / "generations" / f"{_next_number(index):06}.staged"
        try:
            folder.mkdir()
            yield folder
        except OSError as error:
            written = error.filename2 or error.filename  # of a copy, the second is the one that is written
            raise unwritable(Path(written or index), error) from None
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _sweep(index: Path) -> None:
    """Remove what builds left that were killed: staged folders, and old generations half removed."""
    complete = names(index)
    for folder in (index / "generations").iterdir():
        if folder.name not in complete:
            shutil.rmtree(folder, ignore_errors=True)


def _next_number(index: Path) -> int:
    """A number never used before, even if the live generation is gone: readers know a new one by its name."""
    pointer = index / "CURRENT"
    live_one = pointer.read_text(encoding="utf-8", errors="replace").strip() if pointer.is_file() else ""
    return max((int(name) for name in (*names(index), live_one) if is_name(name)), default=0) + 1


def promote(index: Path, staged: Path, keep: int) -> str:
    """Make a finished staging folder the live generation; returns its name.

    Of the others the `keep` - 1 that were live last are kept; so a generation that was rolled back goes.
    """
    try:
        before = live(index).name
    except BrokenIndexError:
        before = ""
    final = staged.with_suffix("")
    staged.rename(final)
    switch(index, final.name)
    kept = [name for name in names(index) if name <= before or name == final.name][-keep:]
    for name in set(names(index)) - set(kept):
        remove(index / "generations" / name)
    return final.name


def remove(folder: Path) -> None:
    """Drop a generation; its manifest first, so that nobody opens what is half gone. Who has it open reads on."""
    (folder / MANIFEST).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def rollback(index: Path) -> str:
    """Make the newest generation older than the live one live; returns its name.

    Raises:
        BrokenIndexError: there is none, it is damaged, or a build is at work.
    """
    current(index)  # before a lock is put where there is no index
    with locked(index):
        now = current(index)
        older = [name for name in names(index) if name < now]
        if not older:
            raise BrokenIndexError(
                f"{index}: keeps no generation older than {now}; run: wenbao build --full",
                chinese=f"{index} 里没有比第 {now} 代更早的，退不回去；要重来请运行 wenbao build --full",
            )
        verify(index / "generations" / older[-1])
        switch(index, older[-1])
        return older[-1]


def switch(index: Path, name: str) -> None:
    """Point CURRENT at a generation, by one atomic rename."""
    pointer = index / "CURRENT.new"
    with pointer.open("w", encoding="utf-8") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    pointer.replace(index / "CURRENT")


def link(one: Path | str, other: Path | str) -> None:
    """Share a file that never changes by a hard link; where the file system has none, copy it."""
    try:
        os.link(one, other)
    except OSError:
        shutil.copyfile(one, other)


def link_tree(source: Path, target: Path) -> None:
    """Share a folder of files that never change."""
    shutil.copytree(source, target, copy_function=link, ignore=shutil.ignore_patterns("*.lock"))
