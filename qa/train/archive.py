"""An archive without labels → what an encoder can learn from it, and questions that it can be judged by.

In: articles. Out: chunks, pairs of texts that belong together, and questions with the chunks that answer them. Three
tenths of the articles are kept for judging: by their text, so that no article is learned from in one run and judged by
in the next. Knows nothing about vectors.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

import rjieba

from embeddings.chunks import sentence_spans, split_article
from embeddings.records import Article, Chunk
from embeddings.settings import ChunkSettings
from embeddings.train.texts import Pair
from embeddings.words import bigrams
from qa.language.synonyms import Synonyms
from qa.measure.templates import questions_of
from qa.ranking.evidence import PROPER

_MOST = 3  # questions of an article
_NEAREST = 5  # words that may take the place of one
_EXCHANGED, _LEFT_OUT = 0.5, 0.3  # shares of the common words of a question
_ASKING = frozenset(("时候", "时间", "地方"))
Reword = Callable[[str], str]


class Asked(NamedTuple):
    """A made question, its answer, and the rows of the chunks that hold it."""

    question: str
    answer: str
    right: list[int]


class Archive(NamedTuple):
    """Chunks, article after article, and what is made of them."""

    chunks: list[Chunk]
    learned: list[str]  # texts of the articles to learn from
    questions: list[Pair]  # of these, with the passage that answers
    openings: list[Pair]  # their headlines and first sentences, with what stands below
    judging: list[Asked]  # of the other articles


def read_archive(
    articles: Sequence[Article], sizes: ChunkSettings, seed: int, progress: Callable[[int, int], None]
) -> Archive:
    """Cut the articles, and make questions of them; `progress` counts articles."""
    chance = random.Random(seed)
    reword = rewording(Synonyms.load(), chance)
    found = Archive([], [], [], [], [])
    for done, article in enumerate(articles):
        first, own = len(found.chunks), split_article(article, sizes.size, sizes.overlap)
        found.chunks.extend(own)
        judging = is_judged_by(article)
        made = list(questions_of(article))
        some = chance.sample(made, min(_MOST, len(made)))
        asked = list(placed(some, own, first, reword))
        if judging:
            found.judging.extend(asked)
        else:
            found.learned.append(article.text)
            passages = {row: chunk.passage for row, chunk in enumerate(own, first)}
            found.questions.extend(
                Pair(each.question, passages[chance.choice(each.right)], each.answer) for each in asked
            )
            found.openings.extend(openings(article, own, chance, reword))
        progress(done + 1, len(articles))
    return found


def is_judged_by(article: Article) -> bool:
    """Whether an article is kept for judging."""
    return zlib.crc32(article.text.encode()) % 10 < 3


def placed(made: Sequence[dict[str, Any]], chunks: Sequence[Chunk], first: int, reword: Reword) -> Iterator[Asked]:
    """Made questions in a reader's words, with the chunks that answer them, which are rows `first`, …"""
    for row in made:
        question, answer = row["question"], row["any"][0]
        if right := holding(chunks, question, answer):
            yield Asked(reword(question), answer, [first + at for at in right])


def holding(chunks: Sequence[Chunk], question: str, answer: str) -> list[int]:
    """The chunks that hold an answer amid the words of its question; chunks overlap, so there may be two."""
    pairs = set(bigrams(question))
    shared = [len(pairs & set(bigrams(chunk.text))) if answer in chunk.text else -1 for chunk in chunks]
    return [at for at, count in enumerate(shared) if count == max(shared) >= 0]


def openings(article: Article, chunks: Sequence[Chunk], chance: random.Random, reword: Reword) -> Iterator[Pair]:
    """The headline with a chunk, and the first sentence with a later one: both say what is told there."""
    if article.headline:
        yield Pair(reword(article.headline), chance.choice(chunks).text)
    if len(chunks) > 1:
        start, end = sentence_spans(article.text)[0]
        yield Pair(reword(article.text[start:end]), chance.choice(chunks[1:]).text)


def rewording(synonyms: Synonyms, chance: random.Random) -> Reword:
    """A function that says a text as readers do, who choose other words and do not recall all: of the common words half
    are exchanged for words of like meaning, and some are left out, as are some names.
    """

    @cache
    def near(word: str) -> list[str]:
        return synonyms.neighbours(word, _NEAREST)

    def said(word: str, tag: str) -> str:
        luck = chance.random()
        if len(word) < 2 or word in _ASKING or tag[0] not in "nva":
            return word
        if luck < _LEFT_OUT / (2 if tag in PROPER else 1):
            return ""
        others = near(word) if tag not in PROPER and luck > 1 - _EXCHANGED else []
        return chance.choice(others) if others else word

    return lambda text: "".join(said(word, tag) for word, tag in rjieba.tag(text))
