"""The opened index: fused search against an oracle, errors of one line, and readers during swaps and kills."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import toy
from toy import BRIDGE, LIBRARY, PROJECT, Paper

from embeddings import generations
from embeddings.encoder import load_encoder
from embeddings.errors import BrokenIndexError
from embeddings.index import Hit, Index
from embeddings.lexical import WordIndex


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    made = Paper(tmp_path)
    made.write("2024-03-03.jsonl", f"科恩项目|{PROJECT}", f"新桥|{BRIDGE}", author="王小明")
    made.write("b.jsonl", f"图书馆|{LIBRARY}")
    made.build()
    return made


def test_hits_quote_their_article(paper: Paper) -> None:
    hits = paper.open().search("新桥桥长多少米", 10)
    assert hits[0].article.headline == "新桥" and hits[0].article.reporters == ("王小明",)
    assert all(hit.article.text[hit.start : hit.end].strip() for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({(hit.article.id, hit.start) for hit in hits}) == len(hits)


def test_cosines_are_those_of_brute_force(paper: Paper) -> None:
    index = paper.open()
    question = index.encoder.encode_query("图书馆开到几点")
    for hit in index.search("图书馆开到几点", 10):
        passage = f"{hit.article.headline}\n{hit.article.text[hit.start : hit.end]}"
        assert hit.cosine == pytest.approx(float(index.encoder.encode([passage])[0] @ question), abs=2e-3)


@pytest.mark.parametrize(("dense", "article"), [(0.0, 0.0), (0.3, 0.5), (1.0, 0.3)])
def test_the_score_is_the_formula_of_the_docstring(paper: Paper, dense: float, article: float) -> None:
    hits = paper.open().search("新桥总投资", 10, dense, article)
    words = WordIndex(generations.live(paper.index) / "words")
    alone = dict(zip(*(part.tolist() for part in words.search("新桥总投资", 9)), strict=True))
    best = max(hit.lexical for hit in hits)
    for hit in hits:
        expected = (1 - dense) * (hit.lexical / best if best else 0) + dense * max(0.0, hit.cosine)
        assert hit.score == pytest.approx(expected)
    wholes = {hit.article.headline: hit.whole for hit in hits}
    assert wholes["新桥"] == (1 if article and dense < 1 else 0) and all(0 <= share <= 1 for share in wholes.values())
    if not article:
        assert sorted(hit.lexical for hit in hits) == pytest.approx(sorted(alone.values()))
    if dense == 1:
        assert [hit.cosine for hit in hits] == sorted((hit.cosine for hit in hits), reverse=True)


def test_a_question_of_unknown_words_finds_little_but_fails_not(paper: Paper) -> None:
    for question in ("", "???", "zzz", "鼗" * 300):
        assert all(isinstance(hit, Hit) for hit in paper.open().search(question, 3))


def test_stats_and_articles(paper: Paper) -> None:
    index = paper.open()
    assert len(index) == index.stats["articles"] == 3
    assert index.stats["first_date"] == "2024-03-03" and index.stats["generation"] == "000001"
    assert index.reporters == ["王小明"] and index.frequency("总") == 2
    (library,) = (article for article in index.store.select() if article.headline == "图书馆")
    assert index.article(library.id) == library and index.article("nonsense") is None


def test_an_index_of_another_encoder_names_both(paper: Paper, tmp_path: Path) -> None:
    other = toy.encoder(tmp_path / "other", seed=3, dimension=20)
    with pytest.raises(BrokenIndexError) as caught:
        Index.open(paper.index, other)
    assert "(16-d); the settings ask for model-" in str(caught.value)
    assert str(caught.value).endswith("(20-d). Run: wenbao build") and "\n" not in str(caught.value)


def test_a_missing_index_is_one_line(paper: Paper, tmp_path: Path) -> None:
    with pytest.raises(BrokenIndexError, match=r"nowhere: no index here; run: wenbao build$"):
        Index.open(tmp_path / "nowhere", paper.encoder)


def damage_store(folder: Path) -> None:
    content = bytearray((folder / "store.sqlite").read_bytes())
    content[4096:] = b"\x5a" * (len(content) - 4096)
    (folder / "store.sqlite").write_bytes(content)


def damage_words(folder: Path) -> None:
    for path in (folder / "words").glob("*.term"):
        path.chmod(0o600)
        path.write_bytes(b"\x5a" * path.stat().st_size)


def drop_vectors(folder: Path) -> None:
    np.save(folder / "vectors.keys.npy", np.arange(len(np.load(folder / "vectors.keys.npy"))) + 1000)


@pytest.mark.parametrize("damage", [damage_store, damage_words, drop_vectors])
def test_damage_met_by_a_question_is_one_line(paper: Paper, damage: Callable[[Path], None]) -> None:
    folder = generations.live(paper.index)
    damage(folder)
    with pytest.raises(BrokenIndexError) as caught:
        Index(folder, {}, load_encoder(paper.encoder.model)).search("新桥总投资", 5)
    assert str(folder) in str(caught.value) and "\n" not in str(caught.value)


def test_an_open_index_outlives_its_removal(paper: Paper) -> None:
    index = paper.open()
    for number in range(3):
        paper.write("b.jsonl", f"图书馆|{LIBRARY}第{number}版。")
        paper.build(keep=1)
    assert not index.folder.exists()
    assert "九点半" in index.search("图书馆开到几点", 1)[0].article.text
    assert len(index.store.select()) == 3


def test_readers_ask_through_twenty_swaps(paper: Paper) -> None:
    failures: list[BaseException] = []
    asked = [0, 0]
    done = threading.Event()

    def read(reader: int) -> None:
        index = paper.open()
        try:
            while not done.is_set():
                if generations.live(paper.index).name != index.folder.name:
                    index = paper.open()
                (best, *_) = index.search("新桥桥长多少米", 3)
                assert best.article.headline == "新桥"
                asked[reader] += 1
                time.sleep(0.01)  # leave the builder some of the interpreter
        except BaseException as error:
            failures.append(error)

    readers = [threading.Thread(target=read, args=(number,)) for number in range(2)]
    for reader in readers:
        reader.start()
    for number in range(20):
        paper.write("b.jsonl", f"图书馆|{LIBRARY}第{number}版。")
        paper.build(keep=1)
    done.set()
    for reader in readers:
        reader.join()
    assert failures == [] and min(asked) > 0
    assert paper.open().folder.name == "000021"
