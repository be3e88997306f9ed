"""What reports say on the whole: the opening sentences of the one asked about, or of each in order of their days.

In: a `Question` and `Best`. Out: an `Answer` of quotations.
"""

from __future__ import annotations

from embeddings.chunks import sentence_spans
from embeddings.records import Article
from qa.compose import Line, said
from qa.question import Question
from qa.reconcile import Best, Candidate, share_of, subject_words
from qa.records import Answer
from qa.reprints import distinct

_LINES = 4  # sentences of one report
_REPORTS = 5  # of a thing that several reports tell of
_NEAR = 0.6  # share of the question's words that another report on the same thing has


def summary(asked: Question, best: Best, least: float) -> Answer | None:
    """Several reports on one thing, each with its first sentence and the best, by day; else more of the one.

    None where no report holds all that is named, and the reader's confidence is below `least`.
    """
    words = subject_words(asked.text)
    whole = [each for each in best.ranked if share_of(words, each.article) == 1 and not each.guards]
    if not best.ranked or (not whole and best.confidence < least):
        return None
    on_it = whole or [each for each in best.ranked if share_of(words, each.article) >= _NEAR]
    articles = distinct(dict.fromkeys(each.article for each in on_it)) or [best.ranked[0].article]
    if len(articles) == 1:
        return said(_of_one(articles[0], on_it or best.ranked[:1], _LINES))
    by_day = sorted(articles[:_REPORTS], key=lambda each: str(each.date))
    return said([line for each in by_day for line in _of_one(each, on_it, 2)])


def _of_one(article: Article, candidates: list[Candidate] | tuple[Candidate, ...], most: int) -> list[Line]:
    """The first sentence and those that the reader finds to answer, in their order."""
    sentences = sentence_spans(article.text)
    spans = [span for each in candidates if each.article.id == article.id for span in each.reading.spans[:3]]
    chosen = {0}
    for span in spans:
        chosen |= {at for at, (low, high) in enumerate(sentences) if low <= span.start < high}
    for at in range(len(sentences)):
        if len(chosen) < most:
            chosen.add(at)
    return [Line(article, *sentences[at]) for at in sorted(chosen)[:most]]
