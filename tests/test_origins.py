"""Other sites: none can use the page, /v1, /mcp or /admin through a reader's browser, under whatever name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsroom import Newsroom, archive_folder, serving

from embeddings.errors import ConfigError
from qa.settings import ChatSettings, Settings
from ui.door import foreign, known

LOGIN = {"username": "admin", "password": "sesame"}
QUESTION = {"messages": [{"role": "user", "content": "城北新桥有多长？"}]}
LISTED = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
ACCEPT = {"Accept": "application/json, text/event-stream"}
ASKED = {"data": ["城北新桥有多长？", None]}
CHANGING: list[tuple[str, dict[str, Any]]] = [
    ("/v1/chat/completions", {"json": QUESTION}),
    ("/mcp", {"json": LISTED, "headers": ACCEPT}),
    ("/gradio_api/call/answer", {"json": ASKED}),
    ("/admin/login", {"data": LOGIN}),
    ("/admin/gradio_api/upload", {"files": {"files": ("x.txt", b"x")}}),
    ("/admin/gradio_api/run/predict", {"json": {"data": [], "fn_index": 0, "session_hash": "s"}}),
]


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    """An admin who has logged in on a page that is also known as news.example."""
    newsroom = Newsroom()
    raw = {"chat": {"hosts": ["news.example"]}, "admin": {"password": LOGIN["password"]}}
    newsroom.settings = Settings.model_validate(raw).anchored(archive_folder())
    with serving(newsroom) as url, httpx.Client(base_url=url, timeout=30) as client:
        cookies = client.post("/admin/login", data=LOGIN).headers.get_list("set-cookie")
        assert len(cookies) == 2 and all("samesite=lax" in cookie.lower() for cookie in cookies)
        yield client


def send(client: httpx.Client, path: str, given: dict[str, Any], **headers: str) -> httpx.Response:
    return client.post(path, **{**given, "headers": {**given.get("headers", {}), **headers}})


@pytest.mark.parametrize(("path", "given"), CHANGING)
def test_a_page_of_another_site_changes_nothing(client: httpx.Client, path: str, given: dict[str, Any]) -> None:
    for origin in (
        "https://evil.example",
        "null",
        "http://127.0.0.1:1",
        "http://localhost",
        "http://[bad",
        "http://:80",
    ):
        refused = send(client, path, given, Origin=origin)
        assert refused.status_code == 403, origin
        assert "access-control-allow-origin" not in refused.headers
    for site in ("cross-site", "same-site"):
        assert send(client, path, given, **{"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors"}).status_code == 403
    for host in ("news.example", "news.example:81"):  # of the same name, at another port
        assert send(client, path, given, Origin="http://news.example:82", Host=host).status_code == 403
    for origin in (str(client.base_url).rstrip("/"), "https://news.example"):  # of its own, and behind a proxy
        assert send(client, path, given, Origin=origin).status_code < 500


@pytest.mark.parametrize("path", ["/", "/config", "/v1/models", "/admin/config", "/admin/gradio_api/queue/join"])
def test_no_other_site_may_read_with_a_readers_cookies(client: httpx.Client, path: str) -> None:
    for host in ("news.example", str(client.base_url.netloc, "ascii")):
        for method in ("GET", "OPTIONS"):
            asked = {"Origin": "https://evil.example", "Host": host, "Access-Control-Request-Method": "POST"}
            headers = client.request(method, path, headers=asked).headers
            assert not {"access-control-allow-origin", "access-control-allow-credentials"} & {*headers}


@pytest.mark.parametrize("path", ["/", "/config", "/v1/models", "/mcp", "/admin/", "/theme.css"])
def test_a_name_that_is_not_ours_is_refused(client: httpx.Client, path: str) -> None:
    """Its owner may have pointed it at this machine, and its pages would then count as ours."""
    for host in ("evil.example", "evil.example:7860", "localhost.evil.example", "127.0.0.1.evil.example", "[x", "@"):
        refused = client.get(path, headers={"Host": host})
        assert refused.status_code == 421 and "chat.hosts" in refused.text
    for host in ("localhost:7860", "127.0.0.1", "[::1]:7860", "192.168.1.5:7860", "news.example", "NEWS.example:80"):
        assert client.get(path, headers={"Host": host}).status_code not in (403, 421)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_v1_takes_json_alone(client: httpx.Client, kind: str) -> None:
    """The other kinds may be sent by any web page, unasked."""
    body = b'{"messages": [{"role": "user", "content": "x"}]}'
    refused = client.post("/v1/chat/completions", content=body, headers={"Content-Type": kind})
    assert (refused.status_code, refused.json()["error"]["type"]) == (415, "invalid_request_error")


@given(st.text(), st.text())
def test_odd_headers_are_no_fault(host: str, origin: str) -> None:
    assert known(host, ()) in (True, False)
    assert foreign("POST", {"host": host, "origin": origin}, ()) in (True, False)


def test_hosts_are_bare_names() -> None:
    assert ChatSettings(hosts=("News.Example",)).hosts == ("news.example",)
    for wrong in ("https://news.example", "news.example:80", "*", ""):
        with pytest.raises(ConfigError, match="hosts"):
            ChatSettings(hosts=(wrong,))
