"""The index folder: numbered generations side by side, one of them live, and how the next comes about.

    index/
      CURRENT                 the name of the live generation; replaced by one atomic rename
      generations/000007/     store.sqlite · vectors.* · words/ · articles/ · manifest.json (written last)

A folder without a manifest is a build that died: it is never opened, and the next build removes it. One builder at a
time fills a staging folder, which `promote` makes live.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from embeddings.errors import BrokenIndexError

FORMAT = 4
MANIFEST = "manifest.json"
_LONGEST = 1000  # characters of CURRENT that are looked at
_REMEDY = "wenbao build --full", "wenbao build --rollback"


def live(index: Path) -> Path:
    """The folder of the live generation.

    Raises:
        BrokenIndexError: there is no index, or its live generation is incomplete.
    """
    name = current(index)
    while True:
        folder = index / "generations" / name
        if is_name(name) and (folder / MANIFEST).is_file():
            return folder
        if (newer := current(index)) == name:
            chinese = f"现用的第 {name} 代不见了" if is_name(name) else "CURRENT 没有写明现用哪一代"
            raise damaged(index, f"its live generation {name[:20]!r} is missing", chinese)
        name = newer  # a build swapped and swept while we looked


def is_name(name: str) -> bool:
    """Whether a generation can be called so.

    >>> is_name("000007"), is_name("7.staged"), is_name("9" * 5000)
    (True, False, False)
    """
    return name.isascii() and name.isdecimal() and len(name) <= 12


def current(index: Path) -> str:
    """The name that CURRENT holds.

    Raises:
        BrokenIndexError: there is no index, or the file cannot be read.
    """
    try:
        with (index / "CURRENT").open(encoding="utf-8") as file:
            return file.read(_LONGEST).strip()
    except FileNotFoundError:
        raise BrokenIndexError(
            f"{index}: no index here; run: wenbao build", chinese=f"{index} 里没有索引；请运行 wenbao build"
        ) from None
    except (OSError, ValueError) as error:
        raise damaged(index / "CURRENT", f"cannot be read ({error})", f"读不了（{error}）") from None


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a generation, after checking that every file it names is there in full size.

    A file whose modification time is another than when it was written is read through; all of them are by `verify`: rot
    of the disk leaves size and time as they were.
    """
    path = folder / MANIFEST
    try:
        manifest = dict(json.loads(path.read_text(encoding="utf-8")))
        version = manifest["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged(path, f"damaged ({error})", f"坏了（{error}）") from None
    if version != FORMAT:
        raise BrokenIndexError(
            f"{path}: index format {version}, this Wenbao reads {FORMAT}; run: wenbao build",
            chinese=f"索引 {path} 是第 {version} 版格式，这里读第 {FORMAT} 版；请运行 wenbao build",
        )
    if manifest.pop("crc32", None) != _checksum_of(manifest):
        raise damaged(path, "damaged (its checksum differs)", "坏了（校验和不对）")
    files = manifest["files"]
    for name, known in files.items():
        _check_size(folder / name, known["bytes"])
    touched = [name for name, known in files.items() if (folder / name).stat().st_mtime_ns != known["modified"]]
    check_content(folder, {name: files[name] for name in touched})
    return manifest


def verify(folder: Path) -> dict[str, Any]:
    """The manifest of a generation, after reading every file through: about a second for each GB.

    Raises:
        BrokenIndexError: a file is missing or damaged; names it.
    """
    manifest = read_manifest(folder)
    check_content(folder, manifest["files"])
    return manifest


def _check_size(file: Path, wanted: int) -> None:
    size = file.stat().st_size if file.is_file() else None
    if size != wanted:
        state = "missing" if size is None else f"{size} bytes instead of {wanted}"
        raise damaged(file, state, "不见了" if size is None else f"有 {size} 字节，应是 {wanted}")


def check_content(folder: Path, files: Mapping[str, Any]) -> None:
    """Read files of a generation through, and compare their checksums.

    Raises:
        BrokenIndexError: one is damaged; names it.
    """
    for name, known in files.items():
        if checksum(folder / name) != known["crc32"]:
            raise damaged(folder / name, "damaged (its checksum differs)", "坏了（校验和不对）")


def write_manifest(folder: Path, previous: Path | None = None, **facts: Any) -> None:
    """Finish a generation: force every file to disk, list it with size, time and checksum, last of all.

    Files that it shares with the `previous` one, by hard links, are not read again.
    """
    known = read_manifest(previous)["files"] if previous else {}
    files = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"):
        name, state = path.relative_to(folder).as_posix(), path.stat()
        if name in known and previous and path.samefile(previous / name):
            files[name] = known[name]
        else:
            _force(path)
            files[name] = {"bytes": state.st_size, "modified": state.st_mtime_ns, "crc32": checksum(path)}
    manifest = {"format": FORMAT, **facts, "files": files}
    text = json.dumps({**manifest, "crc32": _checksum_of(manifest)}, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    _force(folder / MANIFEST)


def checksum(path: Path) -> str:
    """The CRC-32 of a file, in hex: it is to notice damage, not an attacker, and reads 3 GB a second."""
    value, block = 0, memoryview(bytearray(1 << 18))  # one block that stays in the processor's cache
    with path.open("rb", buffering=0) as file:
        while size := file.readinto(block):
            value = zlib.crc32(block[:size], value)
    return f"{value:08x}"


def _checksum_of(manifest: Mapping[str, Any]) -> str:
    return f"{zlib.crc32(json.dumps(manifest, sort_keys=True).encode()):08x}"


def _force(path: Path) -> None:
    """Have a file written to the disk itself."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def names(index: Path) -> list[str]:
    """The complete generations, oldest first."""
    folder = index / "generations"
    return sorted(path.name for path in folder.glob("[0-9]*") if is_name(path.name) and (path / MANIFEST).is_file())


def damaged(place: object, english: str, chinese: str) -> BrokenIndexError:
    """What to raise where a part of an index is not as it was written: what is wrong, in both languages."""
    return BrokenIndexError(
        f"{place}: {english}; run: {', or '.join(_REMEDY)}",
        chinese=f"索引坏了，{place} {chinese}；请运行 {'，或 '.join(_REMEDY)}",
    )


def unwritable(path: Path, error: BaseException) -> BrokenIndexError:
    """What to raise when a file of a staged generation cannot be written."""
    reason = (getattr(error, "strerror", None) or str(error)).strip().splitlines()[-1]
    return BrokenIndexError(
        f"{path}: cannot be written ({reason}); make room, then run: wenbao build",
        chinese=f"{path} 写不进去（{reason}）；请腾出磁盘空间，再运行 wenbao build",
    )


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
