"""An answerer that knows whether anybody is waiting for an answer.

In: an answerer. Out: the same, with `calm`: nobody is being answered just now. What is done for readers who did not ask
for it (questions to ask next) is done then only. Knows nothing about who asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from qa.records import Answer
from qa.settings import Settings
from ui.turns import Answering, History


class Watched:
    """One answerer for the page and for programs, whose questions in progress are counted."""

    def __init__(self, answerer: Answering) -> None:
        self._answerer, self._asked, self._lock = answerer, 0, Lock()

    @property
    def calm(self) -> bool:
        return not self._asked

    @property
    def settings(self) -> Settings:
        return self._answerer.settings

    @property
    def index(self) -> Any:
        return self._answerer.index

    def answer(self, question: str, history: History = ()) -> Answer:
        with self._asking():
            return self._answerer.answer(question, history)

    def stream(self, question: str, history: History = ()) -> Iterator[Answer]:
        with self._asking():
            yield from self._answerer.stream(question, history)

    def answerable(self, question: str) -> bool:
        return self._answerer.answerable(question)

    def search(self, question: str, k: int = 10) -> Any:
        return self._answerer.search(question, k)

    @contextmanager
    def _asking(self) -> Iterator[None]:
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    def _count(self, more: int) -> None:
        with self._lock:
            self._asked += more


def watched(answerer: Answering) -> Watched:
    """The answerer, watched; once is enough."""
    return answerer if isinstance(answerer, Watched) else Watched(answerer)
