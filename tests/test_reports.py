"""Which reports: by whom, with whom, the newest, and under another spelling, over five invented articles."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from listed import listing_of
from toy import Paper

from embeddings.index import Index
from qa.asked.question import understand
from qa.lists import lists
from qa.settings import Settings


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    paper = Paper(tmp_path_factory.mktemp("reports") / "paper")
    paper.write(
        "2024-03-01.jsonl",
        "青塘泵站通水|青塘泵站昨天通水。镇领导白小树、陈大江参加活动。",
        "漏湖清淤|漏湖清淤昨天开工。白小树说,年底前完成。",
        reporters="王明远、何远山",
    )
    paper.write(
        "2024-05-01.jsonl",
        "镇里开推进会|白小树主持召开推进会。会议要求,按白小树的部署抓落实。",
        "云杉公园开园|云杉公园昨天开园,陈大江致辞。",
        reporters="何远山",
    )
    paper.write("2024-05-02.jsonl", "|游客在老渡口看刚刚亮起的灯光", reporters="许晶晶", kind="caption")
    paper.build()
    return paper.open()


def titles(index: Index, asked: str) -> list[str] | None:
    listing = listing_of(index, asked)
    return None if listing is None else sorted(line.article.title for line in listing.lines)


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("白小树参加了哪些活动？", ["镇里开推进会", "青塘泵站通水"]),
        ("镇领导白小树出席过的活动有哪些？", ["镇里开推进会", "青塘泵站通水"]),
        ("白小树主持过哪些会议？", ["镇里开推进会"]),
        ("陈大江都参加过什么活动？", ["云杉公园开园", "青塘泵站通水"]),
        ("白小树参加了几次会议？", ["镇里开推进会"]),
        ("哪些活动有陈大江参加？", ["云杉公园开园", "青塘泵站通水"]),
        ("哪些会议由白小树主持？", ["镇里开推进会"]),
        ("4月30日之前有哪些活动的报道？", ["青塘泵站通水"]),
        ("3月1日之前有哪些报道？", []),
    ],
)
def test_all_reports_in_which_somebody_takes_part(index: Index, asked: str, wanted: list[str]) -> None:
    assert titles(index, asked) == wanted


def test_each_line_is_proved_by_the_sentence_in_which_he_takes_part(index: Index) -> None:
    listing = listing_of(index, "陈大江参加了哪些活动？")
    assert listing and all("陈大江" in line.article.text[line.start : line.end] for line in listing.lines)


def test_nobody_is_found_where_nobody_is_told_of(index: Index) -> None:
    listing = listing_of(index, "李建国参加了哪些活动？")
    assert listing and not listing.lines and listing.sought == "李建国参加活动"
    listing = listing_of(index, "记者李建国写过哪些报道？")
    assert listing and not listing.lines and listing.sought == "李建国署名"


def test_a_correspondent_is_found_like_a_reporter(index: Index) -> None:
    assert titles(index, "通讯员王明远写过哪些稿子？") == ["漏湖清淤", "青塘泵站通水"]


def test_who_signed_most(index: Index) -> None:
    listing = listing_of(index, "哪位记者写的报道最多？")
    assert listing and listing.head == "署名最多的是何远山，共4篇：\n"
    assert titles(index, "谁拍的照片最多？") == ["游客在老渡口看刚刚亮起的灯光"]


def test_the_newest_and_the_first_report(index: Index) -> None:
    listing = listing_of(index, "最新的报道是哪一篇？")
    assert listing and listing.head == "2024-05-02的报纸上从新到旧，共1篇：\n"
    assert titles(index, "何远山最早的报道是哪一篇？") in (["漏湖清淤"], ["青塘泵站通水"])


def test_a_list_reads_each_article_in_its_own_spelling(index: Index) -> None:
    """滆湖 is asked for; the page reader wrote 漏湖."""
    asked = replace(understand("哪些报道提到滆湖？"), printed=(("滆湖", ("漏湖",)),))
    listing = lists.find(index, asked, [], Settings())
    assert listing and [line.article.title for line in listing.lines] == ["漏湖清淤"]


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("2024年3月1日有哪些关于白小树的报道？", ["漏湖清淤", "青塘泵站通水"]),
        ("最近有哪些关于白小树的报道？", ["漏湖清淤", "镇里开推进会", "青塘泵站通水"]),
    ],
)
def test_reports_about_something_are_all_listed_whenever_they_are_asked_for(
    index: Index, asked: str, wanted: list[str]
) -> None:
    assert titles(index, asked) == sorted(wanted)


def test_a_report_may_call_a_thing_by_another_common_noun(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "paper")
    paper.write("2024-08-09.jsonl", "夏威夷大火|夏威夷大火昨天扑灭。", "夏威夷冲浪赛|夏威夷昨天开赛。")
    paper.build()
    assert titles(paper.open(), "关于夏威夷山火的报道有哪些？") == ["夏威夷大火"]
