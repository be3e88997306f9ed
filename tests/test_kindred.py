"""Items of one kind: in a row, in quotation marks or by name, over five invented articles."""

from __future__ import annotations

import pytest
from listed import listing_of
from toy import Paper

from embeddings.index import Index
from qa.asked.parts import parts_of
from qa.lists.kindred import kindred

TOLD = (
    "青塘幼儿园收费办法出台|青塘镇印发办法,规范收取费用的行为。办法提出,幼儿园可以收取保育教育费、住宿费、伙食费和代收费,"
    "不得以任何名目另收取任何费用。",
    "青塘污水厂投运|青塘污水处理厂昨天投运,服务范围包括青塘中心城区、梅山镇、云杉镇及临湖开发区渡口镇部分片区。",
    "青塘税务局的五心|青塘税务局打造“五心”品牌。改善环境,让人“舒心”;规范服务,让人“暖心”。\n"
    "提高本领,让人“放心”。简化手续,让人“省心”。有问必答,让人“顺心”,也更“方便”。",
    "最美渡工公布|昨天,青塘镇公布最美渡工名单,王小明、陈大江、李文山、孟一凡等4名个人入选。镇领导赵青山、周白石参加活动。",
    "青塘博览会明天开幕|青塘博览会明天开幕,首日办一场论坛。展区划分包括花木、园艺、农具、种子四大主题,吸引百家企业参展。",
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    paper = Paper(tmp_path_factory.mktemp("kindred") / "paper")
    paper.write("2024-03-03.jsonl", *TOLD)
    paper.build()
    return paper.open()


@pytest.mark.parametrize(
    ("asked", "head", "wanted"),
    [
        ("青塘的幼儿园按新办法可以收哪几类费用？", "共4类：\n", ["保育教育费", "住宿费", "伙食费", "代收费"]),
        ("青塘污水厂管哪几个镇的污水？", "共3个：\n", ["梅山镇", "云杉镇", "渡口镇"]),
        ("青塘税务局的“五心”是哪五心？", "共5个：\n", ["“舒心”", "“暖心”", "“放心”", "“省心”", "“顺心”"]),
    ],
)
def test_items_are_whole_words_of_the_kind_that_is_asked_for(
    index: Index, asked: str, head: str, wanted: list[str]
) -> None:
    listing = listing_of(index, asked)
    assert listing and [line.text for line in listing.lines] == wanted
    assert listing.head == head and listing.total == len(listing.lines)


def test_several_people_by_what_they_are(index: Index) -> None:
    listing = listing_of(index, "青塘镇的最美渡工有哪几位？")
    assert listing and "**王小明**" in listing.lines[0].text and "赵青山" not in listing.lines[0].text


def test_a_row_that_is_called_what_is_asked_for_need_not_be_the_best_sentence(index: Index) -> None:
    listing = listing_of(index, "青塘博览会设有哪些展区？")
    assert listing and "花木、园艺" in listing.lines[0].text


@pytest.mark.parametrize(
    ("sentence", "noun"),
    [("规范收取费用的行为。", "费用"), ("会议由甲、乙和丙主持。", "费用"), ("种了花、树和草。", "植物")],
)
def test_what_is_no_row_of_the_kind(sentence: str, noun: str) -> None:
    assert kindred(sentence, noun) == []


@pytest.mark.parametrize(
    ("asked", "parts"),
    [
        ("到场的机构都有谁，说几家", ["到场的机构都有谁"]),
        ("两家签了几份协议，分别是什么？", ["两家签了几份协议？"]),
        ("两家签了几份协议？分别是哪些", ["两家签了几份协议"]),
        ("镇里有哪些项目？请列举几个就行", ["镇里有哪些项目"]),
        ("说几家机构", ["说几家机构"]),
        ("来的人有谁，说了几点意见", ["来的人有谁", "说了几点意见"]),
    ],
)
def test_how_much_is_to_be_told_is_no_question(asked: str, parts: list[str]) -> None:
    assert parts_of(asked) == parts


def test_who_took_part_is_no_row_of_a_kind(index: Index) -> None:
    listing = listing_of(index, "参加最美渡工活动的都有谁？")
    assert listing and "**赵青山**" in listing.lines[0].text
