"""Whose figure it is: reports that tell of several things. Invented articles."""

from __future__ import annotations

import pytest
from reading import read

from embeddings.records import Article
from qa.answers import differences
from qa.answers.compose import from_sentences
from qa.asked.question import understand
from qa.fit.conflicts import conflicts
from qa.fit.owners import asked, instead, other
from qa.language import dimensions, stages
from qa.language.things import lead
from qa.ranking.ranker import Ranked

TOUR = Article(
    "县委书记钟远带队检查工程。\n在青塘镇,钟远来到云岭光电产业园建设现场。该园区总投资18亿元,规划用地260亩。\n"
    "随后,钟远来到白马镇的山泉水厂扩建项目。该项目总投资2.4亿元。作为重点工程,该项目去年10月开工。\n"
    "在柳溪街道,钟远察看了老旧小区改造工程。工程涉及居民1260户。",
    "全县重点工程推进",
)
BRIDGES = Article("三座桥梁同日开工。其中,清水桥全长420米,计划明年5月建成;红岩桥全长315米,投资4300万元。", "三桥开工")
HOSPITAL = Article(
    "县人民医院新院区位于柳溪街道,设置床位800张。院长孟一凡介绍了设备。\n县中医院今年招聘医生26名。",
    "人民医院新院区启用",
)


def told_of(question: str, article: Article, words: str) -> str:
    """What the words of an article are told of in place of the thing asked about."""
    [seen] = read(question, article)
    at = next(at for at, (low, high) in enumerate(seen.spans) if words in article.text[low:high])
    thing = asked(understand(question), seen)
    assert thing
    return other(thing, seen, at, article.text.index(words))


@pytest.mark.parametrize(
    ("question", "article", "words", "expected"),
    [
        ("云岭光电产业园总投资多少？", TOUR, "18亿", ""),
        ("山泉水厂总投资多少？", TOUR, "2.4亿", ""),
        ("山泉水厂总投资多少？", TOUR, "18亿", "云岭光电产业园"),
        ("老旧小区改造总投资多少？", TOUR, "18亿", "云岭光电产业园"),
        ("云岭光电产业园什么时候开工？", TOUR, "去年10月", "山泉水厂扩建项目"),
        ("老旧小区改造涉及多少户？", TOUR, "1260户", ""),
        ("清水桥什么时候建成？", BRIDGES, "明年5月", ""),
        ("红岩桥什么时候建成？", BRIDGES, "明年5月", "清水桥"),
        ("红岩桥全长多少米？", BRIDGES, "420米", "清水桥"),
        ("人民医院新院区有多少张床位？", HOSPITAL, "800张", ""),
        ("中医院有多少张床位？", HOSPITAL, "800张", "县人民医院"),
    ],
)
def test_whose_figure_stands_there(question: str, article: Article, words: str, expected: str) -> None:
    assert (
        told_of(question, article, words).startswith(expected[:4])
        if expected
        else not told_of(question, article, words)
    )


def test_a_place_where_something_is_built_does_not_own_what_it_costs() -> None:
    site = Article("恒远泵业装备项目位于明州东湖科技产业园,总投资8亿元。", "恒远项目开工")
    assert told_of("东湖科技产业园总投资多少？", site, "8亿元") == "恒远泵业装备项目"
    assert not told_of("恒远泵业项目总投资多少？", site, "8亿元")


def test_people_and_sources_are_no_things() -> None:
    assert [lead(clause) for clause in ("据了解", "钟远首先来到水厂", "水厂厂长孟一凡说", "国家药监局昨天通知")] == [
        ""
    ] * 4


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("工商银行签了几份协议？", ("工商银行", "南京银行")),
        ("南京银行签了几份协议？", None),
        ("银行签了几份协议？", None),
    ],
)
def test_another_name_of_the_same_kind(question: str, expected: tuple[str, str] | None) -> None:
    [seen] = read(question, Article("区政府与南京银行签了三份协议。", "政银合作"))
    assert instead(understand(question), seen, 0) == expected


def test_a_sentence_without_the_measure_that_is_asked_for_is_no_answer() -> None:
    market = Article("花木市场做了两件事。市场占地3公里外的一处园子。", "花木市场")
    [seen] = read("花木市场投资多少？", market)
    assert [each.asked for each in conflicts(understand("花木市场投资多少？"), seen, 0)] == ["投资"]
    assert dimensions.measured("用地多少、投资多少？", "5亿元")


def test_the_day_of_one_stage_is_not_that_of_another() -> None:
    plant = Article("光电厂去年10月动工,计划8月投产。", "光电厂建设忙")
    for asked_for, expected in (("开工", []), ("投产", []), ("竣工", [("竣工", "投产")])):
        question = f"光电厂什么时候{asked_for}？"
        [seen] = read(question, plant)
        assert [(each.asked, each.told) for each in conflicts(understand(question), seen, 0)] == expected
    assert stages.asked("什么时候开工和竣工？") is None


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        ("台风来袭,全县严阵以待。", ["名字"]),
        ("今年第3号台风后天登陆。", ["名字"]),
        ("台风“青鸟”来袭。", []),
        ("强台风名为青鸟。", []),
        ("青鸟台风后天登陆。", []),
    ],
)
def test_the_name_of_what_is_called_nothing(report: str, expected: list[str]) -> None:
    [seen] = read("台风叫什么名字？", Article(report, "防台风"))
    assert [each.asked for each in conflicts(understand("台风叫什么名字？"), seen, 0)] == expected


def test_the_office_of_another_body() -> None:
    bank = Article("东河银行副行长孟一凡到场。", "签约")
    for question, expected in (("东河银行副行长是谁？", []), ("南山银行副行长是谁？", ["东河银行副行长"])):
        [seen] = read(question, bank)
        assert [each.told for each in conflicts(understand(question), seen, 0) if "行长" in each.told] == expected


def test_two_projects_of_one_report_do_not_contradict_each_other() -> None:
    question = understand("清水桥全长多少米？")
    rows = [Ranked(seen, at, 9.0 - at) for seen in read(question, BRIDGES) for at in (1, 2)]
    assert differences.find(rows, question) is None
    assert [line.text for line in from_sentences(rows, question, 3)] == [
        "三座桥梁同日开工。其中,清水桥全长**420米**,计划明年5月建成;"
    ]


SITE = Article(
    "松原机电项目正在加紧建设,总投资5亿元。\n区领导察看了现场。\n青塘隧道由北岭集团承建,东河大桥的东引桥已经合龙。",
    "青塘区重点工程有序推进",
)
CUB = Article("熊猫圆圆昨天满两岁,妈妈月月陪在身边。\n公园北门上午九时开放。", "圆圆庆生")


@pytest.mark.parametrize(
    ("asked", "report", "sentence", "expected"),
    [
        ("松原机电项目是哪家公司开发建设的？", SITE, 0, ["开发建设"]),
        ("松原机电项目的施工单位是谁？", SITE, 0, ["施工"]),
        ("青塘隧道是哪家公司建设的？", SITE, 2, []),  # 承建 is said for it
        ("圆圆的弟弟叫什么名字？", CUB, 0, ["弟弟"]),
        ("圆圆的母亲叫什么名字？", CUB, 0, []),
        ("公园南门几点开放？", CUB, 1, ["南门"]),
        ("公园北门几点开放？", CUB, 1, []),
    ],
)
def test_what_print_would_say_beside_the_thing(asked: str, report: Article, sentence: int, expected: list[str]) -> None:
    [seen] = read(asked, report)
    assert [each.asked for each in conflicts(understand(asked), seen, sentence)] == expected
