"""A text taken apart into what can be checked: words, clauses, numbers, dates, people, quotations.

In: a sentence or a quote. Out: an immutable `Reading` of its normalised text, from which every place leads back to the
original. The same eyes read the sentence and what it cites. Knows nothing about whether anything is true.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date as Date
from functools import cached_property, lru_cache

from embeddings.words import normalise
from qa.checks.leads import leads
from qa.language.moments import Moment, moments
from qa.language.persons import people, things
from qa.language.quantities import Quantity, quantities
from qa.language.tokens import FUNCTION, Token, cut, tag

Span = tuple[int, int]
_NOISE = re.compile(r"\*\*|\[\d+\]|(?<![A-Za-z])[ \t\u3000\u00a0]+|[ \t\u3000\u00a0]+(?![A-Za-z])")
_QUOTED = re.compile(r"“([^”]+)”|「([^」]+)」|『([^』]+)』|《([^》]+)》|\"([^\"]+)\"|‘([^’]+)’")
_CLAUSE = re.compile(r"[^,;:!?。\n]+")
_CALLED = 12  # letters of a name in quotation marks
_SENTENCE = re.compile(r"[^;!?。\n]+")


@dataclass(frozen=True, eq=False)
class Reading:
    """A text, normalised; `places[i]` is where its i-th character stood in the original."""

    text: str
    places: tuple[int, ...]
    issued: Date | None = None
    known_names: tuple[str, ...] = ()

    def knowing(self, names: Iterable[str]) -> Reading:
        """The same text, read by somebody who knows these names of persons."""
        here = tuple(name for name in dict.fromkeys(names) if name in self.text)
        return replace(self, known_names=here) if here else self

    def span(self, start: int, end: int) -> Span:
        """The original span of a normalised one."""
        return (self.places[start], self.places[end - 1] + 1) if end > start else (0, 0)

    @cached_property
    def letters(self) -> str:
        """Letters and digits of any script, without punctuation."""
        return letters(self.text)

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        return tuple(self._recut(cut(self.text)))

    def _recut(self, tokens: list[Token]) -> Iterator[Token]:
        """The words, cut anew where a known name runs across them: 陈晓, 江都 -> 陈晓江, 都."""
        names = self.mentions(self.known_names)
        for token in tokens:
            while names and names[0].end <= token.start:
                names.pop(0)
            if not names or token.end <= names[0].start:
                yield token
                continue
            name = names[0]
            if token.start < name.start:
                yield from self._piece(token.start, name.start)
            if token.start <= name.start:
                yield name
            if token.end > name.end:
                yield from self._piece(name.end, token.end)

    def _piece(self, start: int, end: int) -> Iterator[Token]:
        yield Token(self.text[start:end], tag(self.text[start:end]), start, end)

    @cached_property
    def moments(self) -> list[Moment]:
        return moments(self.text, self.issued)

    @cached_property
    def quantities(self) -> list[Quantity]:
        return quantities(self.text, [(found.start, found.end) for found in self.moments])

    @cached_property
    def quotations(self) -> list[tuple[str, int, int]]:
        """What stands between quotation marks or in 《》, with its place."""
        found = []
        for match in _QUOTED.finditer(self.text):
            inner = next(group for group in match.groups() if group)
            found.append((inner, match.start() + 1, match.start() + 1 + len(inner)))
        return found

    @cached_property
    def called(self) -> list[Token]:
        """What stands between quotation marks and is short enough to be what something is called."""
        return [Token(inner, "nz", start, end) for inner, start, end in self.quotations if len(inner) <= _CALLED]

    def quoting(self, at: int) -> bool:
        """Whether a place stands within a quotation, which is checked letter by letter."""
        return any(start <= at < end for _, start, end in self.quotations)

    @cached_property
    def clauses(self) -> list[Span]:
        """What stands between commas; a quotation is not cut."""
        inside = [(start, end) for _, start, end in self.quotations]
        text = self.text
        for start, end in inside:
            text = text[:start] + re.sub(r"[,;:!?。\n]", "、", text[start:end]) + text[end:]
        return [match.span() for match in _CLAUSE.finditer(text)]

    @cached_property
    def sentences(self) -> list[Span]:
        return [match.span() for match in _SENTENCE.finditer(self.text)]

    def clause(self, at: int) -> Span:
        """The clause that a place belongs to."""
        return next(((start, end) for start, end in self.clauses if start <= at < end), (at, at + 1))

    @property
    def figured(self) -> list[Quantity | Moment]:
        """Numbers and dates."""
        return [*self.quantities, *self.moments]

    @cached_property
    def figures(self) -> frozenset[int]:
        """The places that numbers and dates take."""
        return frozenset(at for each in self.figured for at in range(each.start, each.end))

    @cached_property
    def words(self) -> tuple[Token, ...]:
        """The words that carry meaning: no figures, no function words, no punctuation."""
        return tuple(
            token
            for token in self.tokens
            if token.text[0].isalnum()
            and (len(token.text) > 1 or token.text not in FUNCTION)
            and token.tag[0] not in "upcrye"
            and self.figures.isdisjoint(range(token.start, token.end))
        )

    @cached_property
    def things(self) -> list[Token]:
        """Names of companies and the like."""
        return things(self.tokens, self.people, self.text)

    @cached_property
    def people(self) -> list[Token]:
        """Names of persons."""
        return people(self.tokens, self.text)

    def mentions(self, names: Iterable[str]) -> list[Token]:
        """Where these names stand, the longest first: what one text shows to be a name is one in the other."""
        if not (some := sorted({name for name in names if name in self.text}, key=len, reverse=True)):
            return []
        return [Token(m.group(), "nr", *m.span()) for m in re.finditer("|".join(map(re.escape, some)), self.text)]


def read(text: str, issued: Date | None = None, written: bool = False) -> Reading:
    """Normalise a text and keep the way back; what leads into a `written` sentence, and claims nothing, is left out.

    >>> reading = read("**總投資** １０億元[1]")
    >>> reading.text, reading.span(3, 6)
    ('总投资10亿元', (8, 11))
    >>> read("1. 据报道，总投资10亿元", written=True).text
    '总投资10亿元'
    """
    noise = [*_NOISE.finditer(text), *(leads(text) if written else ())]
    dropped = {at for match in noise for at in range(*match.span())}
    pairs = [(char, at) for at, raw in enumerate(text) if at not in dropped for char in _plain(raw)]
    return Reading("".join(char for char, _ in pairs), tuple(at for _, at in pairs), issued)


@lru_cache(maxsize=1 << 14)
def _plain(char: str) -> str:
    return normalise(char)


def letters(text: str) -> str:
    """Letters and digits of any script: what [a-z0-9] would make of Chinese is nothing, and nothing stands anywhere."""
    return "".join(filter(str.isalnum, text))
