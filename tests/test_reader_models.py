"""Any extractive question-answering model as the reader, by configuration: tiny ones, loaded by the real code."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tiny_models import cross_encoder, question_answering

from embeddings.errors import ModelError
from qa.asked.question import understand
from qa.language.synonyms import Synonyms
from qa.reader import Reader, open_reader
from qa.reader.hub import HubReader

PASSAGES = ["新桥昨天通车,长百米。市民看夜景。", "图书馆开到晚上九点半。", ""]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return question_answering(tmp_path_factory.mktemp("models") / "spans")


def test_a_model_reads_in_words_of_the_passage(folder: Path) -> None:
    question = understand("新桥长多少米？")
    found = open_reader(str(folder), Synonyms.load()).read(question, PASSAGES)
    assert len(found) == len(PASSAGES)
    for reading, passage in zip(found[:2], PASSAGES, strict=False):
        assert 0 <= reading.low < reading.high <= len(passage)
        assert len(reading.offsets) == len(reading.starts) == len(reading.ends) == len(passage) + 1
        assert np.exp(reading.starts).sum() == pytest.approx(1, abs=1e-4)
        assert reading.of(0, len(passage)) == pytest.approx(reading.score)
    assert found[2].score < 0 and found[2].high == 0


def test_passages_do_not_disturb_each_other(folder: Path) -> None:
    reader, question = HubReader(str(folder)), understand("新桥长多少米？")
    together, alone = reader.read(question, PASSAGES)[0], reader.read(question, PASSAGES[:1])[0]
    assert (together.low, together.high) == (alone.low, alone.high)
    assert together.starts == pytest.approx(alone.starts, abs=1e-4)
    assert reader.read(question, []) == []


def test_a_model_without_a_span_head_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no extractive question-answering model") as caught:
        open_reader(str(cross_encoder(tmp_path / "pairs")), Synonyms.load())
    assert "\n" not in str(caught.value)


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"reader\.model: no such folder"):
        open_reader(str(tmp_path / "gone"), Synonyms.load())


def test_a_hub_that_does_not_answer_leaves_the_bundled_reader(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    assert isinstance(open_reader("nobody/nothing", Synonyms.load()), Reader)
