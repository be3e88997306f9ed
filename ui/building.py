"""Builds of the index: here, with progress, or in a process of their own while the chat goes on.

In: settings, and a corpus folder. Out: a `Receipt`. The other process is given the settings as JSON and answers with
lines of JSON: progress, then a receipt or a fault. Knows nothing about how a build is shown.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, replace
from typing import Any

from embeddings.build import Receipt
from embeddings.errors import WenbaoError
from embeddings.inputs import Skipped
from embeddings.staged import Progress
from embeddings.stores import build
from qa.settings import Settings
from ui.words import EN, Told, told

CRASHED = Told(
    "重建没有完成，程序出了差错（已记入日志）；旧的索引照常可用",
    "The rebuild did not finish, something broke (it is in the log); the old index still serves",
)
_log = logging.getLogger(__name__)


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
        self._settings, self._lock, self._state = settings, threading.Lock(), State()

    @property
    def state(self) -> State:
        return self._state

    def start(self, full: bool = False) -> bool:
        """Begin; False where a build is already under way."""
        with self._lock:
            if self._state.running:
                return False
            self._state = State(running=True)
        threading.Thread(target=self._watch, args=(full,), daemon=True).start()
        return True

    def _watch(self, full: bool) -> None:
        try:
            process = subprocess.Popen(
                [sys.executable, "-m", "ui.building"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
            )
            atexit.register(process.kill)
            with process:
                self._follow(process, full)
            atexit.unregister(process.kill)
        except Exception:
            _log.exception("the build could not be followed")
        if self._state.running:  # it died without a word
            self._state = State(fault=CRASHED)

    def _follow(self, process: subprocess.Popen[str], full: bool) -> None:
        assert process.stdin and process.stdout
        settings = self._settings.model_dump_json(exclude={"admin", "chat"})  # these hold passwords
        process.stdin.write(json.dumps({"full": full, "settings": settings}))
        process.stdin.close()
        for line in process.stdout:
            self._state = _heard(self._state, json.loads(line))


def _heard(state: State, message: dict[str, Any]) -> State:
    """The state after one line of the other process."""
    if "stage" in message:
        return replace(state, **message)
    if "receipt" in message:
        facts = message["receipt"]
        return State(receipt=Receipt(**{**facts, "skipped": tuple(Skipped(**skip) for skip in facts["skipped"])}))
    if "crash" in message:
        _log.error("the build crashed: %s", message["crash"])
    return State(fault=Told(*message["fault"]) if "fault" in message else CRASHED)


def main() -> None:
    """The other process."""
    os.nice(10)
    order = json.load(sys.stdin)

    def say(**message: Any) -> None:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()

    try:
        settings = Settings.model_validate_json(order["settings"])
        receipt = build_index(
            settings,
            full=order["full"],
            progress=lambda stage, done, total: say(stage=stage, done=done, total=total),
        )
        say(receipt=receipt.as_dict())
    except WenbaoError as error:
        say(fault=[told(error), told(error, EN)])
    except Exception as error:
        say(crash=repr(error))


if __name__ == "__main__":
    main()
