"""Fixtures of the browser tests: one page over the scripted newsroom, one browser, and readers before it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from newsroom import Newsroom, serving
from reader import CHROMIUM, DESK, FLAGS, Reader

from embeddings.build import build
from qa.settings import AnswererSettings, ChatSettings

HERE = Path(__file__).parent


class Shared:
    """The browser of all tests in this folder. It leaves an event loop running: other tests begin after `close`."""

    def __init__(self) -> None:
        self._playwright: Any = None
        self._browser: Any = None
        self._devices: dict[str, Any] = {}

    @property
    def playwright(self) -> Any:
        if not self._playwright:
            self._playwright = pytest.importorskip("playwright.sync_api").sync_playwright().start()
        return self._playwright

    @property
    def browser(self) -> Any:
        if not self._browser:
            args = [*FLAGS, "--no-first-run"]
            self._browser = self.playwright.chromium.launch(executable_path=CHROMIUM, args=args)
        return self._browser

    def device(self, **kind: Any) -> Any:
        """A browser window of a size and kind; windows of one kind share a cache, so that pages load quickly."""
        kind = {"locale": "zh-CN", **kind}
        if str(kind) not in self._devices:
            self._devices[str(kind)] = self.browser.new_context(**kind)
        return self._devices[str(kind)]

    def close(self) -> None:
        if self._browser:
            self._browser.close()
        if self._playwright:
            self._playwright.stop()
        self.__init__()  # type: ignore[misc]


SHARED = Shared()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> Iterator[None]:
    yield
    if nextitem is None or HERE not in nextitem.path.parents:
        SHARED.close()


@pytest.fixture
def device() -> Callable[..., Any]:
    return SHARED.device


@pytest.fixture
def browser() -> Any:
    return SHARED.browser


@pytest.fixture
def playwright() -> Any:
    return SHARED.playwright


@pytest.fixture(scope="session")
def url() -> Iterator[str]:
    newsroom = Newsroom()
    sections = {"chat": ChatSettings(paper="城北日报"), "answerer": AnswererSettings(kind="openai", model="甲")}
    newsroom.settings = newsroom.settings.model_copy(update=sections)
    with serving(newsroom, ["城北新桥有多长？", "记者王小明写过哪些报道？"]) as url:
        yield url


@pytest.fixture(scope="session")
def one_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a corpus of one page and its index, to be copied."""
    folder = tmp_path_factory.mktemp("one") / "page"
    (folder / "corpus").mkdir(parents=True)
    shutil.copy(HERE.parents[1] / "corpus" / "2024-03-03-A01.txt", folder / "corpus")
    build(folder / "corpus", folder / "index")
    return folder


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
