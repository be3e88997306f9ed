"""Whether anything near a sentence can be what is asked for: a figure, a day or a place, and of the whole.

In: a question, the evidence of an article and one of its sentences. Out: whether the sentence falls short: no figure
stands near it (镍氢项目在哪里, and no place is told), it counts others (来了多少人, and 70 were sent elsewhere), or it
counts a part (四标段) where the headline counts the whole. Knows nothing about whose a figure is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from embeddings.words import normalise
from qa.asked.asking import written
from qa.asked.question import Question
from qa.fit import forms
from qa.fit.places import names_any, tells_place
from qa.language.dimensions import measured
from qa.ranking.evidence import Evidence, lean
from qa.ranking.kinds import candidates

_GROUP = re.compile(r"[一-鿿](?P<group>[一-鿿](?:团|组|队|班))")
_SOMEBODY = re.compile(r"(?:多少|几)[名位](?P<who>[一-鿿]{2,4})[?？]?$")
_PERSONS = re.compile(r"[\d一二三四五六七八九十百千万两余多]+[名位人](?P<who>[一-鿿]{2,8})?")
_PEOPLE = frozenset(("人", "名", "位", "个"))
_COUNTS_NOTHING = re.compile(r"第|(?<=[“\"])\d+(?=[”\"])")  # 第十二支部, “532”战略
# What comes about on a day; the year that a thing is listed in (作为2024年重点项目) is none.
_MILESTONE = re.compile(r"竣工|建成|完工|投产|达产|开工|动工|封顶|通车|投用|启用|落成|交付|投运|完成|开业|开通|开园")
_LISTED = re.compile(r"(?:作为|列入|列为|入选|的)\d{4}年(?!\d)")
_UNMEASURED = re.compile(r"^第|[\d一二三四五六七八九十百千两][期次届批年]?$")


def unheld(question: Question, seen: Evidence, at: int) -> bool:
    """Whether neither a sentence nor those beside it hold a figure, day or place such as is asked for."""
    if question.kind not in ("number", "date", "place"):
        return False
    beside = _beside(question, seen, at)
    near = [seen.article.text[slice(*seen.spans[one])] for one in beside]
    if (told := forms.met(question, near)) is not None:
        return not told
    held = [(text, span) for one, text in zip(beside, near, strict=True) for span in seen.answers[one]]
    if question.kind == "date" and _MILESTONE.search(written(question.text)):
        dated = (text for text, _ in held if _MILESTONE.search(text))
        return not any(candidates(_LISTED.sub("", normalise(text)), question) for text in dated)
    if question.kind != "place":
        return all(question.kind == "number" and _COUNTS_NOTHING.match(text, *span) for text, span in held)
    return not any(names_any(text, question.text) for text in near) and not any(tells_place(*each) for each in held)


def _beside(question: Question, seen: Evidence, at: int) -> list[int]:
    """The sentences that bear out another: those next to it, in its paragraph unless a day is asked for.

    Where something is stands before what is told of it, or in it.
    """
    text, (start, end) = seen.article.text, seen.spans[at]
    before, after = at - 1, at + 1
    day = question.kind == "date"
    near = [at]
    if before >= 0 and (day or "\n" not in text[seen.spans[before][0] : start]):
        near.insert(0, before)
    if after < len(seen.spans) and question.kind != "place" and (day or "\n" not in text[end : seen.spans[after][0]]):
        near.append(after)
    return near


def of_others(question: Question, seen: Evidence, at: int) -> bool:
    """Whether the people that are counted are others than those whose number is asked for: 18名患者, and not 医生.

    Of a group (代表团) they must be told to be.
    """
    plain = written(question.text)
    group, asked = _GROUP.search(plain), _SOMEBODY.search(plain)
    if question.kind == "number" and asked:
        return _counts_others(asked["who"], seen, at)
    if question.kind != "number" or question.unit not in _PEOPLE or not group:
        return False
    counting = [one for one in range(max(0, at - 1), min(len(seen.spans), at + 2)) if seen.answers[one]]
    texts = (seen.article.text[slice(*lean(seen.spans, seen.article.text, one))] for one in counting)
    return not any(group["group"] in text for text in texts)


def _counts_others(who: str, seen: Evidence, at: int) -> bool:
    """Whether the people counted in a sentence are called by words that have nothing of the one asked for."""
    text = normalise(seen.article.text[slice(*seen.spans[at])])
    called = [found["who"] for found in _PERSONS.finditer(text)]
    return bool(called) and who not in text and all(name and set(name).isdisjoint(who) for name in called)


def partial(question: Question, seen: Evidence, at: int) -> bool:
    """Whether a sentence lacks the headline's figure, the one that is asked for, though another sentence has it."""
    figures = list(_of_headline(question, seen)) if question.kind == "number" else []
    if len(figures) != 1:
        return False
    figure = re.compile(rf"(?<![\d.]){re.escape(figures[0])}")
    held = [figure.search(normalise(seen.article.text[low:high])) is not None for low, high in seen.spans]
    return any(held) and not held[at]


def _of_headline(question: Question, seen: Evidence) -> Iterator[str]:
    """The figures in the headline that may be asked for, where it has every word of the question but those of time."""
    words = zip(question.words, seen.headline, strict=False)
    if not question.words or any(known < 1 for (word, tag), known in words if tag[0] != "t" and not word.isdigit()):
        return
    headline = normalise(seen.article.headline)
    for low, high in candidates(headline, question):
        figure = headline[low:high].lstrip("约超近逾达")
        asked = figure in normalise(question.text) or not measured(question.text, figure)
        if not asked and not _UNMEASURED.search(figure):
            yield figure
