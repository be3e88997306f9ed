"""How many programs are answered at a time, and how many may wait; further ones are turned away politely.

In: the limits of `chat:` in config.yaml. Out: a gate that requests pass. The page has Gradio's queue with the same
limits. Knows nothing about what is asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ui.faults import Told

BUSY = "现在提问的人太多，请过一会儿再问"
BUSY_IN_ENGLISH = "Too many readers are asking just now; please try again in a moment"


class BusyError(Told):
    """More questions are waiting than may wait."""

    def __init__(self) -> None:
        super().__init__(BUSY, BUSY_IN_ENGLISH)


class Gate:
    """For one event loop."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._slots = asyncio.Semaphore(at_once)
        self._room = at_once + waiting

    def check(self) -> None:
        """Raises:
        BusyError: there is no room to wait.
        """
        if self._room < 1:
            raise BusyError

    @asynccontextmanager
    async def passing(self) -> AsyncIterator[None]:
        """Wait for a turn, and hold it.

        Raises:
            BusyError: there is no room to wait.
        """
        self.check()
        self._room -= 1
        try:
            async with self._slots:
                yield
        finally:
            self._room += 1
