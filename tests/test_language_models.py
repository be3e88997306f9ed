"""Language models: behind a scripted server, in this process (tiny real ones), and GGUF files; thinking is hidden."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import logging
import shutil
import sys
import threading
import time
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scripted import ModelServer, Reply, event, model_server
from writers import ALWAYS_THINKING, NO_SYSTEM, save_babbler, save_speaker

from embeddings.errors import ConfigError, ModelError
from qa.settings import AnswererSettings
from qa.writing.model import LanguageModel, Message, open_model
from qa.writing.stream import TAGS, Thinking, opened_by

SAYS = "新桥长412米，总投资3.6亿元。😀"
ASKED = [Message("system", "只按报道回答。"), Message("user", "新桥有多长？")]
KEY = "sk-9f3c7a51e2d84b06"


def at(kind: Any, model: Path | str = "qwen3", **settings: Any) -> LanguageModel:
    return open_model(AnswererSettings(kind=kind, model=str(model), **{"device": "cpu", "retries": 0, **settings}))


def said(model: LanguageModel, most: int = 60) -> str:
    return "".join(model.write(ASKED, most))


def served(*replies: Reply, by: Any = None, most: int = 60, **settings: Any) -> tuple[str, ModelServer]:
    with model_server(*replies, by=by) as server:
        return said(at("openai", url=server.url, **settings), most), server


def nobody_writes() -> bool:
    return not any(thread.name == "writing" for thread in threading.enumerate())


# thinking


def shown(pieces: list[str], opened: str = "") -> str:
    thinking = Thinking(opened)
    return "".join([*map(thinking.feed, pieces), thinking.end()])


@pytest.mark.parametrize(("opening", "closing"), TAGS.items())
def test_thinking_is_hidden_letter_by_letter(opening: str, closing: str) -> None:
    assert shown([*f"{opening}长多少？412米。{closing}\n\n{SAYS}"]) == SAYS
    assert shown([*f"长多少？412米。{closing}\n\n{SAYS}"], opening) == SAYS
    assert shown([*f"新桥{opening}嗯{closing}通车。"]) == "新桥通车。"


def test_channels_before_the_last_and_blocks_that_only_end_are_hidden() -> None:
    assert shown([f"<|channel|>analysis<|message|>嗯<|start|>a<|channel|>final<|message|>{SAYS}"]) == SAYS
    assert shown([f"\n</think>\n\n{SAYS}"]) == SAYS
    assert (opened_by("…assistant\n<think>\n"), opened_by("…<think>\n\n</think>\n")) == ("<think>", "")


@given(st.lists(st.sampled_from(["嗯", "412米", "<", "[1]", "\n", "<thin", "</", "|>", "think>", *TAGS]), max_size=12))
def test_how_it_is_cut_changes_nothing(pieces: list[str]) -> None:
    results = set()
    for cut in (pieces, [*"".join(pieces)]):
        with contextlib.suppress(ModelError):  # thinking that only ends, after some of it was shown
            results.add(shown(cut))
    assert len(results) <= 1


# a server


def test_an_answer_is_streamed_and_the_key_goes_into_one_header(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("WENBAO_TEST_KEY", f" {KEY}\n")
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # not asked for a server on this machine
    text, server = served(Reply(SAYS, size=5, pause=0.5), timeout=2, key_env="WENBAO_TEST_KEY")
    (request,) = server.requests
    told = {"model": "qwen3", "max_tokens": 60, "temperature": 0.0, "seed": 0, "stream": True}
    assert text == SAYS and {key: request.body[key] for key in told} == told
    assert request.body["messages"] == [{"role": turn.role, "content": turn.content} for turn in ASKED]
    assert request.headers["authorization"] == f"Bearer {KEY}" and KEY not in caplog.text
    assert "authorization" not in served(Reply(SAYS))[1].requests[0].headers


def test_a_server_that_refuses_a_field_is_asked_with_fewer_and_remembered() -> None:
    def strict(request: Any) -> Reply:
        unknown = {"reasoning_effort", "chat_template_kwargs"} & set(request.body)
        return Reply(status=422, error=f"Unexpected keys: {unknown}") if unknown else Reply(SAYS)

    with model_server(by=strict) as server:
        model = at("openai", url=server.url)
        assert [said(model), said(model)] == [SAYS, SAYS] and len(server.requests) == 4


def test_thinking_that_only_ends_is_known_the_next_time() -> None:
    with model_server(Reply(f"嗯，长多少？</think>\n\n{SAYS}")) as server:
        model = at("openai", url=server.url)
        with pytest.raises(ModelError, match="marks only the end of its thinking"):
            said(model)
        assert said(model) == SAYS


FAULTS = {
    "another key": (Reply(status=401, error=KEY), r"wants another key \(401: …\)"),
    "no such model": (
        Reply(status=404, error="model not found"),
        r"has no model of this name \(404: model not found\)",
    ),
    "too often": (Reply(status=429, error="slow down"), r"asked too often, .* \(429: slow down\)\. Ask later"),
    "a crash": (Reply(status=500, raw=(b'{"detail": "out of\\nmemory"}',)), r"fails \(500: out of memory\)"),
    "elsewhere": (Reply(status=307, headers={"location": "http://127.0.0.1:1/"}), r"fails \(307"),
    "too long": (Reply(status=400, error="maximum context"), r"does not take the question \(400: maximum context\)"),
    "silent": (Reply(SAYS, stall_after=0), r"has been silent for 0\.5 s"),
    "alive but silent": (Reply(raw=(b": still here\n\n",) * 500, pause=0.02), r"has been silent for 0\.5 s"),
    "cut off": (Reply(SAYS, cut_after=3), r"breaks off"),
    "no end": (Reply(raw=(event({"content": "新桥长"}),)), r"ends without having finished"),
    "a page": (Reply(raw=(b"<html>",), headers={"content-type": "text/html"}), r"ends without having finished"),
    "no JSON": (Reply(raw=(b"data: {nope\n\n",)), r"fails in the midst"),
    "strange shapes": (Reply(raw=(b'data: {"choices": {"a": 1}}\n\n',)), r"fails in the midst"),
    "an error": (
        Reply(raw=(b'data: {"error": {"message": "CUDA"}}\n\n',)),
        r"fails in the midst of its answer \(CUDA\)",
    ),
    "thoughts alone": (Reply(thoughts="嗯" * 9), r"used all 9 tokens for thinking"),
    "tagged thoughts": (Reply("<think>嗯嗯嗯"), r"used all 9 tokens for thinking"),
}


@pytest.mark.parametrize(("reply", "line"), FAULTS.values(), ids=FAULTS)
def test_a_misbehaving_server_is_one_line(reply: Reply, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENBAO_TEST_KEY", KEY)
    with pytest.raises(ModelError, match=line) as caught:
        served(reply, most=9, timeout=0.5 if "silent" in line else 9, key_env="WENBAO_TEST_KEY")
    assert str(caught.value).startswith("answerer.") and "\n" not in str(caught.value) and KEY not in str(caught.value)


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(ModelError, match=r"cannot be reached.*Is the server running\?"):
        said(at("openai", url="http://127.0.0.1:9/v1"))


def test_a_server_that_never_ends_is_left() -> None:
    text, server = served(Reply("长" * 100_000), most=10)
    assert len(text) < 200 and server.hung_up.wait(5)


@pytest.mark.parametrize("reply", [Reply(SAYS, stall_after=3), Reply(silence=3600)], ids=["between", "before"])
def test_closing_the_iterator_hangs_up_at_once(reply: Reply) -> None:
    with model_server(reply) as server:
        pieces: Any = at("openai", url=server.url).write(ASKED, 100)
        while not server.requests or (not reply.silence and next(pieces)):
            next(pieces)
        start = time.monotonic()
        pieces.close()
        assert time.monotonic() - start < 2 and nobody_writes() and server.hung_up.wait(5)


def test_many_texts_at_a_time_and_closing_the_model_ends_them() -> None:
    with model_server(by=lambda request: Reply(request.body["messages"][0]["content"], pause=0.005)) as server:
        model = at("openai", url=server.url)
        streams = [model.write([Message("user", f"第{number}座桥")], 50) for number in range(6)]
        assert ["".join(stream) for stream in streams] == [f"第{number}座桥" for number in range(6)]
        model.close()
        with pytest.raises(ModelError, match="is closed and cannot write"):
            said(model)


@pytest.mark.parametrize(
    ("kind", "settings", "line"),
    [
        ("reader", {}, "answerer.model: names no model"),
        ("transformers", {"model": " "}, "answerer.model: names no model"),
        *(("openai", {"url": url}, "answerer.url: must be an address")
          for url in ("", "127.0.0.1:8000/v1", "ftp://host/v1", "http://host:99999999", "http://me:secret@host/v1")),
        *(("openai", {"key_env": key}, "answerer.key_env: ") for key in ("NO_SUCH_KEY", "STRANGE_KEY")),
    ],
)  # fmt: skip
def test_settings_that_cannot_be(
    kind: Any, settings: dict[str, str], line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRANGE_KEY", "钥匙")
    with pytest.raises(ConfigError) as caught:
        at(kind, **settings)
    assert str(caught.value).startswith(line) and "secret" not in str(caught.value) and "钥匙" not in str(caught.value)


# in this process


@pytest.fixture(scope="module")
def speaker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_speaker(tmp_path_factory.mktemp("speaker"), SAYS)


@pytest.fixture(scope="module")
def babbler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A model that never ends by itself, and whose every layer takes a while."""
    model: Any = at("transformers", save_babbler(tmp_path_factory.mktemp("babbler"), layers=12))
    for layer in model._network.model.layers:
        layer.register_forward_pre_hook(lambda *_: time.sleep(0.01))
    yield model
    model.close()


def test_a_model_in_a_folder_writes_in_pieces(speaker: Path) -> None:
    model = at("transformers", speaker)
    pieces = [piece for piece in model.write(ASKED, 60) if piece]
    assert "".join(pieces) == SAYS and len(pieces) > 3
    assert said(model, 6) == "新桥长412"
    assert (model.name, model.count("新桥长412米😀")) == (speaker.name, 7 + 4)
    model.close()
    with pytest.raises(ModelError, match="closed"):
        said(model)


@pytest.mark.parametrize(
    ("text", "template"),
    [("<think>嗯</think> 新桥。", {}), ("[THINK]嗯[/THINK] 新桥。", {}), ("新桥。", {"template": NO_SYSTEM}),
     ("嗯</think> 新桥。", {"template": ALWAYS_THINKING})],
)  # fmt: skip
def test_thinking_and_templates(tmp_path: Path, text: str, template: dict[str, str]) -> None:
    model = at("transformers", save_speaker(tmp_path, text, **template))
    assert said(model) == "新桥。"
    if template.get("template") == ALWAYS_THINKING:
        with pytest.raises(ModelError, match="used all 1 tokens for thinking"):
            said(model, 1)


def test_it_stops_at_once_and_others_wait_their_turn(babbler: Any) -> None:
    state = torch.get_rng_state()
    first, second = babbler.write(ASKED, 4000), babbler.write(ASKED, 5)
    assert next(piece for piece in first if piece) and next(second) == ""
    start = time.monotonic()
    second.close()
    first.close()
    assert time.monotonic() - start < 2 and nobody_writes()
    assert said(babbler, 5) and torch.equal(torch.get_rng_state(), state)  # it writes again, and takes nobody's chance


def test_too_long_a_prompt_and_too_little_memory_are_one_line(babbler: Any) -> None:
    def fail(*_: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB.\nmore")

    with pytest.raises(ModelError, match=r"^answerer\.context: the prompt has \d+ tokens of 4096"):
        list(babbler.write([Message("user", "桥" * 5000)], 10))
    handle = babbler._network.lm_head.register_forward_pre_hook(fail)
    with pytest.raises(ModelError, match=r"^answerer\.model: not enough memory") as caught:
        said(babbler, 2)
    handle.remove()
    assert caught.value.__context__ is None and said(babbler, 2)


BREAKS: dict[str, Callable[[Path], object]] = {
    "no weights": lambda folder: (folder / "model.safetensors").unlink(),
    "half the weights": lambda folder: (folder / "model.safetensors").write_bytes(b"\0" * 99),
    "half the tokenizer": lambda folder: (folder / "tokenizer.json").write_text("{"),
    "a template that is none": lambda folder: (folder / "chat_template.jinja").write_text("{% for %}"),
    "no template": lambda folder: (folder / "chat_template.jinja").unlink(),
    "no folder": shutil.rmtree,
    "a pickle": lambda folder: (folder / "model.safetensors").rename(folder / "pytorch_model.bin"),
}


@pytest.mark.parametrize("breaks", BREAKS.values(), ids=BREAKS)
def test_a_broken_folder_is_one_line(speaker: Path, tmp_path: Path, breaks: Callable[[Path], object]) -> None:
    folder = Path(shutil.copytree(speaker, tmp_path / "copy"))
    breaks(folder)
    with pytest.raises(ModelError, match=r"^answerer\.model: ") as caught:
        said(at("transformers", folder))
    assert "\n" not in str(caught.value)


# GGUF


class FakeLlama:
    """What is used of llama_cpp.Llama: it says SAYS to everything, and one token is one byte."""

    def __init__(self, path: str, **_: Any) -> None:
        if Path(path).read_bytes() == b"GGUF":
            raise ValueError(f"Failed to load model from file: {path}")
        self.metadata = {"tokenizer.chat_template": "{{ messages }}"} if b"chat" in Path(path).read_bytes() else {}
        self.n_tokens, self.read, self.closed = 0, 0, False

    input_ids = property(lambda self: torch.zeros(4096, dtype=torch.int))
    n_ctx = staticmethod(lambda: 2048)
    token_eos = token_bos = staticmethod(lambda: -1)
    longest_token_prefix = staticmethod(lambda known, tokens: 0)

    def tokenize(self, text: bytes, **_: Any) -> list[int]:
        return [*text]

    def eval(self, tokens: list[int]) -> None:
        time.sleep(0.05)
        self.read += len(tokens)

    def create_completion(self, tokens: list[int], max_tokens: int, **_: Any) -> Iterator[dict[str, Any]]:
        for letter in SAYS[:max_tokens]:
            yield {"choices": [{"text": letter}]}

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def llama(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A GGUF file, and a library that opens it."""

    def formatter(template: str, eos: str, bos: str) -> Any:
        return lambda messages, **_: types.SimpleNamespace(prompt=json.dumps(messages), stop=[])

    library: Any = types.ModuleType("llama_cpp")
    library.Llama, library.__spec__ = FakeLlama, importlib.util.spec_from_loader("llama_cpp", None)
    chat: Any = types.ModuleType("llama_cpp.llama_chat_format")
    chat.Jinja2ChatFormatter = formatter
    monkeypatch.setitem(sys.modules, "llama_cpp", library)
    monkeypatch.setitem(sys.modules, "llama_cpp.llama_chat_format", chat)
    (tmp_path / "tiny.gguf").write_bytes(b"GGUF chat")
    return tmp_path / "tiny.gguf"


def test_a_gguf_file_writes_one_text_at_a_time_and_stops_while_it_reads(llama: Path) -> None:
    model: Any = at("llama", llama)
    assert (said(model), said(model, 4), model.name, model.context) == (SAYS, SAYS[:4], "tiny", 2048)
    model._llama.read = 0
    pieces = model.write([Message("user", "x" * 1500)], 5)
    assert next(pieces) == ""
    pieces.close()
    assert 0 < model._llama.read < 1500 and nobody_writes()
    with pytest.raises(ModelError, match=r"^answerer\.context: the prompt has \d+ tokens of 2048"):
        list(model.write([Message("user", "x" * 3000)], 5))
    model.close()
    assert model._llama.closed


def test_a_gguf_file_that_cannot_be_opened_is_one_line(llama: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whys = {"No such file": None, "begin with GGUF": b"PK", "Failed to load": b"GGUF", "no chat template": b"GGUF v3"}
    for why, content in whys.items():
        llama.unlink(missing_ok=True)
        if content:
            llama.write_bytes(content)
        with pytest.raises(ModelError, match=rf"^answerer\.model: .*tiny\.gguf cannot be loaded \(.*{why}") as caught:
            at("llama", llama)
        assert "\n" not in str(caught.value)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelError, match=r"^answerer\.kind: llama needs llama-cpp-python, .*wenbao\[llama\]"):
        at("llama", llama)
    with pytest.raises(ModelError, match=r"^answerer\.kind: transformers needs torch .*wenbao\[models\]"):
        at("transformers", llama)
