"""Takes the pictures of the documentation: the real page over the sample newspaper, in Chromium.

Run `python tests/browser/shots.py [folder]`: docs/ by default. Knows nothing about tests; looking at the pictures is
the point of it.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
FACT, LIST, UNKNOWN = "滆湖清淤今年要完成多少立方米？", "总投资10亿元的项目有哪些？", "武进的房价是多少？"


def ask(page: Any, question: str) -> Any:
    """Ask and wait until everything has been said; returns the message."""
    from playwright.sync_api import expect

    count = page.locator("#talk .bot-row").count()
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")
    message = page.locator("#talk .bot-row").nth(count)
    expect(message.locator(".follow")).to_have_count(1)
    return message


def save(page: Any, path: Path) -> None:
    """A picture in 128 colours, which a page of text does not miss."""
    from PIL import Image

    page.wait_for_timeout(900)  # until scrolling has come to rest
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(128, dither=Image.Dither.NONE)
    picture.save(path, optimize=True)


def shoot(browser: Any, url: str, folder: Path) -> None:
    """All pictures: the four of the documentation, and further ones where another folder is given."""

    def opened(viewport: dict[str, int] = DESK, **kind: Any) -> Any:
        page = browser.new_context(locale="zh-CN", viewport=viewport, **kind).new_page()
        page.goto(url)
        page.locator("#talk .example").first.wait_for()
        return page

    page = opened()
    save(page, folder / "chat-open.png")
    page.set_viewport_size({"width": 1280, "height": 880})
    ask(page, UNKNOWN)
    ask(page, FACT).locator("p a.chip").first.click()
    page.locator("#source mark").wait_for()
    save(page, folder / "chat.png")
    dark = opened(color_scheme="dark")
    ask(dark, LIST).locator("p a.chip").nth(1).click()
    dark.locator("#source mark").wait_for()
    save(dark, folder / "chat-list-dark.png")
    phone = opened(PHONE, has_touch=True)
    answer = ask(phone, FACT)
    save(phone, folder / "chat-phone.png")
    if folder != ROOT / "docs":
        answer.locator("p a.chip").first.tap()
        save(phone, folder / "phone-source.png")
        refusal = opened()
        ask(refusal, UNKNOWN)
        save(refusal, folder / "refusal.png")
        refusal.locator("#tabs button[role=tab]").nth(1).click()
        save(refusal, folder / "browse.png")


def main() -> None:
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    from newsroom import serving
    from playwright.sync_api import sync_playwright

    from embeddings.build import build
    from qa import Answerer
    from qa.settings import Settings
    from ui.suggest import suggest

    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs"
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as index:
        settings = Settings(corpus=ROOT / "corpus", index=Path(index) / "index")
        build(settings.corpus, settings.index, encoder=settings.encoder, chunks=settings.chunks)
        answerer = Answerer.open(settings)
        articles = answerer.index.store.select(limit=500)
        examples = suggest(articles, lambda question: not answerer.answer(question).refused)
        with serving(answerer, examples) as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            shoot(browser, url, folder)
            browser.close()


if __name__ == "__main__":
    main()
