"""Milvus as the store, against the embedded engine: the same receipts, holdings and searches as the local index."""

from __future__ import annotations

import inspect
import json
import logging
import os
import re
import socket
import threading
import time
from collections.abc import Iterator
from concurrent import futures
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pymilvus")
pytest.importorskip("milvus_lite")
pytest.importorskip("jieba")

import grpc

from embeddings import stores
from embeddings.build import Receipt
from embeddings.errors import BrokenIndexError, ConfigError, CorpusError, WenbaoError
from embeddings.index import Hit, Index
from embeddings.milvus import MilvusIndex, build, engine, gates, generations, lock
from embeddings.milvus.articles import MilvusStore, article_of, rows_of
from embeddings.milvus.build import rollback
from embeddings.milvus.engine import Engine
from embeddings.milvus.frequencies import Frequencies
from embeddings.milvus.schema import searchable
from embeddings.records import Article
from embeddings.settings import StoreSettings
from embeddings.store import Store
from qa import Answerer
from qa.settings import Settings
from tests import toy
from tests.toy import BRIDGE, LIBRARY, PROJECT

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


class Paper(toy.Paper):
    """A corpus, and two indexes of it: the local one, and one in an embedded Milvus."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.settings = StoreSettings(kind="milvus", uri=str(folder / "wenbao.db"))

    def build_both(self, **options: Any) -> Receipt:
        """Bring both up to date; their receipts must agree in all but name, time and what only the local one counts."""
        local = super().build(**options)
        receipt = build(self.corpus, self.settings, encoder=self.encoder, chunks=self.chunks, **options)
        apart: dict[str, Any] = {"generation": "", "seconds": 0, "lacking": {}, "unused": {}}
        assert replace(receipt, **apart) == replace(local, **apart)
        return receipt

    def open_both(self) -> tuple[Index, MilvusIndex]:
        return super().open(), MilvusIndex.open(self.settings, self.encoder)

    def engine(self) -> Engine:
        return Engine.connect(self.settings)

    def collections(self) -> list[str]:
        return sorted(self.engine().call("list_collections"))


@pytest.fixture
def paper(tmp_path: Path) -> Iterator[Paper]:
    made = Paper(tmp_path)
    made.write("a.jsonl", f"科恩|{PROJECT}", f"新桥|{BRIDGE}", date="2024-03-03", page="A01", reporters="王小明、李华")
    made.write("b.jsonl", f"图书馆|{LIBRARY}", date="2024-03-05")
    yield made
    released(made.settings)


def released(settings: StoreSettings) -> None:
    from milvus_lite.server_manager import server_manager_instance

    server_manager_instance.release_server(settings.uri)


def holdings(index: Index | MilvusIndex) -> set[tuple[str, str, str, str]]:
    store: Any = index.store
    return {(each.id, each.source, each.headline, each.text) for each in store.select(limit=999)}


def line_of(error: pytest.ExceptionInfo[WenbaoError]) -> str:
    assert "\n" not in str(error.value)
    return str(error.value)


# ---------------------------------------------------------------- the same as the local index


def test_both_hold_the_same_and_say_the_same_of_it(paper: Paper) -> None:
    receipt = paper.build_both()
    assert (receipt.articles, receipt.added, receipt.encoded, receipt.generation) == (3, 3, 4, "000001")
    local, milvus = paper.open_both()
    assert holdings(local) == holdings(milvus)
    assert len(milvus) == 3 and milvus.reporters == local.reporters == ["王小明", "李华"]
    told = {**milvus.stats, "built": ""}
    assert told == {**local.stats, "built": ""}
    for word in ("项目", "的", "新桥", "图书", "没有"):
        assert milvus.frequency(word) == local.frequency(word)


@pytest.mark.parametrize(
    "question", ["科恩锂电项目总投资多少亿元", "新桥桥长多少米", "图书馆开到晚上几点", "ＫＥ科恩項目", "市民看夜景"]
)
def test_both_find_the_same_first(paper: Paper, question: str) -> None:
    paper.build_both()
    local, milvus = paper.open_both()
    one, other = local.search(question, 3)[0], milvus.search(question, 3)[0]
    assert (one.article, one.start, one.end) == (other.article, other.start, other.end)
    assert other.cosine == pytest.approx(one.cosine, abs=1e-3) and 0 < other.score <= 1
    assert one.whole == other.whole == 1


def test_vectors_alone_give_the_scores_of_the_local_index(paper: Paper) -> None:
    paper.build_both()
    local, milvus = paper.open_both()

    def scores(hits: list[Hit]) -> list[tuple[str, int, float]]:
        return [(hit.article.id, hit.start, round(hit.score, 2)) for hit in hits if hit.score > 0.01]

    assert scores(local.search("新桥通车", 5, 1.0)) == scores(milvus.search("新桥通车", 5, 1.0))
    assert milvus.search("，。", 5, 0.0) == []


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings whose store is an embedded Milvus that holds the sample newspaper."""
    folder = tmp_path_factory.mktemp("sample")
    (folder / "config.yaml").write_text(f"corpus: {ROOT / 'corpus'}\nstore: {{kind: milvus, uri: w.db}}\n", "utf-8")
    settings = Settings.load(folder / "config.yaml")
    assert settings.store.uri == str(folder / "w.db")
    stores.build(settings.corpus, settings.index, settings.store)
    yield settings
    released(settings.store)


def test_both_find_the_same_in_the_sample_newspaper(sample: Settings, sample_index: Path) -> None:
    local, milvus = Index.open(sample_index), MilvusIndex.open(sample.store)
    assert holdings(local) == holdings(milvus)
    lines = (ROOT / "tests/sample_questions.jsonl").read_text("utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    same = [local.search(each, 1)[0].article == milvus.search(each, 1)[0].article for each in questions]
    assert sum(same) >= 0.8 * len(same)


def test_questions_are_answered_from_milvus(sample: Settings) -> None:
    lines = (ROOT / "tests/sample_questions.jsonl").read_text("utf-8").splitlines()
    answerer = Answerer.open(sample)
    answers = [answerer.answer(json.loads(line)["question"]) for line in lines[:5]]
    assert sum(not answer.refused for answer in answers) >= 3
    cited = [citation for answer in answers for citation in answer.citations]
    assert all(each.article.text[each.start : each.end] == each.quote for each in cited)
    assert not sample.index.exists()


SELECTIONS: list[dict[str, Any]] = [
    {},
    {"limit": 1},
    {"reporter": "王小明"},
    {"reporter": "小明"},
    {"page": "A01", "contains": "投资2.6"},
    {"since": date(2024, 3, 4)},
    {"until": date(2024, 3, 4)},
    {"contains": "没有的话"},
    {"contains": "新桥"},
    {"contains": '%_"\\'},
]


def test_both_select_the_same_in_the_same_order(paper: Paper) -> None:
    paper.write("c.jsonl", '引号|他说"是 100%_"\\。')
    paper.build_both()
    local, milvus = paper.open_both()
    for selection in SELECTIONS:
        assert milvus.store.select(**selection) == local.store.select(**selection), selection


def test_whatever_happens_to_the_files_both_tell_the_same(paper: Paper) -> None:
    """Added, edited, renamed, doubled, removed, broken: receipts are compared by `build_both`."""
    paper.build_both()
    assert paper.build_both().unchanged
    paper.write("b.jsonl", f"图书馆|{LIBRARY.replace('36', '40')}", "码头|码头亮灯。")  # one changed, one added
    receipt = paper.build_both()
    assert (receipt.added, receipt.changed, receipt.removed) == (1, 1, 0)
    assert (receipt.carried, receipt.encoded) == (0, 2)
    (paper.corpus / "a.jsonl").rename(paper.corpus / "c.jsonl")
    assert paper.build_both().moved == 2
    paper.write(
        "d.jsonl", f"新桥|{BRIDGE}", date="2024-03-03", page="A01", reporters="王小明、李华"
    )  # stands there twice
    assert paper.build_both().added == 0
    (paper.corpus / "c.jsonl").unlink()  # one article is gone, the other still stands in d.jsonl
    receipt = paper.build_both()
    assert (receipt.removed, receipt.moved) == (1, 1)
    paper.write("d.jsonl", f"新桥|{BRIDGE}\n天气晴。", date="2024-03-03", page="A01")  # a sentence more
    assert paper.build_both().carried == 1
    (paper.corpus / "e.jsonl").write_text('{"title": "破"', "utf-8")
    assert len(paper.build_both().skipped) == 1
    (paper.corpus / "b.jsonl").touch()
    assert paper.build_both().unchanged
    local, milvus = paper.open_both()
    assert holdings(local) == holdings(milvus) and {**local.stats, "built": ""} == {**milvus.stats, "built": ""}
    for word in ("投资", "新桥", "图书馆", "天气"):
        assert local.frequency(word) == milvus.frequency(word)


def test_an_engine_that_was_closed_opens_again(paper: Paper) -> None:
    paper.build_both()
    released(paper.settings)  # as when the process ends
    assert paper.open_both()[1].search("新桥")[0].article.headline == "新桥"
    released(paper.settings)
    paper.write("c.jsonl", "码头|码头亮灯。")
    assert paper.build_both().added == 1
    released(paper.settings)
    assert rollback(paper.settings) == "000001" and len(paper.open_both()[1]) == 3


def test_deleted_text_is_gone_from_answers(paper: Paper) -> None:
    paper.build_both()
    (paper.corpus / "a.jsonl").unlink()
    paper.build_both()
    _, milvus = paper.open_both()
    assert [hit.article.headline for hit in milvus.search("科恩锂电项目总投资")] == ["图书馆"]
    assert milvus.reporters == [] and milvus.frequency("科恩") == 0


def test_another_encoder_or_chunk_size_is_noticed(paper: Paper) -> None:
    paper.build_both()
    paper.chunks = paper.chunks.model_copy(update={"size": 60})
    assert paper.build_both().encoded > 0
    paper.encoder = toy.encoder(paper.corpus.parent / "other", seed=1, dimension=8)
    with pytest.raises(BrokenIndexError, match=r"was built with encoder .* \(16-d\); the settings ask for .* \(8-d\)"):
        MilvusIndex.open(paper.settings, paper.encoder)
    assert paper.build_both().encoded > 0
    assert paper.open_both()[1].search("新桥")[0].article.headline == "新桥"


def test_both_offer_the_same_methods() -> None:
    """Whatever the qa room may ask of an `Index`, it may ask of a `MilvusIndex`."""
    for name in ("search", "article", "frequency", "close", "is_live", "__len__"):
        assert inspect.signature(getattr(Index, name)) == inspect.signature(getattr(MilvusIndex, name)), name
    for name in ("select", "counts", "reporters", "article"):
        assert inspect.signature(getattr(Store, name)) == inspect.signature(getattr(MilvusStore, name)), name


def test_the_settings_choose_the_store(paper: Paper) -> None:
    options: dict[str, Any] = {"encoder": paper.encoder, "chunks": paper.chunks}
    for store in (StoreSettings(), paper.settings):
        paper.write("c.jsonl", "码头|码头亮灯。")
        stores.build(paper.corpus, paper.index, store, **options)
        first = stores.open_index(paper.index, paper.encoder, store)
        assert first.is_live() and first.generation == "000001" and len(first) == 4
        paper.write("c.jsonl", "码头|码头亮灯了。")
        stores.build(paper.corpus, paper.index, store, **options)
        assert not first.is_live()
        assert stores.generations_of(paper.index, store) == ["000001", "000002"]
        assert stores.rollback(paper.index, store) == "000001" and first.is_live()
        first.close()


# ---------------------------------------------------------------- generations


def test_the_swap_is_an_alias_and_old_generations_are_kept_as_asked(paper: Paper) -> None:
    for at in range(4):
        paper.write("c.jsonl", f"第{at}篇|图书馆到晚上{at}点。")
        paper.build_both(keep=3)
    assert paper.engine().call("describe_alias", "wenbao")["collection_name"] == "wenbao_000004_chunks"
    parts = ("articles", "chunks", "notes")
    assert paper.collections() == [f"wenbao_{number:06}_{part}" for number in (2, 3, 4) for part in parts]


def test_at_most_two_generations_are_in_memory(paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[list[str]] = []

    def watch(*_: object) -> None:
        states = {name: paper.engine().call("get_load_state", name)["state"].name for name in paper.collections()}
        loaded.append([name for name in states if name.endswith("chunks") and states[name] == "Loaded"])

    monkeypatch.setattr(gates, "check", watch)
    for at in range(3):
        paper.write("c.jsonl", f"第{at}篇|图书馆到晚上{at}点。")
        build(paper.corpus, paper.settings, encoder=paper.encoder, chunks=paper.chunks, keep=3)
    assert loaded[-1] == ["wenbao_000002_chunks", "wenbao_000003_chunks"]


def test_rollback_makes_the_one_before_live_and_the_next_build_goes_on(paper: Paper) -> None:
    paper.build_both()
    paper.write("c.jsonl", "码头|码头亮灯。")
    paper.build_both()
    opened = paper.open_both()[1]
    assert rollback(paper.settings) == "000001"
    assert not opened.is_live() and opened.search("码头")[0].article.headline == "码头"
    assert len(paper.open_both()[1]) == 3
    with pytest.raises(BrokenIndexError) as error:
        rollback(paper.settings)
    assert line_of(error).endswith("keeps no generation of wenbao older than 000001; run: wenbao build --full")
    receipt = build(paper.corpus, paper.settings, encoder=paper.encoder, chunks=paper.chunks)
    assert (receipt.added, receipt.generation) == (1, "000003")
    assert "wenbao_000002_chunks" not in paper.collections()


def test_readers_see_the_old_or_the_new_and_nothing_between(paper: Paper) -> None:
    """Every article says the same number; an answer that mixed two generations would hold two."""
    texts = [[f"一{letter}|第{at}篇图书馆。" for letter in "甲乙丙"] for at in range(3)]
    paper.write("b.jsonl", *texts[0])
    (paper.corpus / "a.jsonl").unlink()
    paper.build_both()
    faults: list[str] = []
    done = threading.Event()

    def ask() -> None:
        index = MilvusIndex.open(paper.settings, paper.encoder)
        while not done.is_set():
            if not index.is_live():
                index = MilvusIndex.open(paper.settings, paper.encoder)
            seen = {hit.article.text for hit in index.search("图书馆", 5)}
            if len(seen) != 1:
                faults.append(str(seen))
            time.sleep(0.02)

    readers = [threading.Thread(target=ask) for _ in range(2)]
    for reader in readers:
        reader.start()
    for text in texts[1:]:
        paper.write("b.jsonl", *text)
        build(paper.corpus, paper.settings, encoder=paper.encoder, chunks=paper.chunks)
    done.set()
    for reader in readers:
        reader.join()
    assert faults == []


def test_a_build_that_fails_leaves_nothing_and_the_old_one_serves(
    paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper.build_both()
    before = paper.collections()
    paper.write("c.jsonl", "码头|码头亮灯。")
    with monkeypatch.context() as patch:
        patch.setattr(Engine, "count", lambda self, collection: 0)
        with pytest.raises(BrokenIndexError) as error:
            paper.build_both()
    assert "the new generation 000002 is inconsistent (0 articles instead of 4)" in line_of(error)
    assert paper.collections() == before and len(paper.open_both()[1]) == 3


def test_a_golden_question_that_finds_nothing_keeps_the_old_index(paper: Paper) -> None:
    paper.build_both()
    paper.write("c.jsonl", "码头|码头亮灯。")
    options: dict[str, Any] = {"encoder": paper.encoder, "chunks": paper.chunks}
    with pytest.raises(BrokenIndexError) as error:
        build(paper.corpus, paper.settings, golden={"新桥多长": "512米"}, **options)
    assert line_of(error).startswith("golden question '新桥多长' does not find '512米' in the new index")
    assert len(paper.open_both()[1]) == 3
    assert build(paper.corpus, paper.settings, golden={"新桥多长": "412米"}, **options).articles == 4


def test_what_a_killed_build_left_is_swept(paper: Paper) -> None:
    paper.build_both()
    engine_of = paper.engine()
    generations.begin(engine_of, "wenbao", 16)  # and no more: killed
    owner = replace(lock.Owner.me(), process=2**22 + 7)  # no process has this number
    lock._take(engine_of, "wenbao_lock", owner)
    paper.write("c.jsonl", "码头|码头亮灯。")
    assert build(paper.corpus, paper.settings, encoder=paper.encoder, chunks=paper.chunks).generation == "000003"
    assert not [name for name in paper.collections() if "000002" in name or "lock" in name]


def test_two_builders_at_once_are_told_apart(paper: Paper) -> None:
    paper.build_both()
    with lock.locked(paper.engine(), "wenbao"), pytest.raises(BrokenIndexError) as error:
        build(paper.corpus, paper.settings, encoder=paper.encoder, chunks=paper.chunks)
    assert re.search(rf"another build is at work on wenbao \(process {os.getpid()} on .*; wait", line_of(error))
    assert paper.build_both().unchanged


def test_a_lock_of_a_machine_that_went_silent_lasts_a_day() -> None:
    other = replace(lock.Owner.me(), host="elsewhere")
    assert not other.abandoned()
    assert replace(other, since=other.since - 90_000).abandoned()


def test_an_empty_corpus_does_not_replace_an_archive(paper: Paper) -> None:
    paper.build_both()
    for file in paper.corpus.iterdir():
        file.write_text("\n", "utf-8")
    with pytest.raises(CorpusError):
        build(paper.corpus, paper.settings, encoder=paper.encoder, chunks=paper.chunks)
    assert len(paper.open_both()[1]) == 3


# ---------------------------------------------------------------- articles and counts


def test_a_very_long_article_comes_back_whole(paper: Paper) -> None:
    text = "".join(f"第{at}段说到新桥。" for at in range(1600)) + "末尾是码头。"
    paper.write("c.jsonl", f"长文|{text}")
    paper.build_both()
    local, milvus = paper.open_both()
    (found,) = milvus.store.select(contains="末尾是码头")
    assert found.text == text and milvus.article(found.id) == local.article(found.id)
    assert len(milvus) == 4 and milvus.article("0" * 16) is None


def test_an_article_whose_headline_no_field_can_hold_is_skipped() -> None:
    assert rows_of(Article(text="短。", headline="长" * 30_000), [("a.txt", 0)]) == []
    rows = rows_of(Article(text="短。", headline="短", source="a.txt"), [("a.txt", 0)])
    assert article_of(rows, "here").headline == "短"
    with pytest.raises(BrokenIndexError, match=r"here: article \w{16} is damaged; run: wenbao build --full"):
        article_of([{**rows[0], "body": "改。"}], "here")


def test_counts_of_words_survive_writing_and_damage_is_named() -> None:
    counts = Frequencies()
    for at in range(300):
        counts.add({f"词{number}" for number in range(at)})
    again = Frequencies.load(counts.dump(), "here")
    assert [again.of(f"词{at}") for at in range(300)] == [299 - at for at in range(300)]
    with pytest.raises(BrokenIndexError, match="here: its word counts are damaged"):
        Frequencies.load(["AAAA"], "here")


@pytest.mark.parametrize(
    ("text", "searched"),
    [("滆湖１０００畝。", "滆湖1000亩"), ("2.5GWh,3%", "2.5gwh 3%"), ("……！", ""), ("a.b 1.", "a b 1")],
)
def test_what_is_searched(text: str, searched: str) -> None:
    assert searchable(text) == searched


# ---------------------------------------------------------------- faults


def settings_for(**keys: str) -> StoreSettings:
    return StoreSettings(kind="milvus", **keys)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({}, "store.uri is empty; give a server (http://milvus:19530) or a file (index/wenbao.db)"),
        ({"uri": "milvus:19530"}, "store.uri: 'milvus:19530' is neither a server (http://milvus:19530) nor a file"),
        ({"uri": "ftp://milvus"}, "store.uri: 'ftp://milvus' is no address of a server; write http://host:19530"),
        ({"uri": "http://x", "token_env": "WENBAO_NO"}, "store.token_env: the environment variable WENBAO_NO is not"),
    ],
)
def test_settings_that_name_no_engine(keys: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError) as error:
        MilvusIndex.open(settings_for(**keys))
    assert line_of(error).startswith(message)


def test_a_missing_package_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pymilvus", None)
    with pytest.raises(ConfigError) as error:
        MilvusIndex.open(settings_for(uri="http://127.0.0.1:1"))
    assert line_of(error) == ('store.kind is milvus, but pymilvus is not installed; run: pip install "wenbao[milvus]"')


def test_nobody_answers() -> None:
    with pytest.raises(BrokenIndexError) as error:
        MilvusIndex.open(settings_for(uri="http://127.0.0.1:1"))
    assert line_of(error).startswith("http://127.0.0.1:1: Milvus does not answer (connect: ")


def test_one_who_listens_and_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_CONNECT", 0.3)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(BrokenIndexError, match="Milvus does not answer"):
            MilvusIndex.open(settings_for(uri=f"http://127.0.0.1:{silent.getsockname()[1]}"))


class _Refusing(grpc.GenericRpcHandler):  # type: ignore[misc]
    """A server that knows nobody."""

    def service(self, details: Any) -> Any:
        def refuse(request: Any, context: Any) -> None:
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "auth check failure")

        return grpc.unary_unary_rpc_method_handler(refuse)


def test_wrong_credentials_are_called_so() -> None:
    server = grpc.server(futures.ThreadPoolExecutor(1), handlers=[_Refusing()])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        with pytest.raises(BrokenIndexError) as error:
            MilvusIndex.open(settings_for(uri=f"http://127.0.0.1:{port}"))
        assert "Milvus refuses the credentials" in line_of(error) and "check store.token_env" in line_of(error)
    finally:
        server.stop(0)


def test_a_server_that_goes_away_is_one_line_and_no_wait(paper: Paper) -> None:
    paper.build_both()
    opened = paper.open_both()[1]
    released(paper.settings)
    opened._engine.patience = 0.3
    with pytest.raises(BrokenIndexError) as error:
        opened.search("新桥")
    assert "Milvus does not answer (search:" in line_of(error)


def test_no_index_of_this_name(paper: Paper) -> None:
    with pytest.raises(BrokenIndexError) as error:
        MilvusIndex.open(paper.settings, paper.encoder)
    assert line_of(error).endswith("wenbao.db: no index named wenbao here; run: wenbao build")


def test_a_file_that_another_process_holds(paper: Paper) -> None:
    import fcntl

    folder = Path(paper.settings.uri)
    folder.mkdir()
    logging.getLogger("milvus_lite").setLevel(logging.CRITICAL)
    with (folder / "LOCK").open("w") as file, pytest.raises(BrokenIndexError) as error:
        fcntl.flock(file, fcntl.LOCK_EX)
        MilvusIndex.open(paper.settings, paper.encoder)
    assert "cannot be opened; is its folder there, or does another process hold it?" in line_of(error)


def test_a_missing_collection_names_the_remedy_and_a_build_mends_it(paper: Paper) -> None:
    paper.build_both()
    opened = paper.open_both()[1]
    paper.engine().call("drop_collection", "wenbao_000001_articles")
    with pytest.raises(BrokenIndexError) as error:
        opened.search("新桥")
    assert "a collection of the index is missing" in line_of(error)
    assert line_of(error).endswith("run: wenbao build --full")
    with suppress(BrokenIndexError):
        build(paper.corpus, paper.settings, encoder=paper.encoder, chunks=paper.chunks)
    receipt = build(paper.corpus, paper.settings, encoder=paper.encoder, chunks=paper.chunks, full=True)
    assert receipt.articles == 3 and paper.open_both()[1].search("新桥")


def test_a_generation_of_another_format(paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    paper.build_both()
    monkeypatch.setattr(generations, "FORMAT", 99)
    with pytest.raises(BrokenIndexError) as error:
        MilvusIndex.open(paper.settings, paper.encoder)
    assert line_of(error).endswith("generation 000001 of wenbao has format 1, this Wenbao reads 99; run: wenbao build")


def test_a_name_that_is_taken_is_not_touched(paper: Paper) -> None:
    client = paper.engine()
    client._client.create_collection("wenbao", dimension=4)
    with pytest.raises(ConfigError) as error:
        build(paper.corpus, paper.settings, encoder=paper.encoder, chunks=paper.chunks)
    assert line_of(error).endswith("wenbao is a collection already; give store.collection another name")
    assert paper.collections() == ["wenbao"]
