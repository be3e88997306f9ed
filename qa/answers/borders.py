"""Where words that are shown in bold may begin and end: no word, name or figure is cut.

In: a text and a span of it. Out: the span, cut or widened to whole words; the whole row where several people of one
are marked. Units, surnames, endings of places and the word cutter's dictionary; knows nothing about questions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import rjieba

from embeddings.names import surnamed
from embeddings.words import normalise
from qa.asked.asking import is_person
from qa.language.quantities import Quantity, quantities
from qa.language.rarity import background
from qa.language.titles import OFFICE, name_end
from qa.language.tokens import COMMON, GRAMMAR

Span = tuple[int, int]
_AROUND = 24  # characters around a span in which its figure or its words are read
_PAUSE = re.compile(r"[,，。;；:：!！?？、\n“”\"（）()《》]")
_FIGURE = re.compile(r"(?:[约近超逾达]|不|大约|超过|接近)*[\d一二两三四五六七八九十百千万亿半几第]")
_SETTLED = re.compile(r"(?:社区|小区|街道|[村镇乡])$")  # what has a name of its own behind a larger place
_LARGER = re.compile(r"(?:街道|[省市州区县镇乡])$")
_ROW = re.compile("[、和及与]")
_LED = re.compile(rf"(?:领导|代表|嘉宾|成员|{OFFICE})$")


def whole(text: str, span: Span) -> Span:
    """The span without what cuts a word in two.

    >>> text = "西湖街道聚新家园社区用电58万千瓦时,徐俊参加。"
    >>> [text[slice(*whole(text, text_span))] for text_span in ((5, 10), (12, 16), (19, 22))]
    ['聚新家园社区', '58万千瓦时', '徐俊']
    """
    low, high = span
    said = text[low:high]
    if _FIGURE.match(said) and any(char.isdigit() or char in "一二两三四五六七八九十百千万亿" for char in said):
        return figure(text, span)
    if len(said) == 3 and surnamed(said) and name_end(text, low) == high - 1 and _said(text[high - 1 : high + 1]):
        return low, high - 1
    if is_person(said) or "·" in said:
        return span
    return _named(text, _words(text, span))


def figure(text: str, span: Span) -> Span:
    """The figures that a span meets, each with its unit and what bounds it: 超过|400起, 58万千|瓦时, 4亿|5000万元."""
    start, stop = max(0, span[0] - _AROUND), span[1] + _AROUND
    near = text[start:stop]
    plain = normalise(near)
    if len(plain) != len(near):
        return span
    low, high = span[0] - start, span[1] - start
    for one in quantities(plain):
        if one.start < high and low < one.end:
            low, high = min(low, begin(one)), max(high, one.end)
    return start + low, start + high


def begin(one: Quantity) -> int:
    """Where a quantity begins, without the particle before it: 建了|5座."""
    return one.start + one.text.startswith("了")


def row(text: str, spans: Sequence[Span]) -> list[Span]:
    """All of the people of a row of whom several are marked: 市领导|杭勇、乔俊杰、潘冬铃."""
    people = sorted(span for span in spans if is_person(text[slice(*span)]))
    if len(people) < 2:
        return list(spans)
    found = set(spans)
    low = people[0][0]
    while low and _ROW.match(text, low - 1) and (before := _ending(text, low - 1)):
        found.add(before)
        low = before[0]
    high = people[-1][1]
    while high < len(text) and text[high] == "、" and (end := name_end(text, high + 1)) > high + 1:
        found.add((high + 1, end))
        high = end
    return sorted(found)


def _ending(text: str, at: int) -> Span | None:
    """The name that ends at a place of a row: behind a pause, or what people are called together."""
    for size in (3, 2):
        name, before = text[at - size : at], text[max(0, at - size - 8) : at - size]
        if re.fullmatch(rf"[一-鿿]{{{size}}}", name) and (before[-1:] == "、" or _LED.search(before)):
            return at - size, at
    return None


def _words(text: str, span: Span) -> Span:
    """The span widened to the words that it cuts through."""
    low, high = span
    start = max((pause.end() for pause in _PAUSE.finditer(text, max(0, low - _AROUND), low)), default=low - _AROUND)
    at = max(0, start)
    for word in rjieba.cut(text[at : high + 8]):
        end = at + len(word)
        if (at < low < end or at < high < end) and rjieba.has_word(word):
            low, high = min(low, at), max(high, end)
        at = end
    return low, high


def _named(text: str, span: Span) -> Span:
    """The span with the lone character before it, where it begins the name of a place in another: 聚|新家园社区."""
    low, high = span
    if not _SETTLED.search(text[low:high]) or low < 2:
        return span
    lone = text[low - 1]
    begins = "一" <= lone <= "鿿" and lone not in GRAMMAR and _LARGER.search(text[max(0, low - 3) : low - 1])
    return (low - 1, high) if begins and not rjieba.has_word(text[low - 2 : low]) else span


def _said(word: str) -> bool:
    """Whether two characters are a word that everybody uses: 参加."""
    return len(word) == 2 and background().get(word, 0) > COMMON / 3
