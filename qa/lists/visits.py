"""Where somebody went: the places and projects of a visit, one stop a line, in every report that tells of it.

In: an article, or an index and a question for what somebody went to see. Out: the stops as they stand in print, each
with the sentence that proves it. Knows nothing about anything else that is done to several things.
"""

from __future__ import annotations

from collections.abc import Sequence

from embeddings.chunks import sentence_spans
from embeddings.index import Index
from embeddings.records import Article
from qa.answers.compose import Statement
from qa.asked.question import Question
from qa.lists import appearing, everywhere, items
from qa.lists.listing import Listing
from qa.lists.once import Told, newest, once
from qa.lists.subject import things


def find(index: Index, question: Question, most: int) -> Listing | None:
    """Every place or project that somebody went to see, in all reports that tell of it."""
    asks = items.asked(question)
    went = appearing.somebody_went(question) if asks and asks["noun"] else None
    if not asks or not went:
        return None
    noun = items.kind(asks)
    parts = appearing.taking_part(index, question, *went)
    seen = [article for article, _ in parts if items.of_day(article, question)]
    lines = [line for article in seen for line in items.visits(article, noun)]
    if not lines and seen[1:]:
        told = [everywhere.headed(article, *place) for article, place in parts if article in seen]
        return Listing(told[:most], len(told), "条")
    stops = newest(once([Told(line, _name(line)) for line in lines]))
    shown = [one.line for one in stops[:most]]
    untold = [line for article in seen for line in _untold(article, noun, lines)] if stops else []
    apart = "报道还说到没有逐个写明的，列在后面" if untold else ""
    unit = items.unit(asks)
    return Listing([*shown, *untold], len(stops), unit, "", True, "", "", apart, len(untold)) if stops else None


def _untold(article: Article, noun: str, lines: Sequence[Statement]) -> list[Statement]:
    """The sentences of a report which count more stops (三个项目) than could be listed from it."""
    number, words = items.announces(article.text, "个", noun)
    if number <= sum(line.article.id == article.id for line in lines):
        return []
    spans = [span for span in sentence_spans(article.text) if words in article.text[slice(*span)]]
    return [everywhere.headed(article, *span) for span in spans]


def _name(line: Statement) -> str:
    return next(iter(things(line.text)), line.text)
