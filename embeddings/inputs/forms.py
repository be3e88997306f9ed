"""Text files (`.txt`) → articles: an e-paper page, or one of the forms in which people keep many records in a text."""

from __future__ import annotations

import re
from itertools import pairwise

from embeddings.inputs.content import FileContent, InputFile
from embeddings.inputs.jsons import holding, read_json_lines
from embeddings.inputs.records import LOOKED_AT, Record, collect, field_keys, guess_fields, one_line, text_of
from embeddings.inputs.text import page_content, read_text

_SEPARATORS = ("\t", "|||", "||", "\x01", "$$", "####")
_DOC = re.compile(r"<doc\b([^>]*)>(.*?)</doc>", re.DOTALL | re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w:-]+)\s*=\s*["']([^"']*)["']""")
_CHILD = re.compile(r"<(\w+)>(.*?)</\1>", re.DOTALL)
_LABEL = re.compile(
    r"^[ \u3000]*(?:【([^【】\n]{2,8})】|\[([^\[\]\n]{2,8})\]|([\u4e00-\u9fff]{2,4})[:：])[ \u3000]*", re.MULTILINE
)
_INLINE_LABEL = re.compile(r"[ \u3000]*【([^【】\n]{2,8})】[ \u3000]*")


def read_text_file(file: InputFile) -> FileContent:
    """A `.txt` file: records where it has their form (JSON or cells a line, <doc>…</doc>, 【标题】 …), else a page.

    Raises:
        UnreadableError: it is not text, or holds no article.
    """
    text = read_text(file)
    lines = [line.strip() for line in text.lstrip("\ufeff").splitlines() if line.strip()]
    if all(line.startswith("{") and line.rstrip(",").endswith("}") for line in lines):
        return read_json_lines(holding(file, text))
    for form in (_doc_records, _labelled_records, _cell_records):
        if records := form(text):
            return collect(file, ((f"record {number}", record) for number, record in enumerate(records, 1)))
    return page_content(file, text)


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
    inline = len(_INLINE_LABEL.findall(text)) > 1
    labels: list[tuple[str, int, int]] = []  # with where each stands and where its value begins
    for found in (_INLINE_LABEL if inline else _LABEL).finditer(text):
        label = re.sub(r"\s", "", next(filter(None, found.groups())))
        known, in_text = bool(_fields_of(label)), bool(labels) and "text" in _fields_of(labels[-1][0])
        # in a text a label is one of its own words (记者: of an interview), unless it begins the next record
        if (known or not in_text) if inline else known and (not in_text or label == labels[0][0]):
            labels.append((label, found.start(), found.end()))
    records: list[dict[str, object]] = []
    for (label, _, begin), (_, end, _) in pairwise([*labels, ("", len(text), 0)]):
        if label == labels[0][0]:
            records.append({})
        records[-1][label] = text[begin:end].strip()
    for record in records:
        if not field_keys(tuple(record))["text"]:  # it follows the head of the last label
            last = next(reversed(record))
            record[last], _, record["text"] = str(record[last]).partition("\n")
    titled = all(field_keys(tuple(record))["headline"] and str(record.get("text", "x")).strip() for record in records)
    return [*records] if titled else []


def _fields_of(label: str) -> list[str]:
    return [name for name, keys in field_keys((label,)).items() if keys]


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
        if "text" in guess_fields(records[:LOOKED_AT]):
            return records
    return []
