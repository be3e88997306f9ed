"""What is asked for and told nowhere near, told of others, or told of a part alone. Invented articles."""

from __future__ import annotations

import pytest
from reading import read

from embeddings.records import Article
from qa.asked.question import understand
from qa.fit import forms
from qa.fit.conflicts import conflicts, giving_way, left
from qa.fit.places import tells_place
from qa.ranking.ranker import Ranked

MILL = Article(
    "松原纸业项目正在加紧建设。项目总投资5亿元,建筑面积3万平方米。\n县领导察看了现场,并与企业负责人交流。他们希望项目早日见效。",
    "松原纸业项目建设忙",
)
GUESTS = Article(
    "柳溪县党政代表团来我市考察。县长林小木介绍了情况。\n2010年以来,我市派出援助干部70名。", "柳溪县代表团来访"
)
LAKE = Article(
    "三标段负责人孟一凡说,他们已经完成20万立方米。\n按照计划,全年清淤300万立方米,工期已经排定。",
    "青塘湖今年清淤300万立方米",
)


def conflict(asked: str, report: Article, sentence: int = 0) -> list[tuple[str, str]]:
    [seen] = read(asked, report)
    return [(each.asked, each.told) for each in conflicts(understand(asked), seen, sentence)]


@pytest.mark.parametrize(
    ("asked", "sentence", "short"),
    [
        ("松原纸业项目什么时候投产？", 0, True),
        ("松原纸业项目在哪里？", 0, True),
        ("松原纸业项目雇了几个人？", 0, True),
        ("松原纸业项目总投资多少？", 0, False),  # it stands in the next sentence
        ("松原纸业项目贷款多少亿？", 2, True),
    ],
)
def test_a_sentence_near_which_nothing_of_the_kind_stands(asked: str, sentence: int, short: bool) -> None:
    assert (conflict(asked, MILL, sentence) != []) == short


@pytest.mark.parametrize(
    ("asked", "told", "untold"),
    [
        ("水厂是哪一年建的？", "2019年动工", "昨天下午启用"),
        ("聚落是哪年到哪年住的人？", "2024—2028", "近日"),
        ("林小木是哪里人？", "青塘县人,今年40岁", "在青塘县工作"),
        ("水厂在哪条路上？", "位于东风路", "走出一条新道路"),
        ("红岩村在哪个省？", "在浙江的山里", "全省闻名"),
        ("大赛奖金多少？", "奖励2万元", "30支队伍获奖"),
        ("一台设备多少钱？", "每台售价3万元", "总投资3亿元"),
        ("柳溪县有多少人？", "人口40万", "派出70名干部"),
        ("伤了几个人？", "造成12人受伤", "一个多功能大楼"),
        ("项目贷款多少亿？", "授信30亿元", "列入“532”战略"),
        ("排名第几？", "名列最后", "共有3家"),
        ("林小木什么时候当的县长？", "去年3月当选县长", "昨天,县长林小木开会"),
        ("园区哪年成立的？", "2006年揭牌", "2024年发布清单"),
    ],
)
def test_what_the_form_of_a_question_asks_for(asked: str, told: str, untold: str) -> None:
    question = understand(asked)
    assert (forms.met(question, [told]) is not False, forms.met(question, [untold])) == (True, False)


def test_a_figure_of_the_next_paragraph_bears_nothing_out() -> None:
    works = Article("青塘水厂总投资6亿元。\n清水河整治工程建了护岸。这项工程改善了环境。", "治水")
    assert conflict("清水河整治花了多少钱？", works, 1) != []
    assert conflict("青塘水厂花了多少钱？", works, 0) == []


def test_a_time_that_may_be_told_in_any_way_is_not_missed() -> None:
    report = Article("乘客应在出发前说明费用。", "拼车新规")
    assert conflict("乘客可以在什么时候说明费用？", report) == []
    assert conflict("几时能看到乘客说明费用？", report) != []


def test_a_place_is_more_than_a_character_at_the_end_of_a_word() -> None:
    for sentence, words, expected in (
        ("他强调,要结合市场需求", "要结合市", False),
        ("项目位于云杉镇", "云杉镇", True),
        ("青湖国际社区启用", "国际社区", True),
        ("要深度融合", "深度", False),
    ):
        low = sentence.index(words)
        assert tells_place(sentence, (low, low + len(words))) is expected, words


def test_a_group_is_not_counted_by_the_people_of_another() -> None:
    assert conflict("柳溪县代表团来了多少人？", GUESTS, 2) != []
    assert conflict("我市派出多少名援助干部？", GUESTS, 2) == []
    counted = Article("柳溪县党政代表团一行12人来我市考察。", "柳溪县代表团来访")
    assert conflict("柳溪县代表团来了多少人？", counted) == []


def test_doctors_are_not_counted_by_their_patients() -> None:
    ward = Article("青塘医院昨天收治18名患者。\n院长介绍了情况。", "青塘医院")
    assert conflict("青塘医院有多少名医生？", ward) != []
    assert conflict("青塘医院收治多少名患者？", ward) == []


def test_the_figure_of_the_headline_goes_before_that_of_a_part() -> None:
    question = understand("青塘湖今年要清淤多少？")
    [seen] = read(question, LAKE)
    ranked = [Ranked(seen, 0, 6.0), Ranked(seen, 1, 5.0)]
    assert [each.sentence for each in giving_way(question, ranked)] == [1, 0]
    assert left(question, giving_way(question, ranked)) == 1
    part = understand("青塘湖三标段已经清淤多少？")  # which the headline does not name
    [seen] = read(part, LAKE)
    assert giving_way(part, [Ranked(seen, 0, 6.0)])[0].sentence == 0 and not conflict(part.text, LAKE)


def test_one_year_of_several() -> None:
    lake = Article("2023至2024年度清淤1000万立方米。\n2024年度的任务是500万立方米。", "青塘湖清淤")
    asked = "青塘湖2024年清淤任务多少？"
    assert (conflict(asked, lake), conflict(asked, lake, 1)) == ([("2024年", "2023至2024")], [])
    assert conflict("青塘湖2023至2024年清淤多少？", lake) == []


def test_the_capital_of_another_country() -> None:
    riot = Article("示威者在尼日尔首都尼亚美聚集。\n法国大使馆门前有人守卫。", "法国撤侨")
    assert conflict("法国的首都是哪里？", riot) == [("首都", "尼日尔首都")]
    assert conflict("尼日尔的首都是哪里？", riot) == []


def test_a_meeting_that_studies_a_speech_is_not_the_day_on_which_it_was_made() -> None:
    meeting = Article("昨天,县委召开会议,传达学习省委书记钟远在青塘调研时的讲话要求。", "县委开会")
    visit = Article("昨天,省委书记钟远来青塘调研。县委传达了钟远的讲话要求。", "钟远调研")
    assert conflict("钟远什么时候来青塘？", meeting) != []
    assert conflict("县委什么时候学习钟远的讲话？", meeting) == []
    assert conflict("钟远什么时候来青塘？", visit) == []


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("松原纸业今年营收多少？", ["营收"]),
        ("松原纸业有多少职工？", ["职工"]),
        ("松原纸业的老板是谁？", ["老板"]),
        ("松原纸业项目建筑面积多少平方米？", []),
    ],
)
def test_a_measure_or_a_person_of_whom_nothing_is_told(asked: str, expected: list[str]) -> None:
    assert [each for each, _ in conflict(asked, MILL, 1) if each] == expected


def test_a_district_that_the_cutter_takes_for_a_person_is_a_name_that_a_report_must_know() -> None:
    abroad = Article("韩国去年GDP为2000亿元,同比增长3%。", "韩国公布数据")
    assert "武进区" in [each for each, _ in conflict("武进区去年GDP是多少亿元？", abroad)]


def test_the_day_of_a_milestone_stands_beside_one() -> None:
    """A visit of yesterday, or the list of a year, is no day on which anything is finished."""
    works = Article("昨天,区领导察看了青塘水厂。\n作为2024年重点项目,水厂建成后日供水9万吨。", "督查重点项目")
    planned = Article("作为2024年重点项目,青塘水厂总投资6亿元。水厂预计明年6月建成。", "青塘水厂")
    assert conflict("青塘水厂什么时候竣工？", works) != []
    assert conflict("青塘水厂什么时候竣工？", works, 1) != []
    assert conflict("青塘水厂什么时候建成？", planned, 1) == []
