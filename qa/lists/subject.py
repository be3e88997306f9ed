"""Which thing a place of a report tells of: the project whose 总投资 stands there.

In: an article and a place in its text. Out: the name of the thing, and where the sentence begins that names it. Names
are read off print: what a clause begins with, or what ends as such things do (项目, 工程, 基地, 厂). A place where
something lies and a firm that builds it are no such thing. Knows nothing about questions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import rjieba

from embeddings.chunks import sentence_spans
from embeddings.records import Article
from embeddings.words import normalise
from qa.asked.topics import NAMES
from qa.language.rarity import background
from qa.language.things import lead
from qa.language.tokens import COMMON

_CLAUSE = re.compile(r"[^,，;；:：。!！?？\n—]+")
_MAKER = re.compile(r"(?:开发区|高新区|园区|公司|集团|股份|银行|产业园|学院|大学)$")
_OF_MANY = re.compile(r"^(?:多|各|一批|所有)|[\d二两三四五六七八九十百]+[余多]?[个项]")
_SUFFIX = re.compile(r"(?:建设)?(?:项目|工程|基地项目|基地)$")
_HEADED = re.compile(
    r"[^,，。;；:：!！?？\n—、“”()（）《》\s]{2,40}?(?:基地项目|项目|工程|基地|[厂馆桥](?![一-鿿]{0,4}(?:项目|工程)))"
)
_KIND = re.compile(
    r"(?:重[大点]|民生)[^的]{0,6}$|^[\d.]+[万亿]*[元亩吨]?$"
)  # says of what kind a project is, and not which
_ONE = re.compile(r"^(?:[一1]?[个座项家条处]|\d{4}年)")
_DOING = re.compile(
    r"来到|前往|走进|走访|察看|查看|督查|了解|考察|参观|视察|调研|位于|落户|引进|修复|开工|组织|实施|迎来|吃|在|由|对|从|把|将|被|以|为|是|向"
)
_BACK = 3  # sentences before that may name what is told of


class Subject(NamedTuple):
    """A thing, "" where none is named, and where the sentence begins that names it."""

    name: str
    start: int


def subject(article: Article, place: int, end: int | None = None) -> Subject:
    """What is told of at a place, of a figure up to its `end`: the thing behind it (总投资5亿元的新桥项目), or the
    last one before it in its paragraph, or that of the headline."""
    text, spans = article.text, sentence_spans(article.text)
    at = next((each for each, (low, high) in enumerate(spans) if low <= place < high), 0)
    start, stop = spans[at]
    if end and text[end : end + 1] == "的" and (behind := next(things(text[end + 1 : stop]), "")):
        return Subject(behind, start)
    low = place
    for back in range(at, max(at - _BACK, 0) - 1, -1):
        if "\n" in text[spans[back][1] : start]:
            break
        if name := _last(text[spans[back][0] : low]):
            return Subject(name, spans[back][0])
        low = spans[back - 1][1] if back else 0
    if not (after := next(things(text[place:stop]), "")):
        return Subject(next(things(f"{article.kicker}，{article.title}"), ""), start)
    return Subject(after, start)


def _last(said: str) -> str:
    """The thing that the last clause which names one is about."""
    for clause in reversed(_CLAUSE.findall(said)):
        if found := list(things(clause)):
            return found[-1]
    return ""


def things(said: str) -> Iterator[str]:
    """The things that some words name, in order.

    >>> list(things("乔俊杰来到龙城芯谷项目建设现场")), list(things("该项目是市重点项目"))
    (['龙城芯谷项目'], [])
    """
    for clause in map(normalise, _CLAUSE.findall(said)):
        found = [name for match in _HEADED.finditer(clause) if (name := _core(match.group()))]
        first = lead(clause)
        yield from found or ([first] if first and not _MAKER.search(first) and not _OF_MANY.match(first) else [])


def _core(phrase: str) -> str:
    """The name at the end of a phrase: 来到园区的清水桥项目 → 清水桥项目; "" where it tells none from others."""
    whole = phrase.rpartition("的")[2]
    start, at = 0, 0
    tagged = rjieba.tag(whole)
    for word, tag in tagged:
        at += len(word)
        if (tag[0] in "udrc" and word[-1] != "期") or _DOING.fullmatch(word):
            start = at
    name = _ONE.sub("", whole[start:])
    stem = _SUFFIX.sub("", name)
    words = [(word, tag) for word, tag in rjieba.tag(stem) if len(word) > 1]
    odd = any(tag in NAMES or not rjieba.has_word(word) or background().get(word, 0) < COMMON for word, tag in words)
    kind = _KIND.search(stem) or _MAKER.search(name) or _OF_MANY.search(name)
    return name if odd and len(stem) > 1 and not kind else ""
