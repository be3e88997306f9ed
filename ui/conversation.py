"""One reader's conversation on the server: its turns, which answer is growing, and what the reader looks at.

In: pieces of answers, and what the reader does meanwhile. Out: the turns as they stand. A piece that comes late, after
停下 or after something else was asked, changes nothing. Knows nothing about Gradio, which keeps one for each session.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from threading import Lock
from typing import Any

from ui.turns import Turn


class Conversation:
    """Turns that only the newest question may grow."""

    def __init__(self) -> None:
        self._turns: list[Turn] = []
        self._run, self._whole, self._lock = 0, False, Lock()
        self.looks = False  # whether the reader has opened something since the last question

    def __deepcopy__(self, memo: Any) -> Conversation:
        return Conversation()  # Gradio copies the first one for every session

    @property
    def turns(self) -> list[Turn]:
        return list(self._turns)

    def change(self, turns: Sequence[Turn]) -> int:
        """These are the turns now; whatever was growing ends. Returns the number under which they may grow."""
        with self._lock:
            self._run, self._whole, self._turns, self.looks = self._run + 1, False, list(turns), False
            return self._run

    def grow(self, run: int, turn: Turn, place: int, *, last: bool = False) -> list[Turn] | None:
        """The turns after a further (or the `last`) piece of turn number `place`; None where that answer was ended."""
        with self._lock:
            if run != self._run:
                return None
            self._whole = last
            vote = self._turns[place].vote if place < len(self._turns) else ""
            self._turns[place:] = [replace(turn, vote=vote)]
            return list(self._turns)

    @property
    def whole(self) -> list[Turn]:
        """The turns, where the newest question was just answered to its end; else none."""
        with self._lock:
            return list(self._turns) if self._whole else []

    def lead_on(self, turn: Turn, follow: tuple[str, ...]) -> list[Turn] | None:
        """The turns with questions to ask next below `turn`; None where it is no longer the newest."""
        with self._lock:
            if not self._whole or not self._turns or self._turns[-1].answer is not turn.answer:
                return None
            self._turns[-1] = replace(self._turns[-1], follow=follow)
            return list(self._turns)

    def vote(self, place: int, vote: str) -> list[Turn]:
        """The turns after a vote on turn number `place`; what is growing goes on."""
        with self._lock:
            self._turns[place] = replace(self._turns[place], vote=vote)
            return list(self._turns)

    def stop(self, notice: str) -> list[Turn]:
        """End what is growing; a question that has no answer yet gets the notice."""
        with self._lock:
            self._run, self._whole = self._run + 1, False
            if self._turns and self._turns[-1].follow is None:
                last = self._turns[-1]
                said = "" if last.answer else last.notice or notice
                self._turns[-1] = replace(last, follow=(), notice=said, again=True)
            return list(self._turns)
