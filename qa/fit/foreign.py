"""Names of a question that a report does not know, and what stands in their place: 江阴市 for 武进区.

In: a question, and what a sentence tells. Out: `Foreign` names. A place, body or person that the report leaves out
counts by itself; another noun only where the sentence has the words about it around something else. Words that the
cutter takes for names and that everybody uses (惠及) are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import rjieba

from embeddings.names import surnamed
from qa.asked.asking import MEASURES, written
from qa.asked.question import Question
from qa.fit.told import Told
from qa.language.company import is_place, never_person
from qa.language.ordinals import ordinals
from qa.language.rarity import background
from qa.language.tokens import COMMON, PERSON_TAGS

_PLACE_END = re.compile(r"(?<=..)(?:自治[区州]|[省市区县镇乡村州])$")
_MARKS = r"[^,，。;；:：、!?！？“”\"()（）《》\s]"
_LONGEST = 14  # characters that may stand in the place of a name
_ANSWER = 20  # and with them an answer, where the question asks between the name and the words that follow it
_SIDES = 4  # characters of the question about a noun that stand in the sentence, at least two on each side
_VERBATIM = 8  # or on one side, where it begins the question
_POINTING = frozenset("该这那本各每哪")  # 该城市 names none
_ASKS_FOR = rf"(?:哪[一几两三]?(?:些|{MEASURES})?|什么|何|(?:多少|几)(?:{MEASURES})?)"
_JOINING = frozenset("的了是在和与及")  # 喜和梁 is cut out of two names
_SPOT = re.compile("[湖海河江水山路街村城][底边畔面心岸]")  # 湖底 is part of a place, whose name is another
_IN_ALL = re.compile("[一总]共|[合总共]计")  # 一共投资 is 总投资
_OWN = re.compile(r"我国|全国|国内|中方|国家")


@dataclass(frozen=True, slots=True)
class Foreign:
    """A name that stands nowhere in the report; `instead` is what stands in its place, "" where that is open."""

    name: str
    instead: str
    proper: bool


def foreign(question: Question, told: Told) -> Iterator[Foreign]:
    """The names that a report does not know, in the order of the question."""
    parts, asked = question.content.split(), written(question.text)
    for number, part in enumerate(parts):
        at = 0
        for name, proper in _unknown(part, question, told):
            at = part.index(name, at)
            if _cut_wrong(part, at, name, told):
                continue
            after = part[at + len(name) :]
            asks = not after and number + 1 < len(parts)
            instead, sure = _in_place(part[:at], parts[number + 1] if asks else after, told.sentence, asks)
            at += len(name)
            if re.search(rf"{_ASKS_FOR}{re.escape(name)}", asked):
                continue  # 哪个机构批准
            if instead and (instead in name or _varies(name, instead)):
                instead = ""
            if proper or (instead and sure):
                yield Foreign(name, instead, proper)


def _cut_wrong(part: str, at: int, name: str, told: Told) -> bool:
    """Whether a name is no word, but the ends of two: 滨河 of 漕溪滨河道, which print spells 漕溪浜河道."""
    before, over = part[max(0, at - 2) : at], part[at + 1 : at + 3]
    whole = len(name) == len(before) == len(over) == 2 and rjieba.has_word(over)
    return whole and before in told.whole and over in told.whole


def _varies(name: str, instead: str) -> bool:
    """Whether two nouns end alike and share half of their characters: 用房 for 厂房."""
    return name[-1] == instead[-1] and 2 * len(set(name) & set(instead)) >= len(name)


def _unknown(part: str, question: Question, told: Told) -> Iterator[tuple[str, bool]]:
    """The runs of nouns of which nothing stands in the report, and whether there is a proper name in them."""
    meant = {word for (word, _), near in zip(question.words, told.met, strict=False) if near > 0}
    run, proper, last = "", False, ""
    for word, tag in [*rjieba.tag(part), ("", "x")]:
        names = _names_one(word, tag) and last not in _POINTING
        last = word
        noun = tag[0] in "nsjb" and word not in meant and not ordinals(word) and not _IN_ALL.fullmatch(word)
        if len(word) > 1 and (names or noun) and not _known(word, told):
            run, proper = run + word, proper or names
            continue
        if run:
            yield run, proper
        run, proper = "", False


def _known(word: str, told: Told) -> bool:
    """Whether anything of a word stands in the report."""
    if word == "中国" and _OWN.search(told.whole):
        return True
    core = _PLACE_END.sub("", word)
    return any(told.within(core[at : at + 2]) for at in range(len(core) - 1))


def _names_one(word: str, tag: str) -> bool:
    """Whether a word names one place, body or person, and is not merely taken for a name."""
    if len(word) < 2 or not _JOINING.isdisjoint(word):
        return False
    if tag in PERSON_TAGS and never_person(_PLACE_END.sub("", word)):
        return True  # 武进区 and 武进 are places alike
    if tag in PERSON_TAGS:
        named = surnamed(word) or rjieba.has_word(word)
        return named and (never_person(word) or background().get(word, 0) < COMMON)
    if tag == "ns":
        return is_place(word) and not _SPOT.fullmatch(word)
    return tag in ("nt", "eng") or (tag == "nz" and background().get(word, 0) < 10 * COMMON)


def _in_place(before: str, after: str, sentence: str, asks: bool = False) -> tuple[str, bool]:
    """What stands in the sentence where a name stands in the question, and whether the words about it are its own.

    `asks`: between the name and what comes after it the question asks, and the sentence answers.

    >>> _in_place("大湖地区内的", "水域约有", "大湖地区内的青河水域约有三处")
    ('青河', True)
    >>> _in_place("", "呼吁青湖加大施压力度", "上院议员24日呼吁青湖加大施压力度", asks=True)
    ('上院议员', True)
    """
    head = next((before[low:] for low in range(len(before)) if before[low:] in sentence), "")
    tail = next((after[:high] for high in range(len(after), 0, -1) if after[:high] in sentence), "")
    longest = _ANSWER if asks else _LONGEST
    if len(head) > 1 and len(tail) > 1 and len(head) + len(tail) >= _SIDES:
        found = re.search(rf"{re.escape(head)}({_MARKS}{{1,{longest}}}?){re.escape(tail)}", sentence)
        noun = _last_noun(found.group(1)) if found else ""
        return (noun if asks or not noun else found[1], noun != "") if found else ("", False)
    if len(tail) >= _SIDES and not before:
        found = re.search(rf"({_MARKS}{{1,{longest}}}){re.escape(tail)}", sentence)
        return (_last_noun(found.group(1)), len(tail) >= _VERBATIM) if found else ("", False)
    return "", False


def _last_noun(text: str) -> str:
    """The last nouns of a text: 据悉泰国于5月14日 -> 泰国."""
    run = ""
    for word, tag in reversed(rjieba.tag(text)):
        if tag[0] in "njsb" or tag == "eng":
            run = word + run
        elif run:
            break
    return run
