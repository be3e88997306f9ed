"""Which of the sentences that may be shown speak of the same thing as the best one, and add to it.

In: the sentences wanted for an answer, best first, and the question. Out: the best one, and those of the others that
are worth a reader's time. Shorter answers are better ones: a sentence about another project of the same report, however
like the first, misleads. Knows nothing about how sentences were chosen or are shown.
"""

from __future__ import annotations

from qa.answers.bold import KINDS
from qa.asked.asking import written
from qa.asked.question import Question
from qa.fit.conflicts import left
from qa.fit.owners import asked, names, other
from qa.language import stages
from qa.language.dimensions import measured
from qa.language.titles import office_asked
from qa.ranking.ranker import Ranked


def concerning(wanted: list[Ranked], question: Question) -> list[Ranked]:
    """The best sentence, and those of the others that tell of what it tells and may add to it.

    A question for one figure, day, place or name is answered by a sentence that has one, of the thing asked about.
    """
    first, *others = wanted
    if question.kind not in KINDS or (question.kind == "person" and not office_asked(written(question.text))):
        return wanted
    bound = left(question, [first])
    return [first, *(one for one in others if left(question, [one]) >= bound and _adds(one, first, question))]


def _adds(one: Ranked, first: Ranked, question: Question) -> bool:
    """Whether a sentence tells a figure, day, place or name of the thing asked about, or names it beside the first."""
    seen, at = one.evidence, one.sentence
    start, _ = seen.spans[at]
    stage = stages.asked(question.content) if question.kind == "date" else None
    if stage and seen.answers[at] and not stage[1].search(seen.article.text[slice(*seen.spans[at])]):
        return False  # a day of something else
    thing = asked(question, seen)
    places = [
        start + low
        for low, high in seen.answers[at]
        if question.kind != "number" or measured(question.text, seen.article.text[start + low : start + high + 3])
    ]
    if not places:
        best = first.evidence
        beside = seen is best and abs(at - first.sentence) == 1
        naming = thing is None or names(thing, seen, at) > names(thing, best, first.sentence)
        return not best.answers[first.sentence] or (beside and naming)
    return thing is None or not all(other(thing, seen, at, place) for place in places)
