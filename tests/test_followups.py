"""Follow-ups over the sample newspaper, in 112 invented conversations, and what makes them up.

A line of follow_ups.jsonl: what the stand-alone question must hold (`has`) and must not (`not`), and words of an
article that its answer must cite (`cites`; "@2": the second citation of the answer before, "@-1" its last).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qa import Answerer
from qa.followups import stand_alone, subject_of

DIALOGUES = [json.loads(line) for line in (Path(__file__).parent / "follow_ups.jsonl").read_text("utf-8").splitlines()]
LIST = "共3篇：\n《青塘泵站通水》(记者 孟一凡,A01)[1]\n《渡口亮灯》[2]\n《云杉公园开园》(记者 何远山)[3]"
PROJECTS = "青塘泵站项目昨天通水,总投资2亿元。[1]\n县里说,云杉公园项目的总投资为2亿元。[2]"


def understood(answerer: Answerer, row: dict[str, Any]) -> tuple[bool, bool]:
    """Whether the follow-up was understood, and whether its answer cites the article that it should."""
    turns: list[tuple[str, str]] = []
    for question in row["history"]:
        before = answerer.answer(question, turns)
        turns.append((question, before.text))
    answer = answerer.answer(row["question"], turns)
    text = answer.question_as_understood
    right = all(each in text for each in row["has"]) and not any(each in text for each in row.get("not", ()))
    wanted = row.get("cites")
    if not wanted:
        return right, True
    if wanted.startswith("@"):
        nth = int(wanted[1:])
        article = before.citations[nth - 1 if nth > 0 else nth].article
        return right, bool(answer.citations) and answer.citations[0].article.id == article.id
    cited = (citation.article for citation in answer.citations)
    return right, any(wanted in f"{article.headline}{article.text}" for article in cited)


def test_invented_conversations(answerer: Answerer) -> None:
    assert len(DIALOGUES) >= 100
    judged = [understood(answerer, row) for row in DIALOGUES]
    wrong = [row["question"] for row, (right, _) in zip(DIALOGUES, judged, strict=True) if not right]
    assert len(wrong) <= 0.1 * len(DIALOGUES), wrong
    assert sum(cited for _, cited in judged) >= 0.9 * len(DIALOGUES)


@pytest.mark.parametrize(
    ("asked", "whole"),
    [
        ("第二篇讲了什么？", "《渡口亮灯》讲了什么？"),
        ("第二个呢？", "《渡口亮灯》讲了什么？"),
        ("那最后一篇是谁写的？", "《云杉公园开园》是谁写的？"),
        ("第九篇呢？", "孟一凡第九篇呢？"),  # there is none
    ],
)
def test_a_line_of_the_list_before(asked: str, whole: str) -> None:
    assert stand_alone(asked, [("孟一凡写过哪些报道？", LIST)]) == whole


def test_the_project_that_a_line_names() -> None:
    before = [("总投资2亿元的项目有哪些？", PROJECTS)]
    assert stand_alone("第二个在哪里？", before) == "云杉公园项目在哪里？"


@pytest.mark.parametrize(
    ("before", "asked", "whole"),
    [
        ("青塘泵站一期投资多少？", "那二期呢？", "青塘泵站二期投资多少？"),
        ("2023年武进的产值是多少？", "2022年呢？", "2022年武进的产值是多少？"),
        ("浦口区委书记是谁？", "海南州的呢？", "海南州委书记是谁？"),
        ("青塘泵站有多大？", "那意义呢？", "青塘泵站意义是什么？"),
        ("青塘泵站有多大？", "我问的是总投资", "青塘泵站总投资是多少？"),
        ("青塘泵站有多大？", "还有别的吗？", "关于青塘泵站还有哪些报道？"),
        ("青塘泵站有多大？", "换个话题，南京银行在哪里？", "南京银行在哪里？"),
        ("青塘泵站有多大？", "科恩项目进展如何？", "科恩项目进展如何？"),
        ("青塘泵站由哪家公司承建？", "这家公司还做什么？", "青塘泵站承建的公司还做什么？"),
        ("青塘泵站的站长是谁？", "那总投资呢？", "青塘泵站总投资是多少？"),
        ("青塘泵站有多大？", "好的，那总投资呢？", "青塘泵站总投资是多少？"),
        ("青塘镇文化中心在哪里？", "谁来过这个中心？", "谁来过青塘镇文化中心？"),
    ],
)
def test_what_takes_the_place_of_what(before: str, asked: str, whole: str) -> None:
    assert stand_alone(asked, [(before, "")]) == whole


def test_both_are_the_last_two() -> None:
    turns = [("青塘泵站总投资多少？", ""), ("云杉公园总投资多少？", "")]
    assert stand_alone("这两个项目哪个大？", turns) == "青塘泵站和云杉公园哪个总投资大？"


def test_a_list_stays_in_mind_and_one_report_is_this_report() -> None:
    turns = [("孟一凡写过哪些报道？", LIST), ("第一篇讲了什么？", "青塘泵站通水。[1]")]
    assert stand_alone("第三篇呢？", turns) == "《云杉公园开园》讲了什么？"
    assert (
        stand_alone("这篇讲了什么？", [("何远山写过哪些报道？", "《云杉公园开园》[1]")]) == "《云杉公园开园》讲了什么？"
    )


def test_he_is_found_beside_his_office_where_nothing_is_in_bold() -> None:
    turns = [("青塘县县长是谁？", "青塘县县长林小木到场,青塘泵站站长孟一凡陪同。[1]")]
    assert stand_alone("他来看了什么？", turns).endswith("林小木来看了什么？")


def test_he_is_the_one_who_was_asked_for() -> None:
    turns = [("青塘泵站站长是谁？", "站长**林小木**说,水泵已经换新。[1]")]
    assert "林小木哪年上任的" in stand_alone("他哪年上任的？", turns)


def test_a_subject_leaves_out_its_properties() -> None:
    assert subject_of("龙城芯谷的建筑面积是多少？") == "龙城芯谷"
    assert subject_of("？") == ""


@pytest.mark.parametrize(
    "asked", ["3月3日有哪些报道？", "最近有什么新闻？", "有哪些项目开工了？", "总投资10亿元的项目有哪些？"]
)
def test_who_asks_for_everything_asks_for_nothing_spoken_of_before(asked: str) -> None:
    before = [("青塘泵站扩建项目总投资多少？", "总投资3亿元。[1]")]
    assert stand_alone(asked, before) == asked
    assert "青塘泵站" in stand_alone("那有哪些报道？", before)
