"""The training texts: files of the data folder → news articles, and pairs of (question or title, passage).

What is measured on never gets in: the questions of `news_questions_dev` (by id, by wording, and with the articles
that answer them), CMRC 2018 dev, XQuAD, and the questions that no newspaper answers. A plain BM25 finds wrong
passages that look right, and passages for questions without one.
"""

from __future__ import annotations

import json
import logging
import lzma
import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import bm25s
import numpy as np
import numpy.typing as npt
import rjieba
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


def haystack(data: Path) -> list[str]:
    """All articles of `news_titled` and of the news, in windows."""
    titled = [str(row["doc"]) for row in read_records(data / "data/news_titled.jsonl.xz")]
    return [window for text in [*titled, *read_news(data)] for window in windows(text)]


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


def written_pairs(data: Path, path: Path) -> list[Pair]:
    """The project's own questions (qa/train/written.tsv) with the window that answers; none that is held out.

    Half of them share few words with the text, which is what a search by words cannot bridge.
    """
    _, _, articles = held_out(data)
    texts = {
        row["id"]: str(row["doc"]).strip()
        for name in ("news_titled", "news_headlines")
        for row in read_records(data / f"data/{name}.jsonl.xz")
        if row["id"] not in articles
    }
    pairs, text = [], ""
    for line in path.read_text(encoding="utf-8").splitlines():
        kind, *fields = line.split("\t")
        if line.startswith("# "):
            text = "" if fields else texts.get(kind[2:], "")
        elif text and kind in ("q", "f"):
            start, end = map(int, fields[1].split()[0].split(":"))
            pairs.append(Pair(fields[0], _window_at(text, start), text[start:end]))
        elif text and kind == "+":
            pairs.append(Pair(fields[0], max(windows(text), key=lambda window: _shared(fields[0], window))))
    return pairs


def _window_at(text: str, place: int) -> str:
    """The window of a text that holds a place."""
    end = 0
    for window in windows(text):
        end += len(window)
        if place < end:
            return window
    return window


def _shared(one: str, other: str) -> int:
    return len(set(_terms(one)) & set(_terms(other)))


def unplaced_questions(data: Path) -> list[tuple[str, str]]:
    """(question, answer) on news whose article is not named; none on an article of `news_titled`."""
    ids, wordings, _ = held_out(data)
    known = {row["id"] for row in read_records(data / "data/news_titled.jsonl.xz")}
    rows = read_records(data / "data/news_qa_pairs.jsonl.xz")
    return [
        (row["question"], row["answer"])
        for row in rows
        if row["id"] not in ids and row["question"] not in wordings and row["id"].split(":")[1] not in known
    ]


_ASKING = re.compile(
    "什么时候|什么时间|什么地方|为什么|什么|多少|哪些|哪一?[个位家种年]|哪里|哪|几个|几|谁|何时|何地|如何|怎么样?|怎样|是否|吗|呢"
)
_HAN = re.compile(r"[\u4e00-\u9fff]+")


class WordSearch:
    """BM25 over the words and character bigrams of passages."""

    def __init__(self, passages: Sequence[str], progress: bool = False) -> None:
        logging.getLogger("bm25s").setLevel(logging.WARNING)
        self.passages = passages
        self._vocabulary: dict[str, int] = {}
        number = self._vocabulary
        rows = [[number.setdefault(term, len(number)) for term in _terms(passage)] for passage in passages]
        self._index = bm25s.BM25(k1=1.2, b=0.75)
        self._index.index((rows, number), show_progress=progress)

    def scores(self, question: str) -> npt.NDArray[np.float32]:
        """The score of every passage, (passages,); the words that only ask (什么, 多少) do not count."""
        terms = _terms(_ASKING.sub(" ", question))
        known = [self._vocabulary[term] for term in terms if term in self._vocabulary]
        if not known:
            return np.zeros(len(self.passages), np.float32)
        return np.asarray(self._index.get_scores_from_ids(known), np.float32)

    def find(self, question: str, count: int) -> list[int]:
        """Rows of the passages that share most with a question, best first."""
        scores = self.scores(question)
        best = np.argpartition(-scores, min(count, len(scores)) - 1)[:count]
        return [int(row) for row in best[np.argsort(-scores[best], kind="stable")] if scores[row] > 0]


def _terms(text: str) -> list[str]:
    """Words, and bigrams marked with #: "开工" → ["开工", "#开工"]."""
    return list(_each_term(unicodedata.normalize("NFKC", text).lower()))


def _each_term(text: str) -> Iterator[str]:
    yield from (word for word in rjieba.cut(text) if word.isalnum())
    for run in _HAN.findall(text):
        yield from (f"#{run[i : i + 2]}" for i in range(len(run) - 1))


def hard_negatives(pairs: Sequence[Pair], count: int) -> npt.NDArray[np.int64]:
    """For each pair, `count` rows of other pairs whose passages word search ranks high: int (pairs, count).

    A passage that holds the answer, or is the right one, is no negative. Rows come again where there are too few.
    """
    first: dict[str, int] = {}
    for row, pair in enumerate(pairs):
        first.setdefault(pair.passage, row)
    search, rows = WordSearch(list(first)), list(first.values())
    found = np.empty((len(pairs), count), np.int64)
    for i, pair in enumerate(pairs):
        wrong = [rows[j] for j in search.find(pair.question, 4 * count) if _is_wrong(search.passages[j], pair)]
        wrong = wrong or [(i + 1) % len(pairs)]
        found[i] = [wrong[k % len(wrong)] for k in range(count)]
    return found


def _is_wrong(passage: str, pair: Pair) -> bool:
    return passage != pair.passage and not (pair.answer and pair.answer in passage)


def placed(questions: Sequence[tuple[str, str]], search: WordSearch, depth: int = 20) -> list[Pair]:
    """(question, answer) → pairs: the best found passage that holds the answer; dropped where none does."""
    pairs = []
    for question, answer in questions:
        holding = (search.passages[row] for row in search.find(question, depth))
        passage = next((passage for passage in holding if answer in passage), None)
        if answer and passage:
            pairs.append(Pair(question, passage, answer))
    return pairs
