"""Who did it, whose figure it is, who said it: sentences that exchange what the quote tells apart. Invented text."""

from __future__ import annotations

from datetime import date as Date

import pytest

from qa.verify import verify

VISIT = "昨天,临江市委书记周海平率代表团访问云岭县,县委副书记何小川陪同参观。"
WORKS = "三家企业里,蓝柯做电机,在东湾产业园;瑞霖造轴承,启衡做传感器,两家都在北山产业园。"
FIGURES = "去年,食品支出增长14.3%,电力支出增长10.1%。该厂出产灯管1200箱、灯座3400箱。利率将由5%上调到6%。"
SPEECH = "周海平表示,临江的港口要向内陆企业开放。\n何小川说,云岭的茶叶要卖到海外。他希望双方共建冷链仓库。"
GROUP = "负责施工的是长汀路桥公司,它是闽岳控股集团的子公司。在青石镇柳湾村,新桥已经合龙;梅溪镇则修了堤。"
TURNS = "一个项目即将开工。蓝柯要建的是传感器车间。另一个项目正在建设。瑞霖轴承车间的厂房已经封顶。"

NAMED = "柳湾社区办起了“茶话亭”;青石社区的议事平台名为“板凳会”。项目总投资3亿元,计划用地60亩。"


def kinds(sentence: str, quote: str) -> set[str]:
    return {fault.kind for fault in verify(sentence, [quote], issued=Date(2024, 8, 9)).faults}


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("周海平率代表团访问云岭县。", VISIT),
        ("代表团由临江市委书记周海平带领,县委副书记何小川陪同。", VISIT),
        ("蓝柯在东湾产业园做电机。", WORKS),
        ("瑞霖和启衡都在北山产业园。", WORKS),
        ("电力支出增长10.1%,食品支出增长14.3%。", FIGURES),
        ("灯座出产3400箱,灯管1200箱。", FIGURES),
        ("周海平说,港口要向内陆企业开放。", SPEECH),
        ("何小川希望双方共建冷链仓库。", SPEECH),
        ("长汀路桥公司是闽岳控股集团的子公司。", GROUP),
        ("青石镇柳湾村的新桥已经合龙。", GROUP),
        ("青石社区的平台名为“板凳会”。", NAMED),
        ("项目用地60亩,总投资3亿元。", NAMED),
        ("瑞霖的车间正在建设,蓝柯的车间即将开工。", TURNS),
    ],
)
def test_told_of_the_right_one(sentence: str, quote: str) -> None:
    assert kinds(sentence, quote) == set()


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("云岭县派代表团访问临江市。", VISIT),
        ("县委书记何小川陪同参观。", VISIT),
        ("蓝柯和瑞霖都在东湾产业园。", WORKS),
        ("蓝柯造轴承。", WORKS),
        ("电力支出增长14.3%,食品支出增长10.1%。", FIGURES),
        ("该厂出产灯座1200箱。", FIGURES),
        ("利率将由6%上调到5%。", FIGURES),
        ("何小川表示,港口要向内陆企业开放。", SPEECH),
        ("周海平希望双方共建冷链仓库。", SPEECH),
        ("闽岳控股集团是长汀路桥公司的子公司。", GROUP),
        ("梅溪镇柳湾村的新桥已经合龙。", GROUP),
        ("瑞霖项目即将开工。", TURNS),
        ("蓝柯在北山产业园做电机。", WORKS),
        ("柳湾社区的平台名为“板凳会”。", NAMED),
        ("项目总投资60亩,用地3亿元。", NAMED),
    ],
)
def test_told_of_another(sentence: str, quote: str) -> None:
    assert kinds(sentence, quote) & {"role", "name"}, sentence
