"""Sentences that tell what is asked in so many words, however unlike the rest of the question they are.

In: a question, the sentences that were ranked for it, and the index. Out: those sentences, best first; none where no
mechanism knows the way in which the question asks. Knows nothing about likelihood, nor about how answers are written.
"""

from __future__ import annotations

from collections.abc import Sequence

from embeddings.index import Index
from qa import amounts, cues, offices, whois
from qa.listing import Listing
from qa.question import Question
from qa.ranker import Ranked

_UNTOLD = 0.4  # an office stands beside the name of who holds it, or nowhere


def telling(question: Question, ranked: Sequence[Ranked], index: Index) -> list[Ranked]:
    """The sentences of the first mechanism that finds any."""
    return (
        offices.holding(ranked, question, index)
        or whois.naming_them(question, ranked)
        or amounts.telling(question, ranked)
        or cues.telling(question, ranked)
    )


def listing(question: Question, ranked: Sequence[Ranked], index: Index) -> Listing | None:
    """What somebody signed of whom no report tells anything; None for any other question."""
    return None if telling(question, ranked, index) else whois.signed(question, index)


def doubt(question: Question) -> float:
    """What is left of the chance of an answer where nothing tells it, and print would: 0–1."""
    return _UNTOLD if offices.public(question) else 1.0
