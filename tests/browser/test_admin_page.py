"""The admin's page in a real browser: login, upload, waiting room, progress bar, the way back, hostile files."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from newsroom import PAYLOAD, serving
from reader import DESK, PATIENCE, PHONE, needs_chromium

from qa import Answerer
from qa.settings import Settings

NEWS = "城西果园丰收\n\n本报讯（记者 钱小满）昨天，城西果园的一千棵梨树开园采摘，亩产两千斤。\n"
pytestmark = needs_chromium
playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect


@pytest.fixture
def url(one_page: Path, tmp_path: Path) -> Iterator[str]:
    """An archive of one page with an admin's page."""
    shutil.copytree(one_page, tmp_path, dirs_exist_ok=True)
    raw = {"corpus": "corpus", "index": "index", "admin": {"password": "芝麻", "upload_mb": 1}}
    with serving(Answerer.open(Settings.model_validate(raw).anchored(tmp_path))) as url:
        yield url


@pytest.fixture
def opened(url: str, browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens windows on an address below `url`; afterwards none may have fetched from outside or failed."""
    expect.set_options(timeout=PATIENCE)
    requests: list[str] = []
    complaints: list[str] = []
    pages: list[Any] = []

    def open_page(path: str, viewport: dict[str, int] = DESK, locale: str = "zh-CN") -> Any:
        page = browser.new_page(locale=locale, viewport=viewport)
        pages.append(page)
        page.set_default_timeout(PATIENCE)
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.goto(f"{url}{path}")
        return page

    yield open_page
    for page in pages:
        page.close()
    assert [request for request in requests if not request.startswith((url, "data:", "blob:"))] == []
    assert complaints == []


def log_in(frame: Any, password: str = "芝麻") -> None:
    """The form of a page or of a frame of one."""
    frame.locator("input").nth(0).fill("admin")
    frame.locator("input[type=password]").fill(password)
    frame.locator("button").first.click()


@pytest.fixture
def page(opened: Callable[..., Any]) -> Any:
    """The admin's page, after a wrong password and the right one."""
    page = opened("/admin/")
    log_in(page, "错")
    expect(page.get_by_text("凭据不正确")).to_be_visible()
    log_in(page)
    expect(page.locator("#status")).to_contain_text("第 000001 代")
    return page


def upload(page: Any, *files: Path) -> None:
    page.locator("#files input[type=file]").set_input_files(files)


def write(folder: Path, name: str, content: str) -> Path:
    (folder / name).write_text(content, encoding="utf-8")
    return folder / name


def test_upload_look_build_and_roll_back(page: Any, tmp_path: Path) -> None:
    hostile = write(
        tmp_path, "<img src=x onerror='window.pwned=9'>.txt", f"{PAYLOAD}\n\n本报讯（记者 {PAYLOAD}）{PAYLOAD}\n"
    )
    upload(page, hostile)
    expect(page.locator("#waiting")).to_contain_text("读出")
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("window.pwned") is None
    assert page.locator("#waiting img, #waiting script, #waiting svg").count() == 0
    page.set_viewport_size(DESK)
    page.locator("#dismiss").click()
    expect(page.locator("#waiting")).to_contain_text("没有等待收下的文件")
    upload(page, write(tmp_path, "2024-05-01-B02.txt", NEWS), write(tmp_path, "坏.jsonl", '{"text": "好"}\n{'))
    expect(page.locator("#waiting")).to_contain_text("城西果园丰收")
    expect(page.locator("#waiting")).to_contain_text("跳过 1 处")
    page.reload()
    expect(page.locator("#waiting")).to_contain_text("钱小满")  # the waiting room is the archive's
    page.locator("#build").click()
    expect(page.locator("#progress progress")).to_have_count(1)
    expect(page.locator("#progress")).to_contain_text("建好了", timeout=300_000)
    expect(page.locator("#progress")).to_contain_text("城西果园丰收")
    expect(page.locator("#status")).to_contain_text("第 000002 代")
    expect(page.locator("#waiting")).to_contain_text("没有等待收下的文件")
    page.locator("#back").click()
    page.locator("#sure").click()
    expect(page.locator("#status")).to_contain_text("第 000001 代")
    expect(page.locator("#notice")).to_contain_text("已退回第 000001 代")
    expect(page.locator("#back")).to_be_hidden()  # nothing is left to go back to


def test_the_admin_is_a_tab_of_the_chat_which_goes_on_meanwhile(opened: Callable[..., Any], tmp_path: Path) -> None:
    page = opened("")
    expect(page.locator("#masthead")).to_contain_text("馆藏 1 个版面")
    page.get_by_role("tab", name="管理").click()
    frame = page.frame_locator("#admin-frame iframe")
    log_in(frame)
    expect(frame.locator("#status")).to_contain_text("第 000001 代")
    expect(frame.locator("header")).to_be_hidden()  # the chat's own is above it
    expect(page.locator("#evidence")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    upload(frame, write(tmp_path, "2024-05-01-B02.txt", NEWS))
    expect(frame.locator("#waiting")).to_contain_text("城西果园丰收")
    frame.locator("#build").click()
    page.get_by_role("tab", name="提问").click()
    page.locator("#question textarea").fill("记者钱小满写过哪些报道？")
    page.keyboard.press("Enter")
    expect(page.locator("#talk .bot-row .acts")).to_have_count(1)
    page.get_by_role("tab", name="管理").click()
    expect(frame.locator("#progress")).to_contain_text("建好了", timeout=300_000)
    page.get_by_role("tab", name="提问").click()
    page.locator("#clear").click()
    expect(page.locator("#masthead")).to_contain_text("馆藏 2 个版面")  # without a reload
    expect(page.locator("#source")).to_contain_text("B02版")
    page.reload()
    page.get_by_role("tab", name="浏览").click()
    page.locator("#page input").click()
    expect(page.get_by_role("option", name="B02版")).to_be_visible()


def test_an_english_browser_gets_an_english_admin(opened: Callable[..., Any], tmp_path: Path) -> None:
    page = opened("/admin/", locale="en-GB")
    expect(page.locator("body")).to_contain_text("User name: admin")
    expect(page.locator("body")).not_to_contain_text("用户名")
    log_in(page)
    expect(page.locator("#status")).to_contain_text("generation 000001")
    expect(page).to_have_title("Wenbao · Admin")
    expect(page.locator("#back")).to_have_text("Roll back")
    expect(page.locator("#files")).to_contain_text("Upload pages, each at most 1 MB")
    upload(page, write(tmp_path, "2024-05-01-B02.txt", NEWS), write(tmp_path, "_draft.txt", NEWS))
    expect(page.locator("#waiting")).to_contain_text("articles read: 1")
    expect(page.locator("#notice")).to_contain_text("a build passes over such a name")


def test_what_gradio_itself_says_is_told_in_chinese(url: str, opened: Callable[..., Any], tmp_path: Path) -> None:
    page = opened("/admin/")
    log_in(page)
    upload(page, write(tmp_path, "x.exe", NEWS))
    expect(page.locator(".toast-wrap")).to_contain_text("不收这种文件：x.exe；可收 .txt")
    upload(page, write(tmp_path, "x.txt", "长" * 500_000))
    expect(page.locator(".toast-wrap")).to_contain_text('太大，最大 1.0 MB："x.txt"')
    page = opened("")
    page.locator("#question textarea").wait_for()
    page.route(f"{url}/**", lambda route: route.abort())
    page.locator("#question textarea").fill("城西果园？")
    page.keyboard.press("Enter")
    expect(page.locator(".toast-wrap")).to_contain_text("连不上服务器")
