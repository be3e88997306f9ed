"""Two reports that differ: said where they speak of the same thing, and only there. Every article is invented."""

from __future__ import annotations

from datetime import date

import pytest
from reading import ranker, read

from embeddings.records import Article
from qa.answers.compose import compose
from qa.answers.differences import borne_out, find
from qa.asked.question import understand


def report(day: str, text: str, headline: str = "") -> Article:
    return Article(text, headline=headline, date=date.fromisoformat(day) if day else None)


def head(asked: str, *articles: Article) -> str:
    """The line over the differing reports, "" where there are none."""
    found = find(ranker().rank(read(asked, *articles)), understand(asked))
    return found.head.strip() if found else ""


COST = "青塘泵站总投资多少？"
MARCH = report("2024-03-01", "青塘泵站总投资8亿元,占地70亩。")
MAY = report("2024-05-01", "记者获悉,青塘泵站总投资10亿元。")


def test_two_figures_newest_first() -> None:
    line = "两篇报道说法不同：2024-05-01写10亿元，2024-03-01写8亿元。"
    assert head(COST, MARCH, MAY) == head(COST, MAY, MARCH) == line


def test_both_reports_are_cited() -> None:
    found = find(ranker().rank(read(COST, MARCH, MAY)), understand(COST))
    assert found
    pieces, citations = compose(found.lines, "\n", found.head)
    assert "".join(pieces) == (
        "两篇报道说法不同：2024-05-01写10亿元，2024-03-01写8亿元。\n"
        "记者获悉,青塘泵站总投资**10亿元**。[1]\n青塘泵站总投资**8亿元**,占地70亩。[2]"
    )
    assert [each.article for each in citations] == [MAY, MARCH]
    assert borne_out(found.head, citations)
    assert borne_out(found.head.replace("8亿", "9亿"), citations) is False
    assert borne_out(found.head, citations[:1]) is False
    assert borne_out("青塘泵站通水。", citations) is None


def test_two_dates_as_they_were_meant() -> None:
    asked = "青塘泵站什么时候竣工？"
    early = report("2023-08-01", "青塘泵站计划明年2月竣工。")
    late = report("2024-01-05", "青塘泵站预计今年6月竣工,明年通水。")
    assert head(asked, early, late) == (
        "两篇报道说法不同：2024-01-05写今年6月〔2024年6月〕，2023-08-01写明年2月〔2024年2月〕。"
    )
    assert head(asked, early, report("2024-01-05", "青塘泵站将于今年2月竣工。")) == ""  # 明年2月 then is 今年2月 now


def test_three_reports_two_of_which_agree() -> None:
    june = report("2024-06-01", "青塘泵站总投资十亿元。")
    assert head(COST, MARCH, MAY, june).startswith("两篇报道说法不同：")
    june = report("2024-06-01", "青塘泵站总投资12亿元。")
    assert head(COST, MARCH, MAY, june) == (
        "三篇报道说法不同：2024-06-01写12亿元，2024-05-01写10亿元，2024-03-01写8亿元。"
    )


def test_reports_without_a_day_go_by_their_headlines() -> None:
    one, two = (
        report("", "青塘泵站总投资8亿元。", "青塘泵站开工"),
        report("", "青塘泵站总投资10亿元。", "青塘泵站通水"),
    )
    assert head(COST, one, two).count("《青塘泵站") == 2


@pytest.mark.parametrize(
    "other",
    [
        "云杉泵站总投资10亿元。",  # another project
        "青塘泵站总投资8.0亿元。",
        "青塘泵站总投资80000万元。",
        "青塘泵站总投资约8.1亿元。",
        "青塘泵站总投资超7亿元。",
        "青塘泵站二期总投资10亿元。",  # a stage
        "青塘泵站总投资,其中设备10亿元。",
        "青塘泵站占地10亩,总投资由三个村分担。",
        "青塘泵站所在的枫林新区总投资100亿元。",  # a larger whole
        "青塘泵站目前已完成总投资6亿元。",  # progress
        "青塘泵站2022年总投资3亿元。",
        "青塘泵站总投资10亿美元。",
        "何远山说,云杉公园和青塘泵站不同,总投资10亿元。",
        "青塘小学总投资10亿元,青塘泵站昨天通水。",  # the figure stands with another thing
    ],
)
def test_what_is_no_difference(other: str) -> None:
    assert head(COST, MARCH, report("2024-05-01", other)) == ""


@pytest.mark.parametrize(
    ("asked", "one", "two"),
    [
        ("枫林镇年产值多少？", "枫林镇年产值8亿元。", "枫林镇年产值9亿元。"),  # of another year
        ("枫林镇有多少人？", "枫林镇有8万人。", "枫林镇有9万人。"),
        ("枫林镇人大会议什么时候召开？", "枫林镇人大会议3月2日召开。", "枫林镇人大会议1月9日召开。"),  # every year
        ("青塘泵站什么时候竣工？", "青塘泵站2月竣工,10月通水。", "青塘泵站10月通水,2月竣工。"),
        ("青塘泵站什么时候竣工？", "青塘泵站2024年2月竣工。", "青塘泵站2024年竣工。"),
        ("青塘泵站什么时候竣工？", "青塘泵站一期2月竣工。", "青塘泵站二期6月竣工。"),
        ("青塘泵站什么时候竣工？", "青塘泵站昨天竣工。", "青塘泵站今天竣工。"),
        ("站长是谁？", "站长林小木说水位高。", "站长何远山说水位低。"),
    ],
)
def test_what_changes_by_nature_is_not_compared(asked: str, one: str, two: str) -> None:
    assert head(asked, report("2024-03-01", one), report("2024-05-01", two)) == ""
