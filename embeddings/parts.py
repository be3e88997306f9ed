"""A large file of JSON lines in parts, so that one changed record does not cost reading all the others.

Other files are one part. Where a part ends is decided by a line itself, not by its number, so that a line put in
between changes one part only.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from embeddings.inputs import FileContent, UnreadableError, check_fields, input_file, read_file
from embeddings.inputs.content import MEBIBYTE
from embeddings.inputs.jsons import read_json_lines
from embeddings.inputs.text import is_utf16

_KINDS = (".jsonl", ".ndjson")
_SMALLEST = MEBIBYTE  # bytes; smaller files are quickly read
_LINES = 256  # of a part, on average; a power of two
_LONGEST = 50 * MEBIBYTE


@dataclass(frozen=True, slots=True)
class Part:
    """Some lines of a file, named by their content; or the whole file, whose name is ""."""

    path: Path
    name: str = ""
    first: int = 0  # lines of the file before these
    data: bytes = b""

    def read(self, source: str, fields: Mapping[str, str]) -> FileContent:
        """The articles of the part, and what of it was left out.

        Raises:
            ConfigError: `fields` names a field that articles do not have.
        """
        try:
            if not self.name:
                return read_file(self.path, source, fields)
            check_fields(fields)
            if not self.data.strip():
                return FileContent()
            stream = BytesIO(b"\n" * self.first + self.data)  # blank lines, so that faults are told by their line
            return read_json_lines(input_file(self.path, source, stream, fields))
        except UnreadableError as error:
            return FileContent(skipped=[error.skipped])


def parts_of(path: Path) -> Iterator[Part]:
    """The parts of a file in their order."""
    if not _has_parts(path):
        yield Part(path)
        return
    first = number = 0
    lines: list[bytes] = []
    with path.open("rb") as file:
        while line := file.readline(_LONGEST):
            lines.append(line)
            number += line.endswith(b"\n")
            if line.endswith(b"\n") and not zlib.crc32(line) % _LINES:
                yield _part(path, first, lines)
                first, lines = number, []
    if lines:
        yield _part(path, first, lines)


def _part(path: Path, first: int, lines: list[bytes]) -> Part:
    data = b"".join(lines)
    return Part(path, hashlib.blake2b(data, digest_size=12).hexdigest(), first, data)


def _has_parts(path: Path) -> bool:
    try:
        if path.suffix.lower() not in _KINDS or path.stat().st_size < _SMALLEST:
            return False
        with path.open("rb") as file:
            head = file.read(64 * 1024)
        return b"\0" not in head and not is_utf16(head)
    except OSError:
        return False  # reading the whole will say why
