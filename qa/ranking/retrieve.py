"""Question → evidence: the articles that resemble it, every sentence of them looked at.

In: an index and a question. Out: one `Evidence` an article, best article first. Knows nothing about answers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from embeddings.index import Hit, Index
from embeddings.words import normalise
from qa.asked.editions import asked_for, tells_of
from qa.asked.question import Question
from qa.asked.spellings import spelled
from qa.ranking.evidence import Evidence, Lexicon, examine
from qa.ranking.ranker import Ranked
from qa.ranking.reranker import Reranker
from qa.settings import RetrievalSettings

_SPEAKING = 8  # sentences that speak for their article, so that long ones win nothing by length
_EVENLY = 2.0  # the higher, the less the best of them counts alone
_WHOLE = 2.0  # nats between the article whose words match best as a whole and one that does not match; 1.5 to 4 do
_KNOWN = 1e-6  # share of the vectors that moves no passage, but lets their cosines be known
_WIDE = 400  # passages among which those of the issues that are asked for are looked for


def search(
    index: Index,
    question: Question,
    k: int,
    settings: RetrievalSettings,
    reranker: Reranker | None = None,
    printed: Question | None = None,
) -> list[Hit]:
    """The best `k` passages for what a question is about, with the reranker's scores where there is one.

    `printed` is the question as the archive spells it, where that is known already: it costs searches.
    """
    asked = printed or spelled(question, index)
    return [replace(hit, score=score) for hit, score in _ranked(index, asked, k, settings, reranker)]


def gather(
    index: Index,
    question: Question,
    lexicon: Lexicon,
    settings: RetrievalSettings,
    reranker: Reranker | None = None,
    printed: Question | None = None,
) -> list[Evidence]:
    """Read the best articles closely; the evidence keeps the scores of the search, on which its judges were trained.

    `printed` is the question as the archive spells it, where that is known already.
    A question that names an issue (昨天的报纸上…) is answered from that issue or not at all; one for what happened on a
    day, from the issues of that day and the next, and from what names the day.
    """
    days = asked_for(question, index)
    asked = printed or spelled(question, index)
    best: dict[str, Hit] = {}
    for hit, _ in _ranked(index, asked, _WIDE if days or question.day else settings.passages, settings, reranker):
        dated = not days or (hit.article.date and days[0] <= hit.article.date <= days[1])
        if dated and (not question.day or tells_of(hit.article, question.day)):
            best.setdefault(hit.article.id, hit)
    read = list(best.values())[: settings.articles]
    spellings = [asked.spelled_as(normalise(hit.article.text)) for hit in read]
    # Whoever reads the evidence goes by the words of the question as it was asked: one column for each.
    return [
        examine(each if len(each.words) == len(question.words) else question, hit, rank, lexicon)
        for rank, (each, hit) in enumerate(zip(spellings, read, strict=True))
    ]


def _ranked(
    index: Index, question: Question, k: int, settings: RetrievalSettings, reranker: Reranker | None
) -> list[tuple[Hit, float]]:
    """The best `k` passages in their final order, each with the score (0-1) that put it there.

    Where words alone shall order them their cosines are looked up all the same: close reading learned to judge by them,
    and refuses twice as many questions without.
    """
    wanted = question.wanted or question.text
    found = max(k, reranker.candidates if reranker else 0)
    hits = index.search(wanted, found, max(settings.dense_weight, _KNOWN), settings.article_weight)
    if not settings.dense_weight:
        hits = [hit for hit in hits if hit.lexical]
    return (reranker.rank(question.text, hits) if reranker else [(hit, hit.score) for hit in hits])[:k]


def reordered(hits: Sequence[Hit], ranked: Sequence[Ranked]) -> list[Hit]:
    """Hits in the order of what close reading thinks of their articles, with new scores (0–1).

    A passage counts as much as its article is likelier than the others to answer, by its sentences and by how well its
    words match as a whole; and among the passages of one article as much as the search found it better than they.
    Articles that were not read come last.
    """
    own: dict[str, list[float]] = defaultdict(list)
    for each in ranked:
        own[each.evidence.article.id].append(each.score)
    if not own:
        return list(hits)
    wholes = {hit.article.id: hit.whole for hit in hits}
    totals = {name: _together(scores) + _WHOLE * wholes.get(name, 0.0) for name, scores in own.items()}
    shares = {name: float(np.exp(total - max(totals.values()))) for name, total in totals.items()}
    best: dict[str, float] = {}
    for hit in hits:
        best[hit.article.id] = max(hit.score, best.get(hit.article.id, 1e-9))
    rest = min(shares.values())
    scored = [
        replace(hit, score=shares.get(hit.article.id, rest * best[hit.article.id]) * hit.score / best[hit.article.id])
        for hit in hits
    ]
    return sorted(scored, key=lambda hit: -hit.score)


def _together(scores: Sequence[float]) -> float:
    """What the sentences of an article say for it together: several fair ones about as much as one good one.

    >>> _together([4.0, -9.0]) < _together([3.0, 3.0]) < _together([6.0, -9.0])
    True
    """
    best = np.sort(np.array(scores))[-_SPEAKING:]
    return float(_EVENLY * np.logaddexp.reduce(best / _EVENLY))
