"""Days in words: which issues a question means, and what 上周三 is on a given day."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.language.dates import dateline, happened, issues, periods, without_issue

FRIDAY = date(2024, 8, 9)


def days(text: str) -> list[str]:
    """The periods of a text, as "2024-08-08" or "2024-08-01..2024-08-31"."""
    found = [(str(each.first), str(each.last)) for each in periods(text, FRIDAY)]
    return [first if first == last else f"{first}..{last}" for first, last in found]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2024年3月3日", "2024-03-03"),
        ("3月3日", "2024-03-03"),
        ("去年12月31日", "2023-12-31"),
        ("2024-03-03", "2024-03-03"),
        ("3月1日至5日", "2024-03-01..2024-03-05"),
        ("3月28日到4月2日", "2024-03-28..2024-04-02"),
        ("昨天", "2024-08-08"),
        ("前天下午", "2024-08-07"),
        ("大前天", "2024-08-06"),
        ("今天", "2024-08-09"),
        ("上周三", "2024-07-31"),
        ("本周一", "2024-08-05"),
        ("这个星期天", "2024-08-11"),
        ("上周", "2024-07-29..2024-08-04"),
        ("上周末", "2024-08-03..2024-08-04"),
        ("上上周", "2024-07-22..2024-07-28"),
        ("周二", "2024-08-06"),
        ("2024年3月", "2024-03-01..2024-03-31"),
        ("去年2月", "2023-02-01..2023-02-28"),
        ("3月下旬", "2024-03-21..2024-03-31"),
        ("上个月", "2024-07-01..2024-07-31"),
        ("本月初", "2024-08-01..2024-08-10"),
        ("最近三天", "2024-08-07..2024-08-09"),
        ("近一周", "2024-08-03..2024-08-09"),
        ("去年上半年", "2023-01-01..2023-06-30"),
        ("2023年第四季度", "2023-10-01..2023-12-31"),
        ("去年两会", "2023-01-01..2023-12-31"),
        ("今年以来", "2024-01-01..2024-08-09"),
        ("2022年", "2022-01-01..2022-12-31"),
        ("5月1日之前", "0001-01-01..2024-04-30"),
        ("5月1日前的报道", "0001-01-01..2024-04-30"),
        ("2023年之后", "2024-01-01..9999-12-31"),
        ("去年以来", "2023-01-01..2024-08-09"),
        ("3月2日前往", "2024-03-02"),
    ],
)
def test_periods(text: str, wanted: str) -> None:
    assert days(f"{text},泵站怎么了?") == [wanted]


@pytest.mark.parametrize("text", ["2024年度计划", "2月30日", "13月", "周年", "近几天", "第33次会议", "一周年", "最近"])
def test_what_is_not_plain_is_left_alone(text: str) -> None:
    assert days(text) == []


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("昨天的报纸有哪些报道？", (date(2024, 8, 8), date(2024, 8, 8))),
        ("上周的新闻", (date(2024, 7, 29), date(2024, 8, 4))),
        ("３月３日的头版写了什么？", (date(2024, 3, 3), date(2024, 3, 3))),
        ("上周三见报的是什么？", (date(2024, 7, 31), date(2024, 7, 31))),
        ("本月报道过科恩吗？", (date(2024, 8, 1), date(2024, 8, 31))),
        ("昨天武进开了什么会？", None),
        ("3月3日投产了吗？", None),
        ("去年的报告说了什么？", None),  # 报告 is no 报
        ("2024年12月的投资是多少？", None),
    ],
)
def test_only_words_of_the_trade_ask_for_an_issue(question: str, wanted: tuple[date, date] | None) -> None:
    assert issues(question, FRIDAY) == wanted


def test_reports_are_of_an_issue_unless_they_are_about_a_day() -> None:
    assert issues("上周有哪些？", FRIDAY, reports=True) == (date(2024, 7, 29), date(2024, 8, 4))
    assert issues("关于3月3日的有哪些？", FRIDAY, reports=True) is None


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("昨天的报纸上说科恩总投资多少？", "科恩总投资多少?"),
        ("上周的新闻里,区委书记去了哪里？", "区委书记去了哪里?"),
        ("昨天科恩怎么了？", "昨天科恩怎么了？"),
        ("昨天的报纸？", "昨天的报纸？"),  # nothing else is asked
    ],
)
def test_the_issue_is_not_looked_for_in_the_text(question: str, left: str) -> None:
    assert without_issue(question) == left


@pytest.mark.parametrize(
    ("question", "day", "left"),
    [
        ("8月8日乔俊杰督查了什么？", date(2024, 8, 8), "乔俊杰督查了什么?"),
        ("昨天科恩怎么了？", date(2024, 8, 8), "科恩怎么了?"),
        ("在上周三,开了什么会？", date(2024, 7, 31), "开了什么会?"),
    ],
)
def test_the_day_of_what_happened(question: str, day: date, left: str) -> None:
    assert happened(question, FRIDAY) == (day, left)


@pytest.mark.parametrize(
    "question", ["总投资多少？", "8月8日的报纸说了什么？", "今天开了什么会？", "去年开了什么会？", "昨天"]
)
def test_what_names_no_day_of_its_own(question: str) -> None:
    assert happened(question, FRIDAY) is None


@pytest.mark.parametrize("question", ["今天天气怎么样？", "此刻下雨吗？", "现在几点了？", "今早有雾吗？"])
def test_what_is_asked_of_today_only_todays_issue_tells(question: str) -> None:
    assert issues(question, FRIDAY) == (FRIDAY, FRIDAY)
    assert issues("乔俊杰现在是什么职务？", FRIDAY) is None


def test_a_dateline_names_the_issue_and_the_day_before() -> None:
    assert dateline(date(2024, 1, 1)) == "2024年1月1日 2023年12月31日"
    assert dateline(None) == ""


@given(st.text(alphabet="0123456789一二三上下本周末月年日号天前昨去今-至近个旬季度半以来之后", max_size=25), st.dates())
def test_any_text_is_read_in_order(text: str, today: date) -> None:
    found = list(periods(text, today))
    assert all(each.first <= each.last and 0 <= each.start < each.end <= len(text) for each in found)
    assert [each.start for each in found] == sorted(each.start for each in found)
