"""Who does what to whom, and in which office: is a relation of a sentence the other way round in what it cites?

In: the readings of a sentence and of what it cites. Out: the names of the sentence that stand in another's place. Only
what the cited words contradict is a fault: the same verb with its two names exchanged, an office that they give to
somebody else, a word that they put beside another name. Knows nothing about figures and dates (qa/checks/binding.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa.checks.claims import Reading, Span
from qa.checks.slots import taken
from qa.checks.speakers import misattributed
from qa.checks.subjects import displaced, misnamed
from qa.language.company import is_place
from qa.language.tokens import PLACE_TAGS, SAYING, Token, weight

# Verbs of going, giving and receiving: what stands before one does it to what stands after.
_TOWARDS = re.compile(
    r"派往|赴|前往|来到|到访|抵达|走访|走进|访问|拜访|拜会|参观|考察|督查|调研|派出|援助|支援|帮助|向|对|给|往"
)
_RECEIVES = re.compile(r"迎接|接待|陪同|陪着?|会见|接见|欢迎")
_ASKS = re.compile(r"希望|要求|邀请|感谢|叮嘱|勉励|嘱咐|建议|批评|称赞|祝贺|任命|委托")
_TURNS = re.compile(r"[被由受让请获同与有:]|的是|包括|其中")  # passive and inverted clauses keep another order
_TITLE = re.compile(
    r"(?P<deputy>副)?(?P<head>书记|主任|主席|[部局院校行省市州县区镇村组会团队处科]长(?![期久三江春])|董事长|秘书长|总裁|总经理|经理|总理|总统)"
)
_WITHIN = re.compile(r"(?<=[道镇乡区县])[一-龥]{1,4}?(?:社区|街道|村村|[村镇乡])")
_IS = re.compile(r"(?P<what>[一-龥]{2,8})的[是有](?P<who>[^,;:。!?\n]{2,20})")
_OF = re.compile(r"是(?P<of>[^,;:。!?\n是的]{2,24})的(?P<what>[一-龥]{2,5})(?=[,;。!?\n]|$)")
_DOER = re.compile(r"(?<![一-龥])(?P<verb>[一-龥]{2})[^,;:。!?\n的]{0,6}的是(?P<who>[^,;:。!?\n]{2,40})")
_BODY = re.compile("公司|集团|银行|高新区|园区|委员会|大学|医院")
_TELLING = 0.5  # weight of a word that tells one name from another
_NEAR = 10
_FAR = 24


@dataclass(frozen=True, slots=True)
class _Text:
    """A reading, and the names in it, as far as they can be told from it and from its counterpart."""

    reading: Reading
    people: list[Token]
    names: list[Token]

    @property
    def text(self) -> str:
        return self.reading.text

    @property
    def places(self) -> list[Token]:
        return [name for name in self.names if name not in self.people]

    def sentence(self, at: int) -> Span:
        return next(((low, high) for low, high in self.reading.sentences if low <= at < high), (at, at + 1))


def reversals(said: Reading, cited: Reading) -> Iterator[tuple[str, int, int]]:
    """The names of the sentence, with their places, that the cited words put elsewhere."""
    people = {person.text for reading in (said, cited) for person in reading.people}
    places = {place for reading in (said, cited) for place in _places(reading)}
    one, other = (
        _Text(reading, reading.mentions(people), _names(reading, people, places)) for reading in (said, cited)
    )
    for check in (_exchanged, _offices, _subjects, _nested, _named, _inverted, _possessors):
        yield from check(one, other)
    yield from misattributed(said, cited, people)
    yield from displaced(said, cited)
    yield from taken(said, cited)
    yield from misnamed(said, cited)


def _places(reading: Reading) -> Iterator[str]:
    """The places that a text names, and what they are called for short: 共和县, 共和."""
    for token in reading.tokens:
        if token.tag in PLACE_TAGS and len(token.text) > 1 and is_place(token.text):
            yield token.text
            if len(token.text) > 2 and token.text[-1] in "省市区县镇乡村州":
                yield token.text[:-1]


def _names(reading: Reading, people: set[str], places: set[str]) -> list[Token]:
    """People and places, in order; a place only where the word cutter ends a word."""
    ends = {token.end for token in reading.tokens}
    return [name for name in reading.mentions(people | places) if name.text in people or name.end in ends]


def _exchanged(said: _Text, cited: _Text) -> Iterator[tuple[str, int, int]]:
    """甲访问乙 where the cited words have 乙访问甲."""
    for verbs in (_TOWARDS, _RECEIVES, _ASKS):
        there = [(one.text, other.text) for one, other in _pairs(cited, verbs)]
        for one, other in _pairs(said, verbs):
            straight = any(_same(one.text, a) and _same(other.text, b) for a, b in there)
            turned = any(_same(one.text, b) and _same(other.text, a) for a, b in there)
            if turned and not straight:
                yield one.text, one.start, one.end


def _pairs(text: _Text, verbs: re.Pattern[str]) -> Iterator[tuple[Token, Token]]:
    """The names before and after each verb of a clause."""
    for match in verbs.finditer(text.text):
        low, high = text.reading.clause(match.start())
        if _TURNS.search(text.text[low : match.start()]):
            continue
        before = [name for name in text.names if low <= name.start and name.end <= match.start()]
        after = [name for name in text.names if match.end() <= name.start <= match.end() + _NEAR and name.end <= high]
        if before and after:
            yield before[-1], after[0]


def _offices(said: _Text, cited: _Text) -> Iterator[tuple[str, int, int]]:
    """An office that the cited words give to somebody else, and another one to this person."""
    there = list(_holders(cited))
    for name, office in _holders(said):
        own = {other for person, other in there if _same(person.text, name.text)}
        if own and office not in own and any(other == office for _, other in there):
            yield name.text, name.start, name.end


def _holders(text: _Text) -> Iterator[tuple[Token, str]]:
    """Each office with who holds it: the person right after it, else the one named last in the sentence."""
    for match in _TITLE.finditer(text.text):
        office = (match["deputy"] or "") + match["head"]
        after = [person for person in text.people if person.start == match.end()]
        low, _ = text.sentence(match.start())
        before = [person for person in text.people if low <= person.start and person.end <= match.start()]
        if after:
            yield after[0], office
        elif before and match.start() - before[-1].end <= _FAR:
            yield before[-1], office


def _subjects(said: _Text, cited: _Text) -> Iterator[tuple[str, int, int]]:
    """甲主持会议 where the cited words have somebody else before that verb, and 甲 only after it."""
    for verb in said.reading.tokens:
        if verb.tag[0] != "v" or len(verb.text) < 2 or verb.text in SAYING:
            continue
        low, _ = said.reading.clause(verb.start)
        before = [person for person in said.people if low <= person.start and person.end <= verb.start]
        if not before or _TURNS.search(said.text[before[-1].end : verb.start]) or verb.start - before[-1].end > _NEAR:
            continue
        if any(other.tag == "v" and before[-1].end <= other.start < verb.start for other in said.reading.words):
            continue  # 参加了督查: who does the first does not do the second
        if _after_only(before[-1].text, verb.text, cited):
            yield before[-1].text, before[-1].start, before[-1].end


def _after_only(name: str, verb: str, cited: _Text) -> bool:
    """Whether each cited clause with that verb has somebody else before it, and this name after it or not at all."""
    turned = []
    for match in re.finditer(re.escape(verb), cited.text):
        low, high = cited.sentence(match.start())
        people = [person for person in cited.people if low <= person.start and person.end <= high]
        before = [person.text for person in people if person.end <= match.start()]
        after = [person for person in people if person.start >= match.end() and _same(person.text, name)]
        plain = after and not _TURNS.search(cited.text[match.end() : after[0].start])
        here = any(
            low <= person.start < match.start() for low, _ in [cited.reading.clause(match.start())] for person in people
        )
        unheard = here and not after and not cited.text[match.end() :].startswith("的")
        turned.append(bool(before and (plain or unheard) and not any(_same(name, other) for other in before)))
    return bool(turned) and all(turned)


def _named(said: _Text, cited: _Text) -> Iterator[tuple[str, int, int]]:
    """主持的是甲 where the cited words have 主持的是乙."""
    for match in _IS.finditer(said.text):
        there = [other["who"] for other in _IS.finditer(cited.text) if other["what"][-2:] == match["what"][-2:]]
        words = [word for word in said.reading.words if match.start("who") <= word.start < match.end("who")]
        if there and words and not any(word.text in other for word in words for other in there):
            yield match["who"], *match.span("who")


def _inverted(said: _Text, cited: _Text) -> Iterator[tuple[str, int, int]]:
    """甲承担任务 where the cited words have 承担任务的是乙."""
    bodies = {token.start for token in (*cited.people, *cited.reading.things)}
    for match in _DOER.finditer(cited.text):
        if bodies.isdisjoint(range(*match.span("who"))) and not _BODY.search(match["who"]):
            continue
        for low, high in said.reading.clauses:
            at = said.text.find(match["verb"], low, high)
            if at < 0 or _TURNS.search(said.text[low:high]):
                continue
            doers = [word for word in said.reading.words if low <= word.start and word.end <= at and word.tag != "ns"]
            doers = [word for word in doers if len(word.text) > 1 and word.text in cited.text]
            if doers and not any(word.text in match["who"] for word in doers):
                yield said.text[doers[0].start : at], doers[0].start, at


def _possessors(said: _Text, cited: _Text) -> Iterator[tuple[str, int, int]]:
    """甲是乙的子公司 where the cited words have 甲的子公司."""
    for match in _OF.finditer(said.text):
        there = [other["of"] for other in _OF.finditer(cited.text) if other["what"] == match["what"]]
        one, other = (
            [word.text for word in said.reading.words if start <= word.start < end and weight(word.text) > _TELLING]
            for start, end in ((max(0, match.start() - _FAR), match.start()), match.span("of"))
        )
        if any(any(word in of for word in one) and not any(word in of for word in other) for of in there):
            yield match["of"], *match.span("of")


def _nested(said: _Text, cited: _Text) -> Iterator[tuple[str, int, int]]:
    """A village put into another town: 西湖街道岑村村 for 洛阳镇岑村村."""
    for match in _WITHIN.finditer(said.text):
        low, high = said.reading.clause(match.start())
        there = re.findall(rf"([一-龥]{{2}})(?:街道|[镇乡区县]){re.escape(match.group())}", cited.text)
        if there and not any(other in said.text[low:high] for other in there):
            yield match.group(), match.start(), match.end()


def _same(one: str, other: str) -> bool:
    return one in other or other in one
