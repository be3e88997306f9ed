"""As many things as a question announces, who took part, and what the archive names of a class, in invented reports."""

from __future__ import annotations

import pytest
from listed import listing_of
from toy import Paper

from embeddings.index import Index
from qa.lists.rows import row

TOLD = (
    "中心启用|青塘创新中心昨天启用。镇长孟一凡说，中心要扮演四种角色：成果的“展台”，合作的“引擎”，人才的“客厅”，"
    "投资的“名片”。\n中心有三个任务要完成。区领导何远山、白小树、孟一凡等参加活动。",
    "渡口联系点挂牌|老渡口联系点昨天挂牌。联系点的职责有四件：征集意见，开展宣传，参与治理，做好联络。\n"
    "联系点的经费用于水利、交通、住房、教育等领域。联系点还有两间屋子。",
    "村里通路|青塘镇梅花村和渡口镇杏花村昨天通路。该村村民说，出门方便了。云杉建设集团有限公司修的路。",
    "检查组到访|检查组昨天来到青塘镇查看云杉公园。何远山陪同。检查组说，各镇要抓紧。",
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    paper = Paper(tmp_path_factory.mktemp("rows") / "paper")
    paper.write("2024-03-03.jsonl", *TOLD)
    paper.build()
    return paper.open()


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("青塘创新中心要扮演哪四种角色？", "“展台”"),
        ("联系点的四件职责是什么？", "开展宣传"),
        ("联系点的经费用于哪些领域？", "水利、交通"),
    ],
)
def test_one_sentence_tells_as_many_as_are_announced_and_nothing_stands_beside_it(
    index: Index, asked: str, wanted: str
) -> None:
    listing = listing_of(index, asked)
    assert listing and len(listing.lines) == 1 and wanted in listing.lines[0].text.replace("**", "")


@pytest.mark.parametrize("asked", ["青塘创新中心要扮演哪五种角色？", "联系点有哪三间屋子？"])
def test_a_row_of_another_length_is_not_meant(index: Index, asked: str) -> None:
    assert listing_of(index, asked) is None


@pytest.mark.parametrize(
    ("sentence", "count", "found"),
    [
        ("带来了米、油和面。", 3, True),
        ("带来了米、油和面。", 4, False),
        ("把治标和治本相结合,把眼前和长远相结合,把山和水相结合。", 3, True),
        ("天晴，风小，水清。", 3, False),
        ("“一”“二”。还有“三”。", 3, False),
    ],
)
def test_what_is_a_row(sentence: str, count: int, found: bool) -> None:
    assert (row(sentence, count) is not None) is found


def test_who_took_part_is_told_by_the_sentence_with_the_names(index: Index) -> None:
    for asked in ("参加青塘创新中心启用活动的都有谁？", "哪些区领导参加了创新中心启用？"):
        listing = listing_of(index, asked)
        assert listing and listing.lines[0].text == "区领导**何远山**、**白小树**、**孟一凡**等参加活动。"
    assert listing_of(index, "参加火星大会的都有谁？") is None


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("有哪些村？", ["梅花村", "杏花村"]),
        ("报道里提到的镇有哪些？", ["渡口镇", "青塘镇"]),
        ("出现了哪些公司？", ["云杉建设集团有限公司"]),
    ],
)
def test_the_members_of_a_class_are_told_by_the_end_of_their_names(index: Index, asked: str, wanted: list[str]) -> None:
    listing = listing_of(index, asked)
    assert listing and sorted(line.text for line in listing.lines) == sorted(wanted)
    assert all(line.text in line.article.text[line.start : line.end] for line in listing.lines)
