"""Is a written sentence borne out by the words that it cites? By the reader's support head, and exact things exactly.

In: a sentence, the quotes that it cites, and what stands over their article. Out: a `Verdict`, with every fault and its
place. Each figure with its unit, each quotation and each name must stand in the cited words, and what denies must
be denied there; beyond that the reader judges whether they entail the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date as Date
from typing import Literal

import rjieba

from embeddings.records import Article
from embeddings.words import normalise
from qa.dates import printed
from qa.reader import Reads, Window
from qa.values import figures, same

Support = Literal["supported", "partial", "unsupported"]
FaultKind = Literal["number", "name", "quotation", "polarity", "entailment"]
LABELS: dict[Support, str] = {"supported": "有据", "partial": "部分有据", "unsupported": "无据"}

_ENTAILED = 0.5  # probability from which a sentence is taken to be borne out
_QUOTED = re.compile(r"[“「『《]([^”」』》]+)[”」』》]")
_NAMES = ("nr", "ns", "nt", "nz")
_DENIAL = re.compile(r"不|没|未(?!来)|无(?!锡)|非(?!常|洲)")
_MARKS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Fault:
    """A claim that is not borne out: `sentence[start:end]`."""

    kind: FaultKind
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a sentence is worth; `entailed` is the reader's probability that the cited words bear it out."""

    support: Support
    faults: tuple[Fault, ...] = ()
    entailed: float = 1.0

    @property
    def label(self) -> str:
        """For readers: 有据, 部分有据 or 无据."""
        return LABELS[self.support]


def verify(
    sentence: str, quotes: Sequence[str], reader: Reads, context: str = "", issued: Date | None = None
) -> Verdict:
    """Check one sentence against the quotes that it cites.

    `context` is what stands over the cited article (headline, reporters): it may bear out names, but no figure.
    """
    quoted = "\n".join(quotes)
    if _bare(sentence) and _bare(sentence) in _bare(quoted):
        return Verdict("supported")
    faults = tuple(_faults(sentence, quoted, context, issued))
    window = Window(Article(quoted, headline=context, date=issued), 0, len(quoted))
    entailed, contradicted, _ = reader.read(sentence, [window])[0].support
    if faults or contradicted > entailed:
        return Verdict("unsupported", faults or (Fault("entailment", sentence, 0, len(sentence)),), entailed)
    if entailed < _ENTAILED:
        return Verdict("partial", (Fault("entailment", sentence, 0, len(sentence)),), entailed)
    return Verdict("supported", (), entailed)


def _faults(sentence: str, quoted: str, context: str, issued: Date | None) -> Iterator[Fault]:
    """Figures, quotations and names that stand nowhere in the cited words."""
    known = figures(quoted + _days(quoted, issued))
    if (denial := _DENIAL.search(sentence)) and not _DENIAL.search(quoted):
        yield Fault("polarity", denial[0], denial.start(), denial.end())
    for figure in figures(sentence):
        if not any(same(figure, other) or figure.text == other.text for other in known):
            yield Fault("number", figure.text, figure.start, figure.end)
    everything = normalise(f"{quoted}\n{context}")
    for match in _QUOTED.finditer(sentence):
        if _bare(match[1]) not in _bare(everything):
            yield Fault("quotation", match[1], match.start(1), match.end(1))
    at = 0
    for word, tag in rjieba.tag(sentence):
        start = sentence.find(word, at)
        at = max(at, start + len(word))
        if tag[:2] in _NAMES and len(word) > 1 and normalise(word) not in everything:
            yield Fault("name", word, start, start + len(word))


_RELATIVE = re.compile(r"大前天|[昨今明前后][天日晚]|[去今明前]年|[上本下]个?月")


def _days(quoted: str, issued: Date | None) -> str:
    """The days that the relative ones of a text were, so that a sentence may say either."""
    return "".join(f"\n{printed(match[0], issued)}" for match in _RELATIVE.finditer(quoted)) if issued else ""


def _bare(text: str) -> str:
    """The text without marks and white space, normalised."""
    return _MARKS.sub("", normalise(text))
