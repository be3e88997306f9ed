"""The word index: against a BM25 of fifteen lines, through additions, deletions and damage."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from embeddings.errors import BrokenIndexError
from embeddings.lexical import WordIndex
from embeddings.words import bigrams, terms, words

TEXTS = {
    3: "科恩锂电项目今年4月开工建设,总投资10亿元。",
    7: "新桥今天通车,总投资2.6亿元,桥长412米。",
    8: "湖边的清淤工程开工,清淤1000万方。清淤之后水更清。",
    20: "图书馆开到晚上九点半。",
    21: "项目项目项目",
}


def bm25(question: str, texts: dict[int, str], k1: float = 1.2, b: float = 0.75) -> dict[int, float]:
    """Robertson's BM25, summed over words and bigrams, written down as in the textbook."""
    scores = dict.fromkeys(texts, 0.0)
    for cut in (words, bigrams):
        documents = {key: Counter(cut(text)) for key, text in texts.items()}
        mean = sum(document.total() for document in documents.values()) / len(documents)
        for term in set(cut(question)):
            holders = sum(term in document for document in documents.values())
            idf = math.log(1 + (len(documents) - holders + 0.5) / (holders + 0.5))
            for key, document in documents.items():
                length = 1 - b + b * document.total() / mean
                scores[key] += idf * document[term] * (k1 + 1) / (document[term] + k1 * length)
    return {key: score for key, score in scores.items() if score}


@pytest.fixture
def index(tmp_path: Path) -> WordIndex:
    made = WordIndex(tmp_path / "words", create=True)
    for key, text in TEXTS.items():
        made.add(key, terms(text))
    made.commit()
    return made


@pytest.mark.parametrize("question", ["科恩项目总投资", "清淤工程", "项目", "新桥 2.6亿元", "開工"])
def test_scores_are_those_of_bm25(index: WordIndex, question: str) -> None:
    keys, scores = index.search(question, 10)
    expected = bm25(question, TEXTS)
    assert dict(zip(keys.tolist(), scores.tolist(), strict=True)) == pytest.approx(expected, rel=0.02)
    assert list(scores) == sorted(scores, reverse=True)


@pytest.mark.parametrize("question", ["", "。,!?", "鼗"])
def test_nothing_to_look_for_finds_nothing(index: WordIndex, question: str) -> None:
    keys, scores = index.search(question, 10)
    assert (len(keys), len(scores)) == (0, 0) and keys.dtype == np.int64


def test_what_is_deleted_is_not_found(index: WordIndex, tmp_path: Path) -> None:
    index.delete([8, 999])
    index.add(30, terms("清淤继续"))
    index.commit()
    for opened in (index, WordIndex(tmp_path / "words")):
        assert opened.search("清淤", 10)[0].tolist() == [30]
        assert len(opened) == len(TEXTS)


def test_frequency_counts_documents(index: WordIndex) -> None:
    assert (index.frequency("项目"), index.frequency("清淤"), index.frequency("月球")) == (2, 1, 0)


def test_a_missing_folder_is_named_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(BrokenIndexError) as caught:
        WordIndex(tmp_path / "words")
    assert str(caught.value).startswith(f"{tmp_path / 'words'}: damaged (") and "\n" not in str(caught.value)


def test_any_damaged_file_is_an_error_or_does_no_harm(index: WordIndex, tmp_path: Path) -> None:
    files = [path for path in (tmp_path / "words").iterdir() if path.suffix != ".lock" and path.stat().st_size]
    assert len(files) > 4
    refused = 0
    for path in files:
        sound = path.read_bytes()
        path.write_bytes(b"\xff" * len(sound))
        try:
            WordIndex(tmp_path / "words").search("清淤工程", 5)
        except BrokenIndexError as error:
            refused += 1
            assert str(tmp_path / "words") in str(error) and "\n" not in str(error)
        path.write_bytes(sound)
    assert refused > 2
