"""Builds of the index: here, with progress, or in a process of their own while the chat goes on."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from dataclasses import dataclass
from multiprocessing.connection import Connection

from embeddings.build import Receipt
from embeddings.errors import WenbaoError
from embeddings.staged import Progress
from embeddings.stores import build
from qa.settings import AdminSettings, ChatSettings, Settings
from ui.words import EN, Told, told

CRASHED = Told(
    "重建没有完成，程序出了差错（已记入日志）；旧的索引照常可用",
    "The rebuild did not finish, something broke (it is in the log); the old index still serves",
)


def build_index(settings: Settings, *, full: bool = False, progress: Progress | None = None) -> Receipt:
    """Bring the index of some settings up to date with their corpus. Raises: see `embeddings.build.build`."""
    return build(
        settings.corpus,
        settings.index,
        settings.store,
        encoder=settings.encoder,
        chunks=settings.chunks,
        fields=settings.fields,
        keep=settings.keep,
        golden=settings.golden,
        full=full,
        progress=progress,
    )


@dataclass(frozen=True, slots=True)
class State:
    """How far a build has come: its stage, or in the end its receipt or what went wrong."""

    running: bool = False
    stage: str = ""
    done: int = 0
    total: int = 0
    receipt: Receipt | None = None
    fault: Told | None = None


class Builder:
    """One build at a time in the background, in a process of low priority: readers do not wait for it."""

    def __init__(self, settings: Settings) -> None:
        # without what holds passwords
        self._settings = settings.model_copy(update={"admin": AdminSettings(), "chat": ChatSettings()})
        self._lock, self.state = threading.Lock(), State()

    def start(self, full: bool = False) -> bool:
        """Begin; False where a build is already under way."""
        with self._lock:
            if self.state.running:
                return False
            self.state = State(running=True)
        threading.Thread(target=self._follow, args=(full,), daemon=True).start()
        return True

    def _follow(self, full: bool) -> None:
        """Run the other process and hear from it until it ends; one that dies without a word has crashed."""
        context = multiprocessing.get_context("spawn")
        heard, out = context.Pipe(duplex=False)
        process = context.Process(target=_build, args=(self._settings, full, out), daemon=True)
        process.start()
        out.close()
        try:
            while True:
                self.state = heard.recv()
        except EOFError:
            if self.state.running:
                self.state = State(fault=CRASHED)
        heard.close()
        process.join()


def _build(settings: Settings, full: bool, out: Connection) -> None:
    """The other process: states come out; a crash is told on standard error, which is the log."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server, which ends with Ctrl-C, ends this one
    os.nice(10)
    try:
        receipt = build_index(settings, full=full, progress=lambda *step: out.send(State(True, *step)))
        out.send(State(receipt=receipt))
    except WenbaoError as error:
        out.send(State(fault=Told(told(error), told(error, EN))))
