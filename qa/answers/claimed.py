"""What one report says to a question for a size, a cost or a date: a `Claim`, or None where it says nothing plainly.

In: a ranked sentence and the question. Out: what is claimed, as printed and as a value, by what it is limited (一期,
2023年, 其中) and whom it names. Only a sentence that holds every word of the question claims anything. Knows nothing
about other reports.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date as Date

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

_RARE = 8.0  # weight of a word that names one thing: 博物馆 is any museum
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
Value = Quantity | Moment


@dataclass(frozen=True, slots=True)
class Claim:
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


def once(question: Question) -> bool:
    """Whether a question asks for what is set once, so that two reports of it can differ."""
    told = {"number": _FIXED, "date": _ONCE}.get(question.kind)
    return told is not None and told.search(normalise(question.text)) is not None


def claim(sentence: Ranked, question: Question) -> Claim | None:
    """What a sentence says to the question, if it holds all its words and says one thing plainly."""
    kind = question.kind
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
    return Claim(article, start, end, low, high, value, _limits(about, article.date, kind), names)


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
