"""Which words are shown in bold, once the reader has read: whole names and figures, or none."""

from __future__ import annotations

import pytest
from reading import Sure, ranker, read

from embeddings.records import Article
from qa.answers.compose import from_sentences
from qa.answers.spans import answering, whole
from qa.asked.question import understand
from qa.ranking.close import weigh


def marked(asked: str, told: str, taken: str) -> list[str]:
    """The words in bold where the reader takes these."""
    ranked = weigh(understand(asked), read(asked, Article(told)), ranker(), Sure(taken))
    return [part for each in from_sentences(ranked, understand(asked), 1) for part in each.text.split("**")[1::2]]


@pytest.mark.parametrize(
    ("asked", "told", "taken", "answer"),
    [
        ("泵站在哪里？", "泵站建在枫林镇岑村村,有3台泵。", "枫林镇岑村", "枫林镇岑村村"),
        ("泵站占地多少亩？", "泵站占地70亩。", "占地70", "70亩"),
        ("泵站投资多少？", "泵站投资4亿5000万元。", "4亿5000万", "4亿5000万元"),
        ("站长是谁？", "老站长林小木女士换了泵。", "老站长林小木", "林小木"),
        ("泵站什么时候开工？", "泵站2023年5月开工。", "2023年5月", "2023年5月"),
    ],
)
def test_the_whole_name_or_figure(asked: str, told: str, taken: str, answer: str) -> None:
    assert marked(asked, told, taken) == [answer]


@pytest.mark.parametrize(
    ("asked", "told", "taken"),
    [
        ("讲座请了谁？", "讲座特邀林小木教授主讲,站长何远山主持。", "特邀"),  # 特邀 stood in bold, not the guest
        ("泵站占地多少亩？", "泵站占地70亩,绿地30亩。", "30亩"),
        ("泵有多长？", "泵长是泵宽的3倍。", "3倍"),
        ("2024年清多少吨？", "一共清1000吨,2024年清500吨。", "1000吨"),
        ("2024年清多少吨？", "2023至2024年清1000吨。", "1000吨"),
        ("“泵站计划”靠什么推进？", "“泵站计划”启动,靠基金推进。", "泵站计划"),
    ],
)
def test_nothing_in_bold_where_reader_and_pattern_disagree(asked: str, told: str, taken: str) -> None:
    assert marked(asked, told, taken) == []


def test_a_name_is_not_cut_within() -> None:
    text = "来的是林小木子。"
    assert whole("person", "来的是谁？", text, (3, 7), (3, 5)) is None


def test_no_figure_of_a_lesser_sentence_where_the_best_has_several() -> None:
    asked = understand("青塘湖两年要清多少吨？")
    told = Article("青塘湖两年要清1000吨,其中今年要清500吨。青塘湖四标段要清76吨。")
    ranked = weigh(asked, read(asked.text, told), ranker(), Sure("76吨"))
    best = sorted(ranked, key=lambda one: one.sentence)
    assert answering(best, asked) is None
    assert answering(best[1:], asked) is not None
