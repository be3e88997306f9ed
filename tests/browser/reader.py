"""A reader in a real browser: what the browser tests do with the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
PATIENCE = 60_000  # milliseconds, for a busy machine
needs_chromium = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium"),
]


def is_fault(line: Any) -> bool:
    """Whether a line of the browser's console is an error; that going away cuts Gradio's stream is none."""
    return line.type == "error" and "AbortError" not in line.text and "errored out" not in line.text


class Reader:
    """A reader with a page of their own; not `anew` goes on with what the browser kept."""

    def __init__(self, page: Any, url: str, anew: bool = True) -> None:
        from playwright.sync_api import expect

        self.page, self.expect, self.url = page, expect, url
        self.page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(f"dialog {dialog.message}"))
        self.page.on("console", lambda line: self.complaints.append(line.text) if is_fault(line) else None)
        if anew:
            self.page.goto(f"{url}/theme.css")
            self.page.evaluate("localStorage.clear()")  # or this reader would go on with the talk of the one before
        self.page.goto(url)
        self.box = self.page.locator("#question textarea")
        self.box.wait_for()
        self.answers = self.page.locator("#talk .bot-row")
        self.panel = self.page.locator("#source")

    def ask(self, question: str) -> Any:
        """Ask and wait for the whole answer; returns its message."""
        message = self.send(question)
        self.expect(message.locator(".pending")).to_have_count(0)
        self.expect(self.page.locator("#stop")).to_have_count(0)
        self.rest()
        return message

    def rest(self) -> None:
        """Wait until the conversation is no longer redrawn: the questions to ask next come after the answer."""
        self.page.wait_for_function(
            """async () => { const talk = () => document.querySelector('#talk').innerHTML, seen = talk();
                             await new Promise(done => setTimeout(done, 300)); return talk() === seen }"""
        )

    def begin_anew(self) -> None:
        """Put this conversation away and begin another."""
        self.page.locator("#clear").click()
        self.expect(self.answers).to_have_count(0)

    def send(self, question: str) -> Any:
        """Ask; returns the message that the answer grows in."""
        count = self.answers.count()
        self.box.fill(question)
        self.box.press("Enter")
        self.expect(self.answers).to_have_count(count + 1)
        return self.answers.nth(count)

    def mark_is_in_view(self) -> bool:
        """Whether the marked quote lies inside the window, after scrolling has come to rest."""
        self.page.wait_for_function(
            """() => { const box = document.querySelector('#source mark')?.getBoundingClientRect();
                       return box && box.top >= 0 && box.bottom <= innerHeight }"""
        )
        return True
