"""Close reading: the reader goes through the passages around the likeliest sentences, and they are weighed anew.

In: sentences as ranked at first sight, and a reader. Out: the same sentences in their final order, those that were read
with what the reader thinks of them. Knows nothing about networks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from qa.asked.question import Question
from qa.ranking.evidence import FEATURES, Evidence
from qa.ranking.ranker import WEIGHED, Floats, Ranked, Ranker

if TYPE_CHECKING:
    from qa.reader import Reads

_PASSAGES = 10  # that are read for one question
_OF_ONE = 2  # passages of one article
_SIZE = 220  # characters of a passage, as the reader was trained
_AS_GOOD = 1.5  # nats that a sentence may lie behind the best and still be another report of the same
_CERTAIN = 12.0  # nats beyond which more certainty counts for nothing
_ROW = {name: FEATURES.index(name) for name in ("score", "cosine", "rank", "run", "meaning", "words", "near")}
Place = tuple[int, int]  # number of the evidence, number of the sentence
Span = tuple[int, int]


def weigh(question: Question, evidence: Sequence[Evidence], ranker: Ranker, reader: Reads) -> list[Ranked]:
    """Every sentence of the evidence, best first, after close reading of the best."""
    first, rows = looked_at(question, evidence, ranker, reader)
    ranked = weighed(first, rows, ranker)
    if question.kind == "role":  # nothing in the training asks for an office; a sentence that tells one goes first
        ranked.sort(key=lambda each: not each.evidence.answers[each.sentence])
    return latest_first(ranked) if question.order == "latest" else ranked


def latest_first(ranked: Sequence[Ranked]) -> list[Ranked]:
    """The sentences that answer about as well as the best, the newest issue first, those without a date last."""
    close = [each for each in ranked if each.score > ranked[0].score - _AS_GOOD]

    def age(each: Ranked) -> int:
        day = each.evidence.article.date
        return -day.toordinal() if day else 0

    return sorted(close, key=age) + list(ranked[len(close) :])


def looked_at(
    question: Question, evidence: Sequence[Evidence], ranker: Ranker, reader: Reads
) -> tuple[list[Ranked], Floats]:
    """The sentences as ranked at first sight, those that were read with their reading; and (sentences, WEIGHED)."""
    first = ranker.rank(evidence)
    number = {id(seen): at for at, seen in enumerate(evidence)}
    places = [(number[id(each.evidence)], each.sentence) for each in first]
    read, marked = readings(question, evidence, places, reader)
    known = [
        replace(each, read=read.get(place, math.nan), span=marked.get(place))
        for each, place in zip(first, places, strict=True)
    ]
    if not first:
        return [], np.zeros((0, len(WEIGHED)))
    return known, features(evidence, places, np.array([each.score for each in first]), read)


def weighed(first: Sequence[Ranked], rows: Floats, ranker: Ranker) -> list[Ranked]:
    """The sentences in their final order."""
    if not first:
        return []
    scores = ranker.scores("close", rows)[:, 0]
    again = [replace(each, score=float(score)) for each, score in zip(first, scores, strict=True)]
    return sorted(again, key=lambda sentence: -sentence.score)


def readings(
    question: Question, evidence: Sequence[Evidence], places: Sequence[Place], reader: Reads
) -> tuple[dict[Place, float], dict[Place, Span]]:
    """What the reader makes of the sentences in the passages around the first `places`.

    Log-odds that each answers, and where in its article the likeliest words of its passage stand, if they are its own.
    """
    passages = windows(evidence, places)
    texts = [
        evidence[at].article.text[evidence[at].spans[low][0] : evidence[at].spans[high][1]]
        for at, low, high in passages
    ]
    found: dict[Place, float] = {}
    marked: dict[Place, Span] = {}
    for (at, low, high), reading in zip(passages, reader.read(question, texts), strict=False):
        spans = evidence[at].spans
        for sentence in range(low, high + 1):
            start, end = (offset - spans[low][0] for offset in spans[sentence])
            score = float(np.clip(reading.of(start, end), -_CERTAIN, _CERTAIN))
            if start <= reading.low < reading.high <= end and score >= found.get((at, sentence), -_CERTAIN):
                marked[at, sentence] = (reading.low + spans[low][0], reading.high + spans[low][0])
            found[at, sentence] = max(score, found.get((at, sentence), -_CERTAIN))
    return found, marked


def windows(evidence: Sequence[Evidence], places: Sequence[Place]) -> list[tuple[int, int, int]]:
    """(evidence, first sentence, last sentence) of the passages to read, those of the best sentences first."""
    chosen: list[tuple[int, int, int]] = []
    for at, sentence in places:
        if len(chosen) == _PASSAGES:
            break
        own = [(low, high) for other, low, high in chosen if other == at]
        if len(own) < _OF_ONE and not any(low <= sentence <= high for low, high in own):
            chosen.append((at, *around(evidence[at].spans, sentence)))
    return chosen


def around(spans: Sequence[tuple[int, int]], sentence: int) -> tuple[int, int]:
    """The first and last of the sentences about one that make up a passage, as many before as after.

    >>> around([(0, 90), (90, 180), (180, 270), (270, 400)], 1)
    (0, 1)
    """
    low = high = sentence
    while True:
        ways = [(low - 1, high), (low, high + 1)]
        ways = [(a, b) for a, b in ways if a >= 0 and b < len(spans) and spans[b][1] - spans[a][0] <= _SIZE]
        if not ways:
            return low, high
        low, high = ways[0] if sentence - low <= high - sentence else ways[-1]


def features(evidence: Sequence[Evidence], places: Sequence[Place], scores: Floats, read: dict[Place, float]) -> Floats:
    """(sentences, WEIGHED): what is known of each sentence, of its article, and of its reading."""
    owner = np.array([at for at, _ in places])
    articles = np.array([_article(seen, scores[owner == at]) for at, seen in enumerate(evidence)])
    own = np.array([evidence[at].rows[sentence] for at, sentence in places])
    known = np.array([read.get(place, math.nan) for place in places])
    unread = np.isnan(known)
    best = np.array([known[(owner == at) & ~unread].max(initial=-_CERTAIN) for at in range(len(evidence))])
    columns = [scores, np.where(unread, 0, known), unread, best[owner], best[owner] <= -_CERTAIN]
    return np.column_stack([*columns, own[:, [_ROW["run"], _ROW["meaning"], _ROW["near"]]], articles[owner]])


def _article(seen: Evidence, scores: Floats) -> list[float]:
    """What speaks for an article as a whole."""
    if not len(scores):
        return [0.0] * (len(WEIGHED) - 8)
    order = np.sort(scores)[::-1]
    total = float(np.log(np.exp(scores - order[0]).sum()) + order[0])
    covered, met = seen.covered.max(axis=0, initial=0), seen.met.max(axis=0, initial=0)
    weights = seen.weights
    runs, words = seen.rows[:, _ROW["run"]].max(), seen.rows[:, _ROW["words"]].max()
    score, cosine, rank = (float(seen.rows[0, _ROW[name]]) for name in ("score", "cosine", "rank"))
    shares = [_share(covered, weights, chosen) for chosen in (seen.names, seen.proper, ~seen.names)]
    everything = np.ones(len(weights), dtype=bool)
    whole = [_share(values, weights, everything) for values in (covered, met)]
    second = float(order[1]) if len(order) > 1 else float(order[0]) - 3
    return [
        float(order[0]),
        total,
        second,
        score,
        cosine,
        rank,
        runs,
        words,
        *whole,
        *shares,
        math.log(len(seen.article.text) + 1),
    ]


def _share(covered: Floats, weights: Floats, chosen: np.ndarray) -> float:
    """The weighted share of the chosen words that is covered; 1 where there are none."""
    total = float(weights[chosen].sum())
    return float((weights * covered)[chosen].sum()) / total if total > 0 else 1.0
