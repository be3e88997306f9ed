"""What comes after, and what somebody does, in the words of print."""

from __future__ import annotations

import pytest
from reading import ranker, read

from embeddings.records import Article
from qa.answers.cues import telling
from qa.asked.question import understand

WORKS = Article(
    "青塘清淤已经复工。一标段将倒排工期。填放区在柳湾村,清淤完成后,将建设上千亩农田。\n"
    "蓝柯专注于灯管。瑞霖造轴承。启衡项目总投资5亿元。\n孵化器的厂房已经封顶,启用后主攻汽车零件。云杉银行与区政府签约。",
    headline="青塘工程复工",
)


def told(asked: str) -> list[str]:
    found = telling(understand(asked), ranker().rank(read(asked, WORKS)))
    return [one.evidence.article.text[slice(*one.evidence.spans[one.sentence])][:5] for one in found]


@pytest.mark.parametrize(
    ("asked", "begins"),
    [
        ("青塘清淤以后建什么？", "填放区在柳"),
        ("填放区将来用来做什么", "填放区在柳"),
        ("孵化器建成后做什么？", "孵化器的厂"),
        ("蓝柯是做什么的？", "蓝柯专注于"),
        ("瑞霖主要做什么", "瑞霖造轴承"),
    ],
)
def test_what_comes_after_and_what_somebody_does(asked: str, begins: str) -> None:
    """「清淤以后建什么」 was refused though the report said what 将 be built."""
    assert told(asked) == [begins]


@pytest.mark.parametrize(
    "asked",
    [
        "启衡项目是做什么的？",
        "云杉银行以后建什么？",
        "孵化器以后做什么面包？",
        "华岳集团是做什么的？",
        "孵化器在哪里？",
    ],
)
def test_nothing_is_told_of_others_nor_of_other_things(asked: str) -> None:
    assert told(asked) == []
