"""A corpus folder → the files under it, by their paths inside it.

Links are followed, wherever they lead: who may put one into the corpus may put the file itself there. But each
folder is read once, and a link to a folder that the corpus lies in is not followed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_Identity = tuple[int, int]  # device and inode


def walk(folder: Path) -> Iterator[tuple[str, bool]]:
    """(path inside the folder, whether it is a file) of all that lies under a folder, in no order.

    Left out are names that begin with ".", "_" or "~", and README*.
    """
    top = folder.resolve()
    yield from _walk(str(folder), "", {_identity(above) for above in (top, *top.parents)})


def _walk(folder: str, inside: str, seen: set[_Identity]) -> Iterator[tuple[str, bool]]:
    try:
        with os.scandir(folder) as listed:
            entries = sorted((each for each in listed if not is_private(each.name)), key=_links_last)
    except OSError:
        yield inside.rstrip("/"), False  # `why_not` says why
        return
    fresh = []
    for entry in entries:
        if not entry.is_dir():
            if not is_readme(entry.name):
                yield inside + entry.name, entry.is_file()
        elif (identity := _identity(entry)) not in seen:
            seen.add(identity)
            fresh.append(entry)
        elif entry.is_symlink() and _leads_up(entry, folder):
            yield inside + entry.name, False
    for entry in fresh:
        yield from _walk(entry.path, f"{inside}{entry.name}/", seen)


def _links_last(entry: os.DirEntry[str]) -> tuple[bool, str]:
    return entry.is_symlink(), entry.name


def _identity(place: Path | os.DirEntry[str]) -> _Identity:
    state = place.stat()  # of what a link leads to
    return state.st_dev, state.st_ino


def _leads_up(entry: os.DirEntry[str], folder: str) -> bool:
    return Path(folder).resolve().is_relative_to(Path(entry.path).resolve())


def why_not(path: Path) -> tuple[str, str, str]:
    """Reason and remedy for what is no file that can be read, then both in Chinese."""
    if path.is_symlink() and not path.exists():
        return "is a link that leads nowhere", "mend or delete it", "是断了的链接；改好，或删掉"
    if path.is_dir() and os.access(path, os.R_OK | os.X_OK):
        return "is a link to a folder that it lies in itself", "delete it", "是指回上级文件夹的链接；删掉"
    if path.is_dir():
        return "is a folder that cannot be opened", "check that it may be read", "文件夹打不开；看看能不能读"
    return "is not a file", "remove it from the corpus", "不是文件；从报库里拿走"


def is_private(name: str) -> bool:
    return name.startswith((".", "_", "~"))


def is_readme(name: str) -> bool:
    return name.lower().startswith("readme")
