"""Ranked sentences → the excerpts that a language model reads, within so many tokens.

In: the reader's ranking of the evidence. Out: one `Excerpt` an article, best first: its best sentences, each with its
neighbours, in the order of print. Knows nothing about prompts, nor about what becomes of the draft.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from qa.asked.question import Question
from qa.ranking.evidence import Evidence
from qa.ranking.ranker import Ranked
from qa.writing.orders import plain_sentences
from qa.writing.prompts import disarmed

_ARTICLES = 6  # articles that are excerpted
_SENTENCES = 16  # best sentences that are shown with their neighbours
_OF_ONE = 8  # of them from one article, so that others have their say
_FRAME = 16  # tokens for the delimiters of an excerpt


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Sentences of an article, by their place among `evidence.spans`."""

    evidence: Evidence
    sentences: tuple[int, ...]

    @property
    def text(self) -> str:
        """The sentences as they stand, …… where some between them are left out."""
        runs: list[list[int]] = []
        for at in self.sentences:
            if runs and runs[-1][-1] == at - 1:
                runs[-1].append(at)
            else:
                runs.append([at])
        spans, text = self.evidence.spans, self.evidence.article.text
        return "\n……\n".join(text[spans[run[0]][0] : spans[run[-1]][1]] for run in runs)


def choose(ranked: Sequence[Ranked], question: Question, room: int, count: Callable[[str], int]) -> list[Excerpt]:
    """The excerpts that `room` tokens hold; a question for a summary gets the best article alone, from its start."""
    wanted = _in_order(ranked[0].evidence) if question.kind == "summary" else _best(ranked)
    chosen: dict[Evidence, set[int]] = {}
    plain: dict[Evidence, set[int]] = {}
    for seen, near in wanted:
        if seen not in plain:
            plain[seen] = set(plain_sentences(seen.article, seen.spans))
        fresh = (near & plain[seen]) - chosen.get(seen, set())
        cost = sum(count(seen.article.text[slice(*seen.spans[at])]) for at in fresh)
        cost += 0 if seen in chosen else _FRAME + count(heading(seen))
        if fresh and cost <= room:
            chosen.setdefault(seen, set()).update(fresh)
            room -= cost
    return [Excerpt(seen, tuple(sorted(places))) for seen, places in chosen.items()]


def _in_order(seen: Evidence) -> Iterable[tuple[Evidence, set[int]]]:
    return ((seen, {at}) for at in range(len(seen.spans)))


def _best(ranked: Sequence[Ranked]) -> Iterable[tuple[Evidence, set[int]]]:
    """The best sentences, each with its neighbours."""
    taken: dict[Evidence, int] = {}
    for sentence in ranked:
        seen, at = sentence.evidence, sentence.sentence
        full = taken.get(seen, 0) == _OF_ONE or (seen not in taken and len(taken) == _ARTICLES)
        if full or sum(taken.values()) == _SENTENCES:
            continue
        taken[seen] = taken.get(seen, 0) + 1
        yield seen, {place for place in (at - 1, at, at + 1) if 0 <= place < len(seen.spans)}


def heading(seen: Evidence) -> str:
    """What stands over an excerpt: 《标题》 2024-08-09 A01版 记者 张三."""
    article = seen.article
    page = article.page and f"{article.page.removesuffix('版')}版"
    facts = (f"《{article.title}》", str(article.date or ""), page, article.byline)
    return " ".join(filter(None, facts))


def numbered(excerpts: Sequence[Excerpt]) -> str:
    """The excerpts as the prompt shows them, numbered from 1; whatever the paper wrote is data."""
    return "\n".join(
        f"<报道 {number}>\n{disarmed(heading(excerpt.evidence))}\n{disarmed(excerpt.text)}\n</报道 {number}>"
        for number, excerpt in enumerate(excerpts, start=1)
    )
