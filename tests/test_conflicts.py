"""Near misses: what a sentence tells of another than the one asked for, and what only looks so. Invented articles."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import PARK, PUMP, ranker, read

from embeddings.records import Article
from qa.answers.compose import refuse
from qa.asked.question import understand
from qa.fit.conflicts import conflicts, giving_way, left
from qa.fit.lacking import Conflict
from qa.language.ordinals import governing, ordinals
from qa.ranking.evidence import Evidence
from qa.ranking.ranker import Ranked

ISSUED = date(2024, 3, 3)
PLANT = Article(
    "青塘水厂一期工程昨天通水,总投资3.5亿元。\n水厂日供水5万吨。总经理助理何远山介绍了水质。",
    "青塘水厂一期通水",
    date=ISSUED,
)
BOTH = Article(
    "青塘水厂一期已经通水。总投资3亿元。二期正在施工。二期总投资2亿元,明年6月完工。", "青塘水厂建设忙", date=ISSUED
)
MEETING = Article("云杉区第33次常务会议昨天召开,区长林小木主持。", "云杉区开会", date=ISSUED)
BANK = Article("东河银行副行长孟一凡、青塘区委书记何远山到场。管委会主任林小木致辞。", "东河银行签约")
REPORT = Article("2023年,云杉区完成工业产值80亿元。\n今年的目标还在商议。", "云杉区去年成绩", date=ISSUED)


def found(asked: str, article: Article, sentence: int = 0) -> list[tuple[str, str]]:
    """What is asked for and what is told in its place, as one sentence of an article has it."""
    [seen] = read(asked, article)
    return [(each.asked, each.told) for each in conflicts(understand(asked), seen, sentence)]


@pytest.mark.parametrize(
    ("asked", "article", "expected"),
    [
        ("青塘水厂二期投资多少？", PLANT, [("二期", "一期")]),
        ("青塘水厂一期投资多少？", PLANT, []),
        ("青塘水厂第一期投资多少？", PLANT, []),
        ("青塘水厂首期投资多少？", PLANT, []),
        ("第34次常务会议是谁主持的？", MEETING, [("第34次", "第33次")]),
        ("第三十三次常务会议是谁主持的？", MEETING, []),
        ("云杉公园第二届谁来设计？", PARK, [("第二届", "")]),
        ("云杉公园第一站到了哪里？", PARK, []),  # print says 首先
        ("青塘水厂一二期一共投资多少？", Article("青塘水厂一期、二期总投资5亿元。", "青塘水厂"), []),
        ("云杉区第33届常务会议是谁主持的？", MEETING, []),  # another counter, the same number
        ("云杉区第34届常务会议是谁主持的？", MEETING, [("第34届", "第33次")]),
    ],
)
def test_another_phase_or_meeting_than_the_one_asked_for(
    asked: str, article: Article, expected: list[tuple[str, str]]
) -> None:
    assert found(asked, article) == expected


def test_a_sentence_speaks_of_the_phase_that_was_named_last() -> None:
    asked = "青塘水厂二期总投资多少？"
    assert [bool(found(asked, BOTH, at)) for at in range(4)] == [True, True, False, False]
    assert found("青塘水厂一期和二期总投资多少？", BOTH, 3)[0] == ("一期", "二期")


def test_ordinals_however_they_are_written() -> None:
    said = [(each.kind, each.number) for each in ordinals("首届论坛,第二课,三标段,第三十三次会议,3号线,举办三期")]
    assert said == [("届", 1), ("课", 2), ("标段", 3), ("次", 33), ("号线", 3), ("期", 3)]
    assert [each.number for each in ordinals("一二期和三、四号楼,二十一期")] == [1, 2, 3, 4, 21]
    assert not ordinals("第三方检测,第一时间,第二天,三季度,一期间,五个项目")


@given(st.integers(1, 99))
def test_a_number_governs_until_the_next_one(number: int) -> None:
    text = f"第{number}次会议召开。会上通过两项决定。第{number + 1}次会议另行通知。"
    told = ordinals(text)
    at = text.index("会上")
    assert [each.number for each in governing(told, at, at + 9)] == [number]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("东河银行行长是谁？", [("行长", "副行长")]),
        ("东河银行行长叫什么？", [("行长", "副行长")]),
        ("东河银行副行长是谁？", []),
        ("东河银行的董事长是谁？", [("董事长", "")]),
        ("青塘区委书记是谁？", []),
        ("青塘区党工委书记是谁？", [("党工委书记", "青塘区委书记")]),
        ("青塘管委会主任是谁？", []),
    ],
)
def test_another_office_than_the_one_asked_for(asked: str, expected: list[tuple[str, str]]) -> None:
    assert found(asked, BANK) == expected


@pytest.mark.parametrize(
    ("asked", "sentence", "expected"),
    [
        ("云杉区2022年完成工业产值多少？", 0, [("2022年", "2023年")]),
        ("云杉区2023年完成工业产值多少？", 0, []),
        ("云杉区2024年的目标是什么？", 1, []),  # the year of the issue
        ("云杉区2024年3月的目标是什么？", 1, []),
        ("云杉区2031年的目标是什么？", 1, [("2031年", "")]),
    ],
)
def test_another_year_than_the_one_asked_for(asked: str, sentence: int, expected: list[tuple[str, str]]) -> None:
    assert found(asked, REPORT, sentence) == expected


def test_a_relative_day_bears_out_its_date() -> None:
    asked = "2024年3月2日开了第几次常务会议？"
    assert not found(asked, MEETING)
    assert found("2024年3月9日召开的会议谁主持？", MEETING) == [("2024年3月9日", "")]
    undated = replace(MEETING, date=None)
    [seen] = read("2022年召开的会议谁主持？", undated)
    [unsure] = conflicts(understand("2022年召开的会议谁主持？"), seen, 0)
    assert unsure.left > 0.5  # it may be that year's


def test_a_name_that_the_report_does_not_know() -> None:
    assert found("菲律宾的青塘泵站占地多少亩？", PUMP) == [("菲律宾", "")]
    signed = replace(PUMP, reporters=("黄雅婷",))
    assert found("黄雅婷写的青塘泵站总投资多少？", PUMP) == [("黄雅婷", "")]
    assert not found("黄雅婷写的青塘泵站总投资多少？", signed)
    assert not found("青塘泵站惠及多少个村？", PUMP, 2)  # 惠及 is cut as a name, and is none


def test_another_thing_in_the_place_of_the_one_asked_for() -> None:
    story = Article("馆里以讲述红色绘本故事的形式开展了36场故事会。", "故事会进校园")
    asked = "以讲述老兵群体故事的形式开展了多少场故事会？"
    assert found(asked, story) == [("老兵群体", "红色绘本")]
    assert not found("以讲述红色绘本故事的形式开展了多少场故事会？", story)
    houses = Article("项目计划新建生产用房2万平方米。", "云杉项目")
    assert not found("云杉项目计划新建生产厂房多少平方米？", houses)  # 用房 is another word for it


def test_what_is_told_of_another_company() -> None:
    two = Article("科恩今年开工。朗恩斯已经投产。\n两家都在湖边。科恩达产后每年生产窑炉300套。", "两个项目")
    assert found("朗恩斯每年生产窑炉多少套？", two, 3) == [("朗恩斯", "科恩")]
    assert not found("科恩每年生产窑炉多少套？", two, 3)


def test_the_most_of_anything_must_be_told_to_be_so() -> None:
    assert found("最大的泵站总投资多少？", PUMP) == [("最大", "")]
    assert not found("最大的泵站总投资多少？", replace(PUMP, headline="全区规模最大的泵站通水"))
    assert not found("最近通水的泵站总投资多少？", PUMP)


def test_the_figure_of_something_that_nothing_tells_of() -> None:
    assert found("青塘泵站的联系电话是多少？", PUMP) == [("联系电话", "")]
    assert not found("青塘泵站的总投资是多少？", PUMP)
    assert found("青塘泵站有多少名员工？", PUMP) == [("员工", "")]


def scored(asked: str, article: Article, *scores: float) -> list[Ranked]:
    [seen] = read(asked, article)
    return sorted((Ranked(seen, at, score) for at, score in enumerate(scores)), key=lambda each: -each.score)


def test_a_sentence_in_conflict_gives_way_to_the_next_without() -> None:
    asked = understand("青塘水厂二期总投资多少？")
    ranked = scored(asked.text, BOTH, 1.0, 6.0, 2.0, 5.0)
    moved = giving_way(asked, ranked)
    assert [each.sentence for each in moved] == [3, 1, 2, 0]
    assert left(asked, ranked) < left(asked, moved) == 1
    assert giving_way(asked, moved) == moved


def test_no_sentence_far_behind_takes_its_place() -> None:
    asked = understand("青塘水厂二期总投资多少？")
    ranked = scored(asked.text, BOTH, 1.0, 9.0, 1.0, 1.0)
    assert giving_way(asked, ranked) == ranked
    assert giving_way(asked, []) == [] and left(asked, []) == 1


def test_a_report_that_has_less_of_the_question_does_not_take_its_place() -> None:
    asked = "青塘水厂二期总投资多少？"
    about, other = read(asked, PLANT, Article("城南桥二期昨天开工。", "城南桥"))
    ranked = [Ranked(about, 0, 5.0), Ranked(other, 0, 4.5)]
    assert giving_way(understand(asked), ranked) == ranked


def test_where_a_report_has_it_nowhere_no_other_sentence_of_it_answers() -> None:
    asked = understand("青塘水厂三期总投资多少？")
    ranked = scored(asked.text, BOTH, 1.0, 6.0, 2.0, 5.0)
    assert giving_way(asked, ranked) == ranked and left(asked, ranked) < 0.3


def worded(asked: str, seen: Evidence) -> str:
    [text], _ = refuse(ranker().rank([seen]), understand(asked))
    return text.partition("[1]。")[2]


@pytest.mark.parametrize(
    ("asked", "article", "reason"),
    [
        ("青塘水厂二期投资多少？", PLANT, "报道说的是一期，没有提到二期。"),
        ("第34次常务会议是谁主持的？", MEETING, "报道说的是第33次，没有提到第34次。"),
        ("东河银行行长是谁？", BANK, "报道说的是副行长，不是行长。"),
        ("云杉公园第二届谁来设计？", PARK, "报道写了云杉公园，但没有提到第二届。"),
    ],
)
def test_a_refusal_says_what_is_told_instead(asked: str, article: Article, reason: str) -> None:
    [seen] = read(asked, article)
    assert worded(asked, seen) == reason


def test_every_conflict_leaves_a_part_of_the_chance() -> None:
    asked = "2022年青塘水厂二期最大的泵站有多少名员工？"
    [seen] = read(asked, PLANT)
    many = conflicts(understand(asked), seen, 0)
    assert len(many) == 4 and all(isinstance(each, Conflict) and 0 < each.left < 1 for each in many)
    assert left(understand(asked), [Ranked(seen, 0, 1.0)]) == min(each.left for each in many)


def test_a_report_need_not_name_the_place_that_its_archive_is_full_of() -> None:
    asked = "青塘泵站在菲律宾占地多少亩？"
    [at_home] = read(asked, PUMP, counts={"菲律宾": 400})
    [abroad] = read(asked, PUMP)
    assert conflicts(understand(asked), at_home, 1) == []
    assert [each.asked for each in conflicts(understand(asked), abroad, 1)] == ["菲律宾"]


def test_the_day_of_something_that_nothing_tells_of() -> None:
    assert found("青塘泵站什么时候竣工？", PUMP, 2) == [("竣工", "")]
    assert not found("青塘泵站什么时候通水？", PUMP)
