"""What one report lists, and where somebody went, over four invented articles."""

from __future__ import annotations

from pathlib import Path

import pytest
from listed import listing_of
from toy import Paper

from embeddings.index import Index

TOLD = (
    "镇政府第8次办公会召开|昨天,镇长孟一凡主持召开镇政府第8次办公会,审议相关文件。\n"
    "会议审议了《青塘镇绿道建设方案》。会议要求抓紧开工。\n会议审议了《夜市管理办法》《老渡口修缮计划》。\n"
    "会议听取了全镇防汛工作汇报、全镇消防工作汇报以及全镇秋收工作汇报。",
    "梅山客人来访|昨天,梅山区代表团来青塘考察交流。代表团首先来到恒润储能生产基地,边走边听。\n"
    "在云杉公园,代表团详细了解了种树的办法。随后,代表团先后走进青塘村和渡口村。",
    "孟一凡督查项目|3月2日,镇长孟一凡督查项目建设情况。孟一凡首先来到恒润储能二期项目现场,询问进度。\n"
    "在镇西,孟一凡前往环湖公路项目和体育馆项目建设现场。",
    "为民十件事发布|青塘镇发布五件实事。五件实事包括绿道进村口、夜市有灯光、渡口修旧路、学校添食堂、老人有照看。",
    "镇里签约|昨天,青塘镇与梅山银行签署战略合作协议,恒润储能与梅山银行签署授信协议。",
)


QUOTED = (
    "绿道清单亮相|怎样才算好?青塘镇列出绿道六件事。\n走得顺,有“路面再平整”和“路灯再亮些”。\n"
    "歇得好,有“凉亭进村口”“长椅进公园”“水站进渡口”“花草进弯道”,都为“慢城”添彩。"
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    paper = Paper(tmp_path_factory.mktemp("items") / "paper")
    paper.write("2024-03-03.jsonl", *TOLD, QUOTED)
    paper.build()
    return paper.open()


@pytest.mark.parametrize(
    ("asked", "head", "wanted"),
    [
        (
            "镇政府第8次办公会审议了哪些文件？",
            "共3项：",
            ["《青塘镇绿道建设方案》", "《夜市管理办法》", "《老渡口修缮计划》"],
        ),
        ("镇政府第8次办公会审议了几份文件？", "共3份：", None),
        (
            "镇政府第8次办公会听取了哪些汇报？",
            "共3项：",
            ["全镇防汛工作汇报", "全镇消防工作汇报", "全镇秋收工作汇报"],
        ),
        (
            "梅山区代表团参观了哪些地方？",
            "共4处：",
            ["恒润储能生产基地", "云杉公园", "青塘村", "渡口村"],
        ),
        ("梅山区代表团走访了几个点？", "共4个：", None),
        ("孟一凡督查了哪些项目？", "共3个：", ["恒润储能二期项目", "环湖公路项目", "体育馆项目"]),
        ("3月2日孟一凡督查了几个项目？", "共3个：", None),
        ("梅山区代表团参观的四个地方分别是哪里？", "共4处：", None),
        ("镇政府第8次办公会审议的文件都有什么？", "共3项：", None),
        (
            "五件实事包括哪些？",
            "共5项：",
            ["绿道进村口", "夜市有灯光", "渡口修旧路", "学校添食堂", "老人有照看"],
        ),
        ("青塘镇与梅山银行那天签了几份协议？", "共2份：", ["战略合作协议", "授信协议"]),
    ],
)
def test_the_items_of_a_report_stand_one_a_line(index: Index, asked: str, head: str, wanted: list[str] | None) -> None:
    listing = listing_of(index, asked)
    assert listing and listing.head == head + "\n"
    assert wanted is None or [line.text for line in listing.lines] == wanted
    assert all(line.text in line.article.text[line.start : line.end] for line in listing.lines)


@pytest.mark.parametrize(
    "asked",
    [
        "梅山区代表团为什么来？",
        "4月2日孟一凡督查了几个项目？",
        "镇政府第8次办公会审议了什么？",
        "梅山区代表团参观了哪六个地方？",
    ],
)
def test_what_is_no_row_of_things_is_read_like_any_other(index: Index, asked: str) -> None:
    assert listing_of(index, asked) is None


def test_as_many_items_as_are_announced_are_found_over_paragraphs(index: Index) -> None:
    listing = listing_of(index, "绿道六件事包括哪些？")
    assert listing and listing.head == "共6项：\n"
    assert [line.text for line in listing.lines][::5] == ["“路面再平整”", "“花草进弯道”"]


def test_a_stop_that_no_verb_of_going_tells_and_a_question_without_a_name(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "paper")
    paper.write(
        "2024-08-09.jsonl",
        "镇领导督查项目建设情况|昨天,镇长孟一凡督查项目建设情况。\n孟一凡首先来到恒润储能二期项目现场,询问进度。\n"
        "云杉水厂项目总投资3亿美元。孟一凡与负责人交流,了解进展。\n有关部门要做好服务。",
    )
    paper.write("2024-03-03.jsonl", "镇领导督查项目建设情况|3月2日,镇长孟一凡督查项目。孟一凡前往环湖公路项目现场。")
    paper.build()
    index = paper.open()
    every = listing_of(index, "督查了几个项目？")
    assert every and every.head == "共3个：\n"
    assert [line.text for line in every.lines] == ["恒润储能二期项目", "云杉水厂项目", "环湖公路项目"]
    march = listing_of(index, "3月2号镇长跑了哪几个项目工地？")
    assert march and [line.text for line in march.lines] == ["环湖公路项目"]


def test_a_visit_of_which_print_counts_more_than_it_names(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "paper")
    paper.write(
        "2024-08-09.jsonl",
        "三处一天|昨天,镇长孟一凡来到三个重大项目现场督查。\n恒润储能基地建在镇西,总投资5亿元。孟一凡建议企业看远些。\n"
        "随后,他又看了龙城芯谷和一个镍氢储能系统项目。",
        "又是两处|今天,镇长孟一凡督查了两个项目,一个造船,一个织布。",
    )
    paper.build()
    listing = listing_of(paper.open(), "2024年孟一凡督查了几个项目？")
    assert listing and [line.text for line in listing.lines[:3]] == ["恒润储能基地", "龙城芯谷", "镍氢储能系统项目"]
    assert listing.head == "共3个；报道还说到没有逐个写明的，列在后面：\n"
    assert [line.article.title for line in listing.lines[3:]] == ["又是两处"]


def test_a_number_in_print_that_the_list_does_not_reach_is_told(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "paper")
    paper.write(
        "2024-08-09.jsonl",
        "镇政府第9次办公会召开|昨天,镇政府第9次办公会审议5份文件。\n"
        "会议审议了《青塘镇绿道建设方案》。\n会议审议了《夜市管理办法》。",
    )
    paper.build()
    listing = listing_of(paper.open(), "镇政府第9次办公会审议了哪些文件？")
    assert listing and listing.head == "报道说有5份，列得出的，共2项：\n"


def test_what_somebody_took_part_in_on_a_day(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "paper")
    paper.write("2024-08-09.jsonl", "夜市开张|昨天,镇长孟一凡出席夜市开张仪式。")
    paper.write("2024-03-03.jsonl", "绿道开工|昨天,镇长孟一凡出席绿道开工仪式。")
    paper.build()
    listing = listing_of(paper.open(), "2024年3月3日孟一凡出席了哪些活动？")
    assert listing and [line.article.title for line in listing.lines] == ["绿道开工"]
