"""`wenbao doctor`: whatever is broken, it says what and what to do; its exit code says whether one can ask."""

from __future__ import annotations

import importlib.util
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import tiny_models
from toy import BRIDGE, PROJECT, Paper

import ui.cli
from ui import models
from ui.doctor import Problem, Report, lines


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    paper = Paper(tmp_path)
    paper.write("news.jsonl", f"投产|{PROJECT}", f"通车|{BRIDGE}")
    paper.build()
    return paper


@pytest.fixture
def doctor(paper: Paper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run it over the toy index with some more lines in config.yaml, no hub within reach: (exit code, JSON)."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(models, "_OLLAMA", "http://127.0.0.1:9")

    def run(config: str = "", *arguments: str) -> tuple[int, dict[str, Any]]:
        base = "" if "encoder:" in config or "profile:" in config else f"encoder: {{model: {tmp_path / 'model'}}}\n"
        (tmp_path / "config.yaml").write_text(base + config, "utf-8")
        code = ui.cli.run(["doctor", "--config", str(tmp_path / "config.yaml"), "--json", *arguments])
        out, err = capsys.readouterr()
        assert err == ""
        return code, json.loads(out)

    return run


@contextmanager
def serving(body: bytes) -> Iterator[str]:
    """A server on loopback that answers everything so; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    thread.join()
    server.server_close()


def test_all_is_well(doctor: Any) -> None:
    code, found = doctor()
    assert (code, found["ready"], found["problems"]) == (0, True, [])
    assert found["index"]["articles"] == 2 and found["machine"]["cores"]
    used = {"encoder": found["models"][0]["model"], "reader": "bundled", "reranker": "", "answerer": "reader"}
    assert found["uses"] == used
    assert found["seconds"] is not None and found["machine"]["memory_needed_gb"] == 1.0
    assert found["packages"]["numpy"]


def test_an_index_that_is_not_there_damaged_or_of_another_encoder(doctor: Any, paper: Paper, tmp_path: Path) -> None:
    def fault(*arguments: str) -> tuple[str, str]:
        code, found = doctor(*arguments)
        [problem] = found["problems"]
        assert code == 1 and problem["fatal"]
        return problem["what"], problem["remedy"]

    assert fault("", "--index", str(tmp_path / "none")) == (f"{tmp_path}/none 里没有索引", "请运行 wenbao build")
    what, remedy = fault("encoder: {model: bundled}")
    assert "编码模型" in what and "wenbao build" in remedy
    [manifest] = paper.index.glob("generations/*/manifest.json")
    manifest.write_text("{")
    what, remedy = fault()
    assert "索引坏了" in what and "wenbao build --full" in remedy


def test_with_a_broken_config(doctor: Any) -> None:
    code, found = doctor("corpsu: here")
    assert code == 1 and "是不是 `corpus`？" in found["problems"][0]["what"]
    assert found["machine"]["cores"] and found["packages"]


def test_a_profile_that_is_not_fetched_yet(doctor: Any) -> None:
    code, found = doctor("profile: workstation")
    assert code == 1
    missing = [each for each in found["models"] if each["folder"] is None]
    assert [(each["use"], each["gb"]) for each in missing] == [
        ("encoder", 1.19),
        ("reranker", 2.27),
        ("answerer", 8.04),
    ]
    assert {each["remedy"] for each in found["problems"]} >= {"wenbao models pull"}
    assert [each["fatal"] for each in found["problems"]][:3] == [True, False, False]  # the encoder alone is needed
    assert found["machine"]["memory_needed_gb"] > 12
    _, in_four_bits = doctor("profile: workstation\nanswerer: {bits: 4}")
    assert in_four_bits["machine"]["memory_needed_gb"] == pytest.approx(1 + 1.19 + 2.27 + 8.04 * 0.3, abs=0.05)


def test_a_reranker_that_is_broken_or_missing(doctor: Any, tmp_path: Path) -> None:
    code, found = doctor("reranker: {model: nobody/reranker}\nreader: {model: nobody/reader}")
    assert code == 0 and (found["uses"]["reranker"], found["uses"]["reader"]) == ("", "bundled")
    assert "重排模型不在本机" in found["problems"][1]["what"] and found["problems"][1]["remedy"] == "wenbao models pull"
    broken = tiny_models.cross_encoder(tmp_path / "broken")
    (broken / "tokenizer.json").write_text("{")
    code, found = doctor("reranker: {model: broken}")
    assert code == 1 and "broken" in found["problems"][-1]["what"]


@pytest.mark.parametrize("section", ["encoder", "reader", "reranker"])
def test_a_model_folder_that_asking_would_miss(doctor: Any, paper: Paper, tmp_path: Path, section: str) -> None:
    gone = tmp_path / "gone"
    code, found = doctor(f"{section}: {{model: {gone}}}")
    [problem] = [each for each in found["problems"] if "不在本机" in each["what"]]
    assert code == 1 and problem["fatal"] and f"{section}.model 里的 {gone}" in problem["what"]
    assert ui.cli.run(["ask", "新桥有多长？", "--config", str(tmp_path / "config.yaml")]) == 1


def test_a_model_server(doctor: Any) -> None:
    code, found = doctor("answerer: {kind: openai, model: any, url: http://127.0.0.1:9/v1}")
    [problem] = found["problems"]
    assert code == 0 and "没有回应" in problem["what"] and found["uses"]["answerer"] == "reader"
    with serving(b'{"data": [{"id": "any"}]}') as url:
        assert doctor(f"answerer: {{kind: openai, model: any, url: {url}}}")[1]["uses"]["answerer"] == "any"
        [problem] = doctor(f"answerer: {{kind: openai, model: other, url: {url}}}")[1]["problems"]
        assert "模型服务器没有 other，有的是：any" in problem["what"]
    with serving(b"<html>") as url:
        assert "没有回应" in doctor(f"answerer: {{kind: openai, model: any, url: {url}}}")[1]["problems"][0]["what"]


def test_language_models_of_this_machine_are_named(
    doctor: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "home/.lmstudio/models/qwen/tiny.gguf"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"GGUF")
    (file.parent / "link.gguf").symlink_to(file)
    with serving(b'{"models": [{"name": "qwen3:4b", "size": 2400000000}]}') as url:
        monkeypatch.setattr(models, "_OLLAMA", url.removesuffix("/v1"))
        found = doctor()[1]["local"]
        assert found[0]["config"] == f"answerer: {{kind: llama, model: {found[0]['model']}}}"
        assert found[1]["config"] == f'answerer: {{kind: openai, url: {url}, model: "qwen3:4b"}}'
    assert [each["gb"] for each in found] == [pytest.approx(0, abs=0.01), 2.4]
    code, found = doctor(f"answerer: {{kind: llama, model: {file}}}")
    assert code == 0 and found["models"][-1]["folder"] == str(file)
    installed = importlib.util.find_spec("llama_cpp") is not None
    assert found["uses"]["answerer"] == (str(file) if installed else "reader")
    assert ("wenbao[llama]" in str(found["problems"])) is not installed


@pytest.mark.parametrize("answerer", ["{kind: openai}", "{kind: transformers}", "{kind: openai, model: a, key_env: N}"])
def test_an_answerer_that_cannot_be(doctor: Any, answerer: str) -> None:
    code, found = doctor(f"answerer: {answerer}")
    assert code == 1 and "answerer." in found["problems"][0]["what"]


def test_what_people_read() -> None:
    report = Report(
        packages={"python": "3.12.1", "torch": "2.13.0", "numpy": "2.0.0"},
        config={"profile": "laptop", "kept": ["encoder.model"]},
        index={"generation": "000003", "articles": 5, "chunks": 9, "built": "2026-11-20T10:00:00"},
        models=[{"use": "encoder", "model": "bundled", "folder": "/m", "gb": 0.01}],
        uses={"encoder": "bundled", "reader": "bundled", "reranker": "", "answerer": "reader"},
        problems=[Problem("磁盘不够", "腾出地方")],
        seconds=0.5,
    )
    assert lines(report) == (
        "装着：python 3.12.1，torch 2.13.0\n"
        "设置：profile laptop；自己写了 encoder.model，不随 profile\n"
        "索引：第 000003 代，5 篇、9 段，2026-11-20 建\n"
        "模型：编码 bundled，0.01 GB，已在本机\n"
        "提问时用：编码 bundled，阅读 bundled，重排 不用，作答 reader（引用原句）\n"
        "问题：\n"
        "  1. 磁盘不够。办法：腾出地方\n"
        "结论：可以提问（试问了一次，0.50 秒）"
    )
    report.problems.append(Problem("没有索引", "wenbao build", fatal=True))
    assert lines(report).endswith("结论：还不能提问")
