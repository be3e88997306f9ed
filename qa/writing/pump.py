"""A producer that blocks → an iterator that never does for long, and that can be closed at any moment.

In: a function that writes pieces, on a thread of its own. Out: those pieces, with an empty one wherever nothing came
for a moment: whoever reads them gets a chance to stop. Knows nothing about models.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator

BEAT = 0.2  # seconds after which an empty piece is given

Put = Callable[[str], None]


def pumped(produce: Callable[[Put, threading.Event], None]) -> Iterator[str]:
    """Run `produce(put, stop)`; it must return soon after `stop` is set, which closing the iterator does.

    An exception of the producer is raised here; the iterator ends only after the producer has.
    """
    pieces: queue.SimpleQueue[str | BaseException | None] = queue.SimpleQueue()
    stop = threading.Event()

    def run() -> None:
        try:
            produce(pieces.put, stop)
            pieces.put(None)
        except BaseException as error:
            pieces.put(error)

    thread = threading.Thread(target=run, name="writing", daemon=True)
    thread.start()
    try:
        while (piece := _next(pieces)) is not None:
            if isinstance(piece, BaseException):
                raise piece
            yield piece
    finally:
        stop.set()
        thread.join()


def _next(pieces: queue.SimpleQueue[str | BaseException | None]) -> str | BaseException | None:
    try:
        return pieces.get(timeout=BEAT)
    except queue.Empty:
        return ""
