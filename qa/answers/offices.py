"""Who holds an office, and which office somebody holds: the sentences that tell it, the latest issue first.

In: ranked sentences and a question. Out: those that tell what is asked, each name or office once, and where it stands.
What a person's name stands beside is no matter of likelihood: nothing else is shown where one sentence tells it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import rjieba

from embeddings.index import Index
from qa.asked.asking import unasked, written
from qa.asked.question import Question
from qa.language import titles
from qa.language.company import never_person
from qa.language.titles import Span, holders, office_asked
from qa.ranking.evidence import Evidence
from qa.ranking.ranker import Ranked

_SEVERAL = re.compile(r"副|委员|代表|领导|员$")  # offices that several people hold at once
_LEVELS = "省市州区县镇乡"
_ASIDE = re.compile(
    r"[,，。]|(?:[来去到率]|(?<!现)在)[^,，]*的|的[^,，]*的"
)  # a clause that says more than which office
_INVITED = re.compile("(?:特邀|邀请|特请|请来|聘请|来自)(?:了|到)?(?=...)")  # leads to an office and is no part of it
_CALLED = re.compile(r"[叫姓]什么(?:名字)?[?]?$")
_NEAR = 60  # characters before a name in which its place may be named
_FEW, _SHARE = 3, 0.05  # reports, and their share, in which a place must be named to be the home of an archive


def spans(one: Ranked, question: Question) -> list[Span]:
    """Where a sentence names the office of the person asked for, or the holder of the office: in its article's text."""
    seen, text = one.evidence, one.evidence.article.text
    start, end = seen.spans[one.sentence]
    if question.kind == "role":
        found = seen.answers[one.sentence]
    elif question.kind == "person" and (office := office_asked(written(question.text))):
        found = holders(text[start:end], office)[0]
    else:
        found = []
    ahead = (_INVITED.match(text, start + low, start + high) for low, high in found)
    return [(led.end() if led else start + low, start + high) for led, (low, high) in zip(ahead, found, strict=True)]


def telling(ranked: Sequence[Ranked], question: Question) -> list[Ranked]:
    """The sentences that tell, in reports that know every name of the question; the latest first where it has one."""
    told = [one for one in ranked if (question.kind == "role" or _knows(one)) and spans(one, question)]
    if any(one.evidence.proper.any() for one in told):
        told.sort(key=lambda one: -(one.evidence.article.date.toordinal() if one.evidence.article.date else 0))
    known: list[str] = []
    kept = []
    for one in told:
        names = [name for low, high in spans(one, question) for name in one.evidence.article.text[low:high].split("、")]
        if any(not any(name in other for other in known) for name in names):
            kept.append(one)
        known += names
    if question.kind == "person" and not _SEVERAL.search(office_asked(written(question.text))):
        return kept[:1]
    return kept


def sure(ranked: Sequence[Ranked], question: Question) -> bool:
    """Whether the best sentence tells the office of a person in so many words, whatever else resembles the question."""
    return question.kind == "role" and len(ranked) > 0 and _knows(ranked[0]) and bool(spans(ranked[0], question))


def holding(ranked: Sequence[Ranked], question: Question, index: Index) -> list[Ranked]:
    """The sentences that name the holder of the office that is asked for, and of no other body; none where none does.

    Where print leaves the place out (区长), it is the one named before in the sentence, else the home of the archive,
    else the one place of that kind that the report tells of.
    """
    office = sought(question)
    if not office:
        return []
    if titles.bare(office) and (home := _home(_level(office), ranked, index)):
        office = home + office
    found: list[tuple[int, int, Ranked]] = []
    title = office[-2:]
    for one in ranked:
        text, (start, end) = one.evidence.article.text, one.evidence.spans[one.sentence]
        if title not in text[start:end]:
            continue
        for (low, _), lacking in titles.holding(text[start:end], office):
            said = _told(lacking, text[: start + low].rpartition("\n")[2][-_NEAR:])
            alone = not said and _placed(lacking, office, one.evidence, ranked, index)
            grade = 0 if not lacking else 1 if said else 2 if alone else 3
            day = one.evidence.article.date
            found.append((grade, -(day.toordinal() if day else 0), one))
    best = min((grade for grade, *_ in found), default=3)
    chosen = sorted((each for each in found if each[0] == best < 3), key=lambda each: each[:2])
    return [one for *_, one in chosen]


def _told(lacking: str, before: str) -> bool:
    """Whether what print leaves out of an office stands before it: each of its places, 青海 and 海南."""
    places = [word for word, tag in rjieba.tag(lacking) if tag == "ns"]
    return lacking in before or ("".join(places) == lacking and all(place in before for place in places))


def public(question: Question) -> bool:
    """Whether nothing but the holder of an office of a place is asked for, which print tells beside the name."""
    return _level(sought(question)) != ""


def sought(question: Question) -> str:
    """The office whose holder is all that a question asks for: 武进区长是谁; "" where it asks for more, or else."""
    plain = written(question.text)
    office = office_asked(plain) if question.kind == "person" or _CALLED.search(plain) else ""
    aside = _ASIDE.search(office) or len(office.rpartition("的")[0]) > titles.PLACE
    return "" if not office or aside or _beyond(question, office) else office


def _beyond(question: Question, office: str) -> bool:
    """Whether a question says more of somebody than the office: 主持会议的区长是谁."""
    rest = unasked(written(question.text).replace(office, " "))
    return re.sub(r"现任|现在|目前|如今|当时|担任|请问|同志|先生|女士|[任叫姓的\s]", "", rest) != ""


def _placed(lacking: str, office: str, seen: Evidence, ranked: Sequence[Ranked], index: Index) -> bool:
    """Whether an office that print tells without its place can only be that of the place."""
    level = _level(office)
    place = lacking.removesuffix(level)
    if not level or len(place) < 2:
        return False
    home = _home(level, ranked, index)
    if home:
        return place == home
    whole = f"{seen.article.headline} {seen.article.kicker} {seen.article.text}"
    return place in whole and all(other in (place, "") for other in _places(level, whole))


def _level(office: str) -> str:
    """The kind of place that an office belongs to: 区 of 武进区委书记, "" of 南京银行行长."""
    return next((char for char in office[::-1] if char in _LEVELS), "")


def _home(level: str, ranked: Sequence[Ranked], index: Index) -> str:
    """The place of a kind (省, 市, 区) that the archive is full of, "" where there is none."""
    if not level:
        return ""
    reports = {one.evidence.article.id: one.evidence.article for one in ranked}.values()
    places = {place for each in reports for place in _places(level, each.text)}
    known = max(places, key=index.frequency, default="")
    often = index.frequency(known) if known else 0
    return known if often >= max(_FEW, _SHARE * len(index)) else ""


@lru_cache(maxsize=512)
def _places(level: str, text: str) -> frozenset[str]:
    """The places of a kind that a text names: 江苏 for 江苏省."""
    found = (text[match.start() - size : match.start()] for match in re.finditer(level, text) for size in (2, 3))
    return frozenset(word for word in set(found) if len(word) > 1 and word.isalpha() and _is_place(word))


def _is_place(word: str) -> bool:
    return any(tag == "ns" and each == word for each, tag in rjieba.tag(word)) or never_person(word)


def _knows(one: Ranked) -> bool:
    """Whether the report holds every name of the question."""
    seen = one.evidence
    known = np.maximum(seen.covered.max(axis=0, initial=0), seen.headline)
    return bool((known[seen.proper] >= 1).all())
