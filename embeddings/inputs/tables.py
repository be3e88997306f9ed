"""Files of records (`.jsonl`, `.ndjson`, `.json`, `.csv`, `.tsv`) → articles, one a record.

In: an open file. Out: its articles, and its broken records by the line they begin on: a record costs no other. Lines of
JSON are streamed. What the fields of a record mean is known to `embeddings.inputs.records`.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from itertools import islice
from typing import Literal

from embeddings.inputs.content import MEBIBYTE, FileContent, InputFile, Skipped, UnreadableError
from embeddings.inputs.records import Record, field_keys, read_record
from embeddings.inputs.text import decode, is_utf16, not_text, paragraphs, read_text

LONGEST_LINE = 50 * MEBIBYTE
_HEAD = 64 * 1024
_PATIENCE = 1_000_000  # lines that may be read twice for the sake of unclosed quotation marks
_MEND = "mend or delete the record"
_MEND_IN_CHINESE = "改好这条记录，或删掉"

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
        chinese = f"不是合法的 JSON（{_why(error)}）；改好它，或一行写一条记录"
        raise file.fault(f"is not valid JSON ({_why(error)})", "mend it, or write one record a line", chinese) from None
    if isinstance(value, dict) and not field_keys(tuple(value), tuple(file.fields.items()))["text"]:
        value = next((part for part in value.values() if isinstance(part, list)), value)
    items = value if isinstance(value, list) else [value]
    return _collect(file, _named(file, items))


def read_table(file: InputFile) -> FileContent:
    """A table with a header line; its delimiter is the one that the header uses most.

    Raises:
        UnreadableError: no column holds the text, or no row can be read.
    """
    lines = list(io.StringIO(read_text(file).lstrip("\ufeff"), newline=""))
    top = next(number for number, line in enumerate(lines) if line.strip())
    delimiter = max(",;\t|", key=lines[top].count)
    columns = tuple(name.strip() for name in next(csv.reader([lines[top]], delimiter=delimiter)))
    if not field_keys(columns, tuple(file.fields.items()))["text"]:
        shown = ", ".join(name[:20] for name in columns[:8])
        remedy = "call it `text` in the first line, or map `text` to a column"
        chinese = f"没有放正文的一列（有 {shown}）；在第一行把它叫作 `text`，或在 fields 里对应到 `text`"
        raise file.fault(f"has no column for the text (columns: {shown})", remedy, chinese)
    return _collect(file, _rows(file, lines, top + 1, columns, delimiter))


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
    same = f"{count} 条记录都是这样：" if count > 1 else ""
    raise UnreadableError(Skipped(first.where, first.reason + like, first.remedy, same + first.chinese))


def _json_lines(file: InputFile) -> Numbered:
    for number, line in enumerate(_lines(file), 1):
        if len(line) > LONGEST_LINE:
            size = f"{LONGEST_LINE // MEBIBYTE} MiB"
            yield number, file.skip(number, f"is longer than {size}", "split the record", f"超过 {size}；把记录分开")
        elif (text := decode(line)) is None:
            chinese = "不是 UTF-8 文字；把文件存成 UTF-8"
            yield number, file.skip(number, "is not UTF-8 text", "save the file as UTF-8", chinese)
        elif text := text.strip("\ufeff \t\r\n"):
            try:
                yield number, _as_record(file, number, json.loads(text, strict=False))
            except (ValueError, RecursionError) as error:
                if paragraphs(text):
                    chinese = f"不是合法的 JSON（{_why(error)}）；{_MEND_IN_CHINESE}"
                    yield number, file.skip(number, f"is not valid JSON ({_why(error)})", _MEND, chinese)


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


def _rows(file: InputFile, lines: list[str], begin: int, columns: tuple[str, ...], delimiter: str) -> Numbered:
    """Rows by the line they begin on. A quotation mark that is never closed swallows the rows below it, so after a
    broken row reading starts again one line below, as long as patience lasts: that can be slow."""
    csv.field_size_limit(2**31 - 1)
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if _quotes_pair(lines, delimiter) else csv.QUOTE_NONE
    patience = _PATIENCE
    while (start := begin) < len(lines):
        rows = csv.reader(islice(lines, start, None), delimiter=delimiter, quoting=quoting, strict=True)
        try:
            for row in rows:
                if any(row):
                    yield begin + 1, _as_row(file, begin + 1, row, columns)
                begin = start + rows.line_num
            return
        except csv.Error as error:
            chinese = f"不成表格的一行（{error}）；改好引号"
            remedy = "mend its quotation marks"
            yield begin + 1, file.skip(begin + 1, f"is not a row of the table ({error})", remedy, chinese)
            swallowed = start + rows.line_num - begin
            patience -= swallowed
            begin += 1 if patience > 0 else swallowed


def _as_row(file: InputFile, line: int, row: list[str], columns: tuple[str, ...]) -> Record | Skipped:
    if len(row) == len(columns):
        return dict(zip(columns, row, strict=True))
    reason = f"has {len(row)} fields where the header has {len(columns)}"
    chinese = f"有 {len(row)} 格，表头是 {len(columns)} 格；格子里有分隔符的要加引号"
    return file.skip(line, reason, "put fields that hold the delimiter in quotation marks", chinese)


def _quotes_pair(lines: list[str], delimiter: str) -> bool:
    """Whether quotation marks enclose fields. In a tab-separated file they seldom do: there they are plain text."""
    if delimiter != "\t":
        return True
    fields = [field for line in lines for field in line.rstrip("\r\n").split(delimiter)]
    return sum(field.startswith('"') for field in fields) == sum(field.endswith('"') for field in fields)


def _as_record(file: InputFile, number: int | str, value: object) -> Record | Skipped:
    if isinstance(value, dict):
        return value
    return file.skip(number, "is not an object with fields", _MEND, f"不是带字段的对象；{_MEND_IN_CHINESE}")


def _why(error: Exception) -> str:
    """A parser's comquotingt in few words: "Expecting ',' delimiter at column 17"."""
    if isinstance(error, json.JSONDecodeError):
        line = f"line {error.lineno}, " if error.lineno > 1 else ""
        return f"{error.msg} at {line}column {error.colno}"
    return "it is nested too deep" if isinstance(error, RecursionError) else str(error).split("\n")[0][:80]
