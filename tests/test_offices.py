"""Who holds an office, and which office somebody holds, asked from either side."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import cast

import pytest
from reading import ranker, read

from embeddings.index import Index
from embeddings.records import Article
from qa.answers.compose import from_sentences
from qa.answers.offices import holding, spans, sure
from qa.asked.question import understand

VISIT = Article(
    "昨天,云岭新区管委会主任、青塘区委书记何远山率团来到枫林区。市委常委、区委书记沈国军,区委副书记、区长林小木,"
    "枫林高新区党工委副书记陈建参加活动。蓝柯公司安全部经理王凯说,泵站运行平稳。",
    headline="青塘区代表团来枫林区",
    date=date(2024, 3, 1),
)
LATER = Article(
    "区委书记周一凡昨天在枫林区看望职工。职工们表示感谢。", headline="枫林区看望职工", date=date(2024, 9, 1)
)


def told(asked: str, *articles: Article) -> list[str]:
    question = understand(asked)
    return [each.text for each in from_sentences(ranker().rank(read(asked, *articles)), question, 3)]


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("枫林区委书记是谁？", "沈国军"),
        ("青塘区委书记是谁？", "何远山"),  # of the other district
        ("谁是云岭新区管委会主任？", "何远山"),  # the first of two offices
        ("枫林区委副书记是谁？", "林小木"),  # not the one of the 党工委
        ("枫林区区长是谁？", "林小木"),
        ("王凯的职务是什么？", "蓝柯公司安全部经理"),
        ("沈国军是什么职务？", "市委常委、区委书记"),
        ("林小木是谁？", "区委副书记、区长"),
    ],
)
def test_one_sentence_with_the_holder_or_the_office_in_bold(asked: str, answer: str) -> None:
    (text,) = told(asked, VISIT)
    assert f"**{answer}**" in text


def test_the_latest_issue_tells_who_holds_an_office_now() -> None:
    assert told("枫林区委书记是谁？", VISIT, LATER) == ["区委书记**周一凡**昨天在枫林区看望职工。"]
    assert told("枫林区委书记是谁？", replace(LATER, date=date(2023, 9, 1)), VISIT)[0].count("**沈国军**") == 1


HOME = Article(
    "省委书记信长星在会上讲话。区长林小木主持。团枫林区委书记周一凡发言。",
    headline="青海省枫林区开会",
    date=date(2024, 5, 1),
)


def holder(asked: str, *articles: Article, frequent: str = "枫林") -> list[str]:
    """Who is told to hold the office that is asked for, in an archive that is full of a place."""
    question = understand(asked)
    found = holding(ranker().rank(read(asked, *articles)), question, cast(Index, _Archive(frequent)))
    return [one.evidence.article.text[slice(*spans(one, question)[0])] for one in found]


class _Archive:
    """An index of twenty reports, nine of which name one place."""

    def __init__(self, place: str) -> None:
        self.frequency = lambda word: 9 * (word == place)

    def __len__(self) -> int:
        return 20


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("枫林区长是谁", "林小木"),  # print says 区长 alone, in the paper of that district
        ("谁担任枫林区区长？", "林小木"),
        ("枫林现在的区长叫什么名字", "林小木"),
        ("区长是哪位？", "林小木"),
        ("青海省委书记是谁？", "信长星"),  # the one province of the report; a rare surname
        ("团枫林区委书记是谁？", "周一凡"),
    ],
)
def test_the_place_of_an_office_may_stand_elsewhere(asked: str, name: str) -> None:
    """「武进区长是谁」 was refused though the report said 区长."""
    assert holder(asked, HOME) == [name]


@pytest.mark.parametrize(
    "asked",
    [
        "柳塘区区长是谁？",
        "浙江省委书记是谁？",
        "枫林区委书记是谁？",
        "枫林市长是谁？",
        "枫林副区长是谁？",
        "枫林高新区一标段的区长是谁？",
    ],
)
def test_the_office_of_another_place_level_or_rank_is_no_answer(asked: str) -> None:
    assert holder(asked, HOME) == []


def test_two_people_of_one_name_are_both_told() -> None:
    other = Article("枫林小学校长王凯说,学生喜欢泵站。", headline="学生看泵站", date=date(2024, 1, 1))
    assert len(told("王凯是谁？", VISIT, other)) == 2


def test_an_office_that_is_told_answers_however_unlike_the_rest() -> None:
    """「王凯的职务是什么」 was refused though the report said it."""
    for asked, wanted in (("王凯的职务是什么？", True), ("周一凡的职务是什么？", False)):
        assert sure(ranker({"holds": 1.0}).rank(read(asked, VISIT))[:1], understand(asked)) is wanted
