"""Bytes → clean text, and text files (`.txt`) → articles: an e-paper page, or one of the forms that hold many records.

`decode` reads UTF-8, UTF-16, UTF-32, GB18030 and Big5, with or without a byte order mark; a damaged byte costs one
character. `clean` unifies line ends, drops characters that nobody can see and writes compatibility forms (⺠, 豈) as
the characters they stand for, so that a search finds them.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import replace
from datetime import date as Date
from pathlib import PurePosixPath

from embeddings.dates import page_from_stem, plain_page
from embeddings.inputs.content import FileContent, InputFile, UnreadableError
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
_COMPATIBLE = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\ufe10-\ufe1f\ufe30-\ufe4f\U0002f800-\U0002fa1f]")
# Radicals that Unicode gives no equivalent for, or one of the other script; PDF fonts draw whole characters with them.
_RADICALS = dict(
    zip(
        "⺀⺁⺄⺈⺌⺍⺎⺗⺝⺟⺠⺢⺪⺫⺬⺮⺶⺷⺻⺼⺾⻁⻄⻅⻆⻉⻋⻌⻏⻑⻒⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻟⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⼾⻳",
        "冫厂乙刀小小兀心月母民水疋目示竹羊羊聿月艹虎西见角贝车辶邑長镸长门阜雨青韦页风飞食食马骨鬼鱼鸟麦黄齐齿龙户龟",
        strict=True,
    )
)
_ASCII = bytes(range(128))
_COMMON_ENOUGH = 0.55
_DAMAGED = 0.01  # of the characters: more, and the text is in another encoding
_WITHOUT_MARK = ("utf-8", "gb18030", "big5", "utf-16-le", "utf-16-be")


def is_utf16(data: bytes) -> bool:
    """Whether a line end of these bytes is more than one byte: they are UTF-16 or UTF-32."""
    return data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)) or (
        b"\0" in data and _unmarked(data) is not None
    )


def decode(data: bytes) -> str | None:
    """The text of some bytes, or None where they are not text in a known encoding.

    >>> decode("滆湖清淤".encode("gb18030")), decode("臺灣報紙的頭版新聞".encode("big5"))
    ('滆湖清淤', '臺灣報紙的頭版新聞')
    >>> decode(bytes(range(256))) is None
    True
    """
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    try:
        if encoding:
            return data.decode(encoding)
        if b"\0" not in data:
            return data.decode("utf-8")
    except UnicodeDecodeError:
        if encoding:
            return _mended(data, encoding)
    return _unmarked(data)


def _mended(data: bytes, encoding: str) -> str | None:
    """The text in an encoding, U+FFFD for each damaged character; None where there are too many."""
    text = data.decode(encoding, "replace")
    damaged, foreign = len(re.findall("\ufffd+", text)), sum(char > "\x7f" for char in text)
    return re.sub("\ufffd+", "\ufffd", text) if damaged <= max(foreign * _DAMAGED, foreign > 8) else None


def _unmarked(data: bytes) -> str | None:
    """The likeliest reading of bytes that carry no mark and are not UTF-8 throughout."""
    best, most = None, _COMMON_ENOUGH
    for encoding in _WITHOUT_MARK:
        wide = encoding.startswith("utf-16")
        if (b"\0" in data) != wide and not (wide and encoding == "utf-16-le" and best is None):
            continue
        if (wide and len(data) % 2) or (text := _mended(data, encoding)) is None or _CONTROL.search(text):
            continue
        share = _big5_share(text) if encoding == "big5" else common_share(text)
        if not any("㐀" <= char <= "鿿" for char in text):
            share = 0.0
        if encoding == "utf-8":
            return text
        if share > most:
            best, most = text, share
    return best


def common_share(text: str) -> float:
    """The share (0 to 1) of characters that stand among the signs and the 3,755 common characters of GB 2312.

    Of the characters beyond ASCII only. Articles in simplified script lie above 0.95, in traditional script above 0.59;
    damaged UTF-8, Big5 and random bytes, read as GB18030, below 0.52.
    """
    foreign = sum(character > "\x7f" for character in text)
    leads = text.encode("gb2312", "ignore").translate(None, _ASCII)[::2]  # the first of each character's two bytes
    return sum(lead <= 0xD7 for lead in leads) / foreign if foreign else 1.0


def _big5_share(text: str) -> float:
    """The share of characters among the signs and the 5,401 common characters of Big5."""
    foreign = [character for character in text if character > "\x7f"]
    leads = [encoded[0] for char in foreign if len(encoded := char.encode("big5", "ignore")) == 2]
    return sum(lead <= 0xC6 for lead in leads) / len(foreign) if foreign else 0.0


def clean(text: str) -> str:
    r"""The text with unified line ends, without characters that nobody can see, without compatibility forms.

    >>> clean("\ufeff第一行\r\n第\u200b二\x00行\t完"), clean("⼈⺠")
    ('第一行\n第二行 完', '人民')
    """
    if text.isascii() and text.isprintable():
        return text
    text = _COMPATIBLE.sub(lambda found: _RADICALS.get(found[0]) or unicodedata.normalize("NFKC", found[0]), text)
    if text.isprintable():
        return text
    return _UNSEEN.sub("", _LINE_END.sub("\n", text)).replace("\t", " ")


def paragraphs(text: str) -> str:
    r"""Clean text with one paragraph a line: no blank lines, no indents.

    >>> paragraphs("\u3000\u3000第一段。\r\n\r\n  第二段。 ")
    '第一段。\n第二段。'
    """
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


def page_content(file: InputFile, text: str) -> FileContent:
    """The articles of an e-paper page.

    Raises:
        UnreadableError: it holds no article.
    """
    articles = split_into_articles(file, clean(text), page_from_stem(PurePosixPath(file.source).stem))
    if not articles:
        raise file.fault("holds no article", "remove it or put an article into it", "里面没有报道；删掉，或写进一篇")
    return FileContent(articles)


def issue_of(file: InputFile, text: str, page: str, day: Date | None = None) -> tuple[Date | None, str]:
    """Date and name of a page. Its file says them more reliably than its header; `page` and `day` hold where neither
    does."""
    return file.date or page_date(text) or day, file.page or plain_page(page_name(text)) or page


def split_into_articles(file: InputFile, text: str, page: str, day: Date | None = None) -> list[Article]:
    """The articles of a page, dated and named by `issue_of`."""
    day, page = issue_of(file, text, page, day)
    return [replace(article, date=day, page=page, source=file.source) for article in split_page(text)]
