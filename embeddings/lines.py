"""A page's raw text → its clean lines, and what its header says: the issue date and the page's name.

In: the plain text of one scraped e-paper page. Out: `Line`s without page furniture (masthead, date, staff, telephone),
hard-wrapped lines joined again. Knows nothing about articles; which line begins with a byline is told by the caller.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date as Date
from itertools import pairwise

_INVISIBLE = dict.fromkeys((0x00, 0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF))
_BREAK = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20, 0xFF61: ord("。")}

_DAY = (
    r"(?:(?P<year>(?:19|20)\d\d) ?[年./-] ?(?P<month>\d{1,2}) ?[月./-] ?(?P<day>\d{1,2}) ?日?"
    r"|(?P<hyear>[〇零○一二三四五六七八九]{4})年(?P<hmonth>[一二三四五六七八九十]{1,2})月(?P<hday>[一二三四五六七八九十]{1,3})日)"
)
_NAME = r"(?:[㐀-鿿]{2,4}|[㐀-鿿] +[㐀-鿿])(?=[ 、,/|]|$)"
_STAFF = (
    r"(?:本版|本期|见习|责任|美术|值班)?(?:编辑|责编|版式(?:设计)?|美编|校对|组版|排版|审读|审核|终审|主编|总编辑?|编审|检校|编委|主任|视觉|制图"
    r"|统筹|策划|电编|照排|监制)"
)
# What only a header or footer is made of: one of these must stand in it.
_HARD = re.compile(
    rf"{_DAY}|星期[一二三四五六日天]|周[一二三四五六日](?= |$)|{_STAFF} ?[:/|]? ?{_NAME}(?:[、 /]+{_NAME}){{0,3}}"
    r"|第? ?[A-Z]?\d{1,3} ?版|\b[A-Z]\d{1,2}\b|第[一二三四五六七八九十]{1,3}版|总?第 ?\d+ ?期|今日\d+版"
    r"|(?:农历|夏历).{2,12}|(?:国内统一)?(?:连续出版物|刊)号?:?.*|CN ?\d\d ?- ?\d{4}|邮发代号:? ?[\d—-]+|https?://\S+|www\.\S+|[\w.]+@[\w.]+"
    r"|(?:新闻|广告|发行|订阅|投稿|读者|服务|编辑部|监督)?(?:热线|电话|传真|邮箱|QQ|E-?mail|Tel|网址) ?:? ?[\w.@—()/-]+"
    r"|社址:?\S+|邮编:? ?\d{6}|零售价?:? ?\S+",
    re.IGNORECASE,
)
# What may stand beside it.
_SOFT = re.compile(
    r"[㐀-鿿]{1,6}(?:日报|晚报|时报|周报|快报|新报)|(?:要闻|综合|时政|民生|社会|经济|教育|文体|文化|体育|副刊|广告|公告|国内|国际|专版|专题"
    r"|专刊|特刊|头版|焦点|关注|视点|评论|健康|法治|乡镇|板块|园区|科技|财经|生活|封面|理论)(?:新闻|版)?|新闻|主办|出版|版面?|微信|公众号"
    r"|[\s|丨/,、:;·•—\-_()【】\[\]*=~]+"
)
_PAGE = re.compile(r"(?P<code>\b[A-Z]\d{1,2})(?: ?版|\b)|(?P<full>第? ?[\d一二三四五六七八九十]{1,3} ?版)")
_NOT_A_PAGE = re.compile(rf"{_DAY}|今日\d+版")


@dataclass(frozen=True, slots=True)
class Line:
    """One line without blanks at its ends; `gap` counts the blank lines above it."""

    text: str
    gap: int = 0
    indented: bool = False


def half_width(text: str) -> str:
    """The same text, character for character, with half-width punctuation and digits; offsets stay.

    >>> half_width("\\uff08\\uff13\\u3000版\\uff09")
    '(3 版)'
    """
    return text.translate(_HALF)


def clean_lines(page: str, opens: Callable[[str], bool]) -> list[Line]:
    """The lines of a page that belong to its articles; `opens` says whether a line begins with a byline."""
    lines: list[Line] = []
    gap = 0
    for raw, furniture in _raw_lines(page):
        if text := raw.strip():
            if not furniture:
                lines.append(Line(text, gap, bool(re.match(r"\u3000|\t|\s{2}", raw))))
                gap = 0
        else:
            gap += 1
    return _unwrapped(lines, opens)


def _raw_lines(page: str) -> Iterator[tuple[str, bool]]:
    """Every line as it stands, and whether it is page furniture."""
    at_top = True
    for raw in _BREAK.sub("\n", page.translate(_INVISIBLE)).strip("\n").split("\n"):
        furniture = bool(raw.strip()) and is_furniture(raw.strip(), at_top)
        at_top = at_top and (furniture or not raw.strip())
        yield raw, furniture


def is_furniture(line: str, at_top: bool = False) -> bool:
    """Whether a line is page header or footer: date, section, staff, telephone, and nothing else.

    A section's name or a date alone is one only at the top of the page: a notice ends with its date, too.

    >>> is_furniture("2024年3月3日 星期日 责编:王凯 A01版 要闻"), is_furniture("2024年3月3日,新馆开放。")
    (True, False)
    """
    if len(line) > 160:
        return False
    line = half_width(line)
    left, hard = _HARD.subn(" ", line)
    if not at_top and (not hard or re.fullmatch(_DAY, line)):
        return False
    return not _SOFT.sub("", left)


def _unwrapped(lines: list[Line], opens: Callable[[str], bool]) -> list[Line]:
    """Join lines that were cut at one width: a full line goes on in the next unless that one begins something."""
    full = _column_width(lines)
    if not full:
        return lines
    runs: list[list[Line]] = []
    goes_on = False
    for at, line in enumerate(lines):
        starts = line.gap > 0 or line.indented or _in_head(lines, at, full, opens)
        if goes_on and not starts:
            runs[-1].append(line)
        else:
            runs.append([line])
        goes_on = width(line.text) >= full - 1.5
    return [Line(joined([line.text for line in run]), run[0].gap, run[0].indented) for run in runs]


def _column_width(lines: list[Line]) -> float:
    """The width at which most lines end, in full-width characters, or 0 when lines end where paragraphs do."""
    widths = [width(line.text) for line in lines if len(line.text) >= 10]
    touching = sum(below.gap == 0 for _, below in pairwise(lines))
    if len(widths) < 6 or touching * 2 < len(lines) - 1:
        return 0
    common = max(Counter(round(size) for size in widths).items(), key=lambda item: (item[1], item[0]))[0]
    near = sum(abs(size - common) <= 1.5 for size in widths)
    longer = sum(size > common + 1.5 for size in widths)
    return common if near * 2 >= len(widths) and longer * 10 <= len(widths) else 0


def _in_head(lines: list[Line], at: int, full: float, opens: Callable[[str], bool]) -> bool:
    """Whether a line begins with a byline, or is a short one in the headline above it."""
    for line in lines[at : at + 5]:
        if opens(line.text):
            return True
        if width(line.text) >= full - 1.5 or re.search(r"[。!?…;:,、][”’」』)】》]*$", half_width(line.text)):
            return False
    return False


def width(text: str) -> float:
    """Printed width in full-width characters: letters and digits of half width count ½."""
    return sum(0.5 if unicodedata.east_asian_width(char) in ("Na", "N", "H") else 1.0 for char in text)


def joined(pieces: list[str]) -> str:
    """The pieces of a broken paragraph: nothing between them, a blank between two Latin words.

    >>> joined(["新馆在2024年3", "月开放,名为City", "Library。"])
    '新馆在2024年3月开放,名为City Library。'
    """
    parts = pieces[:1]
    for above, below in pairwise(pieces):
        latin = re.match(r"[A-Za-z]", above[-1:]) and re.match(r"[A-Za-z]", below)
        parts += [" ", below] if latin else [below]
    return "".join(parts)


def page_date(text: str) -> Date | None:
    """The issue date that a page's header or footer states; never a date inside an article."""
    for raw, furniture in _raw_lines(text):
        if furniture and (day := re.search(_DAY, half_width(raw))):
            parts = (day["year"] or day["hyear"], day["month"] or day["hmonth"], day["day"] or day["hday"])
            try:
                return Date(*(_number(part) for part in parts))
            except ValueError:
                continue
    return None


def _number(digits: str) -> int:
    """2024, 二〇二四, 十二 or 三十一 as a number."""
    if digits.isascii():
        return int(digits)
    if "十" in digits:
        tens, _, ones = digits.partition("十")
        return 10 * (_number(tens) if tens else 1) + (_number(ones) if ones else 0)
    return int("".join(str("〇一二三四五六七八九".index(char)) for char in re.sub("[零○]", "〇", digits)))


def page_name(text: str) -> str:
    """The page's name in its header or footer: A01, 第3版; "" if none."""
    for raw, furniture in _raw_lines(text):
        if furniture and (name := _PAGE.search(_NOT_A_PAGE.sub(" ", half_width(raw)))):
            return str(name["code"] or name["full"].replace(" ", ""))
    return ""
