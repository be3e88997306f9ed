"""Lines of a list that may speak of one and the same thing: a project in two reports.

In: lines. Out: each thing once where its reports tell the same figures of it, and what is to be said of the rest. Names
that begin alike are taken for one name unless it is a place, a person or a common word. Knows nothing about questions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from embeddings.words import normalise
from qa.answers.compose import Statement
from qa.asked.asking import is_person
from qa.language.company import is_place
from qa.language.quantities import quantities
from qa.language.rarity import background

_NAME = re.compile(r"[^,，。;；、:：!！?？—“”()（）《》\s]{2,24}?(?:项目|工程|基地)")
_HEADED = re.compile(r"^《[^》]*》：")
_COMMON = 2e-4  # share of the news from which a word names no company
_SHARED = 2  # figures that two reports of one thing share: that which is asked for, and another


def once(lines: Sequence[Statement]) -> tuple[list[Statement], str]:
    """The lines without those that tell the same figures of a thing again, the longest kept, and what was left out.

    Lines of one report are never the same thing.
    """
    left: dict[int, str] = {}
    for name, one, other in _pairs(lines):
        if lines[one].article.id == lines[other].article.id or one in left or other in left:
            continue
        if len(_figures(lines[one]) & _figures(lines[other])) >= _SHARED:
            left[min((one, other), key=lambda at: lines[at].end - lines[at].start)] = name
    said = "、".join(f"“{name}”" for name in dict.fromkeys(left.values()))
    return [line for at, line in enumerate(lines) if at not in left], f"{said}另有报道，只列一次" if said else ""


def alike(lines: Sequence[Statement], most: int) -> str:
    """Which lines may speak of one and the same thing, and how many things they are then; "" where none do."""
    if len(lines) > most:
        return ""
    groups: dict[str, set[int]] = {}
    for name, one, other in _pairs(lines):
        groups.setdefault(name, set()).update((one + 1, other + 1))
    if not groups:
        return ""
    fewer = len(lines) - sum(len(group) - 1 for group in groups.values())
    said = "；".join(f"第{'、'.join(map(str, sorted(group)))}条都写“{name}”" for name, group in groups.items())
    return f"按{fewer}个算（{said}）"


def _pairs(lines: Sequence[Statement]) -> Iterator[tuple[str, int, int]]:
    """Every two lines that name something alike, and the name."""
    names = [{name.group() for name in _NAME.finditer(_HEADED.sub("", line.text).partition("**")[0])} for line in lines]
    for (one, ours), (other, theirs) in combinations(enumerate(names), 2):
        if shared := max((_prefix(a, b) for a in ours for b in theirs), key=len, default=""):
            yield shared, one, other


def _figures(line: Statement) -> set[tuple[Decimal | None, str]]:
    """The figures that a line tells, with their units."""
    told = quantities(normalise(line.article.text[line.start : line.end]))
    return {(each.value, each.unit) for each in told if each.value is not None and not each.ordinal}


def _prefix(one: str, other: str) -> str:
    """The name that two names begin with, where it is no place and no common word: 科恩."""
    size = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    shared = one[:size]
    known = [size for size in range(2, len(shared) + 1) if background().get(shared[:size], 0) > _COMMON]
    person = any(is_person(shared[:length]) for length in (2, 3) if length <= len(shared))
    return "" if len(shared) < 2 or known or person or (is_place(shared) and shared in background()) else shared
