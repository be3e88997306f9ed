"""Days in words → calendar days: what 昨天 meant in print, and which days a question names.

In: words and the day they are read on. Out: dates, or spans of dates. Only what is plain is resolved; anything else is
None.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from datetime import date as Date
from datetime import timedelta
from typing import NamedTuple

_TO = re.compile(r"\s*(?:到|至|-|--|—|——|–|~|直到|一直到)\s*")
_YEARLY = re.compile(r"\d{4}|年")
_WRITTEN = re.compile(r"(?<!\d)((?:19|20)\d\d)[/.](\d{1,2})[/.](\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])(?!\d)")
_MONTHS_APART = re.compile(r"(?<![\d-])(\d{1,2})\s*(?:-|—|–|~|至|到)\s*(\d{1,2})月(?![\d]+[日号])")
_YEARS_APART = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*(?:-|—|–|~|至|到)\s*((?:19|20)\d\d)年")
_SHORT_YEAR = re.compile(r"(?:(?<=^)|(?<=[在从自到至,，的]))([0-3]\d)年(?![前后来内代级多龄间以之])")
_DAYS = {
    "大前天": -3, "前天": -2, "前日": -2, "昨天": -1, "昨日": -1, "昨晚": -1, "昨": -1, "今天": 0, "今日": 0, "今早": 0,
    "今晨": 0, "今晚": 0, "明天": 1, "明日": 1, "后天": 2,
}  # fmt: skip
_YEARS = {"前年": -2, "去年": -1, "今年": 0, "本年": 0, "明年": 1}
_MONTHS = {"上月": -1, "上个月": -1, "本月": 0, "这个月": 0, "当月": 0, "下月": 1, "下个月": 1}
_WEEKS = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1}
_WEEKDAYS = "一二三四五六日"
_COUNTS = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "十": 10, "半": 0}
_PARTS = {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31), "初": (1, 10), "底": (21, 31), "末": (21, 31)}
_HALVES = {
    "上半年": (1, 6), "下半年": (7, 12), "一季度": (1, 3), "二季度": (4, 6), "三季度": (7, 9), "四季度": (10, 12),
}  # fmt: skip
_RELATIVE_YEAR = r"(?:(?P<year>\d{4})年(?!度)|(?P<ago>前年|去年|今年|本年|明年))"
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
    found: list[Period] = []
    for each in _single(text, today):
        if found and _TO.fullmatch(text, found[-1].end, each.start):
            before = found.pop()
            if each.first < before.first and not _YEARLY.search(text, each.start, each.end):
                each = each._replace(last=_moved(each.last, before.first.year))  # 2024年6月到8月
            if before.first <= each.last:
                found.append(Period(before.start, each.end, before.first, each.last))
                continue
            found.append(before)
        found.append(each)
    yield from found


def _moved(day: Date, year: int) -> Date:
    """The same day of another year."""
    return day.replace(year=year, day=min(day.day, calendar.monthrange(year, day.month)[1]))


def canonical(text: str) -> str:
    """A normalised text with its days in one form: 2024/6/1, 2024.6.1 and 20240601 as 2024-06-01, 6-8月 as 6月至8月.

    >>> canonical("2024.6.1至20240731,6-8月,23年")
    '2024-06-01至2024-07-31,6月至8月,2023年'
    """
    text = _WRITTEN.sub(lambda found: f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}", text)
    text = _COMPACT.sub(r"\1-\2-\3", text)
    text = _MONTHS_APART.sub(r"\1月至\2月", text)
    text = _YEARS_APART.sub(r"\1年至\2年", text)
    return _SHORT_YEAR.sub(r"20\1年", text)


def _single(text: str, today: Date) -> Iterator[Period]:
    """The periods one by one, ranges not joined."""
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
