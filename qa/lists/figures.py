"""The figures of the whole archive: those that meet a condition, the largest of them, and what several come to.

In: an index and a question. Out: sentences with their figures in bold, as a `Listing`. Figures are compared and added
only within one unit, and only where they measure the same thing. Knows nothing about how conditions are worded.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date as Date
from decimal import Decimal

from embeddings.chunks import sentence_spans
from embeddings.index import Index
from embeddings.records import Article
from qa.answers.compose import Mark, Statement, quoted
from qa.asked.asking import written
from qa.asked.conditions import CLASSES, Condition, open_condition, superlative
from qa.asked.question import Question
from qa.language.dates import issued, issues
from qa.language.quantities import Quantity
from qa.lists.listing import Listing
from qa.ranking.evidence import lean
from qa.ranking.lookup import Words, articles, merged, paragraph
from qa.ranking.ranker import Ranked

Told = tuple[Quantity, Statement]

_FIRST = 3  # of the largest, so many are shown
_CLASS = "|".join(sorted(CLASSES, key=len, reverse=True))
_WHICH = re.compile(
    rf"(?:哪|什么)[^,。?]{{0,4}}(?:{_CLASS})[^,。?]*最|最[^,。?]{{1,8}}的?(?:{_CLASS})(?:是|在|有|叫)?(?:哪|什么)|最.$"
)
_LIKE = dict.fromkeys(("项目", "工程"), "项目|工程|基地|产业园|中心|园区")
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
# What is told of many together, or of what was spent so far, is the cost of no single thing.
_OF_MANY = re.compile(
    r"全[国省市区县球]|累计|完成|同比|增长|一批|多个|\d+余?[个项]|[两三四五六七八九十百]+[余多]?个|合计|共有|相继"
)
_SCALES = ((Decimal(10**8), "亿"), (Decimal(10**4), "万"))


def meeting(index: Index, question: Question, asked: Condition) -> tuple[list[Statement], str]:
    """Every sentence with a figure that meets a condition, in a paragraph about what else the question names; and the
    issues that were looked in."""
    found: list[Statement] = []
    days, where = _issues(index, question)
    for article, start, end, low, high in _sentences(index, _named(question, asked), question.content, asked, days):
        marks = [Mark(start + at, start + to) for at, to in asked.met(article.text[start:end])]
        if marks:
            found.append(quoted(article, low, high, marks))
    return merged(found), where


def compared(index: Index, question: Question, ranked: Sequence[Ranked], most: int) -> Listing | None:
    """The largest figures or the sum that a question asks for, None where it asks for neither, or a report says it."""
    plain = written(question.text)
    if match := _SUM.search(plain):
        return _sum(index, question, match, most)
    if _ALL.search(plain):
        return _unsummed(index, question, most)
    asked = superlative(plain) if _WHICH.search(plain) else None
    if not asked or any(_says_so(_text(one), asked[0]) for one in ranked[:2]):
        return None
    return _extreme(index, question, *asked)


def _issues(index: Index, question: Question) -> tuple[tuple[Date, Date] | None, str]:
    newest = index.stats["last_date"]
    days = issues(question.text, Date.fromisoformat(newest) if newest else Date.today())
    return days, issued(days, newest is not None)


def _sentences(
    index: Index, words: Words, text: str, asked: Condition, days: tuple[Date, Date] | None = None
) -> Iterator[tuple[Article, int, int, int, int]]:
    """Sentences with figures of what is asked, in paragraphs that hold the words; each with what it leans on."""
    if not asked.measure and not words:
        return
    for article in articles(index, f"{text} {asked.measure}{asked.figures}", words):
        if days and not (article.date and days[0] <= article.date <= days[1]):
            continue
        above = f"{article.headline} {article.kicker} "
        spans = sentence_spans(article.text)
        for at, (start, end) in enumerate(spans):
            if asked.told_in(article.text[start:end]) and words.held(
                above + article.text[slice(*paragraph(article.text, start))]
            ):
                yield article, start, end, *lean(spans, article.text, at)


def _named(question: Question, asked: Condition) -> Words:
    """What a question names besides the figure and what it measures."""
    return Words.of(question, [w for w, tag in question.words if tag[0] in "njlsigze" and not asked.names(w)])


def _extreme(index: Index, question: Question, asked: Condition, largest: bool) -> Listing | None:
    """What is largest, with the next ones, of all that could be compared; in another unit, what is largest in that."""
    thing = next((name for name in _LIKE if name in question.text), "")
    if not thing:
        return None
    days, where = _issues(index, question)
    found: list[Told] = []
    for article, start, end, low, high in _sentences(index, _named(question, asked), question.content, asked, days):
        if not re.search(_LIKE[thing], article.text[low:high]):
            continue
        every = [each for each in asked.told_in(article.text[start:end]) if not _of_many(article.text[start:end], each)]
        if not every:
            continue
        best = max(every, key=lambda each: (each.value or 0) * (1 if largest else -1))
        found.append((best, quoted(article, low, high, [Mark(start + best.start, start + best.end)])))
    kept = {id(line) for line in merged([line for _, line in found])}
    found = [each for each in found if id(each[1]) in kept and each[0].value is not None]
    if len(found) < 2:
        return None
    found.sort(key=lambda each: (each[0].value or 0) * (-1 if largest else 1))
    common = Counter(figure.unit for figure, _ in found).most_common()[0][0]
    own = [each for each in found if each[0].unit == common]
    shown = [line for figure, line in own[:_FIRST]] + [
        line for figure, line in own[_FIRST:] if figure.value == own[0][0].value
    ]
    others = [
        next(each for each in found if each[0].unit == unit)
        for unit in dict.fromkeys(f.unit for f, _ in found)
        if unit != common
    ]
    said = f"按{asked.measure}从{'大到小' if largest else '小到大'}"
    if others:
        said += f"（以{'、'.join(figure.unit for figure, _ in others)}计的另列在后，未换算）"
    return Listing([*shown, *(line for _, line in others)], len(found), "条", where, said=said)


def _of_many(sentence: str, figure: Quantity) -> bool:
    """Whether a figure is that of several things together."""
    around = sentence[max(0, figure.start - 40) : figure.start] + sentence[figure.end : figure.end + 12]
    return _OF_MANY.search(around) is not None


def _says_so(sentence: str, asked: Condition) -> bool:
    """Whether a sentence says itself what is the largest."""
    return asked.measure[-2:] in sentence and re.search("最[大多高长广重贵少小低短轻]", sentence) is not None


def _text(one: Ranked) -> str:
    return one.evidence.article.text[slice(*one.evidence.spans[one.sentence])]


def _sum(index: Index, question: Question, match: re.Match[str], most: int) -> Listing | None:
    """The figures of several things added, each with its line; refused where one of them is not told."""
    measure = match["one"] or match["two"] or match["three"]
    asked = open_condition(measure)
    parts = [part for part in re.split(_AND, match["parts"]) if part]
    told: list[Told] = []
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


def _figures_of(index: Index, about: Question, asked: Condition) -> list[Told]:
    """The figures that are told of one thing, one for each value."""
    found: dict[tuple[Decimal | None, str], Told] = {}
    words = Words.of(about, [_KIND.sub("", about.content) or about.content])
    for article, start, end, low, high in _sentences(index, words, about.content, asked):
        for figure in asked.told_in(article.text[start:end]):
            line = quoted(article, low, high, [Mark(start + figure.start, start + figure.end)])
            found.setdefault((figure.value, figure.unit), (figure, line))
    return list(found.values())


def _unsummed(index: Index, question: Question, most: int) -> Listing | None:
    """Every figure that a sum would be made of; it is not made, since reports repeat each other."""
    match = re.search(_MEASURES, written(question.text))
    if not match:
        return None
    lines, where = meeting(index, question, open_condition(match.group()))
    return (
        Listing(lines[:most], len(lines), "条", where, said="报上没有合计，同一项目可能多次见报，这里没有相加")
        if lines[1:]
        else None
    )


def _amount(value: Decimal) -> str:
    """A figure in 亿 or 万: 730000000 → 7.3亿.

    >>> _amount(Decimal(730000000)), _amount(Decimal(110))
    ('7.3亿', '110')
    """
    for scale, name in _SCALES:
        if value >= scale:
            return f"{(value / scale).normalize():f}{name}"
    return f"{value.normalize():f}"
