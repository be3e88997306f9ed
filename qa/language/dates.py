"""Days in words → calendar days: what 昨天 meant in print, and which issues a question asks for.

In: words and the day they are read on. Out: dates, or spans of dates. Only what is plain is resolved; anything else is
None. Knows nothing about articles.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from datetime import date as Date
from datetime import timedelta
from typing import NamedTuple

from embeddings.words import normalise

_DAYS = {
    "大前天": -3, "前天": -2, "前日": -2, "昨天": -1, "昨日": -1, "昨晚": -1, "昨": -1, "今天": 0, "今日": 0, "今早": 0,
    "今晨": 0, "今晚": 0, "明天": 1, "明日": 1, "后天": 2,
}  # fmt: skip
_YEARS = {"前年": -2, "去年": -1, "今年": 0, "本年": 0, "明年": 1}
_MONTHS = {"上月": -1, "上个月": -1, "本月": 0, "这个月": 0, "当月": 0, "下月": 1, "下个月": 1}
_WEEKS = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1}
_ANY_DAY = Date(2024, 1, 1)  # where only the words matter
_WEEKDAYS = "一二三四五六日"
_COUNTS = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "十": 10, "半": 0}
_PARTS = {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31), "初": (1, 10), "底": (21, 31), "末": (21, 31)}
_HALVES = {
    "上半年": (1, 6), "下半年": (7, 12), "一季度": (1, 3), "二季度": (4, 6), "三季度": (7, 9), "四季度": (10, 12),
}  # fmt: skip
_RELATIVE_YEAR = r"(?:(?P<year>\d{4})年(?!度)|(?P<ago>前年|去年|今年|本年|明年))"
# A day in a question names an issue only beside a word of the trade: 3月2日的报纸, 去年的报道.
_ISSUE = re.compile(
    r"(?:那|这)?(?:天|期|日)?(?:里|内|以来)?的?(?:报纸?(?!告)|报道|新闻|见报|刊登|登了|头版|版面|稿件|消息|文章)"
)
_NOW = re.compile(r"今[天日早晨晚]|此刻|现在")
# Which side of a day is meant: 5月1日之前 is without that day, 5月1日以来 with it.
_SIDE = re.compile(
    r"(?P<before>[之以]前|前(?=[的有,，?？。]|$|[召开竣建完投动报刊见发]))"
    r"|(?P<after>[之以]后|后(?=[的有,，?？。]|$|[召开竣建完投动报刊见发]))|(?P<since>以来|至今)"
)


class Period(NamedTuple):
    """Days that a text names: `text[start:end]`, from `first` to `last`."""

    start: int
    end: int
    first: Date
    last: Date


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


def periods(text: str, today: Date) -> Iterator[Period]:
    """The days, weeks, months and years that a normalised text names, as they are read on a day, in order.

    What is before or after them is as long as calendars are: from `Date.min`, until `Date.max`.

    >>> [(str(each.first), str(each.last)) for each in periods("上周三和去年12月", Date(2024, 8, 9))]
    [('2024-07-31', '2024-07-31'), ('2023-12-01', '2023-12-31')]
    """
    at = 0
    for match in _PERIOD.finditer(text):
        resolve = _RESOLVERS[str(match.lastgroup)]
        inner = re.compile(_PATTERNS[str(match.lastgroup)]).match(text, match.start())
        if match.start() < at or inner is None:
            continue
        side = _SIDE.match(text, match.end())
        try:
            days = resolve(inner, today)
            days = _beside(str(side.lastgroup), *days, today) if side and days else days
        except (ValueError, OverflowError):  # 2月30日, the year 0
            days = None
        if days:
            at = side.end() if side else match.end()
            yield Period(match.start(), at, *days)


def _beside(side: str, first: Date, last: Date, today: Date) -> tuple[Date, Date]:
    """The days before, after or since some days."""
    if side == "since":
        return first, max(last if last <= today else first, today)
    return (Date.min, first - timedelta(days=1)) if side == "before" else (last + timedelta(days=1), Date.max)


def issued(days: tuple[Date, Date] | None, known: bool = True) -> str:
    """The issues of some days, in words; "" for all of them. `known` is whether any article has a date.

    >>> issued((Date.min, Date(2024, 4, 30)))
    '2024-04-30及以前的报纸上'
    """
    if not days:
        return ""
    first, last = days
    if not known:
        return "馆藏报道没有注明日期，"
    if first == Date.min or last == Date.max:
        return f"{last}及以前的报纸上" if first == Date.min else f"{first}及以后的报纸上"
    return f"{first}的报纸上" if first == last else f"{first}至{last}的报纸上"


def issues(question: str, today: Date, reports: bool = False) -> tuple[Date, Date] | None:
    """The first and last day of the issues that a question asks for; None where it names none.

    A question for `reports` means their issue by any day that it names, unless they are to be about (关于) that day.

    >>> issues("2024年3月的报道有哪些？", Date(2024, 9, 1))
    (datetime.date(2024, 3, 1), datetime.date(2024, 3, 31))
    >>> issues("项目2024年3月投产吗？", Date(2024, 9, 1)) is None
    True
    """
    period = _issue(normalise(question), today, reports)
    return (period.first, period.last) if period else None


def happened(question: str, today: Date) -> tuple[Date, str] | None:
    """The day on which something is said to have happened, and the question without it; None where none is named.

    >>> happened("8月8日乔俊杰督查了哪些项目？", Date(2024, 8, 9))
    (datetime.date(2024, 8, 8), '乔俊杰督查了哪些项目?')
    """
    plain = normalise(question)
    if _issue(plain, today, reports=False):
        return None
    for period in periods(plain, today):
        if period.first == period.last:
            rest = plain[: period.start].removesuffix("在") + re.sub(r"^(?:那天|当天|[,，])+", "", plain[period.end :])
            return (period.first, rest) if any(char.isalnum() for char in rest) else None
    return None


def without_issue(question: str) -> str:
    """A question without the words that only name its issue.

    >>> without_issue("3月2日的报纸上,科恩项目总投资多少?")
    '科恩项目总投资多少?'
    """
    plain = normalise(question)
    period = _issue(plain, _ANY_DAY, reports=False)
    if not period:
        return question
    cue = re.match(_ISSUE.pattern + r"[上里中]?(?:说|写|报道|提到|讲)?的?[,，]?", plain[period.end :])
    rest = plain[: period.start] + plain[period.end + (cue.end() if cue else 0) :]
    return rest if any(char.isalnum() for char in rest) else question


def dateline(issued: Date | None) -> str:
    """The days that a report of an issue is about, as a question would write them: the day itself and the one before.

    >>> dateline(Date(2024, 3, 1))
    '2024年3月1日 2024年2月29日'
    """
    days = (issued, issued - timedelta(days=1)) if issued else ()
    return " ".join(f"{day.year}年{day.month}月{day.day}日" for day in days)


def _issue(plain: str, today: Date, reports: bool) -> Period | None:
    """The period that names an issue. What is asked about today, only the issue of today can tell."""
    for period in periods(plain, today):
        about = re.search(r"(关于|有关)[^,。]{0,4}$", plain[: period.start]) is not None
        now = _NOW.fullmatch(plain, period.start, period.end)
        if _ISSUE.match(plain, period.end) or (reports and not about) or now:
            return period
    return None


def _date(match: re.Match[str], today: Date) -> tuple[Date, Date] | None:
    year, month, day = (match[f"{part}1"] or match[f"{part}2"] for part in ("y", "m", "d"))
    found = Date(int(year) if year else _year_of(match["ago"], today), int(month), int(day))
    until = (
        found.replace(month=int(match["until_m"] or month), day=int(match["until_d"])) if match["until_d"] else found
    )
    return (found, until) if found <= until else None


def _year_of(ago: str | None, today: Date) -> int:
    return today.year + _YEARS.get(ago or "", 0)


def _month(match: re.Match[str], today: Date) -> tuple[Date, Date] | None:
    if match["words"]:
        month = today.year * 12 + today.month - 1 + _MONTHS[match["words"]]
        year, month = month // 12, month % 12 + 1
    else:
        year = int(match["year"]) if match["year"] else _year_of(match["ago"], today)
        month = int(match["month"])
    last = calendar.monthrange(year, month)[1]
    low, high = _PARTS.get(match["part"] or "", (1, 31))
    return Date(year, month, low), Date(year, month, min(high, last))


def _week(match: re.Match[str], today: Date) -> tuple[Date, Date] | None:
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=_WEEKS.get(match["which"] or "", 0))
    if not (named := match["weekday"]):
        return (monday, monday + timedelta(days=6)) if match["which"] else None
    if named == "末":
        return monday + timedelta(days=5), monday + timedelta(days=6)
    day = monday + timedelta(days=_WEEKDAYS.index("日" if named == "天" else named))
    return day, day


def _recent(match: re.Match[str], today: Date) -> tuple[Date, Date] | None:
    count = int(match["count"]) if match["count"].isdigit() else _COUNTS[match["count"]]
    days = {"天": 1, "日": 1, "周": 7, "星期": 7, "月": 30, "年": 365}[match["unit"]]
    return today - timedelta(days=count * days - 1 if count else days // 2), today


def _relative_day(match: re.Match[str], today: Date) -> tuple[Date, Date] | None:
    day = today + timedelta(days=_DAYS.get(match.group(), 0))
    return day, day


def _half(match: re.Match[str], today: Date) -> tuple[Date, Date] | None:
    year = int(match["year"]) if match["year"] else _year_of(match["ago"], today)
    low, high = _HALVES[match["part"].removeprefix("第")]
    return Date(year, low, 1), Date(year, high, calendar.monthrange(year, high)[1])


def _year(match: re.Match[str], today: Date) -> tuple[Date, Date] | None:
    year = int(match["year"]) if match["year"] else _year_of(match["ago"], today)
    return Date(year, 1, 1), Date(year, 12, 31)


def _either(words: dict[str, int]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


# The first that fits wins; the more exact come first.
_PATTERNS = {
    "date": r"(?:(?P<y1>\d{4})年|(?P<ago>前年|去年|今年|明年))?(?P<m1>\d{1,2})月(?P<d1>\d{1,2})[日号]"
    r"(?:[至到-](?:(?P<until_m>\d{1,2})月)?(?P<until_d>\d{1,2})[日号])?"
    r"|(?P<y2>\d{4})-(?P<m2>\d{1,2})-(?P<d2>\d{1,2})",
    "half": rf"{_RELATIVE_YEAR}?(?P<part>[上下]半年|第?[一二三四]季度)",
    "month": rf"(?:{_RELATIVE_YEAR}?(?P<month>\d{{1,2}})月份?(?!\d)|(?P<words>{_either(_MONTHS)}))"
    r"(?P<part>[上中下]旬|[初底末])?",
    "week": r"(?P<which>上上|上|这|本|下)?个?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天末](?![年个家月]))?",
    "recent": r"(?:最近|近|过去|这)(?P<count>\d{1,3}|[一两二三四五六七十半])个?(?P<unit>天|日|周|星期|月|年)",
    "relative_day": "|".join(word for word in sorted(_DAYS, key=len, reverse=True) if len(word) > 1)
    + r"|此刻|现在(?=是?(?:几点|几号|星期几|什么时间|什么日子)|的?(?:天气|气温|时间))",
    "year": _RELATIVE_YEAR,
}
_RESOLVERS: dict[str, Callable[[re.Match[str], Date], tuple[Date, Date] | None]] = {
    "date": _date, "half": _half, "month": _month, "week": _week, "recent": _recent, "relative_day": _relative_day,
    "year": _year,
}  # fmt: skip
_PERIOD = re.compile(
    "|".join(f"(?P<{name}>{re.sub(r'[?]P<[^>]+>', '?:', pattern)})" for name, pattern in _PATTERNS.items())
)
