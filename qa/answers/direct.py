"""Sentences that tell what is asked in so many words, however unlike the rest of the question they are.

In: a question, the sentences that were ranked for it, and the index. Out: those sentences, best first; none where no
mechanism knows the way in which the question asks. Knows nothing about likelihood, nor about how answers are written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from embeddings.index import Index
from qa.answers import amounts, cues, offices, rounds, whois
from qa.asked.asking import written
from qa.asked.question import Question
from qa.lists import items
from qa.lists.listing import Listing
from qa.ranking.ranker import Ranked

_WENT = re.compile(r"(?<=[去走跑到])[了过]哪里(?=[?]?$)")
_UNTOLD = 0.4  # an office of a place stands beside the name of who holds it, or nowhere
_UNSURE = 0.6  # that of a firm, too, and a figure beside its measure; but either may be called otherwise


def telling(question: Question, ranked: Sequence[Ranked], index: Index) -> list[Ranked]:
    """The sentences of the first mechanism that finds any."""
    return (
        offices.holding(ranked, question, index)
        or whois.naming_them(question, ranked)
        or amounts.telling(question, ranked)
        or cues.telling(question, ranked)
        or rounds.telling(question, ranked)
    )


def listing(question: Question, ranked: Sequence[Ranked], index: Index) -> Listing | None:
    """The stops of a visit (去了哪里), or what somebody signed of whom no report tells; None for any other question."""
    plain = written(question.text)
    if question.kind == "place" and (went := _WENT.sub("了哪些地方", plain)) != plain:
        return items.find(replace(question, text=went, kind="list"), ranked)
    return None if telling(question, ranked, index) else whois.signed(question, index)


def doubt(question: Question) -> float:
    """What is left of the chance of an answer where nothing tells it, and print would: 0–1."""
    if offices.public(question):
        return _UNTOLD
    return _UNSURE if offices.sought(question) or amounts.asks(question) else 1.0
