"""The largest of the whole archive, or the smallest: 总投资最大的项目是哪个, 投资最少的三个项目.

In: an index and a question. Out: a `Listing`, the figures in order, one line a thing. Figures are compared within one
unit; in another, the largest is named apart. Knows nothing about how questions are worded beyond 最.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from embeddings.index import Index
from qa.asked.asking import written
from qa.asked.conditions import CLASSES, Condition, superlative
from qa.asked.question import Question
from qa.language.quantities import quantities
from qa.lists.figures import issues_of, joint, names, of_many, sentences, told
from qa.lists.listing import Listing
from qa.lists.once import Told, once
from qa.ranking.ranker import Ranked

_FIRST = 3  # of the largest, so many are shown where no number is asked for, and those that are as large as the last
_SO_MANY = re.compile(r"(?:前|最[大多高长小少低短]的?)([\d一二两三四五六七八九十]+)(?=[个项家座名位]|$)")
_CLASS = "|".join(sorted(CLASSES, key=len, reverse=True))
_WHICH = re.compile(
    rf"(?:哪|什么)[^,。?]{{0,4}}(?:{_CLASS})[^,。?]*最|最[^,。?]{{1,8}}的?(?:{_CLASS})(?:是|在|有|叫)?(?:哪|什么)|最.$|最[^,。?]{{1,8}}的(?:{_CLASS})[?]?$"
)
_LIKE = dict.fromkeys(("项目", "工程"), "项目|工程|基地|产业园|中心|园区")


def find(index: Index, question: Question, ranked: Sequence[Ranked]) -> Listing | None:
    """The largest figures, None where a question asks for none, or a report says itself what is the largest."""
    plain = written(question.text)
    asked = superlative(plain) if _WHICH.search(plain) else None
    if not asked or any(_says_so(_text(one), asked[0]) for one in ranked[:2]):
        return None
    return _extreme(index, question, *asked)


def _extreme(index: Index, question: Question, asked: Condition, largest: bool) -> Listing | None:
    """What is largest, with the next ones, of all that could be compared; in another unit, what is largest in that."""
    thing = next((name for name in _LIKE if name in question.text), "")
    if not thing:
        return None
    sign = -1 if largest else 1
    days, where = issues_of(index, question)
    found: list[Told] = []
    for article, start, end, low, high in sentences(
        index, names(index, question, asked), question.content, asked, days
    ):
        said = article.text[start:end]
        every = [each for each in asked.told_in(said) if each.value is not None and not of_many(said, each)]
        if every and re.search(_LIKE[thing], article.text[low:high]):
            best = min(every, key=lambda each: sign * (each.value or 0))
            found.append(told(article, (low, high), start, [best]))
    found = sorted(once(found), key=lambda one: sign * one.value)
    if len(found) < 2:
        return None
    units = [one.figure.unit for one in found if one.figure]
    common = Counter(units).most_common()[0][0]
    own = [one for one, unit in zip(found, units, strict=True) if unit == common]
    last = own[min(_wanted(question), len(own)) - 1].value
    shown = [one for one in own if sign * one.value <= sign * last]
    others = [found[units.index(unit)] for unit in dict.fromkeys(units) if unit != common]
    foreign = "、".join(one.figure.unit for one in others if one.figure)
    apart = f"另有以{foreign}计的，未换算，列在后面" if others else ""
    said = f"按{asked.measure}从{'大到小' if largest else '小到大'}"
    said += f"（{note}）" if (note := joint(shown)) else ""
    lines = [one.line for one in [*shown, *others]]
    return Listing(lines, len(own), "个", where, said=said, apart=apart, beside=len(others))


def _wanted(question: Question) -> int:
    """How many of the largest are asked for: 最大的三个项目, 前五名."""
    match = _SO_MANY.search(written(question.text))
    if not match or match[1] == "一":
        return 1 if match else _FIRST
    return next((int(each.value) for each in quantities(f"{match[1]}个") if each.value), _FIRST)


def _says_so(sentence: str, asked: Condition) -> bool:
    """Whether a sentence says itself what is the largest."""
    return asked.measure[-2:] in sentence and re.search("最[大多高长广重贵少小低短轻]", sentence) is not None


def _text(one: Ranked) -> str:
    return one.evidence.article.text[slice(*one.evidence.spans[one.sentence])]
