"""A page of another site in the browser of an admin who is logged in: it can upload, build and read nothing."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from newsroom import serving
from reader import CHROMIUM, FLAGS, PATIENCE, needs_chromium

from qa import Answerer
from qa.settings import Settings

pytestmark = needs_chromium
playwright_api = pytest.importorskip("playwright.sync_api")
# Everything that a hostile page can do with a fetch; each gives the status that its script may read, or "".
ATTACK = """async (url) => {
  const form = () => { const f = new FormData(); f.append('files', new Blob(['x']), 'evil.txt'); return f; };
  const call = JSON.stringify({data: [true], fn_index: 3, session_hash: 'evil'});
  const tries = [['/admin/gradio_api/upload', form()], ['/admin/gradio_api/run/predict', call],
                 ['/v1/chat/completions', JSON.stringify({messages: [{role: 'user', content: '?'}]})]];
  const said = [];
  for (const mode of ['cors', 'no-cors'])
    for (const [path, body] of tries)
      for (const kind of ['text/plain', 'application/json']) {
        const headers = typeof body === 'string' ? {'Content-Type': kind} : {};
        said.push(await fetch(url + path, {method: 'POST', credentials: 'include', mode, body, headers})
          .then((answer) => answer.type === 'opaque' ? '' : `${answer.status}`, () => ''));
      }
  said.push(await fetch(url + '/admin/config', {credentials: 'include'}).then((a) => a.text(), () => ''));
  return said.filter((each) => each);
}"""


class Hostile(BaseHTTPRequestHandler):
    """An empty page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()

    def log_message(self, *given: object) -> None:
        pass


@pytest.fixture
def hostile() -> Iterator[int]:
    """The port of a server of somebody else's."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Hostile) as server:
        threading.Thread(target=server.serve_forever).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.mark.parametrize("other", ["evil.example", "news.example"], ids=["another site", "another port"])
def test_another_site_does_nothing_with_the_admins_cookies(
    one_page: Path, playwright: Any, tmp_path: Path, hostile: int, other: str
) -> None:
    shutil.copytree(one_page, tmp_path, dirs_exist_ok=True)
    raw = {"corpus": "corpus", "index": "index", "admin": {"password": "芝麻"}, "chat": {"hosts": ["news.example"]}}
    settings = Settings.model_validate(raw).anchored(tmp_path)
    names = "--host-resolver-rules=MAP *.example 127.0.0.1"
    with serving(Answerer.open(settings)) as address:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, names])
        url = f"http://news.example:{address.rpartition(':')[2]}"
        window = browser.new_context(locale="zh-CN")
        page = window.new_page()
        page.set_default_timeout(PATIENCE)
        answers: list[tuple[str, int]] = []
        window.on("response", lambda answer: answers.append((answer.request.method, answer.status)))
        page.goto(f"{url}/admin/")
        page.locator("input").nth(0).fill("admin")
        page.locator("input[type=password]").fill("芝麻")
        page.locator("button").first.click()
        playwright_api.expect(page.locator("#status")).to_contain_text("第 000001 代", timeout=PATIENCE)
        page.goto(f"http://{other}:{hostile}/")
        answers.clear()
        assert page.evaluate(ATTACK, url) == []
        page.wait_for_timeout(1000)  # the events of the answers come behind
        posts = [status for method, status in answers if method == "POST"]
        assert set(posts) <= {403}  # some browsers stop them before they are sent; tests/test_origins.py sends them all
        page.goto(f"{url}/admin/")  # the admin is still logged in, and nothing has changed
        playwright_api.expect(page.locator("#status")).to_contain_text("第 000001 代", timeout=PATIENCE)
        playwright_api.expect(page.locator("#waiting")).to_contain_text("没有等待收下的文件")
        browser.close()
    assert sorted(path.name for path in (tmp_path / "corpus").iterdir()) == ["2024-03-03-A01.txt"]
