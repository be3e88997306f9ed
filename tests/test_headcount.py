"""How many took part: the people whom a report names are counted where it gives no number of its own."""

from __future__ import annotations

import re

import pytest

from qa import Answerer
from qa.lists.headcount import _row
from qa.measure.citing import measure


def test_people_of_one_row_are_counted_and_each_is_proved(answerer: Answerer) -> None:
    answer = answerer.answer("一共有几个区领导参加了推介会？")
    head, *lines = answer.text.split("\n")
    assert head == "报道点名的，共3位："
    assert [re.sub(r"\[\d\]", "", line) for line in lines] == ["恽淇丞", "赵钢", "朱慧峰"]
    assert all(line.startswith(name[:1]) for line, name in zip(lines, ("恽", "赵", "朱"), strict=True))
    assert measure(answer).recall == 1.0


@pytest.mark.parametrize("question", ["有多少人参加了科教讲堂？", "总投资多少亿元？", "有几家投资机构到场？"])
def test_what_is_no_row_of_people_is_not_counted(answerer: Answerer, question: str) -> None:
    assert "点名" not in answerer.answer(question).text


def test_a_count_of_things_with_a_figure_goes_through_the_whole_archive(answerer: Answerer) -> None:
    answer = answerer.answer("一共有几个总投资10亿元的项目？")
    assert "共" in answer.text.partition("\n")[0] and len(answer.citations) >= 3


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("李明、王强、张伟三位区领导同行。", ["李明", "王强", "张伟"]),
        ("市领导杭勇、乔俊杰、潘冬铃参加活动。", []),  # 杭 may be no surname
        ("李明、王强到场,张伟、刘洋随后赶到。", []),
        ("苹果、香蕉、梨子都有。", []),
    ],
)
def test_a_row_is_sure_or_none(sentence: str, names: list[str]) -> None:
    assert [sentence[low:high] for low, high in _row(sentence)] == names
