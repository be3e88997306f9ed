"""What a generation remembers beside its articles, as rows of a key and a text: files, faults, counts, the manifest.

    file:<path>            [bytes, modification time in ns, SHA-256]
    skip:<path>:<n>        [place, reason, remedy]
    meta:reporters:<n>     names, one a line         meta:words:<n>     the table of word counts
    meta:manifest          how it was built; written last

The states of files live in the engine and not beside it, so that any machine that sees the corpus can build in turn.
In: an engine and a generation. Out: the same values again. Knows nothing about what they mean.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import astuple

from embeddings.milvus.engine import Engine, Row
from embeddings.milvus.generations import Generation
from embeddings.milvus.schema import PIECE
from embeddings.store import FileState

_FIELDS = ("key", "value")
_LONGEST_SKIP = 2000  # characters of a reason; a broken line may be quoted in it
Skips = list[tuple[str, ...]]


def note(key: str, value: str) -> Row:
    """A row of the collection."""
    return {"key": key, "value": value, "nothing": [0.0, 0.0]}


def numbered_notes(key: str, text: str, size: int = PIECE) -> list[Row]:
    """A long text as several rows."""
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    return [note(f"{key}:{at:06}", piece) for at, piece in enumerate(pieces)]


def numbered(engine: Engine, generation: Generation, key: str) -> list[str]:
    """The pieces of a long text, in order."""
    rows = engine.rows(generation.part("notes"), f'key like "{key}:%"', _FIELDS, batch=100)
    return [row["value"] for row in sorted(rows, key=lambda row: str(row["key"]))]


def file_notes(states: Mapping[str, FileState], skips: Mapping[str, Skips]) -> Iterable[Row]:
    """The rows for the files that were read, and for what of them was skipped."""
    for source, state in states.items():
        yield note(f"file:{source}", json.dumps(astuple(state)))
        for at, skip in enumerate(skips.get(source, [])):
            short = [text[:_LONGEST_SKIP] for text in skip]
            yield note(f"skip:{source}:{at:06}", json.dumps(short, ensure_ascii=False))


def files(engine: Engine, generation: Generation) -> dict[str, FileState]:
    """The input files that a generation was built from."""
    rows = engine.rows(generation.part("notes"), 'key like "file:%"', _FIELDS)
    return {row["key"].removeprefix("file:"): FileState(*json.loads(row["value"])) for row in rows}


def skipped(engine: Engine, generation: Generation) -> dict[str, Skips]:
    """(place, reason, remedy, both in Chinese) of everything that was not read, by file; older ones lack the last."""
    found: dict[str, Skips] = {}
    for row in engine.rows(generation.part("notes"), 'key like "skip:%"', _FIELDS):
        source = row["key"].removeprefix("skip:").rpartition(":")[0]
        found.setdefault(source, []).append(tuple(json.loads(row["value"])))
    return found
