"""Which of several alike: the 34th meeting where a sentence tells of the 33rd, 2025 for 2023, the 副行长 for the 行长.

In: a question, and what a sentence tells. Out: `Conflict`s, for what can be told from its like by a number, a date or
the title of an office. Knows nothing about the things of a report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.asked.asking import written
from qa.asked.question import Question
from qa.fit.lacking import ABSENT, ELSEWHERE, OTHER, UNDATED, Conflict
from qa.fit.told import Told
from qa.language.dates import without_issue
from qa.language.moments import Moment, moments
from qa.language.ordinals import alike, governing, ordinals
from qa.language.titles import OFFICE, holders, office_asked

_IN_ORDER = frozenset("站步")  # print says 首先 and 先后, not 第一站
_BODY = re.compile(  # 党工委书记 is no 管委会主任, nor a 区委书记
    "(?:党工委|政协|人大常委会|人大|管委会|纪委|政法委|组织部|宣传部|统战部|法院|检察院|工会|团委|妇联"
    "|工商联|商会|协会|村委会|居委会)$"
)
_MARKED = r"[^,，。;；:：!！?？、\s]"
_CALLED = re.compile(r"(?:叫|姓)什么|姓名|名字")


def numbered(question: Question, told: Told) -> Iterator[Conflict]:
    """二期 where the sentence tells of 一期, the 34th meeting where it tells of the 33rd."""
    for asked in ordinals(written(question.text)):
        if asked.text == "首次":
            continue  # says how something was done, not which of them
        like = alike(asked, ordinals(told.whole))
        same = [each for each in like if each.number == asked.number]
        here = governing(like, told.start, told.end)
        if any(each in same for each in here):
            continue
        if like and not same:
            yield Conflict(asked.text, (here or like)[-1].text, OTHER, True)
        elif not same and asked.text[0] != "首" and not (asked.number == 1 and asked.kind in _IN_ORDER):
            yield Conflict(asked.text, "", ABSENT, True)
        elif same and here and (here[0].start >= told.start or same[0].start >= told.top):
            yield Conflict(asked.text, here[-1].text, ELSEWHERE)


def dated(question: Question, told: Told) -> Iterator[Conflict]:
    """2025年 where the sentence tells of 2023; a day that the report does not know, nor is of its issue."""
    asked_for = [each for each in moments(written(without_issue(question.text))) if _fixed(each)]
    known = moments(told.whole, told.issued) if asked_for else []
    for asked in asked_for:
        if any(_covers(each, asked) for each in known) or (told.issued is None and "year" not in asked.parts):
            if (several := _several_years(asked, told)) and several not in question.text:
                yield Conflict(asked.text, several, ELSEWHERE)
            continue
        here = [each for each in moments(told.sentence, told.issued) if _fixed(each) and _as_fine(each, asked)]
        dated = told.issued is not None or any(isinstance(each.parts.get("year"), int) for each in known)
        absent = ABSENT if dated else UNDATED
        figures = [each.text for each in here if any(map(str.isdigit, each.text))]  # 昨天 tells nobody which day
        yield Conflict(asked.text, figures[-1] if figures else "", OTHER if here else absent, True)


def _several_years(asked: Moment, told: Told) -> str:
    """The years that a sentence tells together (2023至2024), of which one is asked for that the report tells alone."""
    year = asked.parts.get("year")
    if set(asked.parts) != {"year"}:
        return ""
    among = rf"\d{{4}}年?(?:度)?(?:[-—~至到和、]|——){year}|{year}年?(?:度)?(?:[-—~至到和、]|——)\d{{4}}"
    found = re.search(among, told.sentence)
    alone = re.search(rf"{year}年", re.sub(among, "", told.whole))
    return found[0] if found and alone and str(year) not in re.sub(among, "", told.sentence) else ""


def _fixed(moment: Moment) -> bool:
    """Whether a date is said in figures, so that it can be compared: a year, or a month."""
    parts = [moment.parts[name] for name in ("year", "month", "day") if name in moment.parts]
    return isinstance(parts[0], int) and ("day" not in moment.parts or len(parts) > 1) if parts else False


def _covers(cited: Moment, asked: Moment) -> bool:
    """Whether a date is the one asked for, or lies within it; what is less exact may be."""
    year = cited.parts.get("year", cited.year)
    months = (cited.parts["month"],) if "month" in cited.parts else cited.months
    return (
        asked.parts.get("year") in (None, year)
        and (asked.parts.get("month") is None or asked.parts["month"] in months)
        and (asked.parts.get("day") is None or asked.parts["day"] == cited.parts.get("day"))
    )


def _as_fine(cited: Moment, asked: Moment) -> bool:
    """Whether a date fixes all that the one asked for does, so that it is another one."""
    return all(name in cited.parts for name in ("year", "month", "day") if name in asked.parts)


def office(question: Question, told: Told) -> Iterator[Conflict]:
    """The 行长 where the sentence tells of a 副行长, or of another bank's; the chairman of whom none near by knows."""
    asked = written(question.text)
    post = office_asked(asked) if question.kind == "person" or _CALLED.search(asked) else ""
    title = re.search(rf"(?:常务副|副|代|名誉|执行)?{OFFICE}$", post)
    if title is None:
        return
    held, others = holders(told.near, post)
    if held:
        return
    name, body = title.group(), _BODY.search(post[: title.start()])
    wanted = (body.group() if body else "") + name
    before = [match for low, _ in others if (match := re.search(rf"{_MARKED}{{0,8}}{name}$", told.near[:low]))]
    another = f"副{name}" if f"副{name}" in told.near else next((match.group() for match in before), "")
    if body and re.search(".*".join(wanted), another) and "副" not in another:
        of, said = post[: body.start()], another.partition(wanted[0])[0]
        if not of or not said or set(of) & set(said):
            return  # 人大主任 is short for 人大常委会主任
    if another or body or not re.search(rf"(?<![副原前]){name}", told.near):
        yield Conflict(wanted, another, OTHER if another else ABSENT)
