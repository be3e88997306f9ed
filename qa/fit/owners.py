"""Whose is a figure or a sentence: the thing that a question asks about, or another one that the report tells of?

In: a question, the evidence of an article, and a place in it. Out: the name of the other thing, "" where it is the
asked one's or where that is open. A clause is about what it begins with, else about what the clauses and sentences
before it in the paragraph are about; then come the headline and the paragraphs before. People come and go between the
things of a report and are no things. Knows nothing about what is asked of the thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from embeddings.words import normalise
from qa.asked.question import Question
from qa.language.things import ATTRIBUTE, HEAD, NAMES, NOUNS, PLACED, called, lead, runs, specific
from qa.language.titles import OFFICE
from qa.language.tokens import Token, cut, known
from qa.ranking.evidence import LEANING, Evidence

UNNAMED = "—"  # a sentence before the asked thing is named for the first time
_GENERIC = re.compile(
    r"项目|工程|基地|(?:产业|科技|工业)?园|园区|公司|集团|中心|企业|银行|医院|学校|大学|开发区|高新区|高速|铁路"
)
_CLAUSE = re.compile(r"[^,，;；:：。!！?？\n]+")
_ASIDE = re.compile(r"[（(][^（()）\n]*[)）]")
_WHERE = re.compile(r"(?:位于|坐落[于在]|落户|选址|地处|建在|来到|走进|在)[^,，。的]{0,8}$")
_AT = re.compile(r"(?:位于|坐落[于在]|落户|选址|地处|在|于)$")
_RELATED = ("母", "子", "总", "分", "区", "主")  # 母公司 is no name


@dataclass(frozen=True, slots=True)
class Thing:
    """What a question is about: `key` is the word that tells it from others, `name` what it is called, `said` all
    that is said of it.

    `one`: whether it can be but one thing, and no place, which a report need not name.
    """

    key: str
    name: str
    said: str
    one: bool


def asked(question: Question, seen: Evidence) -> Thing | None:
    """The thing that a question asks about, None where it names none that the report knows, or a place."""
    whole = _plain(f"{seen.article.headline} {seen.article.kicker}\n{seen.article.text}")
    weights = {word: float(weight) for (word, _), weight in zip(question.words, seen.weights, strict=False)}
    for part in question.content.split():
        named = list(_nouns(part, weights))
        plain = all(_GENERIC.fullmatch(each.text) for each in named)
        nouns = [each for each in named if each.text in whole and (plain or not _GENERIC.fullmatch(each.text))]
        if not nouns:
            continue
        key = max(nouns, key=lambda each: each.rank)
        name = called(part, key.text)
        headed = HEAD.search(name) is not None
        if key.place and not headed:
            return None
        return Thing(PLACED.sub("", key.text), name, part, headed or key.odd)
    return None


@dataclass(frozen=True, slots=True)
class _Noun:
    """A noun of a question; `odd` where it can only be a name."""

    text: str
    weight: float
    odd: bool
    place: bool

    @property
    def rank(self) -> tuple[bool, bool, float]:
        """What tells one thing from others comes last."""
        return _GENERIC.fullmatch(self.text) is None, self.odd, self.weight


def _nouns(part: str, weights: dict[str, float]) -> Iterator[_Noun]:
    """The nouns of a part of a question; what the word cutter leaves of a name is one: 兢 + 崧."""
    lone = ""
    for token in [*cut(part), Token("", "x", 0, 0)]:
        if len(token.text) == 1 and token.tag[0] in "nvagzi" and not (lone and known(lone + token.text)):
            lone += token.text
            continue
        if lone and len(token.text) > 1 and not known(token.text):
            token = replace(token, text=lone + token.text)
        elif len(lone) > 1:
            yield _Noun(lone, 9.0, True, False)
        lone = ""
        odd = token.tag in NAMES or not known(token.text)
        if len(token.text) > 1 and (token.tag[0] in NOUNS or odd) and not ATTRIBUTE.search(token.text):
            place = token.tag == "ns" or PLACED.search(token.text) is not None
            if not re.search(f"{OFFICE}$", token.text):
                yield _Noun(token.text, weights.get(token.text, 9.0), odd and not place, place)


def told_of(question: Question, seen: Evidence) -> bool:
    """Whether a report has every word of a question that can only be a name."""
    whole = _plain(f"{seen.article.headline} {seen.article.kicker}\n{seen.article.text}")
    return all(each.text in whole for part in question.content.split() for each in _nouns(part, {}) if each.odd)


def other(thing: Thing, seen: Evidence, at: int, place: int | None = None) -> str:
    """What a sentence speaks of in place of a thing, or what the words at `place` of the article's text do."""
    text, (start, end) = seen.article.text, seen.spans[at]
    if place is None and _holds(_plain(text[start:end]), thing):
        return ""
    found = _in_sentence(thing, text, start, end if place is None else place)
    if found is None and _holds(_plain(text[start:end]), thing):
        return ""
    leans, low = _leans(text[start : end if place is None else place]), at
    while found is None and low > 0 and "\n" not in text[seen.spans[low - 1][0] : start]:
        low -= 1
        begin, stop = seen.spans[low]
        found = _in_sentence(thing, text, begin, stop)
        if found is None and leans:
            found = next(iter(_introduced(_plain(text[begin:stop]), thing)), None)
        leans = _leans(text[begin:stop])
    if found is not None:
        return found
    if not thing.one:
        return ""
    after = seen.spans[min(len(seen.spans) - 1, at + 1)][1]
    before = f"{seen.article.headline} {seen.article.kicker} {text[: seen.spans[low][0]]} {text[start:after]}"
    return "" if thing.key in _plain(before) else UNNAMED


def instead(question: Question, seen: Evidence, at: int) -> tuple[str, str] | None:
    """The thing asked about, of which the report has nothing, and another of its kind that a sentence names.

    南京银行 for 工商银行: names that end alike, and have nothing else in common.
    """
    whole = _plain(f"{seen.article.headline} {seen.article.kicker}\n{seen.article.text}")
    sentence = _plain(seen.article.text[slice(*seen.spans[at])])
    for part in question.content.split():
        for run in runs(part):
            name = specific(run)
            head = HEAD.search(name)
            if not head or name[: head.start()] in _RELATED or _known(HEAD.sub("", name), whole):
                continue
            thing = Thing(name, name, name, True)
            alike = [each for each in _introduced(sentence, thing) if each.endswith(head.group())]
            if alike:
                return name, alike[0]
    return None


def _known(core: str, text: str) -> bool:
    """Whether a text has anything of a name but what kind of thing it names."""
    return core in text if len(core) < 3 else any(core[at : at + 2] in text for at in range(len(core) - 1))


def names(thing: Thing, seen: Evidence, at: int) -> bool:
    """Whether a sentence names the thing itself."""
    return _holds(_plain(seen.article.text[slice(*seen.spans[at])]), thing)


def _leans(text: str) -> bool:
    """Whether words point to a thing named before: 该项目, 公司."""
    return LEANING.match(text) is not None or "该" in text


def _in_sentence(thing: Thing, text: str, start: int, place: int) -> str | None:
    """What the clauses of a sentence are about, the one that `place` lies in first; None where none tells.

    What stands in brackets that are closed before `place` is said by the way.
    """
    said = _ASIDE.sub(lambda aside: "，" * len(aside[0]), text[start:place])
    for found in reversed(list(_CLAUSE.finditer(said))):
        clause = _plain(found[0])
        if _holds(clause, thing):
            return ""
        if (name := lead(clause)) and _rivals(name, thing):
            return name
        if thing.key in clause:
            return next(_introduced(clause, thing), None)
    return None


def _holds(clause: str, thing: Thing) -> bool:
    """Whether a clause names the thing, and not merely as the place where another one is."""
    found = clause.find(thing.key)
    if found < 0:
        return any(thing.name[at : at + 3] in clause for at in range(len(HEAD.sub("", thing.name)) - 1))
    return not (_WHERE.search(clause[:found]) and any(_introduced(clause, thing)))


def _introduced(clause: str, thing: Thing) -> Iterator[str]:
    """The other things that a clause names, wherever in it, but for places where something is."""
    for run in runs(clause):
        name = specific(run)
        if name and HEAD.search(name) and _rivals(name, thing) and not _AT.search(clause[: run[0].start]):
            yield name


def _rivals(name: str, thing: Thing) -> bool:
    """Whether two names have nothing in common but what kind of thing they are: 人民医院 and 中医院."""
    core, own = HEAD.sub("", name), HEAD.sub("", thing.said)
    shared = any(core[at : at + 2] in own for at in range(len(core) - 1)) if len(core) > 1 else core in own
    return not shared and thing.key not in name and name not in thing.said


@lru_cache(maxsize=1 << 13)
def _plain(text: str) -> str:
    return normalise(text)
