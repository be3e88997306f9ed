"""Figures that a question sets as a condition, and the figures of sentences that meet it."""

from __future__ import annotations

import pytest

from qa.asked.conditions import condition


def met(asked: str, told: str) -> list[str]:
    found = condition(asked)
    assert found
    return [told[each.start : each.end] for each in found.met(told)]


@pytest.mark.parametrize(
    ("asked", "low", "high", "strict"),
    [
        ("总投资超过5亿元的项目有哪些？", 5, None, True),
        ("哪些项目总投资在5亿元以上？", 5, None, False),
        ("总投资不低于五亿元的项目有哪些？", 5, None, False),
        ("总投资不到5亿元的项目有哪些？", None, 5, True),
        ("总投资5亿元以下的项目有哪些？", None, 5, False),
        ("总投资不超过5亿元的项目有哪些？", None, 5, False),
        ("总投资5到10亿元的项目有哪些？", 5, 10, False),
        ("总投资5-10亿之间的项目有哪些？", 5, 10, False),
        ("总投资介于50000万元和10亿元之间的项目有哪些？", 5, 10, False),
        ("有几个项目总投资超过5个亿？", 5, None, True),
    ],
)
def test_the_bounds_of_a_question(asked: str, low: int | None, high: int | None, strict: bool) -> None:
    found = condition(asked)
    assert found and found.compares
    assert (found.measure, found.unit, found.strict) == ("总投资", "元", strict)
    assert found.low == (None if low is None else low * 10**8)
    assert found.high == (None if high is None else high * 10**8)


@pytest.mark.parametrize(
    ("asked", "low", "high", "strict"),
    [
        ("总投资<5亿元的项目", None, 5, True),
        ("总投资‹5亿元的项目", None, 5, True),
        ("总投资≤5亿元的项目", None, 5, False),
        ("总投资小于等于5亿元的项目", None, 5, False),
        ("总投资没超过5亿元的项目", None, 5, False),
        ("总投资没到5亿元的项目", None, 5, True),
        ("总投资>5亿元的项目", 5, None, True),
        ("总投资>=5亿元的项目", 5, None, False),
        ("总投资大于5亿元、小于10亿元的项目", 5, 10, True),
        ("总投资5亿元以上10亿元以下的项目", 5, 10, False),
    ],
)
def test_signs_and_two_bounds(asked: str, low: int | None, high: int | None, strict: bool) -> None:
    test_the_bounds_of_a_question(asked, low, high, strict)


def test_two_bounds_may_be_strict_on_one_side() -> None:
    assert met("总投资5亿元以上、不到10亿元的项目", "甲项目总投资5亿元,乙项目总投资10亿元。") == ["5亿元"]


def test_another_currency_is_told_apart() -> None:
    found = condition("总投资不到5亿元的项目有哪些？")
    assert found and [each.text for each in found.apart("甲项目总投资3亿美元,乙项目总投资2亿元。")] == ["3亿美元"]


def test_a_figure_that_is_meant_exactly() -> None:
    found = condition("总投资10亿元的项目有哪些？")
    assert found and not found.compares and found.low == found.high == 10**9


@pytest.mark.parametrize(
    "asked", ["第33次会议有哪些议题？", "十件实事有哪些？", "2024年有哪些项目？", "35个项目是哪些？"]
)
def test_a_figure_that_is_no_condition(asked: str) -> None:
    assert condition(asked) is None


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ("泵站总投资6亿元。", ["6亿元"]),
        ("泵站总投资60000万元。", ["60000万元"]),
        ("泵站计划总投资六亿元。", ["六亿元"]),
        ("泵站的投资总额是6亿元。", ["6亿元"]),
        ("泵站投资约6亿元。", ["约6亿元"]),
        ("泵站总投资超5亿元。", ["超5亿元"]),
        ("泵站总投资5亿元。", []),
        ("泵站总投资近5亿元。", []),
        ("泵站总投资3亿元,年产值8亿元。", []),
        ("泵站总投资3亿元,其中设备投资6亿元。", []),
        ("泵站总投资6亿美元。", []),
        ("泵站总投资数十亿元。", []),
        ("泵站占地6亿平方米。", []),
        ("公园总投资6亿元,泵站总投资7亿元。", ["6亿元", "7亿元"]),
    ],
)
def test_only_the_same_measure_in_any_unit_meets_a_condition(told: str, wanted: list[str]) -> None:
    assert met("总投资超过5亿元的项目有哪些？", told) == wanted


def test_under_and_between() -> None:
    assert met("占地不到50亩的项目有哪些？", "泵站用地40亩,公园占地60亩。") == ["40亩"]
    assert met("占地40到60亩的项目有哪些？", "泵站用地40亩,公园占地60亩,桥占地61亩。") == ["40亩", "60亩"]
