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

from embeddings.names import surnamed
from embeddings.words import normalise
from qa.company import never_person
from qa.leads import leads
from qa.moments import Moment, moments
from qa.quantities import Quantity, quantities
from qa.rarity import background
from qa.tokens import COMMON, FUNCTION, PERSON_TAGS, Token, cut, known, tag

Span = tuple[int, int]
_NO_PERSON = frozenset("省市区县镇乡村州街路河湖山局院会社报队站")
_NOISE = re.compile(r"\*\*|\[\d+\]|(?<![A-Za-z])[ \t\u3000\u00a0]+|[ \t\u3000\u00a0]+(?![A-Za-z])")
_QUOTED = re.compile(r"“([^”]+)”|「([^」]+)」|『([^』]+)』|《([^》]+)》|\"([^\"]+)\"|‘([^’]+)’")
_CLAUSE = re.compile(r"[^,;:!?。\n]+")
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
        """Names of companies and the like: words that the dictionary does not know, with names before them."""
        busy = {at for person in self.people for at in range(person.start, person.end)}
        found: list[Token] = []
        for at, token in enumerate(self.tokens):
            if len(token.text) < 2 or token.start in busy or not _is_thing(token):
                continue
            first = at
            while (
                first
                and self.tokens[first - 1].tag in PERSON_TAGS | {"ns"}
                and token.start - self.tokens[first - 1].start < 4
            ):
                first -= 1
            start = self.tokens[first].start
            if found and found[-1].end >= start:
                start = found.pop().start
            found.append(Token(self.text[start : token.end], "nz", start, token.end))
        return found

    @cached_property
    def people(self) -> list[Token]:
        """Names of persons, put together where the word cutter took them apart: 恽淇 + 丞, 乔 + 俊杰."""
        found: list[Token] = []
        foreign = self._foreign()
        for first, token in enumerate(self.tokens):
            if found and token.start < found[-1].end:
                continue
            if foreign and token.end > foreign[0].start:
                found.append(foreign.pop(0))
                continue
            if not _begins_name(token):
                continue
            for last in range(min(first + 2, len(self.tokens) - 1), first - 1, -1):
                parts = self.tokens[first : last + 1]
                name = self.text[token.start : parts[-1].end]
                if (
                    len(name) in (2, 3)
                    and not _ordinary(name)
                    and not self._names_place(name)
                    and _is_name(parts, self.tokens[last + 1 : last + 2])
                ):
                    found.append(Token(name, "nr", token.start, parts[-1].end))
                    break
        return found

    def _foreign(self) -> list[Token]:
        """Names with a dot, whole: 希拉里·比克尔斯."""
        found: list[Token] = []
        for before, dot, after in zip(self.tokens, self.tokens[1:], self.tokens[2:], strict=False):
            if dot.text in "·•・":
                start = found.pop().start if found and found[-1].end == dot.start else before.start
                found.append(Token(self.text[start : after.end], "nr", start, after.end))
        return found

    def mentions(self, names: Iterable[str]) -> list[Token]:
        """Where these names stand, the longest first: what one text shows to be a name is one in the other."""
        if not (some := sorted({name for name in names if name in self.text}, key=len, reverse=True)):
            return []
        return [Token(m.group(), "nr", *m.span()) for m in re.finditer("|".join(map(re.escape, some)), self.text)]

    def _names_place(self, name: str) -> bool:
        """武进, which the word cutter takes for a person, from what stands around it anywhere in the text."""
        if not name.isalpha():
            return True
        around = rf"(?:[在到往赴访于对让使给]|落户|代表|列入){name}|{name}(?:区|县|镇|市|国家)"
        return (
            name[-1] in _NO_PERSON
            or never_person(name)
            or (len(name) == 2 and re.search(around, self.text) is not None)
        )


def _is_thing(token: Token) -> bool:
    odd = token.tag in ("nrt", "nr", "nz") or (not known(token.text) and token.tag[0] == "n")
    return odd and token.text[-1] not in _NO_PERSON and background().get(token.text, 0) < 3e-4


def _begins_name(token: Token) -> bool:
    return "一" <= token.text[0] <= "鿿" and surnamed(token.text) and (token.tag in PERSON_TAGS or len(token.text) == 1)


def _ordinary(name: str) -> bool:
    """Whether what the dictionary has for a person is a word that everybody uses: 洪水, 贡献者, 强台风."""
    if len(name) == 2:
        return background().get(name, 0) > 10 * COMMON
    return known(name) and max(background().get(part, 0) for part in (name[:2], name[1:])) > 10 * COMMON


def _is_name(parts: tuple[Token, ...], following: tuple[Token, ...]) -> bool:
    if any(len(part.text) > 1 and part.tag not in PERSON_TAGS for part in parts[:1]):
        return False
    rest = parts[1:]
    if not rest:
        return parts[0].tag in PERSON_TAGS
    if any(part.tag[0] in "xuwpcrym" or part.text in FUNCTION for part in rest):
        return False
    if len(rest) == 1 and len(rest[0].text) == 1 and parts[0].tag in PERSON_TAGS:
        return (len(parts[0].text) == 2 and rest[0].tag[0] in "njagzd") or (rest[0].tag[0] == "v" and _ends(following))
    return len(parts[0].text) == 1 and any(part.tag in PERSON_TAGS for part in rest)


def _ends(following: tuple[Token, ...]) -> bool:
    return not following or following[0].tag[0] in "xvpc"


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
