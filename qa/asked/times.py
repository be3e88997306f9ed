"""The time that a question sets as a condition (哪些项目2024年开工), and whether a sentence tells of that time.

In: a question, the newest day of an archive, and sentences with the day they were printed. Out: a `When`, and yes or
no. What is told without a time of its own happened when it was printed; where nobody knows when that was, only a time
that the sentence says itself will do. Knows nothing about what happened.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date
from datetime import timedelta

from embeddings.words import normalise
from qa.language.dates import periods
from qa.language.moments import Moment, moments

Days = tuple[Date, Date]

_ANY_DAY = Date(2024, 1, 1)  # where no article has a date, only years in figures are known
_YEAR = re.compile(r"\d{4}[年-]")
_NO_CONDITION = re.compile(r"今天|现在|此刻|目前|最近|近期|近日")
_CLAUSE = re.compile(r"[,，;；:：。！？\n]")


@dataclass(frozen=True, slots=True)
class When:
    """A time as the question writes it: its days where they are known, else what it says (年内, 3月)."""

    words: str
    days: Days | None
    said: tuple[Moment, ...]

    @property
    def open(self) -> bool:
        """Whether it is before or after some day."""
        return self.days is not None and (self.days[0] == Date.min or self.days[1] == Date.max)

    def met(self, text: str, issued: Date | None, doings: Sequence[str] = ()) -> bool:
        """Whether a sentence tells, of one of the doings where any are given, that it is of this time.

        >>> when = asked("哪些项目2025年竣工？", None)
        >>> [when.met(told, None, ["竣工"]) for told in ("预计2025年2月竣工,3月投产", "2025年开工,明年竣工")]
        [True, False]
        """
        plain = normalise(text)
        told = moments(plain, issued if self.days else None)
        places = [match.start() for word in doings for match in re.finditer(re.escape(word), plain)]
        if not places:
            return any(map(self._holds, told)) or (not told and self.printed(issued))
        return any(self._at(plain, place, told, issued) for place in places)

    def _at(self, text: str, place: int, told: Sequence[Moment], issued: Date | None) -> bool:
        """Whether the time that governs a place of a text fits: that of its clause, else the one that stands alone
        before it (2022年,…)."""
        low = max((match.end() for match in _CLAUSE.finditer(text, 0, place)), default=0)
        end = _CLAUSE.search(text, place)
        own = [each for each in told if low <= each.start < (end.start() if end else len(text))]
        own = own or [each for each in told if each.end < place and _CLAUSE.match(text, each.end)][-1:]
        return any(map(self._holds, own)) if own else self.printed(issued)

    def _holds(self, told: Moment) -> bool:
        span = _span(told)
        if self.days and span:
            return self.days[0] <= span[0] and span[1] <= self.days[1]
        return any(each.says(told) for each in self.said)

    def printed(self, issued: Date | None) -> bool:
        """Whether what was printed on a day, about that day or the one before, is of this time."""
        if not self.days or issued is None:
            return False
        return any(self.days[0] <= issued - timedelta(days=back) <= self.days[1] for back in (0, 1))


def asked(question: str, newest: Date | None) -> When | None:
    """The time that a question names as a condition; None where it names none.

    >>> asked("5月1日之前开工的项目有哪些？", Date(2024, 8, 9)).days[1]
    datetime.date(2024, 4, 30)
    """
    plain = normalise(question)
    if _NO_CONDITION.search(plain):
        return None
    found = next(iter(periods(plain, newest or _ANY_DAY)), None)
    if found and (newest or _YEAR.search(plain, found.start, found.end)):
        return When(plain[found.start : found.end], (found.first, found.last), ())
    said = tuple(moments(plain))
    return When("".join(each.text for each in said), None, said) if said else None


def _span(told: Moment) -> Days | None:
    """The days of a moment whose year is known."""
    year, month, day = told.parts.get("year", told.year), told.parts.get("month"), told.parts.get("day")
    if month is None and day is not None and told.months:
        month = told.months[0]
    if not isinstance(year, int) or not (month is None or isinstance(month, int)):
        return None
    try:
        if month is None:
            return Date(year, 1, 1), Date(year, 12, 31)
        low, high = (day, day) if isinstance(day, int) else (1, calendar.monthrange(year, month)[1])
        return Date(year, month, low), Date(year, month, high)
    except ValueError:
        return None
