"""Understanding a question: its kind and unit, the words to look for, and follow-ups made to stand alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.errors import QuestionError
from qa.asked.question import understand


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("科恩项目什么时候投产？", "date"),
        ("清淤哪个月做完", "date"),
        ("总投资多少？", "number"),
        ("年产芯片几颗？", "number"),
        ("副行长是谁？", "person"),
        ("哪位副主任来调研？", "person"),
        ("孵化器在哪个镇？", "place"),
        ("启航仪式在哪里举行？", "place"),
        ("总投资10亿元的项目有哪些？", "list"),
        ("会议听取了哪三项汇报？", "list"),
        ("记者张可馨写过哪些报道？", "reports"),
        ("照片是谁拍的？", "author"),
        ("ABCP是什么意思？", "definition"),
        ("为什么要清淤？", "how"),
        ("项目投产了吗？", "yesno"),
        ("龙城芯谷践行什么模式？", "what"),
    ],
)
def test_kinds(text: str, kind: str) -> None:
    assert understand(text).kind == kind


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("集聚多少家企业？", "家"),
        ("建了多少平方米？", "平方米"),
        ("花了多少钱？", "元"),
        ("总投资是多少？", "元"),
        ("民生支出占比多少？", "%"),
        ("处理规模是多少？", ""),
        ("清了多少淤泥？", ""),
    ],
)
def test_units(text: str, unit: str) -> None:
    assert understand(text).unit == unit


def test_question_words_are_not_searched_for() -> None:
    question = understand("请问龙城芯谷将集聚多少家企业？")
    assert question.content == "龙城芯谷将集聚 企业"
    assert [word for word, _ in question.words] == ["龙城", "芯谷", "集聚", "企业"]


def test_traditional_script_and_full_width_are_one_with_plain() -> None:
    assert understand("龍城芯谷２０２４年").content == understand("龙城芯谷2024年").content


@pytest.mark.parametrize(
    ("before", "text", "whole"),
    [
        ("科恩新能源智能装备项目在哪里？", "它什么时候竣工？", "科恩新能源智能装备项目什么时候竣工？"),
        ("武南第二污水处理厂一天能处理多少污水？", "那它投资了多少？", "武南第二污水处理厂投资了多少？"),
        ("龙城芯谷总投资多少？", "那建筑面积呢？", "龙城芯谷建筑面积是多少？"),
        ("龙城芯谷总投资多少？", "那科恩呢？", "科恩总投资多少？"),
        ("龙城芯谷总投资多少？", "南京银行副行长是谁？", "南京银行副行长是谁？"),
        ("谁？", "它在哪？", "它在哪？"),
    ],
)
def test_follow_ups(before: str, text: str, whole: str) -> None:
    assert understand(text, [(before, "…")]).text == whole


def test_a_subject_lasts_over_several_turns() -> None:
    history = [("龙城芯谷总投资多少？", "10亿元"), ("它的建筑面积呢？", "13.3万平方米")]
    assert understand("它践行什么模式？", history).text == "龙城芯谷践行什么模式？"


@pytest.mark.parametrize("text", ["", "   ", "？！。", "\x00\x1b", "\u200b"])
def test_a_question_that_says_nothing(text: str) -> None:
    with pytest.raises(QuestionError, match=r"empty|no words"):
        understand(text)


def test_a_question_of_100000_characters() -> None:
    with pytest.raises(QuestionError, match="100000 characters; at most 500"):
        understand("多" * 100_000)


@settings(deadline=None)  # the first example reads the word lists
@given(st.text(max_size=80), st.text(max_size=40))
def test_any_text_is_understood_or_refused_in_one_line(text: str, before: str) -> None:
    try:
        question = understand(text, [(before, "")] if any(c.isalnum() for c in before) else [])
    except QuestionError as error:
        assert "\n" not in str(error)
    else:
        assert all(word for word, _ in question.words)
        assert "\n" not in question.text


@pytest.mark.parametrize("typed", ["漏湖", "纵慧芯光", "环保督察整改", "GDP"])
def test_a_name_alone_asks_for_what_there_is(typed: str) -> None:
    assert understand(typed).bare and understand(typed).kind == "summary"


@pytest.mark.parametrize("typed", ["总投资多少", "漏湖在哪里", "龙城芯谷总投资", "清淤了吗"])
def test_a_question_is_no_name(typed: str) -> None:
    assert not understand(typed).bare


def test_the_end_of_a_date_belongs_to_no_name() -> None:
    assert ("俊杰", "nr") in understand("8月8日乔俊杰去了哪里？").words
    assert not any(word.startswith("日") for word, _ in understand("8月8日乔俊杰去了哪里？").words)
