"""The reader: which words of a window answer, or none; what a window says of a claim."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from embeddings.errors import ModelError
from embeddings.records import Article
from qa.reader import Reader, Reading, Window, best_spans, open_reader

BRIDGE = Article(
    "城北新桥昨天通车，桥长412米，双向四车道，总投资2.6亿元。桥面两侧各留三米宽的人行道。"
    "市交通局局长周平说，老桥从下月起封闭大修，货车暂时不能过河。",
    headline="城北新桥通车",
)
WINDOW = Window(BRIDGE, 0, len(BRIDGE.text))


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load()


def words(reading: Reading) -> str:
    return BRIDGE.text[reading.spans[0].start : reading.spans[0].end]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("城北新桥有多长？", "412米"),
        ("城北新桥总投资多少？", "2.6亿元"),
        ("市交通局局长是谁？", "周平"),
    ],
)
def test_the_words_that_answer(reader: Reader, question: str, answer: str) -> None:
    [reading] = reader.read(question, [WINDOW])
    assert answer in words(reading) and len(words(reading)) < len(answer) + 8
    assert reading.chance > 0.5


@pytest.mark.parametrize("question", ["图书馆几点关门？", "亚运会在哪里举行？"])
def test_a_window_that_does_not_answer(reader: Reader, question: str) -> None:
    assert reader.read(question, [WINDOW])[0].chance < 0.5


def test_answering_windows_come_before_others(reader: Reader) -> None:
    other = Article(
        "区图书馆周六起延长开放时间，每天开到晚上9点半。馆长赵敏介绍，馆里有图书36万册。", headline="图书馆夜里也开"
    )
    bridge, library = reader.read("图书馆有多少册书？", [WINDOW, Window(other, 0, len(other.text))])
    assert library.logit > bridge.logit


@pytest.mark.parametrize(("claim", "support"), [("城北新桥长412米。", 0), ("城北新桥长530米。", 1)])
def test_what_a_window_says_of_a_claim(reader: Reader, claim: str, support: int) -> None:
    assert int(np.argmax(reader.read(claim, [WINDOW])[0].support)) == support


def test_spans_are_in_characters_of_the_article(reader: Reader) -> None:
    inside = Window(BRIDGE, 9, len(BRIDGE.text))
    for span in reader.read("城北新桥有多长？", [inside])[0].spans:
        assert 9 <= span.start < span.end <= len(BRIDGE.text)


def test_many_windows_are_read_as_each_alone(reader: Reader) -> None:
    cuts = [Window(BRIDGE, 0, end) for end in (20, 40, 60, len(BRIDGE.text))] * 3
    together = reader.read("城北新桥有多长？", cuts)
    alone = [reader.read("城北新桥有多长？", [cut])[0] for cut in cuts]
    assert [one.logit for one in together] == pytest.approx([one.logit for one in alone], abs=0.35)  # eight bits


def test_no_windows_and_empty_ones(reader: Reader) -> None:
    assert reader.read("多长？", []) == []
    assert reader.read("多长？", [Window(Article(""), 0, 0)])[0].spans == ()


def test_best_spans_do_not_overlap() -> None:
    starts = np.log(np.float32([0.5, 0.1, 0.3, 0.1]))
    ends = np.log(np.float32([0.1, 0.5, 0.1, 0.3]))
    found = best_spans(starts, ends, 2)
    assert [each[:2] for each in found] == [(0, 1), (2, 3)]


def test_a_damaged_model_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="restore its files"):
        Reader.load(tmp_path)


def test_the_bundled_reader_is_the_default() -> None:
    assert isinstance(open_reader("bundled"), Reader)
