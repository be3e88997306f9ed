"""The data folder → questions with passages for the reader: one passage that answers, one that does not.

In: CMRC 2018 train, DRCD, questions on news whose article is found by search, and questions made from news sentences.
Out: `Example`s. What the reader is measured on never gets in (embeddings/train/texts.py says what that is). Knows
nothing about networks.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from opencc import OpenCC
from tqdm import tqdm

from embeddings.records import Article
from embeddings.train.evaluate import read_haystack
from embeddings.train.mining import WordSearch
from embeddings.train.texts import read_news, read_records, sentences, unplaced_rows, windows
from embeddings.words import bigrams
from qa.measure.templates import questions_of

SIZE = 220  # characters of a passage, as the chunks of an index
_WITHOUT = {"made": 0.5, "cmrc": 0.8, "drcd": 0.6, "news": 1.0}  # share of the passages without answer that is kept
_OFTEN = 3  # times that a question on news counts, for they are few and what readers ask
_DEPTH = 20  # passages looked through for the answer of a question on news


class Example(NamedTuple):
    """A question and a passage; the answer is `passage[low:high]`, or the passage does not answer (-1, -1)."""

    question: str
    passage: str
    low: int
    high: int


def span_examples(data: Path, name: str, chance: random.Random) -> Iterator[Example]:
    """Questions on encyclopaedia articles: the sentences around the answer, and a passage of the rest."""
    simplify = OpenCC("t2s").convert
    rows = read_records(data / f"data/{name}.jsonl.xz")
    search = WordSearch(sorted({window for row in rows for window in windows(simplify(row["context"]), SIZE)}))
    held = held_out([simplify(row["question"]) for row in rows])
    for row in tqdm(rows, desc=name, unit=" questions"):
        question, context, answer = (simplify(text) for text in (row["question"], row["context"], row["answers"][0]))
        if question in held:
            continue
        low = row["answer_start"][0]
        if context[low : low + len(answer)] != answer:
            low = context.find(answer)
        if low < 0:
            continue
        start, end = around(context, low, low + len(answer), chance)
        yield Example(question, context[start:end], low - start, low - start + len(answer))
        other = [window for window in windows(context, SIZE) if answer not in window]
        if chance.random() < 0.5 or not other:
            other = wrong(search, question, answer, 8) or other
        if other:
            yield Example(question, chance.choice(other), -1, -1)


def around(text: str, low: int, high: int, chance: random.Random) -> tuple[int, int]:
    """The span of whole sentences around a span, grown at random to either side up to SIZE characters."""
    lengths = [len(sentence) for sentence in sentences(text)]
    before = len(text) - sum(lengths)  # what ends a sentence ere the first begins
    cuts = [0, *(before + at for at in accumulate(lengths))]
    first = max(at for at, cut in enumerate(cuts) if cut <= low)
    last = min(at for at, cut in enumerate(cuts) if cut >= high)
    while True:
        ways = [(first - 1, last)] * (first > 0) + [(first, last + 1)] * (last < len(cuts) - 1)
        ways = [(a, b) for a, b in ways if cuts[b] - cuts[a] <= SIZE]
        if not ways:
            break
        first, last = chance.choice(ways)
    start, end = cuts[first], cuts[last]
    if end - start > 2 * SIZE:  # one endless sentence
        start, end = max(start, low - SIZE), min(end, high + SIZE)
    return start, end


def news_examples(data: Path, chance: random.Random) -> Iterator[Example]:
    """Questions on news: the passage that search finds for question and answer together, and one it takes for right."""
    search = WordSearch(read_haystack(data).windows)
    rows = [row for row in unplaced_rows(data) if not is_held_news(row["id"])]
    for question, answer in tqdm([(row["question"], row["answer"]) for row in rows], desc="news", unit=" questions"):
        found = [search.passages[row] for row in search.find(f"{question} {answer}", _DEPTH)]
        right = next((passage for passage in found if answer in passage), None)
        if not answer or right is None:
            continue
        low = nearest_place(right, answer, question)
        yield Example(question, right, low, low + len(answer))
        if other := wrong(search, question, answer, 8):
            yield Example(question, chance.choice(other), -1, -1)


def wrong(search: WordSearch, question: str, answer: str, depth: int) -> list[str]:
    """Passages that share much with a question and do not hold its answer."""
    return [search.passages[row] for row in search.find(question, depth) if answer not in search.passages[row]][:4]


def made_examples(articles: Sequence[str], chance: random.Random) -> Iterator[Example]:
    """Questions made from the sentences of news, at most three an article."""
    for text in tqdm(articles, desc="made", unit=" articles"):
        made = list(questions_of(Article(text)))
        cut = windows(text, SIZE)
        for row in chance.sample(made, min(len(made), 3)):
            question, answer = row["question"], row["any"][0]
            pairs = set(bigrams(question))
            holding = [window for window in cut if answer in window]
            if not holding:
                continue
            right = max(holding, key=lambda window: len(pairs & set(bigrams(window))))
            low = nearest_place(right, answer, question)
            yield Example(question, right, low, low + len(answer))
            if other := [window for window in cut if answer not in window]:
                yield Example(question, chance.choice(other), -1, -1)


def held_out(questions: Sequence[str]) -> set[str]:
    """Every ninth question: the reader does not learn from these, so that what uses it can."""
    return set(sorted(set(questions))[::9])


def is_held_news(name: str) -> bool:
    """Whether a question on news, by its id, is held out: a third of the sources is."""
    return zlib.crc32(name.split(":")[1].encode()) % 3 == 0


def nearest_place(text: str, answer: str, question: str) -> int:
    """Where an answer that may stand several times in a text stands among the question's words."""
    pairs = set(bigrams(question))
    places = [at for at in range(len(text)) if text.startswith(answer, at)]
    return max(places, key=lambda at: len(pairs & set(bigrams(text[max(0, at - 40) : at + len(answer) + 40]))))


def collect(data: Path, made: int, seed: int) -> Iterator[tuple[str, Example]]:
    """Every example with the name of its source; `made` news articles give questions of our own making."""
    chance = random.Random(seed)
    articles = read_news(data)
    for name, examples in (
        ("made", made_examples(chance.sample(articles, min(made, len(articles))), chance)),
        ("cmrc", span_examples(data, "cmrc2018_train", chance)),
        ("drcd", span_examples(data, "drcd", chance)),
        ("news", news_examples(data, chance)),
    ):
        for example in examples:
            if example.low >= 0 or chance.random() < _WITHOUT[name]:
                yield from [(name, example)] * (_OFTEN if name == "news" else 1)
