"""Questions about *all* of something: every article or sentence of the store that qualifies, not the top few.

In: a question for reports, for who signed one, or for everything that meets a condition (总投资超过5亿元的项目). Out: a
`Listing`, one statement a line, reprints counted once; None where the question is no such list and should be answered
like any other. Knows nothing about scores of single sentences.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from embeddings.index import Index
from qa.asked.question import Question
from qa.lists import (
    attendance,
    everywhere,
    extremes,
    figures,
    headcount,
    items,
    kindred,
    members,
    reports,
    rows,
    sums,
    visits,
)
from qa.lists.listing import Listing
from qa.ranking.ranker import Ranked
from qa.settings import Settings

__all__ = ["Listing", "find"]

_CLOSED = re.compile(r"哪[两三四五六七八九十\d]+")  # 哪两类 is told by one report
_NUMBERED = re.compile(r"第[\d一二三四五六七八九十百]+[次届批期号]|[三四五六七八九十\d]+件")  # 第33次会议, 十件实事
# Where everything is looked for anyway: 报道里提到的…
_INSIDE = re.compile(
    r"^在?(?:这些|所有|馆藏的?|本报)?(?:报道|报纸|版面|新闻|文章|报)[里中上]面?(?:(?:提到|写到|出现|说|写|有)[过了]?的?)?[,，]?"
    r"(?=.*(?:最[大多高长广]|项目|工程|企业|公司|机构))"
)


def find(index: Index, question: Question, ranked: Sequence[Ranked], settings: Settings) -> Listing | None:
    """The list, empty when nothing qualifies, None when the question asks for no list of this kind."""
    most = settings.answer.list_items
    question = replace(question, text=_INSIDE.sub("", question.text))
    if listing := _by_name(index, question, ranked, most):
        return listing
    if listing := sums.find(index, question, most) or extremes.find(index, question, ranked):
        return listing
    if asked := figures.asked(question):
        return figures.find(index, question, asked, most)
    row, own = rows.find(question, ranked), items.find(question, ranked)
    if own and rows.count_of(question) not in (0, own.total):
        own = None  # two of the four that are asked for
    own = own or (None if row else kindred.find(question, ranked))
    if row:
        return own if own and all(row.lines[0].start <= line.start < row.lines[0].end for line in own.lines) else row
    if listing := attendance.find(question, ranked) or headcount.find(question, ranked):
        return listing
    closed = _CLOSED.search(question.text) or _NUMBERED.search(question.text)
    if question.kind == "list" and not closed and (listing := everywhere.find(index, question, most)) is not None:
        return listing
    return own or everywhere.counted(index, question, ranked, most)


def _by_name(index: Index, question: Question, ranked: Sequence[Ranked], most: int) -> Listing | None:
    """Reports, members of a class, the stops of somebody, or who signed."""
    if listing := reports.which(index, question, most):
        return listing
    if listing := members.find(index, question, most) or visits.find(index, question, most):
        return listing
    if question.kind == "author":
        lines = reports.authors(question, ranked)
        return Listing(lines, len(lines), "篇")
    return None
