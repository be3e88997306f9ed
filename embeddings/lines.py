"""A page's raw text → its clean lines, and what its header says: the issue date and the page's name."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date as Date
from itertools import pairwise

from embeddings.dates import parse_date

_INVISIBLE = dict.fromkeys((0x00, 0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF))
_BREAK = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20, 0xFF61: ord("。")}
_HALF |= dict(
    zip(map(ord, "報訊記員攝圖電"), map(ord, "报讯记员摄图电"), strict=True)
)  # of bylines in traditional script

_DAY = (
    r"(?:(?:19|20)\d\d ?[年./-] ?\d{1,2} ?[月./-] ?\d{1,2} ?日?"
    r"|[〇零○一二三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日)"
)
_NAME = r"(?:[㐀-鿿]{2,4}|[㐀-鿿] +[㐀-鿿])(?=[ 、,/|]|$)"
_STAFF = (
    r"(?:本版|本期|见习|责任|美术|值班|执行)?(?:编辑|责编|责校|版式(?:设计)?|美编|校对|组版|排版|审读|审核|终审|主编|总编辑?|编审|检校|编委|主任|视觉|制图"
    r"|统筹|策划|电编|照排|监制)"
)
# What only a header or footer is made of: one of these must stand in it.
_HARD = re.compile(
    rf"{_DAY}|星期[一二三四五六日天]|周[一二三四五六日](?= |$)"
    rf"|{_STAFF} ?[:/|]? ?{_NAME}(?:[、 /]+(?!{_STAFF}){_NAME}){{0,3}}"
    r"|第? ?[A-Z]?\d{1,3} ?版|\b[A-Z]\d{1,2}\b|第[一二三四五六七八九十]{1,3}版|总?第 ?\d+ ?期|今日\d+版"
    r"|(?:农历|夏历).{2,12}|[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]年.{0,8}"
    r"|(?:国内统一)?(?:连续出版物|刊)号?:?.*|CN ?\d\d ?- ?\d{4}|邮发代号:? ?[\d—-]+|https?://\S+|www\.\S+|[\w.]+@[\w.]+"
    r"|(?:新闻|广告|发行|订阅|投稿|读者|服务|编辑部|监督)?(?:热线|电话|传真|邮箱|QQ|E-?mail|Tel|网址) ?:? ?[\w.@—()/-]+"
    r"|\d{1,2}月\d{1,2}日(?= *星期)|-?\d+ ?(?:℃|°C)"
    r"|(?:社址|本报地址|印刷|本报法律顾问):?\S+|邮编:? ?\d{6}|零售价?:? ?\S+",
    re.IGNORECASE,
)
# What may stand beside it.
_SOFT = re.compile(
    r"[㐀-鿿]{1,12}报(?![㐀-鿿])|(?:校内|内部|公开)(?:发行|交流|资料)|[㐀-鿿]{2,20}(?:主办|主管)|(?:要闻|综合|时政|民生|社会|经济|教育|文体|文化|体育|副刊|广告|公告|国内|国际|专版|专题"
    r"|专刊|特刊|头版|焦点|关注|视点|评论|健康|法治|乡镇|板块|园区|科技|财经|生活|封面|理论)(?:新闻|版)?|新闻|主办|出版|版面?|微信|公众号"
    r"|(?:今日|今天)?天气(?=[ :])|本报|晴|多云|阴|[小中大阵]雨"
    r"|[\s|丨/,、:;·•—\-_()【】\[\]*=~■□●◆]+"
)
_POINTER = re.compile(r"(?:[ ▶►→>…·—(]|详见|见)第?[A-Z]?\d{1,2}版\)?$|^扫(?:码|一扫|描)")  # 新馆开放 详见A02版
_LONGEST_NAME = 16  # of the paper and its page, beside date and page number
_ENDS = re.compile(r"[。!?…][”’」』)】》]*$")
_PAGE = re.compile(r"(?P<code>\b[A-Z]\d{1,2})(?: ?版|\b)|(?P<full>第? ?[\d一二三四五六七八九十]{1,3} ?版)")
_NOT_A_PAGE = re.compile(rf"{_DAY}|今日\d+版")


@dataclass(frozen=True, slots=True)
class Line:
    """One line without blanks at its ends; `gap` counts the blank lines above it, `indent` the characters before it."""

    text: str
    gap: int = 0
    indent: float = 0.0


def half_width(text: str) -> str:
    """The same text, character for character, with half-width punctuation and digits; offsets stay.

    >>> half_width("\\uff08\\uff13\\u3000版\\uff09")
    '(3 版)'
    """
    return text.translate(_HALF)


def clean_lines(page: str) -> list[Line]:
    """The lines of a page that belong to its articles."""
    lines: list[Line] = []
    gap = 0
    raws = _raw_lines(page)
    top = _header_end(raws)
    for number, raw in enumerate(raws):
        if not (text := raw.strip()):
            gap += 1
        elif number >= top and not is_furniture(text):
            lines.append(Line(text, gap, width(raw[: len(raw) - len(raw.lstrip())])))
            gap = 0
    return _unwrapped(lines)


def _raw_lines(page: str) -> list[str]:
    return _BREAK.sub("\n", page.translate(_INVISIBLE)).strip("\n").split("\n")


def _header_end(raws: list[str]) -> int:
    """How many lines at the top are page header: there a section's name or a date may stand on a line of its own."""
    end, sure = 0, False
    for number, raw in enumerate(raws):
        if line := half_width(raw.strip()):
            left, hard = _HARD.subn(" ", line) if len(line) <= 160 else (line, 0)
            rest = re.sub(r"^[A-Z]?\d{1,3}$", "", _SOFT.sub("", left))  # 02 民生
            if rest and (hard < 2 or len(rest) > _LONGEST_NAME or re.search("[,。!?]", rest)):
                break
            sure = sure or hard > 0 or bool(re.search("[日晚时周快新]报", line))
            end = number + 1
    return end if sure else 0


def is_furniture(line: str) -> bool:
    """Whether a line is page header or footer: date, section, staff, telephone, and nothing else.

    A section's name or a date alone is none: a notice ends with its date, too.

    >>> is_furniture("2024年3月3日 星期日 责编:王凯 A01版 要闻"), is_furniture("2024年3月3日,新馆开放。")
    (True, False)
    """
    line = half_width(line)
    if len(line) <= 50 and _POINTER.search(line):
        return True
    if len(line) > 160 or re.fullmatch(_DAY, line):
        return False
    left, hard = _HARD.subn(" ", line)
    return hard > 0 and not _SOFT.sub("", left)


def _furniture(page: str) -> Iterator[str]:
    """The lines of a page's header and footer, half-width."""
    raws = _raw_lines(page)
    top = _header_end(raws)
    for number, raw in enumerate(raws):
        if number < top or is_furniture(raw.strip()):
            yield half_width(raw)


def _unwrapped(lines: list[Line]) -> list[Line]:
    """Join lines that were cut at one width: a full line goes on in the next unless that one begins something."""
    full = _full_lines(lines)
    if not any(full):
        return lines
    runs: list[list[Line]] = []
    for at, line in enumerate(lines):
        starts = line.gap > 0 or line.indent >= 1
        ended = at > 0 and _ENDS.search(half_width(lines[at - 1].text)) is not None
        if at and full[at - 1] and not starts and (full[at] or not ended or _ENDS.search(half_width(line.text))):
            runs[-1].append(line)
        else:
            runs.append([line])
    return [Line(joined([line.text for line in run]), run[0].gap, run[0].indent) for run in runs]


def _full_lines(lines: list[Line]) -> list[bool]:
    """Which lines reach the width at which most lines end; none where blank lines follow them.

    Width is counted as printed or in characters, whichever more lines agree on.
    """
    none = [False] * len(lines)
    best, agreed = none, 0
    measures: tuple[Callable[[str], float], ...] = (width, len)
    for measure in measures:
        sizes = [line.indent + measure(line.text) for line in lines]
        long = [size for size in sizes if size >= 10]
        common = Counter(round(size) for size in long).most_common(1)[0][0] if len(long) >= 6 else 0
        near = sum(abs(size - common) <= 1.5 for size in long)
        longer = sum(size > common + 1.5 for size in long)
        if near > agreed and near * 2 >= len(long) and longer * 10 <= len(long):
            best, agreed = [abs(size - common) <= 1.5 for size in sizes], near
    touched = [line.gap == 0 for line, is_full in zip(lines[1:], best[:-1], strict=True) if is_full] if lines else []
    return best if sum(touched) * 2 >= len(touched) else none


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
    days = (parse_date(day[0]) for line in _furniture(text) if (day := re.search(_DAY, line)))
    return next(filter(None, days), None)


def page_name(text: str) -> str:
    """The page's name in its header or footer: A01, 第3版; "" if none."""
    for line in _furniture(text):
        if name := _PAGE.search(_NOT_A_PAGE.sub(" ", line)):
            return str(name["code"] or name["full"].replace(" ", ""))
    return ""
