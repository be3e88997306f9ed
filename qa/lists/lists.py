"""Questions about *all* of something: every article or sentence of the store that qualifies, not the top few.

In: a question for reports, for who signed one, or for everything that meets a condition (总投资超过5亿元的项目). Out: a
`Listing`, one statement a line, reprints counted once; None where the question is no such list and should be answered
like any other. Knows nothing about scores of single sentences.
"""

from __future__ import annotations

import re
from dataclasses import replace

from embeddings.index import Index
from qa.asked.conditions import CLASSES, condition
from qa.asked.question import Question
from qa.lists import attendance, everywhere, figures, headcount, items, members, reports, retold, rows
from qa.lists.listing import Listing
from qa.ranking.ranker import Ranked
from qa.settings import Settings

__all__ = ["Listing", "find"]

_CLASS = "|".join(CLASSES)
_COUNTS = re.compile(rf"(?:多少|(?<!第)几|哪|哪几)[个家项座处条所些]?(?:{_CLASS})|列出|列举")
_HOW_MANY = re.compile(
    rf"(?:{_CLASS})(?:都|一共|总共|共)?有?(?:多少|几)[个家项座处条所]|(?:多少|(?<!第)几)[个家项座处条所][^,。?]{{2,16}}的(?:{_CLASS})"
)
_CLOSED = re.compile(r"哪[两三四五六七八九十\d]+")  # 哪两类 is told by one report
_NUMBERED = re.compile(r"第[\d一二三四五六七八九十百]+[次届批期号]|[三四五六七八九十\d]+件")  # 第33次会议, 十件实事
# Where everything is looked for anyway: 报道里提到的…
_INSIDE = re.compile(
    r"^在?(?:这些|所有|馆藏的?|本报)?(?:报道|报纸|版面|新闻|文章|报)[里中上]面?(?:(?:提到|写到|出现|说|写|有)[过了]?的?)?[,，]?"
    r"(?=.*(?:最[大多高长广]|项目|工程|企业|公司|机构))"
)
_AMOUNT = re.compile(
    rf"(?:多少|(?<!第)几)[个家项座处条所][^,。?]{{0,8}}(?:{_CLASS})|(?:{_CLASS})(?:都|一共|总共|共)?有?(?:多少|几)"
)


def find(index: Index, question: Question, ranked: list[Ranked], settings: Settings) -> Listing | None:
    """The list, empty when nothing qualifies, None when the question asks for no list of this kind."""
    most = settings.answer.list_items
    question = replace(question, text=_INSIDE.sub("", question.text))
    if listing := reports.which(index, question, most):
        return listing
    if listing := members.find(index, question, most) or _visited(index, question, most):
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
            found, said = retold.once(found)
            said = said or (retold.alike(found, most) if counted else "")
            return Listing(found[:most], len(found), "条", where, counted, asked.said, said)
        return None
    row, own = rows.find(question, ranked), items.find(question, ranked)
    if own and rows.count_of(question) not in (0, own.total):
        own = None  # two of the four that are asked for
    if row:
        return own if own and all(row.lines[0].start <= line.start < row.lines[0].end for line in own.lines) else row
    if listing := attendance.find(question, ranked) or headcount.find(question, ranked):
        return listing
    closed = _CLOSED.search(question.text) or _NUMBERED.search(question.text)
    if question.kind == "list" and not closed:
        told = everywhere.find(index, question)
        if told is not None:
            return replace(told, lines=told.lines[:most])
    if own is not None:
        return own
    if (
        question.counts
        and _AMOUNT.search(question.text)
        and not everywhere.told(ranked, question)
        and (lines := everywhere.sentences(index, question))
    ):
        return Listing(lines[:most], len(lines), "条", counted=True, said=retold.alike(lines, most))
    return None


def _visited(index: Index, question: Question, most: int) -> Listing | None:
    """Every place or project that somebody went to see, in all reports that tell of it."""
    asks = items.asked(question)
    went = reports.somebody_went(question) if asks and asks["noun"] else None
    if not asks or not went:
        return None
    parts = reports.taking_part(index, question, *went)
    seen = [article for article, _ in parts if items.of_day(article, question)]
    lines = [line for article in seen for line in items.visits(article, asks["noun"])]
    if not lines and seen[1:]:
        told = [everywhere.headed(article, *place) for article, place in parts if article in seen]
        return Listing(told[:most], len(told), "条")
    return Listing(lines[:most], len(lines), items.unit(asks), counted=True) if lines else None
