"""The one interface to a language model: messages in, pieces of text out, as they are written.

In: chat messages. Out: text without thinking blocks. Whoever implements it (a model in this process, a server) knows
nothing about newspapers; whoever uses it knows nothing about tokens beyond their count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a chat, as chat templates and servers want it."""

    role: Literal["system", "user", "assistant"]
    content: str


class LanguageModel(Protocol):
    """A language model that is ready to write."""

    @property
    def name(self) -> str: ...

    @property
    def context(self) -> int:
        """The most tokens that messages and answer may have together."""

    def count(self, text: str) -> int:
        """The number of tokens of a text: the model's own count, or an upper estimate where that cannot be had."""

    def write(self, messages: Sequence[Message], most: int) -> Iterator[str]:
        """Write at most `most` tokens, in pieces as they come; closing the iterator stops the model at once.

        A piece is empty while there is nothing to show: the model waits for its turn, reads the prompt, or thinks.

        Raises:
            ModelError: the model or its server fails, is silent for longer than the timeout, or cuts off.
        """

    def close(self) -> None:
        """Release the memory or connections that the model holds; it cannot write afterwards."""
