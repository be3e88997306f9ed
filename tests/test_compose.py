"""What was found → what is said: quotations with their marks, yes and no, older values, refusals with their reason."""

from __future__ import annotations

from datetime import date

import pytest

from embeddings.records import Article
from qa import compose
from qa.question import understand
from qa.reader import Reading, Span, Window
from qa.reconcile import Best, Candidate, Guard
from qa.records import Answer, Refusal
from qa.retrieve import Found

BRIDGE = Article(
    "城北新桥昨天通车。桥长412米，总投资2.6亿元。货车不能上桥。周边三个小区一是加装隔声窗，二是种树，三是改道。",
    headline="城北新桥通车",
    date=date(2024, 3, 3),
    page="A01",
)
LATER = Article("城北新桥总投资增至2.8亿元。", headline="新桥增加投资", date=date(2024, 5, 1))


def candidate(
    article: Article,
    *words: str,
    support: tuple[float, float, float] = (0.1, 0.1, 0.8),
    score: float = 3.0,
    guards: tuple[Guard, ...] = (),
) -> Candidate:
    window = Window(article, 0, len(article.text))
    spans = tuple(Span(at, at + len(each), -0.2) for each in words for at in [article.text.index(each)])
    return Candidate(Reading(window, score, spans[:1], spans, support), Found(window, 0.9), score, guards)


def whole(question: str, *ranked: Candidate, confidence: float = 0.9, older: tuple[Candidate, ...] = ()) -> Answer:
    return compose.answer(understand(question), Best(ranked, confidence, older))


def test_a_fact_is_one_sentence_with_its_words_marked() -> None:
    answer = whole("城北新桥有多长？", candidate(BRIDGE, "412米"))
    assert answer.text == "桥长**412米**，总投资2.6亿元。[1]"
    assert answer.short == "412米"
    [citation] = answer.citations
    assert BRIDGE.text[slice(*citation.marked[0])] == "412米"


def test_a_day_in_words_is_told_as_a_date() -> None:
    assert whole("城北新桥哪天通车？", candidate(BRIDGE, "昨天")).text == "城北新桥**昨天**〔2024年3月2日〕通车。[1]"


@pytest.mark.parametrize(
    ("question", "support", "verdict", "first"),
    [
        ("货车能上城北新桥吗？", (0.05, 0.9, 0.05), "no", "不能。"),
        ("货车是不是不能上城北新桥？", (0.9, 0.05, 0.05), "yes", "是。"),
        ("货车不能上城北新桥吗？", (0.9, 0.05, 0.05), "yes", "是。"),
        ("城北新桥有没有收费站？", (0.1, 0.2, 0.7), "", "货车"),
    ],
)
def test_yes_and_no_begin_the_answer_where_the_reader_is_sure(
    question: str, support: tuple[float, float, float], verdict: str, first: str
) -> None:
    answer = whole(question, candidate(BRIDGE, "不能上桥", support=support))
    assert answer.verdict == verdict
    assert answer.text.replace("**", "").startswith(first)


def test_all_parts_of_an_answer_are_told_and_no_short_one() -> None:
    answer = whole("周边小区做了哪些事？", candidate(BRIDGE, "加装隔声窗", "种树", "改道"))
    assert all(f"**{each}**" in answer.text for each in ("加装隔声窗", "种树", "改道"))
    assert answer.short == "" and len(answer.citations) == 1


def test_an_older_value_stands_behind_with_its_day() -> None:
    answer = whole("城北新桥总投资多少？", candidate(LATER, "2.8亿元"), older=(candidate(BRIDGE, "2.6亿元"),))
    assert answer.text.index("2.8亿元") < answer.text.index("2024-03-03") < answer.text.index("2.6亿元")
    assert [(value.words, value.number) for value in answer.older] == [("2.6亿元", 2)]
    assert "(Reported on 2024-03-03:)" in compose.english(answer)


def test_a_second_window_is_told_only_where_the_first_is_unsure() -> None:
    first, second = candidate(BRIDGE, "2.6亿元"), candidate(LATER, "2.8亿元", score=2.5)
    assert len(whole("城北新桥花了多少钱？", first, second, confidence=0.95).citations) == 1
    assert len(whole("城北新桥花了多少钱？", first, second, confidence=0.5).citations) == 2


@pytest.mark.parametrize(
    ("guards", "said"),
    [
        ((Guard("ordinal", "二期"),), "报道没有提到二期。"),
        ((Guard("name", "南山"),), "报道没有提到南山。"),
        ((), "最接近的报道是《城北新桥通车》[1]。"),
    ],
)
def test_a_refusal_names_the_nearest_report_and_a_reason_that_is_true(guards: tuple[Guard, ...], said: str) -> None:
    answer = compose.refusal(understand("谁设计的？"), Best((candidate(BRIDGE, "412米", guards=guards),), 0.1))
    assert answer.refused and answer.text.startswith(compose.REFUSAL) and answer.text.endswith(said)


def test_a_refusal_in_english() -> None:
    best = Best((candidate(BRIDGE, "412米", guards=(Guard("name", "南山"),)),), 0.1)
    assert compose.english(compose.refusal(understand("谁设计的？"), best)) == (
        "The reports do not answer this question. The nearest report is 《城北新桥通车》[1]. It does not mention 南山."
    )
    nothing = compose.refusal(understand("谁设计的？"), Best((), 0.0), Refusal("issue", "2024-03-01"))
    assert nothing.citations == () and "2024-03-01的报纸上" in nothing.text


def test_the_answer_grows_sentence_by_sentence() -> None:
    best = Best((candidate(LATER, "2.8亿元"),), 0.9, (candidate(BRIDGE, "2.6亿元"),))
    pieces = list(compose.growing(compose.answer(understand("新桥投资变了吗？"), best)))
    assert [len(piece.citations) for piece in pieces] == [1, 2]
    assert pieces[1].text.startswith(pieces[0].text)


def test_the_new_value_comes_first_where_a_sentence_has_both() -> None:
    raised = Article("城北新桥总投资由2.6亿元增加到2.8亿元。", headline="新桥增加投资", date=date(2024, 5, 1))
    answer = whole("城北新桥总投资多少？", candidate(raised, "2.6亿元增加到2.8亿元"))
    assert answer.short == "2.8亿元"
    assert answer.text.startswith("2.8亿元。\n城北新桥")


def test_more_is_what_was_not_yet_said() -> None:
    best = Best((candidate(BRIDGE, "加装隔声窗", "412米"), candidate(LATER, "2.8亿元")), 0.9)
    first = "桥长**412米**，总投资2.6亿元。[1]"
    asked = understand("还有别的吗", [("城北新桥怎么样？", first)])
    more = compose.further(asked, best)
    assert [citation.quote for citation in more.citations] == [
        "周边三个小区一是加装隔声窗，二是种树，三是改道。", LATER.text,
    ]  # fmt: skip
    asked = understand("继续", [("城北新桥怎么样？", first), ("还有别的吗", more.text)])
    end = compose.further(asked, best)
    assert end.refused and end.refusal == Refusal("no_more")
    assert "no more" in compose.english(end)


def test_one_sentence_is_the_first() -> None:
    long = compose.said([compose.Line(BRIDGE, 0, 9), compose.Line(LATER, 0, 15)])
    assert compose.shortened(long).text == "城北新桥昨天通车。[1]"


@pytest.mark.parametrize(
    ("question", "words", "short"),
    [
        ("甲桥和乙桥相差多少米？", ("412米", "300米"), "相差112米"),
        ("甲桥和乙桥哪个更长？", ("412米", "300米"), "甲桥"),
        ("甲桥和乙桥哪个花钱少？", ("2.6亿元", "9000万元"), "乙桥"),
        ("甲桥和乙桥哪个更长？", ("412米", "2.6亿元"), ""),
    ],
)
def test_two_things_are_reckoned_where_their_figures_have_one_unit(
    question: str, words: tuple[str, str], short: str
) -> None:
    sides = [
        Best((candidate(Article(f"{name}的数是{each}。", headline=name), each),), 0.8)
        for name, each in zip(("甲桥", "乙桥"), words, strict=True)
    ]
    answer = compose.together(understand(question), sides)
    assert answer is not None and answer.short == short
    assert len(answer.citations) == 2
