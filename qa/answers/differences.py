"""Two reports on one thing that do not say the same: both are shown, newest first, and the difference in one line.

In: ranked sentences and the question. Out: a `Difference`, or None. Only what is set once is compared, a project's
size, cost or dates, and only where both sentences hold every word of the question, name nothing that the other report
does not know, and are limited alike (一期, 2023年, 其中): a false contradiction is worse than none. Knows nothing about
which report is right.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date
from decimal import Decimal
from typing import Literal

import numpy as np
import rjieba

from embeddings.records import Article
from embeddings.words import normalise
from qa.answers import bold
from qa.answers.compose import Mark, Statement, quoted
from qa.asked.question import Question
from qa.fit.owners import asked, other, told_of
from qa.language.dates import printed
from qa.language.moments import Moment, moments
from qa.language.quantities import Quantity, quantities
from qa.ranking.evidence import lean
from qa.ranking.ranker import Ranked
from qa.records import Citation

_COUNT = "零一两三四五"
_MOST = 4  # reports that are set against each other
_RARE = 8.0  # weight of a word that names one thing: 博物馆 is any museum
_FAR = 10  # figures farther apart are not of the same thing
_NEAR = 0.25  # share of the question that must stand near the figure
# Dates of things that happen once; a meeting is held every year.
_ONCE = re.compile(
    r"[开动]工|[竣完]工|建成|投产|达产|通[车水气航]|开[通园业]|投[运用]|启用|封顶|交付|落成|试生产|试运行|入驻|搬迁|奠基|贯通"
)
# What is set once; output, prices and tolls change from report to report.
_FIXED = re.compile(
    r"投资|投入|面积|占地|用地|规模|造价|[总全]?长|多长|[多层]?高|多高|宽|深|[库容][容量积]|产能|年产(?!值)|能力|床位|车位|车道|跨度|注册资"
)
_MOVING = re.compile(r"截至|截止|目前|已|累计|同比|环比|增[长加至]|下降|减少|收盘|完成|剩余|还剩|追加|新增")
_LIMITS = re.compile(
    r"[一二三四五六首]期|第[一二三四五六\d]+[期批阶]|首批|[一二三四五六七八九十\d]+标段|其中|部分|上半年|下半年|[一二三四]季度"
    r"|每[年月天日]|[日年月]均|平均|设备|固定资产|全[省市国区]|\d{1,2}月"
)
_YEAR = re.compile(r"(\d{4})年|([今去明前]年)")
_AGO = {"前年": -2, "去年": -1, "今年": 0, "明年": 1}
_PAUSE = re.compile(r"[,，;；。:：!！?？]")
_NAMES = frozenset({"nr", "nrt", "nrfg", "ns", "nt", "nz"})
_LINE = re.compile(rf"[{_COUNT}]篇报道说法不同：(.+)。")
Value = Quantity | Moment


@dataclass(frozen=True, slots=True)
class _Claim:
    """What one report says: `article.text[start:end]`, of which `low:high` is the figure."""

    article: Article
    start: int
    end: int
    low: int
    high: int
    value: Value
    limits: frozenset[str]
    names: frozenset[str]

    @property
    def told(self) -> str:
        """The figure as printed, with the day that it meant."""
        words = self.article.text[self.low : self.high]
        note = printed(words, self.article.date) if isinstance(self.value, Moment) else ""
        return words + (f"〔{note}〕" if note else "")

    def statement(self) -> Statement:
        note = self.told.removeprefix(self.article.text[self.low : self.high]).strip("〔〕")
        return quoted(self.article, self.start, self.end, [Mark(self.low, self.high, note)])


@dataclass(frozen=True, slots=True)
class Difference:
    """One line a report, newest first, and the line over them."""

    lines: list[Statement]
    head: str


def find(ranked: Sequence[Ranked], question: Question) -> Difference | None:
    """The reports that say otherwise than the one that answers best; None where none does."""
    kind = question.kind
    if kind not in ("number", "date") or not (_ONCE if kind == "date" else _FIXED).search(normalise(question.text)):
        return None
    claims: dict[str, _Claim] = {}
    for sentence in ranked:
        if sentence.evidence.article.id not in claims and (claim := _claim(sentence, question, kind)):
            claims[sentence.evidence.article.id] = claim
    if len(claims) < 2 or ranked[0].evidence.article.id not in claims:
        return None
    best = claims.pop(ranked[0].evidence.article.id)
    rivals = [claim for claim in claims.values() if _against(best, claim)]
    voices = [best]
    for claim in sorted(rivals, key=_newest):
        if all(_against(claim, other) for other in voices):  # who repeats what another says adds nothing
            voices.append(claim)
    if len(voices) == 1:
        return None
    voices = sorted(voices[:_MOST], key=_newest)
    lines = [claim.statement() for claim in voices]
    told = "，".join(f"{label}写{claim.told}" for label, claim in zip(_labels(voices), voices, strict=True))
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


def _newest(claim: _Claim) -> tuple[int, str]:
    return -(claim.article.date or Date.min).toordinal(), claim.article.id


def _labels(claims: Sequence[_Claim]) -> list[str]:
    """The days of issue, or the headlines where a day is unknown or the same."""
    days = [str(claim.article.date) for claim in claims if claim.article.date]
    return days if len(set(days)) == len(claims) else [f"《{claim.article.title}》" for claim in claims]


def _claim(sentence: Ranked, question: Question, kind: Literal["number", "date"]) -> _Claim | None:
    """What a sentence says to the question, if it holds all its words and says one thing plainly."""
    seen, at = sentence.evidence, sentence.sentence
    text, article = seen.article.text, seen.article
    held = np.maximum(seen.covered[at], seen.headline)
    named = seen.proper | (seen.weights >= _RARE)
    if not named.any() or any(held[i] < 1 for i, (word, _) in enumerate(question.words) if len(word) > 1):
        return None
    picked = bold.pick(question, text, seen.spans[at], seen.answers[at])
    if picked is None or picked[1] < _NEAR or not told_of(question, seen):
        return None
    low, high = picked[0]
    if (thing := asked(question, seen)) and other(thing, seen, at, low):
        return None
    value = _value(text, low, high, kind, article.date)
    start, end = lean(seen.spans, text, at)
    about = _about(text, start, low, question)
    if not _tied(question, text, low, high, kind) or _of_another(question, text, (start, end), (low, high)):
        return None
    if value is None or (kind == "number" and _MOVING.search(about + text[high : high + 4])):
        return None
    names = frozenset(word for word, tag in rjieba.tag(normalise(about)) if tag in _NAMES and len(word) > 1)
    return _Claim(article, start, end, low, high, value, _limits(about, article.date, kind), names)


def _tied(question: Question, text: str, low: int, high: int, kind: str) -> bool:
    """Whether what is asked of (竣工, 投资) stands in the clause of the figure."""
    begin = max((match.end() for match in _PAUSE.finditer(text[:low])), default=0)
    after = _PAUSE.search(text, high)
    clause = normalise(text[begin : after.start() if after else len(text)])
    asked = (_ONCE if kind == "date" else _FIXED).finditer(normalise(question.text))
    return any(match.group().lstrip("总全多") in clause for match in asked)


def _of_another(question: Question, text: str, sentence: tuple[int, int], figure: tuple[int, int]) -> bool:
    """Whether a thing that is asked about is named only after the clause of the figure: 小学投资3亿元,医院开诊."""
    pause = _PAUSE.search(text, figure[1], sentence[1])
    cut = pause.start() if pause else sentence[1]
    ahead, behind = normalise(text[sentence[0] : cut]), normalise(text[cut : sentence[1]])
    things = (word for word, tag in question.words if tag[0] in "nj" and len(word) > 1)
    return any(word in behind and word not in ahead for word in things)


def _about(text: str, start: int, low: int, question: Question) -> str:
    """The words before a figure that say what it is of: its clause, and those before it up to one with a name asked."""
    named = [word for word, tag in question.words if tag[0] in "nj" and len(word) > 1]
    cuts = [start, *(start + match.end() for match in _PAUSE.finditer(text[start:low]))]
    for cut in reversed(cuts):
        plain = normalise(text[cut:low])
        if any(word in plain for word in named):
            return text[cut:low]
    return text[start:low]


def _limits(about: str, issued: Date | None, kind: str) -> frozenset[str]:
    """The words that limit a figure, years counted from the day of issue: {一期, 2024年}."""
    plain = normalise(about)
    found = set(_LIMITS.findall(plain)) if kind == "number" else set(re.findall(r"[一二三四五六首]期|\d+标段", plain))
    if kind == "number":
        for year, ago in _YEAR.findall(plain):
            found.add(f"{year}年" if year or not issued else f"{issued.year + _AGO[ago]}年")
    return frozenset(found)


def _value(text: str, low: int, high: int, kind: str, issued: Date | None) -> Value | None:
    """The figure or date at a place of a text."""
    plain = normalise(text[low : high + 6])
    if kind == "number":
        found = [each for each in quantities(plain) if each.value is not None and each.unit and not each.ordinal]
        return found[0] if found and found[0].start < high - low else None
    days = [each for each in moments(plain, issued) if each.start < high - low]
    return days[0] if days and not re.match(r"[昨今][天日晚晨]|近日|日前", plain) and "month" in days[0].parts else None


def _against(one: _Claim, other: _Claim) -> bool:
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
