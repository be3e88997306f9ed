"""What a sentence cites, ready to be looked up: letters, words, and words of like meaning.

In: quotes, and what stands over their articles. Out: an immutable `Cited` that says whether a run of letters, a clause
or a word stands there. Cached, for the sentences of one answer cite the same quotes. Knows nothing about faults.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date
from functools import cached_property, lru_cache

from qa.checks.claims import Reading, letters, read
from qa.language.company import synonyms
from qa.language.moments import issue_date
from qa.language.synonyms import Floats
from qa.language.tokens import FUNCTION, PERSON_TAGS, PLACE_TAGS, Token

_LIGHT = str.maketrans("", "", "的了着地得就也都")
_LOOSE = 6  # letters from which a quotation may leave out such words


@dataclass(frozen=True, eq=False)
class Cited:
    """The quotes and their context, read as one; `quotes` are their letters, clause by clause."""

    whole: Reading
    quoted: Reading
    parts: tuple[str, ...]
    clauses: tuple[tuple[str, ...], ...]

    @cached_property
    def roots(self) -> frozenset[str]:
        """Words of one character: 任 bears out 任职."""
        return frozenset(token.text for token in self.whole.tokens if token.tag[0] in "vand") - FUNCTION

    @cached_property
    def characters(self) -> frozenset[str]:
        """The characters of all words that carry meaning."""
        return frozenset(char for word in self.whole.words for char in word.text) - FUNCTION

    def holds(self, said: Reading) -> bool:
        """Whether the sentence is a run of whole clauses of one quote, word for word."""
        wanted = tuple(letters(said.text[start:end]) for start, end in said.clauses)
        wanted = tuple(filter(None, wanted))
        size = len(wanted)
        return size > 0 and any(
            wanted == clauses[at : at + size] for clauses in self.clauses for at in range(len(clauses) - size + 1)
        )

    def has(self, text: str) -> bool:
        """Whether a quote or the context has these letters in a row."""
        wanted = letters(text)
        return any(wanted in part for part in self.parts)

    def quotes_loosely(self, text: str) -> bool:
        """Whether a quote has these letters but for 的, 了 and the like."""
        wanted = letters(text).translate(_LIGHT)
        return len(wanted) > _LOOSE and any(wanted in part.translate(_LIGHT) for part in self.parts)


@lru_cache(maxsize=64)
def cite(quotes: tuple[str, ...], context: str, issued: Date | None) -> Cited:
    issued = issued or issue_date(read(context).text)
    texts = [*quotes, *([context] if context else [])]
    readings = [read(text, issued) for text in texts]
    clauses = tuple(tuple(filter(None, (letters(r.text[a:b]) for a, b in r.clauses))) for r in readings)
    return Cited(
        read("\n".join(texts), issued),
        read("\n".join(quotes), issued),
        tuple(reading.letters for reading in readings),
        clauses,
    )


def nearest(words: Sequence[Token], cited: Cited) -> Floats:
    """For each word the cosine of the cited word that is nearest in meaning."""
    names = PERSON_TAGS | PLACE_TAGS  # names are near each other, and prove nothing
    there = list(dict.fromkeys(w.text for w in cited.whole.words if len(w.text) > 1 and w.tag not in names))
    near: Floats = synonyms().nearness([word.text for word in words], there).max(axis=1, initial=0)
    return near


def stands(said: Reading, word: Token, cited: Cited) -> bool:
    """Whether a word is cited; a single character only where a neighbour of it is cited as well."""
    if len(word.text) > 1:
        return cited.has(word.text)
    pairs = said.text[max(0, word.start - 1) : word.end], said.text[word.start : word.end + 1]
    return any(len(pair) == 2 and pair in cited.whole.text for pair in pairs)


def scattered(word: str, text: str) -> bool:
    """Whether the characters of a word stand close together, in any order: 承上启下 for 上承下启, 年产 for 年可出产."""
    if len(word) < 2:
        return False
    reach = 2 * len(word)
    return any(
        all(char in text[max(0, match.start() - reach) : match.start() + reach] for char in word)
        for match in re.finditer(re.escape(word[0]), text)
    )


def shortened(name: str, cited: Cited) -> bool:
    """Whether a name is short for a cited one, or put together from cited ones: 财经委员会, 联合国安理会, 印巴."""
    if name == "中国":
        return re.search("我国|全国|国内|中方", cited.whole.text) is not None
    gaps = r"[^,;。、:\s]{0,3}".join(map(re.escape, name))
    if len(name) > 2 and any(len(match.group()) <= 2 * len(name) for match in re.finditer(gaps, cited.whole.text)):
        return True
    if any(cited.has(name[:cut]) and cited.has(name[cut:]) for cut in range(2, len(name) - 1)):
        return True
    places = {token.text[0] for token in cited.whole.tokens if token.tag in PLACE_TAGS}
    return len(name) == 2 and places.issuperset(name)
