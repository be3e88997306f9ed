"""The answers to one question about several things → one answer: a line for each, and above them how they compare.

In: what was asked (qa/asked/several.py) and the answer about each thing. Out: an `Answer` with its citations numbered
through; where both figures can be read and have one unit, the first line says what they come to. A thing of which
nothing is told is named in a refusal. Knows nothing about how the answers were found.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from embeddings.words import normalise
from qa.answers.compose import REFUSAL
from qa.asked.conditions import open_condition
from qa.asked.parts import joined
from qa.asked.several import Several
from qa.language.moments import Moment, moments
from qa.language.quantities import Quantity, quantities
from qa.records import Answer

_PIECE = re.compile(r".*?\[\d+\]", re.DOTALL)
_EXTENTS = {word: word[-1] for word in ("长", "高", "宽", "深", "全长")}
_EXTENTS |= {"短": "长", "低": "高", "长度": "长", "总长": "长", "高度": "高"}
_SCALES = {"元": ((10**8, "亿"), (10**4, "万")), "米": ((10**3, "公里"),)}
_PARTS = ("year", "month", "day")
_BEHIND = 6  # what a date behind what happened counts farther
_NEAR = 24  # characters between a date and what happened on it


def together(asked: Several, answers: Sequence[Answer]) -> Answer:
    """One answer made of those to each question, and what their figures come to."""
    short = [_shortened(answer) for answer in answers] if asked.weighed else list(answers)
    whole = joined(short)
    verdict = (_first if asked.dated else _larger)(asked, answers) if asked.weighed else ""
    return replace(whole, text=f"{verdict}\n{whole.text}") if verdict else whole


def lacking(asked: Several, answers: Sequence[Answer], refusal: Answer) -> Answer:
    """The refusal that names the things of which nothing is told; `refusal` is what the whole question got."""
    missing = "、".join(name for name, answer in zip(asked.names, answers, strict=True) if answer.refused)
    what = "" if not asked.weighed else f"的{asked.weighed}" if not asked.dated else f"{asked.weighed}的时间"
    said = f"{REFUSAL}没有找到{missing}{what}。"
    least = min(answer.confidence for answer in answers)
    if not refusal.refused:  # it answered something, but not this
        return replace(refusal, text=said, citations=(), refused=True, confidence=least)
    return replace(refusal, text=said + refusal.text.removeprefix(REFUSAL) if refusal.citations else said)


def about_all(asked: Several, answer: Answer) -> bool:
    """Whether what an answer cites names every one of the things, and what they are compared by."""
    cited = normalise(" ".join(citation.quote for citation in answer.citations))
    figured = asked.dated or not asked.weighed or re.search(r"\d", cited) is not None
    return not answer.refused and figured and all(word in cited for word in (*asked.names, asked.weighed[-2:]))


def _shortened(answer: Answer) -> Answer:
    """An answer with its first sentence alone: what two things are compared by stands in one each."""
    first = _PIECE.match(answer.text)
    return replace(answer, text=first.group(), citations=answer.citations[:1]) if first else answer


def _larger(asked: Several, answers: Sequence[Answer]) -> str:
    """Which figure is larger, and by how much; "" where they cannot be compared."""
    figures = [_figure(asked, name, answer) for name, answer in zip(asked.names, answers, strict=True)]
    known = [each for each in figures if each is not None and each.value is not None]
    if len(known) != len(figures) or len(known) < 2:
        return ""
    row = "，".join(f"{name}{figure.text}" for name, figure in zip(asked.names, known, strict=True))
    if len({figure.unit for figure in known}) > 1:
        return f"{asked.weighed}：{row}；两者的单位不同，没有换算。"
    values = [figure.value or Decimal(0) for figure in known]
    best, about = max(values), "约" if any(figure.bound for figure in known) else ""
    if len(set(values)) == 1:
        return f"{asked.weighed}：{row}，两者相同。"
    name = asked.names[values.index(best)]
    return f"{asked.weighed}：{row}；{name}较大，相差{about}{_amount(best - min(values), known[0].unit)}。"


def _figure(asked: Several, name: str, answer: Answer) -> Quantity | None:
    """The figure of the measure that is told of a thing: the first one after its name, if any."""
    quote = normalise(answer.citations[0].quote) if answer.citations else ""
    text = quote[quote.find(name) + len(name) :] if name in quote else quote
    for other in asked.names:
        text = text.partition(other)[0] if other != name and other not in name else text
    if way := _EXTENTS.get(asked.weighed):
        own = [each for each in quantities(text) if each.unit == "米"]
        return next((each for each in own if way in text[max(0, each.start - 4) : each.start]), None)
    found = open_condition("投资" if asked.weighed.endswith("造价") else asked.weighed).told_in(text)
    return found[0] if found else None


def _first(asked: Several, answers: Sequence[Answer]) -> str:
    """Which came first; "" where the dates are not told, or do not tell."""
    found = []
    for answer in answers:
        cited = answer.citations[0]
        text = normalise(cited.quote)
        at = text.find(asked.weighed)
        days = [(_gap(each, at), each) for each in moments(text, cited.article.date)]
        found.append(min((each for each in days if each[0] < _NEAR), key=lambda each: each[0], default=(0, None))[1])
    if any(day is None for day in found):
        return ""
    keys = [tuple(day.parts.get(part, day.year if part == "year" else None) for part in _PARTS) for day in found if day]
    for values in zip(*keys, strict=True):
        if not all(isinstance(value, int) for value in values):
            return ""
        if len(set(values)) > 1:
            name = asked.names[values.index(min(values))]
            row = "，".join(f"{name}{day.text}" for name, day in zip(asked.names, found, strict=True) if day)
            return f"{asked.weighed}：{row}；{name}较早。"
    return ""


def _gap(day: Moment, at: int) -> int:
    """How far a date stands from the word at `at`; one after a word is farther than one before it."""
    return at - day.end if day.end <= at else day.start - at + _BEHIND


def _amount(value: Decimal, unit: str) -> str:
    """A figure in 亿, 万 or 公里: 730000000 元 → 7.3亿元.

    >>> _amount(Decimal(730000000), "元"), _amount(Decimal(92000), "米"), _amount(Decimal(110), "亩")
    ('7.3亿元', '92公里', '110亩')
    """
    for scale, name in _SCALES.get(unit, _SCALES["元"]):
        if value >= scale:
            return f"{(value / scale).normalize():f}{name}{'' if unit == '米' else unit}"
    return f"{value.normalize():f}{unit}"
