"""Fixtures of the browser tests: the page over the scripted newsroom, browser windows, and readers before them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from newsroom import Newsroom, serving
from reader import CHROMIUM, DESK, FLAGS, Reader

from qa.settings import AnswererSettings, ChatSettings


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    newsroom = Newsroom()
    sections = {"chat": ChatSettings(paper="城北日报"), "answerer": AnswererSettings(kind="openai", model="甲")}
    newsroom.settings = newsroom.settings.model_copy(update=sections)
    with serving(newsroom, ["城北新桥有多长？", "记者王小明写过哪些报道？"]) as url:
        yield url


@pytest.fixture(scope="module")
def device() -> Iterator[Callable[..., Any]]:
    """A browser window of a size and kind; windows of one kind share a cache, so that pages load quickly."""
    with pytest.importorskip("playwright.sync_api").sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, "--no-first-run"])
        devices: dict[str, Any] = {}

        def of_kind(**kind: Any) -> Any:
            return devices.get(str(kind)) or devices.setdefault(
                str(kind), browser.new_context(**{"locale": "zh-CN", **kind})
            )

        yield of_kind
        browser.close()


@pytest.fixture
def reader(device: Callable[..., Any], url: str) -> Iterator[Callable[..., Reader]]:
    """Opens pages; afterwards none may have fetched from outside or met an error of ours."""
    readers: list[Reader] = []

    def open_page(viewport: dict[str, int] = DESK, **kind: Any) -> Reader:
        readers.append(Reader(device(viewport=viewport, **kind).new_page(), url))
        return readers[-1]

    yield open_page
    for one in readers:
        one.page.close()
        assert len(one.requests) > 10
        assert [request for request in one.requests if not request.startswith((url, "data:", "blob:"))] == []
        assert one.complaints == []
