"""The largest of the archive, sums, and counts of what meets a condition, over six invented articles."""

from __future__ import annotations

from pathlib import Path

import pytest
from listed import listing_of
from toy import Paper

from embeddings.index import Index
from qa.asked.conditions import superlative
from qa.lists.listing import Listing

TOLD = (
    "青塘泵站通水|青塘泵站项目总投资10亿元,占地40亩,昨天通水。",
    "云杉公园开园|云杉公园项目总投资1.2亿元,占地70亩,昨天开园。",
    "体育馆封顶|体育馆工程总投资10亿元,昨天封顶。",
    "环湖公路开工|环湖公路项目总投资3亿美元,占地90亩。",
    "恒润二期开工|恒润储能二期项目总投资6亿元,下月开工。",
    "恒润再扩产|恒润储能电池项目总投资6亿元,年底投产。",
    "交通这一年|全市12个交通项目总投资300亿元,已开工的有5个。",
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    paper = Paper(tmp_path_factory.mktemp("figures") / "paper")
    paper.write("2024-03-01.jsonl", *TOLD[:3])
    paper.write("2024-08-01.jsonl", *TOLD[3:])
    paper.build()
    return paper.open()


def titles(listing: Listing | None) -> list[str]:
    return [line.article.title for line in listing.lines] if listing else []


@pytest.mark.parametrize("asked", ["哪个项目总投资最大？", "投资最多的项目是哪个？", "总投资最高的工程是什么？"])
def test_the_largest_is_compared_across_the_archive(index: Index, asked: str) -> None:
    """What many cost together is no single project; another currency is shown, and not converted."""
    listing = listing_of(index, asked)
    assert listing
    assert listing.head == "按总投资从大到小，共5个，列出前4个；另有以美元计的，未换算，列在后面：\n"
    assert set(titles(listing)[:2]) == {"青塘泵站通水", "体育馆封顶"}
    assert set(titles(listing)[2:4]) == {"恒润二期开工", "恒润再扩产"}  # as large as one another: both, or neither
    assert titles(listing)[-1] == "环湖公路开工"


def test_the_smallest_comes_first_where_it_is_asked_for(index: Index) -> None:
    assert titles(listing_of(index, "总投资最少的项目是哪个？"))[0] == "云杉公园开园"
    assert titles(listing_of(index, "哪个项目占地最大？"))[0] == "环湖公路开工"


@pytest.mark.parametrize("asked", ["哪个城市最大？", "哪个项目最难？", "青塘泵站总投资多少？"])
def test_what_has_no_figures_is_not_compared(index: Index, asked: str) -> None:
    assert listing_of(index, asked) is None or "从大到小" not in (listing_of(index, asked) or Listing([], 0, "")).head


def test_a_sum_cites_every_addend(index: Index) -> None:
    listing = listing_of(index, "青塘泵站和云杉公园两个项目一共投资多少？")
    assert listing and listing.head == "相加合计11.2亿元，共2条：\n"
    assert titles(listing) == ["青塘泵站通水", "云杉公园开园"]


def test_a_sum_over_two_currencies_or_with_a_part_untold_is_not_made(index: Index) -> None:
    listing = listing_of(index, "青塘泵站、环湖公路总投资合计多少？")
    assert listing and "没有相加" in listing.head and len(listing.lines) == 2
    untold = listing_of(index, "青塘泵站和火星基地两个项目一共投资多少？")
    assert untold and not untold.lines and untold.sought == "火星基地总投资"
    every = listing_of(index, "所有项目总投资一共多少？")
    assert every and "没有相加" in every.head and len(every.lines) > 3


@pytest.mark.parametrize("asked", ["有几个项目总投资10亿元？", "总投资10亿元的项目一共有几个？"])
def test_a_count_goes_over_all_articles_and_names_them(index: Index, asked: str) -> None:
    listing = listing_of(index, asked)
    assert listing and listing.head == "共2个：\n"
    assert set(titles(listing)) == {"青塘泵站通水", "体育馆封顶"}


def test_a_count_says_which_lines_may_be_one_thing(index: Index) -> None:
    listing = listing_of(index, "总投资6亿元的项目有几个？")
    assert listing and listing.head == "按1个算（第1、2条都写“恒润储能”），共2个：\n"


@pytest.mark.parametrize(
    "asked", ["总投资<10亿元的项目有哪些？", "总投资不足10亿元的项目", "总投资没到10亿元的项目有几个？"]
)
def test_what_is_told_in_another_currency_is_named_after_the_list(index: Index, asked: str) -> None:
    listing = listing_of(index, asked)
    assert listing and "共3个；另有1处以美元计，未换算，列在后面" in listing.head
    assert titles(listing)[-1] == "环湖公路开工" and len(listing.lines) == 4


def test_whether_there_is_any(index: Index) -> None:
    some = listing_of(index, "有没有总投资超过9亿元的项目？")
    assert some and some.head.startswith("有，共2个")
    none = listing_of(index, "有没有总投资超过20亿元的项目？")
    assert none and none.head == "没有找到总投资超过20亿元的项目；另有1处以美元计，未换算，列在后面：\n"
    nothing = listing_of(index, "有没有占地超过900亩的项目？")
    assert nothing and not nothing.lines and nothing.sought == "占地超过900亩的项目"
    assert listing_of(index, "青塘泵站总投资超过20亿元吗？") is None


@pytest.mark.parametrize(
    ("asked", "total"),
    [
        ("有总投资超过9亿元的项目吗？", 2),
        ("总投资超过9亿元的项目有没有？", 2),
        ("哪个项目总投资超过9亿元？", 2),
        ("投资额在9亿以上的项目都有啥？", 2),
        ("6亿级项目有哪些？", 4),
        ("总投资上6亿的项目有哪几个？", 4),
    ],
)
def test_a_condition_in_other_words(index: Index, asked: str, total: int) -> None:
    listing = listing_of(index, asked)
    assert listing and listing.total == total and "列在后面" in listing.head


def test_as_many_as_are_asked_for_and_those_as_large_as_the_last(index: Index) -> None:
    assert set(titles(listing_of(index, "总投资最大的一个项目是哪个？"))[:-1]) == {"青塘泵站通水", "体育馆封顶"}
    assert len(titles(listing_of(index, "投资最大的三个项目是哪些？"))) == 5  # 10, 10, 6, 6 and the dollars


def test_the_issues_of_a_list_are_kept_and_named(index: Index) -> None:
    listing = listing_of(index, "8月的报道里，总投资超过5亿元的项目有哪些？")
    assert listing and listing.head.startswith("2024-08-01至2024-08-31的报纸上共")
    assert "青塘泵站通水" not in titles(listing)
    nothing = listing_of(index, "5月的报道里，总投资超过5亿元的项目有哪些？")
    assert nothing and not nothing.lines and nothing.where


def test_an_undated_archive_says_that_it_has_no_dates(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "paper")
    paper.write("0.jsonl", TOLD[0])
    paper.build()
    listing = listing_of(paper.open(), "8月的报道里，总投资超过5亿元的项目有哪些？")
    assert listing and not listing.lines and listing.where == "馆藏报道没有注明日期，"


@pytest.mark.parametrize(
    ("asked", "measure", "largest"),
    [
        ("哪个项目总投资最大？", "总投资", True),
        ("投资额最少的项目是哪个？", "总投资", False),
        ("占地面积最大的项目是哪个？", "占地面积", True),
    ],
)
def test_what_is_compared(asked: str, measure: str, largest: bool) -> None:
    found = superlative(asked)
    assert found and (found[0].measure, found[1]) == (measure, largest)
