"""Saved web pages (`.html`, `.htm`) → articles: headline, kicker and deck, date, page, author and text.

E-paper sites made with Founder's software say these in a comment (`<title>`, `<founder-title>` …) and mark the text;
pages that mark only the text have the rest in their headings and in a line that cites the paper. Elsewhere
trafilatura finds the article.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from embeddings.dates import parse_date, plain_page
from embeddings.inputs.content import FileContent, InputFile, Skipped
from embeddings.inputs.records import one_line, plain, read_record, without_credits
from embeddings.inputs.text import clean, decode, not_text

# Each thing is looked for by its beginning and its end, one after the other: a single pattern for both would look for
# an end that is missing once for every beginning.
_PROPERTIES = re.compile(r"<!--\s*enp-?property\b", re.IGNORECASE), re.compile(r"/enp-?property\s*-->", re.IGNORECASE)
_TEXTS = (
    (re.compile(r"<!--\s*enp-?content\s*-->", re.I), re.compile(r"<!--\s*/enp-?content\s*-->", re.I)),
    (re.compile(r"<(?:founder|enp)-?content\b[^>]*>", re.I), re.compile(r"</(?:founder|enp)-?content>", re.I)),
)
_PROPERTY = re.compile(r"<((?:founder-|enp-?)?([a-z]+))>([^<]*(?:<(?!/\1>)[^<]*)*)</\1>", re.IGNORECASE)
_NAMES = {"articleid": "id", "nodename": "section", "docid": "id", "title": "headline", "intro": "introtitle"}
_KNOWN = {"title", "introtitle", "subtitle", "author", "date", "url", "articleid", "docid", "nodename", "pagenum"}
_KNOWN |= {"pageno", "pagename", "intro"}
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_PART = re.compile(r"\s*[(（]\d{1,2}[)）]\s*$")  # of an article on several pages
_SITE = re.compile(r"\s*(?:[_|]|--+|-(?=[^-]{2,20}$))\s*[^_|]{2,24}$")
_EPAPER = re.compile(r"^.{2,20}?(?:数字报|电子版|电子报|多媒体版)\s*[-_—|]\s*")
_PAGE = re.compile(r"第\s*([A-Z]?\d{1,3})\s*版")
_MOST_PROPERTIES = 100_000  # characters
_LINKED = 0.6  # of a page's text: a list of articles, not an article


def read_web(file: InputFile) -> FileContent:
    """The article of a web page.

    Raises:
        UnreadableError: it is not text, or holds no article.
    """
    page = _decode(file)
    try:
        record = _founder(page) or _found(page)
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


def _founder(page: str) -> Mapping[str, object] | None:
    """What a page says that marks its text as Founder's software does; None for others."""
    bodies = next((found for marks in _TEXTS if (found := _all_between(page, *marks))), [])
    if not bodies:
        return None
    parts = dict.fromkeys(line for body in bodies for line in _plain(body).split("\n") if line.strip())
    fields: dict[str, object] = {}
    properties = _all_between(page, *_PROPERTIES) or [page if "<founder-" in page else ""]
    for _, name, value in _PROPERTY.findall(properties[0][:_MOST_PROPERTIES]):
        if name.lower() in _KNOWN and (text := one_line(_plain(value))):
            fields.setdefault(_NAMES.get(name.lower(), name.lower()), text)
    shown = _shown(page, bodies)
    if any(name in fields for name in ("headline", "introtitle", "subtitle")):
        shown.pop("introtitle", None)
    fields = {**shown, **fields}
    if (
        not re.search(r"\d", plain_page(str(fields.get("pagenum") or fields.get("section") or "")))
        and "pagenum" in shown
    ):
        fields["pagenum"] = shown["pagenum"]
    fields["headline"] = _headline(str(fields.get("headline", "")))
    return {**fields, "text": "\n".join(parts)}


def _headline(title: str) -> str:
    """A page's title without the name of the site and the number of the part: 采茶忙(1)_青报网 -> 采茶忙."""
    title = _EPAPER.sub("", title)
    cut = _SITE.sub("", title)
    sited = re.search(r"[网报刊台]\S{0,4}$|客户端$|电子版$", title) if cut != title else None
    return _PART.sub("", cut if cut and sited else title).strip()


def _shown(page: str, bodies: list[str]) -> dict[str, str]:
    """What the visible page says about its article: headings around the headline, the line that cites the paper."""
    from lxml.html import HTMLParser, document_fromstring

    for body in bodies:
        page = page.replace(body, "")
    root = document_fromstring(page.encode(), parser=HTMLParser(encoding="utf-8"))
    said: dict[str, str] = {}
    headings = [(node.tag, one_line(node.text_content())) for node in root.iter("h1", "h2", "h3", "h4")]
    titles = [text for tag, text in headings if tag == "h1" and text]
    title = one_line(root.findtext(".//title") or "")
    if titles:
        said["headline"] = titles[0]
        said["introtitle"] = " ".join(text for tag, text in headings[:4] if tag != "h1" and text)
    elif title:
        said["headline"] = title
    for node in root.iter("p", "div", "td", "span", "li"):
        line = one_line(node.text_content())
        if len(line) > 120 or not line:
            continue
        left, credit = without_credits(line)
        if not left and (credit.date or credit.page):
            found = {"author": "、".join(credit.signed), "date": str(credit.date or ""), "pagenum": credit.page}
            said = {**{name: value for name, value in found.items() if value}, **said}
    pages = set(_PAGE.findall(one_line(root.text_content())[:4000]))
    if len(pages) == 1:
        said.setdefault("pagenum", pages.pop())
    if "date" not in said and (dated := re.search(r"\d{4}年\d{1,2}月\d{1,2}日(?= *星期)", root.text_content())):
        said["date"] = dated[0]
    return {name: value for name, value in said.items() if value}


def _all_between(text: str, begin: re.Pattern[str], end: re.Pattern[str]) -> list[str]:
    """What stands between each beginning and the first end after it."""
    found, at = [], 0
    while (begun := begin.search(text, at)) and (ended := end.search(text, begun.end())):
        found.append(text[begun.end() : ended.start()])
        at = ended.end()
    return found


def _plain(fragment: str) -> str:
    """The words of a piece of HTML, a paragraph a line."""
    return clean(plain(fragment)).strip()


def _found(page: str) -> Mapping[str, object]:
    """What trafilatura takes for the article; its date only where the page states one, not where it guesses."""
    import trafilatura
    from lxml.html import HTMLParser, document_fromstring
    from trafilatura.settings import use_config

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # faults are told by what is raised here
    config = use_config()
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", "60")  # 250 letters, its default, are a whole report in Chinese
    found: Any = trafilatura.bare_extraction(
        page,
        with_metadata=True,
        include_comments=False,
        config=config,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    if found is None or not found.text:
        return {}
    root = document_fromstring(page.encode(), parser=HTMLParser(encoding="utf-8"))
    linked = [
        words for link in root.iter("a") if len(words := one_line(link.text_content())) > 5 and words in found.text
    ]
    if sum(map(len, linked)) > _LINKED * len(found.text):
        return {}
    shown = _shown(page, [])
    authors = root.xpath("//meta[@name='author']/@content")  # trafilatura wants a blank inside a name
    return {
        "headline": _headline(found.title or shown.get("headline", "")),
        "reporters": (str(authors[0]) if authors else found.author) or shown.get("author", ""),
        "date": found.date or (shown.get("date", "") if parse_date(shown.get("date", "")) else ""),
        "page": shown.get("pagenum", ""),
        "url": found.url,
        "text": found.text,
    }
