"""Which issues may answer a question: the issue that it names, today's, or those that tell of the day it is about.

In: a question and an index. Out: days, the question that knows its day, and what to call the issues. Knows nothing
about what the issues say.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date as Date
from datetime import timedelta

from embeddings.index import Index
from embeddings.records import Article
from qa.asked.question import Question
from qa.language.dates import happened, issued, issues


def asked_for(question: Question, index: Index) -> tuple[Date, Date] | None:
    """The first and last day of the issues that a question names; None where it names none.

    It is read on the day of the newest issue: 今天 is that day. Where no article has a date, nothing is of any day.
    """
    return issues(question.text, _newest(index) or Date.today())


def placed(question: Question, index: Index) -> Question:
    """The question with the day that it is about, where there are issues of that day or the next to tell of it."""
    newest = _newest(index)
    named = happened(question.text, newest) if newest and question.kind != "reports" else None
    if not named:
        return question
    told = index.store.select(since=named[0], until=named[0] + timedelta(1), limit=1)
    return replace(question, day=named[0]) if told else question


def tells_of(article: Article, day: Date) -> bool:
    """Whether an article may tell what happened on a day: it was printed then or the day after, or names the day.

    Of an article without a date nobody knows; what it says must do.
    """
    near = article.date is None or timedelta(0) <= article.date - day <= timedelta(1)
    return near or f"{day.month}月{day.day}日" in article.text


def where(question: Question, index: Index) -> str:
    """The issues that were looked in, in words; "" where the question names none."""
    return issued(asked_for(question, index), _newest(index) is not None)


def _newest(index: Index) -> Date | None:
    day = index.stats["last_date"]
    return Date.fromisoformat(day) if day else None
