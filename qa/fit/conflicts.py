"""Where a sentence tells of another than the one that is asked for: 一期 for 二期, the 副行长 for the 行长.

In: a question, the evidence of an article and one of its sentences. Out: `Conflict`s, each with what is asked, what is
told in its place, and what is left of the chance that the sentence answers; and sentences in the order in which those
in conflict give way. Only what tells one thing from its like is looked at; knows nothing about what sentences score.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import rjieba

from qa.asked.asking import MEASURES, written
from qa.asked.question import Question
from qa.fit.foreign import foreign
from qa.fit.owners import UNNAMED, Thing, instead, other
from qa.fit.owners import asked as asked_about
from qa.fit.told import Told, plain, told
from qa.fit.unsaid import kin, opposite, role
from qa.language import stages
from qa.language.dates import without_issue
from qa.language.dimensions import asked as dimension
from qa.language.dimensions import measured
from qa.language.moments import Moment, moments
from qa.language.ordinals import alike, governing, ordinals
from qa.language.rarity import background
from qa.language.things import runs
from qa.language.titles import OFFICE, holders, office_asked
from qa.language.tokens import PERSON_TAGS, PLACE_TAGS
from qa.ranking.evidence import FEATURES, Evidence
from qa.ranking.ranker import Ranked

_OTHER = 0.2  # what is left where another is told, and the one that is asked for nowhere in the report
_ANOTHER = 0.3  # where that is a thing, which may have two names
_ELSEWHERE = 0.4  # where the report tells of the one asked for, but not here
_ABSENT = 0.4  # where it tells of none
_UNNAMED = 0.41  # where a name stands nowhere, and nothing in its place
_UNDATED = 0.6  # where it may be of the year that is asked for: its day of issue is not known
_CLOSE = 4.0  # nats that the next sentence may lie behind one in conflict
_LOOKED_AT = 10  # sentences that may take its place
_AROUND = FEATURES.index("around")
_IN_ORDER = frozenset("站步")  # print says 首先 and 先后, not 第一站
_FULL = 2.5  # weight of a word that stands in more than one report of twelve
_MEANT = 0.35  # nearness in meaning from which another word may be meant
_SOUGHT = re.compile(
    r"(?P<of>[一-鿿]{2,8}?)(?:是|为|有)?(?:多少|几)[^一-鿿]*$"
    rf"|(?:多少|几)(?:{MEASURES})(?P<counted>[一-鿿]{{2,8}})[^一-鿿]*$"
)
_BODY = re.compile(  # 党工委书记 is no 管委会主任, nor a 区委书记
    "(?:党工委|政协|人大常委会|人大|管委会|纪委|政法委|组织部|宣传部|统战部|法院|检察院|工会|团委|妇联"
    "|工商联|商会|协会|村委会|居委会)$"
)
_MARKED = r"[^,，。;；:：!！?？、\s]"
_NAME_OF = re.compile(
    r"(?P<thing>[一-鿿]{2,8}?)(?:的?名[字称](?:是|叫)什么|(?:又|都)?叫(?:做|作)?什么(?:名字?)?[?？]?$|取了?什么名)"
)
_NAMING = re.compile(r"[“《「]|名为|名叫|叫做|取名|命名|称为")
_SOMEBODY = re.compile(r"[人者员长记孩子师生手工友爸妈客童士民兵星家亲弟哥姐妹]$")
_CALLED = re.compile(r"(?:叫|姓)什么|姓名|名字")
_SUPERLATIVE = re.compile(r"最(?![近新后终初早晚佳]|高人民)[一-鿿]|第一大|首[个家座条例]|头一个|居首")
_FIRST_OF_ALL = re.compile(r"最|首|第一|冠|头号|之[首最]|领先|唯一|至多|上限|不超过|以内|顶")


@dataclass(frozen=True, slots=True)
class Conflict:
    """`asked` is not borne out; `told` stands in its place, "" where nothing does. `left` is 0–1.

    `nowhere`: no sentence of the report has it, so that none can take this one's place.
    """

    asked: str
    told: str
    left: float
    nowhere: bool = False


def conflicts(question: Question, seen: Evidence, at: int) -> list[Conflict]:
    """What of the question a sentence, with what stands around it, does not bear out."""
    question, sentence = question.spelled_as(plain(seen.article.text)), told(seen, at)
    home = _home(question, seen)
    found = {each.asked: each for check in _CHECKS for each in check(question, sentence) if each.asked not in home}
    found |= {each.asked: each for each in _owned(question, seen, at)}
    return [each for asked, each in found.items() if not any(asked in other for other in found if other != asked)]


def _home(question: Question, seen: Evidence) -> set[str]:
    """The words that this archive is full of, and others are not: 武进, which its reports need not name."""
    weights = zip(question.words, seen.weights, strict=False)
    return {word for (word, _), weight in weights if weight < min(_FULL, -math.log(background().get(word, 1e-4)) - 1)}


def left(question: Question, ranked: Sequence[Ranked]) -> float:
    """What the conflicts of the best sentence leave of its chance to answer, 0–1: what the worst of them leaves."""
    if not ranked:
        return 1.0
    return min((each.left for each in conflicts(question, ranked[0].evidence, ranked[0].sentence)), default=1.0)


def giving_way(question: Question, ranked: Sequence[Ranked]) -> list[Ranked]:
    """The sentences, the best one behind others that score about as well where it is in conflict and they less so."""
    if not ranked or (worst := left(question, ranked)) == 1.0:
        return list(ranked)
    top = ranked[0]
    settled = any(each.nowhere for each in conflicts(question, top.evidence, top.sentence))
    best = [each for each in ranked[:_LOOKED_AT] if _may_replace(each, top, settled)]
    better = sorted((kept, -at) for at, each in enumerate(best) if (kept := left(question, [each])) > worst)
    first = [best[-at] for _, at in reversed(better)]
    return [*first, *(each for each in ranked if not any(each is one for one in first))]


def _may_replace(other: Ranked, first: Ranked, settled: bool) -> bool:
    """Whether a sentence scores about as well and may tell what is asked; of another report it must have as much of
    the question, too.

    `settled`: the report of the first has not what is asked for, in whatever sentence.
    """
    if not other.evidence.answers[other.sentence] and first.evidence.answers[first.sentence]:
        return False
    if other.evidence is first.evidence:
        return not settled and other.score > first.score - _CLOSE
    around = [each.evidence.rows[each.sentence, _AROUND] for each in (other, first)]
    return bool(other.score > first.score - _CLOSE and around[0] >= around[1])


def _numbered(question: Question, told: Told) -> Iterator[Conflict]:
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
            yield Conflict(asked.text, (here or like)[-1].text, _OTHER, True)
        elif not same and asked.text[0] != "首" and not (asked.number == 1 and asked.kind in _IN_ORDER):
            yield Conflict(asked.text, "", _ABSENT, True)
        elif same and here and (here[0].start >= told.start or same[0].start >= told.top):
            yield Conflict(asked.text, here[-1].text, _ELSEWHERE)


def _dated(question: Question, told: Told) -> Iterator[Conflict]:
    """2025年 where the sentence tells of 2023; a day that the report does not know, nor is of its issue."""
    asked_for = [each for each in moments(written(without_issue(question.text))) if _fixed(each)]
    known = moments(told.whole, told.issued) if asked_for else []
    for asked in asked_for:
        if any(_covers(each, asked) for each in known) or (told.issued is None and "year" not in asked.parts):
            continue
        here = [each for each in moments(told.sentence, told.issued) if _fixed(each) and _as_fine(each, asked)]
        dated = told.issued is not None or any(isinstance(each.parts.get("year"), int) for each in known)
        absent = _ABSENT if dated else _UNDATED
        figures = [each.text for each in here if any(map(str.isdigit, each.text))]  # 昨天 tells nobody which day
        yield Conflict(asked.text, figures[-1] if figures else "", _OTHER if here else absent, True)


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


def _office(question: Question, told: Told) -> Iterator[Conflict]:
    """The 行长 where the sentence tells of a 副行长, or of another bank's; the chairman of whom none near by knows."""
    asked = written(question.text)
    office = office_asked(asked) if question.kind == "person" or _CALLED.search(asked) else ""
    title = re.search(rf"(?:常务副|副|代|名誉|执行)?{OFFICE}$", office)
    if title is None:
        return
    held, others = holders(told.near, office)
    if held:
        return
    name, body = title.group(), _BODY.search(office[: title.start()])
    wanted = (body.group() if body else "") + name
    before = [match for low, _ in others if (match := re.search(rf"{_MARKED}{{0,8}}{name}$", told.near[:low]))]
    another = f"副{name}" if f"副{name}" in told.near else next((match.group() for match in before), "")
    if body and re.search(".*".join(wanted), another) and "副" not in another:
        of, said = office[: body.start()], another.partition(wanted[0])[0]
        if not of or not said or set(of) & set(said):
            return  # 人大主任 is short for 人大常委会主任
    if another or body or not re.search(rf"(?<![副原前]){name}", told.near):
        yield Conflict(wanted, another, _OTHER if another else _ABSENT)


def _called(question: Question, told: Told) -> Iterator[Conflict]:
    """The name of a 台风 where nothing near by is called anything."""
    asked = _NAME_OF.search(written(question.text))
    if (
        asked is None
        or _SOMEBODY.search(asked["thing"])
        or re.search(r"[“《「]|名为|名叫|叫做|取名|命名|称为", told.near)
    ):
        return
    *_, (thing, _) = rjieba.tag(asked["thing"])
    names = ("".join(token.text for token in run).partition(thing) for run in runs(told.near))
    if not any(found and before and before not in question.text for before, found, _ in names):
        yield Conflict("名字", "", _ABSENT)


def _superlative(question: Question, told: Told) -> Iterator[Conflict]:
    """最大的 where nothing is told to be the most of anything."""
    asked = _SUPERLATIVE.search(written(question.text))
    if asked and not _FIRST_OF_ALL.search(told.near):
        yield Conflict(asked.group(), "", _ABSENT)


def _attribute(question: Question, told: Told) -> Iterator[Conflict]:
    """The 联系电话 of which nothing near by speaks: the noun whose value is asked for."""
    asked = _SOUGHT.search(written(question.text))
    if not asked or question.kind != "number":
        return
    before, after = asked["of"] or "", asked["counted"] or ""
    for (word, tag), met in zip(question.words, told.met, strict=False):
        sought = bool(before.endswith(word) or (after and after.startswith(word)))
        named = tag in PERSON_TAGS | PLACE_TAGS | {"nz"} or len(word) < 2 or tag[0] not in "nl"
        if sought and not named and met < _MEANT and not _partly(word, told.near):
            yield Conflict(word, "", _ABSENT)


def _unsaid(question: Question, told: Told) -> Iterator[Conflict]:
    """北园 for 南园; the 施工单位 where no body is told to build; the brother of whom the report knows nothing."""
    if pair := opposite(question, told):
        asked, another = pair
        yield Conflict(asked, another, _ELSEWHERE if asked in told.whole else _OTHER, asked not in told.whole)
    if lacking := role(question, told) or kin(question, told):
        yield Conflict(lacking, "", _ABSENT)


def _event(question: Question, told: Told) -> Iterator[Conflict]:
    """The 封顶 of which nothing near by speaks: what is asked to have its day."""
    if question.kind != "date" or not question.words:
        return
    if stage := stages.asked(question.content):
        asked, words = stage
        if not words.search(told.near):
            others = stages.told(told.sentence)
            yield Conflict(asked, others[-1] if others else "", _ABSENT)
        return
    for (word, tag), met in zip(question.words[-1:], told.met[-1:], strict=True):
        ends = question.content.endswith(word) and word in background() and tag[0] == "v"
        if ends and len(word) > 1 and met < _MEANT and not _partly(word, told.near):
            yield Conflict(word, "", _ABSENT)


def _partly(word: str, text: str) -> bool:
    return any(word[at : at + 2] in text for at in range(len(word) - 1))


def _named(question: Question, told: Told) -> Iterator[Conflict]:
    """江阴 where the sentence tells of 武进; a name of which the report knows nothing."""
    for found in foreign(question, told):
        chance = _OTHER if found.proper else _ANOTHER
        yield Conflict(found.name, found.instead, chance if found.instead else _UNNAMED, True)


def _owned(question: Question, seen: Evidence, at: int) -> Iterator[Conflict]:
    """Where no figure, day or place of a sentence, or else of those beside it, is that of the thing asked about."""
    if another := instead(question, seen, at):
        yield Conflict(*another, _OTHER, True)
    if question.kind not in ("number", "date", "place"):
        return
    thing = asked_about(question, seen)
    near = next((found for one in (at, at + 1, at - 1) if (found := list(_owners(question, seen, one, thing)))), [])
    if near and all(near) and thing:
        yield Conflict(thing.name, next((name for name in near if name != UNNAMED), ""), _ELSEWHERE)
    elif not near and (sought := dimension(question.text)):
        whole = (name for one in range(len(seen.spans)) for name in _owners(question, seen, one, thing))
        if all(whole):
            yield Conflict(sought, "", _ABSENT)


def _owners(question: Question, seen: Evidence, at: int, thing: Thing | None) -> Iterator[str]:
    """What each of a sentence's figures, days or places is of, "" for the thing asked about."""
    start, _ = seen.spans[at] if 0 <= at < len(seen.spans) else (0, 0)
    for low, high in seen.answers[at] if 0 <= at < len(seen.spans) else []:
        if measured(question.text, seen.article.text[start + low : start + high + 3]):
            yield other(thing, seen, at, start + low) if thing else ""


_CHECKS: tuple[Callable[[Question, Told], Iterator[Conflict]], ...] = (
    _numbered, _dated, _office, _called, _superlative, _attribute, _unsaid, _event, _named,
)  # fmt: skip
