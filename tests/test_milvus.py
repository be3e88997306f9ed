"""Milvus as the store, against the embedded engine: the same receipts, holdings and searches as the local index."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Iterator
from concurrent import futures
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pymilvus")
pytest.importorskip("milvus_lite")

import grpc

from embeddings import stores
from embeddings.build import Receipt
from embeddings.errors import BrokenIndexError, ConfigError, CorpusError, WenbaoError
from embeddings.index import Hit, Index
from embeddings.milvus import engine
from embeddings.milvus.engine import Engine
from embeddings.settings import StoreSettings
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
        self.store = StoreSettings(kind="milvus", uri=str(folder / "wenbao.db"))
        self.milvus = folder / "milvus"

    def build_milvus(self, **options: Any) -> Receipt:
        return stores.build(self.corpus, self.milvus, self.store, encoder=self.encoder, chunks=self.chunks, **options)

    def build_both(self, **options: Any) -> Receipt:
        """Bring both up to date; their receipts must agree in all but time."""
        local, receipt = super().build(**options), self.build_milvus(**options)
        assert replace(receipt, seconds=0) == replace(local, seconds=0)
        return receipt

    def open_milvus(self) -> Index:
        return stores.open_index(self.milvus, self.encoder, self.store)

    def open_both(self) -> tuple[Index, Index]:
        return super().open(), self.open_milvus()

    def collections(self) -> list[str]:
        """What lies in the engine, without the digits of the index folder."""
        names = Engine.connect(self.store).call("list_collections")
        return sorted(name.replace(f"_{(self.milvus / 'milvus.id').read_text()}", "") for name in names)


@pytest.fixture
def paper(tmp_path: Path) -> Iterator[Paper]:
    made = Paper(tmp_path)
    made.write("a.jsonl", f"科恩|{PROJECT}", f"新桥|{BRIDGE}", date="2024-03-03", page="A01", reporters="王小明、李华")
    made.write("b.jsonl", f"图书馆|{LIBRARY}", date="2024-03-05")
    yield made
    released(made.store)


def released(settings: StoreSettings) -> None:
    """As when the process ends."""
    from milvus_lite.server_manager import server_manager_instance

    server_manager_instance.release_server(settings.uri)


def holdings(index: Index) -> set[tuple[str, str, str, str]]:
    return {(each.id, each.source, each.headline, each.text) for each in index.store.select(limit=999)}


def line_of(error: pytest.ExceptionInfo[WenbaoError]) -> str:
    assert "\n" not in str(error.value)
    return str(error.value)


# ---------------------------------------------------------------- the same as the local index


def test_both_find_the_same(paper: Paper) -> None:
    paper.build_both()
    local, milvus = paper.open_both()
    for word in ("项目", "的", "新桥", "图书", "没有"):
        assert milvus.frequency(word) == local.frequency(word)
    for question in ("科恩锂电项目总投资多少亿元", "图书馆开到晚上几点", "ＫＥ科恩項目", "市民看夜景"):
        one, other = local.search(question, 3)[0], milvus.search(question, 3)[0]
        assert (one.article, one.start, one.end) == (other.article, other.start, other.end)
        assert other.cosine == pytest.approx(one.cosine, abs=1e-3) and 0 < other.score <= 1
        assert one.whole == other.whole == 1

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
    local, milvus = Index.open(sample_index), stores.open_index(sample.index, store=sample.store)
    lines = (ROOT / "tests/sample_questions.jsonl").read_text("utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    same = [local.search(each, 1)[0].article == milvus.search(each, 1)[0].article for each in questions]
    assert sum(same) >= 0.9 * len(same)


def test_questions_are_answered_from_milvus(sample: Settings) -> None:
    lines = (ROOT / "tests/sample_questions.jsonl").read_text("utf-8").splitlines()
    answerer = Answerer.open(sample)
    answers = [answerer.answer(json.loads(line)["question"]) for line in lines[:5]]
    assert sum(not answer.refused for answer in answers) >= 3


def test_whatever_happens_to_the_files_both_tell_the_same(paper: Paper) -> None:
    """Added, edited, renamed, doubled, removed, broken: receipts are compared by `build_both`."""
    paper.build_both()
    assert paper.build_both().unchanged
    paper.write("b.jsonl", f"图书馆|{LIBRARY.replace('36', '40')}", "码头|码头亮灯。")  # one changed, one added
    receipt = paper.build_both()
    assert (receipt.added, receipt.changed, receipt.carried, receipt.encoded) == (1, 1, 0, 2)
    (paper.corpus / "a.jsonl").rename(paper.corpus / "c.jsonl")
    assert paper.build_both().moved == 2
    paper.write("d.jsonl", f"新桥|{BRIDGE}\n天气晴。", date="2024-03-03", page="A01")  # a sentence more
    assert paper.build_both().carried == 1
    (paper.corpus / "c.jsonl").unlink()
    (paper.corpus / "e.jsonl").write_text('{"title": "破"', "utf-8")
    assert len(paper.build_both().skipped) == 1
    local, milvus = paper.open_both()
    assert holdings(local) == holdings(milvus) and {**local.stats, "built": ""} == {**milvus.stats, "built": ""}
    for word in ("投资", "新桥", "图书馆", "天气"):
        assert local.frequency(word) == milvus.frequency(word)
    assert "科恩" not in {hit.article.headline for hit in milvus.search("科恩锂电项目总投资")}


def test_an_engine_that_was_closed_opens_again(paper: Paper) -> None:
    paper.build_milvus()
    released(paper.store)
    assert paper.open_milvus().search("新桥")[0].article.headline == "新桥"
    released(paper.store)
    paper.write("c.jsonl", "码头|码头亮灯。")
    assert paper.build_milvus().added == 1
    released(paper.store)
    assert stores.rollback(paper.milvus, paper.store) == "000001" and len(paper.open_milvus()) == 3


def test_a_very_long_article_comes_back_whole(paper: Paper) -> None:
    text = "".join(f"第{at}段说到新桥。" for at in range(1600)) + "末尾是码头。"
    paper.write("c.jsonl", f"长文|{text}")
    paper.build_milvus()
    assert paper.open_milvus().search("末尾是码头")[0].article.text == text


def test_another_encoder_or_store_is_noticed(paper: Paper) -> None:
    paper.build_milvus()
    with pytest.raises(BrokenIndexError, match=r"was built in .*wenbao.db; the settings ask for local files\. Run: "):
        stores.open_index(paper.milvus, paper.encoder)
    paper.encoder = toy.encoder(paper.corpus.parent / "other", seed=1, dimension=8)
    with pytest.raises(BrokenIndexError, match=r"was built with encoder .* \(16-d\); the settings ask for .* \(8-d\)"):
        paper.open_milvus()
    assert paper.build_milvus().encoded > 0
    assert paper.open_milvus().search("新桥")[0].article.headline == "新桥"


# ---------------------------------------------------------------- generations


def test_old_generations_are_kept_as_asked_and_serve_on(paper: Paper) -> None:
    paper.build_milvus()
    first = paper.open_milvus()
    for at in range(2):
        paper.write("c.jsonl", f"第{at}篇|图书馆到晚上{at}点。")
        paper.build_milvus()
    assert not first.is_live()
    assert paper.collections() == [f"wenbao_{number:06}_{part}" for number in (2, 3) for part in PARTS]
    second = paper.open_milvus()
    assert stores.rollback(paper.milvus, paper.store) == "000002"
    assert not second.is_live() and second.search("图书馆到晚上")[0].article.headline == "第1篇"
    assert paper.open_milvus().search("图书馆到晚上")[0].article.headline == "第0篇"
    assert paper.build_milvus().generation == "000004"
    assert stores.generations_of(paper.milvus, paper.store) == ["000002", "000004"]


PARTS = ("articles", "vectors", "words")


@pytest.mark.parametrize("fault", ["inconsistent", "golden question", "no article"])
def test_a_build_that_fails_leaves_nothing_and_the_old_one_serves(
    paper: Paper, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    paper.build_milvus()
    before = paper.collections()
    paper.write("c.jsonl", "码头|码头亮灯。")
    golden = {"新桥多长": "512米"} if fault == "golden question" else {}
    if fault == "no article":
        for file in paper.corpus.iterdir():
            file.write_text("\n", "utf-8")
    if fault == "inconsistent":
        monkeypatch.setattr("embeddings.milvus.collections.Words.add", lambda *_: None)
    with pytest.raises((BrokenIndexError, CorpusError), match=fault):
        paper.build_milvus(golden=golden)
    assert paper.collections() == before and len(paper.open_milvus()) == 3


def test_what_a_killed_build_left_is_swept(paper: Paper) -> None:
    paper.build_milvus()
    backend = stores.backend_of(paper.milvus, paper.store)
    backend.stage(paper.milvus / "generations" / "000002.staged", None, 16)  # and no more: killed
    paper.write("c.jsonl", "码头|码头亮灯。")
    assert paper.build_milvus(keep=1).generation == "000002"
    assert paper.collections() == [f"wenbao_000002_{part}" for part in PARTS]


def test_two_index_folders_can_share_an_engine(paper: Paper) -> None:
    paper.build_milvus()
    first, paper.milvus = paper.open_milvus(), paper.milvus.with_name("other")
    (paper.corpus / "a.jsonl").unlink()
    paper.build_milvus()
    assert [len(first), len(first.search("新桥")), len(paper.open_milvus())] == [3, 4, 1]


# ---------------------------------------------------------------- faults


def opened(**keys: str) -> Index:
    return stores.open_index(Path("index"), store=StoreSettings(kind="milvus", **keys))  # type: ignore[arg-type]


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
        opened(**keys)
    assert line_of(error).startswith(message)


def test_a_missing_package_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pymilvus", None)
    with pytest.raises(ConfigError) as error:
        opened(uri="http://127.0.0.1:1")
    assert line_of(error) == ('store.kind is milvus, but pymilvus is not installed; run: pip install "wenbao[milvus]"')


def test_nobody_answers() -> None:
    with pytest.raises(BrokenIndexError) as error:
        opened(uri="http://127.0.0.1:1")
    assert line_of(error).startswith("http://127.0.0.1:1: Milvus does not answer (connect: ")


def test_one_who_listens_and_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_CONNECT", 0.3)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(BrokenIndexError, match="Milvus does not answer"):
            opened(uri=f"http://127.0.0.1:{silent.getsockname()[1]}")


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
            opened(uri=f"http://127.0.0.1:{port}")
        assert "Milvus refuses the credentials" in line_of(error) and "check store.token_env" in line_of(error)
    finally:
        server.stop(0)


def test_a_server_that_goes_away_is_one_line_and_no_wait(paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    paper.build_milvus()
    monkeypatch.setattr(engine, "_EMBEDDED", 0.3)
    index = paper.open_milvus()
    released(paper.store)
    with pytest.raises(BrokenIndexError) as error:
        index.search("新桥")
    assert "Milvus does not answer (search:" in line_of(error)


def test_no_index_yet(paper: Paper) -> None:
    with pytest.raises(BrokenIndexError) as error:
        paper.open_milvus()
    assert line_of(error).endswith("milvus: no index here; run: wenbao build")


def test_a_file_that_another_process_holds(paper: Paper) -> None:
    import fcntl

    folder = Path(paper.store.uri)
    folder.mkdir()
    logging.getLogger("milvus_lite").setLevel(logging.CRITICAL)
    with (folder / "LOCK").open("w") as file, pytest.raises(BrokenIndexError) as error:
        fcntl.flock(file, fcntl.LOCK_EX)
        paper.open_milvus()
    assert "cannot be opened; is its folder there, or does another process hold it?" in line_of(error)


def test_a_missing_collection_names_the_remedy_and_a_build_mends_it(paper: Paper) -> None:
    paper.build_milvus()
    index = paper.open_milvus()
    client = Engine.connect(paper.store)
    client.call("drop_collection", next(name for name in client.call("list_collections") if "articles" in name))
    for failing in (lambda: index.search("新桥"), paper.open_milvus):
        with pytest.raises(BrokenIndexError) as error:
            failing()
        assert "a collection of the index is missing" in line_of(error)
        assert line_of(error).endswith("run: wenbao build --full")
    assert paper.build_milvus(full=True).articles == 3 and paper.open_milvus().search("新桥")
