"""Fetching models: a hub on loopback that serves, breaks off, spoils a file, holds only pickles, or is not there."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tiny_models
from hub_server import Hub, model_hub
from toy import BRIDGE, PROJECT, Paper

import ui.cli
from embeddings import hub as cache
from embeddings.encoder import load_encoder
from embeddings.errors import HubError, ModelError
from embeddings.hub import located
from embeddings.settings import EncoderSettings
from qa.profiles import profiles

NAME = "owner/tiny"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An encoder as a hub holds it: with files for other programs, a pickle and a card."""
    folder = tiny_models.sentence_transformer(tmp_path_factory.mktemp("hub") / "encoder")
    (folder / "onnx").mkdir()
    for name in ("README.md", "pytorch_model.bin", "onnx/config.json", "code.py"):
        (folder / name).write_text("{}")
    return folder


@pytest.fixture
def hub(made: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    with model_hub({NAME: made}) as running:
        monkeypatch.setenv("HF_ENDPOINT", running.url)
        yield running


@pytest.fixture
def wenbao(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        return ui.cli.run(arguments), *capsys.readouterr()

    return run


def gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")


def test_a_model_is_fetched_whole_and_nothing_else_with_it(hub: Hub, made: Path) -> None:
    assert cache.cached(NAME) is None
    folder = cache.pull(NAME)
    fetched = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    here = {path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file()}
    assert fetched == here - {"README.md", "pytorch_model.bin", "onnx/config.json", "code.py"}
    assert cache.cached(NAME) == folder and cache.size(folder) == (made / "model.safetensors").stat().st_size
    cache.check(folder)


def test_a_fetch_that_broke_off_goes_on_where_it_stopped(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 500)
    monkeypatch.setattr(time, "sleep", lambda _: None)  # the library rests before it goes on
    hub.cut_after, hub.fails = 1000, 7
    with pytest.raises(HubError):  # after some tries
        cache.pull(NAME)
    assert cache.cached(NAME) is None
    hub.ranges.clear()
    cache.check(cache.pull(NAME))
    assert set(hub.ranges) == {"bytes=1000-"}


def test_a_spoiled_file_is_noticed_and_fetched_again(hub: Hub) -> None:
    hub.spoiled.add("model.safetensors")
    cache.pull(NAME)
    assert hub.downloads().count("model.safetensors") == 2


def test_a_file_that_went_bad_on_the_disk_is_mended(hub: Hub) -> None:
    weights = cache.pull(NAME) / "model.safetensors"
    whole = weights.read_bytes()
    weights.resolve().write_bytes(whole[:-1] + b"x")
    cache.pull(NAME)
    assert weights.read_bytes() == whole


def test_a_model_of_which_a_part_is_missing_does_not_count_as_cached(hub: Hub) -> None:
    folder = cache.pull(NAME)
    (folder / "1_Pooling" / "config.json").unlink()
    assert cache.cached(NAME) is None
    (folder / "model.safetensors").unlink()
    assert cache.weights(folder) == []


def test_pickled_weights_are_refused_unread(hub: Hub, tmp_path: Path) -> None:
    hub.models["owner/pickled"] = tiny_models.pickled(tiny_models.cross_encoder(tmp_path / "pickled"))
    with pytest.raises(ModelError, match=r"owner/pickled: .*only pytorch_model\.bin, a pickle"):
        cache.pull("owner/pickled")
    assert hub.downloads() == []


def test_a_model_that_the_hub_does_not_have_is_not_taken_for_a_hub_out_of_reach(hub: Hub) -> None:
    with pytest.raises(ModelError, match="owner/none: the model hub gives no such model") as raised:
        cache.pull("owner/none")
    assert not isinstance(raised.value, HubError) and "\n" not in str(raised.value)


def test_a_full_disk_is_known_before_anything_is_fetched(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_SPARE", 1 << 60)
    with pytest.raises(ModelError, match=r"needs 0\.0 GB more and .* GB free.*HF_HOME"):
        cache.pull(NAME)
    assert hub.downloads() == []


def test_a_hub_that_takes_the_question_and_never_answers_is_not_waited_for(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "_SECONDS", 0.2)
    hub.silent.set()
    began = time.monotonic()
    with pytest.raises(HubError, match="does not answer"):
        cache.pull(NAME)
    assert time.monotonic() - began < 5


def test_an_encoder_of_the_hub_is_fetched_once_and_then_serves_without_it(
    hub: Hub, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = Paper(tmp_path)
    paper.write("news.jsonl", f"投产|{PROJECT}", f"通车|{BRIDGE}")
    paper.encoder = EncoderSettings(model=NAME)
    assert paper.build().encoded
    gone(monkeypatch)
    assert paper.open().search("新桥", 1) and paper.build().unchanged
    copied = load_encoder(str(located(NAME, "encoder.model")))
    assert load_encoder(NAME).name == copied.name  # known by its content, wherever it lies


def test_another_model_under_the_same_name_is_noticed(hub: Hub, made: Path, tmp_path: Path) -> None:
    cache.pull(NAME)
    before = load_encoder(NAME).name
    hub.models[NAME], hub.commit = tiny_models.sentence_transformer(tmp_path / "newer", seed=9), "d" * 40
    assert load_encoder(NAME).name == before  # what is here is used, and the hub is not asked
    cache.pull(NAME)
    assert load_encoder(NAME).name != before


def test_pull_without_a_name_takes_the_models_of_the_settings(hub: Hub, wenbao: Any, tmp_path: Path) -> None:
    assert wenbao("models", "pull")[1].startswith("现在用的模型都在本机")
    (tmp_path / "config.yaml").write_text(f"encoder: {{model: {NAME}}}")
    assert [each["model"] for each in json.loads(wenbao("models", "pull", "--json")[1])] == [NAME]


def test_pull_of_a_profile_takes_all_its_models(hub: Hub, made: Path, wenbao: Any) -> None:
    for model in profiles()["laptop"].weights:
        hub.models[model] = made
    done = json.loads(wenbao("models", "pull", "laptop", "--json")[1])
    assert [each["model"] for each in done] == list(profiles()["laptop"].weights)
    listed = json.loads(wenbao("models", "--json")[1])["profiles"][0]
    assert listed["name"] == "laptop" and all(each["cached"] for each in listed["models"])
    assert wenbao("models")[1].count("已下载") == 2


def test_pull_without_a_hub_is_one_line_with_the_remedy_at_once(
    wenbao: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hub: Hub
) -> None:
    gone(monkeypatch)
    began = time.monotonic()
    code, _, err = wenbao("models", "pull", NAME)
    assert code == 1 and err.count("\n") == 1
    assert f"连不上模型库 http://127.0.0.1:9，取不来 {NAME}" in err and "HF_ENDPOINT" in err
    assert time.monotonic() - began < 5


def test_pull_without_a_hub_is_content_with_what_is_there(
    wenbao: Any, monkeypatch: pytest.MonkeyPatch, hub: Hub
) -> None:
    cache.pull(NAME)
    gone(monkeypatch)
    code, out, _ = wenbao("models", "pull", NAME)
    assert code == 0 and "连不上模型库，没有核对" in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["pul"], "没有“pul”"),
        (["pull", "lapptop"], "是不是 `laptop`？"),
        (["pull", "../x/y"], "不是模型库里的名字"),
    ],
)
def test_a_mistyped_name_is_one_line(wenbao: Any, arguments: list[str], says: str) -> None:
    code, _, err = wenbao("models", *arguments)
    assert code == 1 and says in err and err.count("\n") == 1
