"""What changed in a corpus folder since a generation was built.

Size and modification time decide first; where they differ, the content hash does.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from embeddings.store import FileState, Store

_UNREADABLE = FileState(-1, -1, "")  # looked at again by every build, until it can be read


@dataclass(slots=True)
class Changes:
    """States of all files by source (the path inside the corpus); of the stale ones the path, or None if gone."""

    states: dict[str, FileState] = field(default_factory=dict)
    stale: dict[str, Path | None] = field(default_factory=dict)


def compare(corpus: Path, sources: Iterable[str], generation: Path | None) -> Changes:
    """Compare the files of a corpus with those that a generation was built from; without one, all are stale.

    Raises:
        BrokenIndexError: the generation's store is damaged.
    """
    known: dict[str, FileState] = {}
    if generation:
        with Store(generation / "store.sqlite") as store:
            known = store.files()
    changes = Changes()
    for source in sources:
        old = known.get(source)
        state = changes.states[source] = _state(f"{corpus}/{source}", old)  # a Path would take as long as all else
        if old is None or old.sha256 != state.sha256 or state is _UNREADABLE:
            changes.stale[source] = corpus / source
    changes.stale.update(dict.fromkeys(known.keys() - changes.states.keys()))
    return changes


def _state(path: str, old: FileState | None) -> FileState:
    """The state of a file; its content is read only where size or time differ from the old state's."""
    try:
        stat = os.stat(path)  # noqa: PTH116
        if old and (old.bytes, old.modified) == (stat.st_size, stat.st_mtime_ns):
            return old
        with open(path, "rb") as file:  # noqa: PTH123
            return FileState(stat.st_size, stat.st_mtime_ns, hashlib.file_digest(file, "sha256").hexdigest())
    except OSError:
        return _UNREADABLE  # the reader will say why
