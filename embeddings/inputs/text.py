"""Bytes → clean text, and e-paper pages (`.txt`) → articles.

In: bytes in UTF-8, UTF-16, UTF-32 (with a byte order mark) or GB18030. Out: text whose lines end in "\\n" and which
holds no control characters, zero-width characters or lone surrogates. How a page is cut into articles is known to
`embeddings.pages` only.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import replace
from datetime import date as Date
from pathlib import PurePosixPath

from embeddings.inputs.content import FileContent, InputFile, UnreadableError
from embeddings.inputs.dates import page_from_stem, plain_page
from embeddings.pages import page_date, page_name, split_page
from embeddings.records import Article

_MARKS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LINE_END = re.compile(r"\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_ASCII = bytes(range(128))
_COMMON_ENOUGH = 0.55


def is_utf16(data: bytes) -> bool:
    """Whether the bytes begin with the mark of UTF-16 or UTF-32, where a line end is more than one byte."""
    return data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE))


def decode(data: bytes) -> str | None:
    """The text of some bytes, or None where they are not text in a known encoding.

    >>> decode("滆湖清淤".encode("gb18030"))
    '滆湖清淤'
    >>> decode(bytes(range(256))) is None
    True
    """
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    try:
        if encoding:
            return data.decode(encoding)
        return None if b"\0" in data else data.decode("utf-8")
    except UnicodeDecodeError:
        return None if encoding else _decode_gb18030(data)


def _decode_gb18030(data: bytes) -> str | None:
    """GB18030 gives some text for many bytes, so the text must also look Chinese."""
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return None
    return text if common_share(text) >= _COMMON_ENOUGH else None


def common_share(text: str) -> float:
    """The share (0 to 1) of characters that stand among the signs and the 3,755 common characters of GB 2312.

    Of the characters beyond ASCII only. Articles in simplified script lie above 0.95, in traditional script above 0.59;
    damaged UTF-8, Big5 and random bytes, read as GB18030, below 0.52.
    """
    foreign = sum(character > "\x7f" for character in text)
    leads = text.encode("gb2312", "ignore").translate(None, _ASCII)[::2]  # the first of each character's two bytes
    return sum(lead <= 0xD7 for lead in leads) / foreign if foreign else 1.0


def clean(text: str) -> str:
    r"""The text with unified line ends and without characters that nobody can see.

    >>> clean("\ufeff第一行\r\n第\u200b二\x00行\t完")
    '第一行\n第二行 完'
    """
    if text.isprintable():
        return text
    return _UNSEEN.sub("", _LINE_END.sub("\n", text)).replace("\t", " ")


def paragraphs(text: str) -> str:
    r"""Clean text with one paragraph a line: no blank lines, no indents.

    >>> paragraphs("\u3000\u3000第一段。\r\n\r\n  第二段。 ")
    '第一段。\n第二段。'
    """
    if text.isprintable():
        return text.strip()
    lines = (line.strip() for line in clean(text).split("\n"))
    return "\n".join(line for line in lines if line)


def not_text(file: InputFile) -> UnreadableError:
    chinese = "不是文字（二进制，或不认得的编码）；删掉，或存成 UTF-8"
    return file.fault("is not text (binary data or an unknown encoding)", "remove it or save it as UTF-8", chinese)


def read_text(file: InputFile) -> str:
    """The text of a whole file, as it stands there.

    Raises:
        UnreadableError: it is empty, binary, or in an unknown encoding.
    """
    text = decode(file.read())
    if text is None or len(_CONTROL.findall(text)) > len(text) // 20:
        raise not_text(file)
    if not clean(text).strip():
        raise file.empty()
    return text


def read_page(file: InputFile) -> FileContent:
    """An e-paper page.

    Raises:
        UnreadableError: it is not text, or holds no article.
    """
    articles = split_into_articles(file, clean(read_text(file)), page_from_stem(PurePosixPath(file.source).stem))
    if not articles:
        raise file.fault("holds no article", "remove it or put an article into it", "里面没有报道；删掉，或写进一篇")
    return FileContent(articles)


def split_into_articles(file: InputFile, text: str, page: str, day: Date | None = None) -> list[Article]:
    """The articles of a page. Its name says more reliably than its header when and where it was printed; `page` and
    `day` hold where neither says."""
    day = file.date or page_date(text) or day
    page = file.page or plain_page(page_name(text)) or page
    return [replace(article, date=day, page=page, source=file.source) for article in split_page(text)]
