"""The page /admin: upload pages, see how they were parsed, rebuild in the background, roll back.

In: settings, and a way to the live index. Out: Gradio blocks; the password is asked by the server (ui/serve.py). The
waiting room and the build are the archive's, not the browser's: who reloads the page finds them as they are. Knows
nothing about the chat, which takes up a new generation by itself.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import gradio as gr

from embeddings.errors import WenbaoError
from embeddings.index import Index
from embeddings.stores import generations_of, rollback
from qa.settings import Settings
from ui.admin_html import articles_html, head_html, notice_html, progress_html, receipt_html, status_html, waiting_html
from ui.building import Builder
from ui.door import same
from ui.faults import told
from ui.intake import KINDS, Intake
from ui.language import WORDS, said_to, script
from ui.words import ZH, Words

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
    """Name and password of the page, compared in constant time; the door (ui/door.py) slows guesses down."""

    def __init__(self, password: str) -> None:
        self._password = password

    def __call__(self, name: str, password: str) -> bool:
        return bool(same(name, NAME) & same(password, self._password) and self._password)


class Desk:
    """What the page's buttons do; each returns the HTML that changes, in the language of whoever looks."""

    def __init__(self, answerer: Indexed) -> None:
        self._answerer, self._settings = answerer, answerer.settings
        self._intake, self._builder = Intake(self._settings), Builder(self._settings)
        self._taken: list[str] = []  # files that the last build took in
        self._lock = threading.Lock()

    def status(self, say: Words = ZH) -> str:
        """The live generation, and those that one can go back to."""
        index = self._answerer.index
        names = generations_of(self._settings.index, self._settings.store)
        return status_html(index.stats, names, str(self._settings.corpus), say)

    def waiting(self, say: Words = ZH) -> str:
        return waiting_html(self._intake.waiting(), say)

    def receive(self, files: Sequence[str] | None, say: Words = ZH) -> tuple[str, str]:
        """(waiting room, notice) after files came from the browser; their copies in Gradio's cache go."""
        paths = [Path(file) for file in files or ()]
        refused = self._intake.receive(paths, say)
        for path in paths:
            path.unlink(missing_ok=True)
        return self.waiting(say), notice_html(refused)

    def dismiss(self, say: Words = ZH) -> tuple[str, str]:
        self._intake.dismiss()
        return self.waiting(say), ""

    def rebuild(self, full: bool, say: Words = ZH) -> tuple[str, str, str]:
        """(waiting room, progress, notice) after the build has begun; what waits is taken in first."""
        with self._lock:
            if self._builder.state.running:
                return self.waiting(say), self.progress(say), notice_html([say["building"]])
            self._taken = self._intake.accept()
            self._builder.start(full)
        return self.waiting(say), self.progress(say), ""

    def progress(self, say: Words = ZH) -> str:
        """The bar of a build that goes on, or the receipt of the last one with its articles as indexed."""
        state = self._builder.state
        if state.running:
            return progress_html(state, say)
        if state.fault:
            return notice_html([told(state.fault, say)])
        if not state.receipt:
            return ""
        index = self._answerer.index
        found = [article for each in self._intake.taken(self._taken) if (article := index.article(each.id))]
        return receipt_html(state.receipt, say) + articles_html(found, say["taken_in"], say)

    @property
    def building(self) -> bool:
        return self._builder.state.running

    def rollback(self, say: Words = ZH) -> tuple[str, str]:
        """(status, notice) after the step back."""
        name = rollback(self._settings.index, self._settings.store)
        return self.status(say), notice_html([say["rolled_back"].format(name=name)])


@dataclass(frozen=True, slots=True)
class Layout:
    """The components of the page."""

    head: gr.HTML
    status: gr.HTML
    back: gr.Button
    sure: gr.Button
    files: gr.File
    notice: gr.HTML
    waiting: gr.HTML
    build: gr.Button
    dismiss: gr.Button
    full: gr.Checkbox
    progress: gr.HTML
    clock: gr.Timer


def build_admin(answerer: Indexed) -> gr.Blocks:
    """The page as Gradio blocks."""
    page = gr.Blocks(title=ZH["admin_title"], analytics_enabled=False, delete_cache=(3600, 3600))
    with page, gr.Column(elem_id="admin"):
        _connect(Desk(answerer), page, _lay_out(answerer.settings.admin.upload_mb))
    page.queue(max_size=answerer.settings.chat.queue, default_concurrency_limit=1)
    return page


def _lay_out(upload_mb: int) -> Layout:
    say = WORDS
    head, status = gr.HTML("", elem_id="head", js_on_load=script("admin.js")), _html("status")
    with gr.Row():
        back = gr.Button(say("roll_back"), elem_id="back", scale=0)
        sure = gr.Button(say("really"), variant="stop", visible=False, elem_id="sure", scale=0)
    label = say("upload") + f" {upload_mb} MB"
    files = gr.File(label=label, file_count="multiple", file_types=list(KINDS), height=150, elem_id="files")
    notice, waiting = _html("notice"), _html("waiting")
    with gr.Row():
        build = gr.Button(say("take_in"), variant="primary", elem_id="build", scale=0)
        dismiss = gr.Button(say("dismiss"), elem_id="dismiss", scale=0)
        full = gr.Checkbox(label=say("full"), elem_id="full", container=False, scale=0)
    progress, clock = _html("progress"), gr.Timer(SECONDS_BETWEEN_LOOKS, active=False)
    return Layout(head, status, back, sure, files, notice, waiting, build, dismiss, full, progress, clock)


def _connect(desk: Desk, page: gr.Blocks, on: Layout) -> None:
    """Everything that happens on the page."""
    # Not queued: an event sent while the stream of a queued one closes would lose its answer. The slow one, the build,
    # has a process of its own.
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "queue": False}

    def look(say: Words) -> tuple[Any, ...]:
        going = desk.building
        return desk.progress(say), desk.status(say), gr.Timer(active=going)

    def on_load(say: Words) -> tuple[Any, ...]:
        return *look(say), desk.waiting(say), head_html(say)

    def on_build(full: bool, say: Words) -> tuple[Any, ...]:
        return *desk.rebuild(full, say), gr.Timer(active=True)

    def on_back(say: Words) -> tuple[Any, ...]:
        return *desk.rollback(say), gr.Button(visible=False)

    opening = [on.progress, on.status, on.clock]
    page.load(polite(on_load, 5), None, [*opening, on.waiting, on.head], **quiet)
    on.clock.tick(polite(look, 3), None, opening, **quiet)
    on.files.upload(polite(desk.receive, 2, 1), on.files, [on.waiting, on.notice], **quiet).then(
        lambda: None, None, on.files, **quiet
    )
    on.build.click(polite(on_build, 4, 2), on.full, [on.waiting, on.progress, on.notice, on.clock], **quiet)
    on.dismiss.click(polite(desk.dismiss, 2, 1), None, [on.waiting, on.notice], **quiet)
    on.back.click(lambda: gr.Button(visible=True), None, on.sure, **quiet)
    on.sure.click(polite(on_back, 3, 1), None, [on.status, on.notice, on.sure], **quiet)


def polite(call: Callable[..., Any], outputs: int, words_at: int = 0) -> Callable[..., Any]:
    """An event that tells `call` the reader's language; an error is told at output `words_at`, and changes no other."""

    def event(request: gr.Request, *given: Any) -> Any:
        say = said_to(request)
        try:
            return call(*given, say)
        except WenbaoError as error:
            words = told(error, say)
        except Exception:
            _log.exception("the admin's page failed")
            words = say["admin_broke"]
        shown = [gr.skip()] * outputs
        shown[words_at] = notice_html([words])
        return tuple(shown) if outputs > 1 else shown[0]

    return event


def _html(name: str) -> gr.HTML:
    return gr.HTML("", elem_id=name, js_on_load=None)
