"""Follow-ups over the sample newspaper, in 136 invented conversations, and what makes them up.

A line of follow_ups.jsonl: what the stand-alone question must hold (`has`) and must not (`not`), and words of an
article that its answer must cite (`cites`; "@2": the second citation of the answer before, "@-1" its last).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qa import Answerer
from qa.talk.followups import stand_alone, subject_of

DIALOGUES = [json.loads(line) for line in (Path(__file__).parent / "follow_ups.jsonl").read_text("utf-8").splitlines()]
LIST = "共3篇：\n《青塘泵站通水》(记者 孟一凡,A01)[1]\n《渡口亮灯》[2]\n《云杉公园开园》(记者 何远山)[3]"
PROJECTS = "青塘泵站项目昨天通水,总投资2亿元。[1]\n县里说,云杉公园项目的总投资为2亿元。[2]"


def understood(answerer: Answerer, row: dict[str, Any]) -> tuple[bool, bool]:
    """Whether the follow-up was understood, and whether its answer cites the article that it should."""
    turns: list[tuple[str, str]] = []
    for question in row["history"]:
        before = answerer.answer(question, turns)
        turns.append((question, before.text))
    answer = answerer.answer(row["question"], turns)
    text = answer.question_as_understood
    right = all(each in text for each in row["has"]) and not any(each in text for each in row.get("not", ()))
    wanted = row.get("cites")
    if not wanted:
        return right, True
    if wanted.startswith("@"):
        nth = int(wanted[1:])
        article = before.citations[nth - 1 if nth > 0 else nth].article
        return right, bool(answer.citations) and answer.citations[0].article.id == article.id
    cited = (citation.article for citation in answer.citations)
    return right, any(wanted in f"{article.headline}{article.text}" for article in cited)


def test_invented_conversations(answerer: Answerer) -> None:
    assert len(DIALOGUES) >= 100
    judged = [understood(answerer, row) for row in DIALOGUES]
    wrong = [row["question"] for row, (right, _) in zip(DIALOGUES, judged, strict=True) if not right]
    assert len(wrong) <= 0.1 * len(DIALOGUES), wrong
    assert sum(cited for _, cited in judged) >= 0.9 * len(DIALOGUES)


@pytest.mark.parametrize(
    ("asked", "whole"),
    [
        ("第二篇讲了什么？", "《渡口亮灯》讲了什么？"),
        ("第二个呢？", "《渡口亮灯》讲了什么？"),
        ("那最后一篇是谁写的？", "《云杉公园开园》是谁写的？"),
        ("第九篇呢？", "介绍一下孟一凡写过的第九篇报道"),  # there is none
    ],
)
def test_a_line_of_the_list_before(asked: str, whole: str) -> None:
    assert stand_alone(asked, [("孟一凡写过哪些报道？", LIST)]) == whole


def test_the_project_that_a_line_names() -> None:
    before = [("总投资2亿元的项目有哪些？", PROJECTS)]
    assert stand_alone("第二个在哪里？", before) == "云杉公园项目在哪里？"


@pytest.mark.parametrize(
    ("before", "asked", "whole"),
    [
        ("青塘泵站一期投资多少？", "那二期呢？", "青塘泵站二期投资多少？"),
        ("2023年武进的产值是多少？", "2022年呢？", "2022年武进的产值是多少？"),
        ("浦口区委书记是谁？", "海南州的呢？", "海南州委书记是谁？"),
        ("青塘泵站有多大？", "那意义呢？", "青塘泵站意义是什么？"),
        ("青塘泵站有多大？", "我问的是总投资", "青塘泵站总投资是多少？"),
        ("青塘泵站有多大？", "还有别的吗？", "关于青塘泵站还有哪些报道？"),
        ("青塘泵站有多大？", "换个话题，南京银行在哪里？", "南京银行在哪里？"),
        ("青塘泵站有多大？", "科恩项目进展如何？", "科恩项目进展如何？"),
        ("青塘泵站由哪家公司承建？", "这家公司还做什么？", "承建青塘泵站的公司还做什么？"),
        ("青塘泵站的站长是谁？", "那总投资呢？", "青塘泵站总投资是多少？"),
        ("青塘泵站有多大？", "好的，那总投资呢？", "青塘泵站总投资是多少？"),
        ("青塘镇文化中心在哪里？", "谁来过这个中心？", "谁来过青塘镇文化中心？"),
    ],
)
def test_what_takes_the_place_of_what(before: str, asked: str, whole: str) -> None:
    assert stand_alone(asked, [(before, "")]) == whole


def test_both_are_the_last_two() -> None:
    turns = [("青塘泵站总投资多少？", ""), ("云杉公园总投资多少？", "")]
    assert stand_alone("这两个项目哪个大？", turns) == "青塘泵站和云杉公园哪个总投资大？"


def test_a_list_stays_in_mind_and_one_report_is_this_report() -> None:
    turns = [("孟一凡写过哪些报道？", LIST), ("第一篇讲了什么？", "青塘泵站通水。[1]")]
    assert stand_alone("第三篇呢？", turns) == "《云杉公园开园》讲了什么？"
    assert (
        stand_alone("这篇讲了什么？", [("何远山写过哪些报道？", "《云杉公园开园》[1]")]) == "《云杉公园开园》讲了什么？"
    )


def test_he_is_found_beside_his_office_where_nothing_is_in_bold() -> None:
    turns = [("青塘县县长是谁？", "青塘县县长林小木到场,青塘泵站站长孟一凡陪同。[1]")]
    assert stand_alone("他来看了什么？", turns).endswith("林小木来看了什么？")


def test_he_is_the_one_who_was_asked_for() -> None:
    turns = [("青塘泵站站长是谁？", "站长**林小木**说,水泵已经换新。[1]")]
    assert "林小木哪年上任的" in stand_alone("他哪年上任的？", turns)


def test_a_subject_leaves_out_its_properties() -> None:
    assert subject_of("龙城芯谷的建筑面积是多少？") == "龙城芯谷"
    assert subject_of("？") == ""


@pytest.mark.parametrize(
    "asked", ["3月3日有哪些报道？", "最近有什么新闻？", "有哪些项目开工了？", "总投资10亿元的项目有哪些？"]
)
def test_who_asks_for_everything_asks_for_nothing_spoken_of_before(asked: str) -> None:
    before = [("青塘泵站扩建项目总投资多少？", "总投资3亿元。[1]")]
    assert stand_alone(asked, before) == asked
    assert "青塘泵站" in stand_alone("那有哪些报道？", before)


@pytest.mark.parametrize(
    ("before", "asked", "whole"),
    [
        ("谁率领青塘县党政代表团？", "县长呢", "青塘县县长是谁？"),
        ("海南州委书记是谁？", "州长呢？", "海南州州长是谁？"),
        ("常州市委书记是谁？", "市长呢？", "常州市市长是谁？"),
        ("黑河市市长是谁？", "市委书记呢？", "黑河市委书记是谁？"),
        ("浦口区委书记是谁？", "副书记呢？", "浦口区委副书记是谁？"),
        ("青塘泵站总投资多少？", "总经理呢？", "青塘泵站的总经理是谁？"),
        ("县政府第31次会议学了什么？", "第33次呢", "县政府第33次会议学了什么？"),
        ("青塘泵站一期投资多少？", "处理规模呢", "青塘泵站一期处理规模是多少？"),
        ("青塘泵站什么时候竣工？", "投产呢", "青塘泵站什么时候投产？"),
        ("漕溪浜整治了多长？", "滆湖呢", "滆湖整治了多长？"),
        ("武汉电博会什么时候开？", "去年呢", "去年武汉电博会什么时候开？"),
        ("武进和南京银行签了什么协议？", "为什么？", "为什么武进和南京银行签了协议？"),
        ("浦口区党政代表团来武进考察了什么？", "什么时候的事", "浦口区党政代表团来武进考察是什么时候？"),
        ("漏湖为什么要清淤？", "怎么做的？", "漏湖怎么清淤？"),
        ("第八届武汉电博会什么时候举办？", "在哪？", "第八届武汉电博会在哪里举办？"),
        ("龙城芯谷总投资多少？", "在哪？", "龙城芯谷在哪里？"),
        ("四标段的负责人说了什么？", "什么时候的事？", "四标段的负责人说这话是什么时候？"),
        ("漏湖清淤任务是多少？", "谁说的？", "漏湖清淤任务是谁说的？"),
        ("龙城芯谷总投资多少？", "说详细点", "详细介绍龙城芯谷"),
        ("龙城芯谷总投资多少？", "再说一遍", "龙城芯谷总投资多少？"),
        ("龙城芯谷总投资多少？", "换个说法", "龙城芯谷总投资多少？"),
        ("龙城芯谷总投资多少？", "真的吗？", "龙城芯谷总投资多少？"),
        ("孟一凡写过哪些报道？", "还有吗？", "孟一凡写过哪些报道？"),
        ("《青塘泵站通水》讲了什么？", "谁写的？", "《青塘泵站通水》谁写的？"),
        ("南京银行副行长是谁？", "协议签了几份？", "南京银行协议签了几份？"),
        ("青塘泵站第二次会议谁主持的？", "林小木也参加了吗？", "青塘泵站第二次会议林小木也参加了吗？"),
        ("陈晓江是谁？", "我想了解一下夏溪花木市场", "夏溪花木市场"),
        ("龙城芯谷总投资多少？", "乔俊杰怎么评价它？", "乔俊杰怎么评价龙城芯谷？"),
        ("龙城芯谷总投资多少？", "南京银行说它要做什么？", "南京银行说它要做什么？"),
        ("龙城芯谷总投资多少？", "南京银行及其分行签了什么？", "南京银行及其分行签了什么？"),
        ("龙城芯谷总投资多少？", "区长是谁？", "区长是谁？"),
    ],
)
def test_the_whole_question_reads_as_one_would_ask_it(before: str, asked: str, whole: str) -> None:
    assert stand_alone(asked, [(before, "")]) == whole


ROW = "代表团走访四处,两家是新能源企业,即青塘泵站和云杉数字能源公司。[1]"


@pytest.mark.parametrize(
    ("asked", "whole"),
    [
        ("前者是做什么的？", "青塘泵站是做什么的？"),
        ("最后一家在哪里？", "云杉数字能源公司在哪里？"),
        ("它们各有什么特点？", "青塘泵站和云杉数字能源公司各有什么特点？"),
        ("这两家企业在哪里？", "青塘泵站和云杉数字能源公司在哪里？"),
    ],
)
def test_things_that_the_answer_tells_in_a_row(asked: str, whole: str) -> None:
    assert stand_alone(asked, [("代表团看了哪两家企业？", ROW)]) == whole


@pytest.mark.parametrize(
    ("asked", "whole"),
    [
        ("哪个大？", "青塘泵站和云杉公园哪个总投资大？"),
        ("差多少？", "青塘泵站和云杉公园的总投资相差多少？"),
        ("两个加起来多少？", "青塘泵站和云杉公园的总投资分别是多少？"),
    ],
)
def test_the_last_two_are_weighed(asked: str, whole: str) -> None:
    assert stand_alone(asked, [("青塘泵站总投资多少？", ""), ("云杉公园呢？", "")]) == whole


def test_in_a_long_talk_he_is_the_last_one_named_and_a_list_stays_in_mind() -> None:
    turns = [
        ("孟一凡写过哪些报道？", LIST),
        ("第一篇讲了什么？", "青塘泵站通水。[1]"),
        ("青塘泵站站长是谁？", "站长**林小木**说,水泵已经换新。[1]"),
        ("总投资多少？", "现有报道没有回答这个问题。"),
        ("谢谢", "不客气！"),
    ]
    assert stand_alone("他还说了什么？", turns) == "林小木还说了什么？"
    assert stand_alone("那建筑面积呢？", turns) == "青塘泵站建筑面积是多少？"
    assert stand_alone("最后一篇呢？", turns) == "《云杉公园开园》讲了什么？"
    assert stand_alone("龙城芯谷在哪里？", turns) == "龙城芯谷在哪里？"


def test_who_doubts_is_told_what_the_answer_stands_on(answerer: Answerer) -> None:
    asked = "龙城芯谷总投资多少？"
    first = answerer.answer(asked)
    again = answerer.answer("你确定吗？", [(asked, first.text)])
    assert again.text == first.text and again.citations
    assert again.notice.startswith("依据：《集聚30多家企业") and "2024年8月9日" in again.notice
    assert not first.notice
