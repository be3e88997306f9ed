"""A sentence of a report, and what bears it out: the sentences beside it, the headline, the whole report.

In: the evidence of an article and the number of a sentence. Out: an immutable `Told` of normalised texts. Knows nothing
about questions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date
from functools import lru_cache

from embeddings.words import normalise
from qa.language.dates import dateline
from qa.ranking.evidence import Evidence, lean


@dataclass(frozen=True, slots=True)
class Told:
    """`near` and `whole` begin with the headline, up to `top`; the sentence stands at `whole[start:end]`.

    `met` is how near in meaning, 0–1, the sentence and its neighbours come to each word of the question.
    """

    sentence: str
    near: str
    whole: str
    top: int
    start: int
    end: int
    issued: Date | None
    signed: str
    met: tuple[float, ...]

    def within(self, text: str) -> bool:
        """Whether a text stands in the report, over it, or is the name of somebody who signed it."""
        return text in self.whole or text in self.signed


def told(seen: Evidence, at: int) -> Told:
    """What a sentence tells; one that leans on the sentence before it is read together with that."""
    article, spans = seen.article, seen.spans
    start, end = lean(spans, article.text, at)
    top = f"{plain(f'{article.headline} {article.kicker} {dateline(article.date)}')}\n"
    before, sentence = normalise(article.text[:start]), normalise(article.text[start:end])
    beside = article.text[spans[max(0, at - 1)][0] : spans[min(len(spans) - 1, at + 1)][1]]
    return Told(
        sentence,
        top + normalise(beside),
        top + plain(article.text),
        len(top),
        len(top) + len(before),
        len(top) + len(before) + len(sentence),
        article.date,
        " ".join(article.reporters),
        tuple(seen.met[at].tolist()),
    )


@lru_cache(maxsize=128)
def plain(text: str) -> str:
    """The normalised text."""
    return normalise(text)
