"""Ranked sentences → the text of an answer: its own words, its marks, its proofs."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import PARK, PUMP, ranker, read

from embeddings.chunks import sentence_spans
from embeddings.records import Article
from qa.answers.compose import REFUSAL, Statement, compose, from_sentences, lean, naming, refuse
from qa.answers.summaries import summarise
from qa.asked.question import understand
from qa.ranking.ranker import Ranked


def said(asked: str, *articles: Article, most: int = 3) -> list[Statement]:
    return from_sentences(ranker().rank(read(asked, *articles)), understand(asked), most)


def chosen(asked: str, article: Article, *order: int) -> list[Statement]:
    """What is said when the sentences of an article are ranked in a given order, none much better than the next."""
    [seen] = read(asked, article)
    return from_sentences([Ranked(seen, at, 0.0) for at in order], understand(asked), len(order))


def plain(statement: Statement) -> str:
    return statement.text.replace("**", "")


@pytest.mark.parametrize("asked", ["青塘泵站占地多少亩？", "站长是谁？", "云杉公园种了什么？", "青塘泵站投资过哪些？"])
def test_a_statement_is_the_papers_own(asked: str) -> None:
    for statement in said(asked, PUMP, PARK):
        assert plain(statement) == statement.article.text[statement.start : statement.end] != ""


def test_bold_marks_only_the_answer() -> None:
    [first, *_] = said("青塘泵站什么时候动工？", PUMP)
    assert first.text.count("**") == 2
    assert "**2023年5月**动工" in first.text
    assert "**" not in "".join(each.text for each in said("青塘泵站为什么不怕涝？", PUMP))


def test_a_sentence_brings_along_the_one_that_it_leans_on() -> None:
    [first, *_] = said("青塘泵站占地多少亩？", PUMP)
    assert plain(first).startswith("青塘泵站昨天通水")
    assert "**70亩**" in first.text


def test_only_what_stands_in_the_same_paragraph_is_leant_on() -> None:
    for text, span in (("泵站通水。该项目占地70亩。", (0, 14)), ("泵站通水。\n该项目占地70亩。", (6, 15))):
        assert lean(sentence_spans(text), text, 1) == span
    assert lean([(0, 9)], "该项目占地70亩。", 0) == (0, 9)


def test_a_sure_answer_is_one_sentence_and_a_doubtful_one_up_to_the_most() -> None:
    article = Article("林小木是站长。水泵有三台。云杉公园开园。")
    [seen] = read("谁看泵站？", article)
    sure = [Ranked(seen, 0, 9.0), Ranked(seen, 1, 1.0), Ranked(seen, 2, 0.0)]
    assert len(from_sentences(sure, understand("谁看泵站？"), 3)) == 1
    doubtful = [Ranked(seen, at, 1.0) for at in range(3)]
    assert [len(from_sentences(doubtful, understand("谁看泵站？"), most)) for most in (1, 2, 3)] == [1, 2, 3]


def test_overlapping_statements_become_one() -> None:
    assert [(each.start, each.end) for each in chosen("泵站占地多少亩？", PUMP, 0, 1)] == [
        (0, sentence_spans(PUMP.text)[1][1])
    ]
    assert [(each.start, each.end) for each in chosen("泵站占地多少亩？", PUMP, 1, 0)] == [
        (0, sentence_spans(PUMP.text)[1][1])
    ]


def test_a_question_for_several_things_takes_every_sentence_that_covers_as_much() -> None:
    article = Article("汇报之一是水利。天晴。汇报之二是交通。汇报之三是学校。", headline="区里开会")
    assert len(said("听取了哪些汇报？", article, most=1)) == 3


def test_a_list_within_an_article_comes_whole() -> None:
    text = "泵站要做三件事。第一是清淤;第二是修闸;第三是种树。天晴。"
    [whole] = said("泵站要做哪些事？", Article(text), most=1)
    assert whole.text == "泵站要做三件事。第一是清淤;第二是修闸;第三是种树。"
    asks = Article("泵站要做哪些事?概括起来有两件:清淤和修闸。天晴。")
    assert said("泵站要做哪些事？", asks, most=1)[0].text == "泵站要做哪些事?概括起来有两件:清淤和修闸。"


def test_a_reprint_says_nothing_twice() -> None:
    text = "青塘泵站昨天通水,总投资3.5亿元。附近12个村不再怕涝,站前的老柳树下又坐满了纳凉的人。"
    first = Article(text, headline="青塘泵站通水", date=date(2024, 3, 1))
    again = Article(text, headline="泵站通水了", date=date(2024, 3, 4))
    assert [each.article for each in said("青塘泵站总投资多少？", again, first)] == [first]


def test_the_best_sentence_is_never_pushed_out_by_a_lesser_one() -> None:
    text = "青塘泵站由区水利局、镇政府和三个村共同出资兴建。该项目去年动工。它占地70亩。"
    assert any("70亩" in each.text for each in chosen("泵站占地多少亩？", Article(text), 2, 1))


CHAINS = st.lists(
    st.sampled_from(["泵站去年动工。", "它占地70亩。", "该项目投资3亿元,由三个村共同出资兴建。"]),
    min_size=1,
    max_size=5,
)


def test_no_words_are_said_twice() -> None:
    text = "泵站去年动工。它占地70亩。该项目投资3亿元。它有泵。"
    statements = chosen("泵站占地多少亩？", Article(text), 0, 2, 1, 3)
    assert all(
        one.end <= two.start or two.end <= one.start for one in statements for two in statements if one is not two
    )


@given(CHAINS, st.data())
def test_every_statement_is_a_run_of_whole_sentences(lines: list[str], data: st.DataObject) -> None:
    article = Article("".join(lines))
    spans = sentence_spans(article.text)
    order = data.draw(st.permutations(range(len(spans))))
    statements = chosen("泵站占地多少亩？", article, *order)
    assert statements
    for each in statements:
        assert plain(each) == article.text[each.start : each.end]
        assert each.start in {start for start, _ in spans} and each.end in {end for _, end in spans}


def test_an_article_as_a_line_of_a_list() -> None:
    article = Article(
        "渡口亮灯。夜里通航。", "渡口亮灯", reporters=("孟一凡", "何远山"), date=date(2024, 3, 3), page="A02"
    )
    line = naming(article)
    assert (line.start, line.end) == (0, 5)
    assert line.text.startswith("《渡口亮灯》")
    assert all(fact in line.text for fact in ("记者 孟一凡、何远山", "2024-03-03", "A02"))
    assert naming(Article("渡口亮灯。")).text == "《渡口亮灯》"
    assert "摄影 孟一凡" in naming(Article("渡口亮灯", reporters=("孟一凡",), kind="caption")).text


def test_statements_are_numbered_from_one() -> None:
    pieces, citations = compose([naming(PUMP), naming(PARK)], "\n")
    text = "".join(pieces)
    assert [line[-3:] for line in text.split("\n")] == ["[1]", "[2]"]
    assert [(each.number, each.article) for each in citations] == [(1, PUMP), (2, PARK)]
    assert compose([]) == ([], [])


def refusal(asked: str, *articles: Article) -> str:
    [text], citations = refuse(ranker().rank(read(asked, *articles)), understand(asked))
    assert text.startswith(REFUSAL) and all(each.quote in each.article.text for each in citations)
    return text.removeprefix(REFUSAL)


def test_a_refusal_names_the_nearest_report_and_what_it_lacks() -> None:
    nearest = "最接近的报道是《青塘泵站通水》[1]。"
    assert refusal("青塘泵站的董事长是谁？", PUMP) == f"{nearest}报道写了青塘泵站，但没有提到董事长。"
    assert refusal("火星基地的舰长是谁？", PUMP) == f"{nearest}报道没有提到火星基地和舰长。"
    assert "但没有写具体地点。" in refusal("站长在哪里？", Article("站长说水位不高。", headline="汛期"))
    assert "GDP" in refusal("青塘泵站的GDP是多少？", PUMP)
    assert refuse([], understand("站长是谁？")) == ([REFUSAL], [])


def test_the_nearest_report_is_the_one_that_tells_most_of_what_is_asked() -> None:
    asked = "云杉公园的园长是谁？"
    [about_pump, about_park] = read(asked, PUMP, PARK)
    ranked = [Ranked(about_pump, 0, 2.0), Ranked(about_park, 0, 1.0)]
    [text], [citation] = refuse(ranked, understand(asked))
    assert citation.article == PARK and "写了云杉公园，但没有提到园长" in text


def test_a_condition_that_nothing_meets_is_named() -> None:
    [text], _ = refuse(
        ranker().rank(read("总投资超过9亿元的项目有哪些？", PUMP)), understand("?总投资"), sought="总投资超过9亿元"
    )
    assert text.startswith(f"{REFUSAL}没有找到总投资超过9亿元的报道。最接近的报道是《青塘泵站通水》[1]。")


def test_a_summary_holds_whole_sentences_that_carry_the_report() -> None:
    text = (
        "水从哪里来?青塘泵站昨天通水,四台大泵一齐转动。他很高兴。泵站一是排涝;二是灌溉;三是供青塘镇饮水。"
        "中午吃的是面条和小菜。青塘泵站的大泵由青塘镇农机站照看。"
    )
    ranked = ranker().rank(read("青塘泵站的报道讲了什么？", Article(text, headline="青塘泵站通水")))
    told = [each.text for each in summarise(ranked, 3)]
    assert told == [
        "青塘泵站昨天通水,四台大泵一齐转动。",
        "泵站一是排涝;二是灌溉;三是供青塘镇饮水。",
        "青塘泵站的大泵由青塘镇农机站照看。",
    ]
    assert [each.text for each in summarise(ranker().rank(read("讲了什么？", Article("通水了。"))), 3)] == ["通水了。"]


def test_a_question_for_yes_or_no_is_decided_by_the_sentence_that_names_it() -> None:
    text = "青塘泵站占地70亩。青塘泵站已经封顶。林小木在青塘泵站值班。"
    assert [each.text for each in said("青塘泵站封顶了吗？", Article(text))] == ["青塘泵站已经封顶。"]
