"""A figure asked for by the usual name of its measure."""

from __future__ import annotations

import pytest
from reading import ranker, read

from embeddings.records import Article
from qa.answers.amounts import telling
from qa.asked.question import understand

WORKS = Article(
    "调研组来到青塘水厂。该工程总投资约6亿元,用地70亩,处理规模10万吨/日。\n云杉隧道全长4公里,高9米,年产值不高。\n"
    "蓝柯项目达产后将形成年产灯管2980万个的生产能力。",
    headline="调研组看项目",
)


def told(asked: str) -> list[str]:
    found = telling(understand(asked), ranker().rank(read(asked, WORKS)))
    return [one.evidence.article.text[slice(*one.evidence.spans[one.sentence])][:6] for one in found]


@pytest.mark.parametrize(
    ("asked", "begins"),
    [
        ("青塘水厂造价多少？", "该工程总投资"),
        ("青塘水厂投资", "该工程总投资"),
        ("青塘水厂占地多少亩", "该工程总投资"),
        ("青塘水厂日处理能力是多少", "该工程总投资"),
        ("青塘水厂每天能处理多少水？", "该工程总投资"),
        ("云杉隧道有多长？", "云杉隧道全长"),
        ("云杉隧道长度", "云杉隧道全长"),
        ("蓝柯项目年产量多少", "蓝柯项目达产"),
    ],
)
def test_the_usual_name_of_a_measure_finds_how_print_says_it(asked: str, begins: str) -> None:
    """「污水处理厂造价」 was refused though the report gave the 总投资."""
    assert told(asked) == [begins]


@pytest.mark.parametrize(
    "asked",
    [
        "云杉隧道造价多少？",
        "云杉隧道年产量多少？",
        "东河水厂造价多少？",
        "蓝柯项目占地多少？",
        "青塘水厂造价比原来高了多少？",
    ],
)
def test_no_other_measure_and_no_other_thing_answers(asked: str) -> None:
    assert told(asked) == []
