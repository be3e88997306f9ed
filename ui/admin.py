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
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

import gradio as gr

from embeddings.build import Receipt
from embeddings.errors import WenbaoError
from embeddings.index import Index
from embeddings.inputs import ARCHIVE as ZIP
from embeddings.inputs import READERS, FileContent, Skipped, UnreadableError, read_file
from embeddings.records import Article
from embeddings.stores import generations_of, rollback
from qa.settings import Settings
from ui.building import Builder, State
from ui.chat import WORDS, said_to, script
from ui.door import READER, same
from ui.plain import one_line
from ui.render import escape
from ui.terminal import receipt_summary
from ui.words import EN, ZH, Words, told, words_for

KINDS = (*READERS, ZIP)
WAITING = ".waiting"
LONGEST_NAME = 150  # bytes; file systems take 255


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
        paths = self._paths()
        for path in paths:
            path.replace(self._corpus / path.name)
        return [path.name for path in paths]

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


LONGEST_OPENING = 40  # characters of an article that its row shows
MOST_ROWS = 200


def head_html(say: Words = ZH) -> str:
    """The name of the page, and the way back to the chat."""
    return f'<header><h1>{say["admin_title"]}</h1><a href="../" target="_top">{say["to_talk"]}</a></header>'


def status_html(stats: Mapping[str, Any], names: Sequence[str], corpus: str, say: Words = ZH) -> str:
    """The live generation: its number, when it was built, what it holds; the older ones that are kept."""
    live = str(stats["generation"])
    older = [name for name in names if name < live]
    facts = (
        (say["live"], say["live_is"].format(name=live, built=built_at(str(stats["built"])))),
        (say["has"], say["has_are"].format(**{key: stats[key] for key in ("pages", "articles", "chunks")})),
        (say["older"], say["and"].join(older) or say["none"]),
        (say["corpus"], corpus),
    )
    listed = "".join(f"<dt>{name}</dt><dd>{escape(fact)}</dd>" for name, fact in facts)
    return f"<dl>{listed}</dl>" if older else f'<dl class="alone">{listed}</dl>'


def built_at(moment: str) -> str:
    """A moment in this machine's time; what is no moment stays.

    >>> built_at("lately")
    'lately'
    """
    try:
        return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return moment


def notice_html(lines: Sequence[str]) -> str:
    """Polite messages, one a line."""
    return (
        f'<div class="notice" role="status">{"".join(f"<p>{escape(line)}</p>" for line in lines)}</div>'
        if lines
        else ""
    )


def waiting_html(files: Sequence[Waiting], say: Words = ZH) -> str:
    """The waiting room: each file with its articles as split, and what of it would be skipped."""
    if not files:
        return f'<p class="faint">{say["nothing_waits"]}</p>'
    return "".join(_file_html(file, say) for file in files)


def _file_html(file: Waiting, say: Words) -> str:
    articles, skipped = file.content.articles, file.content.skipped
    note = say["read_out"].format(count=len(articles)) + (say["replaces"] if file.replaces else "")
    head = f"<h3>{escape(file.name)}<small>{note}</small></h3>"
    return f"<section>{head}{_table(articles, say)}{skipped_html(skipped, say)}</section>"


def articles_html(articles: Sequence[Article], title: str, say: Words = ZH) -> str:
    """Articles under a title; nothing where there are none."""
    return f"<section><h3>{escape(title)}</h3>{_table(articles, say)}</section>" if articles else ""


def _table(articles: Sequence[Article], say: Words) -> str:
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
    if not skipped:
        return ""
    lines = "".join(f"<li>{escape(str(each) if say is EN else each.in_chinese)}</li>" for each in skipped[:MOST_ROWS])
    return f'<p>{say["skipped"].format(count=len(skipped))}</p><ul class="skipped">{lines}</ul>'


def progress_html(state: State, say: Words = ZH) -> str:
    """A progress bar of the stage that a build is in; without an end while its length is not known."""
    stage = say.get(f"stage_{state.stage}", say["stage_"])
    if not state.total:
        return f'<div class="bar" role="status"><label>{stage}…</label><progress></progress></div>'
    bar = f'<progress value="{state.done}" max="{state.total}"></progress>'
    return f'<div class="bar" role="status"><label>{stage} {state.done} / {state.total}</label>{bar}</div>'


def receipt_html(receipt: Receipt, say: Words = ZH) -> str:
    """What a build did."""
    summary = receipt_in_english(receipt) if say is EN else receipt_summary(receipt)
    return (
        f'<section class="receipt"><p role="status">{escape(summary)}</p>{skipped_html(receipt.skipped, say)}</section>'
    )


def receipt_in_english(receipt: Receipt) -> str:
    """What a build did, in one line; in Chinese it is `receipt_summary`."""
    if receipt.unchanged:
        return f"Nothing has changed: {receipt.articles} articles, {receipt.chunks} chunks, the index stays"
    counts = ((each, getattr(receipt, each)) for each in ("added", "changed", "removed", "moved"))
    changes = ", ".join(f"{count} {what}" for what, count in counts if count) or "no text has changed"
    return (
        f"Built: {receipt.articles} articles ({changes}), {receipt.chunks} chunks "
        f"({receipt.encoded} encoded, {receipt.carried} kept) in {receipt.seconds:.1f} s"
    )


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


class _Blocks(gr.Blocks):
    """Blocks whose login is in the language of whoever logs in; Gradio has but one message for all."""

    @property
    def auth_message(self) -> str:
        return words_for(READER.get())["login"]

    @auth_message.setter
    def auth_message(self, said: object) -> None:
        """Gradio sets one."""


def build_admin(answerer: Indexed) -> gr.Blocks:
    """The page as Gradio blocks."""
    page = _Blocks(title=ZH["admin_title"], analytics_enabled=False, delete_cache=(3600, 3600))
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
