"""Names of a sentence that the cited words do not know: people, places, organisations, offices, rare nouns.

In: the reading of a sentence, and what it cites. Out: the places of strange names. Parts of speech, the surnames of the
country and what ends the name of a body; knows no list of names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import rjieba

from embeddings.names import surnamed
from qa.cited import Cited, nearest, scattered, stands, synonyms
from qa.claims import FUNCTION, PERSON_TAGS, PLACE_TAGS, SAYING, Reading, Span, Token, known, weight
from qa.rarity import background

_OFFICE = re.compile(  # what ends the name of an organisation or a place
    r"集团|(?:有限)?公司|银行|大学|学院|医院|中学|小学|研究院|研究所|社会科学院|资本|创投|证券|保险|协会|局|街道|社区|汽车|科技|能源|电子|重工|股份|[区镇村县乡](?![域级里庄情长])"
)
_TITLE = re.compile(  # 市长 is not 区长
    r"[国省市区县镇州村](?:委(?:书记)?|政府|人大|政协|纪委|长(?![期久三]))|副?(?:书记|主任|主席|部长|局长|院长|校长|行长|董事长|总裁|教授|研究员|博士)"
)
_RARE = 0.66  # weight from which a noun can hardly be told in other words
_UNLIKE = 0.36
_PLACES = ("上海", "北京", "江苏", "武汉", "欧洲", "美国", "镇")
_PLACELIKE = 0.24
_PLACE_ENDS = "省市区县镇乡村州"


def strangers(said: Reading, cited: Cited) -> Iterator[Span]:
    """The places of names that are not cited."""
    yield from _titles(said, cited)
    yield from _names(said, cited)
    yield from _offices(said, cited)
    yield from _nouns(said, cited)


def _titles(said: Reading, cited: Cited) -> Iterator[Span]:
    """Offices that the cited words do not give: 市长 where they say 市委书记."""
    starts = {token.start for token in said.tokens}  # not the 州委 of 常州委托
    for match in _TITLE.finditer(said.text):
        if match.start() in starts and match.group() not in cited.whole.text.replace("人民政府", "政府"):
            yield match.span()


def _names(said: Reading, cited: Cited) -> Iterator[Span]:
    """Names that the cited words do not know, and names that differ from a known one by a character."""
    known_people = {person.text for person in cited.whole.people}
    for person in said.people:
        if not cited.has(person.text) and any(_misspelt(person.text, name) for name in known_people):
            yield person.start, person.end
    for token in said.words:
        if token.text.startswith(tuple(known_people)):
            continue  # 李卫平作, cut too long
        placed = token.tag in PERSON_TAGS and said.text[token.start - 1 : token.start] in tuple("往到赴在访")
        if not cited.has(token.text) and (placed or _is_name(token)) and not _shorter(token, cited):
            yield token.start, token.end


def _offices(said: Reading, cited: Cited) -> Iterator[Span]:
    """Organisations and places whose own part of the name is not cited before that kind of body: 江苏银行."""
    ends = {token.end: at for at, token in enumerate(said.tokens)}
    for match in _OFFICE.finditer(said.text):
        last = ends.get(match.start())
        if last is None:
            continue
        first = last
        while first > 0 and last - first < 2 and len(said.tokens[first].text) == 1 == len(said.tokens[first - 1].text):
            first -= 1
        start, own = said.tokens[first].start, said.text[said.tokens[first].start : match.start()]
        if (
            (len(own) < 2 and (len(match.group()) < 2 or own in FUNCTION or said.tokens[first].tag[0] not in "njg"))
            or own in SAYING
            or not own.isalnum()
            or not _proper(said.tokens[first : last + 1], match.group())
        ):
            continue
        head = re.escape(match.group()[-2:])
        if not re.search(rf"{re.escape(own)}[^,;。、]{{0,14}}{head}", cited.whole.text):
            yield start, match.end()


def _proper(parts: Sequence[Token], head: str) -> bool:
    """Whether words before 集团 or 区 name one of them, and do not merely say of what kind."""
    if len(parts) > 1:
        return not any(part.tag[0] in "rmqupcd" for part in parts)
    tag = parts[0].tag
    if len(parts[0].text) == 1:
        return True
    return (
        tag in PERSON_TAGS | PLACE_TAGS | {"nz"}
        or not rjieba.has_word(parts[0].text)
        or (len(head) == 1 and tag == "n")
    )


def _nouns(said: Reading, cited: Cited) -> Iterator[Span]:
    """Rare nouns that are not cited, nor anything like them: 金坛, 蜂巢; names that the dictionary takes for words."""
    rare = [
        word
        for word in said.words
        if word.tag[0] in ("nj" if len(word.text) > 1 else "nz")
        and weight(word.text) >= _RARE
        and not FUNCTION.intersection(word.text)
        and not said.quoting(word.start)
        and not stands(said, word, cited)
        and not scattered(word.text, cited.whole.text)
    ]
    for word, near in zip(rare, nearest(rare, cited), strict=True):
        if near < _UNLIKE or word.tag == "j":
            yield word.start, word.end


def _misspelt(one: str, other: str) -> bool:
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def _is_name(token: Token) -> bool:
    """Whether a word that is not cited can only be a name: by its part of speech, or unknown to the dictionary."""
    if len(token.text) < 2 or token.text in SAYING:
        return False
    common = background().get(token.text, 0) > 1e-3
    if token.tag in PERSON_TAGS:
        odd = weight(token.text) >= _RARE or not rjieba.has_word(token.text)
        return odd or len(token.text) > 2 or surnamed(token.text)
    if token.tag == "ns":
        return _is_place(token.text)
    if token.tag in PLACE_TAGS or token.tag == "eng":
        return True
    if len(token.text) > 2 and token.text[-1] in _PLACE_ENDS and token.tag[0] == "n":
        return not common
    return not known(token.text) and (token.tag[0] == "n" or FUNCTION.isdisjoint(token.text))


@lru_cache(maxsize=4096)
def _is_place(word: str) -> bool:
    """Whether a word that the dictionary has for a place keeps the company of places: 中断 does not."""
    company = synonyms().nearness([word], _PLACES).max()
    return bool(company >= _PLACELIKE or not synonyms().nearness([word], [word])[0, 0])


def _shorter(token: Token, cited: Cited) -> bool:
    """武进区 for 武进."""
    return token.text[-1] in _PLACE_ENDS and len(token.text) > 2 and cited.has(token.text[:-1])
