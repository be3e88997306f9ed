"""Tables (`.csv`, `.tsv`, `.xlsx`) → articles, one a row. Broken rows are told by the line they begin on."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Literal

from embeddings.dates import parse_date
from embeddings.inputs.archive import check_package
from embeddings.inputs.content import FileContent, InputFile, Skipped, UnreadableError
from embeddings.inputs.records import LOOKED_AT, Numbered, Record, collect, field_keys, guess_fields
from embeddings.inputs.text import read_text

_PATIENCE = 1_000_000  # lines that may be read twice for the sake of unclosed quotation marks


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
        rows = [record for _, record in islice(_rows(file, lines, top + 1, columns, delimiter), LOOKED_AT)]
        if "text" not in guess_fields([row for row in rows if not isinstance(row, Skipped)]):
            raise _no_text(file, columns)
    return collect(file, _rows(file, lines, top + 1, columns, delimiter))


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


def _no_text(file: InputFile, columns: Sequence[str]) -> UnreadableError:
    shown = ", ".join(name[:20] for name in columns[:8])
    remedy = "call it `text` in the first line, or map `text` to a column"
    chinese = f"没有放正文的一列（有 {shown}）；在第一行把它叫作 `text`，或在 fields 里对应到 `text`"
    return file.fault(f"has no column for the text (columns: {shown})", remedy, chinese)


def read_workbook(file: InputFile) -> FileContent:
    """Every sheet of an Excel workbook; the first row that names a text column is the header.

    Raises:
        UnreadableError: it is damaged or locked, or no sheet has a column for the text.
    """
    from openpyxl import load_workbook

    content, columns = FileContent(), list[str]()
    remedy = "open it in Excel and save it as .xlsx, without a password"
    with file.parsed_as("Excel workbook", remedy, "Excel 表", "用 Excel 打开，不设密码另存为 .xlsx"):
        check_package(file)
        book = load_workbook(file.stream, read_only=True, data_only=True)
        sheets = {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets}
    for title, rows in sheets.items():
        records = _sheet(file, rows)
        columns += [str(name) for name in (next((row for row in rows if any(row)), ())) if name is not None]
        if records:
            here = replace(file, date=file.date or parse_date(title))
            named = [(f"{title} row {number}", record) for number, record in records]
            content.extend(collect(here, iter(named)))
    if not content.articles and not content.skipped:
        raise _no_text(file, columns) if columns else file.empty()
    return content


def _sheet(file: InputFile, rows: list[list[Any]]) -> list[tuple[int, Record]]:
    """The rows of a sheet below its header, by their number; [] where no column holds a text."""
    mapped = tuple(file.fields.items())
    for number, header in enumerate(rows[:10], 1):
        if sum(isinstance(cell, str) for cell in header) < 1:
            continue
        columns = [str(cell).strip() if cell is not None else "" for cell in header]
        records = [
            (at, {name: cell for name, cell in zip(columns, row, strict=False) if name and cell is not None})
            for at, row in enumerate(rows[number:], number + 1)
            if any(cell is not None for cell in row)
        ]
        if field_keys(tuple(columns), mapped)["text"] or "text" in guess_fields(
            [each for _, each in records[:LOOKED_AT]]
        ):
            return [(at, record) for at, record in records]
    return []
