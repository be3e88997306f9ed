"""The web server: who may come in, what is never served, and what many readers at once get."""

from __future__ import annotations

import base64
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from gradio_client import Client
from hypothesis import given
from hypothesis import strategies as st
from newsroom import ANSWERS, Newsroom, serving

from qa.records import Answer
from qa.settings import Settings
from ui.door import admits, same
from ui.words import EN, ZH

SECRET = "reader:芝麻 开门"


def newsroom(**chat: Any) -> Newsroom:
    answerer = Newsroom()
    answerer.settings = Settings.model_validate({"chat": chat})
    return answerer


@pytest.fixture
def url(newsroom_url: str) -> str:
    return newsroom_url


@pytest.fixture(scope="module")
def closed() -> Iterator[str]:
    with serving(newsroom(auth=SECRET)) as url:
        yield url


def question(text: str) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": text}]}


@pytest.mark.parametrize(
    "path", ["/", "/config", "/gradio_api/info", "/v1/models", "/mcp", "/assets/x.js", "/theme.css", "/health/"]
)
def test_without_the_password_nothing_is_served(closed: str, path: str) -> None:
    refused = httpx.get(closed + path)
    assert (refused.status_code, refused.text) == (401, "请先登录：用户名和口令见 chat.auth\n")
    assert refused.headers["www-authenticate"].startswith("Basic ")
    wrong = httpx.get(closed + path, auth=("reader", "芝麻开门"), headers={"Accept-Language": "en-GB,en"})
    assert (wrong.status_code, wrong.text) == (401, "log in: name and password are chat.auth\n")
    assert httpx.get(f"{closed}/health").json() == {
        "status": "ok"
    }  # needs no password, and tells nothing of the archive


def test_with_the_password_everything_is(closed: str) -> None:
    assert "问报" in httpx.get(closed, auth=tuple(SECRET.split(":"))).text
    bearer = {"Authorization": f"Bearer {SECRET.split(':')[1]}".encode()}
    assert httpx.get(f"{closed}/v1/models", headers=bearer).status_code == 401  # latin-1: header text is no UTF-8
    basic = base64.b64encode(SECRET.encode()).decode()
    client = Client(closed, headers={"Authorization": f"Basic {basic}"}, verbose=False)
    assert client.predict("城北新桥有多长？", api_name="/answer")["text"] == ANSWERS["桥"].text


@given(st.text(st.characters(codec="utf-8"), min_size=1), st.text(st.characters(codec="utf-8"), min_size=1))
def test_only_the_right_password_admits(right: str, wrong: str) -> None:
    def basic(text: str) -> str:
        return f"Basic {base64.b64encode(text.encode()).decode()}"

    assert admits(basic(f"甲:{right}"), f"甲:{right}")
    assert admits(basic(f"甲:{wrong}"), f"甲:{right}") == (wrong == right)
    assert not admits(basic(right)[:-1] + "!", f"甲:{right}")
    assert same(right, wrong) == (right == wrong)


@pytest.mark.parametrize(
    "path",
    [
        "/../config.yaml",
        "/..%2f..%2f..%2fetc/passwd",
        "/static/../../../../etc/passwd",
        "/assets/..%2f..%2f..%2fgradio/routes.py",
        "/svelte/..%2f..%2froutes.py",
        "/file=/etc/passwd",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file=config.yaml",
        "/gradio_api/file%3D/etc/passwd",
        "/gradio_api/stream/x/y/z/../../../../etc/passwd",
        "/gradio_api/proxy=http://127.0.0.1/",
        "/admin/",
        "/openapi.json",
    ],
)
def test_no_file_of_the_machine_is_served(url: str, path: str) -> None:
    """Sent as it is: a client would straighten the path first."""
    place = urlsplit(url)
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=10) as line:
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: {place.netloc}\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    status = int(answer.split(b" ", 2)[1])
    assert 400 <= status < 500, answer[:200]
    assert b"root:" not in answer and b"import " not in answer and b"PATH=" not in answer


def test_a_huge_request_is_turned_away_unread(url: str) -> None:
    for path in ("/v1/chat/completions", "/gradio_api/queue/join", "/mcp"):
        assert httpx.post(url + path, content=b"x" * (1 << 20 | 1)).status_code == 413
    assert httpx.post(f"{url}/v1/chat/completions", content=iter([b"x"])).status_code == 411


def test_fifty_at_once_get_answers_or_a_polite_word() -> None:
    """Room for 4 + 16: the others are asked to come back, none sees a fault."""

    def ask(number: int) -> httpx.Response:
        return httpx.post(f"{url}/v1/chat/completions", json=question("城北新桥有多长？"), timeout=60)

    answerer = newsroom(concurrency=4, queue=16)
    quick = answerer.answer

    def slow(*given: Any) -> Answer:
        time.sleep(0.2)
        return quick(*given)

    answerer.answer = slow  # type: ignore[method-assign]
    with serving(answerer) as url, ThreadPoolExecutor(50) as crowd:
        responses = list(crowd.map(ask, range(50)))
    answered = [response for response in responses if response.status_code == 200]
    away = [response for response in responses if response.status_code == 429]
    assert len(answered) + len(away) == 50
    assert len(answered) >= 20 and away
    assert {response.json()["error"]["message"] for response in away} == {ZH["busy"]}
    assert away[0].headers["retry-after"] == "5"


def test_a_program_cannot_make_the_server_read_files_or_fetch_pages(url: str) -> None:
    """Gradio takes files by path or address; a disguised one in `history` must be neither read nor fetched."""
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.setblocking(False)
        bait = {"url": f"http://127.0.0.1:{trap.getsockname()[1]}/", "path": "/etc/passwd"}
        disguised = {**bait, "meta": {"_type": "gradio.FileData"}}
        body = {"data": ["城北新桥有多长？", [[disguised, "答"]]]}
        assert httpx.post(f"{url}/gradio_api/call/answer", json=body).status_code == 403
        with pytest.raises(BlockingIOError):
            trap.accept()


def test_a_full_queue_is_a_polite_word_for_readers_too() -> None:
    said = {"zh-CN": ZH["busy"], "en-GB,en;q=0.9": EN["busy"]}

    def join(number: int) -> tuple[str, httpx.Response]:
        language = list(said)[number % 2]
        body = {"data": ["慢慢说，桥有多长？", None], "fn_index": event, "session_hash": f"reader{number}"}
        return language, httpx.post(f"{url}/gradio_api/queue/join", json=body, headers={"Accept-Language": language})

    with serving(newsroom(concurrency=1, queue=2)) as url, ThreadPoolExecutor(20) as crowd:
        config = httpx.get(f"{url}/config").json()
        box = next(part["id"] for part in config["components"] if part["props"].get("elem_id") == "question")
        event = next(each["id"] for each in config["dependencies"] if [box, "submit"] in each["targets"])
        responses = list(crowd.map(join, range(20)))
    assert {response.status_code for _, response in responses} == {200, 429}
    away = {(language, response.json()["detail"]) for language, response in responses if response.status_code == 429}
    assert away == set(said.items())
