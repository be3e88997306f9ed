"""JSON (`.json`, `.jsonl`) → articles: a record is any object with a text, however deep it lies.

Broken records are told by the line they begin on: a record costs no other. Lines are streamed. What the objects
around a record say of date and page holds for it.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from embeddings.dates import parse_date
from embeddings.inputs.content import MEBIBYTE, FileContent, InputFile, Skipped
from embeddings.inputs.records import LOOKED_AT, Numbered, Record, collect, field_keys, text_of
from embeddings.inputs.text import decode, is_utf16, not_text, paragraphs, read_text

LONGEST_LINE = 50 * MEBIBYTE
_HEAD = 64 * 1024
_DEEPEST = 12  # objects within objects
_MEND = "mend or delete the record"
_MEND_IN_CHINESE = "改好这条记录，或删掉"


def read_json_lines(file: InputFile) -> FileContent:
    """One JSON object a line; blank lines are passed over."""
    return collect(file, _json_lines(file))


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
            return collect(file, _json_lines(holding(file, text)))
        chinese = f"不是合法的 JSON（{_why(error)}）；改好它，或一行写一条记录"
        raise file.fault(f"is not valid JSON ({_why(error)})", "mend it, or write one record a line", chinese) from None
    found = list(_records(_by_rows(value), {}, file.fields))
    if not found:
        found = value if isinstance(value, list) else [value]
    return collect(file, _named(file, found))


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
    return any(_holds_records(part, mapped, depth + 1) for part in value[:LOOKED_AT])


def holding(file: InputFile, text: str) -> InputFile:
    """The same file with this text as its content."""
    return replace(file, stream=io.BytesIO(text.encode("utf-8", "replace")))


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
