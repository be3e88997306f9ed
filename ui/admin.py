"""The page /admin: upload pages, see how they were parsed, rebuild in the background, roll back.

Uploaded files wait in a hidden folder of the corpus, which builds pass over. File names are untrusted: only the last
part counts, and it must be one that a build reads. Every character of theirs is escaped.
"""

from __future__ import annotations

import logging
import shutil
import threading
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

import gradio as gr

from embeddings.build import Receipt
from embeddings.errors import WenbaoError
from embeddings.inputs import ARCHIVE as ZIP
from embeddings.inputs import READERS, FileContent, Skipped, UnreadableError, read_file
from embeddings.records import Article
from embeddings.stores import generations_of, rollback
from qa.settings import Settings
from ui.building import Builder, State
from ui.chat import WORDS, said_to, script
from ui.conversation import Answering
from ui.door import READER
from ui.plain import one_line
from ui.render import escape
from ui.terminal import receipt_summary
from ui.words import EN, ZH, Words, told, words_for

KINDS = (*READERS, ZIP)
WAITING = ".waiting"
LONGEST_NAME = 150  # bytes; file systems take 255
LONGEST_OPENING = 40  # characters of an article that its row shows
MOST_ROWS = 200
STYLE = Path(__file__).with_name("admin.css")
NAME = "admin"
SECONDS_BETWEEN_LOOKS = 0.7  # at a build that goes on
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file in the waiting room, as a build would read it; `replaces` a file of the corpus."""

    name: str
    content: FileContent
    replaces: bool


class Intake:
    """The waiting room of one corpus."""

    def __init__(self, settings: Settings) -> None:
        self._corpus, self._fields, self._limits = settings.corpus, settings.fields, settings.admin
        self._room = settings.corpus / WAITING

    def receive(self, files: Iterable[Path], say: Words = ZH) -> list[str]:
        """Put files into the waiting room; returns, of those not let in, the name and why."""
        refused = []
        for file in files:
            name = one_line(unicodedata.normalize("NFC", PurePosixPath(file.name.replace("\\", "/")).name))
            if reason := self._reason_against(name, file, say):
                refused.append(f"{name}：{reason}")
                continue
            self._room.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, self._room / name)
        return refused

    def _reason_against(self, name: str, file: Path, say: Words) -> str:
        if PurePosixPath(name).suffix.lower() not in KINDS:
            return say["wrong_kind"].format(kinds=" ".join(KINDS))
        if name.startswith((".", "_", "~")) or name.lower().startswith("readme"):
            return say["passed_over"]
        if len(name.encode()) > LONGEST_NAME:
            return say["long_name"]
        if file.stat().st_size > self._limits.upload_mb << 20:
            return say["too_large"].format(mb=self._limits.upload_mb)
        if len(self._paths()) >= self._limits.upload_files and not (self._room / name).exists():
            return say["too_many"].format(count=self._limits.upload_files)
        return ""

    def waiting(self) -> list[Waiting]:
        """What waits, by name, as a build would read it."""
        return [Waiting(path.name, self._read(path), (self._corpus / path.name).exists()) for path in self._paths()]

    def accept(self) -> list[str]:
        """Move what waits into the corpus; returns the names. A file of the same name is replaced."""
        return [path.replace(self._corpus / path.name).name for path in self._paths()]

    def taken(self, names: Iterable[str]) -> list[Article]:
        """The articles of files that were taken in, as a build reads them."""
        return [article for name in names for article in self._read(self._corpus / name).articles]

    def dismiss(self) -> None:
        """Forget what waits."""
        shutil.rmtree(self._room, ignore_errors=True)

    def _paths(self) -> list[Path]:
        return sorted(path for path in self._room.glob("*") if path.is_file() and not path.is_symlink())

    def _read(self, path: Path) -> FileContent:
        try:
            return read_file(path, path.name, self._fields)
        except UnreadableError as error:
            return FileContent(skipped=[error.skipped])
        except Exception:  # a file that breaks its reader must not close the page; the build says the same
            return FileContent(
                skipped=[Skipped(path.name, "cannot be read", "convert it to .txt", "读不了；请转成 .txt")]
            )


def status_html(stats: Mapping[str, Any], names: Sequence[str], corpus: str, say: Words = ZH) -> str:
    """The live generation: its number, when it was built (in this machine's time), what it holds; older ones kept."""
    live, built = str(stats["generation"]), str(stats["built"])
    with suppress(ValueError):
        built = f"{datetime.fromisoformat(built).astimezone():%Y-%m-%d %H:%M}"
    older = [name for name in names if name < live]
    facts = (
        (say["live"], say["live_is"].format(name=live, built=built)),
        (say["has"], say["has_are"].format(**{key: stats[key] for key in ("pages", "articles", "chunks")})),
        (say["older"], say["and"].join(older) or say["none"]),
        (say["corpus"], corpus),
    )
    listed = "".join(f"<dt>{name}</dt><dd>{escape(fact)}</dd>" for name, fact in facts)
    return f"<dl>{listed}</dl>" if older else f'<dl class="alone">{listed}</dl>'


def notice_html(lines: Sequence[str]) -> str:
    """Polite messages, one a line."""
    said = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return f'<div class="notice" role="status">{said}</div>' if lines else ""


def waiting_html(files: Sequence[Waiting], say: Words = ZH) -> str:
    """The waiting room: each file with its articles as split, and what of it would be skipped."""
    if not files:
        return f'<p class="faint">{say["nothing_waits"]}</p>'
    html = ""
    for file in files:
        note = say["read_out"].format(count=len(file.content.articles)) + (say["replaces"] if file.replaces else "")
        html += f"<section><h3>{escape(file.name)}<small>{note}</small></h3>{table_html(file.content.articles, say)}"
        html += f"{skipped_html(file.content.skipped, say)}</section>"
    return html


def table_html(articles: Sequence[Article], say: Words) -> str:
    """Articles, a row each; nothing where there are none."""
    if not articles:
        return ""
    head = "".join(f'<th scope="col">{name}</th>' for name in say["columns"].split())
    rows = "".join(_row(article, say) for article in articles[:MOST_ROWS])
    left = len(articles) - MOST_ROWS
    more = f'<p class="faint">{say["rows_left"].format(count=left)}</p>' if left > 0 else ""
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{more}'


def _row(article: Article, say: Words) -> str:
    cells = (
        article.headline or say["a_caption" if article.kind == "caption" else "untitled"],
        "、".join(article.reporters),
        article.date.isoformat() if article.date else "",
        article.page,
        str(len(article.text)),
        article.text[:LONGEST_OPENING] + "…" * (len(article.text) > LONGEST_OPENING),
    )
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"


def skipped_html(skipped: Sequence[Skipped], say: Words = ZH) -> str:
    """What was left out and why."""
    lines = "".join(f"<li>{escape(str(each) if say is EN else each.in_chinese)}</li>" for each in skipped[:MOST_ROWS])
    return f'<p>{say["skipped"].format(count=len(skipped))}</p><ul class="skipped">{lines}</ul>' if skipped else ""


def progress_html(state: State, say: Words = ZH) -> str:
    """A progress bar of the stage that a build is in; without an end while its length is not known."""
    stage = say.get(f"stage_{state.stage}", say["stage_"])
    label, of = (f"{stage} {state.done} / {state.total}", f' value="{state.done}" max="{state.total}"')
    if not state.total:
        label, of = f"{stage}…", ""
    return f'<div class="bar" role="status"><label>{label}</label><progress{of}></progress></div>'


def receipt_html(receipt: Receipt, say: Words = ZH) -> str:
    """What a build did."""
    said = f'<p role="status">{escape(receipt_summary(receipt, say))}</p>'
    return f'<section class="receipt">{said}{skipped_html(receipt.skipped, say)}</section>'


class Desk:
    """What the page's buttons do; each returns the HTML that changes, in the language of whoever looks."""

    def __init__(self, answerer: Answering) -> None:
        self._answerer, self._settings = answerer, answerer.settings
        self._intake, self.builder = Intake(self._settings), Builder(self._settings)
        self._taken: list[str] = []  # files that the last build took in
        self._lock = threading.Lock()

    def status(self, say: Words = ZH) -> str:
        """The live generation, and those that one can go back to."""
        names = generations_of(self._settings.index, self._settings.store)
        return status_html(self._answerer.index.stats, names, str(self._settings.corpus), say)

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
            busy = self.builder.state.running
            if not busy:
                self._taken = self._intake.accept()
                self.builder.start(full)
        return self.waiting(say), self.progress(say), notice_html([say["building"]] if busy else [])

    def progress(self, say: Words = ZH) -> str:
        """The bar of a build that goes on, or the receipt of the last one with its articles as indexed."""
        state = self.builder.state
        if state.running:
            return progress_html(state, say)
        if state.fault:
            return notice_html([told(state.fault, say)])
        if not state.receipt:
            return ""
        index = self._answerer.index
        found = [article for each in self._intake.taken(self._taken) if (article := index.article(each.id))]
        title = f"<section><h3>{say['taken_in']}</h3>{table_html(found, say)}</section>" if found else ""
        return receipt_html(state.receipt, say) + title

    def rollback(self, say: Words = ZH) -> tuple[str, str]:
        """(status, notice) after the step back."""
        name = rollback(self._settings.index, self._settings.store)
        return self.status(say), notice_html([say["rolled_back"].format(name=name)])


class _Blocks(gr.Blocks):
    """Blocks whose login is in the language of whoever logs in; Gradio has but one message for all."""

    @property
    def auth_message(self) -> str:
        return words_for(READER.get())["login"]

    @auth_message.setter
    def auth_message(self, said: object) -> None:
        """Gradio sets one."""


def build_admin(answerer: Answering) -> gr.Blocks:
    """The page as Gradio blocks."""
    settings, desk, say = answerer.settings, Desk(answerer), WORDS
    page = _Blocks(title=ZH["admin_title"], analytics_enabled=False, delete_cache=(3600, 3600))
    with page, gr.Column(elem_id="admin"):
        head, status = gr.HTML("", elem_id="head", js_on_load=script("admin.js")), _html("status")
        with gr.Row():
            back = gr.Button(say("roll_back"), elem_id="back", scale=0)
            sure = gr.Button(say("really"), variant="stop", visible=False, elem_id="sure", scale=0)
        label = say("upload") + f" {settings.admin.upload_mb} MB"
        files = gr.File(label=label, file_count="multiple", file_types=list(KINDS), height=150, elem_id="files")
        notice, waiting = _html("notice"), _html("waiting")
        with gr.Row():
            build = gr.Button(say("take_in"), variant="primary", elem_id="build", scale=0)
            dismiss = gr.Button(say("dismiss"), elem_id="dismiss", scale=0)
            full = gr.Checkbox(label=say("full"), elem_id="full", container=False, scale=0)
        progress, clock = _html("progress"), gr.Timer(SECONDS_BETWEEN_LOOKS, active=False)

        def look(say: Words) -> tuple[Any, ...]:
            going = desk.builder.state.running
            return desk.progress(say), desk.status(say), gr.Timer(active=going)

        def on_load(say: Words) -> tuple[Any, ...]:
            title = f'<header><h1>{say["admin_title"]}</h1><a href="../" target="_top">{say["to_talk"]}</a></header>'
            return *look(say), desk.waiting(say), title

        def on_build(full: bool, say: Words) -> tuple[Any, ...]:
            return *desk.rebuild(full, say), gr.Timer(active=True)

        def on_back(say: Words) -> tuple[Any, ...]:
            return *desk.rollback(say), gr.Button(visible=False)

        # Not queued: an event sent while the stream of a queued one closes would lose its answer. The slow one, the
        # build, has a process of its own.
        quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "queue": False}
        opening = [progress, status, clock]
        page.load(polite(on_load, 5), None, [*opening, waiting, head], **quiet)
        clock.tick(polite(look, 3), None, opening, **quiet)
        received = files.upload(polite(desk.receive, 2, 1), files, [waiting, notice], **quiet)
        received.then(lambda: None, None, files, **quiet)
        build.click(polite(on_build, 4, 2), full, [waiting, progress, notice, clock], **quiet)
        dismiss.click(polite(desk.dismiss, 2, 1), None, [waiting, notice], **quiet)
        back.click(lambda: gr.Button(visible=True), None, sure, **quiet)
        sure.click(polite(on_back, 3, 1), None, [status, notice, sure], **quiet)
    page.queue(max_size=settings.chat.queue, default_concurrency_limit=1)
    return page


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
        return tuple(notice_html([words]) if at == words_at else gr.skip() for at in range(outputs))

    return event


def _html(name: str) -> gr.HTML:
    return gr.HTML("", elem_id=name, js_on_load=None)
