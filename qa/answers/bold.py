"""Which words of a sentence are the answer: the span that is shown in bold, or none.

In: a question, a sentence within its text, and the candidates of the kind asked for. Out: the best of them, with a
score, mended where a name was cut in half. A wrong mark misleads more than none helps: where nothing stands near what
the question asks about, nothing is marked. Knows nothing about how sentences were chosen.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import rjieba

from embeddings.names import surnamed
from embeddings.words import normalise
from qa.asked.question import Question

Span = tuple[int, int]
KINDS = ("number", "date", "person", "place")
_ENDS = ",，。;；、\n"
_NEAR = 7.0  # characters over which the pull of a word falls to a third
_PAUSES = {"、": 5, ",": 6, "，": 6, ":": 3, "：": 3, ";": 14, "；": 14, "。": 20, "(": 3, ")": 3, "（": 3, "）": 3}
_EVENT = 3  # weight of what happens, where its day is asked for
_LINK = re.compile(r"的?(?:时间|日期|日子)(?:初步|预计|拟|计划)?(?:定在|定于|定为|为|是|在|:)")
_CLAIMED = 6  # characters that every other candidate in between adds
_LEAST = 0.05  # below this share of the question nothing near is asked about
_VAGUE = re.compile(r"近日|日前|目前|昨[天日晚]|今[天日]|当[天日]|上午|下午|[今明去]年$|年[内底初]")
_FORMS = (  # what is asked for → what an answer must hold
    (r"哪一?年|哪年", r"\d年|[今明去前]年"),
    (r"几月|哪(一)?个?月", r"月"),
    (r"几[日号]|哪一?(天|日)", r"[日号天]|昨|今|明"),
    (r"哪一?(?:个|座)?(国家|国|省|市|区|县|镇|乡|村|街道|社区|城市|州)", None),
)
_PRONE = {"国家": "国", "城市": "市"}
_SHARE = re.compile(r"比例|占比|百分|比重|率|%|成$|分之")
_MEASURE = re.compile(r"(投资|面积|用地|占地|产值|收入|利润|资金)(?:总?额)?(?:将|约|超过?|近|达到?|为|是|有|规划为)*$")
_NEVER = re.compile(r"[的了以是在和与及等将]")  # no name has these
_WEAK = re.compile(r"[一二两三四]?[个位名]$|一[期批条次]$|[一二三]期$|第[一二三]$")


def pick(question: Question, text: str, sentence: Span, found: Sequence[Span]) -> tuple[Span, float] | None:
    """The candidate that answers, as a span of `text`, and how much of the question stands near it (0–1).

    `found` counts from the start of the sentence; words before the sentence in its paragraph count, from farther away.

    >>> asked = Question("扩散板年产多少吨？", "number", "吨")
    >>> pick(asked, "年产导光板14000吨、扩散板36000吨。", (0, 22), [(5, 11), (15, 21)])[0]
    (15, 21)
    """
    start, _ = sentence
    mended = (_mended(question, text, (start + low, start + high)) for low, high in found)
    spans = list(dict.fromkeys(span for span in mended if span))
    scored = [(span, _pull(question, text, span, spans) * _fit(question, text, span)) for span in spans]
    best = max(scored, key=lambda each: each[1], default=None)
    return best if best and best[1] >= _LEAST else None


def _pull(question: Question, text: str, span: Span, rivals: Sequence[Span]) -> float:
    """How near the question's words stand, each by its length, as a share of all of them.

    A word that stands nearer to another candidate pulls less, and so does one on the far side of where it belongs: a
    figure follows what it measures, a day comes before what happened.
    """
    low, high = span
    before, after = text[max(0, low - 120) : low], text[high : high + 60]
    behind, ahead = (3, 0) if question.kind == "date" else (0, 3)
    if question.kind == "date":
        after = after.lstrip(",，")
    offset = len(text[high : high + 60]) - len(after)
    total = reached = 0.0
    for word, doing in _pulling(question):
        weight = len(word) ** 0.5 * (_EVENT if doing and question.kind == "date" else 1)
        total += weight
        gaps = []
        if (at := _plain(before).rfind(word)) >= 0:
            end = low - len(before) + at + len(word)
            linked = question.kind == "date" and _LINK.fullmatch(text[end:low]) is not None
            between = sum(end <= a and b <= low for a, b in rivals)
            gaps.append((0 if linked else _gap(text[end:low]) + behind) + _CLAIMED * between)
        if (at := _plain(after).find(word)) >= 0:
            begin = high + offset + at
            gaps.append(_gap(after[:at]) + ahead + _CLAIMED * sum(high <= a and b <= begin for a, b in rivals))
        if gaps:
            reached += weight * math.exp(-min(gaps) / _NEAR)
    return reached / total if total else 0.0


def _pulling(question: Question) -> list[tuple[str, bool]]:
    """The question's words, and whether each is a doing; a lone character goes with the word before it: 扩散板."""
    words: list[tuple[str, bool]] = []
    for word, tag in question.words:
        if words and len(word) == 1 and words[-1][0] + word in question.content:
            words[-1] = words[-1][0] + word, words[-1][1]
        else:
            words.append((word, tag[0] == "v"))
    return words


def _plain(text: str) -> str:
    """The text normalised, where that leaves every character in its place."""
    plain = normalise(text)
    return plain if len(plain) == len(text) else text.lower()


def _gap(between: str) -> int:
    return len(between) + sum(_PAUSES.get(char, 0) for char in between)


def _fit(question: Question, text: str, span: Span) -> float:
    """How well the form of a candidate suits what is asked for: 哪个镇 is a 镇, 几米 are metres."""
    said, asked = text[slice(*span)], normalise(question.text)
    fit = 1.0
    if question.kind == "number":
        if _SHARE.search(asked):
            fit *= 1.0 if _SHARE.search(said) else 0.1
        measure = _MEASURE.search(text[: span[0]][-8:])
        if measure and measure.group(1) not in asked:
            fit *= 0.3
        unit = question.unit
        if unit and unit not in ("元", "%"):
            fit *= (
                1.0
                if re.search(rf"(?<![千平方立厘毫公百]){re.escape(unit)}", said + text[span[1] : span[1] + 2])
                else 0.5
            )
        if _WEAK.search(said) and said[-1:] != unit:
            fit *= 0.1 if said[-1] in "期批" else 0.3
    for form, wanted in _FORMS:
        if match := re.search(form, asked):
            pattern = wanted or f"{_PRONE.get(match.group(1), match.group(1))}$"
            fit *= 1.0 if re.search(pattern, said) else 0.3
    if question.kind == "place" and re.search(r"[位坐座]?[于落在]$", text[: span[0]]):
        fit *= 1.5
    if question.kind == "date" and _VAGUE.search(said):
        fit *= 0.7
    return fit


def _mended(question: Question, text: str, span: Span) -> Span | None:
    """The candidate with what was cut off of it (乔|俊杰, 国|际社区); None for what is no name."""
    if question.kind == "place":
        return _whole_words(text, span)
    if question.kind != "person":
        return span
    low, high = span
    if "·" in (text[low - 1 : low], text[high : high + 1]):
        return None  # a part of a foreign name
    said = text[low:high]
    if low and not surnamed(said) and surnamed(text[low - 1]) and len(said) in (2, 3):
        low, high = low - 1, high - (len(said) == 3)
    said = text[low:high]
    if re.search(rf"{re.escape(said)}(?:国家|经开|高新|[区市县镇省乡])", text):
        return None  # 武进 is no person, though 武 is a surname
    return (low, high) if ("·" in said or len(said) > 4 or surnamed(said)) and not _NEVER.search(said) else None


def _whole_words(text: str, span: Span) -> Span:
    """The span widened to the words that it cuts through."""
    begin = max((text.rfind(pause, 0, span[0]) for pause in _ENDS), default=-1) + 1
    low, high = span
    at = begin
    for word in rjieba.cut(text[begin : high + 8]):
        if at < low < at + len(word):
            low = at
        if at < high < at + len(word):
            high = at + len(word)
        at += len(word)
    return low, high
