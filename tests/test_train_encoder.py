"""The training of the bundled encoder, on a newspaper of a hundred invented articles, and its pieces by hand."""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from rich.console import Console

from embeddings.encoder import load_encoder
from embeddings.train.batches import LabelledPairs, NewsPairs, ragged
from embeddings.train.encoder import Settings, make_encoder
from embeddings.train.model import contrast, first_rows, subword_tokenizer, train
from embeddings.train.texts import (
    Pair,
    held_out,
    question_pairs,
    titled_pairs,
    unplaced_questions,
    written_pairs,
)

TOPICS = [("医院", "患者", "病床"), ("球队", "比赛", "球迷"), ("桥梁", "通车", "车道"), ("学校", "学生", "教室")]


def article(number: int) -> str:
    place, first, second = TOPICS[number % len(TOPICS)]
    lines = (
        f"第{number}号{place}本周启用。",
        f"{first}对此表示欢迎。",
        f"新增{second}{number}处。",
        f"{place}负责人作了介绍。",
    )
    return "".join(lines)


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(exist_ok=True)
    with lzma.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder in the shape of the real one. Article t0 answers the measured question."""
    (tmp_path / "news").mkdir()
    with lzma.open(tmp_path / "news/news.tsv.xz", "wt", encoding="utf-8") as file:
        file.writelines(f"2026-01-01\t{article(i)}\n" for i in range(100))
    titled = [
        {"id": f"t{i}", "title": f"{i}号启用", "summary": f"{i}号概要", "doc": article(200 + i)} for i in range(4)
    ]
    write(tmp_path / "data/news_titled.jsonl.xz", titled)
    write(tmp_path / "data/news_headlines.jsonl.xz", [{"id": "h0", "title": "启用", "doc": article(300)}])
    write(tmp_path / "data/csl_titles.jsonl.xz", [{"id": "c0", "title": "研究", "doc": article(301)}])
    measured = {"id": "q:t0:0", "question": "第200号何时启用？", "answers": ["本周"], "doc_id": "t0", "also": None}
    write(tmp_path / "data/news_questions_dev.jsonl.xz", [measured])
    pairs = [
        {"id": "q:t0:0", "question": "第200号何时启用？", "answer": "本周"},
        {"id": "q:x0:0", "question": "第200号何时启用？", "answer": "本周"},
        {"id": "q:t1:0", "question": "第201号何时启用？", "answer": "本周"},
        {"id": "q:x1:0", "question": "第7号新增教室多少处？", "answer": "7处"},
    ]
    write(tmp_path / "data/news_qa_pairs.jsonl.xz", pairs)
    row = {"id": "m0", "question": "谁表示歡迎？", "context": "第七號橋樑啟用。司機表示歡迎。", "answers": ["司機"]}
    write(tmp_path / "data/cmrc2018_train.jsonl.xz", [])
    write(tmp_path / "data/drcd.jsonl.xz", [row])
    return tmp_path


def test_the_whole_training_runs_twice_alike_and_leaves_a_model(data: Path) -> None:
    names = []
    for out in (data / "one", data / "two"):
        settings = Settings(data, out, steps=60, vocabulary=300, dimension=16, news_batch=32, labelled_batch=4)
        make_encoder(settings, Console(quiet=True))
        names.append(load_encoder(str(out)).name)
    encoder = load_encoder(str(data / "one"))
    near, far = encoder.encode(["病床对患者开放", "球迷看比赛"]) @ encoder.encode_query("医院")
    assert names[0] == names[1] and encoder.dimension == 16
    assert near > far + 0.2


def test_nothing_that_is_measured_is_trained_on(data: Path) -> None:
    ids, wordings, articles = held_out(data)
    assert (ids, wordings, articles) == ({"q:t0:0"}, {"第200号何时启用？"}, {"t0"})
    assert unplaced_questions(data) == [("第7号新增教室多少处？", "7处")]
    assert not any("0号" in pair.question for pair in titled_pairs(data))
    assert {pair.question for pair in titled_pairs(data)} >= {"1号启用", "3号概要", "启用", "研究"}


def test_traditional_questions_are_simplified(data: Path) -> None:
    assert question_pairs(data) == [Pair("谁表示欢迎？", "第七号桥梁启用。司机表示欢迎。", "司机")]


def test_subwords_are_words_and_unknown_words_fall_into_characters() -> None:
    tokenizer = subword_tokenizer([article(i) for i in range(100)], 200)
    assert tokenizer.encode("医院，患者；Ａ").tokens[:2] == ["医院", "患者"]
    assert tokenizer.encode("院医").tokens == ["院", "医"]
    assert tokenizer.encode("𡃁").ids == [0]


def test_a_news_pair_is_of_one_article_and_its_query_shares_fewer_words() -> None:
    rows = [[100 * a + s, 100 * a + s, 100 * a + 9] for a in range(20) for s in range(4)]
    news = NewsPairs(ragged(rows), np.arange(0, 81, 4), 2000)
    batch = news.draw(np.random.default_rng(0), 20)
    cuts = [np.split(part.ids, part.starts[1:-1]) for part in batch]
    owners = [{int(i) // 100 for i in row} for rows in cuts for row in rows]
    assert all(len(owner) <= 1 for owner in owners)
    assert all(not query or query == passage for query, passage in zip(owners[:20], owners[20:], strict=True))
    assert len(batch.queries.ids) < 20 * 3 * 0.8


def test_the_loss_is_the_cross_entropy_of_the_right_passage() -> None:
    from embeddings.train.batches import Batch

    table = torch.eye(3)
    batch = Batch(ragged([[0], [1]]), ragged([[0], [1], [2]]))
    assert contrast(table, batch).item() == pytest.approx(np.log(1 + 2 * np.exp(-20)), abs=1e-6)


def test_training_brings_a_query_to_its_passage() -> None:
    labelled = LabelledPairs(ragged([[0], [1]]), ragged([[2], [3]]), np.array([[1], [0]]))
    rng = np.random.default_rng(0)
    rows = train(first_rows(np.ones(4, np.int64), 8, 0), lambda: labelled.draw(rng, 2), steps=40)
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    assert unit[0] @ unit[2] > unit[0] @ unit[3] + 0.5


def test_own_questions_go_with_the_window_that_answers_but_for_what_is_measured_or_held_out(
    data: Path, tmp_path: Path
) -> None:
    start = article(202).index("新增")
    lines = [
        "# t0",
        "q\t何时启用？\t4:6",
        "# t1\theld",
        "f\t何时启用？\t4:6",
        "# t2",
        f"f\t添了几处？\t{start}:{start + 2}",
        "n\t谁出的钱？",
    ]
    (tmp_path / "written.tsv").write_text("\n".join(lines), encoding="utf-8")
    assert written_pairs(data, tmp_path / "written.tsv") == [Pair("添了几处？", article(202), "新增")]
