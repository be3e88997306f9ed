"""One record (a JSON object, a row of a table, the front matter of a document) → an article.

In: a mapping from field names, English or Chinese, to loose values. Out: an `Article`, or `Skipped` where the record
has no text. The text keeps its own words and markup; only blank lines and indents go. Knows nothing about files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from embeddings.bylines import opening, together, whole
from embeddings.inputs.content import InputFile, Skipped
from embeddings.inputs.dates import parse_date
from embeddings.inputs.text import clean, paragraphs
from embeddings.names import did
from embeddings.records import Article

Record = Mapping[str, object]

SYNONYMS: dict[str, tuple[str, ...]] = {  # of two that a record fills, the first is taken
    "text": ("text", "content", "body", "doc", "article_body", "articlebody", "正文", "内容", "全文", "文本"),
    "headline": ("headline", "title", "标题", "主标题", "题目"),
    "kicker": ("kicker", "introtitle", "引题", "肩题", "眉题"),
    "reporters": ("reporters", "reporter", "authors", "author", "byline", "记者", "作者"),
    "date": (
        *("date", "issue_date", "published", "published_at", "publish_date", "publish_time", "pub_date", "pubdate"),
        *("datetime", "time", "timestamp", "日期", "发布时间", "发布日期", "出版日期", "见报日期", "时间"),
    ),
    "page": ("page", "版面", "版次", "版"),
    "url": ("url", "link", "source_url", "链接", "网址", "原文链接"),
    "source_id": ("source_id", "id", "_id", "doc_id", "docid", "article_id", "uid", "guid", "编号"),
    "kind": ("kind", "体裁"),
}
_LONGEST_BYLINE = 200
_CHINESE = re.compile("[\u3400-\u9fff]")
_BETWEEN_NAMES = re.compile(r"[、,，;；/|]+")
_ROLE_BEFORE = re.compile(r"^(?:记者|通讯员|作者|撰文|摄影|图文|文|图|摄)\s*[:：]\s*")


def read_record(file: InputFile, part: int | str, record: Record) -> Article | Skipped:
    """The article of one record; what the record leaves open is taken from the name of its file."""
    keys = field_keys(tuple(record), tuple(file.fields.items()))
    values = {name: _first_filled(record, keys[name]) for name in SYNONYMS}
    text = values["text"]
    if not isinstance(text, str) or not (text := paragraphs(text)):
        return _without_text(file, part, record, keys["text"])
    signed = people_of(values["reporters"]) or _signed_by(text)
    return Article(
        text=text,
        headline=one_line(values["headline"]),
        kicker=one_line(values["kicker"]),
        reporters=tuple(signed),
        kind="caption" if values["kind"] in ("caption", "图片说明") else "report",
        date=parse_date(values["date"]) or file.date,
        page=one_line(values["page"]) or file.page,
        source=file.source,
        source_id=one_line(values["source_id"]) or None,
        url=one_line(values["url"]),
        roles=tuple(signed.values()) if any(signed.values()) else (),
    )


def _signed_by(text: str) -> dict[str, str]:
    """The people whom the text itself names as its makers before it begins, and what they did: 本报讯 (记者 …)."""
    byline = opening(text[:_LONGEST_BYLINE].split("\n", 1)[0])
    return together([byline]) if byline else {}


def _without_text(file: InputFile, part: int | str, record: Record, keys: tuple[str, ...]) -> Skipped:
    wanted = file.fields.get("text")
    if keys:
        value = record[keys[0]]
        empty = not value or isinstance(value, str)
        found = "is empty" if empty else f"is {type(value).__name__}, not text"
        chinese = f"`{keys[0][:40]}` {'是空的' if empty else '不是文字'}；填上正文，或删掉这条记录"
        remedy = "fill it with the article's text or delete the record"
        return file.skip(part, f"its `{keys[0][:40]}` {found}", remedy, chinese)
    names = ", ".join(str(name)[:20] for name in list(record)[:8]) or "none"
    missing = f"has no field `{wanted}`" if wanted else "has no field for the text"
    remedy = "call it `text`, or map `text` to the field that holds it"
    lacks = f"没有字段 `{wanted}`" if wanted else "没有放正文的字段"
    chinese = f"{lacks}（有 {names}）；把它叫作 `text`，或在 fields 里对应到 `text`"
    return file.skip(part, f"{missing} (fields: {names})", remedy, chinese)


@lru_cache(maxsize=1024)
def field_keys(keys: tuple[str, ...], mapped: tuple[tuple[str, str], ...] = ()) -> dict[str, tuple[str, ...]]:
    """Which keys of a record may hold each field, best first.

    >>> field_keys(("Content", "标题"))["text"], field_keys(("a", "b"), (("text", "b"),))["text"]
    (('Content',), ('b',))
    """
    known = {str(key).strip().lower().replace(" ", "_").replace("-", "_"): key for key in reversed(keys)}
    found = {field: tuple(known[name] for name in names if name in known) for field, names in SYNONYMS.items()}
    return found | {field: (key,) if key in keys else () for field, key in mapped}


def _first_filled(record: Record, keys: tuple[str, ...]) -> object:
    for key in keys:
        value = record[key]
        if value is not None and value != "" and value == value:  # NaN, a table's way to say nothing, is not itself
            return value
    return None


def one_line(value: object) -> str:
    """A headline, page, address or id as one clean line; what is neither text nor number is "".

    >>> one_line(" 标题\\n 第二行 "), one_line(17), one_line(["a"])
    ('标题 第二行', '17', '')
    """
    if isinstance(value, str):
        return value if value.isprintable() and value == value.strip() else " ".join(clean(value).split())
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def people_of(value: object) -> dict[str, str]:
    """The people of a byline field, each with what they did, "" where it does not say.

    >>> people_of("记者 张三 通讯员 李四"), people_of(["Li Wei", {"name": "作者：王五"}])
    ({'张三': '记者', '李四': '通讯员'}, {'Li Wei': '', '王五': '作者'})
    """
    if isinstance(value, list | tuple):
        value = "\n".join(str(part.get("name", "") if isinstance(part, dict) else part) for part in value[:50])
    if not isinstance(value, str):
        return {}
    if byline := whole(value := clean(value[:2000]).replace("\n", "、")):
        return together([byline])
    found: dict[str, str] = {}
    for part in _BETWEEN_NAMES.split(value):
        part = part.strip(" \u3000()（）")
        role = _ROLE_BEFORE.match(part)
        part = part[role.end() :] if role else part
        for name in part.split() if _CHINESE.search(part) else [" ".join(part.split())]:
            if name and len(name) <= 40:
                found.setdefault(name, did(role[0]) if role else "")
    return found
