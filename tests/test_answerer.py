"""The answerer over the sample newspaper: answers with exact quotes, lists, refusals, streaming, new generations."""

from __future__ import annotations

import re
import shutil
import unicodedata
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embeddings.build import build
from embeddings.errors import BrokenIndexError, QuestionError
from qa import Answerer
from qa.compose import REFUSAL
from qa.records import Answer
from qa.settings import Settings

ROOT = Path(__file__).parents[1]


def flat(text: str) -> str:
    return re.sub(r"[\s*]|\[\d+\]", "", unicodedata.normalize("NFKC", text)).lower()


def check_proofs(answer: Answer) -> None:
    """Every marker has its citation, every citation its marker and its exact quote."""
    assert [int(number) for number in re.findall(r"\[(\d+)\]", answer.text)] == [c.number for c in answer.citations]
    for citation in answer.citations:
        assert citation.quote == citation.article.text[citation.start : citation.end] != ""


def test_a_question_about_one_fact(answerer: Answerer) -> None:
    answer = answerer.answer("龙城芯谷规划建筑面积多少？")
    assert "13.3万平方米" in flat(answer.text)
    assert not answer.refused
    assert answer.searched == 48
    assert answer.citations[0].reporters == ("张可馨",)
    check_proofs(answer)


def test_every_sentence_of_an_answer_is_the_papers_own(answerer: Answerer) -> None:
    answer = answerer.answer("科恩新能源智能装备项目什么时候竣工？")
    own = re.sub(r"〔.*?〕|\*\*", "", answer.text)  # what stands in 〔〕 is said to be added
    sentences = re.split(r"\[\d+\]\n?", own)[:-1]
    assert sentences == [citation.quote for citation in answer.citations]


def test_a_question_that_the_paper_does_not_answer(answerer: Answerer) -> None:
    answer = answerer.answer("法国的首都是哪里？")
    assert answer.refused
    assert answer.text.startswith(REFUSAL)
    check_proofs(answer)


def test_all_reports_of_a_reporter(answerer: Answerer) -> None:
    answer = answerer.answer("记者张可馨写过哪些报道？")
    signed = answerer.index.store.select(reporter="张可馨")
    assert len(signed) > 3
    assert {citation.article.id for citation in answer.citations} == {article.id for article in signed}
    assert answer.text.startswith(f"共{len(signed)}篇：\n")
    assert answer.text.count("\n") == len(signed)
    check_proofs(answer)


def test_reports_of_one_issue(answerer: Answerer) -> None:
    answer = answerer.answer("2024年3月3日的报纸有哪些报道？")
    day = answerer.index.store.select(since=date(2024, 3, 3), until=date(2024, 3, 3))
    assert {citation.article.id for citation in answer.citations} == {article.id for article in day}
    assert answer.text.startswith(f"共{len(day)}篇：\n")


@pytest.mark.parametrize(
    "question", ["2024年3月3日有哪些报道？", "2024年3月3日的报纸报道了什么？", "2024年3月有哪些新闻？"]
)
def test_the_issue_is_meant_wherever_its_day_stands(answerer: Answerer, question: str) -> None:
    day = answerer.index.store.select(since=date(2024, 3, 3), until=date(2024, 3, 3))
    answer = answerer.answer(question)
    assert {citation.article.id for citation in answer.citations} == {article.id for article in day}


def test_reports_of_one_page(answerer: Answerer) -> None:
    answer = answerer.answer("2024年8月9日A02版有哪些报道？")
    assert {(str(c.date), c.page) for c in answer.citations} == {("2024-08-09", "A02")}
    assert len(answer.citations) == len(answerer.index.store.select(page="A02", since=date(2024, 8, 9)))


def test_a_question_that_is_no_text(answerer: Answerer) -> None:
    with pytest.raises(QuestionError, match="a question is a text, not int"):
        answerer.answer(123)  # type: ignore[arg-type]


def test_an_empty_issue_is_said_and_never_widened(answerer: Answerer) -> None:
    answer = answerer.answer("2022年5月的报纸有哪些报道？")
    assert answer.refused
    assert answer.text == f"{REFUSAL}2022-05-01至2022-05-31的报纸上没有找到符合的报道。"
    assert answer.citations == ()


def test_reports_of_a_reporter_on_something_the_reporter_never_wrote_about(answerer: Answerer) -> None:
    assert answerer.answer("张可馨写过哪些关于足球的报道？").refused


def test_a_relative_day_is_told_as_a_date(answerer: Answerer) -> None:
    answer = answerer.answer("海南州党政代表团是哪一天来武进的？")
    assert "〔2024年8月8日〕" in answer.text


def test_a_summary_tells_the_report_in_order(answerer: Answerer) -> None:
    answer = answerer.answer("武南第二污水处理厂的报道讲了什么？")
    places = [(str(citation.date), citation.article.id, citation.start) for citation in answer.citations]
    assert len(places) > 1
    assert [day for day, _, _ in places] == sorted(day for day, _, _ in places)
    for article in {article for _, article, _ in places}:
        own = [start for _, other, start in places if other == article]
        assert own == sorted(own)
    check_proofs(answer)


def test_a_photographer(answerer: Answerer) -> None:
    answer = answerer.answer("虹溪科技企业孵化器的照片是谁拍的？")
    assert "徐芊卉" in answer.text
    assert answer.citations[0].article.kind == "caption"


def test_a_list_over_several_articles(answerer: Answerer) -> None:
    answer = answerer.answer("总投资10亿元的项目有哪些？")
    assert len({citation.article.id for citation in answer.citations}) >= 3
    assert all(name in answer.text for name in ("龙城芯谷", "科恩"))
    check_proofs(answer)


def test_a_follow_up_shows_how_it_was_understood(answerer: Answerer) -> None:
    answer = answerer.answer("它总投资多少？", history=[("龙城芯谷要集聚多少家企业？", "30家")])
    assert answer.question_as_understood == "龙城芯谷要集聚多少家企业？ 它总投资多少？"
    assert "10亿元" in flat(answer.text)


def test_streaming_ends_in_the_whole_answer(answerer: Answerer) -> None:
    question = "记者张可馨写过哪些报道？"
    pieces = list(answerer.stream(question))
    assert pieces[-1].text == answerer.answer(question).text
    assert len(pieces) == len(pieces[-1].citations)
    for piece, following in pairwise(pieces):
        assert following.text.startswith(piece.text)
        check_proofs(piece)


def test_search_gives_passages_with_exact_offsets(answerer: Answerer) -> None:
    passages = answerer.search("滆湖清淤", k=5)
    assert len(passages) == 5
    assert [p.score for p in passages] == sorted((p.score for p in passages), reverse=True)
    assert all(p.text == p.article.text[p.start : p.end] for p in passages)
    assert "清淤" in passages[0].text


@pytest.mark.parametrize("question", ["", " ？ ", "问" * 100_000])
def test_a_question_that_cannot_be_asked(answerer: Answerer, question: str) -> None:
    with pytest.raises(QuestionError):
        answerer.answer(question)


def test_no_index(tmp_path: Path) -> None:
    with pytest.raises(BrokenIndexError, match="no index here; run: wenbao build"):
        Answerer.open(Settings(), index=tmp_path)


def test_a_rebuild_is_taken_up_between_questions(tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    shutil.copytree(ROOT / "corpus", corpus)
    build(corpus, index)
    answerer = Answerer.open(Settings(), index=index)
    assert answerer.answer("云杉站换了几盏路灯？").refused
    (corpus / "2024-09-01-A01.txt").write_text(
        "云杉站换上新路灯\n\n本报讯(记者 林小木)昨天,云杉站一共换了46盏路灯。", "utf-8"
    )
    build(corpus, index)
    answer = answerer.answer("云杉站换了几盏路灯？")
    assert "46盏" in answer.text
    assert str(answer.citations[0].date) == "2024-09-01"


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(alphabet="总投资多少亿元项目谁在哪里什么时候会议 ?？*[1]（）龙城芯谷2024\n<>\\", min_size=1, max_size=40)
)
def test_whatever_is_asked_every_proof_holds(answerer: Answerer, question: str) -> None:
    try:
        answer = answerer.answer(question)
    except QuestionError:
        return
    for citation in answer.citations:
        assert citation.quote == citation.article.text[citation.start : citation.end] != ""


def test_yes_and_no_begin_the_answer(answerer: Answerer) -> None:
    yes, no = answerer.answer("龙城芯谷总投资10亿元吗？"), answerer.answer("龙城芯谷总投资25亿元吗？")
    assert (yes.verdict, no.verdict) == ("yes", "no")
    assert yes.text.startswith("是。") and no.text.startswith("不是。")


def test_the_words_that_answer_are_told_apart(answerer: Answerer) -> None:
    answer = answerer.answer("龙城芯谷规划建筑面积多少？")
    assert "13.3万平方米" in answer.short and len(answer.short) < 20
    [(start, end)] = answer.citations[0].marked
    assert answer.citations[0].article.text[start:end] == answer.short


def test_a_greeting_is_answered_without_the_paper(answerer: Answerer) -> None:
    answer = answerer.answer("你好")
    assert answer.aside and answer.citations == () and "问报" in answer.text


def test_a_reporter_whom_nobody_knows(answerer: Answerer) -> None:
    answer = answerer.answer("记者王五写过哪些报道？")
    assert answer.refusal is not None and answer.refusal.kind == "author"
    assert "王五" in answer.text


def test_a_refusal_says_what_the_nearest_report_lacks(answerer: Answerer) -> None:
    answer = answerer.answer("科恩新能源智能装备项目二期投资多少？")
    assert answer.refused and answer.refusal is not None
    assert answer.refusal.kind == "ordinal" and "二期" in answer.text
