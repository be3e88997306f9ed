"""A sentence of a draft → the sentences of one article that bear it out, or nothing.

In: the excerpts that the model was shown, and sentences in the order of the draft. Out: a `Checked` for each. The model
is not asked where it has a sentence from: it is laid beside those of the excerpts that share most with it, alone and
with their neighbours, until `qa.verify` finds it borne out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from embeddings.chunks import sentence_spans
from embeddings.records import Article
from embeddings.words import bigrams
from qa.reader import Reads
from qa.verify import Verdict, verify
from qa.writing.passages import Excerpt

Span = tuple[int, int]
_TRIES = 3  # places where a sentence may come from
_SAME = 0.9  # share of its terms from which a sentence repeats another
_RANK = {"supported": 2, "partial": 1, "unsupported": 0}


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence of the draft, and what bears it out, if anything: spans of the text of `article`."""

    text: str
    verdict: Verdict
    article: Article | None = None
    spans: tuple[Span, ...] = ()

    @property
    def borne_out(self) -> bool:
        return self.verdict.support == "supported"


class Checker:
    """Checks the sentences of one draft, in order."""

    def __init__(self, excerpts: Sequence[Excerpt], reader: Reads) -> None:
        self._reader = reader
        self._places = [(each.article, spans) for each in excerpts for spans in _runs(each)]
        self._kept: list[set[str]] = []  # the terms of the sentences that were borne out

    def check(self, sentence: str) -> Checked:
        """Find what bears a sentence out."""
        terms = set(bigrams(sentence))
        best = Checked(sentence, Verdict("unsupported", entailed=0.0))
        ranked = sorted(self._places, key=lambda place: -_shared(terms, *place))
        for article, (start, end) in ranked[:_TRIES]:
            verdict = verify(sentence, [article.text[start:end]], self._reader, above(article), article.date)
            if _RANK[verdict.support] > _RANK[best.verdict.support]:
                best = Checked(sentence, verdict, article, ((start, end),))
            if best.borne_out:
                self._kept.append(terms)
                break
        return best

    def repeats(self, sentence: str) -> bool:
        """Whether a sentence says what one before it said."""
        terms = set(bigrams(sentence))
        return any(len(terms & other) >= _SAME * len(terms) for other in self._kept)


def above(article: Article) -> str:
    """What stands over an article, as `verify` wants it."""
    return f"{article.title} {article.kicker} {'、'.join(article.reporters)}"


def _runs(excerpt: Excerpt) -> Iterator[Span]:
    """Each sentence of an excerpt, and each with the one after it."""
    low, high = excerpt.start, excerpt.end
    spans = [(start + low, end + low) for start, end in sentence_spans(excerpt.article.text[low:high])]
    yield from spans
    yield from ((one[0], other[1]) for one, other in pairwise(spans))


def _shared(terms: set[str], article: Article, span: Span) -> float:
    """The share of a sentence's terms that a place has; of two like places the shorter is the better."""
    return len(terms & set(bigrams(article.text[slice(*span)]))) / max(1, len(terms)) - (span[1] - span[0]) / 1e4
