"""Days in words → calendar days: what 昨天 meant in print, and which issues a question asks for.

In: words and the day they are read on. Out: dates, or spans of dates. Only what is plain is resolved; anything else is
None. Knows nothing about articles.
"""

from __future__ import annotations

import calendar
import re
from datetime import date as Date
from datetime import timedelta

from embeddings.words import normalise

_DAYS = {
    "前天": -2,
    "昨天": -1,
    "昨日": -1,
    "昨晚": -1,
    "昨": -1,
    "今天": 0,
    "今日": 0,
    "今晨": 0,
    "明天": 1,
    "明日": 1,
}
_YEARS = {"前年": -2, "去年": -1, "今年": 0, "本年": 0, "明年": 1}
_MONTHS = {"上月": -1, "上个月": -1, "本月": 0, "这个月": 0, "下月": 1, "下个月": 1}
_DAY = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})[日号]|(\d{4})-(\d{1,2})-(\d{1,2})")
_MONTH = re.compile(r"(?:(\d{4})年|(前年|去年|今年|明年))?(\d{1,2})月(?:份)?(?!\d)")
_YEAR = re.compile(r"(\d{4})年(?!度)")
# A day in a question names an issue only beside a word of the trade: 3月2日的报纸, 去年的报道.
_ISSUE = re.compile(r"(?:那|这)?(?:天|期|日)?的?(?:报纸|报道|新闻|见报|刊登|登了|头版|版面|稿件|消息|文章)")


def printed(words: str, issued: Date | None) -> str:
    """What a day or year in words came to, for a reader of a later day; "" where nothing needs saying.

    >>> printed("昨天下午", Date(2024, 3, 3))
    '2024年3月2日'
    >>> printed("明年2月", Date(2024, 8, 9))
    '2025年2月'
    """
    if issued is None:
        return ""
    for word, days in _DAYS.items():
        if words.startswith(word):
            day = issued + timedelta(days=days)
            return f"{day.year}年{day.month}月{day.day}日"
    for word, years in _YEARS.items():
        if words.startswith(word):
            return f"{issued.year + years}年{words.removeprefix(word)}"
    for word, months in _MONTHS.items():
        if words.startswith(word):
            month = issued.year * 12 + issued.month - 1 + months
            return f"{month // 12}年{month % 12 + 1}月{words.removeprefix(word)}"
    return ""


def issues(question: str, today: Date, reports: bool = False) -> tuple[Date, Date] | None:
    """The first and last day of the issues that a question asks for; None where it names none.

    A question for `reports` means their issue by any day that it names, unless they are to be about (关于) that day.

    >>> issues("2024年3月的报道有哪些？", Date(2024, 9, 1))
    (datetime.date(2024, 3, 1), datetime.date(2024, 3, 31))
    >>> issues("项目2024年3月投产吗？", Date(2024, 9, 1)) is None
    True
    """
    plain = normalise(question)

    def names_issue(start: int, end: int) -> bool:
        about = re.search(r"(关于|有关)[^,。]{0,4}$", plain[:start]) is not None
        return _ISSUE.match(plain, end) is not None or (reports and not about)

    for pattern, span in ((_DAY, _day), (_MONTH, _month), (_YEAR, _year)):
        for match in pattern.finditer(plain):
            if names_issue(*match.span()):
                return span(match, today)
    for words, days in _DAYS.items():
        at = plain.find(words)
        if at >= 0 and names_issue(at, at + len(words)):
            day = today + timedelta(days=days)
            return day, day
    for words, years in _YEARS.items():
        at = plain.find(words)
        if at >= 0 and names_issue(at, at + len(words)):
            return Date(today.year + years, 1, 1), Date(today.year + years, 12, 31)
    return None


def _day(match: re.Match[str], today: Date) -> tuple[Date, Date] | None:
    year, month, day = (match.group(i) or match.group(i + 3) for i in (1, 2, 3))
    try:
        found = Date(int(year or today.year), int(month), int(day))
    except ValueError:
        return None
    return found, found


def _month(match: re.Match[str], today: Date) -> tuple[Date, Date] | None:
    year = int(match.group(1) or today.year + _YEARS.get(match.group(2) or "", 0))
    month = int(match.group(3))
    if not 1 <= month <= 12 or not 1 <= year <= 9999:
        return None
    return Date(year, month, 1), Date(year, month, calendar.monthrange(year, month)[1])


def _year(match: re.Match[str], today: Date) -> tuple[Date, Date] | None:
    year = int(match.group(1))
    return (Date(year, 1, 1), Date(year, 12, 31)) if 1 <= year <= 9999 else None
