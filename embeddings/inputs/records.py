"""One record (a JSON object, a row of a table, the front matter of a document) → an article.

A field of an article is looked for under many names, English or Chinese: first those in `SYNONYMS`, then any name
that ends like one of them (新闻标题, article_body). What no name tells, `guess_fields` tells from the values. The text
loses only HTML tags, blank lines and indents, and lines that are nothing but a byline or a citation of the paper.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date as Date
from functools import lru_cache
from itertools import chain, islice
from typing import NamedTuple
from urllib.parse import urlsplit

from embeddings.bylines import names_and_roles, opening, together, whole
from embeddings.dates import date_of_path, parse_date, plain_page
from embeddings.inputs.content import FileContent, InputFile, Skipped, UnreadableError
from embeddings.inputs.text import clean, paragraphs
from embeddings.names import did
from embeddings.records import Article

Record = Mapping[str, object]
Numbered = Iterator[tuple[int | str, Record | Skipped]]  # with the line or the name that faults are told by
LOOKED_AT = 200  # records, to guess what their fields mean and to say which are not used

SYNONYMS: dict[str, tuple[str, ...]] = {  # of two that a record fills, the first is taken
    "text": (
        *("text", "content", "body", "doc", "articlebody", "fulltext", "contenttext", "contenthtml", "paragraphs"),
        *("正文", "内容", "全文", "文本", "paras", "html", "article", "story", "raw"),
    ),
    "headline": ("headline", "title", "标题", "主标题", "题目", "subject"),
    "kicker": ("kicker", "introtitle", "subtitle", "引题", "肩题", "眉题", "副题", "副标题"),
    "reporters": ("reporters", "reporter", "authors", "author", "byline", "writer", "记者", "作者", "撰稿"),
    "date": (
        *("date", "issuedate", "published", "publishedat", "publishdate", "publishtime", "pubdate", "pubtime"),
        *("datetime", "日期", "发布时间", "发布日期", "出版日期", "见报日期", "发表时间", "时间", "time", "day"),
        *("timestamp", "ctime", "createdat", "createtime"),
    ),
    "page": (
        *("pageno", "pagenum", "pagenumber", "sectionno", "版次", "版号", "page", "版面", "版", "版名", "pagename"),
        *("版面名称", "section", "sectionname", "plate", "nodename", "版位"),
    ),
    "url": ("url", "link", "sourceurl", "href", "链接", "网址", "原文链接"),
    "source_id": ("sourceid", "id", "docid", "docno", "articleid", "uid", "guid", "oid", "编号"),
    "kind": ("kind", "体裁"),
}
_ENDINGS = {  # of names that nobody foresaw, the first that matches
    "headline": re.compile(r"(?<!sub)(?<!intro)(?:title|headline)$|(?<![副引肩眉])标题$|题名$"),
    "kicker": re.compile(r"(?:sub|intro)title$|[副引肩眉]标?题$"),
    "text": re.compile(r"(?:content|body|text|article)$|正文$|内容$|全文$|原文$"),
    "date": re.compile(r"(?:date|time|day)$|时间$|日期$"),
    "reporters": re.compile(r"(?:authors?|reporters?|byline|writer)s?$|记者(?:姓名)?$|作者(?:姓名)?$"),
    "page": re.compile(r"page(?:no|num|number|name)?$|版[次面号名]?(?:名称)?$"),
    "url": re.compile(r"(?:url|link|href)$|链接$|网址$"),
    "source_id": re.compile(r"编号$"),
}
_NOT_THE_ISSUE = re.compile(r"crawl|fetch|spider|updat|modif|insert|scrap|download|抓取|采集|爬取|更新|修改|入库|下载")
_TAG = re.compile(
    r"</?(?:p|br|div|span|strong|b|em|i|a|img|h[1-6]|ul|ol|li|table|tr|td|font|section|center|(?:founder|enp)-?\w+)\b[^<>]*>",
    re.I,
)
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,6}|#x[0-9a-fA-F]{2,5});")
_BREAK = re.compile(r"</?(?:p|br|div|tr|li|h[1-6]|blockquote|section|table|ul|ol)\b[^<>]*>", re.IGNORECASE)
_UNSHOWN = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
# 《青塘日报》（2025年01月01日 第 02 版）, with a byline before it
_CITED = re.compile(
    r"《[^《》]{2,20}》\s*[(（]\s*(?P<day>\d{4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?)\s*[,，]?"
    r"\s*(?:第?\s*(?P<page>[A-Za-z]?\d{1,3})\s*版)?[^()（）]{0,12}[)）]"
)
_FURNITURE = re.compile(
    r"[(（\[]?(?:查看|阅读|点击)(?:原文|全文|链接|查看)\S{0,8}[)）\]]?|[(（]?(?:更新|抓取|采集)时间戳?[:：].{0,40}"
    r"|来源[:：]\s*\S{1,24}(?:[(（][\w./:-]+[)）])?|共\s*\d+\s*个版面.{0,30}|原文链接[:：]?\s*\S*|返回目录|https?://\S+"
)
_LONGEST_BYLINE = 200
_CHINESE = re.compile("[\u3400-\u9fff]")
_BETWEEN_NAMES = re.compile(r"[、,，;；/|]+")
_ROLE_BEFORE = re.compile(r"^(?:记者|通讯员|作者|撰文|摄影|图文|文|图|摄)\s*[:：]\s*")


class Credit(NamedTuple):
    """What lines beside a text say of it: who wrote it, when and on which page it was printed."""

    signed: dict[str, str]
    date: Date | None
    page: str


def collect(file: InputFile, records: Numbered) -> FileContent:
    """The articles of many records; what their names do not tell is guessed from the first.

    Raises:
        UnreadableError: none of them holds an article.
    """
    content = FileContent()
    head = list(islice(records, LOOKED_AT))
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


def read_record(file: InputFile, part: int | str, record: Record) -> Article | Skipped:
    """The article of one record; what the record leaves open is taken from its text, then from the name of its file."""
    keys = field_keys(tuple(record), tuple(file.fields.items()))
    values = {name: _first_filled(record, keys[name]) for name in SYNONYMS}
    text = paragraphs(plain(text_of(values["text"])))
    text, credit = without_credits(text)
    if not text:
        return _without_text(file, part, record, keys["text"])
    reporters, roles = names_and_roles(people_of(values["reporters"]) or credit.signed or _signed_by(text))
    url = one_line(values["url"])
    day = _first_date(record, keys["date"]) or credit.date or file.date or _date_of_url(url)
    kicker = " ".join(filter(None, (one_line(plain(text_of(record.get(key)))) for key in keys["kicker"])))
    return Article(
        text=text,
        headline=one_line(plain(text_of(values["headline"]))),
        kicker=kicker,
        reporters=reporters,
        kind="caption" if values["kind"] in ("caption", "图片说明") else "report",
        date=day,
        page=_page(record, keys["page"], credit.page, file.page),
        source=file.source,
        source_id=one_line(_bare(values["source_id"])) or None,
        url=url,
        roles=roles,
    )


def _first_date(record: Record, keys: tuple[str, ...]) -> Date | None:
    return next((day for key in keys if (day := parse_date(record[key]))), None)


def _date_of_url(url: str) -> Date | None:
    """The day in an address: http://paper.example/html/2024-03/05/content_1.htm."""
    *folders, name = urlsplit(url).path.split("/") if "//" in url[:10] else [""]
    return date_of_path([folder for folder in folders if folder], name.split(".")[0]) if folders else None


def _page(record: Record, keys: tuple[str, ...], *others: str) -> str:
    """The first page that has a number, else the first name of one."""
    found = [plain_page(page) for page in (*(one_line(record[key]) for key in keys), *others) if page]
    return next((page for page in found if re.search(r"\d", page)), found[0] if found else "")


def _bare(value: object) -> object:
    """MongoDB: {"$oid": "…"} is "…"."""
    return next(iter(value.values())) if isinstance(value, dict) and len(value) == 1 else value


def text_of(value: object) -> str:
    """The text that a value holds, wherever it is nested: a string, a list of paragraphs, {"type": "p", "text": …}.

    >>> text_of(["一。", {"type": "p", "text": "二。"}]), text_of({"paragraphs": ["三。"]}), text_of(5)
    ('一。\\n二。', '三。', '')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return "\n".join(filter(None, map(text_of, value)))
    if isinstance(value, dict):
        return text_of(next((value[key] for key in field_keys(tuple(value))["text"] if value[key]), ""))
    return ""


def plain(text: str) -> str:
    """The words of text that may hold HTML, a paragraph a line; text without tags and entities stays as it is.

    >>> plain("<p>一<b>二</b>&ldquo;三&rdquo;</p><p>a &lt; b</p>"), plain("若 a<b，则 R&D 减")
    ('一二“三”\\na < b', '若 a<b，则 R&D 减')
    """
    for _ in range(3):  # escaped once or twice more on the way
        if _TAG.search(text):
            text = re.sub("\n{2,}", "\n", _TAG.sub("", _BREAK.sub("\n", _UNSHOWN.sub("", text)))).strip()
        elif not _ENTITY.search(text):
            break
        text = html.unescape(text).replace("\xa0", " ") if _ENTITY.search(text) else text
    return text


def without_credits(text: str) -> tuple[str, Credit]:
    """A text without the lines at its edges that only cite the paper, name the reporters or link elsewhere."""
    lines = text.split("\n")
    signed: dict[str, str] = {}
    day: Date | None = None
    page = ""
    for at in (0, -1):
        for _ in range(6):
            if not lines:
                break
            line = lines[at].strip().lstrip("\u3000> ").strip()
            cited = _CITED.search(line)
            before = line[: cited.start()].strip() if cited else ""
            byline = whole(before) if before else None
            if cited and (byline or not before) and not line[cited.end() :].strip(" 。"):
                day, page = day or parse_date(re.sub(r"\s", "", cited["day"])), page or cited["page"] or ""
                signed |= together([byline]) if byline else {}
            elif len(lines) > 1 and at == 0 and (byline := whole(line)) and byline.reporters and not byline.photo:
                signed |= together([byline])
            elif not (_FURNITURE.fullmatch(line) or not line.strip("-—*_=~ ")):
                break
            del lines[at]
    return "\n".join(lines), Credit(signed, day, page.upper())


def _signed_by(text: str) -> dict[str, str]:
    """The people whom the text itself names as its makers before it begins, and what they did: 本报讯 (记者 …)."""
    byline = opening(text[:_LONGEST_BYLINE].split("\n", 1)[0])
    return together([byline]) if byline else {}


def _without_text(file: InputFile, part: int | str, record: Record, keys: tuple[str, ...]) -> Skipped:
    wanted = file.fields.get("text")
    if keys:
        value = record[keys[0]]
        empty = not value or isinstance(value, str | list | dict)
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

    >>> field_keys(("Content", "新闻标题"))["headline"], field_keys(("a", "b"), (("text", "b"),))["text"]
    (('新闻标题',), ('b',))
    >>> field_keys(("pubTime", "crawl_time"))["date"]
    ('pubTime',)
    """
    known = {_squeezed(key): key for key in reversed(keys)}
    found = {field: [known[name] for name in names if name in known] for field, names in SYNONYMS.items()}
    taken = {key for named in found.values() for key in named}
    for name, key in reversed(known.items()):
        ending = next((field for field, ends in _ENDINGS.items() if ends.search(name)), None)
        if ending and key not in taken and not (ending == "date" and _NOT_THE_ISSUE.search(name)):
            found[ending].append(key)
    return {field: tuple(named) for field, named in found.items()} | {
        field: (key,) if key in keys else () for field, key in mapped
    }


def _squeezed(key: object) -> str:
    return re.sub(r"[\s_\-.·:：*]+", "", unicodedata.normalize("NFKC", str(key)).lower().lstrip("\ufeff"))


def guess_fields(records: Sequence[Record]) -> dict[str, str]:
    """Field → key, for what no key's name tells but its values do: the longest texts, days, short lines that differ.

    >>> guess_fields([{"c1": "2024-03-04", "c2": "新桥通车", "c3": "新桥昨天通车，全长四百一十二米，双向四车道。"}] * 2)
    {'text': 'c3', 'date': 'c1'}
    """
    keys = tuple(dict.fromkeys(key for record in records for key in record))
    known = field_keys(keys)
    free = [key for key in keys if not any(key in named for named in known.values())]
    free = [key for key in free if not _NOT_THE_ISSUE.search(_squeezed(key))]
    values = {key: [value for record in records if (value := record.get(key)) not in (None, "")] for key in free}
    texts = {key: [value for value in found if isinstance(value, str)] for key, found in values.items()}
    length = {key: sum(map(len, found)) / len(found) for key, found in texts.items() if found}
    guessed: dict[str, str] = {}
    if not known["text"] and length and length[longest := max(length, key=length.__getitem__)] >= 20:
        guessed["text"] = longest
    if not known["date"]:
        days = (key for key in free if values[key] and sum(map(_is_day, values[key])) >= 0.8 * len(values[key]))
        guessed |= {"date": key} if (key := next(days, "")) else {}
    if not known["headline"]:
        lines = (key for key in free if key not in guessed.values() and _are_headlines(texts[key]))
        guessed |= {"headline": key} if (key := next(lines, "")) else {}
    return guessed


def _is_day(value: object) -> bool:
    day = parse_date(value) if len(str(value)) >= 8 else None
    return day is not None and 1900 <= day.year <= 2100


def _are_headlines(values: Sequence[str]) -> bool:
    """Whether texts are short, Chinese, different from record to record, and no sentences or lists of words."""
    if len(set(values)) < max(2, 0.8 * len(values)):
        return False
    fit = sum(5 <= len(value) <= 50 and bool(_CHINESE.search(value)) and value[-1] not in "。；;" for value in values)
    return fit >= 0.9 * len(values) and sum(value.count(",") + value.count("，") > 1 for value in values) * 2 < len(
        values
    )


def unused_fields(records: Iterable[Record], fields: Mapping[str, str]) -> dict[str, int]:
    """Key → in how many records it says something and becomes nothing of the article."""
    counts: dict[str, int] = {}
    for record in records:
        keys = field_keys(tuple(record), tuple(fields.items()))
        used = {key for named in keys.values() for key in named[:2]} | set(fields.values())
        for key, value in record.items():
            if key not in used and value not in (None, "", [], {}):
                counts[str(key)] = counts.get(str(key), 0) + 1
    return counts


def _first_filled(record: Record, keys: tuple[str, ...]) -> object:
    for key in keys:
        value = record[key]
        if value is not None and value != "" and value == value and value != []:  # NaN is not itself
            return value
    return None


def one_line(value: object) -> str:
    """A headline, page, address or id as one clean line; what is neither text nor number is "".

    >>> one_line(" 标题\\n 第二行 "), one_line(17), one_line(["a"])
    ('标题 第二行', '17', '')
    """
    if isinstance(value, str):
        return " ".join(clean(value).split())
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
    if byline := whole(value := clean(plain(value[:2000])).replace("\n", "、")):
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
