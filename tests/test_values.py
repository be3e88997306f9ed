"""Figures with their units, however they are written; and whatever is written, no error and no long wait."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.answerer import Answerer
from qa.values import Figure, figures, same

PIECES = [
    *"0123456789０１２３４５６７８９零〇一二两三四五六七八九十百千万亿廿卅几数半成倍点分之余多来近约超上第,.，。％%‰ "
]
PIECES += [
    "年",
    "月",
    "日",
    "号",
    "个",
    "元",
    "分之",
    "百分之",
    "万亿",
    "亿元",
    "万平方米",
    "以上",
    "左右",
    "不到",
    "超过",
    "几十",
    "2024",
    "1,000",
    "3.5",
    "-",
]
NUMERALS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
ASKED = [
    "总投资{}的项目有哪些？",
    "龙城芯谷总投资是{}吗？",
    "哪个项目投资{}？",
    "它呢？{}",
    "{}",
    "{}年{}月{}日有哪些报道？",
]


@pytest.mark.parametrize(
    ("text", "value", "unit", "approximate"),
    [
        ("一亿五", 150_000_000, "", False),
        ("二亿五", 250_000_000, "", False),
        ("一亿三千万元", 130_000_000, "元", False),
        ("一万亿五", 1_500_000_000_000, "", False),
        ("1.2万亿元", 1_200_000_000_000, "元", False),
        ("1亿5000万元", 150_000_000, "元", False),
        ("3亿5", 350_000_000, "", False),
        ("两千三", 2_300, "", False),
        ("一万零五百人", 10_500, "人", False),
        ("1,347人", 1_347, "人", False),
        ("１３４７．５米", 1_347.5, "米", False),
        ("5万分之一", 0.002, "%", False),
        ("万分之三", 0.03, "%", False),
        ("三分之二", 200 / 3, "%", False),
        ("百分之十五", 15, "%", False),
        ("八成", 80, "%", False),
        ("三成五", 35, "%", False),
        ("两成半", 25, "%", False),
        ("5‰", 0.5, "%", False),
        ("一半", 50, "%", False),
        ("两倍半", 2.5, "倍", False),
        ("3.5个百分点", 3.5, "百分点", False),
        ("两个半小时", 2.5, "小时", False),
        ("13.3万平方米", 133_000, "平方米", False),
        ("2GWh", 2_000_000_000, "瓦时", False),
        ("二〇二四年", 2024, "年", False),
        ("三点五万", 35_000, "", False),
        ("30余家", 30, "家", True),
        ("20多亿元", 2_000_000_000, "元", True),
        ("十余万", 100_000, "", True),
        ("5年以上", 5, "年", True),
        ("几十家", None, "家", True),
        ("七八十人", None, "人", True),
    ],
)
def test_what_a_figure_says(text: str, value: float | None, unit: str, approximate: bool) -> None:
    [figure] = figures(text)
    assert (figure.text, figure.unit, figure.approximate) == (text, unit, approximate)
    assert figure.value == (value if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    "text", ["统一", "万一", "三峡", "五一", "三方面", "千万别去", "A01", "百分之", "分之一", "一直"]
)
def test_what_is_no_figure(text: str) -> None:
    assert figures(text) == []


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        ("1.2万元", "一万二千元", True),
        ("百分之八十", "八成", True),
        ("3公里", "3000米", True),
        ("30个企业", "30家企业", True),
        ("近8亿元", "7.96亿元", True),
        ("8亿元", "7.96亿元", False),
        ("8亿元", "8亿美元", False),
        ("几十家", "几十家", True),
        ("几十家", "数十家", False),
    ],
)
def test_figures_that_say_the_same(one: str, other: str, wanted: bool) -> None:
    assert same(*figures(f"{one}和{other}")) is wanted


@pytest.mark.parametrize("word", ["约", "近", "超过", "不到", "大约", "逾"])
def test_a_word_before_makes_it_rough(word: str) -> None:
    assert figures(f"总投资{word}5亿元")[0].approximate


@settings(max_examples=10_000, deadline=None)
@given(st.one_of(NUMERALS, st.text()))
def test_no_text_is_an_error(text: str) -> None:
    found = figures(text)
    assert all(text[one.start : one.end] == one.text and isinstance(one, Figure) for one in found)
    assert [one.start for one in found] == sorted(one.start for one in found)
    assert all(first.end <= second.start for first, second in pairwise(found))
    assert all(same(one, one) for one in found)


@given(st.integers(1, 99_999_999), st.sampled_from(["", "万", "亿"]))
def test_digits_with_a_scale_say_what_they_count(number: int, scale: str) -> None:
    [figure] = figures(f"{number}{scale}元")
    assert figure.value == pytest.approx(number * {"": 1, "万": 1e4, "亿": 1e8}[scale])
    assert same(figure, figures(f"{number:,}{scale}元")[0])


@pytest.mark.parametrize(
    "piece", ["1", "一", "1,", "亿", "1.", "一亿五", "百分之", "约", "半", "3万分之", "1亿5", "点", "几"]
)
def test_time_grows_with_length_alone(piece: str) -> None:
    def cost(length: int) -> float:
        started = time.process_time()
        figures(piece * length)
        return time.process_time() - started

    cost(1_000)
    assert cost(200_000) < 150 * max(cost(10_000), 0.002)  # linear is 20 times, quadratic 400


@pytest.mark.parametrize("said", ["一亿五", "二亿五", "一亿三"])
def test_plain_questions_with_spoken_figures(answerer: Answerer, said: str) -> None:
    for frame in ASKED[:3]:
        assert answerer.answer(frame.replace("{}", said)).text
    assert figures("一亿五")[0].value == 150_000_000


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(ASKED), NUMERALS, st.lists(st.tuples(NUMERALS, NUMERALS), max_size=3))
def test_questions_of_figures_and_dates_with_histories(
    answerer: Answerer, frame: str, said: str, history: list[tuple[str, str]]
) -> None:
    asked = frame.replace("{}", said)
    if any(char.isalnum() for char in asked) and len(asked) <= 500:
        assert answerer.answer(f"果园{asked}", history).question_as_understood
