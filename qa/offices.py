"""Who holds an office, and which office somebody holds: the sentences that tell it, the latest issue first.

In: ranked sentences and a question. Out: those that tell what is asked, each name or office once, and where it stands.
What a person's name stands beside is no matter of likelihood: nothing else is shown where one sentence tells it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from qa.asking import written
from qa.question import Question
from qa.ranker import Ranked
from qa.titles import Span, holders, office_asked

_SEVERAL = re.compile(r"副|委员|代表|领导|员$")  # offices that several people hold at once


def spans(one: Ranked, question: Question) -> list[Span]:
    """Where a sentence names the office of the person asked for, or the holder of the office: in its article's text."""
    seen, text = one.evidence, one.evidence.article.text
    start, end = seen.spans[one.sentence]
    if question.kind == "role":
        found = seen.answers[one.sentence]
    elif question.kind == "person" and (office := office_asked(written(question.text))):
        found = holders(text[start:end], office)[0]
    else:
        found = []
    return [(start + low, start + high) for low, high in found]


def telling(ranked: Sequence[Ranked], question: Question) -> list[Ranked]:
    """The sentences that tell, in reports that know every name of the question; the latest first where it has one."""
    told = [one for one in ranked if (question.kind == "role" or _knows(one)) and spans(one, question)]
    if any(one.evidence.proper.any() for one in told):
        told.sort(key=lambda one: -(one.evidence.article.date.toordinal() if one.evidence.article.date else 0))
    known: list[str] = []
    kept = []
    for one in told:
        names = [name for low, high in spans(one, question) for name in one.evidence.article.text[low:high].split("、")]
        if any(not any(name in other for other in known) for name in names):
            kept.append(one)
        known += names
    if question.kind == "person" and not _SEVERAL.search(office_asked(written(question.text))):
        return kept[:1]
    return kept


def sure(ranked: Sequence[Ranked], question: Question) -> bool:
    """Whether the best sentence tells the office of a person in so many words, whatever else resembles the question."""
    return question.kind == "role" and len(ranked) > 0 and _knows(ranked[0]) and bool(spans(ranked[0], question))


def _knows(one: Ranked) -> bool:
    """Whether the report holds every name of the question."""
    seen = one.evidence
    known = np.maximum(seen.covered.max(axis=0, initial=0), seen.headline)
    return bool((known[seen.proper] >= 1).all())
