"""Files → articles: pages (`.txt`, `.pdf`), documents (`.md`, `.docx`), web pages, records, and archives of these.

A bad file or record costs no other.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple

from embeddings.dates import date_of_path, page_of_folder, page_of_stem
from embeddings.errors import ConfigError, CorpusError
from embeddings.inputs.archive import members, unknown_kind
from embeddings.inputs.content import (
    FileContent,
    InputFile,
    Skipped,
    TooSlowError,
    UnreadableError,
    patience,
    seconds_for,
)
from embeddings.inputs.docx import read_docx
from embeddings.inputs.folder import is_private, is_readme, walk, why_not
from embeddings.inputs.forms import read_text_file
from embeddings.inputs.jsons import read_json, read_json_lines
from embeddings.inputs.markdown import read_markdown
from embeddings.inputs.pdf import read_pdf
from embeddings.inputs.records import SYNONYMS
from embeddings.inputs.tables import read_table, read_workbook
from embeddings.inputs.web import read_web
from embeddings.records import Article

__all__ = ["FileContent", "Listing", "Skipped", "UnreadableError", "list_inputs", "read_articles", "read_file", "scan"]

READERS: Mapping[str, Callable[[InputFile], FileContent]] = {
    ".txt": read_text_file,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".json": read_json,
    ".csv": read_table,
    ".tsv": read_table,
    ".xlsx": read_workbook,
    ".html": read_web,
    ".htm": read_web,
    ".pdf": read_pdf,
    ".docx": read_docx,
}
_RECORDS = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".xlsx")
VERSION = 5  # part of the index manifest: raise it whenever a page splits or a file reads otherwise
ARCHIVE = ".zip"


class Listing(NamedTuple):
    """What lies in a corpus folder, as sorted paths inside it: files of a known kind, and all else, to be reported."""

    readable: list[str]
    unknown: list[str]


def read_articles(path: Path | str) -> list[Article]:
    """The articles of one file, or of every readable file under a folder (`scan` also says what was left out).

    Raises:
        InputError: the one file, or a record of it, cannot be read.
        CorpusError: nothing is there.
    """
    path = Path(path)
    if path.is_dir():
        return [article for _, content in scan(path) for article in content.articles]
    if not path.exists():
        raise CorpusError(
            f"{path} does not exist; give a file or a folder of newspaper pages",
            chinese=f"没有 {path}；请给一个放报纸版面的文件或文件夹",
        )
    content = read_file(path)
    if content.skipped:
        raise UnreadableError(content.skipped[0])
    return content.articles


def scan(folder: Path | str, fields: Mapping[str, str] | None = None) -> Iterator[tuple[Path, FileContent]]:
    """Each file under a folder with what it holds; files that cannot be read come with no articles and a fault.

    Raises:
        CorpusError: the folder is missing.
    """
    folder = Path(folder)
    readable, unknown = list_inputs(folder)
    for source in sorted(readable + unknown):
        try:
            yield folder / source, read_file(folder / source, source, fields)
        except UnreadableError as error:
            yield folder / source, FileContent(skipped=[error.skipped])


def list_inputs(folder: Path | str) -> Listing:
    """The files under a folder; hidden ones, README* and names that begin with "_" or "~" are left out.

    Raises:
        CorpusError: the folder is missing or is no folder.
    """
    folder = Path(folder)
    if not folder.is_dir():
        fault = "is not a folder" if folder.exists() else "does not exist"
        raise CorpusError(
            f"corpus folder {folder} {fault}; make it and put newspaper pages into it, or name another",
            chinese=f"报库文件夹 {folder} {'不是文件夹' if folder.exists() else '不存在'}；请建好、放进版面，或换一个",
        )
    listing = Listing([], [])
    for source, is_file in sorted(walk(folder)):
        (listing.readable if is_file and _is_known(source) else listing.unknown).append(source)
    return listing


def read_file(path: Path | str, source: str | None = None, fields: Mapping[str, str] | None = None) -> FileContent:
    """The articles of one file, and what of it was left out.

    `source` is the path inside the corpus folder, which articles and faults are known by; without it they are known
    by the file's name and by `path`. `fields` maps fields of an article to keys of records: {"text": "article_body"}.

    Raises:
        InputError: the whole file cannot be read.
        ConfigError: `fields` names a field that articles do not have.
    """
    path = Path(path)
    check_fields(fields or {})
    place, source = source or str(path), source or path.name
    if fault := left_out(path, place):
        raise UnreadableError(fault)
    try:
        with path.open("rb") as stream:
            return _read(input_file(path, source, stream, fields or {}, place))
    except OSError as error:
        why = error.strerror or error
        remedy, chinese = "check that it is there and may be read", f"打不开（{why}）；看看它在不在、能不能读"
        raise UnreadableError(Skipped(place, f"cannot be opened ({why})", remedy, chinese)) from None


def left_out(path: Path, place: str) -> Skipped | None:
    """Why a path is not even opened; None where it is."""
    if os.path.lexists(path) and not path.is_file():
        return Skipped(place, *why_not(path))
    if not _is_known(path.name):
        return unknown_kind(place, path.suffix)
    return None


def input_file(path: Path, source: str, stream: BinaryIO, fields: Mapping[str, str], place: str = "") -> InputFile:
    """An open file with what its path says of its date and page; `place` is what faults call it, if not `source`."""
    # Those inside the corpus, the corpus folder, and two above it.
    folders = list(path.absolute().parent.parts)[-(source.count("/") + 3) :]
    day = date_of_path(folders, path.stem, above=2)
    inside = list(PurePosixPath(source).parent.parts)
    page = page_of_stem(path.stem) or page_of_folder(folders[-2:] if inside else [], day is not None)
    return InputFile(place or source, source, stream, day, page, fields)


def check_fields(fields: Mapping[str, str]) -> None:
    """Raises ConfigError for a field that articles do not have."""
    if unknown := sorted(set(fields) - set(SYNONYMS)):
        raise ConfigError(
            f"articles have no field `{unknown[0]}` to map; known are {', '.join(SYNONYMS)}",
            chinese=f"fields：报道没有 `{unknown[0]}` 这一项；有的是 {'、'.join(SYNONYMS)}",
        )


def _is_known(name: str) -> bool:
    return (suffix := os.path.splitext(name)[1].lower()) in READERS or suffix == ARCHIVE  # noqa: PTH122, four times as fast


def _read(file: InputFile) -> FileContent:
    suffix = PurePosixPath(file.source).suffix.lower()
    if suffix == ARCHIVE or suffix in (*_RECORDS, ".pdf"):  # these hold many pages; a PDF's are timed one by one
        return _read_archive(file) if suffix == ARCHIVE else READERS[suffix](file)
    seconds = seconds_for(file.size)
    try:
        with patience(seconds):
            return READERS[suffix](file)
    except TooSlowError:
        raise file.slow(seconds) from None


def _read_archive(file: InputFile) -> FileContent:
    """All members of an archive; those that cannot be read cost no other."""
    content = FileContent()
    for member in members(file, _is_wanted):
        try:
            part = FileContent(skipped=[member]) if isinstance(member, Skipped) else _read(member)
        except UnreadableError as error:
            part = FileContent(skipped=[error.skipped])
        content.extend(part)
    if not content.articles and not content.skipped:
        raise file.empty()
    return content


def _is_wanted(name: str) -> bool | None:
    """Of a path in an archive: whether it is read, or None where a folder's file of that name is passed over."""
    path = PurePosixPath(name)
    if any(is_private(part) and part != ".." for part in path.parts) or is_readme(path.name):
        return None
    return path.suffix.lower() in READERS
