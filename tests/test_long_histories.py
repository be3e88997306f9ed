"""Conversations made to keep the server busy: what is read of them is bounded, and nobody works for who has gone."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from newsroom import Newsroom, serving

from embeddings.errors import QuestionError
from qa import Answerer
from qa.records import LONGEST_ASKED, LONGEST_SAID, MOST_TURNS, Answer, bounded
from qa.settings import Settings
from ui.conversation import Turn, history_from, history_of

CHAT = "/v1/chat/completions"
HEAVY = [
    "总投资10亿元，建筑面积13.3万平方米，项目计划年内竣工。",
    "？龙城芯谷呢？",
    "3亿5万",
    "龙 ",
    "“",
    "一",
    "龙城芯谷的项目是城北新桥和图书馆还有果园",
]


class Heard(Newsroom):
    """Remembers the turns that it was given."""

    history: Sequence[tuple[str, str]] = ()
    begun = 0

    def answer(self, question: str, history: Sequence[tuple[str, str]] = ()) -> Answer:
        self.history, self.begun = history, self.begun + 1
        return super().answer(question, history)


@pytest.fixture
def newsroom() -> Heard:
    newsroom = Heard()
    newsroom.settings = Settings.model_validate({"chat": {"concurrency": 1, "queue": 30}})
    return newsroom


@pytest.fixture
def url(newsroom: Heard) -> Iterator[str]:
    with serving(newsroom) as url:
        yield url


def messages(turns: Sequence[tuple[str, str]], question: str = "城北新桥有多长？") -> dict[str, Any]:
    said = [
        {"role": role, "content": text}
        for turn in turns
        for role, text in zip(("user", "assistant"), turn, strict=True)
    ]
    return {"messages": [*said, {"role": "user", "content": question}]}


def test_only_so_much_of_a_conversation_is_read(newsroom: Heard, url: str) -> None:
    turns = [(f"第{number}问？", "长" * 9_000) for number in range(30)]
    assert httpx.post(url + CHAT, json=messages(turns)).status_code == 200
    assert len(newsroom.history) == MOST_TURNS
    assert newsroom.history[-1] == ("第29问？", "长" * LONGEST_SAID)
    call = httpx.post(f"{url}/gradio_api/call/answer", json={"data": ["城北新桥有多长？", turns]}).json()
    httpx.get(f"{url}/gradio_api/call/answer/{call['event_id']}")
    assert len(newsroom.history) == MOST_TURNS and newsroom.history[0][0] == "第10问？"
    shown = [Turn(asked, Answer(said)) for asked, said in turns]
    assert history_of(shown) == list(newsroom.history)


@pytest.mark.parametrize("stream", [False, True])
def test_a_question_too_long_to_be_asked_is_a_clear_400(url: str, stream: bool) -> None:
    refused = httpx.post(url + CHAT, json={**messages([("长" * 501, "答")]), "stream": stream})
    assert refused.status_code == 400
    assert refused.json()["error"]["message"] == "前面有一问 501 字；一问最多 500 字"
    assert refused.json()["error"]["type"] == "invalid_request_error"
    with pytest.raises(QuestionError, match="501 characters"):
        history_from([["长" * 501, "答"]], 500)


def test_lone_surrogates_in_a_history_are_left_out(newsroom: Heard, url: str) -> None:
    turn = '[["桥\\\\ud800？", "\\\\udfff长412米"]]'.replace("\\\\", "\\")
    body = f'{{"data": ["城北新桥有多长？", {turn}]}}'.encode()
    call = httpx.post(f"{url}/gradio_api/call/answer", content=body, headers={"Content-Type": "application/json"})
    said = httpx.get(f"{url}/gradio_api/call/answer/{call.json()['event_id']}").text
    assert "event: complete" in said and list(newsroom.history) == [("桥？", "长412米")]


@pytest.mark.parametrize("text", HEAVY)
def test_a_history_of_16_kb_costs_less_than_a_second(answerer: Answerer, text: str) -> None:
    started = time.process_time()
    answerer.answer("它的建筑面积呢？", [("龙城芯谷总投资多少？", "10亿元")])
    plain = time.process_time() - started
    long = text * (16_384 // len(text.encode()) + 1)
    for history in ([(long, long)], [(long[:500], long)] * 30, [("龙城芯谷总投资多少？", long)] * 3):
        started = time.process_time()
        answerer.answer("它的建筑面积呢？", history)
        assert time.process_time() - started < 1.0 + 1.5 * plain
    assert [len(part) for part in bounded([("长" * 9_999, "长" * 9_999)])[0]] == [LONGEST_ASKED, LONGEST_SAID]


def test_nobody_works_for_clients_that_have_gone(newsroom: Heard, url: str) -> None:
    """Twelve requests are sent and abandoned; each would take a second or two, one after the other."""
    place = urlsplit(url)
    body = json.dumps(messages([], "慢慢，桥有多长？")).encode()
    head = f"POST {CHAT} HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: application/json\r\n"
    for _ in range(12):
        with socket.create_connection((place.hostname or "", place.port or 0)) as line:
            line.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            time.sleep(0.05)
    started = time.monotonic()
    assert httpx.post(url + CHAT, json=messages([]), timeout=60).status_code == 200
    assert time.monotonic() - started < 6
    assert newsroom.begun <= 3
