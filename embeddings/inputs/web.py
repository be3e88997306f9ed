"""Saved web pages (`.html`, `.htm`) → one article each.

In: an open file. Out: the article of the page: headline, date, author and text, without menus and footers. E-paper
sites made with Founder's software say these, and the kicker, in a comment; elsewhere trafilatura finds them.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from embeddings.inputs.content import FileContent, InputFile, Skipped
from embeddings.inputs.records import read_record
from embeddings.inputs.text import decode, not_text

# Each thing is looked for by its beginning and its end, one after the other: a single pattern for both would look for
# an end that is missing once for every beginning.
_FOUNDER = re.compile(r"<!--\s*enpproperty\b", re.IGNORECASE), re.compile(r"/enpproperty\s*-->", re.IGNORECASE)
_FOUNDER_TEXT = re.compile(r"<!--\s*enpcontent\s*-->", re.IGNORECASE), re.compile(r"<!--\s*/enpcontent\s*-->", re.I)
_FOUNDER_FIELDS = ("title", "introtitle", "author", "date", "url", "articleid", "nodename")
_FOUNDER_NAMES = {"articleid": "id", "nodename": "page"}
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_LINE_BREAKING = "p|div|br|li|tr|h1|h2|h3|h4|h5|h6|blockquote|section"


def read_web(file: InputFile) -> FileContent:
    """The article of a web page.

    Raises:
        UnreadableError: it is not text, or holds no article.
    """
    html = _decode(file)
    try:
        record = _founder(html) or _found(html)
    except Exception as error:  # whatever a broken page does to a parser, the other files are read
        chinese = f"不能当网页读（{error!r:.80}）；重新保存网页"
        raise file.fault(f"cannot be parsed as a web page ({error!r:.80})", "save the page again", chinese) from None
    article = read_record(replace(file, fields={}), 1, record)
    if isinstance(article, Skipped):
        chinese = "没有报道的正文；要保存报道自己的网页，不是列表或框架"
        raise file.fault("holds no article text", "save the article's own page, not a list or a frame", chinese)
    return FileContent([article])


def _decode(file: InputFile) -> str:
    """By the bytes themselves; a page that they do not settle is taken at its word, damaged characters and all."""
    data = file.read()
    if (text := decode(data)) is not None:
        return text
    named = _CHARSET.search(data[:4096])
    charset = named[1].decode("ascii", "replace").lower() if named else ""
    try:
        return data.decode("gb18030" if charset.startswith("gb") else charset, "replace")
    except LookupError:
        raise not_text(file) from None


def _founder(html: str) -> Mapping[str, object] | None:
    properties, body = _between(html, *_FOUNDER), _between(html, *_FOUNDER_TEXT)
    if properties is None or body is None:
        return None
    found = {name: _between(properties, re.compile(f"<{name}>"), re.compile(f"</{name}>")) for name in _FOUNDER_FIELDS}
    fields = {_FOUNDER_NAMES.get(name, name): _plain(value) for name, value in found.items() if value is not None}
    return {**fields, "text": _plain(body)}


def _between(text: str, begin: re.Pattern[str], end: re.Pattern[str]) -> str | None:
    """What stands between the first beginning and the end after it."""
    begun = begin.search(text)
    ended = end.search(text, begun.end()) if begun else None
    return text[begun.end() : ended.start()] if begun and ended else None


def _plain(fragment: str) -> str:
    """The words of a piece of HTML, a paragraph a line."""
    from lxml.html import fromstring

    if not fragment.strip():
        return ""
    root = fromstring(f"<div>{fragment}</div>")
    for element in root.iter(*_LINE_BREAKING.split("|")):
        element.tail = "\n" + (element.tail or "")
    return str(root.text_content()).strip()


def _found(html: str) -> Mapping[str, object]:
    """What trafilatura takes for the article; its date only where the page states one, not where it guesses."""
    import trafilatura
    from trafilatura.settings import use_config

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # faults are told by what is raised here
    config = use_config()
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", "60")  # 250 letters, its default, are a whole report in Chinese
    found: Any = trafilatura.bare_extraction(
        html,
        with_metadata=True,
        include_comments=False,
        config=config,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    if found is None:
        return {}
    return {
        "headline": found.title,
        "reporters": _meta(html, "author") or found.author,
        "date": found.date,
        "url": found.url,
        "text": found.text,
    }


def _meta(html: str, name: str) -> str | None:
    """A `<meta>` of the page: trafilatura passes over authors whose names are written without a space."""
    from lxml.html import HTMLParser, document_fromstring

    page = document_fromstring(html.encode(), parser=HTMLParser(encoding="utf-8"))
    values = page.xpath("//meta[@name=$name]/@content", name=name)
    return str(values[0]) if values else None
