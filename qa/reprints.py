"""Which articles are one and the same text printed again: reprints, and versions with small edits.

In: articles. Out: for each the one that stands for it, so that a source is named and counted once. A report that has
the same wording but other figures (yesterday's prices, today's prices) is no reprint. Knows nothing about questions.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date as Date
from functools import lru_cache

from embeddings.records import Article
from embeddings.words import normalise

_SHINGLE = 5  # characters; one changed word of a sentence of forty breaks a sixth of its shingles
_FEW = 24  # articles of which every two are compared
_CLAUSE, _CLAUSES = 8, 3  # clauses of so many characters, so many of them, that two of many articles must share
_SHARED = 0.75  # share of the shorter text's shingles that a reprint has
_FIGURES = 0.8  # share of its figures
_SHORTEST = 0.3  # a brief within a long article is a source of its own below this share of its length
_MARKS = re.compile(r"[\W_]+")
_FIGURE = re.compile(r"\d+(?:\.\d+)?")


def distinct(articles: Iterable[Article]) -> list[Article]:
    """The articles without those that print another again, in their order; the one that stands for a text is the
    earliest, and of one day the longest."""
    articles = list(articles)
    chosen = originals(articles)
    return list(dict.fromkeys(chosen[article.id] for article in articles))


def originals(articles: Sequence[Article]) -> dict[str, Article]:
    """Article id → the article that stands for it: itself, or the one that it prints again."""
    leaders = {article.id: article.id for article in articles}
    known = {article.id: article for article in articles}

    def leader(one: str) -> str:
        while leaders[one] != one:
            one = leaders[one]
        return one

    for one, other in _candidates(articles):
        if leader(one.id) != leader(other.id) and same(one, other):
            first, second = sorted((leader(one.id), leader(other.id)), key=lambda each: _order(known[each]))
            leaders[second] = first
    return {article.id: known[leader(article.id)] for article in articles}


def same(one: Article, other: Article) -> bool:
    """Whether the shorter text stands in the longer, but for small edits, with its figures.

    >>> told = "城北新桥昨天通车，桥长412米，两岸居民往来不用再绕路。"
    >>> same(Article(told), Article(told.replace("居民", "市民")))
    True
    >>> same(Article(told), Article(told.replace("412", "530")))
    False
    """
    if one.kind != other.kind:
        return False
    short, long = sorted((one.text, other.text), key=len)
    if len(short) < _SHORTEST * len(long):
        return False
    pieces = _shingles(short)
    if len(pieces & _shingles(long)) < _SHARED * len(pieces):
        return False
    figures = set(_FIGURE.findall(normalise(short)))
    return len(figures & set(_FIGURE.findall(normalise(long)))) >= _FIGURES * len(figures)


def _candidates(articles: Sequence[Article]) -> Iterator[tuple[Article, Article]]:
    """Pairs that may be the same: all of them, or among many articles those that share several clauses."""
    if len(articles) <= _FEW:
        yield from ((one, other) for at, one in enumerate(articles) for other in articles[:at])
        return
    holders: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        clauses = {clause for clause in _MARKS.split(article.text) if len(clause) >= _CLAUSE}
        met = Counter(other for clause in clauses for other in holders[clause])
        yield from ((article, other) for other, times in met.items() if times >= min(_CLAUSES, len(clauses)))
        for clause in clauses:
            holders[clause].append(article)


@lru_cache(maxsize=256)
def _shingles(text: str) -> frozenset[str]:
    """The runs of five characters, punctuation and white space left out; a shorter text is one run."""
    plain = _MARKS.sub("", normalise(text))
    return frozenset(plain[at : at + _SHINGLE] for at in range(max(1, len(plain) - _SHINGLE + 1)))


def _order(article: Article) -> tuple[Date, int, str]:
    return article.date or Date.max, -len(article.text), article.id
