"""Dates as a sentence says them: 2024年3月2日, 3月2日, 今年3月下旬, 昨天上午, 三季度.

In: normalised text (half width, simplified) and, where it is known, the day of issue. Out: `Moment`s, and whether one
says what another says. 近日, 目前 and the like name no date. Durations (三年) are quantities.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date
from datetime import timedelta

Part = int | str
_HAN = "一二三四五六七八九十"
_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_YEARS = {
    "前年": -2,
    "去年": -1,
    "上年": -1,
    "今年": 0,
    "本年": 0,
    "当年": 0,
    "年内": 0,
    "明年": 1,
    "来年": 1,
    "后年": 2,
}
_MONTHS = {"上月": -1, "上个月": -1, "本月": 0, "这个月": 0, "当月": 0, "下月": 1, "下个月": 1}
_DAYS = {
    "前天": -2,
    "前日": -2,
    "昨天": -1,
    "昨日": -1,
    "昨": -1,
    "今天": 0,
    "今日": 0,
    "今": 0,
    "明天": 1,
    "明日": 1,
    "后天": 2,
}
_HALVES = {
    "上午": "上午",
    "早上": "上午",
    "早晨": "上午",
    "下午": "下午",
    "午后": "下午",
    "晚上": "晚上",
    "晚": "晚上",
    "夜间": "晚上",
    "凌晨": "凌晨",
    "中午": "中午",
    "晨": "上午",
    "早": "上午",
    "夜": "晚上",
}
_WEEKS = {"上": -7, "本": 0, "这": 0, "下": 7}
_WEEKDAYS = "一二三四五六日"
_N = rf"(?:\d{{1,2}}|[{_HAN}]{{1,3}})"
_MOMENT = re.compile(
    rf"(?P<iso>\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}})(?!\d)|(?P<first>(?:19|20)\d\d)(?=年?[-—–~至到](?:19|20)\d\d年)年?"
    rf"|(?:(?P<year>(?:19|20)\d\d|[一二][〇零一二三四五六七八九]{{3}})年度?(?:内|间)?|(?P<ago>(?<![产成工用业束建])(?:{'|'.join(_YEARS)})(?!产))(?:度|的)?)?"
    rf"(?:(?P<month>(?<!\d){_N})月份?|(?P<moon>{'|'.join(_MONTHS)}))?(?:(?P<day>(?<!\d)\d{{1,2}}|(?<=月)[{_HAN}]{{1,3}})[日号](?![线楼院均]))?"
    r"(?:(?P<dawn>昨[天日]|昨(?=[晚晨夜])|今[天日]|今(?=[晚晨早])|[前后]天|明[天日])的?)?"
    r"(?:(?<![一-龥])(?P<alone>(?:周|星期)[一二三四五六日天])|(?P<week>[上本这下])个?(?:周|星期)(?P<weekday>[一二三四五六日天]))?"
    r"(?P<part>[上中下]旬|月[底末初中]|(?<!近)年[底末初]|(?<=[月年])[底末初中](?!心|国|期|步|央|部|共|级|等|学)|[上下]半年|(?:第?[一二三四1-4])季度)?"
    rf"(?P<half>{'|'.join(_HALVES)})?"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as said at `start:end`; `parts` holds what it fixes: {"year": 2024, "month": 3, "part": "下旬"}.

    What could not be resolved without the day of issue stays relative: {"year": "+1"}.
    """

    text: str
    start: int
    end: int
    parts: Mapping[str, Part]
    year: Part | None = None  # what a reader takes for the year, where none is said
    months: tuple[Part, ...] = ()  # the same for the month: 8日 of a paper of the 9th is of this month

    def says(self, cited: Moment) -> bool:
        """Whether somebody who read `cited` may say this: the same or less."""
        return all(self._holds(name, value, cited) for name, value in self.parts.items())

    def _holds(self, name: str, value: Part, cited: Moment) -> bool:
        if name == "year" and "year" not in cited.parts:
            return value == cited.year
        if name == "month" and "month" not in cited.parts and "day" in cited.parts:
            return value in cited.months
        if name == "weekday" and "weekday" not in cited.parts:
            return value == cited.weekday()
        return cited.parts.get(name) == value

    def weekday(self) -> int | None:
        """0 for a Monday; None where the day is not fixed."""
        year, month, day = self.parts.get("year", self.year), self.parts.get("month"), self.parts.get("day")
        try:
            whole = isinstance(year, int) and isinstance(month, int) and isinstance(day, int)
            return Date(year, month, day).weekday() if whole else None  # type: ignore[arg-type]
        except ValueError:
            return None


def moments(text: str, issued: Date | None = None) -> list[Moment]:
    """The dates of a normalised text, in order; a month without a year belongs to the year last named in its sentence.

    >>> [dict(found.parts) for found in moments("明年2月竣工,10月下旬投产", Date(2024, 8, 9))]
    [{'year': 2025, 'month': 2}, {'month': 10, 'part': '下旬'}]
    """
    found: list[Moment] = []
    for match in _MOMENT.finditer(text):
        parts = _resolve(_parts(match), issued) if match.group() else {}
        if parts:
            default: Part = issued.year if issued else "+0"
            before = found[-1] if found and "。" not in text[found[-1].end : match.start()] else None
            carried = before.parts.get("year", before.year) if before else None
            year = carried if carried is not None else default
            found.append(Moment(match.group(), *match.span(), parts, year, _months(parts, before, issued)))
    return found


def _months(parts: Mapping[str, Part], before: Moment | None, issued: Date | None) -> tuple[Part, ...]:
    """The months that a day without one may be of: that named before in the sentence, else that of the issue."""
    if before and (named := before.parts.get("month")):
        return (named,)
    day = parts.get("day")
    if issued is None or not isinstance(day, int):
        return ()
    return (issued.month,) if day <= issued.day else (issued.month, issued.month - 1 or 12)


def issue_date(text: str) -> Date | None:
    """The first full date of a text: what stands over an article names its day of issue."""
    for found in moments(text):
        year, month, day = (found.parts.get(name) for name in ("year", "month", "day"))
        if isinstance(year, int) and isinstance(month, int) and isinstance(day, int):
            try:
                return Date(year, month, day)
            except ValueError:
                continue
    return None


def _parts(match: re.Match[str]) -> dict[str, Part]:
    said = match.groupdict()
    if said["iso"]:
        return dict(zip(("year", "month", "day"), map(int, re.split(r"\D", said["iso"])), strict=True))
    parts: dict[str, Part] = {}
    if year := said["first"] or said["year"]:
        parts["year"] = int(year.translate(_DIGITS))
    elif said["ago"]:
        parts["year"] = f"{_YEARS[said['ago']]:+d}"
    if said["month"]:
        parts["month"] = _small(said["month"])
    elif said["moon"]:
        parts["month"] = f"{_MONTHS[said['moon']]:+d}"
    if said["day"]:
        parts["day"] = _small(said["day"])
    elif said["dawn"]:
        parts["day"] = f"{_DAYS[said['dawn']]:+d}"
    if said["alone"]:
        parts["weekday"] = _weekday(said["alone"][-1])
    elif said["week"]:
        parts["weekday"], parts["week"] = _weekday(said["weekday"]), _WEEKS[said["week"]]
    if said["part"]:
        parts["part"] = _part(said["part"], "月" if "month" in parts else "年")
    if said["half"]:
        parts["half"] = _HALVES[said["half"]]
    return parts


def _weekday(char: str) -> int:
    """一 -> 0, 日 and 天 -> 6."""
    return _WEEKDAYS.index(char.replace("天", "日"))


def _part(said: str, whole: str) -> str:
    """底, 末, 月末 -> 月底; 第三季度 -> 三季度."""
    said = said.replace("末", "底").removeprefix("第").translate(str.maketrans("1234", "一二三四"))
    return whole + said if len(said) == 1 else said


def _small(number: str) -> int:
    """十二 -> 12, 二十 -> 20, 07 -> 7."""
    if number.isdigit():
        return int(number)
    tens, ten, ones = number.rpartition("十")
    return (10 * (_HAN.index(tens) + 1 if tens else 1) if ten else 0) + (_HAN.index(ones[-1]) + 1 if ones else 0)


def _resolve(parts: dict[str, Part], issued: Date | None) -> dict[str, Part]:
    """Relative parts made absolute, where the day of issue is known."""
    if issued is None:
        return parts
    resolved = dict(parts)
    if isinstance(years := parts.get("year"), str):
        resolved["year"] = issued.year + int(years)
    if isinstance(months := parts.get("month"), str):
        years, month = divmod(issued.year * 12 + issued.month - 1 + int(months), 12)
        resolved |= {"year": years, "month": month + 1}
    if isinstance(days := parts.get("day"), str):
        day = issued + timedelta(days=int(days))
        resolved |= {"year": day.year, "month": day.month, "day": day.day}
    week, weekday = parts.get("week"), parts.get("weekday")
    if isinstance(week, int) and isinstance(weekday, int):
        day = issued + timedelta(days=week + weekday - issued.weekday())
        half = {"half": parts["half"]} if "half" in parts else {}
        return {"year": day.year, "month": day.month, "day": day.day, **half}
    return resolved
