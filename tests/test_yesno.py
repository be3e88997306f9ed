"""Questions for yes or no: the statement that is asked about, what decides it, and silence where nothing does."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from qa import Answerer
from qa.measure.citing import measure
from qa.yesno.asserted import Asserted, asserted
from qa.yesno.deciding import judge
from qa.yesno.incumbents import holds_office
from qa.yesno.yesno import borne_out
from ui.english import framed
from ui.words import EN

DRAFTS = [json.loads(line) for line in (Path(__file__).parent / "drafts.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize(
    ("question", "statement"),
    [
        ("大会是不是在沙洲举行的？", "大会在沙洲举行"),
        ("听说新桥总投资有没有超过5亿元？", "新桥总投资超过5亿元"),
        ("新桥总投资不到5亿元吗？", "新桥总投资不到5亿元"),
        ("云杉站是全市最大的车站，对吗？", "云杉站是全市最大的车站"),
        ("林小木参没参加大会？", None),
        ("新桥会通车吗？", None),
        ("新桥不是通车了吗？", None),
        ("是新桥还是老桥塌了？", None),
        ("它通车了吗？", None),
        ("林小木参加了吗？", None),
    ],
)
def test_the_statement_that_is_asked_about(question: str, statement: str | None) -> None:
    found = asserted(question)
    assert (found and found.text) == statement


@pytest.mark.parametrize(
    ("question", "told", "verdict"),
    [
        ("新桥总投资是5亿元吗？", "新桥总投资5亿元。", "yes"),
        ("新桥总投资是3亿元吗？", "新桥总投资5亿元,长400米。", "no"),
        ("新桥总投资超过3亿元吗？", "新桥总投资5亿元。", "yes"),
        ("新桥总投资不到3亿元吗？", "新桥总投资5亿元。", "no"),
        ("新桥总投资超过5亿元吗？", "新桥总投资约5亿元。", "unclear"),
        ("新桥通车了吗？", "新桥昨天通车。", "yes"),
        ("新桥通车了吗？", "新桥预计明年5月完工,6月通车。", "not yet"),
        ("新桥完成了吗？", "新桥工地正加药,将完成泥水分离。", "unclear"),
        ("新桥是3月5日通车的吗？", "新桥3月2日通车。", "no"),
        ("新桥是3月5日通车的吗？", "新桥昨天通车。", "unclear"),
        ("大会在北京举行吗？", "大会昨天在上海举行。", "no"),
        ("新桥是省重点工程吗？", "市重点工程新桥昨天通车。", "no"),
        ("大会是李明主持的吗？", "王强主持召开大会。", "no"),
        ("外地车辆实行限购吗？", "各地不得对外地车辆实行限购。", "unclear"),
        ("新桥收费吗？", "网传新桥收费。", "unclear"),
        ("李明参加大会了吗？", "王强、张伟参加大会。", "unclear"),
        ("老桥总投资是3亿元吗？", "新桥总投资5亿元。", "unclear"),
        ("新桥产量增长了吗？", "新桥产量下降一成。", "denied"),
        ("木材及电线价格上涨2%吗？", "木材及电线价格上涨0.3%。", "no"),  # 2 is no count of 木材 and 电线
        ("新桥有近180个桥墩吗？", "新桥有近90个桥墩。", "no"),
        ("新桥通车了吗？", "大家期待的新桥,计划了十年,目前已正式通车。", "yes"),
    ],
)
def test_what_a_sentence_decides(question: str, told: str, verdict: str) -> None:
    statement = asserted(question)
    assert statement is not None
    found = judge(statement, [told], issued=date(2024, 9, 1) if "昨天" not in told else None).verdict
    assert found == verdict or (verdict == "unclear" and found == "silent")


def test_offices() -> None:
    district, deputy = "区委书记李明主持。", "区长王强、副行长张伟到场。"
    assert holds_office("李明", "区委书记", [district]) == "yes"
    assert holds_office("王强", "区委书记", [deputy]) == "unclear"
    assert holds_office("王强", "区委书记", [deputy, district]) == "no"
    assert holds_office("张伟", "行长", [deputy]) == "no"
    assert holds_office("李明", "区委书记", ["原区委书记李明到访。"]) == "unclear"
    assert holds_office("赵六", "区委书记", [district]) == "silent"


def test_true_drafts_are_never_belied_and_few_false_ones_borne_out() -> None:
    verdicts = [
        (each["label"], judge(Asserted(each["sentence"].rstrip("。")), [each["quote"]], each["article"]).verdict)
        for each in DRAFTS
    ]
    assert not {"no", "not yet", "denied"} & {verdict for label, verdict in verdicts if label}
    false = [verdict for label, verdict in verdicts if not label]
    assert false.count("yes") < 0.05 * len(false)
    assert false.count("no") + false.count("denied") > 0.15 * len(false)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("兢崧微纳的总投资是不是11亿元？", "是。"),
        ("奥智项目投资超过3亿元吗？", "是。"),
        ("漏湖清淤面积超过30平方公里吗？", "不是。报道说的是："),
        ("国际创新中心启航了吗？", "启航了。"),
        ("中科朗恩斯已经开工了吗？", "见报时还没有。报道说的是："),
        ("吕刚是海南州州长吗？", "不是。报道说的是："),
    ],
)
def test_the_paper_says_yes_or_no_and_proves_it(answerer: Answerer, question: str, first: str) -> None:
    answer = answerer.answer(question)
    line, _, rest = answer.text.partition("\n")
    assert line == first and not answer.refused
    assert answer.citations and rest.endswith(f"[{len(answer.citations)}]")
    cited = measure(answer)
    assert cited.recall == 1.0
    assert framed(answer, EN).startswith(("Yes.", "No. The", "Not when"))
    other = "是。" if line != "是。" else "不是。报道说的是："
    assert borne_out(other, question, answer.citations) is False


@pytest.mark.parametrize("question", ["新城会不会建地铁？", "恽淇丞结婚了吗？", "漏湖清淤完成了吗？"])
def test_no_word_of_yes_or_no_where_the_paper_is_silent(answerer: Answerer, question: str) -> None:
    assert not answerer.answer(question).text.startswith(("是", "不是", "有", "没有", "见报", "完成了"))
