"""Does a written sentence stand in the words that it cites? 有据, 部分有据 or 无据, without a model.

In: a sentence, the quotes that it cites, and what stands over their articles (headline, reporters, day of issue). Out:
a `Verdict`, with every fault and its place. Each number with its unit, date, name and quotation must stand in the cited
words, in any spelling, tied to the same words, neither denied nor turned round; beyond that, the words of every clause
must stand there, or words of like meaning. Knows nothing about where the sentence came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date as Date
from typing import Literal

import numpy as np
import numpy.typing as npt

from qa.checks.binding import swaps
from qa.checks.cited import Cited, cite, nearest, scattered, shortened, stands
from qa.checks.claims import Reading, read
from qa.checks.enumerated import added
from qa.checks.paraphrase import said_otherwise
from qa.checks.polarity import flips, same_side
from qa.checks.ranks import misranked
from qa.checks.relations import reversals
from qa.checks.strangers import strangers
from qa.language.quantities import COUNTERS, Quantity
from qa.language.synonyms import Floats
from qa.language.tokens import PERSON_TAGS, PLACE_TAGS, SAYING, Token, weight

Support = Literal["supported", "partial", "unsupported"]
FaultKind = Literal["number", "date", "name", "quotation", "polarity", "role", "wording"]
LABELS: dict[Support, str] = {"supported": "有据", "partial": "部分有据", "unsupported": "无据"}

_CLAUSE = 0.45  # share of a clause's words, by weight, that must be met
_LEAST = 0.6  # weight from which a clause claims something
_WHOLE = 0.65  # the same of the whole sentence
_LITERAL = 0.5  # the same, words of like meaning apart
_SOME = 0.4  # below this share nothing of a faulty sentence is borne out
_ALIKE = 0.6  # cosine from which a word takes another's place
_KIN = 0.38  # the same, where it only counts for some
_AND = re.compile("[、和与及]|以及")
_COUNTED = frozenset((*COUNTERS, "", "人", "大类", "点", "年"))
_REST = re.compile("(?:另外?|其余|其他|剩下|后|其中)的?有?$")
_KIN_COUNTS = 0.5
_CHARACTER_COUNTS = 0.2  # a word that shares a character with a cited one
_SCATTERED = 0.8


@dataclass(frozen=True, slots=True)
class Fault:
    """A claim that is not borne out: `sentence[start:end]`."""

    kind: FaultKind
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a sentence is worth. `coverage` is the share of its words, by weight, that the cited words bear out."""

    support: Support
    faults: tuple[Fault, ...] = ()
    coverage: float = 1.0

    @property
    def label(self) -> str:
        """For readers: 有据, 部分有据 or 无据."""
        return LABELS[self.support]


def verify(sentence: str, quotes: Sequence[str], context: str = "", issued: Date | None = None) -> Verdict:
    """Check one sentence against the quotes that it cites.

    `context` is what stands over the cited articles (headline, reporters, day of issue): it may bear out names, dates,
    titles in quotation marks and words, but no figure. Relative dates are resolved against `issued`, or against the
    first full date in `context`.

    >>> verify("大桥投资一亿二千万元。", ["昨天通车的大桥投资1.2亿元。"]).label
    '有据'
    >>> verify("大桥投资2亿元。", ["昨天通车的大桥投资1.2亿元。"]).faults[0]
    Fault(kind='number', text='2亿元', start=4, end=7)
    """
    cited = cite(tuple(quotes), context, issued)
    said = read(sentence, cited.whole.issued, written=True).knowing(person.text for person in cited.whole.people)
    if cited.holds(said):
        return Verdict("supported")
    hard = list(_hard(said, cited))
    coverage, loose = _wording(said, cited)
    faults = tuple(sorted({*hard, *loose}, key=lambda fault: (fault.start, fault.end)))
    if hard or (faults and coverage < _SOME):
        return Verdict("unsupported", faults, coverage)
    return Verdict("partial" if faults else "supported", faults, coverage)


def _hard(said: Reading, cited: Cited) -> Iterator[Fault]:
    """Faults that no other word of the sentence can make up for."""
    whole = cited.whole
    for number in said.quantities:
        named = number.ordinal or number.text.isdigit()  # 第二 belongs to a name, 008 to a page
        there = whole if named else cited.quoted
        stands = any(number.says(other) for other in there.quantities)
        stands = stands or _numbered(number, whole.text)
        if not stands and not said.quoting(number.start) and not _counts(said, number, cited):
            yield _fault("number", said, number.start, number.end)
    for moment in said.moments:
        if not any(moment.says(other) for other in whole.moments):
            yield _fault("date", said, moment.start, moment.end)
    for text, start, end in said.quotations:
        if not all(cited.has(piece) or cited.quotes_loosely(piece) for piece in re.split(r"\.{3,}|…", text)):
            yield _fault("quotation", said, start, end)
    for start, end in (*strangers(said, cited), *misranked(said, cited.quoted, whole)):
        yield _fault("name", said, start, end)
    for _, start, end in flips(said, cited.quoted):
        yield _fault("polarity", said, start, end)
    for _, start, end in (*swaps(said, cited.quoted), *reversals(said, cited.quoted)):
        yield _fault("role", said, start, end)


def _numbered(number: Quantity, text: str) -> bool:
    """Whether a text has 首 for 第一, or 其二 for 第二."""
    plain = number.text.startswith("第") and number.unit not in ("期", "届", "号", "次")
    if not plain or number.value is None or not 0 < number.value < 10:
        return False
    han = "一二三四五六七八九"[int(number.value) - 1]
    return re.search(rf"其{han}|{han}是|第{han}{'|首' if number.value == 1 else ''}", text) is not None


def _counts(said: Reading, number: Quantity, cited: Cited) -> bool:
    """Whether a number counts what stands in a list beside it: 李皓、徐俊两位, 三方面:规划、交通和项目."""
    if number.unit not in _COUNTED:
        return False  # 2% is no number of things
    start, _ = said.clause(number.start)
    lists = said.text[start : number.start], re.split("[:为是即]|包括", said.text[number.end :] + ":", maxsplit=1)[1]
    if any(number.value == len(_AND.split(text.split("。")[0])) > 1 for text in lists):
        return True
    others = [other for other in cited.quoted.quantities if other.few and other.unit == number.unit]
    rest = _REST.search(said.text[: number.start]) is not None  # 另外两份 of three
    return rest and number.few and any(other.value > number.value for other in others if other.value and number.value)


def _fault(kind: FaultKind, said: Reading, start: int, end: int) -> Fault:
    return Fault(kind, said.text[start:end], *said.span(start, end))


def _wording(said: Reading, cited: Cited) -> tuple[float, list[Fault]]:
    """The share of the sentence's words that are met, and its clauses whose words are not."""
    words = [word for word in said.words if word.text not in SAYING]
    if not words:
        return (1.0, []) if said.figured else (0.0, [_fault("wording", said, 0, len(said.text))])
    figures = [Token(each.text, "m", each.start, each.end) for each in said.figured]
    weights = np.array([*(weight(word.text) for word in words), *(1.0 for _ in figures)])
    met = np.array([*_met(said, words, cited), *(1.0 for _ in figures)])
    words += figures
    telling = np.array([word.tag not in PERSON_TAGS | PLACE_TAGS for word in words])
    faults = []
    for start, end in said.clauses:  # a clause that adds something may well repeat names
        inside = telling & np.array([start <= word.start < end for word in words])
        if weights[inside].sum() > _LEAST and _share(met, weights, inside) < _CLAUSE:
            faults.append(_fault("wording", said, start, end))
    faults += [_fault("wording", said, *place) for place in added(said, cited)]
    coverage = _share(met, weights)
    literal = _share(met * (met == 1) + met * (met == _SCATTERED), weights)
    if not faults and (coverage < _WHOLE or literal < _LITERAL):
        faults.append(_fault("wording", said, 0, len(said.text)))
    return coverage, faults


def _share(met: Floats, weights: Floats, inside: npt.NDArray[np.bool_] | slice = slice(None)) -> float:
    return float((met * weights)[inside].sum() / weights[inside].sum())


def _met(said: Reading, words: Sequence[Token], cited: Cited) -> Floats:
    """For each word 1 where it is cited, less where only a word of like meaning is."""
    missing = [at for at, word in enumerate(words) if not stands(said, word, cited)]
    met = np.ones(len(words))
    if missing:
        near = nearest([words[at] for at in missing], cited)
        near[[words[at].tag in PERSON_TAGS | PLACE_TAGS | {"j"} for at in missing]] = 0
        met[missing] = np.where(near >= _ALIKE, 0.99, np.where(near >= _KIN, _KIN_COUNTS, 0.0))
        for at in missing:
            text = words[at].text
            otherwise = said_otherwise(text, cited.whole.text) or same_side(text, cited.whole.text)
            if otherwise or shortened(text, cited):
                met[at] = 0.99
        for at in missing:  # as in 承上启下 for 上承下启, 任职 for 任
            text = words[at].text
            rooted = len(text) == 2 and not cited.roots.isdisjoint(text)
            akin = _CHARACTER_COUNTS * (len(text) == 2 and not cited.characters.isdisjoint(text))
            met[at] = max(met[at], _SCATTERED * (rooted or scattered(text, cited.whole.text)), akin)
    return met
