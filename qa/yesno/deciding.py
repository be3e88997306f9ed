"""Does a sentence bear a statement out, or belie it?

In: a statement and the words that are cited for it. Out: a `Judged`. That it is borne out is the verifier's word
(qa/verify.py) and more: all its words stand there, near each other. That it is belied needs a sentence which speaks of
the same thing in all words but those at fault, and has another figure, date, place, rank or the opposite in their
place. Knows nothing about how sentences were found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date as Date
from typing import Literal

from embeddings.words import normalise
from qa.checks.cited import Cited, cite, scattered, shortened, stands
from qa.checks.claims import Reading, Span, read
from qa.checks.paraphrase import said_otherwise
from qa.checks.polarity import denials
from qa.checks.ranks import misranked
from qa.language.company import never_person
from qa.language.moments import Moment
from qa.language.quantities import Quantity
from qa.language.rarity import background
from qa.language.tokens import PERSON_TAGS, PLACE_TAGS, SAYING, Token
from qa.verify import Fault, verify
from qa.yesno.asserted import Asserted
from qa.yesno.bearing import hedged
from qa.yesno.carried import another, carrying, days_of, units
from qa.yesno.happened import CLASS, MILESTONE, come_about, places, told
from qa.yesno.incumbents import holds_office, of_office
from qa.yesno.placed import elsewhere, there
from qa.yesno.stated import parted

Verdict = Literal["yes", "no", "not yet", "denied", "unclear", "silent"]

_STATES = """北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南
四川 贵州 云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门"""
_PROVINCES = frozenset(_STATES.split())
_BOUNDS = "超过 超出 高于 多于 大于 突破 达到 不足 不到 不满 少于 低于 小于 至少 至多 最多 以上 以下"
_BOUND_WORDS = frozenset(_BOUNDS.split())
_ONE_ONLY = re.compile(r"主持|主讲|带队|率队|率团|承[接建办担]|主办|举办|中标|拍摄|采写")
_OUR = re.compile(r"[我全本][省市区县镇](?![域长])")


@dataclass(frozen=True, slots=True)
class Judged:
    """What cited words say to a statement; `over` is what they do not bear out, where they speak of all the rest."""

    verdict: Verdict
    over: frozenset[str] = frozenset()


def judge(
    asked: Asserted, quotes: Sequence[str], context: str = "", issued: Date | None = None, whole: str = ""
) -> Judged:
    """What the cited words say to a statement: "silent" where they do not speak of it, "unclear" where not plainly.

    `context` stands over the cited articles, `whole` is all that they say: it tells which place is meant by 我区.

    >>> judge(Asserted("大桥投资2亿元"), ["昨天通车的大桥投资1.2亿元。"]).verdict
    'no'
    >>> judge(Asserted("大桥通车", done=True, verb="通车"), ["大桥计划明年通车。"]).verdict
    'not yet'
    """
    if office := of_office(asked.text):
        return Judged(holds_office(*office, [normalise(quote) for quote in quotes]))
    cited = cite(tuple(quotes), context, issued)
    said = read(asked.text, cited.whole.issued, written=True)
    said = said.knowing(person.text for person in cited.whole.people)
    faults = [each for each in verify(asked.text, quotes, context, issued).faults if each.kind != "wording"]
    home = [each for each in said.words if each.tag in PLACE_TAGS | PERSON_TAGS and _at_home(each, cited, whole)]
    faults = [each for each in faults if not any(_within(place, [each]) for place in home)]
    borne = [word for word in said.words if not _within(word, faults) and word not in home]
    if not borne or not all(_met(word, said, cited) for word in borne):
        return Judged("silent")
    met, belied = _figures(said, cited.quoted, faults)
    faults = [each for each in faults if not _covers(met, each)]
    over = frozenset(each.text for each in faults)
    denied = list(denials(said, cited.quoted, opposites=not MILESTONE.search(asked.verb)))
    if not faults:
        return Judged(_borne(asked, said, cited, home))
    told_of = list(carrying(said, cited, home, valued=False))
    belied += _other_days(said, cited.quoted, told_of)
    if all(_covers([*denied, *belied], each) or _belied(each, said, cited) for each in faults):
        return Judged("denied" if any(_covers(denied, each) for each in faults) else "no", over)
    return Judged("unclear", over)


def _borne(asked: Asserted, said: Reading, cited: Cited, home: Sequence[Token]) -> Verdict:
    """Whether one clause has the whole statement, or all of it but another day."""
    if hedged(said, cited.quoted):
        return "unclear"
    if units := list(carrying(said, cited, home)):
        return come_about(asked, cited.quoted, units) if asked.done else "yes"
    told_of = list(carrying(said, cited, home, valued=False))
    return "no" if list(_other_days(said, cited.quoted, told_of)) else "unclear"


def _at_home(word: Token, cited: Cited, whole: str) -> bool:
    """Whether a place that the report names elsewhere is the one that it calls 我区 or 全市 here."""
    named = word.text in whole and word.text in background() and not cited.has(word.text)
    return named and _OUR.search(cited.quoted.text) is not None and never_person(word.text)


def _within(word: Token, faults: Sequence[Fault]) -> bool:
    return any(fault.start < word.end and word.start < fault.end for fault in faults)


def _covers(places: Sequence[Span], fault: Fault) -> bool:
    return any(start < fault.end and fault.start < end for start, end in places)


def _met(word: Token, said: Reading, cited: Cited) -> bool:
    """Whether a word of the statement stands there, or one that says the same; a doing not only in the headline."""
    if word.text in CLASS or word.text in SAYING or stands(said, word, cited):
        return (
            word.tag != "v"
            or len(word.text) < 2
            or word.text in CLASS | SAYING
            or word.text in cited.quoted.text
            or (said_otherwise(word.text, cited.quoted.text))
        )
    text = cited.whole.text
    return said_otherwise(word.text, text) or (
        len(word.text) > 2 and (shortened(word.text, cited) or scattered(word.text, text))
    )


def _figures(said: Reading, cited: Reading, faults: Sequence[Fault]) -> tuple[list[Span], list[Span]]:
    """The figures at fault that the cited ones lie within all the same (超过5亿元), and those that they all belie."""
    met: list[Span] = []
    belied: list[Span] = []
    for number in said.quantities:
        if any(fault.kind == "number" and fault.start == number.start for fault in faults):
            told = {number.admits(other) for other in _of_the_same(number, said, cited)}
            if told in ({True}, {False}):
                (met if told == {True} else belied).append((number.start, number.end))
    return met, belied


def _of_the_same(number: Quantity, said: Reading, cited: Reading) -> Iterator[Quantity]:
    """The cited figures of one unit beside the word that the figure follows, or before the one that it precedes."""
    subject = parted(said).subject
    low, high = said.clause(number.start)
    telling = [word for word in said.words if low <= word.start < high and word.text not in _BOUND_WORDS | SAYING]
    before = [word.text for word in telling if word.end <= number.start and len(word.text) > 1][-1:]
    after = [word.text for word in telling if word.start >= number.end and word.text not in CLASS][:2]
    for other in cited.quantities:
        start, end = cited.clause(other.start)
        same = other.unit == number.unit and other.unit and not other.ordinal
        ahead, behind = cited.text[start : other.start], cited.text[other.end : min(end, other.end + 12)]
        same = same and not another(subject, (start, other.start), cited, names=True)
        if same and (any(told(word, ahead + behind) for word in before) or any(word in behind for word in after)):
            yield other


def _belied(fault: Fault, said: Reading, cited: Cited) -> bool:
    """Whether the cited words have another of the same kind in the place of what is at fault."""
    if fault.kind == "name" and _covers(list(misranked(said, cited.quoted, cited.whole)), fault):
        return True
    return fault.kind in ("name", "role") and (_elsewhere(fault, said, cited) or _somebody_else(fault, said, cited))


def _other_days(said: Reading, cited: Reading, clauses: Sequence[Span]) -> Iterator[Span]:
    """The days of the statement in whose place the clauses that tell the same have others."""
    there = [day for clause in clauses for day in days_of(clause, cited)]
    for moment in said.moments:
        if there and all(_another_day(moment, day) for day in there):
            yield moment.start, moment.end


def _another_day(one: Moment, other: Moment) -> bool:
    """Whether two days differ in the year, the month or the date, as far as both tell them."""
    both = [(one.parts.get(name), other.parts.get(name)) for name in ("year", "month", "day")]
    return any(isinstance(a, int) and isinstance(b, int) and a != b for a, b in both)


def _elsewhere(fault: Fault, said: Reading, cited: Cited) -> bool:
    """Whether a place at fault (在北京举行) stands where the sentence has another one of the same kind."""
    parts = parted(said)
    place, thing = parts.where, [word.text for word in parts.subject]
    if fault.text not in place:
        return False
    text = cited.quoted.text
    if place in _PROVINCES and place not in cited.whole.text:
        return any(there(other, text[slice(*unit)]) for unit in units(cited.quoted) for other in _PROVINCES)
    return any(elsewhere(thing, place, text[slice(*unit)]) for unit in units(cited.quoted))


def _somebody_else(fault: Fault, said: Reading, cited: Cited) -> bool:
    """Whether a person at fault stands beside a doing that one does alone, and the sentence has another one there."""
    doing = _ONE_ONLY.search(said.text)
    if not doing or not any(each.start < fault.end and fault.start < each.end for each in said.people):
        return False
    for at in places(doing.group(), cited.quoted.text):
        low, high = cited.quoted.clause(at)
        if any(low <= each.start < high for each in cited.quoted.people):
            return True
    return False
