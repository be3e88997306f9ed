"""Files of records (`.jsonl`, `.ndjson`, `.json`, `.csv`, `.tsv`) → articles, one a record.

In: an open file. Out: its articles, and its broken records by the line they begin on: a record costs no other. Lines of
JSON are streamed. What the fields of a record mean is known to `embeddings.inputs.records`.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Literal

from embeddings.inputs.content import MEBIBYTE, FileContent, InputFile, Skipped, UnreadableError
from embeddings.inputs.records import Record, field_keys, read_record
from embeddings.inputs.text import decode, is_utf16, not_text, read_text

LONGEST_LINE = 50 * MEBIBYTE
_HEAD = 64 * 1024
_MEND = "mend or delete the record"

Numbered = Iterator[tuple[int | str, Record | Skipped]]


def read_json_lines(file: InputFile) -> FileContent:
    """One JSON object a line; blank lines are passed over."""
    return _collect(file, _json_lines(file))


def read_json(file: InputFile) -> FileContent:
    """A JSON list of objects, one object, or an object that holds such a list; records are numbered from 1.

    Raises:
        UnreadableError: it is not JSON, or holds no record that can be read.
    """
    try:
        value = json.loads(read_text(file).lstrip("\ufeff"), strict=False)
    except (ValueError, RecursionError) as error:
        raise file.fault(f"is not valid JSON ({_why(error)})", "mend it, or write one record a line") from None
    if isinstance(value, dict) and not field_keys(tuple(value), tuple(file.fields.items()))["text"]:
        value = next((part for part in value.values() if isinstance(part, list)), value)
    items = value if isinstance(value, list) else [value]
    return _collect(file, _named(file, items))


def read_table(file: InputFile) -> FileContent:
    """A table with a header line; its delimiter is the one that the header uses most.

    Raises:
        UnreadableError: no column holds the text, or no row can be read.
    """
    text = read_text(file).lstrip("\ufeff\r\n")
    header = text.splitlines()[0]
    delimiter = max(",;\t|", key=header.count)
    columns = tuple(name.strip() for name in next(csv.reader([header], delimiter=delimiter)))
    if not field_keys(columns, tuple(file.fields.items()))["text"]:
        shown = ", ".join(name[:20] for name in columns[:8])
        remedy = "call it `text` in the first line, or map `text` to a column"
        raise file.fault(f"has no column for the text (columns: {shown})", remedy)
    return _collect(file, _rows(file, text, delimiter, columns))


def _collect(file: InputFile, records: Numbered) -> FileContent:
    content = FileContent()
    for line, record in records:
        result = record if isinstance(record, Skipped) else read_record(file, line, record)
        if isinstance(result, Skipped):
            content.skipped.append(result)
        else:
            content.articles.append(result)
    if content.articles:
        return content
    if not content.skipped:
        raise file.empty()
    first, count = content.skipped[0], len(content.skipped)
    like = f", and so with all {count} records" if count > 1 else ""
    raise UnreadableError(Skipped(first.where, first.reason + like, first.remedy))


def _json_lines(file: InputFile) -> Numbered:
    for number, line in enumerate(_lines(file), 1):
        if len(line) > LONGEST_LINE:
            yield number, file.skip(number, f"is longer than {LONGEST_LINE // MEBIBYTE} MiB", "split the record")
        elif (text := decode(line)) is None:
            yield number, file.skip(number, "is not UTF-8 text", "save the file as UTF-8")
        elif text := text.strip("\ufeff \t\r\n"):
            try:
                yield number, _as_record(file, number, json.loads(text, strict=False))
            except (ValueError, RecursionError) as error:
                yield number, file.skip(number, f"is not valid JSON ({_why(error)})", _MEND)


def _lines(file: InputFile) -> Iterator[bytes]:
    """Lines as bytes, so that one in a broken encoding costs only itself; UTF-16 has to be decoded whole."""
    head = file.stream.read(_HEAD)
    file.stream.seek(0)
    if is_utf16(head):
        yield from read_text(file).encode("utf-8", "replace").splitlines()
    elif b"\0" in head:
        raise not_text(file)
    while line := file.stream.readline(LONGEST_LINE + 1):
        yield line
        while len(line) > LONGEST_LINE and not line.endswith(b"\n"):  # the rest of what was cut
            line = file.stream.readline(LONGEST_LINE + 1)


def _named(file: InputFile, items: list[object]) -> Numbered:
    for number, item in enumerate(items, 1):
        yield (name := f"record {number}"), _as_record(file, name, item)


def _rows(file: InputFile, text: str, delimiter: str, columns: tuple[str, ...]) -> Numbered:
    """Rows by the line they begin on, the header left out."""
    csv.field_size_limit(2**31 - 1)
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if _quotes_pair(text, delimiter) else csv.QUOTE_NONE
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting, strict=True)
    begin = 1
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            yield begin, file.skip(begin, f"is not a row of the table ({error})", "mend its quotation marks")
            begin = rows.line_num + 1
            continue
        if row is None:
            return
        if len(row) > len(columns):
            reason = f"has {len(row)} fields where the header has {len(columns)}"
            yield begin, file.skip(begin, reason, "put fields that hold the delimiter in quotation marks")
        elif begin > 1 and any(row):
            yield begin, dict(zip(columns, row, strict=False))
        begin = rows.line_num + 1


def _quotes_pair(text: str, delimiter: str) -> bool:
    """Whether quotation marks enclose fields. In a tab-separated file they seldom do: there they are quoting text, and
    one left open would swallow the rows below it."""
    opened = len(re.findall(rf'(?:^|{re.escape(delimiter)})"', text, re.MULTILINE))
    closed = len(re.findall(rf'"\r?(?:$|{re.escape(delimiter)})', text, re.MULTILINE))
    return delimiter != "\t" or opened == closed


def _as_record(file: InputFile, number: int | str, value: object) -> Record | Skipped:
    return value if isinstance(value, dict) else file.skip(number, "is not an object with fields", _MEND)


def _why(error: Exception) -> str:
    """A parser's comquotingt in few words: "Expecting ',' delimiter at column 17"."""
    if isinstance(error, json.JSONDecodeError):
        line = f"line {error.lineno}, " if error.lineno > 1 else ""
        return f"{error.msg} at {line}column {error.colno}"
    return "it is nested too deep" if isinstance(error, RecursionError) else str(error).split("\n")[0][:80]
