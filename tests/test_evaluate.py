"""Answers judged: right, cited, supported, refused; runs compared; the curve; files that cannot be used."""

from __future__ import annotations

import json
import lzma
import math
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from embeddings.records import Article
from qa.measure.compare import compare
from qa.measure.curve import Series, draw
from qa.measure.evaluate import Outcome, Report, evaluate, judge
from qa.measure.questionnaire import EvaluationError, Row, flat, read_questions
from qa.measure.significance import difference, mcnemar, wilson
from qa.records import Answer, Citation
from ui.commands import app

PUMP = Article(
    "青塘泵站昨天通水,总投资3.5亿元。\n站长林小木说,附近12个村不再怕涝。",
    headline="青塘泵站通水",
    reporters=("孟一凡",),
    date=date(2024, 3, 3),
    source_id="r1",
)
PARK = Article("云杉公园上周开园，园内种树800棵。设计者是何远山。", headline="云杉公园开园", source_id="r2")
PICTURE = Article("游客在老渡口拍摄刚刚亮起的灯光。", kind="caption")


def cite(number: int, article: Article, quote: str) -> Citation:
    start = article.text.index(quote)
    return Citation(number, article, start, start + len(quote))


MONEY = cite(1, PUMP, "青塘泵站昨天通水,总投资3.5亿元。")
TREES = cite(2, PARK, "云杉公园上周开园，园内种树800棵。")
ANSWER = Answer("青塘泵站昨天通水,总投资**3.5亿元**。[1]", (MONEY,), confidence=0.9, seconds=0.25)
REFUSAL = Answer("没有说到。最接近的是《青塘泵站通水》[1]。", (MONEY,), refused=True, confidence=0.1)


class Scripted:
    """Answers by the first keyword of the question, and remembers what it was asked."""

    def __init__(self, answers: dict[str, Answer]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, tuple[tuple[str, str], ...]]] = []

    def answer(self, question: str, history: Sequence[tuple[str, str]] = ()) -> Answer:
        self.asked.append((question, tuple(history)))
        return next((answer for key, answer in self.answers.items() if key in question), REFUSAL)


def row(**fields: Any) -> Row:
    return Row(**{"id": "1", "question": "泵站投资多少？", "kind": "number", "wanted": (("3.5亿元",),), **fields})


# right, and the right article


@pytest.mark.parametrize(
    ("wanted", "right"),
    [
        ((("3.5亿元",),), True),
        ((("３．５ 亿元",),), True),  # width and spaces aside
        ((("总投资3.5",),), True),  # bold marks aside
        ((("4亿", "3.5亿"),), True),  # one of a group
        ((("3.5亿",), ("昨天",)), True),
        ((("3.5亿",), ("800棵",)), False),  # one of every group
        ((("35亿",),), False),
    ],
)
def test_an_answer_is_right_if_it_holds_one_string_of_every_group(
    wanted: tuple[tuple[str, ...], ...], right: bool
) -> None:
    assert judge(row(wanted=wanted), ANSWER).good is right


def test_a_citation_mark_is_no_part_of_the_answer() -> None:
    split = Answer("总投资3[1].5亿元。[1]", (MONEY,))
    assert judge(row(), split).good
    assert not judge(row(wanted=(("1",),)), split).good


def test_a_refusal_that_holds_the_words_is_not_right() -> None:
    outcome = judge(row(wanted=(("青塘泵站",),)), REFUSAL)
    assert (outcome.good, outcome.refused) == (False, True)


def test_refusing_what_has_no_answer_is_good_and_answering_it_is_not() -> None:
    assert judge(row(wanted=()), REFUSAL).good
    assert not judge(row(wanted=()), ANSWER).good
    assert judge(row(wanted=(), article="青塘泵站通水"), ANSWER).article is None


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"article": "青塘泵站通水"}, True),
        ({"article": "重大项目:青塘泵站通水"}, True),  # a headline with its kicker
        ({"article": "青塘 泵站"}, True),
        ({"article": "云杉公园开园"}, False),
        ({"records": frozenset({"r1", "r9"})}, True),
        ({"records": frozenset({"r2"})}, False),
        ({}, None),
    ],
)
def test_the_right_article_is_known_by_headline_or_record(fields: dict[str, Any], found: bool | None) -> None:
    assert judge(row(**fields), ANSWER).article is found


def test_a_caption_is_known_by_its_words() -> None:
    answer = Answer("老渡口[1]", (cite(1, PICTURE, PICTURE.text),))
    assert judge(row(article="刚刚亮起的灯光"), answer).article is True


def test_earlier_turns_are_asked_with_their_own_answers() -> None:
    answerer = Scripted({"泵站": ANSWER, "它": ANSWER})
    evaluate(answerer, [row(question="它投资多少？", history=("泵站在哪？", "天气呢？"))], 0.5)
    first, second = ("泵站在哪？", ANSWER.text), ("天气呢？", REFUSAL.text)
    assert answerer.asked == [("泵站在哪？", ()), ("天气呢？", (first,)), ("它投资多少？", (first, second))]


def test_spaces_width_case_and_marks_make_no_difference() -> None:
    assert flat(" ２ＧＷｈ **项目**[12]\n") == "2gwh项目"


# yes and no, the value that holds, padding, the short answer


@pytest.mark.parametrize(
    ("truth", "text", "said", "wrong"),
    [
        ("yes", "是。\n新桥通车了。[1]", True, False),
        ("yes", "没有。\n新桥尚未通车。[1]", False, True),
        ("no", "不能。\n货车绕行。[1]", True, False),
        ("no", "货车绕行。[1]", False, False),
    ],
)
def test_yes_and_no_are_judged_by_the_first_word(truth: str, text: str, said: bool, wrong: bool) -> None:
    outcome = judge(row(truth=truth), Answer(text))
    assert (outcome.said, outcome.said_wrong) == (said, wrong)


def test_the_value_that_holds_must_come_first() -> None:
    new_first, old_first = Answer("改为3.5亿元。[1]原为2亿元。[2]"), Answer("原为2亿元。[1]改为3.5亿元。[2]")
    assert [judge(row(not_first=("2亿元",)), each).current for each in (new_first, old_first)] == [True, False]
    assert judge(row(), new_first).current is None


def test_padding_and_the_short_answer() -> None:
    padded = Answer("总投资3.5亿元。[1]天气很好。[2]", short="3.5亿元")
    outcome = judge(row(plain=True), padded)
    assert (outcome.focus, outcome.short) == (False, True)
    assert (
        judge(row(plain=True), Answer("总投资3.5亿元。[1]", short="总投资是在去年增加到的3.5亿元左右")).short is False
    )
    assert judge(row(plain=False), padded).focus is None


# reports


def outcome(number: int, good: bool = True, **fields: Any) -> Outcome:
    usual = {
        **{"id": str(number), "question": "问", "kind": "number", "answerable": True, "refused": False},
        **{
            "good": good,
            "article": good,
            "said": None,
            "said_wrong": None,
            "current": None,
            "focus": None,
            "short": None,
        },
        **{"confidence": 0.8, "seconds": 0.1, "text": "答"},
    }
    return Outcome(**{**usual, **fields})


def test_a_report_keeps_answerable_and_unanswerable_apart() -> None:
    questions = [row(), row(id="2", wanted=(("7亿",),)), row(id="3", question="天气？"), row(id="4", wanted=())]
    questions.append(row(id="5", question="天气？", wanted=(), kind="unanswerable"))
    report = evaluate(Scripted({"泵站": ANSWER}), questions, 0.5)
    rates = {name: rate and (rate.value, rate.n) for name in ("right", "refused", "wrongly_refused") if
             (rate := report.measure(name))}  # fmt: skip
    assert rates == {"right": (1 / 3, 3), "refused": (0.5, 2), "wrongly_refused": (1 / 3, 3)}
    assert report.kinds == ("number", "unanswerable")
    assert report.measure("refused", "unanswerable") == wilson(1, 1)
    assert report.measure("article") is None


def test_a_report_survives_json(tmp_path: Path) -> None:
    report = Report((outcome(1), outcome(2, False, article=None, short=True)), 0.4)
    path = tmp_path / "a.json"
    path.write_text(json.dumps(report.as_dict()), "utf-8")
    assert Report.load(path) == report


def test_latency_is_told_in_milliseconds() -> None:
    report = Report(tuple(outcome(at, seconds=at / 1000) for at in range(101)), 0.4)
    assert report.latency() == {"p50_ms": 50.0, "p95_ms": 95.0}


@pytest.mark.parametrize(
    "content", [None, "", "[]", '{"outcomes": 3}', '{"outcomes": [{}], "refuse_below": 0.4}', "\xff"]
)
def test_an_unusable_earlier_result_is_one_line(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "a.json"
    if content is not None:
        path.write_bytes(content.encode("latin-1"))
    with pytest.raises(EvaluationError, match=r"a\.json: .*wenbao evaluate … --json") as error:
        Report.load(path)
    assert "\n" not in str(error.value)


# chance


@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilsons_interval_holds_the_rate(counts: tuple[int, int]) -> None:
    rate = wilson(*counts)
    assert 0 <= rate.low <= rate.value <= rate.high <= 1
    assert rate.high - rate.low > 0  # no rate is certain, not even 100 %


@given(st.integers(0, 40), st.integers(0, 40))
def test_mcnemar_is_a_fair_coin(better: int, worse: int) -> None:
    n = better + worse
    both = sum(math.comb(n, k) for k in range(n + 1) if abs(2 * k - n) >= abs(better - worse)) / 2**n
    assert mcnemar(better, worse) == pytest.approx(min(1, both))


def test_large_counts_do_not_overflow() -> None:
    assert 0 <= mcnemar(3000, 1000) < 1e-100
    assert mcnemar(2000, 2000) == 1


def test_a_difference_is_the_same_whenever_it_is_drawn() -> None:
    before, after = [0.1, 0.5, 0.9, 0.2] * 10, [0.2, 0.6, 0.9, 0.4] * 10
    once = difference(before, after, seed=3)
    assert once == difference(before, after, seed=3)
    assert once.value == pytest.approx(0.1)
    assert once.low <= once.value <= once.high
    assert 0 < once.p < 0.01
    assert difference([0.1] * 99, [0.2] * 99).p > 0  # so many draws cannot show more
    assert difference(before, before).p == 1


# comparisons


def test_what_got_better_and_worse_is_paired_by_question() -> None:
    before = Report((outcome(1, False), outcome(2), outcome(3), outcome(4)), 0.4)
    after = Report((outcome(3, False), outcome(2), outcome(1), outcome(5), outcome(4, question="别的")), 0.4)
    comparison = compare(before, after)
    assert [one.id for _, one in comparison.better] == ["1"]
    assert [one.id for _, one in comparison.worse] == ["3"]
    assert comparison.unpaired == 3
    assert (comparison.measures["right"].value, comparison.measures["right"].p) == (0, 1)
    assert comparison.measures["right"].n == 3


def test_a_question_that_only_one_run_has_a_measure_of_is_left_out_of_it() -> None:
    before, after = (
        Report((outcome(1, short=True), outcome(2, short=True)), 0.4),
        Report((outcome(1, short=False), outcome(2)), 0.4),
    )
    assert compare(before, after).measures["short"].n == 1


def test_runs_without_a_common_question_cannot_be_compared() -> None:
    with pytest.raises(EvaluationError, match="no question in common"):
        compare(Report((outcome(1),), 0.4), Report((outcome(2),), 0.4))


# the curve


def unanswered(number: int, confidence: float, refused: bool = False) -> Outcome:
    return outcome(number, refused, answerable=False, refused=refused, confidence=confidence)


def test_the_curve_weighs_false_answers_against_false_refusals() -> None:
    found = [outcome(1, confidence=0.9), outcome(2, confidence=0.5), unanswered(3, 0.5), unanswered(4, 0.2, True)]
    series = Series.of("甲", found, 0.4)
    points = [(point.threshold, point.false_refusals, point.false_answers) for point in series.points()]
    assert [point[1:] for point in points] == [(0, 1), (0, 1), (0, 0.5), (0.5, 0), (1, 0)]
    assert points[3][0] == 0.9  # refusing below 0.9 keeps the answer that has it
    here = series.at(0.4)
    assert (here.false_refusals, here.false_answers) == (0, 0.5)


def test_what_was_refused_for_another_reason_stays_refused() -> None:
    series = Series.of("甲", [outcome(1), unanswered(2, 0.9, refused=True)], 0.4)
    assert series.at(0.0).false_answers == 0


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), max_size=30))
def test_a_higher_threshold_refuses_more(drawn: list[tuple[bool, float]]) -> None:
    found = [outcome(1), unanswered(2, 0.3)]
    found += [outcome(at, answerable=known, confidence=sure) for at, (known, sure) in enumerate(drawn, 3)]
    points = Series.of("甲", found, 0.0).points()
    assert (points[0].false_answers, points[-1].false_answers) == (1, 0)
    assert points[-1].false_refusals == 1
    for lower, higher in pairwise(points):
        assert lower.false_refusals <= higher.false_refusals
        assert lower.false_answers >= higher.false_answers


def test_the_drawing_marks_the_threshold_and_is_well_formed() -> None:
    series = Series("<甲&乙>", (0.9, 0.3), (0.5, 0.2))
    root = ET.fromstring(draw([series, series], 0.4))
    name = "{http://www.w3.org/2000/svg}"
    assert len(root.findall(f"{name}polyline")) == len(root.findall(f"{name}circle")) == 2
    assert any("<甲&乙>（2 答得出，2 答不出）：误拒 50.0%，误答 50.0%" in (text.text or "") for text in root.iter())
    assert root.find(f"{name}circle").attrib["cx"] == "280.0"  # type: ignore[union-attr]  # 70 + 420 / 2


@pytest.mark.parametrize("only", [outcome(1), unanswered(1, 0.3)])
def test_a_curve_needs_both_kinds_of_questions(only: Outcome) -> None:
    with pytest.raises(EvaluationError, match="needs both kinds"):
        Series.of("甲", [only], 0.4)


# files of questions


@pytest.fixture
def questions(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: Any) -> Path:
        path = tmp_path / "q.jsonl"
        path.write_text("\n".join(each if isinstance(each, str) else json.dumps(each) for each in rows), "utf-8")
        return path

    return write


def test_every_form_of_a_question_is_read(questions: Callable[..., Path]) -> None:
    path = questions(
        {"id": "a", "question": "投资多少？", "any": ["3亿", "三亿"], "article": "泵站", "history": ["泵站？"]},
        {"question": "谁来了？", "all": ["甲", ["乙", "乙方"]], "doc_id": 7, "also": ["8", 9], "type": "who"},
        "",
        {"question": "何时？", "answers": "昨天", "article": "*", "also": None},
        {"question": "天气？", "type": "unanswerable", "article": "-"},
    )
    assert read_questions(path) == [
        Row("a", "投资多少？", "number", (("3亿", "三亿"),), "泵站", frozenset(), ("泵站？",), plain=True),
        Row("2", "谁来了？", "who", (("甲",), ("乙", "乙方")), "", frozenset({"7", "8", "9"})),
        Row("4", "何时？", "date", (("昨天",),)),
        Row("5", "天气？", "unanswerable"),
    ]
    assert all(not each.wanted for each in read_questions(path, unanswerable=True))


def test_a_packed_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl.xz"
    path.write_bytes(lzma.compress('{"question": "谁？", "any": ["甲"]}\n'.encode()))
    assert [each.question for each in read_questions(path)] == ["谁？"]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "q.jsonl:2: not valid JSON"),
        ("[1]", "q.jsonl:2: has no `question`"),
        ({"any": ["x"]}, "q.jsonl:2: has no `question`"),
        ({"question": " "}, "q.jsonl:2: has no `question`"),
        ({"question": "？", "any": ["x"]}, "q.jsonl:2: the question has no words"),
        ({"question": "谁？"}, "q.jsonl:2: says no answer"),
        ({"question": "谁？", "any": []}, "q.jsonl:2: says no answer"),
        ({"question": "谁？", "any": [" "]}, "q.jsonl:2: says no answer"),
        ({"question": "谁？", "all": []}, "q.jsonl:2: says no answer"),
        ({"question": "谁？", "all": [[]]}, "q.jsonl:2: says no answer"),
        ({"question": "谁？", "any": {"a": 1}}, "q.jsonl:2: `any` must be a text or a list of texts"),
        ({"question": "谁？", "any": ["x"], "history": [["a", "b"]]}, "q.jsonl:2: `history` must be"),
    ],
)
def test_a_bad_line_is_named_with_its_place(questions: Callable[..., Path], line: Any, fault: str) -> None:
    with pytest.raises(EvaluationError) as error:
        read_questions(questions({"question": "谁？", "any": ["甲"]}, line))
    assert fault in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xfe", None])
def test_an_unusable_file_is_one_line(tmp_path: Path, content: bytes | None) -> None:
    for name in ("q.jsonl", "q.jsonl.xz"):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(EvaluationError, match=name) as error:
            read_questions(tmp_path / name)
        assert "\n" not in str(error.value)


# the command


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], answerer: Any) -> Any:
    """Run `wenbao evaluate …` over the sample newspaper: (exit code, stdout, stderr)."""
    import ui.cli
    import ui.commands

    monkeypatch.setattr(ui.commands, "open_answerer", lambda settings, index: answerer)

    def run(*arguments: str) -> tuple[int, str, str]:
        return ui.cli.run(["evaluate", *arguments]), *capsys.readouterr()

    return run


SAMPLE = str(Path(__file__).parent / "sample_questions.jsonl")


def test_the_command_prints_tables_compares_and_draws(command: Any, tmp_path: Path) -> None:
    first, curve = tmp_path / "a.json", tmp_path / "c.svg"
    code, out, err = command(SAMPLE, "--limit", "3", "--json")
    assert (code, err) == (0, "")
    first.write_text(out, "utf-8")
    assert json.loads(out)["questions"] == 3
    code, out, _ = command(SAMPLE, "--compare", str(first), "--curve", str(curve))
    assert code == 0
    assert all(words in out for words in ("100 题", "答对", "该拒已拒", "按问题的种类", "与上次相比：同样的 3 题"))
    assert ET.parse(curve).getroot().tag.endswith("svg")


def test_a_bad_file_is_one_line_and_exit_code_1(command: Any, tmp_path: Path) -> None:
    code, out, err = command(str(tmp_path / "no.jsonl"))
    assert (code, out) == (1, "")
    assert err.startswith("错误：") and err.count("\n") == 1


def test_every_question_may_be_declared_unanswerable(command: Any) -> None:
    result = json.loads(command(SAMPLE, "--limit", "2", "--unanswerable", "--json")[1])
    assert set(result["kinds"]) == {"unanswerable"}


# the documentation

DOCUMENT = (Path(__file__).parents[1] / "docs" / "evaluation.md").read_text("utf-8")


def test_the_documented_questions_are_read(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(DOCUMENT.split("```json\n")[1].split("```")[0], "utf-8")
    first, second, third = read_questions(path)
    assert (first.kind, first.article, second.wanted, third.wanted) == (
        "number",
        "青塘泵站通水",
        (("3月3日", "三月三日"),),
        (),
    )
    assert second.history == (first.question,)


def test_every_option_of_the_command_is_documented() -> None:
    command = typer.main.get_group(app).commands["evaluate"]
    options = {option for parameter in command.params for option in parameter.opts if option.startswith("-")}
    assert {"--compare", "--curve"} <= options
    assert {option for option in options if option not in DOCUMENT} == set()
