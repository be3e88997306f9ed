"""How long one document may be read: whatever it does to a parser, it costs a build a few seconds and no more.

In: an amount of input. Out: a `with` that ends in `TooSlowError` when the processor has worked on it for too long. The
clock is a signal, which only the main thread of a process gets: elsewhere the `with` does nothing. Knows nothing about
formats.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from embeddings.inputs.content import MEBIBYTE

SECONDS = 5.0  # of the processor's time, which a busy machine does not use up
MORE = 5.0  # for each MiB


class TooSlowError(BaseException):
    """No `Exception`: parsers catch those, and go on."""


def seconds_for(size: int) -> float:
    """How long so many bytes may take."""
    return SECONDS + MORE * size / MEBIBYTE


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """
    Raises:
        TooSlowError: it took longer.
    """
    if not hasattr(signal, "SIGVTALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _end)
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _end(*signalled: Any) -> None:
    raise TooSlowError
