"""Does one clause carry a statement: what it is of, what is said of that, and the value? Or a headline and one clause.

In: the readings of a statement and of what is cited for it, which has all its words. Out: the clauses that do. Words
that merely stand in neighbouring clauses bear nothing out: 2月竣工,10月投产 is no 2月投产. Patterns and parts of
speech; knows nothing about what figures and names are worth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import rjieba

from qa.checks.cited import Cited, scattered
from qa.checks.claims import Reading, Span
from qa.language.moments import Moment
from qa.language.quantities import Quantity
from qa.language.rarity import background
from qa.language.things import ATTRIBUTE, lead
from qa.language.tokens import COMMON, PERSON_TAGS, PLACE_TAGS, Token
from qa.yesno.bearing import identified
from qa.yesno.happened import MILESTONE, places, told
from qa.yesno.placed import puts, there
from qa.yesno.stated import LINK, Parts, parted, tells

_WHEN = re.compile(r"(?:目前|眼下|如今|日前|近日|近期|[昨今前明]天?|[上下]午|[\d年月日号初底旬上中下])+$")
_WHERE = re.compile(r"在|从|于|作为|随着|根据|按照")
_NOW = re.compile(r"目前|如今|眼下|现在|此前|之后|随后")
_AGAIN = re.compile(r"(?:目前|眼下|如今)?(?:该|这|此|它|其(?!中|他|余)|项目|工程|公司|企业|整体)")
_INVERTED = re.compile(r"由|被|的是|——")
_AMOUNT = re.compile(r"[额量数值]$")
_DESCRIBED = re.compile(r".*[的:—]")
_AND = re.compile(r"[、和与同跟及]")


def carrying(said: Reading, cited: Cited, home: Sequence[Token] = (), valued: bool = True) -> Iterator[Span]:
    """The clauses of the cited words that have the statement; `home` are words that it need not have.

    Without `valued` they may have other figures and days.
    """
    parts, quoted = parted(said, home), cited.quoted
    if not (parts.rest or parts.place or said.figured):
        return
    for unit in units(quoted):
        clause = quoted.text[slice(*unit)]
        if parts.only and puts([word.text for word in parts.subject if len(word.text) > 1], parts.place, clause):
            yield unit
            continue
        had = all(_in(word, clause) for word in parts.rest) or _attended(parts, unit, quoted)
        had = had and parts.rank in clause and (not parts.place or there(parts.place, clause))
        had = had and (parts.is_ or _ordered(parts, said, clause))
        if had and (not valued or _valued(said, parts, unit, quoted)) and _of(parts, unit, cited):
            yield unit


def units(reading: Reading) -> list[Span]:
    """The clauses of a text, those that only say when or where with the one that they stand before."""
    found: list[Span] = []
    begin = -1
    for start, end in reading.clauses:
        first = begin if begin >= 0 else start
        clause = reading.text[start:end]
        where = _WHERE.match(clause) and not _does(reading, start, end) and not MILESTONE.search(clause)
        begin = first if reading.text[end : end + 1] == "," and (where or _WHEN.match(clause)) else -1
        if begin < 0:
            found.append((first, end))
    return found


def days_of(unit: Span, cited: Reading) -> list[Moment]:
    """The days that a clause tells, or else the one with which its sentence opens: 昨天,代表团来到武进,考察了…."""
    start, end = unit
    inside = [each for each in cited.moments if start <= each.start < end]
    if inside or _NOW.search(cited.text[start:end]):
        return inside
    opening = next((low for low, high in cited.sentences if low <= start < high), start)
    return [each for each in cited.moments if each.start == opening and cited.text[each.end : each.end + 1] == ","]


def _valued(said: Reading, parts: Parts, unit: Span, cited: Reading) -> bool:
    """Whether the clause has each figure and day of the statement."""
    figures = [each for each in cited.quantities if unit[0] <= each.start < unit[1]]
    counted = [each for each in said.quantities if each.value is not None and not each.ordinal and not each.few]
    return all(any(day.says(each) for each in days_of(unit, cited)) for day in said.moments) and all(
        any((number.says(each) or number.admits(each)) and _beside(parts, each, unit, cited) for each in figures)
        for number in counted
    )


def _beside(parts: Parts, figure: Quantity, unit: Span, cited: Reading) -> bool:
    """Whether nothing else stands between a figure and what it is said of: 年产扩散板36000吨 is not all 年产."""
    start = max(
        (at + len(word.text) for word in parts.rest if (at := cited.text.rfind(word.text, unit[0], figure.start)) >= 0),
        default=figure.start,
    )
    between = (word for word in cited.words if start <= word.start < figure.start and len(word.text) > 1)
    return not any(word.tag[0] not in "adfmt" and tells(word) and not _AMOUNT.search(word.text) for word in between)


def _in(word: Token, text: str) -> bool:
    return told(word.text, text) or (len(word.text) > 1 and scattered(word.text, text))


def _does(reading: Reading, start: int, end: int) -> bool:
    """Whether something is done in a stretch."""
    return any(token.tag == "v" and start <= token.start < end for token in reading.tokens)


def _ordered(parts: Parts, said: Reading, clause: str) -> bool:
    """Whether the words stand in the order of the statement, unless print turns it round: 由…, 主持的是….

    Of 甲和乙 either may come first.
    """
    if _INVERTED.search(clause):
        return True
    doer = max((token.start for token in said.tokens if token.tag == "v"), default=0)
    doer = doer if _AND.search(said.text[:doer]) else 0
    words = [word.text for word in (*parts.subject, *parts.rest) if word.start >= doer]
    at = 0
    for word in words:
        if word in clause and not any(word in other for other in words if other != word):
            if (found := clause.find(word, at)) < 0:
                return False
            at = found + len(word)
    return True


def _of(parts: Parts, unit: Span, cited: Cited) -> bool:
    """Whether the clause is told of the subject, by its own words or by those that it leans on."""
    (start, end), quoted = unit, cited.quoted
    text = quoted.text
    missing = [word for word in parts.subject if not _in(word, text[start:end])]
    if parts.is_ and not identified([] if missing else parts.subject, parts.rest, text[start:end]):
        return False
    if not missing:
        return parts.is_ or _leads(parts.subject, unit, quoted) or _INVERTED.search(text, start, end) is not None
    firsts = (found for word in parts.rest if (found := text.find(word.text, start, end)) >= 0)
    whole = any(MILESTONE.search(word.text) for word in parts.rest)  # 主体建筑已封顶 is told of the whole
    if another(parts.subject, (start, min(firsts, default=end)), quoted, names=whole):
        return False
    last = parts.rest[-1].text if parts.rest else ""
    if parts.bare and any(at >= start and _takes(text[at + len(last) : end]) for at in places(last, text[:end])):
        return False
    above = cited.whole.text[len(text) :]
    if all(word.text in above for word in missing):
        return True
    earlier = [each for each in units(quoted) if each[1] <= start]
    return any(_topic(missing, parts.subject, each, unit, quoted) for each in earlier)


def _takes(after: str) -> bool:
    """Whether a verb is followed by what it is done to: 实施项目, but not 开工建设."""
    told = next((tag for word, tag in rjieba.tag(after) if len(word) > 1 and tag[0] not in "badmtv"), "x")
    return told[0] in "nj"


def _attended(parts: Parts, unit: Span, cited: Reading) -> bool:
    """Whether the clause ends with its verb, and its sentence says before of what: 区委常委会举行会议,石伟东列席."""
    opening = next((low for low, high in cited.sentences if low <= unit[0] < high), unit[0])
    doing, clause, ahead = parts.rest[0].text, cited.text[slice(*unit)], cited.text[opening : unit[0]]
    if not re.search(rf"(?:{re.escape(doing)}|参加|出席)了?$", clause) or not told(doing, clause):
        return False
    return all(_in(word, clause) for word in parts.subject) and all(_in(word, ahead) for word in parts.rest[1:])


def _topic(missing: Sequence[Token], subject: Sequence[Token], clause: Span, unit: Span, cited: Reading) -> bool:
    """Whether an earlier clause is about the subject, and those between it and this one are about nothing else."""
    if not all(_in(word, cited.text[slice(*clause)]) for word in missing):
        return False
    between = [each for each in units(cited) if clause[1] <= each[0] < unit[0]]
    again = any(_AGAIN.match(cited.text, low) for low, _ in (*between, unit))
    apart = not any(low <= clause[0] and unit[0] < high for low, high in cited.sentences)
    if not again and (apart or not _leads(missing, clause, cited)):
        return False
    return not any(another(subject, (low, _verb(cited, low, high)), cited, names=True) for low, high in between)


def _leads(words: Sequence[Token], clause: Span, cited: Reading) -> bool:
    """Whether nothing is done in a clause before some words of it, but to describe them: 位于牛塘镇的孵化器."""
    start, end = clause
    at = min((found for word in words if (found := cited.text.find(word.text, start, end)) >= 0), default=start)
    described = _DESCRIBED.match(cited.text[start:at])
    return not _does(cited, start + (described.end() if described else 0), at)


def another(subject: Sequence[Token], stretch: Span, cited: Reading, names: bool) -> bool:
    """Whether a stretch before a verb has a noun, or only a name, of something else, of which the verb is told."""
    mine = "".join(word.text for word in subject)
    own = [word for word in cited.words if stretch[0] <= word.start < stretch[1] and len(word.text) > 1]
    nouns = [word for word in own if tells(word) and word.text not in mine and not ATTRIBUTE.search(word.text)]
    thing = lead(cited.text[stretch[0] : stretch[1]])
    if thing and not any(word.text in thing for word in subject):
        return True
    return any(_names(word) if names else word.tag[0] in "njz" for word in nouns)


def _names(word: Token) -> bool:
    return word.tag in PERSON_TAGS | PLACE_TAGS or (word.tag == "nz" and background().get(word.text, 0) < COMMON)


def _verb(cited: Reading, start: int, end: int) -> int:
    """Where a stretch begins to say what is done or where it is; its end where it does not."""
    verbs = (token.start for token in cited.tokens if start <= token.start < end and token.tag[0] == "v")
    link = LINK.search(cited.text, start, end)
    return min(next(verbs, end), link.start() if link else end)
