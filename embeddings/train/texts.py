"""The training texts: files of the data folder → news articles, and pairs of (question or title, passage).

In: the data folder. Out: strings, plain as they stand in the files. This file knows nothing about subwords or vectors.

What is measured on never gets in: the questions of `news_questions_dev` (by id, by wording, and with the articles that
answer them), CMRC 2018 dev, XQuAD, and the questions that no newspaper answers.
"""

from __future__ import annotations

import json
import lzma
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from opencc import OpenCC

_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；\n]*")
_WINDOW = 220


class Pair(NamedTuple):
    """A question, title or summary, and a passage that it belongs to; `answer` stands in the passage, or is ""."""

    question: str
    passage: str
    answer: str = ""


def read_news(data: Path) -> list[str]:
    """The articles of news/news.tsv.xz, one `time<TAB>text` a line."""
    with lzma.open(data / "news/news.tsv.xz", "rt", encoding="utf-8") as lines:
        return [line.rstrip("\n").split("\t", 1)[1] for line in lines]


def read_records(path: Path) -> list[dict[str, Any]]:
    """The records of a .jsonl.xz file."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def sentences(text: str) -> list[str]:
    """A text cut after its sentence ends: "一。二！三" → ["一。", "二！", "三"]."""
    return _SENTENCE.findall(text)


def windows(text: str, size: int = _WINDOW) -> list[str]:
    """A text cut into windows of whole sentences, at most `size` characters long; longer sentences are cut."""
    found: list[str] = []
    current = ""
    for sentence in sentences(text):
        for start in range(0, len(sentence), size):
            piece = sentence[start : start + size]
            if current and len(current) + len(piece) > size:
                found.append(current)
                current = ""
            current += piece
    return [*found, current] if current.strip() else found


def held_out(data: Path) -> tuple[set[str], set[str], set[str]]:
    """(ids, wordings, article ids) of the questions that the encoder is measured on."""
    rows = read_records(data / "data/news_questions_dev.jsonl.xz")
    articles = {str(row[key]) for row in rows for key in ("doc_id", "also") if row.get(key)}
    return {row["id"] for row in rows}, {row["question"] for row in rows}, articles


def titled_pairs(data: Path) -> list[Pair]:
    """Titles, events and summaries, each with every window of its article (an abstract, for csl_titles)."""
    _, _, articles = held_out(data)
    pairs = []
    for name in ("news_titled", "news_headlines", "csl_titles"):
        for row in read_records(data / f"data/{name}.jsonl.xz"):
            if row["id"] not in articles:
                short = [row.get(key) or "" for key in ("title", "event", "summary")]
                pairs += [Pair(text, window) for text in short if text for window in windows(row["doc"])]
    return pairs


def question_pairs(data: Path) -> list[Pair]:
    """Questions with the window of their text that holds the answer, in simplified characters."""
    simplify = OpenCC("t2s").convert
    pairs = []
    for name, plain in (("cmrc2018_train", True), ("drcd", False)):
        for row in read_records(data / f"data/{name}.jsonl.xz"):
            for question, window, answer in _answered(row):
                pair = Pair(question, window, answer)
                pairs.append(pair if plain else Pair(*map(simplify, pair)))
    return pairs


def _answered(row: dict[str, Any]) -> Iterator[Pair]:
    answer = str(row["answers"][0])
    holding = [window for window in windows(row["context"]) if answer in window]
    if len(holding) == 1:  # several: no telling which one answers
        yield Pair(row["question"], holding[0], answer)


def unplaced_rows(data: Path) -> list[dict[str, Any]]:
    """Questions on news whose article is not named, with `answer`; none on an article of `news_titled`."""
    ids, wordings, _ = held_out(data)
    known = {row["id"] for row in read_records(data / "data/news_titled.jsonl.xz")}
    rows = read_records(data / "data/news_qa_pairs.jsonl.xz")
    return [
        row
        for row in rows
        if row["id"] not in ids and row["question"] not in wordings and row["id"].split(":")[1] not in known
    ]


def unplaced_questions(data: Path) -> list[tuple[str, str]]:
    """The same as (question, answer) pairs."""
    return [(row["question"], row["answer"]) for row in unplaced_rows(data)]
