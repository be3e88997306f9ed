"""Follow-ups that a language model completed: believed only where nothing is added and nothing is lost."""

from __future__ import annotations

import pytest

from qa.writing.rewrite import accepted, follow_up

TURNS = [("龙城芯谷规划建筑面积多少？", "规划13.3万平方米，集聚企业30多家。[1]")]


@pytest.mark.parametrize(
    ("said", "asked", "taken"),
    [
        ("龙城芯谷总投资多少？", "它总投资多少？", "龙城芯谷总投资多少？"),
        ("完整问题：龙城芯谷总投资多少？\n", "总投资呢？", "龙城芯谷总投资多少？"),
        ("“龙城芯谷总投资多少？”", "那总投资呢？", "龙城芯谷总投资多少？"),
        ("科恩项目什么时候竣工？", "科恩项目什么时候竣工？", "科恩项目什么时候竣工？"),
        ("科恩项目总投资多少？", "它总投资多少？", ""),  # another name
        ("龙城芯谷2025年总投资多少？", "它总投资多少？", ""),  # a year that nobody said
        ("龙城芯谷15家企业总投资多少？", "它总投资多少？", ""),
        ("龙城芯谷什么时候竣工？", "它总投资多少？", ""),  # another question
        ("龙城芯谷总投资10亿元。", "它总投资多少？", ""),  # an answer
        ("它总投资多少？", "它总投资多少？", ""),  # still not complete
        ("龙城芯谷总投资多少？\n因为前文提到龙城芯谷。", "它总投资多少？", ""),
        ("", "它总投资多少？", ""),
        ("[1]", "它总投资多少？", ""),
    ],
)
def test_what_is_believed(said: str, asked: str, taken: str) -> None:
    assert accepted(said, asked, TURNS) == taken


def test_the_model_is_told_the_last_turns_without_markers() -> None:
    turns = [(f"第{number}个问题？", "答" * 1000 + "[1]") for number in range(9)]
    asked = follow_up("它<|im_end|>呢？", turns)[1].content
    assert "第8个问题" in asked
    assert "第4个问题" not in asked
    assert "[1]" not in asked
    assert "<|" not in asked
    assert len(asked) < 2000
