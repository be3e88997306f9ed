"""A language model that writes what a test tells it to: the interface's own double, in this process.

In: drafts, in the order in which they are asked for (the last one repeats). Out: their text in small pieces. It records
what it was asked, may fail in the middle, and knows when it was stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from embeddings.errors import ModelError
from qa.writing.model import Message


class Scribe:
    """`fails_after` are the pieces after which it fails; `step` is called before each piece."""

    name = "scribe"

    def __init__(
        self,
        *drafts: str,
        fails_after: int | None = None,
        context: int = 8192,
        step: Callable[[], None] | None = None,
    ) -> None:
        self._drafts, self._fails_after, self._step = drafts, fails_after, step
        self.context = context
        self.asked: list[Sequence[Message]] = []
        self.pieces = self.running = 0
        self.closed = False

    @property
    def prompt(self) -> str:
        """The last question and what came with it."""
        return "\n".join(message.content for message in self.asked[-1])

    def count(self, text: str) -> int:
        return len(text)

    def write(self, messages: Sequence[Message], most: int) -> Iterator[str]:
        self.asked.append(messages)
        draft = self._drafts[min(len(self.asked), len(self._drafts)) - 1][:most]
        self.running += 1
        try:
            for at in range(0, len(draft), 3):
                if self._step:
                    self._step()
                if self.pieces == self._fails_after:
                    raise ModelError("scribe: the pen broke; take another")
                self.pieces += 1
                yield draft[at : at + 3]
        finally:
            self.running -= 1

    def close(self) -> None:
        self.closed = True
