"""What a question asks for: its kind, unit and order, told on 440 invented questions, and what is left to look for."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from embeddings.errors import QuestionError
from qa.asked.asking import content_of, is_person, kind_of, order_of, unit_of, written
from qa.asked.question import understand

ASKED: dict[str, list[str]] = defaultdict(list)
for _line in (Path(__file__).parent / "kinds_of_questions.txt").read_text("utf-8").splitlines():
    if _line.startswith("# "):
        _kind = _line[2:]
    else:
        ASKED[_kind].append(_line)

ORDERED = {order: ASKED.pop(order) for order in ("latest", "first")}
COUNTED = ASKED.pop("counted")
NEITHER = ("总投资多少？", "上海有什么活动？", "近三年产值多少？", "书记是谁？", "新桥在哪里？")


@pytest.mark.parametrize("kind", ASKED)
def test_every_kind_is_recognised_on_twenty_questions(kind: str) -> None:
    wrong = {asked: kind_of(asked) for asked in ASKED[kind] if kind_of(asked) != kind}
    assert len(ASKED[kind]) >= 20
    assert len(wrong) <= 0.05 * len(ASKED[kind]), wrong


@pytest.mark.parametrize(("order", "asked"), [*ORDERED.items(), ("", NEITHER)])
def test_the_latest_or_the_first(order: str, asked: list[str]) -> None:
    wrong = [each for each in asked if order_of(each) != order]
    assert len(wrong) <= 0.05 * len(asked), wrong


def test_things_that_may_have_to_be_counted() -> None:
    wrong = [each for each in COUNTED if not understand(each).counts]
    assert len(wrong) <= 0.05 * len(COUNTED), wrong
    assert not any(
        understand(each).counts for each in ("总投资多少亿元？", "桥长多少米？", "书记是谁？", "占地多少亩？")
    )


@pytest.mark.parametrize(
    ("spoken", "print_"),
    [
        ("请问一下科恩啥时候投产呀", "科恩什么时候投产呀"),
        ("你好，帮我查一下泵站在哪儿", "泵站在哪里"),
        ("您知道新桥到底多长吗", "新桥多长吗"),
        ("為啥要清淤", "为什么要清淤"),
        ("票价几多？谢谢", "票价多少钱?"),
        ("请问", "请问"),
    ],
)
def test_spoken_wording_is_put_in_print(spoken: str, print_: str) -> None:
    assert written(spoken) == print_


@pytest.mark.parametrize(
    ("asked", "content"),
    [
        ("常州帮青海那边花了多少钱", "常州帮青海那边花了"),
        ("麻烦告诉我龙城芯谷有多大", "龙城芯谷有"),
        ("乔俊杰是什么职务？", "乔俊杰"),
        ("ＡＢＣＰ是什么意思", "abcp"),
        ("纵慧芯光是哪家公司的？", "纵慧芯光 公司的"),
    ],
)
def test_what_asks_is_not_looked_for(asked: str, content: str) -> None:
    assert content_of(asked) == content


def test_words_of_speech_weigh_nothing() -> None:
    assert [word for word, _ in understand("常州帮青海那边花了多少钱").words] == ["常州", "青海"]


@pytest.mark.parametrize(("asked", "unit"), [("科恩项目总投资", "元"), ("今年多大年纪？", "岁"), ("建筑面积？", "")])
def test_units_of_questions_without_a_question_word(asked: str, unit: str) -> None:
    assert unit_of(asked) == unit


def test_people_and_offices() -> None:
    assert all(map(is_person, ("乔俊杰", "恽淇丞", "吕刚")))
    assert not any(map(is_person, ("区委书记", "武进区长", "项目", "董事长", "科", "")))


@pytest.mark.parametrize(
    "history", [["在哪里？"], [("在哪里？",)], [("在哪里？", 3)], "问", 7, [("a", "b", "c")], [None]]
)
def test_a_malformed_history_is_one_line(history: object) -> None:
    with pytest.raises(QuestionError, match=r"history is a list of \(question, answer\) pairs") as error:
        understand("它多大？", history)  # type: ignore[arg-type]
    assert "\n" not in str(error.value) and len(str(error.value)) < 200


@pytest.mark.parametrize("history", [(), [], [("龙城芯谷在哪里？", "…")], (["龙城芯谷在哪里？", "…"],)])
def test_histories_of_any_sequence(history: object) -> None:
    assert "总投资多少" in understand("它总投资多少？", history).text  # type: ignore[arg-type]
