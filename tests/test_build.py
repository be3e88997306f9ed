"""Builds: what is told apart, what is carried over, what is checked, and that a failed build leaves the old index."""

from __future__ import annotations

import itertools
import os
import shutil
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import toy
from hypothesis import given, settings
from hypothesis import strategies as st
from toy import BRIDGE, LIBRARY, PROJECT, Paper

from embeddings import generations, parts
from embeddings.build import Receipt, build
from embeddings.errors import BrokenIndexError, ConfigError, ModelError, WenbaoError
from embeddings.inputs import jsons
from embeddings.inputs.content import InputFile
from embeddings.lexical import WordIndex
from embeddings.settings import ChunkSettings, EncoderSettings


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    return Paper(tmp_path)


def counts(receipt: Receipt) -> tuple[int, int, int, int]:
    return receipt.added, receipt.changed, receipt.removed, receipt.moved


def error_of(paper: Paper, full: bool = False) -> str:
    with pytest.raises(WenbaoError) as caught:
        paper.build(full)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_first_build_reads_everything(paper: Paper) -> None:
    paper.write("a.jsonl", f"科恩项目|{PROJECT}", f"新桥|{BRIDGE}")
    receipt = paper.build()
    assert counts(receipt) == (2, 0, 0, 0) and receipt.articles == 2
    assert receipt.encoded == receipt.chunks == len(paper.open().store.rows("SELECT key FROM chunks"))
    assert (receipt.generation, receipt.unchanged) == ("000001", False) and receipt.seconds > 0
    assert paper.found("新桥桥长")[0].startswith("城北新桥")


def test_an_unchanged_corpus_is_left_alone(paper: Paper) -> None:
    paper.write("a.jsonl", f"新桥|{BRIDGE}", f"科恩项目|{PROJECT}")
    first, before = paper.build(), paper.fingerprint()
    second = paper.build()
    assert second.unchanged and (second.generation, second.chunks) == (first.generation, first.chunks)
    os.utime(paper.corpus / "a.jsonl")  # touched, not changed
    assert paper.build().unchanged and paper.fingerprint() == before


def test_an_edited_article_replaces_its_old_self(paper: Paper) -> None:
    paper.write("a.jsonl", f"新桥|{BRIDGE}", f"图书馆|{LIBRARY}")
    paper.build()
    paper.write("a.jsonl", f"新桥|{BRIDGE}", f"图书馆|{LIBRARY}馆长上任。")
    assert counts(paper.build()) == (0, 1, 0, 0)
    assert [text for text in paper.found("图书馆") if "图书" in text] == [f"{LIBRARY}馆长上任。"]


def test_only_new_passages_are_encoded(paper: Paper) -> None:
    paragraphs = [f"第{number}篇。".replace("。", "新桥通车" * 7 + "。") for number in "一二三四"]
    paper.write("a.jsonl", "新桥|" + "".join(paragraphs))
    assert (first := paper.build()).chunks == 4 == first.encoded
    paper.write("a.jsonl", "新桥|" + "".join([*paragraphs[:3], "第四篇" + "全新" * 14 + "。"]))
    second = paper.build()
    assert (second.chunks, second.carried, second.encoded) == (4, 3, 1)


def test_a_renamed_and_a_moved_file_keep_their_articles(paper: Paper) -> None:
    path = paper.write("a.jsonl", f"新桥|{BRIDGE}")
    paper.build()
    path.rename(paper.corpus / "b.jsonl")
    renamed = paper.build()
    assert counts(renamed) == (0, 0, 0, 1) and (renamed.carried, renamed.encoded) == (0, 0)
    (paper.corpus / "deep").mkdir()
    (paper.corpus / "b.jsonl").rename(paper.corpus / "deep" / "b.jsonl")
    assert counts(paper.build()) == (0, 0, 0, 1)
    assert {source for source, _, _ in paper.holdings()} == {"deep/b.jsonl"}


def test_a_deleted_file_takes_its_articles_along(paper: Paper) -> None:
    paper.write("a.jsonl", f"新桥|{BRIDGE}")
    paper.write("b.jsonl", f"图书馆|{LIBRARY}")
    paper.build()
    gone = next(article.id for article in paper.open().store.select() if article.headline == "图书馆")
    (paper.corpus / "b.jsonl").unlink()
    assert counts(paper.build()) == (0, 0, 1, 0)
    assert not [text for text in paper.found("图书馆") if "图书" in text]
    assert len(paper.open()) == 1 and paper.open().article(gone) is None


def test_an_article_in_two_files_stays_until_it_is_in_neither(paper: Paper) -> None:
    paper.write("a.jsonl", f"新桥|{BRIDGE}")
    paper.write("b.jsonl", f"新桥|{BRIDGE}", f"图书馆|{LIBRARY}")
    assert paper.build().articles == 2
    (paper.corpus / "a.jsonl").unlink()
    assert counts(paper.build()) == (0, 0, 0, 1)
    assert {source for source, _, _ in paper.holdings()} == {"b.jsonl"}
    paper.write("b.jsonl", f"图书馆|{LIBRARY}")
    assert counts(paper.build()) == (0, 0, 1, 0)


def test_one_record_changed_in_a_large_file_costs_reading_a_few(paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_SMALLEST", 0)
    monkeypatch.setattr(parts, "_LINES", 4)
    articles = [f"新桥{number}|{BRIDGE}第{number}篇。" for number in range(60)]
    path = paper.write("2024-03-03-A01.jsonl", *articles)
    path.write_text(path.read_text("utf-8") + "{broken\n", "utf-8")
    assert (first := paper.build()).added == 60
    assert [skip.where for skip in first.skipped] == [f"{path.name}:61"]
    read: list[int] = []
    really = jsons._json_lines

    def watched(file: InputFile) -> Iterator[tuple[int | str, Any]]:
        for line, record in really(file):
            read.append(int(line))
            yield line, record

    monkeypatch.setattr(jsons, "_json_lines", watched)
    articles[30] += "改过了。"
    del articles[7]
    path = paper.write("2024-03-03-A01.jsonl", "新来|新桥新来。", *articles)
    path.write_text(path.read_text("utf-8") + "{broken\n", "utf-8")
    receipt = paper.build()
    assert counts(receipt) == (0, 2, 0, 0) and receipt.articles == 60
    assert 3 <= len(read) < 40 and {1, 31} <= set(read)  # by their new lines
    assert [skip.where for skip in receipt.skipped] == [f"{path.name}:61"]
    assert {article.date for article in paper.open().store.select(limit=99)} == {date(2024, 3, 3)}
    before = paper.holdings()
    monkeypatch.undo()
    paper.build(full=True)
    assert paper.holdings() == before  # and so does reading it whole


NAMES = st.sampled_from(["a.jsonl", "b.jsonl", "deep/c.jsonl"])
ARTICLES = st.lists(
    st.sampled_from([f"新桥|{BRIDGE}", f"图书馆|{LIBRARY}", f"科恩|{PROJECT}", "新桥|新桥。"]), min_size=1
)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.dictionaries(NAMES, ARTICLES, min_size=1), min_size=2, max_size=3))
def test_whatever_changes_the_index_equals_one_built_anew(
    tmp_path_factory: pytest.TempPathFactory, states: list[dict[str, list[str]]]
) -> None:
    paper = Paper(tmp_path_factory.mktemp("paper"))
    for state in states:
        shutil.rmtree(paper.corpus)
        for name, articles in state.items():
            paper.write(name, *articles)
        receipt = paper.build()
        assert receipt.articles == len({article for articles in state.values() for article in articles})
    texts = {(headline, text) for _, headline, text in paper.holdings()}
    found = sorted(paper.found("新桥图书馆项目", 99))
    paper.build(full=True)
    assert {(headline, text) for _, headline, text in paper.holdings()} == texts
    assert sorted(paper.found("新桥图书馆项目", 99)) == found
    for source, headline, text in paper.holdings():
        assert f"{headline}|{text}" in states[-1][source] or (headline, text) in texts


@pytest.mark.parametrize("what", ["encoder", "chunks", "fields", "full"])
def test_other_settings_rebuild_everything(paper: Paper, tmp_path: Path, what: str) -> None:
    paper.write("a.jsonl", f"新桥|{BRIDGE}", f"图书馆|{LIBRARY}", subtitle="民生")
    paper.build()
    receipt = build(
        paper.corpus,
        paper.index,
        encoder=toy.encoder(tmp_path / "other", seed=1) if what == "encoder" else paper.encoder,
        chunks=ChunkSettings(size=60) if what == "chunks" else paper.chunks,
        fields={"kicker": "subtitle"} if what == "fields" else None,
        full=what == "full",
    )
    assert receipt.added == 2 and receipt.carried == 0 and receipt.generation == "000002"


def test_what_is_skipped_is_said_again_by_every_build(paper: Paper) -> None:
    path = paper.write("a.jsonl", f"新桥|{BRIDGE}")
    path.write_text(path.read_text("utf-8") + "{broken\n", "utf-8")
    (paper.corpus / "logo.gif").write_bytes(b"GIF89a")
    (paper.corpus / "b.txt").write_bytes(b"\x00\x01\x02" * 99)
    for unchanged in (False, True):
        receipt = paper.build()
        assert receipt.unchanged is unchanged
        assert sorted(skip.where for skip in receipt.skipped) == ["a.jsonl:2", "b.txt", "logo.gif"]
        assert all(skip.reason and skip.remedy for skip in receipt.skipped)
    assert receipt.as_dict()["skipped"][0]["where"]


def test_a_missing_corpus_is_one_line(paper: Paper) -> None:
    paper.corpus.rmdir()
    assert "corpus does not exist; make it" in error_of(paper)
    assert not paper.index.exists()


@pytest.mark.parametrize("content", [None, "", "{}\n", "\n\n"])
def test_a_corpus_with_nothing_to_read_is_one_line(paper: Paper, content: str | None) -> None:
    if content is not None:
        (paper.corpus / "a.jsonl").write_text(content, "utf-8")
    error = error_of(paper)
    assert "corpus: no article could be read; " in error and "\n" not in error
    assert error.endswith("put .txt pages or .jsonl records there") or "a.jsonl" in error


def test_files_that_cannot_be_read_are_named_where_no_other_can(paper: Paper) -> None:
    for number in range(5):
        (paper.corpus / f"{number}.txt").write_bytes(b"\x00\xff\x00" * 99)
    assert (error := error_of(paper)).endswith("; and 2 more") and "0.txt: " in error and "2.txt: " in error


def test_an_emptied_corpus_does_not_empty_the_index(paper: Paper) -> None:
    path = paper.write("a.jsonl", f"新桥|{BRIDGE}")
    paper.build()
    path.unlink()
    assert "no article could be read" in error_of(paper)
    assert len(paper.open()) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_skipped_until_it_may(paper: Paper) -> None:
    paper.write("a.jsonl", f"新桥|{BRIDGE}")
    secret = paper.write("b.jsonl", f"图书馆|{LIBRARY}")
    secret.chmod(0)
    assert [skip.where for skip in paper.build().skipped] == ["b.jsonl"]
    secret.chmod(0o600)
    assert paper.build().added == 1


@pytest.mark.parametrize("smallest", [0, 1 << 20])
def test_an_unknown_field_is_one_line(paper: Paper, monkeypatch: pytest.MonkeyPatch, smallest: int) -> None:
    monkeypatch.setattr(parts, "_SMALLEST", smallest)
    paper.write("a.jsonl", f"新桥|{BRIDGE}")
    with pytest.raises(ConfigError, match="articles have no field `body` to map; known are text, headline"):
        build(paper.corpus, paper.index, encoder=paper.encoder, fields={"body": "text"})


def test_a_missing_model_is_one_line(paper: Paper) -> None:
    paper.write("a.jsonl", f"新桥|{BRIDGE}")
    with pytest.raises(ModelError, match="no such folder"):
        build(paper.corpus, paper.index, encoder=EncoderSettings(model="./nowhere"))


@pytest.mark.parametrize("how", ["missing", "truncated", "flipped"])
@pytest.mark.parametrize("file", ["store.sqlite", "vectors.faiss", "vectors.keys.npy", "manifest.json", "words"])
def test_a_damaged_index_is_built_anew(paper: Paper, file: str, how: str) -> None:
    paper.write("a.jsonl", f"新桥|{BRIDGE}", f"图书馆|{LIBRARY}")
    paper.build()
    path = generations.live(paper.index) / file
    path = max(path.glob("*"), key=lambda each: each.stat().st_size) if path.is_dir() else path
    content = path.read_bytes()
    path.unlink()  # tantivy's files are read-only
    if how == "truncated":
        path.write_bytes(content[:-9])
    if how == "flipped":
        path.write_bytes(content[:-9] + bytes([content[-9] ^ 4]) + content[-8:])
    with pytest.raises(BrokenIndexError, match=path.name if file != "manifest.json" or how == "flipped" else "index"):
        paper.open()
    receipt = paper.build()
    assert (receipt.added, receipt.generation) == (2, "000002") and paper.found("新桥")


def test_a_generation_that_fails_its_checks_does_not_go_live(paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    paper.write("a.jsonl", f"新桥|{BRIDGE}")
    paper.build()
    before = paper.fingerprint()
    paper.write("b.jsonl", f"图书馆|{LIBRARY}")
    monkeypatch.setattr(WordIndex, "add", lambda *_: None)  # words get lost
    assert "the new index is inconsistent" in error_of(paper)
    assert paper.fingerprint() == before and paper.found("新桥")


def test_golden_questions_hold_back_an_index_that_fails_them(paper: Paper) -> None:
    golden = {"新桥桥长多少米": "412米", "图书馆几点关门": "九点半"}
    paper.write("a.jsonl", f"新桥|{BRIDGE}", f"图书馆|{LIBRARY}")
    assert build(paper.corpus, paper.index, encoder=paper.encoder, golden=golden).generation == "000001"
    paper.write("a.jsonl", f"新桥|{BRIDGE}")
    with pytest.raises(BrokenIndexError, match="golden question '图书馆几点关门' does not find '九点半'"):
        build(paper.corpus, paper.index, encoder=paper.encoder, golden=golden)
    assert generations.names(paper.index) == ["000001"] and len(paper.open()) == 2


def test_old_generations_are_kept_as_asked(paper: Paper) -> None:
    for number in range(4):
        paper.write("a.jsonl", f"新桥|{BRIDGE}第{number}篇。")
        paper.build(keep=3)
    assert generations.names(paper.index) == ["000002", "000003", "000004"]
    assert generations.rollback(paper.index) == "000003"
    assert any("第2篇" in text for text in paper.found("新桥"))
    assert counts(paper.build(keep=3)) == (0, 1, 0, 0)
    assert any("第3篇" in text for text in paper.found("新桥"))
    assert generations.names(paper.index) == ["000002", "000003", "000005"]


def test_progress_ends_each_stage_at_its_total(paper: Paper) -> None:
    paper.write("a.jsonl", *(f"新桥{number}|{BRIDGE}第{number}篇。" for number in range(250)))
    seen: dict[str, list[tuple[int, int]]] = {}

    def progress(stage: str, done: int, total: int) -> None:
        seen.setdefault(stage, []).append((done, total))

    build(paper.corpus, paper.index, encoder=paper.encoder, chunks=paper.chunks, progress=progress)
    assert list(seen) == ["read", "encode", "words", "check"]
    for steps in seen.values():
        assert steps[-1][0] == steps[-1][1] > 0
        assert all(one[0] <= two[0] <= two[1] for one, two in itertools.pairwise(steps))
    assert len({done for done, _ in seen["read"]}) > 3


def test_a_second_builder_is_turned_away(paper: Paper) -> None:
    paper.write("a.jsonl", f"新桥|{BRIDGE}")
    reached, leave = threading.Event(), threading.Event()

    def progress(stage: str, done: int, total: int) -> None:
        reached.set()
        leave.wait(20)

    first = threading.Thread(target=lambda: build(paper.corpus, paper.index, encoder=paper.encoder, progress=progress))
    first.start()
    try:
        assert reached.wait(20)
        assert error_of(paper) == f"{paper.index}: another build is at work on it; wait for it to end"
    finally:
        leave.set()
        first.join()
    assert generations.names(paper.index) == ["000001"]


@pytest.mark.parametrize("text", ["\ud83d坏字", "零\x00字", "\u2028\x85\u3000", "🙂" * 300, "a" * 5000, "新\r\n桥\t"])
def test_odd_characters_do_no_harm(paper: Paper, text: str) -> None:
    import json

    record = json.dumps({"title": text, "text": text, "author": text})
    (paper.corpus / "a.jsonl").write_text(f"{record}\n", "utf-8")
    paper.write("b.jsonl", f"新桥|{BRIDGE}")
    assert paper.build().articles in (1, 2) and paper.found(BRIDGE)
