"""Which clause bears a statement out: one that has its subject, its relation and its value, and no other will do."""

from __future__ import annotations

from datetime import date

import pytest

from qa import Answerer
from qa.asked.question import understand
from qa.checks.cited import cite
from qa.checks.claims import read
from qa.yesno import yesno
from qa.yesno.asserted import asserted
from qa.yesno.deciding import judge
from qa.yesno.placed import elsewhere, placed, puts, there
from qa.yesno.stated import parted

ISSUED = date(2024, 5, 6)


def verdict(question: str, told: str, headline: str = "") -> str:
    statement = asserted(question)
    assert statement is not None
    return judge(statement, [told], headline, ISSUED, headline + told).verdict


@pytest.mark.parametrize(
    ("question", "told", "headline", "decided"),
    [
        # A place in the name of a delegation, of an office, or of where somebody comes from, places nothing.
        ("柳河花市在沙洲区吗？", "在柳河花市,代表团听了介绍。", "沙洲区代表团到访", "unclear"),
        ("青藤科技在沙洲吗？", "沙洲区委书记率团来我区,考察了青藤科技。", "", "unclear"),
        ("大会在沙洲举行吗？", "沙洲(上海)招商大会在上海举行。", "", "unclear"),
        ("大会昨天在沙洲举行吗？", "昨天,沙洲(上海)招商大会在上海举行。", "", "unclear"),
        # Nor does the place of the next thing in a list.
        ("云杉社区在柳河镇吗？", "客人先后走进高新区云杉社区和柳河镇石桥村。", "", "unclear"),
        ("石桥村在柳河镇吗？", "客人先后走进高新区云杉社区和柳河镇石桥村。", "", "yes"),
        ("石桥村在白马镇吗？", "客人先后走进高新区云杉社区和柳河镇石桥村。", "", "no"),
        ("青藤项目在柳河镇吗？", "位于柳河镇的青藤项目已经封顶。", "", "yes"),
        ("大会昨天在上海举行吗？", "昨天,沙洲(上海)招商大会在上海举行。", "", "yes"),
        # A day belongs to what its own clause tells.
        ("青藤项目明年2月投产吗？", "青藤项目预计明年2月竣工,10月投产。", "", "no"),
        ("青藤项目明年2月竣工吗？", "青藤项目预计明年2月竣工,10月投产。", "", "yes"),
        ("青藤水厂2019年投运吗？", "青藤水厂于2019年底开工,目前已全面投运。", "", "unclear"),
        ("青藤水厂2022年5月开工吗？", "青藤水厂于2019年底开工,2022年5月调试。", "", "no"),
        ("青藤厂房6月底封顶吗？", "目前青藤厂房已封顶,计划6月底完工。", "", "unclear"),
        ("青藤项目明年2月开工吗？", "青藤项目明年2月竣工。", "", "unclear"),
        ("青藤厂房5月底完工吗？", "青藤厂房已封顶,6月底完工。", "", "no"),
        # What is looked into, or named after a doing, is not done.
        ("人才房票办法已经实施了吗？", "会议审议了《沙洲区人才房票实施办法》。", "", "unclear"),
        ("新桥讲堂实施了吗？", "沙洲今年开设“新桥讲堂”,实施干部能力工程。", "", "unclear"),
        # One rank is not another, nor the project beside it.
        ("青藤项目是省重大项目吗？", "青藤项目是江苏省民间投资重点项目。", "区领导督查重大项目", "unclear"),
        ("青藤项目是区重点项目吗？", "青藤项目是江苏省民间投资重点项目。", "", "unclear"),
        ("青藤项目是区重点项目吗？", "青藤项目是区重点项目。", "", "yes"),
        # A figure belongs to the noun beside it, and a clause to what it begins with.
        ("青藤项目年产36000吨吗？", "青藤项目年产扩散板36000吨。", "", "unclear"),
        ("青藤项目年产扩散板36000吨吗？", "青藤项目年产扩散板36000吨。", "", "yes"),
        ("青藤社区建设面积3万平方米吗？", "青藤社区年内建成,石桥装备产业园建设面积5万平方米。", "", "unclear"),
        ("青藤社区开工了吗？", "青藤社区年内投用,石桥装备产业园昨天开工。", "", "unclear"),
        # What the words before lead up to may be left out.
        ("青藤项目总投资5亿元吗？", "位于柳河镇的青藤项目是区重点项目,总投资5亿元。", "", "yes"),
        ("青藤项目封顶了吗？", "位于柳河镇的青藤项目总投资5亿元。目前项目主体建筑已封顶。", "", "yes"),
        ("青藤项目通过了吗？", "李明来到青藤项目现场。", "", "unclear"),
        ("王强参加大会了吗？", "沙洲大会昨天举行,李明主持,王强参加。", "", "yes"),
        ("石桥茶社获评省级典型了吗？", "石桥茶社被评为省级典型。", "", "yes"),
    ],
)
def test_one_clause_decides_or_none_does(question: str, told: str, headline: str, decided: str) -> None:
    found = verdict(question, told, headline)
    assert found == decided or (decided == "unclear" and found == "silent")


def test_where_a_clause_puts_a_thing() -> None:
    assert puts(["青藤"], "上海", "格外有名的青藤设备(上海)有限公司")
    assert puts(["石桥村"], "柳河镇", "在柳河镇,客人察看了石桥村")
    assert not puts(["李明"], "柳河", "柳河镇镇长李明到场")
    assert not puts(["客人"], "柳河", "客人来到柳河银行")
    assert there("上海", "大会在上海举行") and not there("上海", "上海市长参加大会")
    assert elsewhere(["石桥村"], "白马区", "沙洲区石桥村") and not elsewhere(["石桥村"], "白马区", "沙洲高新区石桥村")
    assert placed(["石桥村"], "位于沙洲的石桥村") and not placed(["石桥村"], "在石桥村,客人听了介绍")


def test_the_parts_of_a_statement() -> None:
    def parts(text: str) -> tuple[str, str, str]:
        found = parted(read(text, written=True))
        return "".join(w.text for w in found.subject), "".join(w.text for w in found.rest), found.place

    assert parts("青藤大桥明年2月投产") == ("青藤大桥", "投产", "")
    assert parts("青藤大桥总投资5亿元") == ("青藤大桥", "投资", "")
    assert parts("青藤大会在上海举行") == ("青藤大会", "举行", "上海")
    assert parted(read("青藤是区重点项目", written=True)).rank == "区重点"
    assert cite(("青藤大桥通车。",), "", None).quoted.text == "青藤大桥通车。"


@pytest.mark.parametrize("question", ["已经竣工了吗？", "习近平来武进了吗？", "夏溪花木市场在浦口区吗？"])
def test_what_no_report_tells_is_refused(answerer: Answerer, question: str) -> None:
    assert answerer.answer(question).refused


def test_a_question_left_open_shows_the_one_sentence_that_has_it(answerer: Answerer) -> None:
    answer = answerer.answer("香溢澜桥社区在牛塘镇吗？")
    assert not answer.refused and len(answer.citations) == 1
    assert answer.citations[0].quote.count("香溢澜桥社区") == 1 and not answer.text.startswith(("是", "不是"))


def test_nothing_to_say_is_found_in_nothing() -> None:
    assert yesno.find(understand("青藤项目竣工了吗？", (), 500), []) is None
