"""An archive → questions about it with known answers, and questions that look alike and have none.

In: an index. Out: rows for `qa.measure.evaluate`. The questions come from `qa.measure.templates`; in one without an
answer a thing is exchanged for another of its kind, and no article that a search brings holds all of it. Such questions
use the paper's own words and are easier than readers' questions: they compare settings, they do not replace real ones.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import rjieba

from embeddings.index import Index
from embeddings.records import Article
from embeddings.words import normalise
from qa.asked.question import Kind, Question, understand
from qa.measure.questionnaire import UNANSWERABLE, EvaluationError
from qa.measure.templates import KINDS, PROPER_NAMES, questions_of, runs

UNANSWERABLE_SHARE = 0.25
_ARTICLES = 20_000  # the newest; questions are made from these
_LOOKED_THROUGH = 50  # passages searched for an article that would answer a question which should have no answer


def generate(index: Index, count: int, seed: int = 0) -> list[dict[str, Any]]:
    """`count` questions on the newest articles of an archive, a quarter of them without an answer, in random order.

    Raises:
        EvaluationError: the archive has too few sentences that questions can be made of.
    """
    chance = random.Random(seed)
    articles = index.store.select(limit=_ARTICLES)
    chance.shuffle(articles)
    without = round(count * UNANSWERABLE_SHARE)
    made: dict[str, tuple[Article, dict[str, Any]]] = {}
    for article, row in _turn_by_turn(articles, chance):
        if len(made) == count:
            break
        made.setdefault(row["question"], (article, row))
    pairs = list(made.values())
    rows = [_with_article(index, article, row) for article, row in pairs[: count - without]]
    rows += _unanswerable(index, pairs[count - without :] + pairs, articles, chance)[:without]
    if len(rows) < count:
        raise EvaluationError(
            f"the articles of this archive give {len(rows)} questions, not {count}; ask for fewer with --generate",
            chinese=f"这些报道只能出 {len(rows)} 题，不到 {count}；--generate 请写少一些",
        )
    chance.shuffle(rows)
    return [{"id": f"g{number:04}", **row} for number, row in enumerate(rows, 1)]


def _turn_by_turn(articles: Sequence[Article], chance: random.Random) -> Iterator[tuple[Article, dict[str, Any]]]:
    """One question of every article, the kinds in turn, then a second one of each that has more, and so on."""
    waiting: list[tuple[Article, list[dict[str, Any]]]] = []
    turn = 0
    for article in articles:
        if rows := list(questions_of(article)):
            yield article, _taken(rows, KINDS[turn % len(KINDS)], chance)
            waiting.append((article, rows))
            turn += 1
    while waiting := [(article, rows) for article, rows in waiting if rows]:
        for article, rows in waiting:
            yield article, _taken(rows, KINDS[turn % len(KINDS)], chance)
            turn += 1


def _taken(rows: list[dict[str, Any]], kind: Kind, chance: random.Random) -> dict[str, Any]:
    """One of the rows, of this kind if there is one, taken out of them."""
    row = chance.choice([row for row in rows if row["type"] == kind] or rows)
    rows.remove(row)
    return row


def _with_article(index: Index, article: Article, row: dict[str, Any]) -> dict[str, Any]:
    """The row with the article to cite: its record's id, and those of its reprints, or its headline."""
    if article.source_id is None:
        return {**row, "article": article.title}
    same = index.store.select(contains=article.text[:40], limit=20)
    others = sorted({str(each.source_id) for each in same if each.source_id and each.source_id != article.source_id})
    return {**row, "doc_id": article.source_id, **({"also": others} if others else {})}


def _unanswerable(
    index: Index, pairs: Sequence[tuple[Article, dict[str, Any]]], articles: Sequence[Article], chance: random.Random
) -> list[dict[str, Any]]:
    """The questions of `pairs` with one thing exchanged, those left out that some article may answer."""
    things = _things(articles[:500])
    rows = {}
    for article, row in pairs:
        asked = understand(row["question"])
        twisted = exchange(asked, things, _all_of(article), chance)
        if twisted and twisted not in rows and not _may_be_answered(index, understand(twisted)):
            rows[twisted] = {"type": UNANSWERABLE, "question": twisted, "article": "-"}
    return list(rows.values())


def exchange(question: Question, things: dict[str, list[str]], article: str, chance: random.Random) -> str:
    """The question with one thing exchanged for one of its kind that the article lacks; "" if there is none.

    `things` are names by part of speech, and long runs of nouns by their last two characters (…项目).
    """
    own = [(word, tag) for word, tag in question.words if tag in PROPER_NAMES and word in question.text]
    own += [(run, run[-2:]) for run in runs(question.text)]
    chance.shuffle(own)
    for word, tag in own:
        others = [other for other in things.get(tag, ()) if other not in question.text and other not in article]
        if others:
            return question.text.replace(word, chance.choice(others), 1)
    return ""


def _things(articles: Sequence[Article]) -> dict[str, list[str]]:
    """The names in headlines and opening sentences by part of speech, the runs of nouns by how they end."""
    found: dict[str, set[str]] = defaultdict(set)
    for article in articles:
        opening = f"{article.headline}\n{article.text[:120]}"
        for run in runs(opening):
            found[run[-2:]].add(run)
        for word, tag in rjieba.tag(opening):
            if tag in PROPER_NAMES and len(word) > 1:
                found[tag].add(word)
    return {tag: sorted(words) for tag, words in found.items()}


def _may_be_answered(index: Index, question: Question) -> bool:
    """Whether an article that the question brings holds all of its things and verbs."""
    words = [word for word, tag in question.words if tag[0] in "nv"]
    hits = index.search(question.content, _LOOKED_THROUGH)
    return any(all(word in _all_of(hit.article) for word in words) for hit in hits)


def _all_of(article: Article) -> str:
    return normalise(f"{article.headline}\n{article.kicker}\n{article.text}")
