"""Everything of the archive whose figure meets a condition: 总投资超过5亿元的项目, 有没有占地50亩以上的.

In: an index and a question. Out: a `Listing`, one line a thing, its figures in bold. Figures are compared within one
unit; what is told in another currency is named apart, and not converted. Knows nothing about how conditions are worded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date as Date

from embeddings.chunks import sentence_spans
from embeddings.index import Index
from embeddings.records import Article
from qa.answers.compose import Mark, quoted
from qa.asked.asking import written
from qa.asked.conditions import CLASSES, Condition, condition
from qa.asked.question import Question
from qa.language.dates import issued, issues
from qa.language.quantities import Quantity
from qa.lists.listing import Listing
from qa.lists.once import Told, alike, named, newest, once
from qa.lists.reports import ABOUT
from qa.lists.subject import subject
from qa.ranking.evidence import lean
from qa.ranking.lookup import Words, articles, paragraph

_CLASS = "|".join(sorted(CLASSES, key=len, reverse=True))
_COUNTS = re.compile(rf"(?:多少|(?<!第)几|哪|哪几)[个家项座处条所些]?(?:{_CLASS})|列出|列举")
_HOW_MANY = re.compile(
    rf"(?:{_CLASS})[^。?]{{0,20}}?有?(?:多少|几)[个家项座处条所]"
    rf"|(?:多少|(?<!第)几)[个家项座处条所][^,。?]{{2,16}}的(?:{_CLASS})"
)
_ANY = re.compile(
    rf"[^,。?]*?(?:有没有|有无|是否有|(?<![没所])有)[^,。?]*的(?:{_CLASS})[吗么]?[?]?$|[^?]*的(?:所有|全部)?(?:{_CLASS})(?:名单|清单|有没有|有吗)?[?]?$"
)
_NAMED = re.compile("项目|工程")  # what is known by its name, and counted by it
# What is told of many together, or of what was spent so far, is the cost of no single thing.
_OF_MANY = re.compile(
    r"全[国省市区县球]|累计|完成|同比|增长|一批|多个|\d+余?[个项]|[两三四五六七八九十百]+[余多]?个|合计|共有|相继"
)
_EVERYWHERE, _FEW = 0.3, 20  # share of the reports, of an archive of some size, that have what tells nothing apart
_APART = 3  # figures in other units that are shown


def asked(question: Question) -> Condition | None:
    """The condition that a question sets for a list, None where it sets none, or asks for no list."""
    plain = written(question.text)
    counts = _COUNTS.search(plain) or (question.counts and _HOW_MANY.search(plain))
    of_any = question.kind in ("what", "summary", "yesno") and _ANY.match(plain)
    found = condition(question.text) if question.kind == "list" or counts or of_any else None
    return found if found and (found.compares or question.kind == "list" or question.counts or of_any) else None


def find(index: Index, question: Question, asked: Condition, most: int) -> Listing | None:
    """The things that meet a condition; None where but one has the very figure: it is told like any other."""
    plain = written(question.text)
    there = question.kind == "yesno"
    found, others, where = _meeting(index, question, asked)
    if not asked.compares and sum(1 + len(one.line.also) for one in found) < (2 if question.kind == "list" else 1):
        return None
    counted = there or re.search("多少|几[篇条个家项]", plain) is not None
    sought = asked.said + next((f"的{name}" for name in CLASSES if name in plain), "")
    shown = [one.line for one in [*found[:most], *others[:_APART]]]
    units = "、".join(dict.fromkeys(one.figure.unit for one in others if one.figure))
    return Listing(
        shown,
        len(found),
        "个" if _NAMED.search(plain) and all(one.name for one in found) else "条",
        where,
        counted,
        sought,
        _said(found, sought, there, counted, most),
        f"另有{len(others)}处以{units}计，未换算，列在后面" if others else "",
        len(others[:_APART]),
    )


def _said(found: Sequence[Told], sought: str, there: bool, counted: bool, most: int) -> str:
    """What stands before the number: whether there is any, and which lines may be one thing."""
    if not found:
        return f"没有找到{sought}"
    merged = "" if there else joint(found)
    return "有" if there else merged or (alike(found, most) if counted else "")


def joint(found: Sequence[Told]) -> str:
    """That some lines stand for reports which call a thing otherwise."""
    names = "、".join(f"“{one.shared}”" for one in found if one.shared)
    return f"{names}见于不同报道，合为一条" if names else ""


def _meeting(index: Index, question: Question, asked: Condition) -> tuple[list[Told], list[Told], str]:
    """The things with a figure that meets a condition, in a paragraph about what else the question names, newest first;
    those whose figure stands in another unit; and the issues that were looked in."""
    found: list[Told] = []
    others: list[Told] = []
    days, where = issues_of(index, question)
    single = _NAMED.search(question.text)
    for article, start, end, low, high in sentences(
        index, names(index, question, asked), question.content, asked, days
    ):
        text = article.text[start:end]
        if met := asked.met(text):
            if single:
                met = [each for each in met if _owned(article, start, each)]
            each_of = [told(article, (low, high), start, [each]) for each in met]
            several = len({one.name for one in each_of if one.name}) > 1  # a line for each of them
            found += each_of if several else [told(article, (low, high), start, met)] if met else []
        elif asked.compares and (
            apart := [each for each in asked.apart(text) if not single or _owned(article, start, each)]
        ):
            others.append(told(article, (low, high), start, apart[:1]))
    found = newest(once(found))
    return found, newest(once(others)), where


def told(article: Article, span: tuple[int, int], start: int, figures: Sequence[Quantity]) -> Told:
    """A sentence with figures, in bold, as a line that names the thing of which it tells them."""
    marks = [Mark(start + each.start, start + each.end) for each in figures]
    about = subject(article, marks[0].start, marks[0].end)
    return Told(named(quoted(article, *span, marks), about), about.name, figures[0])


def issues_of(index: Index, question: Question) -> tuple[tuple[Date, Date] | None, str]:
    """The issues that a question asks about, and how that is said."""
    last = index.stats["last_date"]
    days = issues(question.text, Date.fromisoformat(last) if last else Date.today())
    return days, issued(days, last is not None)


def sentences(
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
            said = article.text[start:end]
            if (asked.told_in(said) or asked.apart(said)) and words.held(
                above + article.text[slice(*paragraph(article.text, start))]
            ):
                yield article, start, end, *lean(spans, article.text, at)


def names(index: Index, question: Question, asked: Condition) -> Words:
    """What a question names besides the figure and what it measures."""
    named = [word for word, tag in question.words if tag[0] in "njlsigze" and not asked.names(word)]
    return Words.of(question, [word for word in telling(index, named) if not ABOUT.fullmatch(word)])


def telling(index: Index, words: Sequence[str]) -> list[str]:
    """The words but for those that stand in so many reports that they tell none apart: the paper's own town."""
    return [word for word in words if index.frequency(word) < _EVERYWHERE * max(len(index), _FEW)]


def of_many(sentence: str, figure: Quantity) -> bool:
    """Whether a figure is that of several things together."""
    around = sentence[max(0, figure.start - 40) : figure.start] + sentence[figure.end : figure.end + 12]
    return _OF_MANY.search(around) is not None


def _owned(article: Article, start: int, figure: Quantity) -> bool:
    """Whether a figure is that of a thing which is named, or of each of several (总投资都是10亿元), not of many."""
    sentence = article.text[start:]
    each = re.search("[都均各]", sentence[max(0, figure.start - 8) : figure.start])
    named = subject(article, start + figure.start, start + figure.end).name
    return bool(named or each) or not of_many(sentence, figure)
