"""Two reports on one thing that do not say the same: both are shown, newest first, and the difference in one line.

In: ranked sentences and the question. Out: a `Difference`, or None. Claims (claimed.py) are compared only where they
name nothing that the other report does not know, and are limited alike (一期, 2023年, 其中): a false contradiction is
worse than none. Knows nothing about which report is right.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date
from decimal import Decimal

from embeddings.words import normalise
from qa.answers.claimed import Claim, claim, once
from qa.answers.compose import Statement
from qa.asked.question import Question
from qa.language.dates import printed
from qa.language.moments import Moment
from qa.language.quantities import Quantity
from qa.ranking.ranker import Ranked
from qa.records import Citation

_COUNT = "零一两三四五"
_MOST = 4  # reports that are set against each other
_FAR = 10  # figures farther apart are not of the same thing
_LINE = re.compile(rf"[{_COUNT}]篇报道说法不同：(.+)。")


@dataclass(frozen=True, slots=True)
class Difference:
    """One line a report, newest first, and the line over them."""

    lines: list[Statement]
    head: str


def find(ranked: Sequence[Ranked], question: Question) -> Difference | None:
    """The reports that say otherwise than the one that answers best; None where none does."""
    if not once(question):
        return None
    claims: dict[str, Claim] = {}
    for sentence in ranked:
        if sentence.evidence.article.id not in claims and (said := claim(sentence, question)):
            claims[sentence.evidence.article.id] = said
    if len(claims) < 2 or ranked[0].evidence.article.id not in claims:
        return None
    best = claims.pop(ranked[0].evidence.article.id)
    rivals = [each for each in claims.values() if _against(best, each)]
    voices = [best]
    for rival in sorted(rivals, key=_newest):
        if all(_against(rival, voice) for voice in voices):  # who repeats what another says adds nothing
            voices.append(rival)
    if len(voices) == 1:
        return None
    voices = sorted(voices[:_MOST], key=_newest)
    lines = [voice.statement() for voice in voices]
    told = "，".join(f"{label}写{voice.told}" for label, voice in zip(_labels(voices), voices, strict=True))
    return Difference(lines, f"{_COUNT[len(voices)]}篇报道说法不同：{told}。\n")


def borne_out(line: str, citations: Sequence[Citation]) -> bool | None:
    """Whether a line that points out a difference is true of the citations; None if it is no such line."""
    match = _LINE.fullmatch(line.strip())
    if match is None:
        return None
    parts = re.split(r"，(?=\d{4}-\d\d-\d\d写|《)", match.group(1))
    return len(parts) == len(citations) and all(
        part in (f"{label}写{figure}{note}" for label in (str(each.date), f"《{each.headline}》"))
        for part, each in zip(parts, citations, strict=True)
        for figure, note in [_figure(part, each)]
    )


def _figure(part: str, citation: Citation) -> tuple[str, str]:
    """The figure at the end of a part, if the quote has it, and its note."""
    words, _, note = part.partition("〔")
    figure = words.rpartition("写")[2]
    told = printed(figure, citation.date)
    return (figure if figure in citation.quote else "", f"〔{told}〕" if note and told else "")


def _newest(claim: Claim) -> tuple[int, str]:
    return -(claim.article.date or Date.min).toordinal(), claim.article.id


def _labels(claims: Sequence[Claim]) -> list[str]:
    """The days of issue, or the headlines where a day is unknown or the same."""
    days = [str(claim.article.date) for claim in claims if claim.article.date]
    return days if len(set(days)) == len(claims) else [f"《{claim.article.title}》" for claim in claims]


def _against(one: Claim, other: Claim) -> bool:
    """Whether two claims are of the same thing and cannot both be right."""
    known = [normalise(f"{each.article.headline}{each.article.kicker}{each.article.text}") for each in (one, other)]
    if one.limits != other.limits or any(name not in known[1] for name in one.names):
        return False
    if any(name not in known[0] for name in other.names):
        return False
    if isinstance(one.value, Quantity) and isinstance(other.value, Quantity):
        return _apart(one.value, other.value)
    if isinstance(one.value, Moment) and isinstance(other.value, Moment):
        return _elsewhen(one.value, other.value)
    return False


def _apart(one: Quantity, other: Quantity) -> bool:
    """Whether two figures of one unit cannot both be right: 8亿 and 10亿, but not 超8亿 and 10亿, 约10亿 and 9.8亿."""
    if one.unit != other.unit or one.value is None or other.value is None or one.says(other) or other.says(one):
        return False
    small, large = sorted((one, other), key=lambda each: each.value or 0)
    if small.bound == "over" or large.bound == "under":
        return False
    least = Decimal("1.1") if one.bound or other.bound else Decimal("1.01")
    return bool(small.value) and least < (large.value or 0) / (small.value or 1) < _FAR


def _elsewhen(one: Moment, other: Moment) -> bool:
    """Whether two dates differ in a part that both name, the year said or understood."""
    if one.says(other) or other.says(one):
        return False
    years = [each.parts.get("year", each.year) for each in (one, other)]
    if not all(isinstance(year, int) for year in years):
        return False
    first, second = dict(one.parts) | {"year": years[0]}, dict(other.parts) | {"year": years[1]}
    return any(first[name] != second[name] for name in first.keys() & second.keys() if name in ("year", "month", "day"))
