"""Takes the pictures of the documentation: the real page over the sample newspaper, in Chromium.

Run `python tests/browser/shots.py [folder]`: docs/ by default. Looking at the pictures is the point of it.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
FACT, LIST, UNKNOWN = "滆湖清淤今年要完成多少立方米？", "总投资10亿元的项目有哪些？", "科恩新能源的董事长是谁？"
PASSWORD = "open sesame"
NEWS = """城西果园丰收

本报讯（记者 钱小满）昨天，城西果园的一千棵梨树开园采摘，亩产两千斤。

城东新添图书角

本报讯（记者 孙一）城东社区的图书角今天开放，有书三千册，居民凭市民卡借阅。
"""
KINDS: dict[str, dict[str, Any]] = {
    "desk": {},
    "desk-dark": {"color_scheme": "dark"},
    "desk-english": {"locale": "en-GB"},
    "phone": {"viewport": PHONE, "has_touch": True},
    "phone-dark": {"viewport": PHONE, "has_touch": True, "color_scheme": "dark"},
}


def ask(page: Any, question: str) -> Any:
    """Ask and wait until everything has been said; returns the message."""
    from playwright.sync_api import expect

    count = page.locator("#talk .bot-row").count()
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")
    message = page.locator("#talk .bot-row").nth(count)
    expect(message.locator(".follow")).to_have_count(1, timeout=60_000)
    return message


def save(page: Any, path: Path) -> None:
    """A picture in 128 colours, which a page of text does not miss."""
    from PIL import Image

    page.wait_for_timeout(900)  # until scrolling has come to rest
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(128, dither=Image.Dither.NONE)
    picture.save(path, optimize=True)


def shoot(browser: Any, url: str, folder: Path) -> None:
    """All pictures: those of the documentation, and further ones to look at where another folder is given."""

    def opened(viewport: dict[str, int] = DESK, locale: str = "zh-CN", **kind: Any) -> Any:
        page = browser.new_context(locale=locale, viewport=viewport, **kind).new_page()
        page.set_default_timeout(60_000)
        page.goto(url)
        page.locator("#talk .example").first.wait_for()
        return page

    page = opened()
    save(page, folder / "chat-open.png")
    evidence(page, FACT)
    save(page, folder / "chat.png")
    dark = opened({"width": 1280, "height": 880}, color_scheme="dark")
    evidence(dark, LIST, chip=1)
    save(dark, folder / "chat-list-dark.png")
    phone = opened(PHONE, has_touch=True)
    ask(phone, FACT)
    save(phone, folder / "chat-phone.png")
    desk = opened()
    administer(desk)
    save(desk, folder / "chat-admin.png")
    if folder != ROOT / "docs":
        for name, kind in KINDS.items():
            look_around(opened(**kind), folder, name)


def evidence(page: Any, question: str, chip: int = 0) -> None:
    """Ask, and open the article of a chip."""
    ask(page, question).locator("p a.chip").nth(chip).click()
    page.locator("#source mark").first.wait_for(timeout=60_000)


def administer(page: Any) -> None:
    """Open the admin's tab, log in, and let a page wait to be taken in."""
    page.get_by_role("tab").nth(3).click()
    frame = page.frame_locator("#admin-frame iframe")
    frame.locator("input").nth(0).fill("admin")
    frame.locator("input[type=password]").fill(PASSWORD)
    frame.locator("button").first.click()
    frame.locator("#status dl").wait_for()
    with tempfile.TemporaryDirectory() as place:
        upload = Path(place) / "2024-09-01-A01.txt"
        upload.write_text(NEWS, encoding="utf-8")
        frame.locator("#files input[type=file]").set_input_files(upload)
        frame.locator("#waiting table").first.wait_for()


def look_around(page: Any, folder: Path, name: str) -> None:
    """The pages that the documentation does not show."""
    ask(page, UNKNOWN)
    save(page, folder / f"{name}-refusal.png")
    page.locator("#clear").click()
    page.locator("#talk .bot-row").first.wait_for(state="detached")
    evidence(page, FACT)
    save(page, folder / f"{name}-evidence.png")
    page.locator('#source a[href^="#page-"]').click()
    save(page, folder / f"{name}-page.png")
    for at, tab in ((1, "browse"), (2, "history")):
        page.get_by_role("tab").nth(at).click()
        save(page, folder / f"{name}-{tab}.png")
    administer(page)
    save(page, folder / f"{name}-admin.png")


def main() -> None:
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    from newsroom import serving
    from playwright.sync_api import sync_playwright

    from embeddings.build import build
    from qa import Answerer
    from qa.settings import Settings

    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs"
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="wenbao-") as place:
        shutil.copytree(ROOT / "corpus", Path(place) / "corpus")  # what is uploaded waits beside the pages
        raw = {"corpus": "corpus", "index": "index", "admin": {"password": PASSWORD}}
        settings = Settings.model_validate(raw).anchored(Path(place))
        build(settings.corpus, settings.index, encoder=settings.encoder, chunks=settings.chunks)
        with serving(Answerer.open(settings), None) as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            shoot(browser, url, folder)
            browser.close()


if __name__ == "__main__":
    main()
