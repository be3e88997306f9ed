"""The admin's page in a real browser: login, upload, waiting room, progress bar, the way back, hostile files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from newsroom import PAYLOAD, serving

from embeddings.build import build
from qa import Answerer
from qa.settings import Settings

ROOT = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
PHONE = {"width": 390, "height": 844}
NEWS = "城西果园丰收\n\n本报讯（记者 钱小满）昨天，城西果园的一千棵梨树开园采摘，亩产两千斤。\n"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium"),
]
playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """An archive of one page with an admin's page."""
    (tmp_path / "corpus").mkdir()
    shutil.copy(ROOT / "corpus" / "2024-03-03-A01.txt", tmp_path / "corpus")
    build(tmp_path / "corpus", tmp_path / "index")
    raw = {"corpus": "corpus", "index": "index", "admin": {"password": "芝麻", "upload_mb": 1}}
    with serving(Answerer.open(Settings.model_validate(raw).anchored(tmp_path))) as url:
        yield url


@pytest.fixture
def page(url: str) -> Iterator[Any]:
    """A window that is logged in; afterwards nothing may have been fetched from outside or failed."""
    with playwright_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, "--no-first-run"])
        page = browser.new_page(locale="zh-CN", viewport={"width": 1280, "height": 800})
        page.set_default_timeout(20_000)
        requests: list[str] = []
        complaints: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.goto(f"{url}/admin/")
        page.locator("input").nth(0).fill("admin")
        page.locator("input[type=password]").fill("错")
        page.locator("button").first.click()
        expect(page.get_by_text("凭据不正确")).to_be_visible()
        page.locator("input").nth(0).fill("admin")  # Gradio's form has forgotten the name
        page.locator("input[type=password]").fill("芝麻")
        page.locator("button").first.click()
        expect(page.locator("#status")).to_contain_text("第 000001 代")
        yield page
        assert [request for request in requests if not request.startswith((url, "data:", "blob:"))] == []
        assert complaints == []
        browser.close()


def upload(page: Any, *files: Path) -> None:
    page.locator("#files input[type=file]").set_input_files(files)


def write(folder: Path, name: str, content: str) -> Path:
    (folder / name).write_text(content, encoding="utf-8")
    return folder / name


def test_upload_look_build_and_roll_back(page: Any, tmp_path: Path) -> None:
    upload(page, write(tmp_path, "2024-05-01-B02.txt", NEWS), write(tmp_path, "坏.jsonl", '{"text": "好"}\n{'))
    expect(page.locator("#waiting")).to_contain_text("城西果园丰收")
    expect(page.locator("#waiting")).to_contain_text("跳过 1 处")
    page.reload()
    expect(page.locator("#waiting")).to_contain_text("钱小满")  # the waiting room is the archive's
    page.locator("#build").click()
    expect(page.locator("#progress progress")).to_have_count(1)
    expect(page.locator("#progress")).to_contain_text("建好了", timeout=60_000)
    expect(page.locator("#progress")).to_contain_text("城西果园丰收")
    expect(page.locator("#status")).to_contain_text("第 000002 代")
    expect(page.locator("#waiting")).to_contain_text("没有等待收下的文件")
    page.locator("#back").click()
    page.locator("#sure").click()
    expect(page.locator("#status")).to_contain_text("第 000001 代")
    expect(page.locator("#notice")).to_contain_text("已退回第 000001 代")
    page.locator("#back").click()
    page.locator("#sure").click()
    expect(page.locator("#notice")).to_contain_text("keeps no generation older")


def test_hostile_files_never_run(page: Any, tmp_path: Path) -> None:
    name = "<img src=x onerror='window.pwned=9'>.txt"
    upload(page, write(tmp_path, name, f"{PAYLOAD}\n\n本报讯（记者 {PAYLOAD}）{PAYLOAD}\n"))
    expect(page.locator("#waiting")).to_contain_text("读出")
    page.wait_for_timeout(300)
    assert page.evaluate("window.pwned") is None
    assert page.locator("#waiting img, #waiting script, #waiting svg").count() == 0


def test_the_page_fits_a_phone(page: Any, tmp_path: Path) -> None:
    page.set_viewport_size(PHONE)
    upload(page, write(tmp_path, "2024-05-01-B02.txt", NEWS))
    expect(page.locator("#waiting")).to_contain_text("城西果园丰收")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
