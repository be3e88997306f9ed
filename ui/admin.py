"""The page /admin: upload pages, see how they were parsed, rebuild in the background, roll back.

In: settings, and a way to the live index. Out: Gradio blocks; the password is asked by the server (ui/serve.py). The
waiting room and the build are the archive's, not the browser's: who reloads the page finds them as they are. Knows
nothing about the chat, which takes up a new generation by itself.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import gradio as gr

from embeddings.errors import WenbaoError
from embeddings.index import Index
from embeddings.stores import generations_of, rollback
from qa.settings import Settings
from ui.admin_html import articles_html, notice_html, progress_html, receipt_html, status_html, waiting_html
from ui.building import Builder
from ui.door import same
from ui.intake import KINDS, Intake
from ui.turns import APOLOGY

STYLE = Path(__file__).with_name("admin.css")
NAME = "admin"
SECONDS_BETWEEN_LOOKS = 0.7  # at a build that goes on
_log = logging.getLogger(__name__)


class Indexed(Protocol):
    """What the page needs of an answerer."""

    @property
    def settings(self) -> Settings: ...
    @property
    def index(self) -> Index: ...


class Login:
    """Name and password of the page, compared in constant time; a minute's pause after many wrong ones."""

    MOST_WRONG, SECONDS = 10, 60

    def __init__(self, password: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._password, self._clock = password, clock
        self._wrong: deque[float] = deque(maxlen=self.MOST_WRONG)

    def __call__(self, name: str, password: str) -> bool:
        now = self._clock()
        if len(self._wrong) == self.MOST_WRONG and now - self._wrong[0] < self.SECONDS:
            return False
        if same(name, NAME) & same(password, self._password) and self._password:
            return True
        self._wrong.append(now)
        return False


class Desk:
    """What the page's buttons do; each returns the HTML that changes."""

    def __init__(self, answerer: Indexed) -> None:
        self._answerer, self._settings = answerer, answerer.settings
        self._intake, self._builder = Intake(self._settings), Builder(self._settings)
        self._taken: list[str] = []  # files that the last build took in
        self._lock = threading.Lock()

    def status(self) -> str:
        """The live generation, and those that one can go back to."""
        index = self._answerer.index
        names = generations_of(self._settings.index, self._settings.store)
        return status_html(index.stats, names, str(self._settings.corpus))

    def waiting(self) -> str:
        return waiting_html(self._intake.waiting())

    def receive(self, files: Sequence[str] | None) -> tuple[str, str]:
        """(waiting room, notice) after files came from the browser; their copies in Gradio's cache go."""
        paths = [Path(file) for file in files or ()]
        refused = self._intake.receive(paths)
        for path in paths:
            path.unlink(missing_ok=True)
        return self.waiting(), notice_html(refused)

    def dismiss(self) -> tuple[str, str]:
        self._intake.dismiss()
        return self.waiting(), ""

    def rebuild(self, full: bool) -> tuple[str, str, str]:
        """(waiting room, progress, notice) after the build has begun; what waits is taken in first."""
        with self._lock:
            if self._builder.state.running:
                return self.waiting(), self.progress(), notice_html(["正在重建，请等它完成"])
            self._taken = self._intake.accept()
            self._builder.start(full)
        return self.waiting(), self.progress(), ""

    def progress(self) -> str:
        """The bar of a build that goes on, or the receipt of the last one with its articles as indexed."""
        state = self._builder.state
        if state.running:
            return progress_html(state)
        if state.fault:
            return notice_html([state.fault])
        if not state.receipt:
            return ""
        index = self._answerer.index
        found = [article for each in self._intake.taken(self._taken) if (article := index.article(each.id))]
        return receipt_html(state.receipt) + articles_html(found, "新收文件在索引里的样子")

    @property
    def building(self) -> bool:
        return self._builder.state.running

    def rollback(self) -> tuple[str, str]:
        """(status, notice) after the step back."""
        name = rollback(self._settings.index, self._settings.store)
        advice = "报库里的文件没有动：再重建，就会按它们建出新的一代"
        return self.status(), notice_html([f"已退回第 {name} 代。{advice}"])


def build_admin(answerer: Indexed) -> gr.Blocks:
    """The page as Gradio blocks."""
    desk = Desk(answerer)
    page = gr.Blocks(title="问报 · 管理", analytics_enabled=False, delete_cache=(3600, 3600))
    with page, gr.Column(elem_id="admin"):
        gr.HTML('<header><h1>问报 · 管理</h1><a href="../">回到对话</a></header>', js_on_load=None)
        status = _html("status")
        with gr.Row():
            back = gr.Button("退回上一代", elem_id="back", scale=0)
            sure = gr.Button("确定退回", variant="stop", visible=False, elem_id="sure", scale=0)
        files = gr.File(
            label=f"上传版面，每个最大 {answerer.settings.admin.upload_mb} MB",
            file_count="multiple",
            file_types=list(KINDS),
            height=150,
            elem_id="files",
        )
        notice, waiting = _html("notice"), _html("waiting")
        with gr.Row():
            build = gr.Button("收下并重建", variant="primary", elem_id="build", scale=0)
            dismiss = gr.Button("不收，清空", elem_id="dismiss", scale=0)
            full = gr.Checkbox(label="全部重算（不沿用旧索引）", elem_id="full", container=False, scale=0)
        progress = _html("progress")
        clock = gr.Timer(SECONDS_BETWEEN_LOOKS, active=False)
        quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}

        def look() -> tuple[Any, ...]:
            going = desk.building
            return desk.progress(), desk.status(), gr.Timer(active=going)

        def on_build(full: bool) -> tuple[Any, ...]:
            return *desk.rebuild(full), gr.Timer(active=True)

        def on_back() -> tuple[Any, ...]:
            return *desk.rollback(), gr.Button(visible=False)

        opening = [progress, status, clock]
        page.load(polite(look, 3), None, opening, queue=False, **quiet)
        page.load(polite(desk.waiting, 1), None, waiting, queue=False, **quiet)
        clock.tick(polite(look, 3), None, opening, queue=False, **quiet)
        files.upload(polite(desk.receive, 2, 1), files, [waiting, notice], **quiet).then(
            lambda: None, None, files, **quiet
        )
        build.click(polite(on_build, 4, 2), full, [waiting, progress, notice, clock], **quiet)
        dismiss.click(polite(desk.dismiss, 2, 1), None, [waiting, notice], **quiet)
        back.click(lambda: gr.Button(visible=True), None, sure, queue=False, **quiet)
        sure.click(polite(on_back, 3, 1), None, [status, notice, sure], **quiet)
    page.queue(max_size=answerer.settings.chat.queue, default_concurrency_limit=1)
    return page


def polite(call: Callable[..., Any], outputs: int, words_at: int = 0) -> Callable[..., Any]:
    """The same event, but an error is told at output `words_at`, in words, and leaves the others as they are."""

    def event(*given: Any) -> Any:
        try:
            return call(*given)
        except WenbaoError as error:
            words = str(error)
        except Exception:
            _log.exception("the admin's page failed")
            words = APOLOGY
        told = [gr.skip()] * outputs
        told[words_at] = notice_html([words])
        return tuple(told) if outputs > 1 else told[0]

    return event


def _html(name: str) -> gr.HTML:
    return gr.HTML("", elem_id=name, js_on_load=None)
