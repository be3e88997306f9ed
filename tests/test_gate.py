"""The gate: three invented papers and the questions that were written on them, as `wenbao evaluate` judges them.

A gate, not a score: docs/quality.md has the figures. A question here is never a reason for a rule; what it shows is a
fault of the training data, the reader, or one of the general mechanisms.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from embeddings.build import build
from qa import Answerer
from qa.measure.evaluate import Report, evaluate
from qa.measure.questionnaire import read_questions
from qa.settings import Settings

HERE = Path(__file__).parent


def asked(answerer: Answerer, questions: str) -> Report:
    return evaluate(answerer, read_questions(HERE / questions), answerer.settings.answer.refuse_below)


def value(report: Report, measure: str) -> float:
    rate = report.measure(measure)
    assert rate is not None
    return rate.value


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Questions on a paper that nothing was trained or tuned on, half of them in words far from the paper's."""
    index = tmp_path_factory.mktemp("paper") / "index"
    build(HERE / "paper", index)
    return asked(Answerer.open(Settings(), index=index), "paper_questions.jsonl")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Pages and questions of somebody who had read the README alone, before anything was asked."""
    index = tmp_path_factory.mktemp("stranger") / "index"
    build(HERE / "stranger", index)
    return asked(Answerer.open(Settings(), index=index), "stranger_questions.jsonl")


@pytest.fixture(scope="module")
def sample(answerer: Answerer) -> Report:
    return asked(answerer, "sample_questions.jsonl")


@pytest.mark.parametrize(("measure", "least"), [("right", 0.5), ("refused", 0.45), ("article", 0.75)])
def test_a_strangers_pages(stranger: Report, measure: str, least: float) -> None:
    assert value(stranger, measure) >= least


@pytest.mark.parametrize(("measure", "least"), [("right", 0.6), ("refused", 0.5), ("article", 0.65)])
def test_a_paper_that_nothing_was_tuned_on(paper: Report, measure: str, least: float) -> None:
    assert value(paper, measure) >= least


@pytest.mark.parametrize(("measure", "least"), [("right", 0.6), ("refused", 0.5), ("article", 0.7)])
def test_the_sample_newspaper(sample: Report, measure: str, least: float) -> None:
    assert value(sample, measure) >= least


def test_little_is_refused_that_the_papers_answer(paper: Report, sample: Report) -> None:
    assert value(paper, "wrongly_refused") <= 0.2
    assert value(sample, "wrongly_refused") <= 0.2


def test_yes_is_not_said_for_no_more_often_than_not(paper: Report, sample: Report) -> None:
    assert value(paper, "said_wrong") <= 0.5
    assert value(sample, "said_wrong") <= 0.5
