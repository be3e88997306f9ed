"""Written answers from a model server, good and bad, end to end: the real client against a scripted server."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from scripted import ModelServer, Reply, model_server

from qa import Answerer
from qa.settings import Settings
from qa.writing.writer import CUT, FAILED, NOTHING

CHIPS = "龙城芯谷总投资多少？"
TRUE = "龙城芯谷总投资10亿元，规划建筑面积13.3万平方米。"
FALSE = "龙城芯谷总投资12亿元。"


def opened(server: ModelServer, index: Path, **answerer: Any) -> Answerer:
    chosen = {"kind": "openai", "model": "any", "url": server.url, "timeout": 1, "retries": 0, **answerer}
    return Answerer.open(Settings.model_validate({"answerer": chosen}), index=index)


@pytest.mark.parametrize(
    ("reply", "text", "notice"),
    [
        (Reply(f"{FALSE}[2]{TRUE}[9]"), f"{TRUE}[1]", ""),
        (Reply(TRUE, thoughts=FALSE), f"{TRUE}[1]", ""),
        (Reply(f"<think>{FALSE}</think>{TRUE}"), f"{TRUE}[1]", ""),
        (Reply(TRUE + FALSE * 9, cut_after=30), f"{TRUE}[1]", CUT),
        (Reply(TRUE + FALSE * 9, stall_after=30), f"{TRUE}[1]", CUT),
        (Reply(FALSE), None, NOTHING),
        (Reply(status=500, error="out of memory"), None, FAILED),
        (Reply(TRUE, stall_after=0), None, FAILED),
        (Reply(raw=(b"<html>nonsense</html>",)), None, FAILED),
    ],
)
def test_whatever_the_server_does(sample_index: Path, answerer: Answerer, reply: Reply, text: str, notice: str) -> None:
    with model_server(reply) as server:
        written = opened(server, sample_index)
        answer = written.answer(CHIPS)
        written.close()
    assert answer.notice == notice
    assert answer.text == (text or answerer.answer(CHIPS).text)


def test_no_server(sample_index: Path) -> None:
    with model_server(Reply(TRUE)) as server:
        written = opened(server, sample_index)
    assert written.answer(CHIPS).notice == FAILED


def test_closing_the_stream_hangs_up(sample_index: Path) -> None:
    with model_server(Reply(TRUE + FALSE * 100, pause=0.01)) as server:
        stream = opened(server, sample_index, timeout=10).stream(CHIPS)
        while not next(stream).text:
            pass
        stream.close()
        assert server.hung_up.wait(5)


def test_a_reader_who_leaves_while_the_server_reads_the_prompt(
    sample_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.writing.writer._BEAT", 0.1)
    with model_server(Reply(TRUE, silence=60)) as server:
        stream = opened(server, sample_index, timeout=60).stream(CHIPS)
        started = time.monotonic()
        assert next(stream).text == ""
        stream.close()
        assert server.hung_up.wait(5)
        assert time.monotonic() - started < 30
