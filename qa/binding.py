"""Are figures, dates, people and other names of a sentence tied to the same words as in what it cites?

In: the readings of a sentence and of what it cites. Out: what is tied to the wrong words (A's figure told of B). An
item is compared only with others of its kind that stand in the cited words: it is at fault where another one stands
clearly closer to the words around it. Knows nothing about what the words mean.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qa.claims import PERSON_TAGS, PLACE_TAGS, Reading, Token, weight
from qa.moments import Moment
from qa.quantities import Quantity

_REACH = 6.0  # characters over which a tie fades to a third
_BREAKS = {"、": 8, ",": 8, ":": 4, "(": 3, ")": 3, ";": 15, "。": 20, "!": 20, "?": 20, "\n": 25}
_CLEAR = 0.45  # an own tie weaker than this share of another's is a wrong one
_STRONG = 0.14  # a tie that proves nothing when it is weaker
_NAMES = PERSON_TAGS | PLACE_TAGS | {"nz"}  # names tie nothing: two that stand together may both be told of
_AND = re.compile(r"[、和与及至到~—-]|以及")

Item = Quantity | Moment | Token


@dataclass(frozen=True, slots=True)
class _Placed:
    """An item, and the place of the list that it stands in: 吴震宇、李德森、徐俊 have one place."""

    item: Item
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Tie:
    """A word near an item of the sentence, and how much it binds (0–1)."""

    word: str
    strength: float


def swaps(said: Reading, cited: Reading) -> Iterator[tuple[str, int, int]]:
    """The items of the sentence, with their places, that stand with another item's words."""
    for items, others in (
        (said.quantities, cited.quantities),
        (said.moments, cited.moments),
        (said.people, [*cited.people, *_pronouns(cited)]),
        (said.things, cited.things),
    ):
        names = {other.text for other in (*items, *others)}
        there = _place(others, cited.text)
        for placed in _place(items, said.text):
            if not said.quoting(placed.item.start) and _strays(
                _ties(said, cited, placed, names), placed.item, there, cited
            ):
                yield placed.item.text, placed.item.start, placed.item.end
    for number in said.quantities:
        if _moved(number, said, cited):
            yield number.text, number.start, number.end


def _pronouns(reading: Reading) -> list[Token]:
    """Each 他 or 她 under the name of the person named last before it."""
    found = []
    for token in reading.tokens:
        if token.text in ("他", "她"):
            before = [person.text for person in reading.people if person.end <= token.start]
            found.append(replace(token, text=before[-1] if before else token.text))
    return found


def _place(items: Sequence[Item], text: str) -> list[_Placed]:
    """The items in order, those of one list with the place of the whole list."""
    found: list[_Placed] = []
    for item in items:
        start = item.start
        if found and _AND.fullmatch(text[found[-1].item.end : item.start]):
            start = found[-1].start
            found = [replace(each, end=item.end) if each.start == start else each for each in found]
        found.append(_Placed(item, start, item.end))
    return found


def _moved(number: Quantity, said: Reading, cited: Reading) -> bool:
    """Whether what stands right before a number stands right before another one instead: 导光板36000吨."""
    before = said.text[max(0, number.start - 2) : number.start]
    if len(before) < 2 or not before.isalpha() or said.quoting(number.start):
        return False
    own = [other for other in cited.quantities if _same(number, other)]
    rivals = [other for other in cited.quantities if _rival(number, other)]
    beside = any(cited.text[max(0, other.start - 3) : other.start].find(before) >= 0 for other in rivals)
    leads = (re.split("[、,;。:\n]", cited.text[: other.start])[-1] for other in own)
    return bool(own) and beside and not any(before in lead for lead in leads)


def _strays(ties: Sequence[_Tie], item: Item, others: Sequence[_Placed], cited: Reading) -> bool:
    """Whether the words around an item lead to another one of the cited items."""
    own = [_strength(ties, cited, other) for other in others if _same(item, other.item)]
    rivals = [_strength(ties, cited, other) for other in others if _rival(item, other.item)]
    return bool(own and rivals) and max(rivals) >= _STRONG and max(own) < _CLEAR * max(rivals)


def _ties(said: Reading, cited: Reading, placed: _Placed, names: set[str]) -> list[_Tie]:
    """The words of the same sentence that are cited too, the nearest and rarest ones strongest."""
    low, high = next(((a, b) for a, b in said.sentences if a <= placed.start < b), (0, len(said.text)))
    return [
        _Tie(text, weight(text) * _nearness(said.text, placed, start, start + len(text)))
        for word in said.words
        if low <= word.start < high and len(word.text) > 1 and word.tag not in _NAMES
        for text, start in _pieces(word, cited)
        if (start + len(text) <= placed.start or start >= placed.end) and not any(text in name for name in names)
    ]


def _pieces(word: Token, cited: Reading) -> Iterator[tuple[str, int]]:
    """A word, or its halves, with their places, as far as they are cited: 主持会议 is 主持 and 会议."""
    halves = [(word.text[:2], word.start), (word.text[2:], word.start + 2)] if len(word.text) == 4 else []
    whole = [(word.text, word.start)]
    yield from (pair for pair in (whole if word.text in cited.text else halves) if pair[0] in cited.text)


def _strength(ties: Sequence[_Tie], cited: Reading, placed: _Placed) -> float:
    total = 0.0
    for tie in ties:
        places = [match.span() for match in re.finditer(re.escape(tie.word), cited.text)]
        total += tie.strength * max((_nearness(cited.text, placed, *place) for place in places), default=0.0)
    return total


def _nearness(text: str, placed: _Placed, start: int, end: int) -> float:
    """1 for a neighbour, less with every character and, more so, every mark between them."""
    between = text[end : placed.start] if end <= placed.start else text[placed.end : start]
    return math.exp(-(len(between) + sum(_BREAKS.get(char, 0) for char in between)) / _REACH)


def _same(one: Item, other: Item) -> bool:
    """Whether a cited item bears out one of the sentence."""
    if isinstance(one, Quantity):
        return isinstance(other, Quantity) and one.says(other)
    if isinstance(one, Moment):
        return isinstance(other, Moment) and one.says(other)
    return one.text in other.text or other.text in one.text


def _rival(one: Item, other: Item) -> bool:
    """Whether a cited item is another one that could be mistaken for it."""
    if _same(one, other):
        return False
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        return one.ordinal == other.ordinal and one.unit == other.unit != "" and not one.few
    if isinstance(one, Moment) and isinstance(other, Moment):
        return bool(set(one.parts) & set(other.parts))
    return True
