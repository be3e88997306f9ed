"""Questions for several things: taken apart, answered one by one, put together with citations numbered through."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa import Answerer
from qa.asked.parts import joined, parts_of, separate
from qa.measure.citing import measure
from qa.records import Answer


@pytest.mark.parametrize(
    ("asked", "parts"),
    [
        ("龙城芯谷总投资多少？建筑面积呢？", ["龙城芯谷总投资多少？", "建筑面积呢？"]),
        ("青塘泵站在哪里，什么时候开工", ["青塘泵站在哪里", "什么时候开工"]),
        ("1. 青塘泵站投资多少？ 2、站长是谁", ["青塘泵站投资多少？", "站长是谁"]),
        ("谁主持了会议、学了什么？", ["谁主持了会议", "学了什么？"]),
    ],
)
def test_what_asks_for_several_things(asked: str, parts: list[str]) -> None:
    assert parts_of(asked) == parts


@pytest.mark.parametrize(
    "asked",
    [
        "青塘泵站总投资1.5亿元吗？",
        "青塘泵站投资多少？？？！！",
        "为了应对什么风险，县里派出了哪些人？",
        "我在报上看到青塘泵站。它在哪里？",
        "建在青塘镇，总投资2亿元的是哪个项目？",
    ],
)
def test_what_asks_for_one_thing(asked: str) -> None:
    assert parts_of(asked) == [asked]


@given(st.text(max_size=60))
def test_parts_hold_nothing_that_was_not_typed(asked: str) -> None:
    assert all(char in asked or char == "，" for part in parts_of(asked) for char in part)


def test_each_part_is_answered_and_every_mark_has_its_citation(answerer: Answerer) -> None:
    pieces = list(answerer.stream("龙城芯谷总投资多少？法国的首都是哪里？南京银行副行长是谁？"))
    answer = pieces[-1]
    assert answer.question_as_understood.startswith("龙城芯谷总投资多少？法国")
    assert "10亿元" in answer.text and "陈晓江" in answer.text
    assert "现有报道没有回答这个问题。\n3. " in answer.text
    assert not answer.refused
    assert [int(mark) for mark in re.findall(r"\[(\d+)\]", answer.text)] == [c.number for c in answer.citations]
    assert measure(answer).recall == measure(answer).precision == 1
    assert all(answer.text.startswith(piece.text) for piece in pieces)  # a stream only grows


def test_parts_that_the_paper_does_not_answer_are_one_refusal(answerer: Answerer) -> None:
    answer = answerer.answer("法国的首都是哪里？德国呢？")
    assert answer.refused and answer.question_as_understood == "法国的首都是哪里？德国的首都是哪里？"


def test_an_answer_to_one_question_is_not_taken_apart() -> None:
    answer = Answer("1. 甲\n乙。[1]")
    assert separate(answer) == [answer]
    assert separate(joined([answer, answer])) == []


def test_the_last_part_is_what_a_follow_up_goes_on_from(answerer: Answerer) -> None:
    before = [("龙城芯谷总投资多少？科恩新能源智能装备项目呢？", "…")]
    asked = answerer.answer("它什么时候竣工？", before).question_as_understood
    assert asked == "科恩新能源智能装备项目什么时候竣工？"
