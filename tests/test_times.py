"""The time that a question sets as a condition, in sentences and in a small archive with and without dates."""

from __future__ import annotations

from datetime import date

import pytest
from listed import listing_of
from toy import Paper

from embeddings.index import Index
from qa.asked.times import asked

TOLD = (
    "云杉公园项目动工|云杉公园项目昨天动工,预计2025年2月竣工,10月开园。",
    "恒润储能项目竣工|恒润储能项目于2023年底开工,今年3月竣工,计划年内达产。",
    "镇里开推进会|昨天,青塘镇召开项目推进会。会议强调,各部门要确保项目早开工、早竣工。",
)


def paper(folder: str, tmp_path_factory: pytest.TempPathFactory, name: str) -> Index:
    made = Paper(tmp_path_factory.mktemp(folder) / "paper")
    made.write(name, *TOLD)
    made.build()
    return made.open()


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return paper("dated", tmp_path_factory, "2024-08-09.jsonl")


@pytest.fixture(scope="module")
def undated(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return paper("undated", tmp_path_factory, "page.jsonl")


def found(index: Index, question: str) -> list[str] | None:
    listing = listing_of(index, question)
    return None if listing is None else sorted(line.article.title for line in listing.lines)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("哪些项目2025年竣工？", ["云杉公园项目动工"]),
        ("哪些项目2024年竣工？", ["恒润储能项目竣工"]),
        ("2024年5月1日之后开工的项目有哪些？", ["云杉公园项目动工"]),
        ("2024年之前开工的项目有哪些？", ["恒润储能项目竣工"]),
        ("2021年有哪些项目开工？", []),
        ("2024年8月有哪些会议？", ["镇里开推进会"]),
        ("2022年有哪些会议？", []),
    ],
)
def test_what_is_asked_to_be_done_is_done_at_that_time(dated: Index, question: str, wanted: list[str]) -> None:
    assert found(dated, question) == wanted


def test_without_dates_only_what_a_sentence_says_itself_counts(undated: Index) -> None:
    assert found(undated, "哪些项目2025年竣工？") == ["云杉公园项目动工"]
    assert found(undated, "哪些项目年内达产？") == ["恒润储能项目竣工"]
    assert found(undated, "今年竣工的项目有哪些？") == ["恒润储能项目竣工"]
    assert found(undated, "2024年有哪些会议？") == []


def test_what_everybody_is_urged_to_do_is_no_project(undated: Index) -> None:
    assert found(undated, "哪些项目开工了？") == ["云杉公园项目动工", "恒润储能项目竣工"]


def test_an_empty_list_says_what_was_looked_for(undated: Index) -> None:
    listing = listing_of(undated, "2021年有哪些项目开工？")
    assert listing and listing.sought == "2021年开工的项目"


def test_the_time_of_a_clause_governs_it() -> None:
    when = asked("哪些项目3月投产？", date(2024, 8, 9))
    assert when and when.met("项目2月竣工,3月投产", date(2024, 8, 9), ["投产"])
    assert not when.met("项目3月竣工,4月投产", date(2024, 8, 9), ["投产"])
    assert asked("今天有哪些会议？", date(2024, 8, 9)) is None
