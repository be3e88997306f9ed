"""What the reader found → the excerpts that a language model reads, within so many tokens.

In: `Best`. Out: `Excerpt`s, best first: the sentences about the spans that the reader thinks answer. A small model on
two cores reads some 40 tokens a second, so the excerpts are short.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from embeddings.chunks import sentence_spans
from embeddings.records import Article
from qa.question import Question
from qa.reconcile import Best, Candidate
from qa.writing.orders import plain_sentences
from qa.writing.prompts import disarmed

_ARTICLES = 5  # excerpts
_FRAME = 16  # tokens for the delimiters of an excerpt
_ROUND_ABOUT = 1  # sentences before and after those of a span


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Sentences of an article that stand together: `article.text[start:end]`."""

    article: Article
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]


def choose(best: Best, asked: Question, room: int, count: Callable[[str], int]) -> list[Excerpt]:
    """The excerpts that `room` tokens hold; questions for a summary or a reason get whole windows."""
    chosen: list[Excerpt] = []
    wide = asked.kind in ("summary", "why", "how", "compare", "list")
    for candidate in best.ranked:
        excerpt = _excerpt(candidate, wide)
        if excerpt is None or any(
            each.article.id == excerpt.article.id and each.start < excerpt.end and excerpt.start < each.end
            for each in chosen
        ):
            continue
        cost = _FRAME + count(heading(excerpt.article)) + count(excerpt.text)
        if cost > room or len(chosen) == _ARTICLES:
            continue
        chosen.append(excerpt)
        room -= cost
    return chosen


def _excerpt(candidate: Candidate, wide: bool) -> Excerpt | None:
    """The sentences of a window about its spans, without those that speak to a model instead of to readers."""
    article, window = candidate.article, candidate.reading.window
    spans = sentence_spans(article.text)
    plain = set(plain_sentences(article, spans))
    inside = [at for at, (low, high) in enumerate(spans) if window.start <= low and high <= window.end]
    if not wide and candidate.span:
        held = [at for at in inside if spans[at][0] <= candidate.span.start < spans[at][1]]
        inside = [at for at in inside if held and abs(at - held[0]) <= _ROUND_ABOUT]
    run: list[int] = []
    for at in inside:
        if at in plain and (not run or at == run[-1] + 1):
            run.append(at)
    return Excerpt(article, spans[run[0]][0], spans[run[-1]][1]) if run else None


def heading(article: Article) -> str:
    """What stands over an excerpt: 《标题》 2024-08-09 A01版 记者 张三."""
    page = article.page and f"{article.page.removesuffix('版')}版"
    return " ".join(filter(None, (f"《{article.title}》", str(article.date or ""), page, article.byline)))


def numbered(excerpts: Sequence[Excerpt]) -> str:
    """The excerpts as the prompt shows them, numbered from 1; whatever the paper wrote is data."""
    return "\n".join(
        f"<报道 {number}>\n{disarmed(heading(excerpt.article))}\n{disarmed(excerpt.text)}\n</报道 {number}>"
        for number, excerpt in enumerate(excerpts, start=1)
    )
