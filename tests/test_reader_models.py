"""Any extractive question-answering model as the reader, by configuration: tiny ones, loaded by the real code."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_models import cross_encoder, question_answering

from embeddings.errors import ModelError
from embeddings.records import Article
from qa.hub_reader import HubReader
from qa.reader import Reader, Window, open_reader

ARTICLES = [
    Article("新桥昨天通车,长百米。市民看夜景。", headline="新桥"),
    Article("图书馆开到晚上九点半。"),
    Article(""),
]
WINDOWS = [Window(article, 0, len(article.text)) for article in ARTICLES]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return question_answering(tmp_path_factory.mktemp("models") / "spans")


def test_a_model_reads_in_words_of_the_window(folder: Path) -> None:
    found = open_reader(str(folder)).read("新桥长多少米？", WINDOWS)
    assert [reading.window for reading in found] == WINDOWS
    for reading, article in zip(found[:2], ARTICLES, strict=False):
        assert 0 <= reading.spans[0].start < reading.spans[0].end <= len(article.text)
    assert found[2].spans == () and found[2].chance < 0.01


def test_windows_do_not_disturb_each_other(folder: Path) -> None:
    reader = HubReader(str(folder))
    together, alone = reader.read("新桥长多少米？", WINDOWS)[0], reader.read("新桥长多少米？", WINDOWS[:1])[0]
    assert together.spans[0][:2] == alone.spans[0][:2]
    assert together.logit == pytest.approx(alone.logit, abs=1e-4)
    assert reader.read("新桥长多少米？", []) == []


def test_a_model_without_a_span_head_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no extractive question-answering model") as caught:
        open_reader(str(cross_encoder(tmp_path / "pairs")))
    assert "\n" not in str(caught.value)


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"reader\.model: no such folder"):
        open_reader(str(tmp_path / "gone"))


def test_a_hub_that_does_not_answer_leaves_the_bundled_reader(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    assert isinstance(open_reader("nobody/nothing"), Reader)
