"""Which words of a sentence are marked as the answer."""

from __future__ import annotations

import pytest
from reading import ranker, read

from embeddings.records import Article
from qa.answers.compose import from_sentences
from qa.asked.question import understand


def marked(asked: str, *texts: str) -> list[str]:
    """The words in bold of the whole answer."""
    statements = from_sentences(ranker().rank(read(asked, *map(Article, texts))), understand(asked), 3)
    return [part for each in statements for part in each.text.split("**")[1::2]]


@pytest.mark.parametrize(
    ("asked", "told", "answer"),
    [
        ("泵站新建的护岸有几米？", "泵站整治2.9千米,护岸新建了1347米。", "1347米"),
        ("扩散板一年生产多少吨？", "工厂一年生产导光板14000吨、扩散板36000吨。", "36000吨"),
        ("泵站什么时候通水？", "泵站2月竣工,通水时间定在10月。", "10月"),
        ("泵站什么时候竣工？", "泵站2月竣工,通水时间定在10月。", "2月"),
        ("镇长是谁？", "站长林小木陪着镇长何远山,在坝上看水。", "何远山"),
        ("泵站在哪个镇？", "泵站在枫林镇的青塘村。", "枫林镇"),
        ("保障民生的比例是多少？", "两年共130个项目,保障民生占80%。", "80%"),
    ],
)
def test_the_span_that_answers(asked: str, told: str, answer: str) -> None:
    assert marked(asked, told) == [answer]


def test_no_name_is_cut_in_half() -> None:
    """「区委书记是谁」 was answered with 乔**俊杰以**."""
    assert marked("主任是谁？", "昨天,乔俊杰以主任的身份主持会议。") == ["乔俊杰"]


def test_one_span_an_answer() -> None:
    texts = ("泵站占地70亩。", "泵站旁的公园占地30亩。", "泵站外的林地占地90亩。")
    assert marked("泵站占地多少亩？", *texts) == ["70亩"]


def test_nothing_is_marked_where_nothing_near_is_asked_about() -> None:
    assert marked("舰长是谁？", "天晴,水位不高,林小木在岸上看船。") == []
