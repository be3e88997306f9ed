"""What several things come to together: 青塘泵站和云杉公园一共投资多少.

In: an index and a question. Out: a `Listing` with each addend; nothing is added that is told in two currencies, or in
more than one figure. Knows nothing about conditions.
"""

from __future__ import annotations

import re
from decimal import Decimal

from embeddings.index import Index
from qa.answers.compose import Mark, Statement, quoted
from qa.asked.asking import written
from qa.asked.conditions import CLASSES, Condition, open_condition
from qa.asked.question import Question
from qa.language.quantities import Quantity
from qa.lists.figures import issues_of, names, sentences, told
from qa.lists.listing import Listing
from qa.lists.once import Told, once
from qa.ranking.lookup import Words

_CLASS = "|".join(sorted(CLASSES, key=len, reverse=True))
_ADDED = "一共|总共|合计|共计|加起来|相加|加在一起"
_MEASURES = "总?投资额?|占地面积|用地面积|建筑面积|占地|用地|面积|资金"
_AND = r"、|和|与|跟|以及|及|,"
_SUM = re.compile(
    rf"^(?P<parts>[^。?]+?(?:{_AND})[^。?]+?)(?:这?[两二三四五六七八九十几\d]+[个项家]?)?(?:{_CLASS})?的?"
    rf"(?:(?P<one>{_MEASURES})(?:{_ADDED})|(?:{_ADDED})的?(?P<two>{_MEASURES})|(?P<three>{_MEASURES})(?:之和|的?总和|的?合计))"
    r"[^,。]{0,4}?多少"
)
_ALL = re.compile(
    rf"(?:所有|全部|这些|各个?|每个)[^,。?]*(?:{_CLASS})[^,。?]*(?:{_ADDED})[^,。?]*多少|(?:所有|全部|这些|各个?)[^,。?]*(?:{_CLASS})的?(?:{_MEASURES})[^,。?]*多少"
)
_KIND = re.compile(rf"的?(?:{_CLASS})的?$")
_SCALES = ((Decimal(10**8), "亿"), (Decimal(10**4), "万"))


def find(index: Index, question: Question, most: int) -> Listing | None:
    """The sum that a question asks for, None where it asks for none."""
    plain = written(question.text)
    if match := _SUM.search(plain):
        return _sum(index, question, match, most)
    return _unsummed(index, question, most) if _ALL.search(plain) else None


def _sum(index: Index, question: Question, match: re.Match[str], most: int) -> Listing | None:
    """The figures of several things added, each with its line; refused where one of them is not told."""
    measure = match["one"] or match["two"] or match["three"]
    asked = open_condition(measure)
    parts = [part for part in re.split(_AND, match["parts"]) if part]
    told: list[tuple[Quantity, Statement]] = []
    for part in parts:
        about = Question(part, "what", printed=question.printed)
        own = _figures_of(index, about, asked)
        if not own:
            return Listing([], 0, "条", sought=f"{part}{asked.measure}")
        told += own
    lines = list({(line.article.id, line.start): line for _, line in told}.values())
    units = {figure.unit for figure, _ in told}
    if not len(told) == len(lines) == len(parts) or len(units) > 1:
        return Listing(lines[:most], len(lines), "条", said="报上的数字不止一种，这里没有相加")
    total = sum((figure.value or Decimal(0) for figure, _ in told), Decimal(0))
    about_so = "约" if any(figure.bound for figure, _ in told) else ""
    return Listing(lines, len(lines), "条", said=f"相加合计{about_so}{_amount(total)}{units.pop()}", counted=True)


def _figures_of(index: Index, about: Question, asked: Condition) -> list[tuple[Quantity, Statement]]:
    """The figures that are told of one thing, one for each value."""
    found: dict[tuple[Decimal | None, str], tuple[Quantity, Statement]] = {}
    words = Words.of(about, [_KIND.sub("", about.content) or about.content])
    for article, start, end, low, high in sentences(index, words, about.content, asked):
        for figure in asked.told_in(article.text[start:end]):
            line = quoted(article, low, high, [Mark(start + figure.start, start + figure.end)])
            found.setdefault((figure.value, figure.unit), (figure, line))
    return list(found.values())


def _unsummed(index: Index, question: Question, most: int) -> Listing | None:
    """Every figure that a sum would be made of; it is not made, since reports repeat each other."""
    match = re.search(_MEASURES, written(question.text))
    if not match:
        return None
    asked = open_condition(match.group())
    days, where = issues_of(index, question)
    found: list[Told] = []
    for article, start, end, low, high in sentences(
        index, names(index, question, asked), question.content, asked, days
    ):
        if figures := asked.told_in(article.text[start:end]):
            found.append(told(article, (low, high), start, figures))
    lines = [one.line for one in once(found)]
    said = "报上没有合计，同一项目可能多次见报，这里没有相加"
    return Listing(lines[:most], len(lines), "条", where, said=said) if lines[1:] else None


def _amount(value: Decimal) -> str:
    """A figure in 亿 or 万: 730000000 → 7.3亿.

    >>> _amount(Decimal(730000000)), _amount(Decimal(110))
    ('7.3亿', '110')
    """
    for scale, name in _SCALES:
        if value >= scale:
            return f"{(value / scale).normalize():f}{name}"
    return f"{value.normalize():f}"
