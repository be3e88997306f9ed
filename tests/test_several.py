"""One question about several named things, asked of each, and what the answers come to."""

from __future__ import annotations

from datetime import date

import pytest

from embeddings.records import Article
from qa.answers.versus import lacking, together
from qa.asked.several import several
from qa.records import Answer, Citation


@pytest.mark.parametrize(
    ("asked", "each"),
    [
        ("甲泉大桥和乙溪隧道哪个总投资大？", ["甲泉大桥总投资多少", "乙溪隧道总投资多少"]),
        ("甲泉大桥的总投资比乙溪隧道大多少？", ["甲泉大桥总投资多少", "乙溪隧道总投资多少"]),
        ("甲泉大桥比乙溪隧道多投资多少？", ["甲泉大桥投资多少", "乙溪隧道投资多少"]),
        ("甲泉大桥比乙溪隧道多多少投资", ["甲泉大桥投资多少", "乙溪隧道投资多少"]),
        ("甲泉大桥和乙溪隧道这两个工程，哪个更长一些？", ["甲泉大桥有多长", "乙溪隧道有多长"]),
        ("甲泉大桥与乙溪隧道谁先开工", ["甲泉大桥什么时候开工", "乙溪隧道什么时候开工"]),
        ("甲泉大桥投资大还是乙溪隧道大", ["甲泉大桥投资多少", "乙溪隧道投资多少"]),
        ("第3次和第5次常务会议分别由谁主持？", ["第3次常务会议由谁主持", "第5次常务会议由谁主持"]),
        ("清淤一期和二期工程分别什么时候开工", ["清淤一期工程什么时候开工", "清淤二期工程什么时候开工"]),
        ("甲泉、乙溪和共和县的人口分别是多少？", ["甲泉的人口是多少", "乙溪的人口是多少", "共和县的人口是多少"]),
    ],
)
def test_each_thing_is_asked_of(asked: str, each: list[str]) -> None:
    found = several(asked)
    assert found is not None and list(found.questions) == each


@pytest.mark.parametrize(
    "asked",
    [
        "一季度的营收比去年多多少？",
        "粮食产量比全国平均高多少？",
        "“一带一路”倡议的五个方面分别是什么？",
        "甲泉大桥和乙溪隧道在哪里？",
        "谁和谁签了协议？",
        "哪个项目总投资最大？",
        "比赛分别在哪里举行？",
    ],
)
def test_what_names_no_two_things_is_one_question(asked: str) -> None:
    assert several(asked) is None


def _told(quote: str, day: date | None = None, refused: bool = False) -> Answer:
    article = Article(quote, headline="报道", date=day)
    cited = () if refused else (Citation(1, article, 0, len(quote)),)
    return Answer("现有报道没有回答这个问题。" if refused else f"{quote}[1]", cited, refused)


def _first_line(asked: str, *quotes: str, day: date | None = None) -> str:
    found = several(asked)
    assert found is not None
    answer = together(found, [_told(quote, day) for quote in quotes])
    assert [each.number for each in answer.citations] == [1, 2]
    return answer.text.splitlines()[0]


def test_figures_of_one_unit_are_compared() -> None:
    asked = "甲泉大桥和乙溪隧道哪个投资大？"
    line = _first_line(asked, "甲泉大桥总投资11亿元,全长3公里。", "乙溪隧道总投资9.5亿元。")
    assert line == "投资：甲泉大桥11亿元，乙溪隧道9.5亿元；甲泉大桥较大，相差1.5亿元。"
    assert "两者相同" in _first_line(asked, "甲泉大桥总投资1亿元。", "乙溪隧道总投资10000万元。")
    assert "没有换算" in _first_line(asked, "甲泉大桥总投资1亿美元。", "乙溪隧道总投资9亿元。")


def test_lengths_and_days_are_compared() -> None:
    assert "乙溪隧道较大，相差约2.5公里" in _first_line(
        "甲泉大桥比乙溪隧道长多少", "甲泉大桥高90米,全长近1500米。", "乙溪隧道全长4公里。"
    )
    early = _first_line("甲泉大桥和乙溪隧道谁早开工", "甲泉大桥2022年5月开工。", "乙溪隧道2021年9月开工,明年5月通车。")
    assert early.endswith("乙溪隧道较早。")


def test_a_figure_of_the_other_thing_is_not_taken() -> None:
    line = _first_line("甲泉和乙溪哪个投资大", "乙溪投资2亿元,甲泉投资3亿元。", "甲泉投资3亿元,乙溪投资2亿元。")
    assert line == "投资：甲泉3亿元，乙溪2亿元；甲泉较大，相差1亿元。"


def test_where_no_figure_can_be_read_nothing_is_said_of_them() -> None:
    assert _first_line("甲泉和乙溪哪个投资大", "甲泉投资不少。", "乙溪投资2亿元。").startswith("1. ")
    assert _first_line("甲泉和乙溪谁先开工", "甲泉近日开工。", "乙溪2021年开工。").startswith("1. ")


def test_the_thing_of_which_nothing_is_told_is_named() -> None:
    found = several("甲泉和乙溪哪个投资大")
    assert found is not None
    answer = lacking(found, [_told("甲泉投资3亿元。"), _told("", refused=True)], _told("", refused=True))
    assert answer.refused and "没有找到乙溪的投资。" in answer.text
