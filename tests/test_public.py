"""What scripts of others rely on: the names, signatures and records that the project promises."""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from toy import Paper

import embeddings
import qa
from qa import Answer, Answerer, Citation, Passage
from qa.settings import Settings

ROOT = Path(__file__).parents[1]
QUESTION = "龙城芯谷规划建筑面积多少？"


def parameters(function: Any) -> list[tuple[str, Any]]:
    return [(each.name, each.default) for each in inspect.signature(function).parameters.values()]


def test_signatures() -> None:
    empty = inspect.Parameter.empty
    assert parameters(Answerer.open) == [("config", "config.yaml"), ("index", None), ("model", None)]
    assert parameters(Answerer.answer) == [("self", empty), ("question", empty), ("history", ())]
    assert parameters(Answerer.stream) == [("self", empty), ("question", empty), ("history", ())]
    assert parameters(Answerer.search) == [("self", empty), ("question", empty), ("k", 10)]
    assert parameters(qa.answer)[0] == ("question", empty)
    assert parameters(embeddings.read_articles)[0] == ("path", empty)


def test_every_public_name_is_there() -> None:
    for room in (qa, embeddings):
        assert {name for name in room.__all__ if not hasattr(room, name)} == set()
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = qa.Nothing


def test_an_article_says_what_it_is() -> None:
    articles = embeddings.read_articles(ROOT / "corpus" / "2024-03-03-A01.txt")
    assert articles
    for article in articles:
        assert isinstance(article.reporters, tuple) and article.kind in ("report", "caption")
        assert article.date == date(2024, 3, 3) and article.page and article.text
        assert isinstance(article.headline, str) and isinstance(article.kicker, str) and article.source_id is None


def test_a_records_own_id_stays_on_the_article(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "n-17", "title": "渡口亮灯", "text": "渡口亮灯。"}\n', "utf-8")
    assert [each.source_id for each in embeddings.read_articles(tmp_path / "a.jsonl")] == ["n-17"]


def test_an_answer(answerer: Answerer) -> None:
    answer = answerer.answer(QUESTION)
    assert isinstance(answer, Answer) and isinstance(answer.text, str) and answer.refused is False
    assert 0 <= answer.confidence <= 1 and answer.searched > 0 and answer.seconds > 0
    assert answer.question_as_understood == QUESTION
    for number, citation in enumerate(answer.citations, start=1):
        assert isinstance(citation, Citation) and citation.number == number
        assert citation.article.text[citation.start : citation.end] == citation.quote
        assert citation.headline and citation.date and citation.page and isinstance(citation.reporters, tuple)
    assert json.loads(json.dumps(answer.as_dict()))["citations"][0]["quote"] == answer.citations[0].quote


def test_a_passage(answerer: Answerer) -> None:
    passages = answerer.search(QUESTION)
    assert len(passages) == 10
    for passage in passages:
        assert isinstance(passage, Passage) and isinstance(passage.score, float)
        assert passage.article.text[passage.start : passage.end] == passage.text
    assert answerer.search(QUESTION, 3) == passages[:3]


def test_the_index_named_wins_over_the_config(tmp_path: Path, sample_index: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("index: nowhere\n", "utf-8")
    assert Answerer.open(str(config), index=str(sample_index)).index.stats["articles"] > 0


def test_one_call_with_the_config_of_the_folder(
    tmp_path: Path, sample_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.yaml").write_text(f"index: {json.dumps(str(sample_index))}\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    qa._default.cache_clear()
    assert qa.answer(QUESTION).citations
    assert qa._default() is qa._default()
    qa._default.cache_clear()


def test_an_article_by_its_id(answerer: Answerer) -> None:
    [citation, *_] = answerer.answer(QUESTION).citations
    assert answerer.article(citation.article.id) == citation.article
    assert answerer.article("0" * 16) is None


@pytest.mark.parametrize("history", [[], (), [("谁？", "")], [(QUESTION, "13.3万平方米")], [["它呢？", "…"]] * 20])
def test_any_history_of_pairs(answerer: Answerer, history: Any) -> None:
    assert answerer.answer("云杉公园在哪里？", history).question_as_understood


@pytest.mark.parametrize(
    "history", [[("？！", "…")], [("", "…")], [(QUESTION, "…")] * 2000], ids=["marks", "empty", "long"]
)
def test_turns_before_never_spoil_a_question(answerer: Answerer, history: Any) -> None:
    assert answerer.answer("云杉公园在哪里？", history).question_as_understood == "云杉公园在哪里？"


def test_a_piece_of_a_stream_ends_with_its_own_marker(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "paper")
    paper.write("a.jsonl", "渡口[1]亮灯|渡口亮灯。", "泵站[1]通水|泵站通水。", reporters="孟一凡")
    paper.build()
    with_toy = Answerer.open(Settings(encoder=paper.encoder), index=paper.index)
    first, whole = with_toy.stream("记者孟一凡写过哪些报道？")
    assert first.text == whole.text[: whole.text.rindex("\n")]


def test_the_default_path_needs_neither_torch_nor_transformers(sample_index: Path, tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "sys.modules.update(dict.fromkeys(('torch', 'transformers', 'sentence_transformers')))  # as if not installed\n"
        "from pathlib import Path; from embeddings.build import build; from qa import Answerer\n"
        "from qa.settings import Settings\n"
        f"answerer = Answerer.open(Settings(), index=Path({str(sample_index)!r})); build(Path('.'), Path('index'))\n"
        f"from ui.chat import build_page; build_page(answerer); print(answerer.answer({QUESTION!r}).text)\n"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    (tmp_path / "page.txt").write_text("渡口亮灯。\n", "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0 and "[1]" in done.stdout, done.stderr
