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
from itertools import pairwise

from qa.checks.claims import Reading, letters
from qa.language.moments import Moment
from qa.language.quantities import COUNTERS, Quantity
from qa.language.tokens import PERSON_TAGS, PLACE_TAGS, Token, weight

_REACH = 6.0  # characters over which a tie fades to a third
_BREAKS = {"、": 8, ",": 8, ":": 4, "(": 3, ")": 3, ";": 15, "。": 20, "!": 20, "?": 20, "\n": 25}
_CLEAR = 0.45  # an own tie weaker than this share of another's is a wrong one
_STRONG = 0.14  # a tie that proves nothing when it is weaker
_NAMES = PERSON_TAGS | PLACE_TAGS | {"nz"}  # names tie nothing: two that stand together may both be told of
_FITS = 0.6  # share of a label's pairs from which it is that label
_CLEARLY = 0.3
_LIST = re.compile(r"[、,;:。\n(和与及]")
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
    people = {person.text for person in (*said.people, *cited.people)}
    for items, others in (
        (said.quantities, cited.quantities),
        (said.moments, cited.moments),
        (said.mentions(people), [*cited.mentions(people), *_pronouns(cited)]),
        (said.things, cited.things),
        (said.called, cited.called),
    ):
        names = {other.text for other in (*items, *others)}
        there = _place(others, cited.text)
        mine = _place(items, said.text)
        for placed in mine:
            if (said.quoting(placed.item.start) and items is not said.called) or _fits(placed.item, said, cited):
                continue
            if _strays(_ties(said, cited, placed, mine, names), placed.item, there, cited):
                yield placed.item.text, placed.item.start, placed.item.end
    for number in said.quantities:
        if _relabelled(number, said, cited) or _turned(number, said, cited):
            yield number.text, number.start, number.end


def _fits(item: Item, said: Reading, cited: Reading) -> bool:
    """Whether an item stands under its own label, or in a clause that is cited as it is."""
    start, end = said.clause(item.start)
    if letters(said.text[start:end]) in cited.letters:
        return True
    if not isinstance(item, Quantity):
        return False
    own, rival = _labels(item, said, cited)
    return own >= _FITS and own >= rival


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


def _label(text: Reading, number: Quantity) -> str:
    """What stands before a number, back to the mark before it: 导光板 of 导光板14000吨."""
    return str(_LIST.split(text.text[: number.start])[-1])


def _alike(label: str, other: str) -> float:
    """The share of a label's pairs of characters that another one has."""
    pairs = {label[at : at + 2] for at in range(len(label) - 1)}
    return sum(pair in other for pair in pairs) / len(pairs) if pairs else 0.0


def _labels(number: Quantity, said: Reading, cited: Reading) -> tuple[float, float]:
    """How well a number's label fits those of the same number in the cited words, and those of other numbers."""
    label = _label(said, number)
    labels = [(other, _label(cited, other)) for other in cited.quantities]
    if max((_alike(label, there) for _, there in labels), default=0.0) < 0.5:
        label = label[-4:]  # 奥智项目每年出产扩散板: the end of it tells
    fits = [(other, _alike(label, there)) for other, there in labels]
    own = max((fit for other, fit in fits if _same(number, other)), default=0.0)
    return own, max((fit for other, fit in fits if _rival(number, other)), default=0.0)


def _relabelled(number: Quantity, said: Reading, cited: Reading) -> bool:
    """Whether the cited words have another number under this one's label: 导光板36000吨."""
    if said.quoting(number.start) or not any(_same(number, other) for other in cited.quantities):
        return False
    own, rival = _labels(number, said, cited)
    head = _label(said, number)[-2:]
    mine = [_label(cited, other) for other in cited.quantities if _same(number, other)]
    theirs = [_label(cited, other) for other in cited.quantities if _rival(number, other) and other.unit == number.unit]
    beside = len(head) == 2 and head.isalpha() and any(label.endswith(head) for label in theirs)
    label = _label(said, number)
    others = [_label(cited, other) for other in cited.quantities if not _same(number, other)]
    if min((len(each) for each in mine), default=0) > 1 and max(_alike(label, each) for each in mine) == 0:
        rival = max([rival, *(_alike(label[-3:], each) for each in others)])
    return (rival >= _FITS and rival - own >= _CLEARLY) or (beside and not any(head in label for label in mine))


def _turned(number: Quantity, said: Reading, cited: Reading) -> bool:
    """Whether a number and the next one of its list stand in the other order: 6%至5%, 分别为6%和5%."""
    pairs = [(one, other) for one, other in _neighbours(cited)]
    for one, other in _neighbours(said):
        if one != number or one.unit != other.unit or said.quoting(one.start):
            continue
        straight = any(_same(one, a) and _same(other, b) for a, b in pairs)
        back = [(a, b) for a, b in pairs if _same(one, b) and _same(other, a)]
        lead, there = _before(said, one), [_before(cited, a) for a, _ in back]
        if back and not straight and any(_in_order(lead, other_lead) for other_lead in there):
            return True
    return False


def _neighbours(text: Reading) -> Iterator[tuple[Quantity, Quantity]]:
    """Two numbers with nothing but a mark between them."""
    for one, other in pairwise(text.quantities):
        if _AND.fullmatch(text.text[one.end : other.start]):
            yield one, other


def _before(text: Reading, number: Quantity) -> list[str]:
    low, _ = text.clause(number.start)
    return [word.text for word in text.words if low <= word.start < number.start]


def _in_order(words: Sequence[str], others: Sequence[str]) -> bool:
    """Whether the words that two clauses share stand in one order."""
    shared = [word for word in dict.fromkeys(words) if word in others]
    return shared == sorted(shared, key=list(others).index)


def _strays(ties: Sequence[_Tie], item: Item, others: Sequence[_Placed], cited: Reading) -> bool:
    """Whether the words around an item lead to another one of the cited items."""
    own = [_strength(ties, cited, other) for other in others if _same(item, other.item)]
    rivals = [_strength(ties, cited, other) for other in others if _rival(item, other.item)]
    return bool(own and rivals) and max(rivals) >= _STRONG and max(own) < _CLEAR * max(rivals)


def _ties(said: Reading, cited: Reading, placed: _Placed, mine: Sequence[_Placed], names: set[str]) -> list[_Tie]:
    """The words of the same sentence that are cited too, the nearest and rarest ones strongest.

    What stands nearer to another item of the sentence is that one's.
    """
    low, high = next(((a, b) for a, b in said.sentences if a <= placed.start < b), (0, len(said.text)))
    ties = []
    for word in said.words:
        if not low <= word.start < high or len(word.text) < 2 or word.tag in _NAMES:
            continue
        for text, start in _pieces(word, cited):
            end = start + len(text)
            outside = end <= placed.start or start >= placed.end
            if not outside or any(text in name for name in names):
                continue
            near = _nearness(said.text, placed, start, end)
            if all(_nearness(said.text, other, start, end) <= near for other in mine if other.start != placed.start):
                ties.append(_Tie(text, weight(text) * near))
    return ties


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
    short, long = sorted((one.text, other.text), key=len)
    rest = iter(long)
    return short in long or (len(short) > 2 and all(char in rest for char in short))  # 财经委员会


def _rival(one: Item, other: Item) -> bool:
    """Whether a cited item is another one that could be mistaken for it."""
    if _same(one, other):
        return False
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        return one.ordinal == other.ordinal and _alike_units(one.unit, other.unit) and not one.few
    if isinstance(one, Moment) and isinstance(other, Moment):
        return bool(set(one.parts) & set(other.parts))
    return True


def _alike_units(one: str, other: str) -> bool:
    """Whether two things counted so could be mistaken for each other: 500台, 10套."""
    return one == other or (one in COUNTERS and other in COUNTERS and "" not in (one, other))
