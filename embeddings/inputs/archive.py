"""Archives (`.zip`) → their members, each ready to be read like a file. Nothing is unpacked to disk.

In: an open archive. Out: its members, and as faults those that are locked, damaged, of an unknown kind, or named
or packed as if to do harm. Knows nothing about what the members hold.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePosixPath

from embeddings.inputs.content import MEBIBYTE, InputFile, Skipped
from embeddings.inputs.dates import date_of_path, page_of_stem

LARGEST_MEMBER = 256 * MEBIBYTE
LARGEST_TOTAL = 2048 * MEBIBYTE
MOST_MEMBERS = 100_000
STEEPEST = 200  # text packs 3 to 20 times smaller; what unpacks 200-fold was made to fill a disk
_UTF8_NAME = 0x800
_LOCKED = 0x1


def check_sizes(file: InputFile, members: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse an archive by what it says of its members; zipfile never unpacks more than that.

    Raises:
        UnreadableError: there are too many members, or too much in them.
    """
    total = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS:
        raise file.fault(f"holds {len(members)} files, more than {MOST_MEMBERS}", "split it")
    if total > LARGEST_TOTAL:
        reason = f"unpacks to {total // MEBIBYTE} MiB, more than {LARGEST_TOTAL // MEBIBYTE}"
        raise file.fault(reason, "split it, or unpack it into the corpus folder")
    packed = sum(member.compress_size for member in members)
    if total > 16 * MEBIBYTE and total > STEEPEST * packed:
        raise file.fault(f"unpacks to {total // max(1, packed)} times its size", "remove it or unpack it yourself")


def members(file: InputFile, wanted: Callable[[str], bool | None]) -> Iterator[InputFile | Skipped]:
    """The members of an archive, sorted by name; `wanted` says of a path whether it is read (None: passed over).

    Raises:
        UnreadableError: it is no archive or a damaged one, or `check_sizes` refuses it.
    """
    try:
        archive = zipfile.ZipFile(file.stream)
    except Exception as error:  # zipfile raises many kinds on damaged files
        raise file.fault(f"is not a readable zip archive ({error!s:.80})", "pack it anew") from None
    with archive:
        check_sizes(file, archive.infolist())
        named = sorted((_name(member), member) for member in archive.infolist() if not member.is_dir())
        for name, member in named:
            if (want := wanted(name)) is not None:
                yield _open(file, archive, name, member) if want else _unknown(file, name)


def _name(member: zipfile.ZipInfo) -> str:
    """The member's path; archives made on Chinese Windows write it in GB18030 without saying so."""
    if member.flag_bits & _UTF8_NAME:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return member.filename


def _unknown(file: InputFile, name: str) -> Skipped:
    if name.lower().endswith(".zip"):
        return Skipped(f"{file.place}/{name}", "is an archive within an archive", "unpack it into the corpus folder")
    reason = f"is of an unknown kind ({PurePosixPath(name).suffix or 'no suffix'})"
    return Skipped(f"{file.place}/{name}", reason, "remove it, or convert it to .txt, .md or .jsonl")


def _open(file: InputFile, archive: zipfile.ZipFile, name: str, member: zipfile.ZipInfo) -> InputFile | Skipped:
    place, path = f"{file.place}/{name}", PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        return Skipped(place, "is named as if it lay outside of the archive", "pack it anew")
    if member.flag_bits & _LOCKED:
        return Skipped(place, "is locked by a password", "pack it without one")
    if member.file_size > LARGEST_MEMBER:
        return Skipped(place, f"is larger than {LARGEST_MEMBER // MEBIBYTE} MiB", "unpack it into the corpus folder")
    try:
        data = archive.read(member)
    except Exception as error:  # damaged data raises what the packing method pleases
        return Skipped(place, f"is damaged ({str(error) or type(error).__name__:.80})", "pack it anew")
    day = date_of_path([PurePosixPath(file.source).stem, *path.parent.parts], path.stem) or file.date
    source = f"{file.source}/{name}"
    return InputFile(place, source, io.BytesIO(data), day, page_of_stem(path.stem), file.fields)
