"""The command line: literal output, one-line errors, hostile text. The answerer behind it is a small fake."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ui.cli
from embeddings.build import build
from embeddings.errors import BrokenIndexError
from embeddings.inputs import Skipped
from embeddings.records import Article
from qa.records import Answer, Citation, Passage
from qa.settings import Settings
from ui.cli import with_options
from ui.plain import escaped_json, one_line, plain
from ui.terminal import answer_lines, citation_line, credit, passage_lines

ROOT = Path(__file__).parents[1]
ARTICLE = Article(
    text="新桥昨天通车。桥长412米，双向四车道。",
    headline="城北新桥通车",
    reporters=("王小明", "李华"),
    date=date(2024, 3, 3),
    page="A01",
    source="2024-03-03-A01.txt",
)
CAPTION = Article(text="码头灯光亮起，\n游船试航。", reporters=("赵一",), kind="caption")
ANSWER = Answer(
    text="桥长**412米**，双向四车道。[1]",
    citations=(Citation(1, ARTICLE, 7, 20),),
    confidence=0.9,
    question_as_understood="城北新桥有多长？",
    searched=2,
)
REFUSAL = Answer(text="报纸没有说到这件事。", citations=(Citation(1, ARTICLE, 0, 7),), refused=True)


class FakeAnswerer:
    """Answers everything with ANSWER, refuses 天气, and fails on 坏."""

    def answer(self, question: str, history: Sequence[tuple[str, str]] = ()) -> Answer:
        if "坏" in question:
            raise BrokenIndexError("index/ is \x1b[31mdamaged\nin places; run: wenbao build")
        return REFUSAL if "天气" in question else ANSWER

    def search(self, question: str, k: int = 10) -> list[Passage]:
        return [Passage(ARTICLE, 7, 20, 0.5), Passage(CAPTION, 0, 13, 0.25)][:k]


@dataclass(frozen=True)
class FakeReceipt:
    generation: str = "7"
    articles: int = 30
    chunks: int = 61
    added: int = 2
    changed: int = 1
    removed: int = 0
    moved: int = 0
    carried: int = 55
    encoded: int = 6
    skipped: tuple[Skipped, ...] = (Skipped("坏\x1b]0;x\x07页.txt", "is not text", "remove it", "不是文字；删掉"),)
    seconds: float = 1.25
    unchanged: bool = False
    lacking: Mapping[str, Any] = field(default_factory=dict)
    unused: Mapping[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return {"generation": self.generation}


@pytest.fixture
def wenbao(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Any:
    """Run one command line in an empty folder over the fake answerer: (exit code, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(ui.cli, "open_answerer", lambda settings, index: FakeAnswerer())
    monkeypatch.setattr(ui.cli, "run_build", lambda settings, corpus, index, full=False: FakeReceipt())

    def run(*arguments: str) -> tuple[int, str, str]:
        code = ui.cli.run(arguments)
        return (code, *capsys.readouterr())

    return run


def test_an_answer_is_printed_with_its_sources(wenbao: Any) -> None:
    source = "[1] 《城北新桥通车》 记者 王小明、李华 2024-03-03 A01版 “桥长412米，双向四车道。”"
    expected = f"桥长412米，双向四车道。[1]\n\n{source}\n"
    assert wenbao("ask", "城北新桥有多长？") == (0, expected, "")


@pytest.mark.parametrize("words", [["城北新桥有多长？"], ["--", "城北新桥有多长？"], ["ask", "城北新桥有多长？"]])
def test_a_bare_question_asks(wenbao: Any, words: list[str]) -> None:
    assert wenbao(*words)[1].startswith("桥长412米")


def test_search_prints_passages_best_first(wenbao: Any) -> None:
    expected = (
        "1. 《城北新桥通车》 记者 王小明、李华 2024-03-03 A01版\n   桥长412米，双向四车道。\n"
        "2. 《码头灯光亮起》 摄影 赵一\n   码头灯光亮起， 游船试航。\n"
    )
    assert wenbao("search", "新桥") == (0, expected, "")
    assert wenbao("search", "新桥", "-k", "1")[1].count("《") == 1


@pytest.mark.parametrize("command", [["ask", "新桥"], ["search", "新桥"], ["build"]])
def test_json_is_exactly_one_document(wenbao: Any, command: list[str]) -> None:
    code, out, err = wenbao(*command, "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)


def test_the_receipt_names_skipped_files_and_reasons(wenbao: Any) -> None:
    out = wenbao("build", "--index", "there")[1]
    assert out == (
        "建好了：30 篇（新增 2，改动 1），61 段（新算向量 6，沿用 55），用时 1.2 秒\n"
        "索引：there（第 7 代）\n跳过 1 处：\n  坏页.txt：不是文字；删掉\n"
    )


def test_an_error_is_one_line_and_exit_code_1(wenbao: Any) -> None:
    line = "错误：索引有问题：index/ is damaged in places; run: wenbao build\n"
    assert wenbao("ask", "坏问题", "--index", "index") == (1, "", line)


def test_a_reader_in_the_wrong_folder_is_told_that_no_config_is_there(wenbao: Any, tmp_path: Path) -> None:
    hint = "。这里没有 config.yaml，用的是默认设置；它在别处的话，请到那里去问，或用 --config 指明\n"
    assert wenbao("坏问题")[2].endswith(f"run: wenbao build{hint}")
    (tmp_path / "config.yaml").write_text("", encoding="utf-8")
    assert wenbao("坏问题")[2].endswith("run: wenbao build\n")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["ask", ""], "错误：问题是空的；请写出要问的事"),
        (["ask", " \t\n"], "错误：问题是空的；请写出要问的事"),
        (["ask", "?!……😀"], "错误：问题里只有标点和符号；请用文字写出要问的事"),
        (["ask", "问" * 100_000], "错误：问题有 100000 字，最多 500 字；请问得短一些"),
        (["search", "问" * 100_000], "错误：问题有 100000 字，最多 500 字；请问得短一些"),
        (["ask", "\udcff\udcfe"], "错误：问题不是 UTF-8 文字；请把终端或脚本的编码设为 UTF-8 再问"),
        (["biuld"], "错误：没有“biuld”这个命令；是不是 wenbao build？（提问请写 wenbao ask biuld）"),
        (["ask", "新桥", "--config", "x.yml"], "错误：没有配置文件 x.yml；请用 --config 指一个"),
        (["ask"], "错误：wenbao ask 缺少“问题”；用法见 wenbao ask --help"),
        (["新桥", "--jso"], "错误：wenbao ask 没有 --jso 这个选项（是不是 --json？）；用法见 wenbao ask --help"),
        (["search", "新桥", "-k", "0"], "错误：wenbao search 的 -k 不能小于 1，写的是 0；用法见 wenbao search --help"),
        (["chat", "--port", "http"], "错误：wenbao chat 的 --port 要写整数，写的是 http；用法见 wenbao chat --help"),
        (["build", "甲", "乙"], "错误：wenbao build 多出了“乙”；用法见 wenbao build --help"),
        (["build", "--keep"], "错误：wenbao 的 --keep 后面要有一个值；用法见 wenbao --help"),
        (
            ["chat", "--auth", "reader:"],
            "错误：--auth 要写成 名字:口令，例如 --auth reader:芝麻开门（或写在 WENBAO_AUTH 里）",
        ),
        (["evaluate"], "错误：wenbao evaluate 缺少“题目.jsonl”；用法见 wenbao evaluate --help"),
    ],
)
def test_bad_input_is_one_clear_line(wenbao: Any, words: list[str], line: str) -> None:
    assert wenbao(*words) == (1, "", line + "\n")


def test_ctrl_c_is_quiet(wenbao: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(settings: Any, index: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(ui.cli, "open_answerer", interrupted)
    assert wenbao("ask", "新桥") == (130, "", "")


def test_escape_sequences_never_reach_the_terminal() -> None:
    evil = "\x1b]0;title\x07\x1b[2J红\x9b31m\u202e字\x00\r"
    article = Article(text=evil, headline=evil, reporters=(evil,), page=evil, source=evil)
    citation = Citation(1, article, 0, len(evil))
    shown = "".join(
        (
            credit(article),
            citation_line(citation),
            passage_lines([Passage(article, 0, len(evil), 1.0)]),
            answer_lines(Answer(text=evil, citations=(citation,), question_as_understood=evil), "q"),
        )
    )
    assert not set("\x1b\x07\x9b\x00\r\u202e") & set(shown)
    assert "红" in shown


@given(st.text())
def test_plain_text_holds_no_control_character(text: str) -> None:
    shown = plain(text)
    assert all(character in "\n\t" or character.isprintable() or ord(character) > 0x9F for character in shown)
    assert "\n" not in one_line(text)


@given(st.text())
def test_escaped_json_says_the_same_without_raw_controls(text: str) -> None:
    document = escaped_json(json.dumps(text, ensure_ascii=False))
    assert json.loads(document) == text
    assert plain(document) == document


def test_the_program_runs_as_a_module_and_its_help_names_the_version(wenbao: Any) -> None:
    assert "--version" in wenbao("--help")[1]
    assert wenbao("--version") == wenbao("-V") == wenbao("version") == (0, f"wenbao {version('wenbao')}\n", "")
    program = [sys.executable, "-m", "ui.cli", "--version"]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, f"wenbao {version('wenbao')}\n")


def test_a_rollback_goes_one_generation_back(wenbao: Any, tmp_path: Path) -> None:
    assert wenbao("build", "--rollback", "--index", "none") == (
        1,
        "",
        "错误：none 里没有索引；请运行 wenbao build\n",
    )
    for text in ("今晚的消息。", "明早的消息。"):
        (tmp_path / "corpus").mkdir(exist_ok=True)
        (tmp_path / "corpus" / "page.txt").write_text(text, encoding="utf-8")
        build(tmp_path / "corpus", tmp_path / "there")
    assert wenbao("build", "--rollback", "--index", "there") == (0, "已退回第 000001 代\n", "")
    assert "错误：there 里没有比第 000001 代更早的，退不回去" in wenbao("build", "--rollback", "--index", "there")[2]


def test_options_and_environment_win_over_the_config() -> None:
    settings = Settings.model_validate({"chat": {"auth": "a:b", "port": 80}, "admin": {"password": "c"}})
    assert with_options(settings, "", "", "") == settings
    changed = with_options(settings, "0.0.0.0", "d:e", "f")
    assert (changed.chat.host, changed.chat.port, changed.chat.auth.get_secret_value()) == ("0.0.0.0", 80, "d:e")
    assert changed.admin.password.get_secret_value() == "f"


@pytest.mark.parametrize(("locale", "english"), [("zh_CN.UTF-8", False), ("C.UTF-8", True)])
def test_every_command_and_option_has_help_in_the_locales_language_and_importing_it_is_light(
    locale: str, english: bool
) -> None:
    program = (
        "import sys, typer, ui.cli; group = typer.main.get_command(ui.cli.app)\n"
        "print(sorted({'torch', 'gradio', 'faiss', 'numpy', 'pydantic', 'rich'} & set(sys.modules)))\n"
        "for one in (group, *group.commands.values()):\n"
        "    print(one.help, *(each.help for each in one.params if each.opts[0].startswith('-')), sep='\\n')"
    )
    environment = {**os.environ, "LC_ALL": locale, "PYTHONUTF8": "1"}
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True)
    light, *helps = done.stdout.splitlines()
    assert light == "[]" and len(helps) > 40 and all(helps) and {each.isascii() for each in helps} == {english}


def test_a_model_whose_libraries_are_not_installed_is_one_clear_line(
    wenbao: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(settings: Any, index: Any) -> Any:
        raise ModuleNotFoundError("No module named 'torch'", name="torch")

    monkeypatch.setattr(ui.cli, "open_answerer", missing)
    line = "错误：config.yaml 里的模型要用 torch，没有装；请运行 pip install 'wenbao[models]'\n"
    assert wenbao("ask", "新桥") == (1, "", line)
