"""Questions about all of something, over a newspaper of eight invented articles."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from reading import NO_SYNONYMS, ranker
from toy import Paper

from embeddings.index import Index
from qa.answers.compose import compose
from qa.asked.question import understand
from qa.language.rarity import Rarity
from qa.lists import lists
from qa.ranking.evidence import Lexicon
from qa.ranking.retrieve import gather
from qa.settings import Settings

SIGNED = {
    "孟一凡": ["青塘泵站通水|青塘泵站昨天通水,总投资10亿元。", "渡口亮灯|老渡口的灯光昨天亮起。"],
    "孟一凡 何远山": ["云杉公园开园|云杉公园总投资1.2亿元,昨天开园,种树1,200棵。"],
    "孟一": ["图书馆延时|图书馆开到晚上九点半,门前种树200棵。"],
    "何远山": [
        "环湖公路开工|环湖公路总投资110亿元,沿路种树200棵。",
        "新校区落成|新校区总投资10.5亿元。",
        "体育馆封顶|体育馆总投资10亿元,昨天封顶。",
    ],
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    paper = Paper(tmp_path_factory.mktemp("lists") / "paper")
    for number, (names, articles) in enumerate(SIGNED.items()):
        paper.write(f"{number}.jsonl", *articles, reporters=names.replace(" ", "、"))
    paper.write("9.jsonl", "|游客在老渡口看刚刚亮起的灯光", reporters="白小树", kind="caption")
    paper.build()
    return paper.open()


def found(index: Index, asked: str) -> list[str] | None:
    """The titles or quotes of the list."""
    question, settings = understand(asked), Settings()
    evidence = gather(index, question, Lexicon(Rarity(len(index), index.frequency), NO_SYNONYMS), settings.retrieval)
    listing = lists.find(index, question, ranker().rank(evidence), settings)
    if listing is None:
        return None
    statements = getattr(listing, "lines", listing)
    assert all(each.article.text[each.start : each.end] for each in statements)
    return sorted(each.article.title for each in statements)


def counted(index: Index, asked: str) -> str:
    """The line over a list."""
    question, settings = understand(asked), Settings()
    evidence = gather(index, question, Lexicon(Rarity(len(index), index.frequency), NO_SYNONYMS), settings.retrieval)
    listing = lists.find(index, question, ranker().rank(evidence), settings)
    return listing.head if listing else ""


def titles(*names: str) -> list[str]:
    return sorted(article.split("|")[0] for name in names for article in SIGNED[name])


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("记者何远山写过哪些报道？", ("何远山", "孟一凡 何远山")),
        ("何远山采写的稿件有哪些？", ("何远山", "孟一凡 何远山")),
        ("何远山的报道有几篇？", ("何远山", "孟一凡 何远山")),
    ],
)
def test_all_reports_of_a_reporter(index: Index, asked: str, names: Sequence[str]) -> None:
    assert found(index, asked) == titles(*names)


def test_reports_of_a_reporter_about_something(index: Index) -> None:
    assert found(index, "记者何远山写过哪些关于公园的报道？") == ["云杉公园开园"]


def test_reports_about_something(index: Index) -> None:
    assert "云杉公园开园" in (found(index, "关于云杉公园有哪些报道？") or [])
    assert found(index, "关于火星有哪些报道？") == []
    assert found(index, "有哪些报道？") == []


def test_who_took_the_picture(index: Index) -> None:
    assert found(index, "老渡口灯光的照片是谁拍的？") == ["游客在老渡口看刚刚亮起的灯光"]
    assert found(index, "昨天亮起的老渡口的灯光,照片是谁拍的？") == ["游客在老渡口看刚刚亮起的灯光"]
    assert found(index, "火星基地的照片是谁拍的？") == []


def test_who_wrote_the_report(index: Index) -> None:
    assert found(index, "青塘泵站的报道是谁写的？") == ["青塘泵站通水"]
    assert found(index, "老渡口灯光的报道是谁写的？") == ["渡口亮灯"]


def test_a_figure_is_exact(index: Index) -> None:
    """10亿元 is neither 110亿元 nor 10.5亿元."""
    assert found(index, "总投资10亿元的项目有哪些？") == ["体育馆封顶", "青塘泵站通水"]


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("总投资超过10亿元的项目有哪些？", ["新校区落成", "环湖公路开工"]),
        ("总投资10亿元以上的项目有哪些？", ["体育馆封顶", "新校区落成", "环湖公路开工", "青塘泵站通水"]),
        ("哪些项目总投资不到2亿元？", ["云杉公园开园"]),
        ("总投资1到10亿元的项目有哪些？", ["云杉公园开园", "体育馆封顶", "青塘泵站通水"]),
        ("种树超过500棵的地方有哪些？", ["云杉公园开园"]),
        ("总投资超过500亿元的项目有哪些？", []),
    ],
)
def test_a_list_by_comparison(index: Index, asked: str, wanted: list[str]) -> None:
    assert found(index, asked) == wanted


def test_a_count_says_the_number(index: Index) -> None:
    assert counted(index, "有几个项目总投资超过10亿元？") == "共2条：\n"
    assert counted(index, "有多少个项目总投资超过100亿元？") == "共1条：\n"
    assert counted(index, "何远山的报道有几篇？") == "共4篇：\n"


def test_a_reprint_is_listed_and_counted_once(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "paper")
    told = "云杉公园昨天开园|云杉公园总投资12亿元,昨天开园,种树1,200棵,林中小路长三公里,孩子们在湖边放飞风筝。"
    paper.write("2024-03-01.jsonl", told, reporters="何远山")
    school = "新校区落成|新校区总投资11亿元,操场长四百米,学生下周搬进来。"
    paper.write("2024-03-05.jsonl", told, school, reporters="何远山")
    paper.build()
    index = paper.open()
    assert counted(index, "何远山的报道有几篇？") == "共2篇：\n"
    assert counted(index, "总投资超过10亿元的项目有哪些？") == "共2条：\n"


def test_a_closed_number_of_things_is_told_by_one_report(index: Index) -> None:
    assert found(index, "总投资花在哪两项工程？") is None


def test_a_list_that_stands_in_one_article_is_read_like_any_other(index: Index) -> None:
    assert found(index, "总投资110亿元的项目有哪些？") is None
    assert found(index, "总投资77亿元的项目有哪些？") is None


@pytest.mark.parametrize("asked", ["青塘泵站总投资多少？", "站长是谁？", "为什么通水？"])
def test_a_question_for_one_thing_is_no_list(index: Index, asked: str) -> None:
    assert found(index, asked) is None


def test_a_name_within_a_longer_name_is_not_meant(index: Index) -> None:
    assert found(index, "记者孟一凡写过哪些报道？") == titles("孟一凡", "孟一凡 何远山")


def test_two_reporters_share_an_article(index: Index) -> None:
    both = found(index, "记者何远山和孟一凡写过哪些报道？") or []
    assert "云杉公园开园" in both and len(both) == len(set(both))


def test_a_reporter_who_never_wrote_about_it(index: Index) -> None:
    assert found(index, "记者何远山写过哪些关于地铁的报道？") == []


def test_a_figure_after_a_comma(index: Index) -> None:
    assert found(index, "种树200棵的地方有哪些？") == ["图书馆延时", "环湖公路开工"]


def test_a_project_told_again_with_the_same_figures_is_listed_once(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "paper")
    paper.write("2024-03-01.jsonl", "恒润动工|恒润储能基地项目总投资10亿元,达产后年产300套电柜。")
    paper.write("2024-08-01.jsonl", "恒润快了|恒润新能源项目总投资10亿元,明年竣工,达产后一年能出300套电柜。")
    paper.write("2024-08-02.jsonl", "云杉快了|云杉水厂项目总投资10亿元,日处理80吨。")
    paper.build()
    index = paper.open()
    assert found(index, "总投资10亿元的项目有哪些？") == ["云杉快了", "恒润快了"]
    assert counted(index, "总投资10亿元的项目有哪些？") == "“恒润”见于不同报道，合为一条，共2个：\n"


def test_a_thing_in_two_reports_is_one_line_of_the_newest_with_both_cited(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "paper")
    paper.write(
        "2024-03-01.jsonl",
        "恒润动工|占地50亩的恒润储能项目昨天动工,它的总投资是10亿元。",
        "云杉动工|云杉水厂项目总投资10亿元。",
    )
    paper.write(
        "2024-08-01.jsonl", "孟一凡到恒润|孟一凡来到恒润储能项目现场。作为省重点项目,该项目总投资10亿元,占地50亩。"
    )
    paper.build()
    question = understand("总投资10亿元的项目有几个？")
    listing = lists.find(paper.open(), question, [], Settings())
    assert listing and listing.head == "共2个：\n"
    assert [line.article.title for line in listing.lines] == ["孟一凡到恒润", "云杉动工"]
    assert [each.article.title for each in listing.lines[0].also] == ["恒润动工"]
    assert listing.lines[0].text.startswith("孟一凡来到恒润储能项目")  # the line names the thing
    text, citations = compose(listing.lines, "\n", listing.head)
    assert text[0].endswith("[1][2]") and text[1].endswith("[3]") and [each.number for each in citations] == [1, 2, 3]


def test_two_phases_are_two_things(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "paper")
    paper.write(
        "2024-03-01.jsonl",
        "一期|恒润储能一期项目总投资10亿元,占地50亩。",
        "二期|恒润储能二期项目总投资10亿元,占地50亩。",
    )
    paper.build()
    assert found(paper.open(), "总投资10亿元的项目有哪些？") == ["一期", "二期"]


def test_the_projects_of_a_place(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "paper")
    paper.write("2024-03-01.jsonl", "恒润动工|恒润储能项目位于青塘科技园,总投资10亿元,占地50亩。")
    paper.write(
        "2024-08-01.jsonl",
        "一天两处|在青塘科技园,孟一凡前往恒润储能项目和云杉水厂项目现场。恒润总投资10亿元,占地50亩。",
    )
    paper.write("2024-08-02.jsonl", "书记来了|青塘科技园党工委书记孟一凡强调,重大项目是经济的引擎。")
    paper.build()
    index = paper.open()
    assert counted(index, "青塘科技园有哪些项目？") == "共2个：\n"


def test_the_largest_of_the_reports_is_the_largest_of_all(index: Index) -> None:
    assert found(index, "报道里总投资最大的项目是哪个？") == found(index, "总投资最大的项目是哪个？")


def test_a_sentence_with_two_things_is_two_lines(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "paper")
    paper.write("2024-03-01.jsonl", "两处开工|云杉水厂项目总投资12亿元,恒润储能项目总投资15亿元,都已开工。")
    paper.build()
    listing = lists.find(paper.open(), understand("总投资超过10亿元的项目有几个？"), [], Settings())
    assert listing and listing.head == "共2个：\n"
    assert [line.text.count("**") for line in listing.lines] == [2, 2]
    assert ["**12亿元**" in line.text for line in listing.lines] == [True, False]
