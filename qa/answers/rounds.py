"""The day of a visit or of a meeting, which print gives once, in the first sentence of its report.

In: a question for the day on which somebody came by, or met, and ranked sentences. Out: the sentence that has the day,
and the one about the place; none for other questions. Knows nothing about likelihood.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from embeddings.words import normalise
from qa.answers.amounts import about
from qa.asked.asking import written
from qa.asked.question import Question
from qa.ranking.ranker import Ranked

_ROUNDS = "督查|考察|调研|视察|检查|察看|走访|参观|慰问|看望|到访|来访|走进|来到|走到|见面|会见|会谈|开会"
_CAME = re.compile(rf"{_ROUNDS}|[去来到](?:了|过|的|[一-鿿]{{2,}})")
_ON_ROUNDS = re.compile(rf"{_ROUNDS}|率队|率团")
_ALONE = re.compile(rf"(?:{_ROUNDS})了?")
_LOOKED_AT = 5  # sentences that may be about the place


def telling(question: Question, ranked: Sequence[Ranked]) -> list[Ranked]:
    """The first sentence of the report with its day, then the sentence that names what the question names."""
    came = _CAME.search(written(question.text)) if question.kind == "date" else None
    if came is None:
        return []
    named = [word for word, _ in question.words if word not in came.group() and not _ALONE.fullmatch(word)]
    for one in ranked[:_LOOKED_AT]:
        seen = one.evidence
        if seen.answers[one.sentence]:
            return []
        start, end = seen.spans[0]
        lead = normalise(seen.article.title + seen.article.text[start:end])
        if named and one.sentence and seen.answers[0] and _ON_ROUNDS.search(lead) and about(one, named):
            first = next((each for each in ranked if each.evidence is seen and not each.sentence), one)
            return [replace(first, sentence=0), one]
    return []
