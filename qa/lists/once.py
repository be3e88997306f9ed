"""One line for each thing that a list tells of, however many reports tell of it: newest first, each report cited.

In: lines, each with the things that it tells of. Out: a line for each thing, and what is to be said of those that may
be one and the same. Two names are those of one thing where they are alike and the reports share figures; a place, a
person or a common word at their beginning does not make them alike. Knows nothing about questions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import combinations

from embeddings.words import normalise
from qa.answers.compose import Statement
from qa.asked.asking import is_person
from qa.language.company import is_place
from qa.language.quantities import Quantity, quantities
from qa.language.rarity import background
from qa.lists.subject import Subject
from qa.ranking.lookup import paragraph
from qa.ranking.reprints import distinct

_SUFFIX = re.compile(r"(?:建设)?(?:基地)?(?:项目|工程|基地)$")
_STAGE = re.compile(r"[一二三四五六七八九十\d]+(?:期|标段)")
_COMMON = 2e-4  # share of the news from which a word names no company
_SHARED = 2  # figures that two reports of one thing share: that which is asked for, and another
_LONGEST = 300  # characters of a line that begins where its thing is named


@dataclass(frozen=True)
class Told:
    """A line and the thing that it tells of, "" where that is open; `figure` is the one for which it is listed.

    `shared` is the name under which reports tell of it that call it otherwise.
    """

    line: Statement
    name: str
    figure: Quantity | None = None
    shared: str = ""

    @property
    def value(self) -> Decimal:
        return (self.figure.value if self.figure else None) or Decimal(0)

    @cached_property
    def figures(self) -> set[tuple[Decimal | None, str]]:
        """What the paragraph of the line tells in figures, and its headline."""
        article = self.line.article
        around = f"{article.kicker} {article.headline} {article.text[slice(*paragraph(article.text, self.line.start))]}"
        return {(each.value, each.unit) for each in quantities(normalise(around)) if each.unit and not each.ordinal}

    @property
    def issued(self) -> int:
        return self.line.article.date.toordinal() if self.line.article.date else 0


def named(line: Statement, subject: Subject) -> Statement:
    """A line from where the thing is named that it tells of; under the headline where that alone names it."""
    article = line.article
    if subject.start < line.start and line.end - subject.start <= _LONGEST:
        before = article.text[subject.start : line.start]
        return replace(line, text=before + line.text, start=subject.start)
    stem = _stem(subject.name)
    bare = stem and stem not in normalise(line.text) and article.title not in line.text
    above = article.kicker if stem in normalise(article.kicker) else ""
    return replace(line, text=f"《{above}{article.title}》：{line.text}") if bare else line


def once(told: Sequence[Told]) -> list[Told]:
    """One line a thing: that of the newest report, of one day the longest, with the others as further proof; none of
    reprints, and one for what overlaps in one report."""
    groups: list[list[Told]] = []
    for one in _standing(told):
        same = next((group for group in groups if any(_same(one, other) for other in group)), None)
        groups.append([one]) if same is None else same.append(one)
    return [_joined(group) for group in groups]


def newest(told: Iterable[Told]) -> list[Told]:
    """Lines of the newest reports first, those without a day last."""
    return sorted(told, key=lambda one: -one.issued)


def alike(told: Sequence[Told], most: int) -> str:
    """Which lines may speak of one and the same thing, and how many things they are then; "" where none do."""
    if len(told) > most:
        return ""
    groups: dict[str, set[int]] = {}
    for (at, one), (to, other) in combinations(enumerate(told, start=1), 2):
        if shared := _prefix(one.name, other.name):
            groups.setdefault(shared, set()).update((at, to))
    if not groups:
        return ""
    fewer = len(told) - sum(len(group) - 1 for group in groups.values())
    said = "；".join(f"第{'、'.join(map(str, sorted(group)))}条都写“{name}”" for name, group in groups.items())
    return f"按{fewer}个算（{said}）"


def _standing(told: Sequence[Told]) -> list[Told]:
    standing = {article.id for article in distinct(one.line.article for one in told)}
    kept: list[Told] = []
    for one in told:
        line, before = one.line, kept[-1].line if kept else None
        if line.article.id not in standing:
            continue
        if before and before.article.id == line.article.id and line.start < before.end and one.name == kept[-1].name:
            kept[-1] = max(kept[-1], one, key=lambda each: each.line.end - each.line.start)
        else:
            kept.append(one)
    return kept


def _joined(group: Sequence[Told]) -> Told:
    """The line of a thing, with a further proof from each other report."""
    first, *others = sorted(group, key=lambda one: (-one.issued, one.line.start - one.line.end))
    seen = {first.line.article.id: first.line}
    for one in others:
        seen.setdefault(one.line.article.id, one.line)
    shared = next((_prefix(first.name, one.name) for one in others if _stem(one.name) != _stem(first.name)), "")
    return replace(first, line=replace(first.line, also=tuple(seen.values())[1:]), shared=shared)


def _same(one: Told, other: Told) -> bool:
    """Whether two lines tell of one thing: its name is the same, or begins alike and the figures agree."""
    a, b = _stem(one.name), _stem(other.name)
    if not a or not b or _STAGE.findall(a) != _STAGE.findall(b):
        return False
    shared = _prefix(a, b)
    figures = len(one.figures & other.figures)
    return a == b or bool(shared and figures >= (1 if shared in (a, b) else _SHARED))


def _stem(name: str) -> str:
    """A name without what kind of thing it is: 龙城芯谷项目 → 龙城芯谷."""
    return _SUFFIX.sub("", name)


def _prefix(one: str, other: str) -> str:
    """The name that two names begin with, where it is no place and no common word: 科恩."""
    size = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    shared = one[:size]
    known = [size for size in range(2, len(shared) + 1) if background().get(shared[:size], 0) > _COMMON]
    person = any(is_person(shared[:length]) for length in (2, 3) if length <= len(shared))
    return "" if len(shared) < 2 or known or person or (is_place(shared) and shared in background()) else shared
