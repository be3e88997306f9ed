"""Questions made from an archive: templates, their answers, and look-alikes without one."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.build import build
from embeddings.index import Index
from embeddings.records import Article
from embeddings.words import normalise
from qa.asked.question import understand
from qa.measure.generate import exchange, generate
from qa.measure.questionnaire import EvaluationError, flat
from qa.measure.templates import joined, questions_of, runs


def made(text: str, headline: str = "") -> list[tuple[str, str, list[str]]]:
    rows = questions_of(Article(text, headline=headline))
    return [(row["type"], row["question"], row["any"]) for row in rows]


@pytest.mark.parametrize(
    ("text", "headline", "question"),
    [
        ("青塘泵站改造工程总投资近3.5亿元。", "", ("number", "青塘泵站改造工程总投资多少元？", ["3.5亿元"])),
        ("江苏省新开工公路占全国的12%。", "", ("number", "江苏省新开工公路占全国的百分之几？", ["12%"])),
        ("昨天,江苏省公布了22家联系点。", "", ("number", "江苏省公布了多少家联系点？", ["22家"])),
        ("南京长江大桥将于2025年6月完成大修。", "", ("date", "南京长江大桥将于什么时候完成大修？", ["2025年6月"])),
        ("常州市水务局局长王小木说,水已经通了。", "", ("person", "常州市水务局局长是谁？", ["王小木"])),
        ("苏州代表团前往青海省海南州考察。", "", ("place", "苏州代表团前往哪里考察？", ["青海省海南州"])),
    ],
)
def test_a_span_gives_way_to_its_question_word(text: str, headline: str, question: Any) -> None:
    assert question in made(text, headline)


def test_a_sentence_that_leans_takes_its_subject_from_the_headline() -> None:
    asked = made("该项目预计2025年6月竣工。", "青塘泵站扩建项目开工")
    assert asked == [("date", "青塘泵站扩建项目预计什么时候竣工？", ["2025年6月"])]
    assert made("该项目计划2025年6月竣工。", "开工了") == []


@pytest.mark.parametrize(
    "text",
    [
        "他昨天买了3个面包。",  # names nothing
        "第33次会议在常州召开。",  # an ordinal
        "江苏省和浙江省各有3家、5家联系点。",  # which of two
        "记者在江苏省看到了22家联系点。",  # of the reporter, not of the matter
        "江苏省新增3家联系点后共有22家联系点。",  # the same
        "江苏省有（22家联系点。",  # a bracket left open
        "苏州代表团前往苏州考察。",  # the answer stands in the question
        "江苏省查清谁欠了3万元。",  # asks already
        "",
    ],
)
def test_what_makes_no_clear_question_makes_none(text: str) -> None:
    assert made(text) == []


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9)).map(lambda pair: (pair[0], sum(pair)))))
def test_joined_spans_cover_the_same_characters_and_never_touch(spans: list[tuple[int, int]]) -> None:
    found = joined(spans)
    assert {at for low, high in found for at in range(low, high)} == {
        at for low, high in spans for at in range(low, high)
    }
    assert all(one[1] < other[0] for one, other in pairwise(found))


def test_a_thing_is_exchanged_for_one_of_its_kind() -> None:
    asked = understand("南京的泵站投资多少元？")
    things = {"ns": ["南京", "常州", "苏州"], "nt": ["公安部"]}
    assert exchange(asked, things, "常州的泵站", random.Random(0)) == "苏州的泵站投资多少元？"
    assert exchange(asked, {}, "", random.Random(0)) == ""
    assert exchange(asked, {"ns": ["常州"]}, "常州的泵站", random.Random(0)) == ""


def test_a_project_is_exchanged_for_a_project() -> None:
    asked = understand("青塘泵站扩建项目什么时候竣工？")
    assert runs(asked.text)[0] == "青塘泵站扩建项目"
    other = exchange(asked, {"项目": ["云杉公园绿化项目"]}, "", random.Random(0))
    assert other == "云杉公园绿化项目什么时候竣工？"


@pytest.fixture(scope="module")
def index(sample_index: Path) -> Index:
    return Index.open(sample_index)


@pytest.fixture(scope="module")
def rows(index: Index) -> list[dict[str, Any]]:
    return generate(index, 12, seed=1)


def test_the_answers_stand_in_the_articles_that_are_named(index: Index, rows: list[dict[str, Any]]) -> None:
    known = {article.title: article for article in index.store.select(limit=999)}
    answerable = [row for row in rows if row["type"] != "unanswerable"]
    assert len(answerable) == 9
    for row in answerable:
        assert flat(row["any"][0]) in flat(known[row["article"]].text)
        assert normalise(row["any"][0]) not in normalise(row["question"])
        assert understand(row["question"]).kind == row["type"]


def test_no_article_holds_all_of_an_unanswerable_question(index: Index, rows: list[dict[str, Any]]) -> None:
    texts = [normalise(f"{one.headline}{one.kicker}{one.text}") for one in index.store.select(limit=999)]
    for row in rows:
        if row["type"] == "unanswerable":
            things = [word for word, tag in understand(row["question"]).words if tag[0] in "nv"]
            assert not any(all(thing in text for thing in things) for text in texts)


def test_the_same_seed_makes_the_same_questions(index: Index, rows: list[dict[str, Any]]) -> None:
    assert generate(index, 12, seed=1) == rows
    assert generate(index, 12, seed=2) != rows
    assert len({row["question"] for row in rows}) == len({row["id"] for row in rows}) == 12


@pytest.mark.parametrize(("other", "without"), [("苏州市", 1), ("常州市", 0)])
def test_what_another_article_may_answer_is_not_unanswerable(tmp_path: Path, other: str, without: int) -> None:
    """The name can only be exchanged for the other article's, which tells of the same thing or of another."""
    texts = ["南京市昨天公布了22家联系点。", f"{other}昨天公布了35家{'联系点' if not without else '厂'}。"]
    lines = [json.dumps({"text": text}, ensure_ascii=False) for text in texts]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), "utf-8")
    build(tmp_path, tmp_path / "index")
    small = Index.open(tmp_path / "index")
    if without:
        assert sum(row["type"] == "unanswerable" for row in generate(small, 3)) == 1
    else:
        with pytest.raises(EvaluationError, match="give 2 questions, not 3"):
            generate(small, 3)
    small.close()


def test_an_archive_that_is_too_small_says_how_many_it_gives(index: Index) -> None:
    with pytest.raises(EvaluationError, match=r"give \d+ questions, not 5000; ask for fewer"):
        generate(index, 5000)
