"""The chat below another site, in a real browser behind a small proxy: page, styles, answers, programs, the admin."""

from __future__ import annotations

import re
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from gradio_client import Client
from newsroom import ANSWERS, Newsroom, serving
from reader import DESK, Reader, needs_chromium

from qa.settings import AdminSettings, ChatSettings

pytestmark = needs_chromium
playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect


def proxy_to(port: int) -> type[socketserver.StreamRequestHandler]:
    """What nginx does with `location /paper/ { proxy_pass http://127.0.0.1:port/; }`."""

    class Proxy(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                if not (line := self.rfile.readline()):
                    return
                head += line
            if b" /paper/" not in head.split(b"\r\n")[0]:
                self.wfile.write(b"HTTP/1.1 301 Moved\r\nLocation: /paper/\r\nConnection: close\r\n\r\n")
                return
            length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
            body = self.rfile.read(int(length[1])) if length else b""
            head = re.sub(rb"(?i)\r\nconnection: [^\r]*", b"", head.replace(b" /paper/", b" /", 1))
            with socket.create_connection(("127.0.0.1", port)) as line_to:
                line_to.sendall(head[:-2] + b"Connection: close\r\n\r\n" + body)
                while piece := line_to.recv(65536):
                    self.wfile.write(piece)

    return Proxy


@pytest.fixture(scope="module")
def below() -> Iterator[tuple[str, str]]:
    """The address of the chat through the proxy, and its own."""
    newsroom = Newsroom()
    sections = {"chat": ChatSettings(root_path="/paper/"), "admin": AdminSettings(password="open sesame")}
    newsroom.settings = newsroom.settings.model_copy(update=sections)
    with serving(newsroom, ["城北新桥有多长？"]) as own:
        proxy = proxy_to(urlsplit(own).port or 0)
        with socketserver.ThreadingTCPServer(("127.0.0.1", 0), proxy) as server:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever).start()
            yield f"http://127.0.0.1:{server.server_address[1]}/paper", own
            server.shutdown()


def test_the_page_works_below_another_site(below: tuple[str, str], device: Callable[..., Any]) -> None:
    window = Reader(device(viewport=DESK).new_page(), below[0])
    expect(window.page.locator("#masthead h1")).to_have_css("color", "rgb(163, 40, 28)")  # the styles have come
    answer = window.ask("城北新桥有多长？")
    expect(answer).to_contain_text("新桥长412米")
    answer.locator("p a.chip").nth(1).click()
    expect(window.panel.locator("mark")).to_have_text("市交通局说，下一座桥将于明年3月开工，位置在城东老渡口。")
    window.panel.get_by_text("固定链接").click()
    expect(window.panel.locator("h2")).to_have_text("城北新桥通车")
    window.page.get_by_role("tab", name="管理").click()
    expect(window.page.frame_locator("#admin-frame iframe").locator("input[type=password]")).to_be_visible()
    assert [request for request in window.requests if not request.startswith((below[0], "data:", "blob:"))] == []
    assert window.complaints == []
    window.page.close()


@pytest.mark.parametrize("at", [0, 1])
def test_programs_and_the_admin_find_their_addresses_with_the_prefix_cut_off_or_not(
    below: tuple[str, str], at: int
) -> None:
    url = below[0] if at == 0 else f"{below[1]}/paper"
    assert httpx.get(f"{url}/v1/models").json()["data"][0]["id"] == "wenbao"
    assert httpx.get(f"{url}/health").json()["status"] == "ok"
    assert httpx.get(f"{url}/admin", follow_redirects=False).headers["location"] == "/paper/admin/"
    assert httpx.get(f"{url}/admin/").status_code == 200
    greeting = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accept = {"Accept": "application/json, text/event-stream"}
    tools = httpx.post(f"{url}/mcp", json=greeting, headers=accept).json()["result"]["tools"]
    assert {tool["name"] for tool in tools} == {"answer", "search_articles"}
    answer = Client(f"{url}/", verbose=False).predict("城北新桥有多长？", api_name="/answer")
    assert answer["text"] == ANSWERS["桥"].text


def test_the_door_stays_shut_below_another_site(below: tuple[str, str]) -> None:
    for url in (below[0], f"{below[1]}/paper"):
        assert httpx.get(f"{url}/gradio_api/file=/etc/passwd").status_code == 404
        assert httpx.post(f"{url}/gradio_api/upload", files={"files": ("x.txt", b"x")}).status_code == 403
        assert httpx.post(f"{url}/v1/chat/completions", json={}, headers={"Origin": "http://b.cn"}).status_code == 403
    assert httpx.get(f"{below[1]}/paper").headers["location"] == "/paper/"
