"""What is said around a question is no part of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.asked.frames import core
from qa.asked.question import understand

_QUESTIONS = ("泵站总投资多少", "谁主持了会议", "新桥在哪里", "泵站封顶了吗")
_FRONT = (
    "我是记者，明天交稿，",
    "麻烦问一下哈，",
    "想请教下，",
    "求问，",
    "大佬们，",
    "不好意思打扰了，",
    "帮我查一下",
    "有谁知道",
    "各位老师好，请问",
)
_BACK = ("来着", "呗", "，在线等", "，急急急", "，谢谢啦", "？写论文用，感谢", "")


@pytest.mark.parametrize("question", _QUESTIONS)
@given(front=st.sampled_from(_FRONT), back=st.sampled_from(_BACK))
def test_a_frame_changes_no_question(question: str, front: str, back: str) -> None:
    assert core(f"{front}{question}{back}").rstrip("？") == question


@pytest.mark.parametrize(
    "asked",
    [
        "谁知道内情并告诉了警方？",
        "记者问了哪些问题？",
        "会上感谢了谁？",
        "他为什么这么急？",
        "今天发了什么新闻？",
        "《你好，青塘》是谁写的？",
        "哪些人急需帮助？",
        "帮我查一下",
        "谢谢",
        "王小明是谁",
        "谁看了泵站",
        "哪位领导告诉了记者这件事",
        "看病要多少钱",
        "那个项目在哪里",
        "你知道的人有哪些",
        "搜救队有多少人",
        "翻译是谁",
        "请教授来讲课的是谁",
        "核实了多少起",
        "确认病例多少",
        "想要开发布会的是哪家",
        "问卷发了多少份",
        "找到了几件文物",
    ],
)
def test_what_the_question_needs_stays(asked: str) -> None:
    assert core(asked) == asked


def test_whether_anybody_knows_is_no_part_of_it() -> None:
    assert core("有谁知道新桥修了多长不") == "新桥修了多长"
    assert core("新桥修好了没") == "新桥修好了没"


def test_what_is_searched_for_is_the_question_alone() -> None:
    """「我是记者，明天交稿」 was refused: no report tells of 交稿."""
    asked = understand("我是记者，明天交稿，帮我查一下龙城芯谷总投资是多少")
    assert [word for word, _ in asked.words] == [word for word, _ in understand("龙城芯谷总投资是多少").words]
    assert asked.kind == "number"


def test_the_turns_before_are_bared_too() -> None:
    assert "大佬" not in understand("它总投资呢", [("大佬们，龙城芯谷在哪里，急", "在武进。[1]")]).text


@pytest.mark.parametrize("word", ["谢谢", "嗯", "您", "帮我", "有谁知道", "那个"])
def test_a_frame_said_over_and_over_takes_no_time(word: str) -> None:
    """嗯嗯嗯… kept a processor busy for minutes."""
    assert core(f"{word * 200}泵站在哪里").endswith("泵站在哪里")
