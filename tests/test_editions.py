"""Questions on a day: today's issue alone, the issues that tell of a day, and archives without dates."""

from __future__ import annotations

from pathlib import Path

import pytest

from embeddings.build import build
from qa import Answerer
from qa.answers.compose import REFUSAL
from qa.settings import Settings

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("asked", ["今天天气怎么样？", "今早有雾吗？", "今天股市怎么样？"])
def test_what_is_asked_of_today_is_looked_for_in_the_newest_issue_alone(answerer: Answerer, asked: str) -> None:
    answer = answerer.answer(asked)
    assert answer.refused and not answer.citations
    assert answer.text == f"{REFUSAL}2024-08-09的报纸上没有找到符合的报道。"


def test_the_newest_issue_answers_what_it_tells(answerer: Answerer) -> None:
    answer = answerer.answer("今天武进开了什么会？")
    assert {str(citation.date) for citation in answer.citations} == {"2024-08-09"}


def test_what_happened_on_a_day_stands_in_the_paper_of_the_next(answerer: Answerer) -> None:
    answer = answerer.answer("8月8日乔俊杰督查了什么？")
    assert not answer.refused
    assert str(answer.citations[0].date) == "2024-08-09" and "乔俊杰" in answer.citations[0].quote


def test_an_archive_without_dates_knows_nothing_of_today(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    page = (ROOT / "corpus/2024-08-09-A01.txt").read_text("utf-8")
    (tmp_path / "corpus/page.txt").write_text(page, "utf-8")
    build(tmp_path / "corpus", tmp_path / "index")
    undated = Answerer.open(Settings.load(ROOT / "config.yaml"), index=tmp_path / "index")
    assert undated.answer("今天乔俊杰去了哪里？").text == f"{REFUSAL}馆藏报道没有注明日期，没有找到符合的报道。"
    assert not undated.answer("兢崧微纳材料高端装备制造基地总投资多少？").refused
