"""Which of several readings is told: later values before earlier ones, and what lowers the confidence."""

from __future__ import annotations

from datetime import date

import pytest

from embeddings.records import Article
from qa.question import understand
from qa.reader import Reading, Span, Window
from qa.reconcile import Best, guards, reconcile
from qa.retrieve import Found

PLAN = Article("东湖游泳馆预计9月1日开放，票价待定。", headline="游泳馆封顶", date=date(2024, 6, 1))
DELAY = Article("东湖游泳馆推迟到11月中旬开放。", headline="游泳馆推迟开放", date=date(2024, 8, 20))


def read(article: Article, words: str, logit: float, score: float = 0.8) -> tuple[Found, Reading]:
    start = article.text.index(words)
    window = Window(article, 0, len(article.text))
    return Found(window, score), Reading(window, logit, (Span(start, start + len(words), -0.5),), ())


def best_of(question: str, *pairs: tuple[Found, Reading]) -> Best:
    return reconcile(understand(question), [found for found, _ in pairs], [reading for _, reading in pairs])


def test_a_later_report_of_a_change_overrules_an_earlier_one() -> None:
    best = best_of("东湖游泳馆什么时候开放？", read(PLAN, "9月1日", 4.0), read(DELAY, "11月中旬", 3.0))
    assert best.chosen is not None and best.chosen.words == "11月中旬"
    assert [each.words for each in best.older] == ["9月1日"]


def test_what_is_unsure_overrules_nothing() -> None:
    best = best_of("东湖游泳馆什么时候开放？", read(PLAN, "9月1日", 4.0), read(DELAY, "11月中旬", -2.0))
    assert best.chosen is not None and best.chosen.words == "9月1日"
    assert best.older == ()


def test_the_same_value_twice_is_no_change() -> None:
    again = Article("东湖游泳馆将于9月1日开放。", headline="游泳馆装修", date=date(2024, 7, 1))
    assert best_of("东湖游泳馆什么时候开放？", read(PLAN, "9月1日", 4.0), read(again, "9月1日", 4.0)).older == ()


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("东湖游泳馆什么时候开放？", []),
        ("《西湖游泳馆》什么时候开放？", ["name"]),
        ("东湖游泳馆二期什么时候开放？", ["ordinal"]),
        ("东湖游泳馆2019年的票价是多少？", ["year"]),
        ("东湖游泳馆2024年什么时候开放？", []),
    ],
)
def test_what_an_article_lacks_of_a_question(question: str, kinds: list[str]) -> None:
    assert [guard.kind for guard in guards(understand(question), PLAN)] == kinds


def test_a_guard_lowers_the_confidence() -> None:
    plain = best_of("东湖游泳馆什么时候开放？", read(PLAN, "9月1日", 3.0))
    lacking = best_of("东湖游泳馆二期什么时候开放？", read(PLAN, "9月1日", 3.0))
    assert lacking.confidence < plain.confidence


@pytest.mark.parametrize(("ordinal", "text"), [("第3期", "三期工程"), ("三期", "3期工程"), ("一期", "首期工程")])
def test_an_ordinal_may_be_written_otherwise(ordinal: str, text: str) -> None:
    assert guards(understand(f"新区{ordinal}工程投资多少？"), Article(f"新区{text}投资1亿元。")) == ()


@pytest.mark.parametrize(
    ("ordinal", "words", "other"), [("一期", "3亿元", False), ("二期", "3亿元", True), ("二期", "5亿元", False)]
)
def test_a_phase_holds_from_where_it_is_named(ordinal: str, words: str, other: bool) -> None:
    article = Article("新区一期去年建成。总投资3亿元。二期上月动工，投资5亿元。", headline="新区建设")
    best = best_of(f"新区{ordinal}投资多少？", read(article, words, 3.0))
    assert best.chosen is not None and bool(best.chosen.guards) == other


def test_nothing_found() -> None:
    assert best_of("东湖游泳馆什么时候开放？") == Best((), 0.0)
