"""Is a written sentence borne out by the words that it cites? By the reader's support head, and exact things exactly.

Each figure with its unit, each quotation and each name must stand in the cited words, and what is denied, or done
already, must be so there; beyond that the reader judges whether they entail the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date as Date
from typing import Literal

import rjieba

from embeddings.records import Article
from embeddings.words import bigrams, normalise
from qa.dates import printed
from qa.reader import Reads, Window
from qa.values import figures, same

Support = Literal["supported", "partial", "unsupported"]
FaultKind = Literal["number", "name", "quotation", "polarity", "cause", "entailment"]
LABELS: dict[Support, str] = {"supported": "有据", "partial": "部分有据", "unsupported": "无据"}

_ENTAILED = 0.5  # probability from which a sentence is taken to be borne out
_QUOTED = re.compile(r"[“「『《]([^”」』》]+)[”」』》]")
_NAMES = ("nr", "ns", "nt", "nz")
_DENIAL = re.compile(r"不|没有?|未(?!来)|无(?!锡)|非(?!常|洲)")
_CAUSE = re.compile("(?:就?是)?(?:因为|由于)|因此|所以|导致|原因是?")
_REASON = re.compile("因|由于|原因|所以|导致|理由|使|让|才|为了|以便|故")
_COVERED = 0.2  # share of the terms of a cause, and of what it causes, that the cited words have
_RELATIVE = re.compile(r"大前天|[昨今明前后][天日晚]|[去今明前]年|[上本下]个?月")
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
    if not faults and entailed >= max(_ENTAILED, contradicted):
        return Verdict("supported", (), entailed)
    support: Support = "unsupported" if faults or contradicted > entailed else "partial"
    return Verdict(support, faults or (Fault("entailment", sentence, 0, len(sentence)),), entailed)


def _faults(sentence: str, quoted: str, context: str, issued: Date | None) -> Iterator[Fault]:
    """What of a sentence stands nowhere in the cited words: figures, quotations, names, denials."""
    relative = _RELATIVE.finditer(quoted) if issued else ()
    known = figures(quoted + "".join(f"\n{printed(match[0], issued)}" for match in relative if issued))
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
    if denied := _otherwise_denied(normalise(sentence), normalise(quoted)):
        yield Fault("polarity", denied, 0, len(sentence))
    if not _same_cause(normalise(sentence), normalise(quoted)):
        yield Fault("cause", sentence, 0, len(sentence))


def _otherwise_denied(sentence: str, quoted: str) -> str:
    """What one of two texts denies, or calls done, and the other does not; "" where they agree.

    >>> _otherwise_denied("总投资不是10亿元", "他不来,总投资是10亿元"), _otherwise_denied("大桥收费", "大桥不收费")
    ('不是', '不收费')
    """
    for match in _DENIAL.finditer(sentence):
        follows = sentence[match.end() : match.end() + 1]
        if not re.search(rf"[不没未无非难停零免禁].{{0,2}}{re.escape(follows)}", quoted):
            return match[0] + follows
    for match in () if _DENIAL.search(sentence) else _DENIAL.finditer(quoted):
        follows = quoted[match.end() : match.end() + 2]
        if len(follows) == 2 and follows.isalpha() and follows in sentence and quoted.count(follows) == 1:
            return match[0] + follows
    return "已" if "已" in sentence and not re.search("已|了|完成|成为|过", quoted) else ""


def _same_cause(sentence: str, quoted: str) -> bool:
    """Whether a sentence gives no reason, or the cited words do, too, and speak of both what is so and why.

    Small models like to join what the question asks to whatever they have read by a 因为.

    >>> _same_cause("工期提前是因为道路绕开了古树", "道路因为要绕开古树,长出1.2公里")
    False
    """
    if not _CAUSE.search(sentence):
        return True
    known, parts = set(bigrams(quoted)), [set(bigrams(part)) for part in _CAUSE.split(sentence) if len(part) > 3]
    return bool(_REASON.search(quoted)) and all(len(each & known) >= _COVERED * len(each) for each in parts)


def _bare(text: str) -> str:
    """The text without marks and white space, normalised."""
    return _MARKS.sub("", normalise(text))
