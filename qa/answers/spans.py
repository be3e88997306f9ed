"""Which words of an answer are shown in bold: those on which the reader and the pattern of the kind agree.

In: ranked sentences with the words that the reader takes, and a question. Out: one span of one article, whole: a figure
with its unit, a name that is not cut, or None where the two do not agree. Knows nothing about how sentences are shown.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import rjieba

from embeddings.names import surnamed
from qa.answers import bold, borders, offices, suiting
from qa.answers.bold import Span
from qa.asked.asking import MEASURES, written
from qa.asked.question import Question
from qa.fit.owners import asked as asked_about
from qa.fit.owners import other
from qa.language.dimensions import measured
from qa.language.titles import name_end
from qa.ranking.ranker import Ranked

Marked = tuple[str, int, int]  # id of an article, start, end
KINDS = frozenset({*bold.KINDS, "organisation", "role", "what"})
_SURE = 4.0  # log-odds of the reader from which its words count
_SURER = 10.0  # the same where the question's words do not stand near
_LONGEST = 30  # characters of a name or a place
_PAUSE = re.compile(r"[,，。;；:：!！?？\n]")
_UNITS = (
    rf"(?:{MEASURES}|公分|[厘毫分]米|公斤|千克|克|升|英[里尺寸]|分钟|小时|秒|周年|级|首|集|卷|册|枚|列|对|类|轮|门|艘|架|分|成|倍"
    r"|\s?[A-Za-z²³%℃°]+)"
)
_BEFORE = re.compile(r"(?:[A-Za-z]+-?|[\d.]+[万亿]|[\d.]+(?:\s?[-—~～]))$")
_AFTER = re.compile(r"\s?[-—~～至到][\d.,]+|(?<=亿)[\d.]+万|[多余]?[百千万亿]+[多余]?|(?<=[秒分时])\d+")
_DAYS = re.compile(
    r"[\d年月日号时点分秒至到、—\-~～世纪上下初中末底旬代前后凌晨早午晚今明去本周季度一二三四五六十〇零]+"
)
_FIXED = re.compile(r"\d{4}年|第?[一二三四五六首\d]+期|[上下]半年|\d{1,2}月")
_NOT_NAMES = re.compile(r"[的了以是在和与及等将所]")
_ADDRESS = re.compile(r"女士|先生|教授|博士|院士|同志|老师|等|所|来|在")
_FOREIGN = re.compile(r"[一-鿿A-Za-z]+(?:[·•・][一-鿿A-Za-z]+)+")
_VILLAGE = re.compile(r"村(?![民委里口])")
_AREA = re.compile(r"哪一?(?:个|座)?(?:国|省|市|区|县|镇|乡|村|街道|社区|城市|州)")
_BREAKS = ("p", "d", "c", "r", "y", "ul", "uz")  # tags of words that no name goes across; nor do verbs


def answering(wanted: Sequence[Ranked], question: Question) -> Marked | None:
    """The words that answer, of all sentences that are shown; None where that is not plain.

    Where nothing was read closely, the pattern that stands nearest to the question's words decides alone.
    """
    if question.kind not in KINDS:
        return None
    if question.kind != "role" and all(math.isnan(one.read) for one in wanted):
        return _unread(wanted, question)
    if question.kind == "number" and (alone := _alone(wanted[0], question)):
        return wanted[0].evidence.article.id, *alone
    for one in wanted:
        if (span := _agreed(one, question)) and (span := shown(question, one.evidence.article.text, span)):
            return one.evidence.article.id, *span
        if question.kind == "number" and one.evidence.answers[one.sentence]:
            return None  # a figure of a sentence that answers less is no answer
    return None


def _alone(one: Ranked, question: Question) -> Span | None:
    """The one figure of the best sentence that is counted as is asked, whatever the reader takes: 五大类 for 几大类."""
    seen, at, asked = one.evidence, one.sentence, written(question.text)
    text, span = seen.article.text, seen.spans[at]
    found = suiting.figures(asked, text, span)
    near = [(low - span[0], high - span[0]) for low, high in found]
    if len(found) != 1 or not bold.pick(question, text, span, near) or not _measured(asked, text, found[0], found):
        return None
    thing = asked_about(question, seen)
    return None if thing and other(thing, seen, at, found[0][0]) else shown(question, text, found[0])


def shown(question: Question, text: str, span: Span) -> Span | None:
    """A span as it is shown: whole, and of the kind that is asked for; None for what is not."""
    span = borders.whole(text, span)
    if question.kind == "number":
        span = suiting.lengthened(written(question.text), text, span)
    return span if suiting.suits(question, text, span) else None


def _unread(wanted: Sequence[Ranked], question: Question) -> Marked | None:
    found = []
    for place, one in enumerate(wanted if question.kind in bold.KINDS else ()):
        seen, at = one.evidence, one.sentence
        thing = asked_about(question, seen)
        own = [
            span for span in seen.answers[at] if not thing or not other(thing, seen, at, seen.spans[at][0] + span[0])
        ]
        if picked := bold.pick(question, seen.article.text, seen.spans[at], own):
            found.append((picked[1] / (1 + place), seen.article.id, *picked[0]))
    for _, article, low, high in sorted(found, reverse=True)[:1]:
        text = next(one.evidence.article.text for one in wanted if one.evidence.article.id == article)
        span = shown(question, text, (low, high))
        return (article, *span) if span else None
    return None


def _agreed(one: Ranked, question: Question) -> Span | None:
    """The span of a sentence on which both agree, whole."""
    seen, text = one.evidence, one.evidence.article.text
    start, _ = seen.spans[one.sentence]
    found = _candidates(one, question)
    candidates = [(start + low, start + high) for low, high in found]
    if told := offices.spans(one, question):
        return told[0] if len({text[low:high] for low, high in told}) == 1 or question.kind == "role" else None
    if question.kind == "role":
        return None
    if one.span is None or one.read < _SURE:
        return None
    near = bold.pick(question, text, seen.spans[one.sentence], found)
    if near and not _meet(near[0], one.span):
        return None
    met = near[0] if near else next((span for span in candidates if _meet(span, one.span)), None)
    if near is None and (one.read < _SURER or question.kind in ("date", "what")):
        return None
    if met and question.kind == "number" and not _measured(question.text, text, met, candidates):
        return None
    if met and (thing := asked_about(question, seen)) and other(thing, seen, one.sentence, met[0]):
        return None  # another thing's
    return whole(question.kind, question.text, text, one.span, met)


def _candidates(one: Ranked, question: Question) -> list[Span]:
    """The candidates of a sentence, from its start; of figures those that are counted as is asked, where it has any."""
    seen = one.evidence
    start, end = seen.spans[one.sentence]
    if question.kind != "number":
        return list(seen.answers[one.sentence])
    asked, text, found = written(question.text), seen.article.text, list(seen.answers[one.sentence])
    suit = [span for span in found if suiting.counted(asked, text[start + span[0] : start + span[1] + 4])]
    counted = [(low - start, high - start) for low, high in suiting.figures(asked, text, (start, end))]
    return suit or counted or found


def _measured(asked: str, text: str, met: Span, candidates: Sequence[Span]) -> bool:
    """Whether a figure measures what is asked for, and is of the year or phase that is asked for."""
    if not measured(asked, text[met[0] : met[1] + 3]):
        return False
    for limit in _FIXED.findall(asked):
        rivals = [span for span in candidates if span != met and limit in text[_clause(text, span[0]) : span[0]]]
        clause = text[_clause(text, met[0]) : met[0]]
        if (rivals and limit not in clause) or _ranges(limit, clause) > _ranges(limit, asked):
            return False  # of another year, or of 2023至2024年 where 2024年 is asked for
    return True


def _ranges(limit: str, text: str) -> bool:
    """Whether a year or phase ends a range."""
    return re.search(rf"[至到、—-]{re.escape(limit)}", text) is not None


def _clause(text: str, at: int) -> int:
    return max((pause.end() for pause in _PAUSE.finditer(text, 0, at)), default=0)


def _meet(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def whole(kind: str, asked: str, text: str, taken: Span, met: Span | None) -> Span | None:
    """The words that the reader took, cut and widened to a whole name or figure; `met` is the pattern's span.

    >>> text = "泵站长约65-70厘米。"
    >>> low, high = whole("number", "多长？", text, (2, 10), (3, 6))
    >>> text[low:high]
    '约65-70厘米'
    """
    if kind == "person":
        return _person(text, taken, met)
    if kind == "organisation":
        return _organisation(text, taken, met)
    if met is None:
        return None
    if kind == "number":
        return _figure(text, met)
    if kind == "date":
        both = min(taken[0], met[0]), max(taken[1], met[1])
        return both if _DAYS.fullmatch(text[slice(*both)]) else met
    if kind == "what":  # quoted words, if they are what the reader took, and no choice or quotation of the question
        shared = min(taken[1], met[1]) - max(taken[0], met[0])
        close = 2 * shared > met[1] - met[0] and taken[1] - taken[0] <= met[1] - met[0] + 2
        return met if close and not re.search("[“「『]|还是|還是", asked) else None
    return _place(asked, text, taken, met)


def _figure(text: str, met: Span) -> Span:
    """A figure with what was cut off of it: G|11, 4亿|5000万, 65|-70厘米, 12|列."""
    low, high = met
    if before := _BEFORE.search(text, max(0, low - 8), low):
        low = before.start()
    if after := _AFTER.match(text, high):
        high = after.end()
    low, high = borders.figure(text, (low, high))
    if not re.search(rf"{_UNITS}$", text[low:high]) and (unit := re.compile(_UNITS).match(text, high)):
        high = unit.end()
    return low, high + (text.startswith("人口", high - 1))


def _person(text: str, taken: Span, met: Span | None) -> Span | None:
    """The name within the words taken, without office: 太尉王僧辩 -> 王僧辩."""
    foreign = next((match.span() for match in _FOREIGN.finditer(text) if _meet(match.span(), taken)), None)
    if foreign:
        return _segment(text, foreign, taken) if taken[0] <= foreign[0] else None
    if met is None:
        return None
    low, high = met
    if low < taken[1] < high and taken[1] - low >= 2:  # 王琳随, where the reader says 王琳
        high = taken[1]
    elif (end := name_end(text, low)) > high:
        high = end
    if re.fullmatch(r"[一-鿿]{1,3}", rest := text[high : taken[1]]) and not _ADDRESS.match(rest):
        return None  # 宇智|波佐助
    name = text[low:high]
    return (low, high) if 2 <= len(name) <= 4 and surnamed(name) and not _NOT_NAMES.search(name) else None


def _organisation(text: str, taken: Span, met: Span | None) -> Span | None:
    """The name, with its beginning as the reader took it; without a pattern the words taken, where they are short."""
    if met and (not text[met[0] : met[1]].startswith(("有限", "股份")) or taken[0] >= met[0]):
        low = min(met[0], taken[0])
        return _segment(text, (low, met[1]), met)
    low, high = _segment(text, taken, taken)
    return (low, high) if 2 <= high - low <= _LONGEST // 2 and "的" not in text[low:high] else None


def _place(asked: str, text: str, taken: Span, met: Span) -> Span | None:
    """The words taken, without what merely leads to them or says what stands there: 常州的一个镇 -> 常州."""
    if _AREA.search(asked):
        both = max(taken[0], met[0]), min(taken[1], met[1])
        return _village(text, both if both[1] - both[0] > 1 else met)
    low, high = _segment(text, (min(taken[0], met[0]), max(taken[1], met[1])), met)
    if (of := text.find("的", met[1], high)) >= 0:
        high = of
    if "人" in asked and text[high - 1] == "人":
        high -= 1
    return _village(text, (low, high)) if 1 < high - low <= _LONGEST else None


def _segment(text: str, span: Span, core: Span) -> Span:
    """The part of a span around its core, up to the next pause or word that no name goes across; no word is cut."""
    low, high = span
    at, parts = low, [(low, low)]
    for word, tag in rjieba.tag(text[low : high + 6]):
        end = at + len(word)
        if at >= high:
            break
        if _PAUSE.search(word) or tag in _BREAKS or (tag == "v" and (len(word) > 1 or word in "为是在于由到获")):
            parts.append((end, end))
        else:
            parts[-1] = (parts[-1][0], end)
        at = end
    return max(parts, key=lambda part: (min(part[1], core[1]) - max(part[0], core[0]), part[1] - part[0]))


def _village(text: str, span: Span) -> Span:
    """岑村|村 is cut in two where 村 stands twice."""
    low, high = span
    return (low, high + 1) if text[high - 1] == "村" and _VILLAGE.match(text, high) else span
