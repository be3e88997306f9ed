"""Answers judged: right, cited, refused, in good form; runs compared; the curve; files that cannot be used."""

from __future__ import annotations

import json
import lzma
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer

from embeddings.records import Article
from qa.measure.compare import compare
from qa.measure.curve import Series, draw
from qa.measure.evaluate import Outcome, Report, evaluate, judge
from qa.measure.questionnaire import EvaluationError, Row, read_questions
from qa.measure.significance import difference, rate
from qa.records import Answer, Citation
from ui.cli import app

PUMP = Article(
    "青塘泵站昨天通水,总投资3.5亿元。\n站长林小木说,附近12个村不再怕涝。",
    headline="青塘泵站通水",
    reporters=("孟一凡",),
    date=date(2024, 3, 3),
    source_id="r1",
)
PICTURE = Article("游客在老渡口拍摄刚刚亮起的灯光。", kind="caption")
ANSWER = Answer("青塘泵站昨天通水,总投资**3.5亿元**。[1]", (Citation(1, PUMP, 0, 18),), confidence=0.9, seconds=0.25)
REFUSAL = Answer("没有说到。最接近的是《青塘泵站通水》[1]。", ANSWER.citations, refused=True, confidence=0.1)


def row(**fields: Any) -> Row:
    return Row(**{"id": "1", "question": "泵站投资多少？", "kind": "number", "wanted": (("3.5亿元",),), **fields})


def outcome(number: int, good: bool = True, **fields: Any) -> Outcome:
    asked = {"id": str(number), "question": "问", "kind": "number", "answerable": True, "refused": False, "good": good}
    form = dict.fromkeys(("said", "said_wrong", "current", "focus", "short"))
    return Outcome(**{**asked, **form, "article": good, "confidence": 0.8, "seconds": 0.1, "text": "答", **fields})


@pytest.mark.parametrize(
    ("answer", "fields", "judged"),
    [
        (ANSWER, {}, {"good": True, "refused": False, "answerable": True}),
        (ANSWER, {"wanted": (("３．５ 亿元",),)}, {"good": True}),  # width, spaces and bold marks aside
        (ANSWER, {"wanted": (("4亿", "3.5亿"), ("昨天",))}, {"good": True}),  # one of every group
        (ANSWER, {"wanted": (("3.5亿",), ("800棵",))}, {"good": False}),
        (ANSWER, {"wanted": (("1",),)}, {"good": False}),  # a citation mark is no part of the answer
        (REFUSAL, {"wanted": (("青塘泵站",),)}, {"good": False, "refused": True}),
        (REFUSAL, {"wanted": ()}, {"good": True, "answerable": False}),
        (ANSWER, {"wanted": (), "article": "青塘泵站通水"}, {"good": False, "article": None}),
        (ANSWER, {"article": "重大项目:青塘泵站通水"}, {"article": True}),  # a headline with its kicker
        (ANSWER, {"article": "青塘 泵站"}, {"article": True}),
        (ANSWER, {"article": "云杉公园开园"}, {"article": False}),
        (ANSWER, {"records": frozenset({"r1", "r9"})}, {"article": True}),
        (Answer("渡口[1]", (Citation(1, PICTURE, 0, 9),)), {"article": "刚刚亮起的灯光"}, {"article": True}),
        (Answer("是。\n新桥通车了。[1]"), {"truth": "yes"}, {"said": True, "said_wrong": False}),
        (Answer("没有。\n新桥尚未通车。[1]"), {"truth": "yes"}, {"said": False, "said_wrong": True}),
        (Answer("不能。\n货车绕行。[1]"), {"truth": "no"}, {"said": True, "said_wrong": False}),
        (Answer("货车绕行。[1]"), {"truth": "no"}, {"said": False, "said_wrong": False}),
        (Answer("改为3.5亿元。[1]原为2亿元。[2]"), {"not_first": ("2亿元",)}, {"current": True}),
        (Answer("原为2亿元。[1]改为3.5亿元。[2]"), {"not_first": ("2亿元",)}, {"current": False}),
        (Answer("共3.5亿元。[1]天气很好。[2]", short="3.5亿元"), {"plain": True}, {"focus": False, "short": True}),
        (Answer("共3.5亿元。[1]", short="去年增加到的大约3.5亿元左右的投资"), {"plain": True}, {"short": False}),
        (Answer("共3.5亿元。[1]"), {}, {"focus": None, "short": None, "current": None, "said": None}),
    ],
)
def test_an_answer_is_judged(answer: Answer, fields: dict[str, Any], judged: dict[str, Any]) -> None:
    found = judge(row(**fields), answer)
    assert {name: getattr(found, name) for name in judged} == judged


class Scripted:
    """Answers what has its keyword, refuses the rest, and remembers what it was asked."""

    def __init__(self, *keywords: str) -> None:
        self.keywords = keywords
        self.asked: list[tuple[str, tuple[tuple[str, str], ...]]] = []

    def answer(self, question: str, history: Sequence[tuple[str, str]] = ()) -> Answer:
        self.asked.append((question, tuple(history)))
        return ANSWER if any(keyword in question for keyword in self.keywords) else REFUSAL


def test_a_report_keeps_answerable_and_unanswerable_apart_and_survives_json(tmp_path: Path) -> None:
    answerer = Scripted("泵站", "它")
    questions = [row(), row(id="2", wanted=(("7亿",),)), row(id="3", question="天气？"), row(id="4", wanted=())]
    questions.append(row(id="5", question="天气？", wanted=(), kind="unanswerable"))
    questions.append(row(id="6", question="它投资多少？", history=("泵站在哪？", "天气呢？")))
    report = evaluate(answerer, questions, 0.5)
    rates = {name: report.measure(name) for name in ("right", "refused", "wrongly_refused", "article")}
    told = {name: each and (each.value, each.n) for name, each in rates.items()}
    assert told == {"right": (0.5, 4), "refused": (0.5, 2), "wrongly_refused": (0.25, 4), "article": None}
    assert report.kinds == ("number", "unanswerable") and report.measure("refused", "unanswerable") == rate(1, 1)
    first, second = ("泵站在哪？", ANSWER.text), ("天气呢？", REFUSAL.text)  # earlier turns with their own answers
    assert answerer.asked[-3:] == [("泵站在哪？", ()), ("天气呢？", (first,)), ("它投资多少？", (first, second))]
    (tmp_path / "a.json").write_text(json.dumps(report.as_dict()), "utf-8")
    assert Report.load(tmp_path / "a.json") == report
    timed = Report(tuple(outcome(at, seconds=at / 1000) for at in range(101)), 0.4)
    assert timed.latency() == {"p50_ms": 50.0, "p95_ms": 95.0}


def test_rates_and_differences_know_chance() -> None:
    assert rate(0, 10).low == 0 and rate(10, 10).low < 0.8 and rate(5, 10).as_dict()["low"] == 0.2366
    before, after = [0.1, 0.5, 0.9, 0.2] * 10, [0.2, 0.6, 0.9, 0.4] * 10
    once = difference(before, after, seed=3)
    assert once == difference(before, after, seed=3)
    assert once.low <= once.value <= once.high and once.value == pytest.approx(0.1) and 0 < once.p < 0.01
    assert difference(before, before).p == 1
    assert difference([0] * 9, [1] * 8 + [0]).p == pytest.approx(2 / 2**8)  # McNemar's exact test


def test_two_runs_are_paired_by_question() -> None:
    before = Report((outcome(1, False), outcome(2, short=True), outcome(3, short=True), outcome(4)), 0.4)
    after = (outcome(3, False), outcome(2, short=False), outcome(1), outcome(5), outcome(4, question="别的"))
    comparison = compare(before, Report(after, 0.4))
    assert [one.id for _, one in comparison.better] == ["1"] and [one.id for _, one in comparison.worse] == ["3"]
    right, short = comparison.measures["right"], comparison.measures["short"]
    assert (comparison.unpaired, right.value, right.p, right.n, short.n) == (3, 0, 1, 3, 1)
    assert comparison.as_dict()["worse"] == [{"id": "3", "question": "问", "before": "答", "after": "答"}]
    with pytest.raises(EvaluationError, match="no question in common"):
        compare(Report((outcome(1),), 0.4), Report((outcome(2),), 0.4))


def test_the_curve_weighs_false_answers_against_false_refusals() -> None:
    def unanswered(number: int, confidence: float, refused: bool = False) -> Outcome:
        return outcome(number, refused, answerable=False, refused=refused, confidence=confidence)

    found = [outcome(1, confidence=0.9), outcome(2, confidence=0.5), unanswered(3, 0.5), unanswered(4, 0.2, True)]
    series = Series.of("<甲&乙>", found, 0.4)
    assert [point[1:] for point in series.points()] == [(0, 1), (0, 1), (0, 0.5), (0.5, 0), (1, 0)]
    assert series.at(0.4)[1:] == (0, 0.5)
    assert Series.of("甲", [outcome(1), unanswered(2, 0.9, refused=True)], 0.4).at(0.0).false_answers == 0
    root, name = ET.fromstring(draw([series, series], 0.4)), "{http://www.w3.org/2000/svg}"
    assert len(root.findall(f"{name}polyline")) == len(root.findall(f"{name}circle")) == 2
    assert any("<甲&乙>（2 答得出，2 答不出）：误拒 0.0%，误答 50.0%" in (each.text or "") for each in root.iter())
    for only in (outcome(1), unanswered(1, 0.3)):
        with pytest.raises(EvaluationError, match="needs both kinds"):
            Series.of("甲", [only], 0.4)


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
        {"question": "通车了吗？", "truth": "no", "not_first": ["7月"]},
    )
    read = read_questions(path)
    assert read == [
        Row("a", "投资多少？", "fact", (("3亿", "三亿"),), "泵站", frozenset(), ("泵站？",), plain=True),
        Row("2", "谁来了？", "who", (("甲",), ("乙", "乙方")), "", frozenset({"7", "8", "9"})),
        Row("4", "何时？", "fact", (("昨天",),)),
        Row("5", "天气？", "unanswerable"),
        Row("6", "通车了吗？", "yesno", (("不", "没"),), truth="no", not_first=("7月",)),
    ]
    assert all(not each.wanted for each in read_questions(path, unanswerable=True))
    packed = path.with_suffix(".jsonl.xz")
    packed.write_bytes(lzma.compress(path.read_bytes()))
    assert read_questions(packed) == read


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "q.jsonl:2: `JSON`: Invalid JSON"),
        ("[1]", "q.jsonl:2: `JSON`"),
        ({"any": ["x"]}, "q.jsonl:2: `question`"),
        ({"question": "？", "any": ["x"]}, "q.jsonl:2: the question has no words"),
        *(({"question": "谁？", **wanted}, "q.jsonl:2: says no answer")
          for wanted in ({}, {"any": []}, {"any": [" "]}, {"all": []}, {"all": [[]]})),
        ({"question": "谁？", "any": {"a": 1}}, "q.jsonl:2: `any`"),
        ({"question": "谁？", "any": ["x"], "history": [["a", "b"]]}, "q.jsonl:2: `history`"),
    ],
)  # fmt: skip
def test_a_bad_line_is_named_with_its_place(questions: Callable[..., Path], line: Any, fault: str) -> None:
    with pytest.raises(EvaluationError) as error:
        read_questions(questions({"question": "谁？", "any": ["甲"]}, line))
    assert fault in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xfe", b'{"outcomes": [{}], "refuse_below": 0.4}', None])
def test_an_unusable_file_is_one_line(tmp_path: Path, content: bytes | None) -> None:
    for name, read in (("q.jsonl", read_questions), ("q.jsonl.xz", read_questions), ("a.json", Report.load)):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(EvaluationError, match=name) as error:
            read(tmp_path / name)
        assert "\n" not in str(error.value)


SAMPLE = str(Path(__file__).parent / "sample_questions.jsonl")
DOCUMENT = (Path(__file__).parents[1] / "docs" / "evaluation.md").read_text("utf-8")


def test_the_command_prints_tables_compares_and_draws(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], answerer: Any, tmp_path: Path
) -> None:
    import ui.cli

    monkeypatch.setattr(ui.cli, "open_answerer", lambda settings, index: answerer)
    first, curve = tmp_path / "a.json", tmp_path / "c.svg"
    assert ui.cli.run(["evaluate", SAMPLE, "--limit", "3", "--json"]) == 0
    first.write_text(capsys.readouterr().out, "utf-8")
    assert json.loads(first.read_text("utf-8"))["questions"] == 3
    assert ui.cli.run(["evaluate", SAMPLE, "--limit", "3", "--unanswerable", "--compare", str(first)]) == 0
    out = capsys.readouterr().out
    assert all(words in out for words in ("3 题", "该拒已拒", "按问题的种类", "与上次相比：同样的 3 题"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ui.scores.read_questions", lambda *_: [*read_questions(Path(SAMPLE))[:2], row(wanted=())])
        assert ui.cli.run(["evaluate", SAMPLE, "--curve", str(curve)]) == 0
    assert ET.parse(curve).getroot().tag.endswith("svg")
    capsys.readouterr()
    assert ui.cli.run(["evaluate", str(tmp_path / "no.jsonl")]) == 1
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("错误：") and err.count("\n") == 1


def test_the_documented_questions_are_read_and_every_option_is_documented(tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_text(DOCUMENT.split("```json\n")[1].split("```")[0], "utf-8")
    first, second, third = read_questions(tmp_path / "q.jsonl")
    assert (first.kind, first.article, third.wanted) == ("number", "青塘泵站通水", ())
    assert (second.wanted, second.history) == ((("3月3日", "三月三日"),), (first.question,))
    command = typer.main.get_group(app).commands["evaluate"]
    options = {option for parameter in command.params for option in parameter.opts if option.startswith("-")}
    assert {"--compare", "--curve"} <= options and all(option in DOCUMENT for option in options)
