"""Public benchmarks in their published formats, on tiny invented files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.adapters import cmrc, crud_rag, rgb
from benchmarks.adapters.folder import FormatError, write
from embeddings import read_articles
from qa.measure.questionnaire import read_questions

RGB = [
    {
        "id": 0,
        "query": "泵站何时通水",
        "answer": ["3月3日"],
        "positive": ["泵站3月3日通水。"],
        "negative": ["老渡口亮灯。"],
    },
    {
        "id": 1,
        "query": "公园多大、投资多少",
        "answer": [["12亩", "十二亩"], "1.2亿元"],
        "positive": [["公园占地12亩。", "公园有12亩。"], ["公园投资1.2亿元。"]],
        "negative": ["泵站3月3日通水。", "老渡口亮灯。"],
    },
]
CRUD = {
    "event_summary": [{"ID": "s", "summary": "不用"}],
    "questanswer_1doc": [
        {"ID": "a", "questions": "谁来了？", "answers": "林小木", "news1": "2024-03-03 08:00，林小木来了。"}
    ],
    "questanswer_2docs": [
        {
            "ID": "b",
            "questions": "谁来了又走了？",
            "answers": "林小木",
            "news1": "林小木来了。",
            "news2": "林小木走了。",
        }
    ],
    "questanswer_3docs": [
        {
            "ID": "c",
            "questions": ["何时？", "何地？"],
            "answers": ["昨天", "渡口"],
            "news1": "昨天在渡口。",
            "news2": "",
            "news3": None,
        }
    ],
}
SQUAD = {
    "version": "v1.0",
    "data": [
        {
            "title": "青塘",
            "id": "DEV_0",
            "paragraphs": [
                {
                    "id": "DEV_0",
                    "context": "青塘在城北。",
                    "qas": [
                        {
                            "id": "DEV_0_QUERY_0",
                            "question": "青塘在哪里？",
                            "answers": [{"text": "城北", "answer_start": 3}, {"text": "城北", "answer_start": 3}],
                        }
                    ],
                }
            ],
        }
    ],
}
OLDER = [
    {
        "context_id": "TRAIN_0",
        "context_text": "青塘在城北。",
        "title": "青塘",
        "qas": [{"query_id": "TRAIN_0_QUERY_0", "query_text": "青塘在哪里？", "answers": ["城北"]}],
    }
]


@pytest.fixture
def file(tmp_path: Path) -> Any:
    def written(content: Any, lines: bool = False) -> Path:
        path = tmp_path / "published.json"
        rows = content if lines else [content]
        path.write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in rows), "utf-8")
        return path

    return written


def test_rgb_is_one_archive_in_which_a_passage_stands_once(file: Any) -> None:
    found = rgb.convert(file(RGB, lines=True))
    assert [article["text"] for article in found.articles.values()] == [
        "泵站3月3日通水。", "老渡口亮灯。", "公园占地12亩。", "公园有12亩。", "公园投资1.2亿元。",
    ]  # fmt: skip
    assert [question["all"] for question in found.questions] == [[["3月3日"]], [["12亩", "十二亩"], ["1.2亿元"]]]
    assert found.questions[1]["doc_id"] == ["1p0", "1p1", "1p2"]


def test_rgb_without_its_answers_should_be_refused_throughout(file: Any) -> None:
    found = rgb.convert_noise(file(RGB, lines=True))
    assert [article["text"] for article in found.articles.values()] == ["老渡口亮灯。"]
    assert [question["type"] for question in found.questions] == ["unanswerable"] * 2


def test_crud_rag_gives_its_news_and_the_questions_of_three_tasks(file: Any) -> None:
    found = crud_rag.convert(file(CRUD))
    first = {"id": "a-1", "text": "林小木来了。", "date": "2024-03-03"}
    assert found.articles["a-1"] == first
    assert [(question["type"], question["question"], question["answers"]) for question in found.questions] == [
        ("1doc", "谁来了？", ["林小木"]),
        ("2docs", "谁来了又走了？", ["林小木"]),
        ("3docs", "何时？", ["昨天"]),
        ("3docs", "何地？", ["渡口"]),
    ]
    assert found.questions[1]["doc_id"] == ["a-1", "b-2"]  # news1 of b is news1 of a


@pytest.mark.parametrize("document", [SQUAD, OLDER])
def test_cmrc_is_read_in_both_its_layouts(file: Any, document: Any) -> None:
    found = cmrc.convert(file(document))
    (article,) = found.articles.values()
    assert (article["text"], article["title"]) == ("青塘在城北。", "青塘")
    (question,) = found.questions
    assert (question["question"], question["answers"], question["doc_id"]) == ("青塘在哪里？", ["城北"], article["id"])


def test_what_is_written_is_read_by_build_and_evaluate(file: Any, tmp_path: Path) -> None:
    assert write(tmp_path / "out", rgb.convert(file(RGB, lines=True)), "rgb") == (5, 2)
    articles = read_articles(tmp_path / "out" / "corpus" / "rgb.jsonl")
    assert {article.source_id for article in articles} == {"0p0", "0n0", "1p0", "1p1", "1p2"}
    (first, second) = read_questions(tmp_path / "out" / "questions.jsonl")
    assert (first.wanted, first.records) == ((("3月3日",),), frozenset({"0p0"}))
    assert second.wanted == (("12亩", "十二亩"), ("1.2亿元",))


@pytest.mark.parametrize("convert", [rgb.convert, rgb.convert_noise, crud_rag.convert, cmrc.convert])
@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", "3", '{"data": [{"a": 1}]}', '{"questanswer_1doc": [3]}', None]
)
def test_a_file_in_another_format_is_one_line(tmp_path: Path, convert: Any, content: str | None) -> None:
    path = tmp_path / "published.json"
    if content is not None:
        path.write_text(content, "utf-8")
    with pytest.raises(FormatError, match=r"published\.json: ") as error:
        convert(path)
    assert "\n" not in str(error.value)


def test_the_program_says_what_to_run_next(file: Any, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.adapters", "cmrc", str(file(SQUAD)), str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[1], check=True)
    assert done.stdout.startswith("1 articles, 1 questions; now run:\n  wenbao build ")
