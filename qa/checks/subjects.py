"""Is something told of one that the cited words tell of another? 科恩造光通讯芯片 for 纵慧芯光造光通讯芯片.

In: the readings of a sentence and of what it cites. Out: the subjects of the sentence whose predicate stands under
another subject. A clause is about the name that it begins with, else about what the clause before is.
Knows nothing about grammar beyond that: passive and inverted clauses are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from qa.checks.claims import Reading
from qa.language.moments import Moment
from qa.language.quantities import Quantity
from qa.language.tokens import GRAMMAR, PERSON_TAGS, PLACE_TAGS, SAYING, Token, known, weight

_CLAUSE = re.compile(r"[^,:;!?。\n]+")
_TURNED = re.compile(r"[被由]|的是|前者|后者")
_HEAD = re.compile("(?:集团|公司|政府|银行|党委|委员会|管委会|局|大学|学院|医院|街道|社区|镇|村|厂|项目|基地|中心)$")
_TIMES = ("次", "届", "期", "号")  # 第31次 names a meeting
_AT = re.compile("(?:在|位于|落户|坐落于?|选址)([^,;。]{2,16}[园区镇村厦市县州道])")
_BOTH = re.compile("[两二]|双方|都|均|它们|他们")
_REST = re.compile("另外|其余|其他|其它|剩下|此外")
_CALLED = re.compile("(?:名为|叫做?|称为|取名为?|命名为|题为|名称是|名字是)$")
_ONE = re.compile("另?一[个家处项]")
_VERBS = frozenset({"v", "p"})  # what ends the beginning of a clause
_ENOUGH = 0.6  # weight of a predicate that can be looked for
_TELLING = 0.55  # weight of a word that tells one thing from another
_HERE = 0.7  # share of a predicate that stands in one clause
_CLEAR = 0.4  # and the share by which that is more than stands under its own subject


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause, the names in it, and those that it is about: what it begins with, or the clause before began with."""

    start: int
    end: int
    names: tuple[Token, ...]
    about: tuple[Token, ...]


def displaced(said: Reading, cited: Reading) -> Iterator[tuple[str, int, int]]:
    """The subjects of the sentence, with their places, whose predicate the cited words have under another one."""
    for kind in (_people, _things, _bodies, _ordinals):
        names = {name.text for text in (said, cited) for name in kind(text)}
        if kind is _things:
            names |= set(_strange(said))
        there = list(_clauses(cited, names))
        for clause in _clauses(said, names):
            predicate = _predicate(said, clause)
            here = said.text[max([clause.start, *(name.end for name in clause.about)]) : clause.end]
            if _TURNED.search(said.text[clause.start : clause.end]) or _weight(predicate) < _ENOUGH:
                continue
            for subject in clause.about:
                if kind is _things and subject.start < clause.start:
                    continue  # carried over from the clause before
                wholes = (predicate, _place(said, clause))
                if subject.text in cited.text and any(
                    _weight(whole) >= _ENOUGH and _elsewhere(subject.text, here, whole, there, cited)
                    for whole in wholes
                ):
                    yield subject.text, subject.start, subject.end


def _people(reading: Reading) -> list[Token]:
    return reading.people


def _things(reading: Reading) -> list[Token]:
    """Companies and the like, and what may as well be one: 蓝柯."""
    return [*reading.things, *(person for person in reading.people if len(person.text) == 2 and not known(person.text))]


def _strange(said: Reading) -> Iterator[str]:
    """What the word cutter knows nothing about, where a clause begins with it: it may be a name."""
    starts = {start for start, _ in said.clauses}
    for token in said.tokens:
        odd = len(token.text) > 1 and token.text.isalpha() and not known(token.text) and GRAMMAR.isdisjoint(token.text)
        if odd and token.start in starts and token.tag not in PERSON_TAGS:
            yield token.text


def _bodies(reading: Reading) -> Iterator[Token]:
    """Names of bodies: runs of nouns that end in 集团, 政府, 镇."""
    run: list[Token] = []
    for token in (*reading.tokens, Token("", "x", 0, 0)):
        if token.tag[0] in "njgb" and token.text not in SAYING:
            run.append(token)
            continue
        while run and not _HEAD.search(run[-1].text):
            run.pop()
        if any(token.tag in PERSON_TAGS | PLACE_TAGS | {"nz"} or not known(token.text) for token in run):
            yield Token(reading.text[run[0].start : run[-1].end], "nt", run[0].start, run[-1].end)
        run = []


def _ordinals(reading: Reading) -> Iterator[Token]:
    """第一份, 第二站."""
    for number in reading.quantities:
        if number.text.startswith("第") and number.unit not in _TIMES:
            yield Token(number.text, "m", number.start, number.end)


def misnamed(said: Reading, cited: Reading) -> Iterator[tuple[str, int, int]]:
    """What is called 《甲》 where the cited words call something else so."""
    for inner, start, end in said.quotations:
        low, _ = said.clause(start)
        if not _CALLED.search(said.text[low : start - 1]):
            continue
        words = [word.text for word in said.words if low <= word.start < word.end < start and _telling(word)]
        parts = [part for part in re.split("[;!?。\n]", cited.text) if inner in part]
        elsewhere = parts and words and all(word in cited.text for word in words)
        if elsewhere and not any(word in part for word in words for part in parts):
            yield inner, start, end


def _telling(word: Token) -> bool:
    return len(word.text) > 1 and word.text not in SAYING and weight(word.text) > _TELLING


def _elsewhere(
    subject: str, here: str, predicate: Sequence[Token | Quantity | Moment], there: Sequence[_Clause], cited: Reading
) -> bool:
    """Whether a predicate stands in clauses about others, and not in any about this subject."""
    shares = [(_share(predicate, clause, cited), clause) for clause in there]
    best = max((share for share, _ in shares), default=0.0)
    own = max((share for share, clause in shares if _concerns(subject, clause)), default=0.0)
    rivals = [clause for share, clause in shares if share > best - _CLEAR / 2]
    others = [clause.about and not any(name.text in here for name in clause.about) for clause in rivals]
    return best >= _HERE and best - own >= _CLEAR and all(others)


def _concerns(subject: str, clause: _Clause) -> bool:
    """Whether a clause is about a subject, or names it at all."""
    return any(_same(subject, name.text) for name in (*clause.about, *clause.names))


def _clauses(reading: Reading, names: set[str]) -> list[_Clause]:
    """The clauses, each with what it is about."""
    mentions = reading.mentions(names)
    found: list[_Clause] = []
    about: tuple[Token, ...] = ()
    for match in _CLAUSE.finditer(reading.text):
        inside = tuple(name for name in mentions if match.start() <= name.start < match.end())
        busy = {at for name in inside for at in range(name.start, name.end)}
        verbs = (token.start for token in reading.tokens if token.start >= match.start() and token.tag in _VERBS)
        verb = next((at for at in verbs if at not in busy), len(reading.text))
        lead = tuple(name for name in inside if name.end <= verb)
        first = next((token for token in reading.tokens if token.start >= match.start()), None)
        if first and first.tag[0] in "nj" and reading.text[match.start() - 1 : match.start()] not in ("", ","):
            about = ()  # a sentence with a subject of its own
        about = tuple(name for name in lead if reading.text[name.end : name.end + 1] != "的") or lead or about
        if match.group().startswith("在") and inside:
            about = inside[-1:]
        if _REST.match(match.group()):
            about = ()
        if _BOTH.match(match.group()):
            low = max(reading.text.rfind(mark, 0, match.start()) for mark in ";。\n")
            about = tuple(name for name in mentions if low < name.start < match.start())[-2:]
        found.append(_Clause(match.start(), match.end(), inside, about))
    for at in range(len(found) - 2, -1, -1):  # 一个即将动工。中科朗恩斯……
        if _ONE.match(reading.text, found[at].start) and not found[at].names:
            found[at] = replace(found[at], about=found[at + 1].names or found[at + 1].about)
    return [*found, *_longer(found, reading.text)]


def _longer(clauses: Sequence[_Clause], text: str) -> Iterator[_Clause]:
    """Two clauses about one thing: 第一份是清单,讲怎样推动发展."""
    for one, other in pairwise(clauses):
        if one.about and one.about == other.about and text[one.end : other.start] == ",":
            yield _Clause(one.start, other.end, (*one.names, *other.names), one.about)


def _predicate(said: Reading, clause: _Clause) -> list[Token | Quantity | Moment]:
    """The words and figures of a clause that are not its subject."""
    after = max((name.end for name in clause.about if name.start >= clause.start), default=clause.start)
    words = [word for word in said.words if after <= word.start < clause.end and word.text not in SAYING]
    return [*words, *(each for each in said.figured if after <= each.start < clause.end)]


def _place(said: Reading, clause: _Clause) -> list[Token]:
    """The words of the place where something is said to be."""
    where = _AT.search(said.text, clause.start, clause.end)
    return [token for token in said.words if where and where.start(1) <= token.start < where.end(1)]


def _weight(predicate: Sequence[Token | Quantity | Moment]) -> float:
    return sum(weight(each.text) if isinstance(each, Token) else 1.0 for each in predicate)


def _share(predicate: Sequence[Token | Quantity | Moment], clause: _Clause, cited: Reading) -> float:
    """The share of a predicate, by weight, that stands in a clause."""
    text = cited.text[clause.start : clause.end]
    figures = [each for each in cited.figured if clause.start <= each.start < clause.end]
    met = [each for each in predicate if _stands(each, text, figures)]
    return _weight(met) / _weight(predicate)


def _stands(each: Token | Quantity | Moment, text: str, figures: Sequence[Quantity | Moment]) -> bool:
    if isinstance(each, Token):
        return each.text in text
    return any(type(each) is type(other) and each.says(other) for other in figures)  # type: ignore[arg-type]


def _same(one: str, other: str) -> bool:
    return one in other or other in one
