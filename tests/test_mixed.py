"""English questions: the simplest about a Chinese name are read, others are answered in English that they are not."""

from __future__ import annotations

import pytest

from qa import Answerer
from qa.asked.mixed import in_chinese, is_english, read


@pytest.mark.parametrize(
    ("asked", "chinese"),
    [
        ("Who is 乔俊杰?", "乔俊杰是谁？"),
        ("What does ABCP mean?", "ABCP是什么意思？"),
        ("Where is 龙城芯谷 located?", "龙城芯谷在哪里？"),
        ("What's 龙城芯谷's floor area?", "龙城芯谷建筑面积是多少？"),
        ("Who is the vice president of 南京银行?", "南京银行副行长是谁？"),
        ("Tell me about 龙城芯谷", "龙城芯谷"),
    ],
)
def test_a_plain_question_about_a_name(asked: str, chinese: str) -> None:
    assert read(asked) == chinese


@pytest.mark.parametrize("asked", ["Who is the wife of 乔俊杰?", "Who is the mayor?", "When will 龙城芯谷 dance?"])
def test_half_a_translation_is_none(asked: str) -> None:
    assert is_english(asked) and in_chinese(asked) == "" and read(asked) == asked


@pytest.mark.parametrize("asked", ["GDP", "ABCP是什么意思？", "iPhone 15", "What's App 是什么？"])
def test_latin_letters_alone_make_no_english(asked: str) -> None:
    assert read(asked) == asked and not is_english(asked)


def test_english_is_answered_in_english(answerer: Answerer) -> None:
    answer = answerer.answer("Where does the mayor live?")
    assert answer.aside and not answer.citations
    assert "The archive holds 43 reports" in answer.text
    known = answerer.answer("When will 科恩新能源智能装备项目 be completed?")
    assert "明年2月" in known.text and known.question_as_understood == "科恩新能源智能装备项目什么时候竣工？"
