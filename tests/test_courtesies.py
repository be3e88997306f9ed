"""Greetings, thanks and questions about Wenbao itself: a short answer that tells nothing of the paper."""

from __future__ import annotations

import pytest

from qa import Answerer
from qa.measure.evaluate import judge
from qa.measure.questionnaire import Row
from qa.replies.courtesies import aside, courtesy
from ui.render import answer_html
from ui.turns import Turn, kept, unkept

STATS = {"reports": 9, "captions": 0, "first_date": "2024-03-03", "last_date": "2024-03-03"}


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("你好", "hello"),
        ("您好呀！", "hello"),
        ("Hello!", "hello"),
        ("谢谢", "thanks"),
        ("好的，谢谢你", "thanks"),
        ("再见", "bye"),
        ("你好，请问你是谁？", "self"),
        ("你能做什么", "help"),
        ("有什么功能？", "help"),
        ("怎么用", "help"),
        ("这里有多少篇报道？", "holds"),
        ("嗯", "nod"),
        ("好的", "nod"),
        ("123", "nothing"),
        ("12345678901234567890", "nothing"),
        ("谢谢谢谢！", "thanks"),
        ("你这里有多少篇报道？", "holds"),
    ],
)
def test_courtesies(typed: str, kind: str) -> None:
    assert courtesy(typed) == kind
    brief = kind in ("thanks", "bye", "nod")  # who says thanks twice is not told twice what there is
    assert ("9" in aside(typed, STATS)) is not brief


@pytest.mark.parametrize(
    "typed",
    [
        "你好，龙城芯谷总投资多少？",
        "还有吗",
        "继续",
        "为什么？",
        "GDP",
        "2024年",
        "你好武进",
        "张可馨写过多少篇报道？",
        "？",
    ],
)
def test_what_asks_something_is_no_courtesy(typed: str) -> None:
    assert courtesy(typed) == ""


def test_an_aside_speaks_the_language_of_the_reader() -> None:
    assert "馆藏9篇报道，2024年3月3日。" in aside("你好", STATS)
    assert "The archive holds 9 reports" in aside("Hello!", STATS)
    assert "馆藏还是空的" in aside("你好", {})


def test_an_aside_cites_nothing_and_counts_as_a_refusal(answerer: Answerer) -> None:
    answer = answerer.answer("你好！")
    assert (answer.aside, answer.refused, answer.citations) == (True, True, ())
    assert answer.as_dict()["aside"] is True
    assert judge(Row("1", "你好！", "unanswerable"), answer).good
    assert not answerer.answer("龙城芯谷总投资多少？").aside


def test_the_page_shows_an_aside_as_an_answer_and_keeps_it_so(answerer: Answerer) -> None:
    answer = answerer.answer("谢谢")
    assert '<div class="answer">' in answer_html(answer, "谢谢", 0) and "报上未见" not in answer_html(answer, "谢谢", 0)
    (turn,) = unkept(kept([Turn("谢谢", answer)]), answerer.article)
    assert turn.answer is not None and turn.answer.aside


def test_thanks_leave_the_conversation_where_it_was(answerer: Answerer) -> None:
    turns = [("龙城芯谷总投资多少？", "10亿元。"), ("谢谢", answerer.answer("谢谢").text)]
    assert answerer.answer("那建筑面积呢？", turns).question_as_understood == "龙城芯谷建筑面积是多少？"
