"""Any CrossEncoder as reranker, any SentenceTransformer as encoder: by folder, in the settings, without a network."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tiny_models
from toy import BRIDGE, LIBRARY, PROJECT, Paper

from embeddings.errors import BrokenIndexError, ModelError
from embeddings.index import Hit, Index
from embeddings.records import Article
from embeddings.settings import EncoderSettings
from qa import Answerer
from qa.rerank import Reranker
from qa.settings import RerankerSettings, Settings

QUESTION = "新桥多长"
ARTICLES = [Article(text=text, headline=text[:4]) for text in (PROJECT, BRIDGE, LIBRARY, "市民看夜景。", "新桥长米。")]
HITS = [Hit(each, 0, len(each.text), 1 - at / 10, 1.0, 0.5) for at, each in enumerate(ARTICLES)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_models.cross_encoder(tmp_path_factory.mktemp("models") / "reranker", seed=1)


def by_hand(folder: Path, question: str, passages: list[str]) -> list[float]:
    """The probability that the bare model gives each pair, one at a time."""
    import torch
    from transformers import AutoTokenizer, BertForSequenceClassification

    tokenizer, model = AutoTokenizer.from_pretrained(folder), BertForSequenceClassification.from_pretrained(folder)
    with torch.inference_mode():
        return [
            float(model.eval()(**tokenizer(question, text, return_tensors="pt")).logits.sigmoid()) for text in passages
        ]


def test_the_order_is_that_of_the_model(folder: Path) -> None:
    ranked = Reranker(RerankerSettings(model=str(folder))).rank(QUESTION, HITS)
    expected = by_hand(folder, QUESTION, [f"{each.headline}\n{each.text}" for each in ARTICLES])
    order = np.argsort(-np.array(expected))
    assert list(order) != [0, 1, 2, 3, 4]  # else this test could not fail
    assert [hit for hit, _ in ranked] == [HITS[at] for at in order]
    np.testing.assert_allclose([score for _, score in ranked], np.array(expected)[order], atol=1e-5)


def test_only_the_candidates_are_read_and_the_others_stay_below_them(folder: Path) -> None:
    ranked = Reranker(RerankerSettings(model=str(folder), candidates=3)).rank(QUESTION, HITS)
    assert {id(hit) for hit, _ in ranked[:3]} == {id(hit) for hit in HITS[:3]}
    assert [hit for hit, _ in ranked[3:]] == HITS[3:]
    scores = [score for _, score in ranked]
    assert scores == sorted(scores, reverse=True) and 0 <= scores[-1] <= scores[0] <= 1


def test_without_a_model_nothing_changes_and_torch_is_not_imported() -> None:
    code = (
        "import sys; from qa.rerank import Reranker; from qa.settings import RerankerSettings; "
        "assert Reranker(RerankerSettings()).rank('新桥', []) == []; sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert Reranker(RerankerSettings()).rank(QUESTION, HITS) == [(hit, hit.score) for hit in HITS]


def test_a_model_is_not_opened_before_there_is_something_to_order() -> None:
    assert Reranker(RerankerSettings(model="/no/such/folder")).rank(QUESTION, HITS[:1]) == [(HITS[0], 1.0)]


def test_a_missing_a_broken_and_a_wrong_folder_are_one_line_each(tmp_path: Path) -> None:
    broken = tiny_models.cross_encoder(tmp_path / "broken")
    weights = broken / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:100])
    faults = {
        str(tmp_path / "none"): "no such folder",
        str(broken): "cannot be loaded",
        str(tiny_models.cross_encoder(tmp_path / "two", labels=2)): "does not give one score",
        str(tiny_models.pickled(tiny_models.cross_encoder(tmp_path / "pickled"))): "cannot be loaded",
        str(tiny_models.sentence_transformer(tmp_path / "encoder")): "holds no CrossEncoder",
    }
    for model, says in faults.items():
        with pytest.raises(ModelError) as raised:
            Reranker(RerankerSettings(model=model)).rank(QUESTION, HITS)
        assert says in str(raised.value) and "reranker.model" in str(raised.value) and "\n" not in str(raised.value)


def test_a_hub_out_of_reach_leaves_the_order_and_says_so_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    from huggingface_hub import constants

    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    reranker = Reranker(RerankerSettings(model="nobody/reranker"))
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            assert reranker.rank(QUESTION, HITS) == [(hit, hit.score) for hit in HITS]
    [record] = caplog.records
    assert "nobody/reranker" in record.message and "\n" not in record.message


def test_search_and_answers_both_use_it(tmp_path: Path, folder: Path) -> None:
    paper = Paper(tmp_path)
    paper.write("news.jsonl", f"投产|{PROJECT}", f"通车|{BRIDGE}", f"开放|{LIBRARY}")
    paper.build()
    settings = Settings(index=paper.index, encoder=paper.encoder)
    plain = Answerer(settings).search("新桥长多少米", 3)
    better = settings.model_copy(update={"reranker": RerankerSettings(model=str(folder))})
    ordered = Answerer(better).search("新桥长多少米", 3)
    assert [each.text for each in plain] != [each.text for each in ordered]
    assert [each.score for each in ordered] == sorted((each.score for each in ordered), reverse=True)
    unreadable = settings.model_copy(update={"reranker": RerankerSettings(model=str(tmp_path / "none"))})
    for ask in (Answerer(unreadable).search, Answerer(unreadable).answer):
        with pytest.raises(ModelError, match=r"reranker\.model"):
            ask("新桥长多少米")


def test_a_sentence_transformer_with_prompts_serves_from_build_to_answer(tmp_path: Path) -> None:
    paper = Paper(tmp_path)
    paper.write("news.jsonl", f"投产|{PROJECT}", f"通车|{BRIDGE}", f"开放|{LIBRARY}")
    model = tiny_models.sentence_transformer(tmp_path / "encoder", prompts={"query": "问", "document": "文"})
    paper.encoder = EncoderSettings(model=str(model))
    assert paper.build().encoded == 4
    index = paper.open()
    stored = index._vectors.vectors(np.array(list(index.store.chunk_places(range(1, 5))), np.int64))
    assert stored.shape == (4, 16)
    best = index.search("新桥长米", 1, dense_weight=1)[0]
    cosines = stored @ index.encoder.encode_query("新桥长米")
    assert best.cosine == pytest.approx(float(cosines.max()), abs=1e-3)
    assert Answerer(Settings(index=paper.index, encoder=paper.encoder)).answer("新桥多长？").text

    paper.encoder = EncoderSettings(model=str(model), query_prompt="报")  # changes no vector of the index
    assert not np.allclose(paper.open().encoder.encode_query("新桥"), index.encoder.encode_query("新桥"))
    assert paper.build().unchanged

    paper.encoder = EncoderSettings(model=str(model), passage_prompt="报")
    with pytest.raises(BrokenIndexError, match=r"with passages as '报'.* Run: wenbao build"):
        Index.open(paper.index, paper.encoder)
    assert paper.build().encoded == 4
    assert paper.open().search("新桥长米", 1)
