"""A question as typed → what everybody else reads of it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.errors import QuestionError
from qa.question import kind_of, turns, understand

NEWEST = date(2024, 11, 5)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("新桥总投资多少？", "fact"),
        ("新桥哪天通车的", "fact"),
        ("谁主持了会议？", "fact"),
        ("为啥要改道？", "why"),
        ("怎么报名", "how"),
        ("新桥通车了吗？", "yesno"),
        ("货车能不能上桥", "yesno"),
        ("哪些单位参加了演练？", "list"),
        ("新桥和老桥哪个更长？", "compare"),
        ("《新桥通车》讲了什么？", "summary"),
        ("记者林小木写过哪些报道？", "reports"),
        ("3月3日有哪些新闻？", "reports"),
        ("新桥", "fact"),
    ],
)
def test_the_form_of_a_question(text: str, kind: str) -> None:
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2024年6月到8月有哪些报道？", ("2024-06-01", "2024-08-31")),
        ("2024年6-8月有哪些报道？", ("2024-06-01", "2024-08-31")),
        ("2024-06-01至2024-07-31有哪些报道？", ("2024-06-01", "2024-07-31")),
        ("2024年6月1日到2024年7月31日有哪些报道？", ("2024-06-01", "2024-07-31")),
        ("6月1日—7月31日有哪些报道？", ("2024-06-01", "2024-07-31")),
        ("2023年至2024年有哪些植树报道？", ("2023-01-01", "2024-12-31")),
        ("陈静2023年7月到2024年7月写了哪些报道？", ("2023-07-01", "2024-07-31")),
        ("2024/06/01有哪些报道？", ("2024-06-01", "2024-06-01")),
        ("2024.6.1有哪些报道？", ("2024-06-01", "2024-06-01")),
        ("20240601有哪些报道？", ("2024-06-01", "2024-06-01")),
        ("8月份的新闻有哪些", ("2024-08-01", "2024-08-31")),
        ("去年植树活动栽了多少株？", ("2023-01-01", "2023-12-31")),
        ("23年植树栽了多少株？", ("2023-01-01", "2023-12-31")),
        ("今年上半年产值多少？", ("2024-01-01", "2024-06-30")),
        ("昨天的报纸登了什么？", ("2024-11-04", "2024-11-04")),
        ("9月以来的报道有哪些？", ("2024-09-01", "2024-11-05")),
    ],
)
def test_the_days_of_a_question(text: str, days: tuple[str, str]) -> None:
    period = understand(text, newest=NEWEST).period
    assert period is not None
    assert (str(period.first), str(period.last)) == days


@pytest.mark.parametrize(
    ("text", "issue"),
    [("2024年8月8日A01版有什么内容", True), ("8月的报道有哪些？", True), ("8月8日新桥通车了吗？", False)],
)
def test_whether_the_issue_is_meant_or_the_event(text: str, issue: bool) -> None:
    assert understand(text, newest=NEWEST).issue is issue


@pytest.mark.parametrize(
    ("text", "page"), [("A01版有哪些报道？", "A01"), ("第3版登了什么？", "3"), ("头版有什么？", "1"), ("新版教材", "")]
)
def test_the_page_of_a_question(text: str, page: str) -> None:
    assert understand(text, newest=NEWEST).page == page


@pytest.mark.parametrize(
    ("earlier", "text", "understood"),
    [
        ("城北新桥总投资多少？", "它多长？", "城北新桥总投资多少？ 它多长？"),
        ("城北新桥总投资多少？", "哪天通车的", "城北新桥总投资多少？ 哪天通车的"),
        ("城北新桥总投资多少？", "那二期呢？", "城北新桥总投资多少？ 那二期呢？"),
        ("城北新桥总投资多少？", "图书馆馆长赵敏是哪年上任的？", "图书馆馆长赵敏是哪年上任的？"),
    ],
)
def test_a_follow_up_keeps_what_it_leans_on(earlier: str, text: str, understood: str) -> None:
    assert understand(text, [(earlier, "…")]).text == understood


def test_names_ordinals_and_years_of_a_question() -> None:
    asked = understand("2023年第32次植树活动，“青塘”合作社的李小禾来了吗？")
    assert asked.years == (2023,)
    assert "第32次" in asked.ordinals
    assert "青塘" in asked.names


def test_names_end_where_another_begins() -> None:
    assert "实验学校小学" not in understand("云渚实验学校小学部几点放学？").names
    assert understand("上一届山歌会在哪里办的？").ordinals == ()


def test_a_follow_up_does_not_ask_the_question_before_it_again() -> None:
    assert understand("票价多少？", [("东湖游泳馆几月开放？", "9月。[1]")]).parts == ()


def test_the_reporters_of_the_paper_are_known() -> None:
    asked = understand("林小木写过哪些报道？", reporters=["林小木"])
    assert asked.signed == ("林小木",) and asked.stranger == ""
    assert understand("记者王五写过哪些报道？", reporters=["林小木"]).stranger == "王五"


@pytest.mark.parametrize("text", ["", " ？ ", "问" * 501])
def test_what_cannot_be_asked(text: str) -> None:
    with pytest.raises(QuestionError):
        understand(text)


@pytest.mark.parametrize("history", ["问", [("问",)], [(1, 2)], 3])
def test_a_history_of_another_shape(history: object) -> None:
    with pytest.raises(QuestionError, match="list of"):
        turns(history)


@given(
    st.text(
        alphabet="一二三亿万千百十两半多第期届年月日号0123456789.,-/至到—去今明上下半旬周个元米 ？呢它那", max_size=40
    ),
    st.lists(st.tuples(st.text(max_size=30), st.text(max_size=30)), max_size=3),
)
def test_nothing_that_is_typed_is_an_exception(text: str, history: list[tuple[str, str]]) -> None:
    try:
        asked = understand(text, history, NEWEST)
    except QuestionError:
        return
    assert asked.period is None or asked.period.first <= asked.period.last


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("继续", "more"), ("还有别的吗？", "more"), ("详细说说", "detail"), ("能说得具体一点吗", "detail"),
        ("用一句话说", "brief"), ("换个说法", "other"), ("没看懂", "other"), ("那投资呢？", ""), ("还有哪些报道？", ""),
    ],
)  # fmt: skip
def test_a_turn_that_asks_about_the_answer_before_it(typed: str, command: str) -> None:
    asked = understand(typed, [("城北新桥总投资多少？", "2.6亿元。[1]")])
    assert asked.command == command
    if command:
        assert (asked.text, asked.kind, asked.said) == ("城北新桥总投资多少？", "fact", "2.6亿元。[1]")
    assert understand("继续供水吗").command == ""
