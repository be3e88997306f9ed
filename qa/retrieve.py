"""Question → evidence: the articles that resemble it, every sentence of them looked at.

In: an index and a question. Out: one `Evidence` an article, best article first. Knows nothing about answers.
"""

from __future__ import annotations

from embeddings.index import Hit, Index
from qa.evidence import Evidence, Lexicon, examine
from qa.question import Question
from qa.settings import RetrievalSettings

_ARTICLES = 8  # articles that are read closely


def search(index: Index, question: Question, k: int, settings: RetrievalSettings) -> list[Hit]:
    """The best `k` passages for what a question is about."""
    wanted = question.content or question.text
    return index.search(wanted, k, settings.dense_weight, settings.article_weight)


def gather(index: Index, question: Question, lexicon: Lexicon, settings: RetrievalSettings) -> list[Evidence]:
    """Read the best articles closely."""
    best: dict[str, Hit] = {}
    for hit in search(index, question, settings.passages, settings):
        best.setdefault(hit.article.id, hit)
    return [examine(question, hit, rank, lexicon) for rank, hit in enumerate(list(best.values())[:_ARTICLES])]
