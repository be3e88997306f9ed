"""Questions about *all* of something: every article or sentence of the store that qualifies, not the top few.

In: a question for reports, for who signed one, or for everything that meets a condition (总投资超过5亿元的项目). Out: a
`Listing`, one statement a line, reprints counted once; None where the question is no such list and should be answered
like any other. Knows nothing about scores of single sentences.
"""

from __future__ import annotations

import re

from embeddings.chunks import sentence_spans
from embeddings.index import Index
from embeddings.records import Article
from embeddings.words import normalise
from qa import figures, items, reports
from qa.compose import Statement
from qa.conditions import CLASSES, condition
from qa.evidence import lean
from qa.listing import Listing
from qa.lookup import Words, articles, merged, things, whole
from qa.question import Question
from qa.ranker import Ranked
from qa.settings import Settings

__all__ = ["Listing", "find"]

_CLASS = "|".join(CLASSES)
_COUNTS = re.compile(rf"(?:多少|(?<!第)几|哪|哪几)[个家项座处条所些]?(?:{_CLASS})|列出|列举")
_HOW_MANY = re.compile(rf"(?:{_CLASS})(?:都|一共|总共|共)?有?(?:多少|几)[个家项座处条所]")
_CLOSED = re.compile(r"哪[两三四五六七八九十\d]+")  # 哪两类 is told by one report
_NUMBERED = re.compile(r"第[\d一二三四五六七八九十百]+[次届批期号]|[三四五六七八九十\d]+件")  # 第33次会议, 十件实事
# What somebody said of things is no list of them.
_SPEAKS = r"(?:又|还|也|同时|接着)?(?:强调|指出|要求|表示|说|认为|希望)"
# Doings that stand in questions, seldom in print.
_IDLE = frozenset(
    (
        "包括",
        "包含",
        "写到",
        "提到",
        "涉及",
        "报道",
        "采写",
        "出现",
        "属于",
        "具有",
        "位于",
        "坐落",
        "落户",
        "落地",
        "选址",
    )
)
# Doings that print calls one or the other.
_MONTH_DAY = re.compile(r"\d月|[昨今前]天")
_SAME = tuple(
    tuple(row.split())
    for row in (
        "参观 考察 走访 来到 走进 察看 查看 调研 视察 到访", "获得 获评 荣获 获", "开工 动工", "竣工 完工 建成 落成",
        "投产 投用 投运", "签署 签订 签下 签约",
    )
)  # fmt: skip
_DOINGS = frozenset(word for row in _SAME for word in row)
_AMOUNT = re.compile(
    rf"(?:多少|(?<!第)几)[个家项座处条所][^,。?]{{0,8}}(?:{_CLASS})|(?:{_CLASS})(?:都|一共|总共|共)?有?(?:多少|几)"
)


def find(index: Index, question: Question, ranked: list[Ranked], settings: Settings) -> Listing | None:
    """The list, empty when nothing qualifies, None when the question asks for no list of this kind."""
    most = settings.answer.list_items
    if listing := reports.which(index, question, most):
        return listing
    if listing := _visited(index, question, most):
        return listing
    if question.kind == "author":
        lines = reports.authors(question, ranked)
        return Listing(lines, len(lines), "篇")
    if listing := figures.compared(index, question, ranked, most):
        return listing
    counted = re.search("多少|几[篇条个家项]", question.text) is not None
    counts = _COUNTS.search(question.text) or (question.counts and _HOW_MANY.search(question.text))
    asked = condition(question.text) if question.kind == "list" or counts else None
    if asked and (asked.compares or question.kind == "list" or question.counts):
        found, where = figures.meeting(index, question, asked)
        if asked.compares or len(found) > 1 or (question.counts and found):
            said = figures.alike(found, most) if counted else ""
            return Listing(found[:most], len(found), "条", where, counted, asked.said, said)
        return None
    closed = _CLOSED.search(question.text) or _NUMBERED.search(question.text)
    if question.kind == "list" and not closed:
        found = _everywhere(index, question)
        if len({line.article.id for line in found}) > 1:
            return Listing(found[:most], len(found), "条")
    if (listing := items.find(question, ranked)) is not None:
        return listing
    if (
        question.counts
        and _AMOUNT.search(question.text)
        and not _told(ranked, question)
        and (found := _everywhere(index, question))
    ):
        return Listing(found[:most], len(found), "条", counted=True, said=figures.alike(found, most))
    return None


def _visited(index: Index, question: Question, most: int) -> Listing | None:
    """Every place or project that somebody went to see, in all reports that tell of it."""
    asks = items.asked(question)
    went = reports.somebody_went(question) if asks and asks["noun"] else None
    if not asks or not went:
        return None
    seen = [article for article, _ in reports.taking_part(index, question, *went) if items.of_day(article, question)]
    lines = [line for article in seen for line in items.visits(article, asks["noun"])]
    return Listing(lines[:most], len(lines), items.unit(asks), counted=True) if lines else None


def _told(ranked: list[Ranked], question: Question) -> bool:
    """Whether one of the best sentences gives a number that may be the one asked for, of what it is asked for."""
    words = Words.of(question, _named(question))
    best = [(one, one.evidence.article.text[slice(*one.evidence.spans[one.sentence])]) for one in ranked[:2]]
    return any(one.evidence.answers[one.sentence] and words.held(text) for one, text in best)


def _named(question: Question) -> list[str]:
    """The things that a question names, but for words of the trade and doings that are tagged as things."""
    return [thing for thing in things(question) if not reports.ABOUT.fullmatch(thing) and thing not in _DOINGS]


def _everywhere(index: Index, question: Question) -> list[Statement]:
    """Every sentence that holds all the things that the question names, in articles that tell what was done to them."""
    named = _named(question)
    if not named:
        return []
    doings = [word for word, tag in question.words if (tag[0] == "v" and len(word) > 1) or word in _DOINGS]
    rows = [next((row for row in _SAME if word in row), (word,)) for word in doings if word not in _IDLE]
    words, done = Words.of(question, named), Words(tuple(rows))
    own = Words.of(question, [word for word in named if word not in CLASSES] or named)
    speech = re.compile("|".join(f"{re.escape(word)}{_SPEAKS}" for word in named))
    found = []
    for article in articles(index, question.content, words):
        if _MONTH_DAY.search(question.text) and not items.of_day(article, question):
            continue
        above = normalise(article.headline)
        spans = sentence_spans(article.text) if (words + done).held(whole(article)) else []
        for at in range(len(spans)):
            start, end = lean(spans, article.text, at)
            plain = normalise(article.text[start:end])
            if own.held(plain, some=True) and words.held(above + plain) and not speech.search(plain):
                found.append(Statement(_headed(article, article.text[start:end]), article, start, end))
    return merged(found)


def _headed(article: Article, sentence: str) -> str:
    """A sentence under the headline of its report, without which it may not say whom it speaks of."""
    return sentence if article.title in sentence else f"《{article.title}》：{sentence}"
