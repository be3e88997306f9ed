"""A question → the windows of articles that the reader reads: found by words and vectors, in whole sentences.

In: a `Question`, an index. Out: `Window`s with their retrieval scores, best first. An article that fits into one window
is read whole; of a longer one those parts are read that were found.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date as Date

from embeddings.chunks import sentence_spans
from embeddings.index import Hit, Index
from embeddings.records import Article
from qa.question import Question
from qa.reader import Window
from qa.rerank import Reranker
from qa.settings import RetrievalSettings

LONGEST = 340  # characters of a window
_WIDE = 200  # passages among which those of the issues that are asked for are looked for
_OF_ONE = 4  # windows of one article
_SAME = 0.5  # share of the shorter of two windows that makes them one


@dataclass(frozen=True, slots=True)
class Found:
    """A window with the score (0–1) of the search, and its rank there, from 0."""

    window: Window
    score: float
    rank: int = 0


def search(index: Index, asked: Question, k: int, settings: RetrievalSettings, reranker: Reranker) -> list[Hit]:
    """The best `k` passages for a question, those of the issues that it names where it names any."""
    wanted = _WIDE if asked.issue else k
    hits = index.search(asked.text, max(wanted, reranker.candidates), settings.dense_weight, settings.article_weight)
    if asked.issue and asked.period:
        hits = [hit for hit in hits if within(hit.article, asked.period.first, asked.period.last)]
    if reranker.candidates:
        hits = [replace(hit, score=score) for hit, score in reranker.rank(asked.text, hits)]
    return hits[:k]


def retrieve(index: Index, asked: Question, settings: RetrievalSettings, reranker: Reranker) -> list[Found]:
    """The windows to read, at most `settings.windows`."""
    found: list[Found] = []
    for hit in search(index, asked, settings.passages, settings, reranker):
        window = window_of(hit)
        own = [each.window for each in found if each.window.article.id == hit.article.id]
        if len(own) < _OF_ONE and not any(_same(window, each) for each in own):
            found.append(Found(window, hit.score, len(found)))
        if len(found) == settings.windows:
            break
    return found


def window_of(hit: Hit) -> Window:
    """The passage in whole sentences, with what stands around it as far as a window goes."""
    article, text = hit.article, hit.article.text
    if len(text) <= LONGEST:
        return Window(article, 0, len(text))
    spans = sentence_spans(text)
    inside = [at for at, (low, high) in enumerate(spans) if low < hit.end and hit.start < high]
    first, last = (inside[0], inside[-1]) if inside else (0, 0)
    while True:
        before = first > 0 and spans[last][1] - spans[first - 1][0] <= LONGEST
        after = last + 1 < len(spans) and spans[last + 1][1] - spans[first][0] <= LONGEST
        if not (before or after):
            break
        if after:
            last += 1
        if before and (first == 0 or spans[last][1] - spans[first - 1][0] <= LONGEST):
            first -= 1
    start, end = spans[first][0], spans[last][1]
    if end - start > LONGEST * 2:  # one endless sentence: the passage as it was found
        return Window(article, hit.start, hit.end)
    return Window(article, start, end)


def within(article: Article, first: Date, last: Date) -> bool:
    return article.date is not None and first <= article.date <= last


def _same(one: Window, other: Window) -> bool:
    shared = min(one.end, other.end) - max(one.start, other.start)
    return shared >= _SAME * min(one.end - one.start, other.end - other.start)
