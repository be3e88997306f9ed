"""Loosely written dates → `datetime.date`, and what a path says about the issue: its date and its page.

A date that does not exist (2024-13-40) or can be read in two ways (03/04/2023) is None, never an error.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date as Date
from datetime import datetime, timedelta, timezone
from functools import lru_cache

_CHINA = timezone(timedelta(hours=8))  # a moment belongs to the day that it was in the newsroom
_YEAR, _MONTH, _DAY = r"((?:1[89]|20)\d\d)", r"(\d{1,2})", r"(\d{1,2})"
_WRITTEN = re.compile(rf"(?<!\d){_YEAR}\s*[-_/.年·]\s*{_MONTH}\s*[-_/.月·]\s*{_DAY}(?!\d)")
_COMPACT = re.compile(r"(?:(?<![0-9A-Za-z])|^[A-Za-z]+)((?:19|20)\d\d)(\d\d)(\d\d)(\d\d)?(?![0-9A-Za-z])")
_HAN = "〇零○一二三四五六七八九十"
_HAN_DATE = re.compile(rf"([{_HAN}]{{4}})年([{_HAN}]{{1,2}})月([{_HAN}]{{1,3}})日")
_NET_DATE = re.compile(r"^/Date\((\d+)(?:[+-]\d{4})?\)/$")
_TRAILING_ZERO = re.compile(r"(?<=^\d{8})\.0+$|(?<=^\d{5})\.\d+$|(?<=^\d{10})\.\d+$|(?<=^\d{13})\.0+$")
_FOLDERS = (  # whole names, joined by "/": 2024-03-03, 2024/03/03, 2024年/3月/3日; 20240303, 202403/03
    re.compile(rf"{_YEAR}[-_.年/]+{_MONTH}[-_.月/]+{_DAY}日?"),
    re.compile(r"((?:19|20)\d\d)(\d\d)/?(\d\d)"),
)
_LETTER_PAGE = re.compile(r"(?<![0-9A-Za-z])([A-Za-z]\d{1,2})(?:版|(?![0-9A-Za-z]))")
_NUMBER_PAGE = re.compile(r"(?<!\d)(\d{1,3})版")
_DAY_PAGE_NUMBER = re.compile(r"([A-Za-z]?\d{1,2})[-_ ]+\d{1,4}")
_NAMED_PAGE = re.compile(
    r"(?:第\s*)?([A-Za-z]?\d{1,3})\s*版(?![^\s:：_-])\s*[:：_-]?.*"
    r"|([A-Za-z]\d{1,3}|\d{1,3})\s*[-_:： .]\s*[㐀-鿿].*|([A-Za-z]\d{1,3})"
)
_FILE_NUMBER = re.compile(r"0+|\d{3,}")


def parse_date(value: object) -> Date | None:
    """The day that a value of a record names.

    >>> parse_date("2023年7月20日 10:02"), parse_date(1689818520), parse_date("2024-13-40")
    (datetime.date(2023, 7, 20), datetime.date(2023, 7, 20), None)
    """
    if isinstance(value, datetime):
        return (value.astimezone(_CHINA) if value.tzinfo else value).date()
    if isinstance(value, Date):
        return value
    if isinstance(value, dict) and len(value) == 1:  # MongoDB: {"$date": …}
        return parse_date(next(iter(value.values())))
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(int(value)) if isinstance(value, float) and abs(value) < 1e17 else str(value).strip()
    return _parse_text(unicodedata.normalize("NFKC", text) if not text.isascii() else text)


@lru_cache(maxsize=4096)
def _parse_text(text: str) -> Date | None:
    text = _TRAILING_ZERO.sub("", _NET_DATE.sub(r"\1", text))
    if not 5 <= len(text) <= 64:
        return None
    if text.isascii() and text.isdecimal():
        return _parse_number(text)
    if "T" in text or "+" in text or text.endswith("Z"):
        try:
            return parse_date(datetime.fromisoformat(text))
        except ValueError:
            pass
    if match := _WRITTEN.search(text):
        return _day(*match.groups())
    if match := _COMPACT.search(text):  # 20240304 08:00
        return _day(*match.group(1, 2, 3))
    if match := _HAN_DATE.search(text):
        return _day(*map(_han_number, match.groups()))
    return _parse_other(text)


def _han_number(digits: str) -> str:
    """二〇二四 -> 2024, 十二 -> 12, 三十一 -> 31."""
    if "十" in digits:
        tens, _, ones = digits.partition("十")
        return f"{_han_number(tens) if tens else 1}{_han_number(ones) if ones else 0}"
    return "".join(str("〇一二三四五六七八九".index(char)) for char in re.sub("[零○]", "〇", digits))


def _parse_number(digits: str) -> Date | None:
    """20230720, or unix time in seconds or milliseconds."""
    if len(digits) == 8:
        return _day(digits[:4], digits[4:6], digits[6:])
    if len(digits) == 5 and 30_000 <= int(digits) < 60_000:  # days since 1899-12-30, as Excel counts them
        return Date(1899, 12, 30) + timedelta(int(digits))
    if len(digits) == 14:
        return _day(digits[:4], digits[4:6], digits[6:8])
    seconds = int(digits) / {13: 1e3, 16: 1e6}.get(len(digits), 1)
    return datetime.fromtimestamp(seconds, _CHINA).date() if len(digits) in (9, 10, 13, 16) else None


def _parse_other(text: str) -> Date | None:
    """What is left is foreign ("July 20, 2023"); dateutil fills gaps and guesses orders, so ask twice and compare."""
    from dateutil.parser import parse

    try:
        first = parse(text, default=datetime(2000, 1, 1), dayfirst=False, tzinfos=_zone)
        other = parse(text, default=datetime(2001, 2, 2), dayfirst=True, tzinfos=_zone)
    except (ValueError, OverflowError):
        return None
    return parse_date(first) if first == other else None


def _zone(name: str | None, offset: int | None) -> timezone:
    """A zone without an offset is the newsroom's: CST in a Chinese record is not Chicago."""
    return _CHINA if offset is None else timezone(timedelta(seconds=offset))


def _day(year: str, month: str, day: str) -> Date | None:
    try:
        return Date(int(year), int(month), int(day))
    except ValueError:
        return None


def date_of_path(folders: Sequence[str], stem: str, above: int = 0) -> Date | None:
    """The issue date in a file's name, else in the names of its folders, the nearest first.

    The first `above` folders stand above the corpus: they may begin a date (2024/03 of 2024/03/05), not end one.

    >>> date_of_path(["archive", "2024", "03", "05"], "A01"), date_of_path(["2024-03"], "20240303_A02")
    (datetime.date(2024, 3, 5), datetime.date(2024, 3, 3))
    """
    stem = unicodedata.normalize("NFKC", stem)
    for pattern in (_WRITTEN, _COMPACT):
        if (match := pattern.search(stem)) and (day := _day(*match.group(1, 2, 3))):
            return day
    folders = [unicodedata.normalize("NFKC", folder) for folder in folders]
    for end in range(len(folders), above, -1):
        for count in (1, 2, 3):
            tail = "/".join(folders[max(0, end - count) : end])
            for pattern in _FOLDERS:
                if (match := pattern.fullmatch(tail)) and (day := _day(*match.groups())):
                    return day
    return None


def _without_date(stem: str) -> str:
    for pattern in (_WRITTEN, _COMPACT):
        if match := pattern.search(stem):
            return f"{stem[: match.start(1)]} {stem[match.end(3) :].removeprefix('日')}".strip(" -_.")
    return stem


def page_of_stem(stem: str) -> str:
    """The page that a file's name gives outright, or "".

    >>> page_of_stem("2024-03-03-A01"), page_of_stem("第02版 要闻"), page_of_stem("rmrb2024030304")
    ('A01', '02', '04')
    >>> page_of_stem("20240303-02-01"), page_of_stem("２０２４年３月３日　Ａ０２版")  # day, page, number
    ('02', 'A02')
    """
    stem = unicodedata.normalize("NFKC", stem)
    if (match := _COMPACT.search(stem)) and match[4]:
        return match[4]
    rest = _without_date(stem)
    if rest != stem and (match := _DAY_PAGE_NUMBER.fullmatch(rest)):
        return match[1]
    if match := _LETTER_PAGE.search(rest):
        return match[1].upper()
    return match[1] if (match := _NUMBER_PAGE.search(rest)) else ""


def page_from_stem(stem: str) -> str:
    """What else a page file may be called by: its name up to the first underscore, without the date and without what
    only numbers files.

    >>> page_from_stem("2024-03-03 要闻_e1419d59"), page_from_stem("02"), page_from_stem("000_e1419d59")
    ('要闻', '02', '')
    """
    name = _without_date(unicodedata.normalize("NFKC", stem)).split("_")[0].strip()
    return "" if _FILE_NUMBER.fullmatch(name) else name


def page_of_folder(folders: Sequence[str], dated: bool) -> str:
    """The page that the innermost folder is named after: 02-要闻, A01, 第03版; a bare number only below a whole date.

    >>> page_of_folder(["2024-03-05", "02-要闻"], True), page_of_folder(["2024-03", "05"], True)
    ('02', '')
    """
    names = [unicodedata.normalize("NFKC", folder).strip() for folder in folders[-2:]]
    if names and (match := _NAMED_PAGE.fullmatch(names[-1])):
        return _named(match)
    below = dated and len(names) == 2 and date_of_path(names[:1], "") is not None
    return names[-1] if below and re.fullmatch(r"\d{1,3}", names[-1]) else ""


def _named(match: re.Match[str]) -> str:
    return "".join(filter(None, match.groups())).upper()


def plain_page(page: str) -> str:
    """A page's name as its file would give it.

    >>> plain_page("第02版"), plain_page("A02"), plain_page("第二版"), plain_page("第03版：民生"), plain_page("02-要闻")
    ('02', 'A02', '第二版', '03', '02')
    """
    text = unicodedata.normalize("NFKC", page).strip()
    if match := re.fullmatch(r"第?\s*([A-Za-z]?\d{1,3})(?:\.0)?\s*版?", text):
        return match[1].upper()
    return _named(match) if (match := _NAMED_PAGE.fullmatch(text)) else page
