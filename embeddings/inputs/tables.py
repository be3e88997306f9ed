"""Files of records (`.jsonl`, `.json`, `.csv`, `.tsv`, `.xlsx`, records in `.txt`) → articles, one a record.

Broken records are told by the line they begin on: a record costs no other. Lines of JSON are streamed. JSON may be
nested in any way: a record is any object with a text, and what the objects around it say of date and page holds for it.
What the fields of a record mean is settled in `embeddings.inputs.records`.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import Any, Literal

from embeddings.dates import parse_date
from embeddings.inputs.archive import check_package
from embeddings.inputs.content import MEBIBYTE, FileContent, InputFile, Skipped, UnreadableError
from embeddings.inputs.records import (
    Record,
    field_keys,
    guess_fields,
    one_line,
    read_record,
    text_of,
    unused_fields,
)
from embeddings.inputs.text import decode, is_utf16, not_text, page_content, paragraphs, read_text

LONGEST_LINE = 50 * MEBIBYTE
_HEAD = 64 * 1024
_PATIENCE = 1_000_000  # lines that may be read twice for the sake of unclosed quotation marks
_LOOKED_AT = 200  # records, to guess what their fields mean and to say which are not used
_DEEPEST = 12  # objects within objects
_MEND = "mend or delete the record"
_MEND_IN_CHINESE = "改好这条记录，或删掉"
_SEPARATORS = ("\t", "|||", "||", "\x01", "$$", "####")
_DOC = re.compile(r"<doc\b([^>]*)>(.*?)</doc>", re.DOTALL | re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w:-]+)\s*=\s*["']([^"']*)["']""")
_CHILD = re.compile(r"<(\w+)>(.*?)</\1>", re.DOTALL)
_LABEL = re.compile(
    r"^[ \u3000]*(?:【([^【】\n]{2,8})】|\[([^\[\]\n]{2,8})\]|([\u4e00-\u9fff]{2,4})[:：])[ \u3000]*", re.MULTILINE
)
_INLINE_LABEL = re.compile(r"[ \u3000]*【([^【】\n]{2,8})】[ \u3000]*")

Numbered = Iterator[tuple[int | str, Record | Skipped]]


def read_json_lines(file: InputFile) -> FileContent:
    """One JSON object a line; blank lines are passed over."""
    return _collect(file, _json_lines(file))


def read_json(file: InputFile) -> FileContent:
    """JSON in whatever nesting; records are numbered from 1.

    Raises:
        UnreadableError: it is not JSON, or holds no record that can be read.
    """
    text = read_text(file).lstrip("\ufeff")
    try:
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        if "Extra data" in str(error):  # one object after the other
            return _collect(file, _json_lines(_holding(file, text)))
        chinese = f"不是合法的 JSON（{_why(error)}）；改好它，或一行写一条记录"
        raise file.fault(f"is not valid JSON ({_why(error)})", "mend it, or write one record a line", chinese) from None
    found = list(_records(_by_rows(value), {}, file.fields))
    if not found:
        found = value if isinstance(value, list) else [value]
    return _collect(file, _named(file, found))


def _by_rows(value: Any) -> Any:
    """What pandas writes by columns, by rows: {"title": {"0": …}}, {"columns": […], "data": [[…]]}."""
    if not isinstance(value, dict):
        return value
    columns, data = value.get("columns"), value.get("data")
    if isinstance(columns, list) and isinstance(data, list) and all(isinstance(row, list) for row in data):
        return [dict(zip(map(str, columns), row, strict=False)) for row in data]
    parts = list(value.values())
    alike = len(parts) > 1 and all(isinstance(part, dict) and part.keys() == parts[0].keys() for part in parts)
    if alike and field_keys(tuple(value))["text"] and not field_keys(tuple(parts[0]))["text"]:
        return [{name: column[row] for name, column in value.items()} for row in parts[0]]
    return value


def _records(value: Any, around: Mapping[str, object], fields: Mapping[str, str], depth: int = 0) -> Iterator[object]:
    """The records in a value. `around` is what the objects about them say of the date and the page."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        plain_items = not any(isinstance(item, dict | list) for item in value)
        for item in value:
            if isinstance(item, dict | list):
                yield from _records(item, around, fields, depth + 1)
            elif not plain_items or not depth:
                yield item
    elif isinstance(value, dict):
        mapped = tuple(fields.items())
        keys = field_keys(tuple(value), mapped)
        inner = [part for part in value.values() if _holds_records(part, mapped, depth)]
        held = {key for key in keys["text"] if any(value[key] is part for part in inner)}
        if any(text_of(value[key]).strip() for key in keys["text"] if key not in held) or (keys["text"] and not inner):
            yield {
                **value,
                **{name: part for name, part in around.items() if not any(value[key] for key in keys[name])},
            }
            if not any(isinstance(part, list) for part in inner):
                return
        elif not inner and depth and keys["headline"]:
            yield value  # an article without its text, which will be told
        said = {name: value[keys[name][0]] for name in ("date", "page") if keys[name] and _says(value[keys[name][0]])}
        for key, part in value.items():
            if any(part is each for each in inner):
                named = {"date": key} if len(str(key)) >= 8 and parse_date(key) else {}
                named |= (
                    {"page": key} if re.fullmatch(r"第?[A-Z]?\d{1,3}版?", str(key)) and isinstance(part, list) else {}
                )
                yield from _records(part, {**around, **said, **named}, fields, depth + 1)


def _says(value: object) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""


def _holds_records(value: Any, mapped: tuple[tuple[str, str], ...], depth: int) -> bool:
    """Whether a text with a headline, a date or an address of its own stands somewhere in a value."""
    if depth > _DEEPEST or not isinstance(value, dict | list):
        return False
    if isinstance(value, dict):
        keys = field_keys(tuple(value), mapped)
        if keys["text"] and any(keys[name] for name in ("headline", "date", "url", "reporters")):
            return True
        value = list(value.values())
    return any(_holds_records(part, mapped, depth + 1) for part in value[:_LOOKED_AT])


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
        rows = [record for _, record in islice(_rows(file, lines, top + 1, columns, delimiter), _LOOKED_AT)]
        if "text" not in guess_fields([row for row in rows if not isinstance(row, Skipped)]):
            raise _no_text(file, columns)
    return _collect(file, _rows(file, lines, top + 1, columns, delimiter))


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
            content.extend(_collect(here, iter(named)))
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
            [each for _, each in records[:_LOOKED_AT]]
        ):
            return [(at, record) for at, record in records]
    return []


def read_text_file(file: InputFile) -> FileContent:
    """A `.txt` file: records where it has their form (JSON or cells a line, <doc>…</doc>, 【标题】 …), else a page.

    Raises:
        UnreadableError: it is not text, or holds no article.
    """
    text = read_text(file)
    lines = [line.strip() for line in text.lstrip("\ufeff").splitlines() if line.strip()]
    if all(line.startswith("{") and line.rstrip(",").endswith("}") for line in lines):
        return _collect(file, _json_lines(_holding(file, text)))
    for form in (_doc_records, _labelled_records, _cell_records):
        if records := form(text):
            return _collect(file, iter([(f"record {number}", record) for number, record in enumerate(records, 1)]))
    return page_content(file, text)


def _holding(file: InputFile, text: str) -> InputFile:
    """The same file with this text as its content."""
    return replace(file, stream=io.BytesIO(text.encode("utf-8", "replace")))


def _doc_records(text: str) -> list[Record]:
    """<doc id="1" title="…">text</doc>, or <doc><contenttitle>…</contenttitle><content>…</content></doc>."""
    records: list[Record] = []
    for attributes, inside in _DOC.findall(text):
        said = dict(_ATTRIBUTE.findall(attributes))
        children = dict(_CHILD.findall(inside))
        if field_keys(tuple(children))["text"]:
            records.append({**said, **children})
            continue
        lines = inside.strip().split("\n")
        title = one_line(said.get("title", ""))
        repeated = bool(title) and one_line(lines[0]) == title
        records.append({**said, "text": "\n".join(lines[1:] if repeated else lines)})
    return [record for record in records if text_of(record[field_keys(tuple(record))["text"][0]]).strip()]


def _labelled_records(text: str) -> list[Record]:
    """【标题】…【作者】…【正文】…, or 标题：… 正文：…, one record after the other; [] without such labels."""
    records: list[dict[str, object]] = []
    first, key, at = "", "", 0
    pattern = _INLINE_LABEL if len(_INLINE_LABEL.findall(text)) > 1 else _LABEL
    values: dict[str, str] = {}
    for found in pattern.finditer(text):
        label = re.sub(r"\s", "", next(filter(None, found.groups())))
        keys = field_keys((label,))
        if not any(keys.values()) and (pattern is _LABEL or (key and "text" in _field_of(key))):
            continue  # a bracket in the text, 记者: of an interview
        if key and "text" in _field_of(key) and label != first and pattern is _LABEL:
            continue
        if key:
            values[key] = text[at : found.start()].strip()
        if label == first and values:
            records.append(dict(values))
            values = {}
        first, key, at = first or label, label, found.end()
    if key:
        values[key] = text[at:].strip()
        records.append(dict(values))
    full = []
    for record in records:
        keys = field_keys(tuple(record))
        if not keys["text"] and record:  # what follows the head of the last label
            last = list(record)[-1]
            head, _, body = str(record[last]).partition("\n")
            record = {**record, last: head, "text": body}
        full.append(record)
    titled = [
        record for record in full if field_keys(tuple(record))["headline"] and str(record.get("text", "x")).strip()
    ]
    return list(full) if titled and len(titled) == len(full) else []


def _field_of(key: str) -> list[str]:
    return [name for name, keys in field_keys((key,)).items() if keys]


def _cell_records(text: str) -> list[Record]:
    """A record a line, its cells parted by tabs or the like, with or without a header; [] where lines differ."""
    lines = [line for line in text.lstrip("\ufeff").splitlines() if line.strip()]
    for separator in _SEPARATORS:
        rows = [line.split(separator) for line in lines]
        width = len(rows[0])
        if width < 2 or len(rows) < 2 or sum(len(row) == width for row in rows) < 0.95 * len(rows):
            continue
        header = [cell.strip() for cell in rows[0]]
        if field_keys(tuple(header))["text"] and all(len(cell) <= 16 for cell in header):
            return [dict(zip(header, row, strict=False)) for row in rows[1:]]
        records: list[Record] = [{f"column {at}": cell for at, cell in enumerate(row, 1)} for row in rows]
        guessed = guess_fields(records[:_LOOKED_AT])
        if "text" in guessed:
            names = {key: name for name, key in guessed.items()}
            return [{names.get(key, key): cell for key, cell in record.items()} for record in records]
    return []


def _collect(file: InputFile, records: Numbered) -> FileContent:
    content = FileContent()
    head = list(islice(records, _LOOKED_AT))
    sample = [record for _, record in head if not isinstance(record, Skipped)]
    guessed = {name: key for name, key in guess_fields(sample).items() if name not in file.fields}
    file = replace(file, fields={**guessed, **file.fields})
    content.unused.update(unused_fields(sample, file.fields))
    keys = field_keys(tuple(dict.fromkeys(str(key) for record in sample for key in record)), tuple(file.fields.items()))
    content.mapping.update({named[0]: name for name, named in keys.items() if named})
    for line, record in chain(head, records):
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
        elif text := text.strip("\ufeff \t\r\n,"):
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
    """A parser's complaint in few words: "Expecting ',' delimiter at column 17"."""
    if isinstance(error, json.JSONDecodeError):
        line = f"line {error.lineno}, " if error.lineno > 1 else ""
        return f"{error.msg} at {line}column {error.colno}"
    return "it is nested too deep" if isinstance(error, RecursionError) else str(error).split("\n")[0][:80]
