"""What an OpenAI-compatible server sends, read: the events of a stream, and refusals as one line.

In: bytes as they come, cut anywhere; or a status and a body. Out: `Event`s; or the error to raise. Knows nothing about
connections, and trusts the server in nothing: neither in the length of a line nor in the shape of an event.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from embeddings.errors import ModelError
from qa.settings import AnswererSettings

_LONGEST_LINE = 1 << 20  # bytes
_BUSY = {408, 409, 425, 429, 500, 502, 503, 504}


@dataclass(frozen=True, slots=True)
class Event:
    """A piece of the answer, or of the thoughts where the server keeps them apart; `finish` is why it ended, or ""."""

    text: str = ""
    thoughts: str = ""
    finish: str = ""


class AgainError(ModelError):
    """It may go well the next time, after `wait` seconds; None where the server does not say how many."""

    def __init__(self, line: str, wait: float | None = None) -> None:
        super().__init__(line)
        self.wait = wait


class PlainerError(ModelError):
    """The server does not take the request; perhaps it takes one with fewer fields."""


class EventReader:
    """Server-sent events, of which only the lines of data matter.

    Lines end with \\n alone: what Python's splitlines takes for an end of line (U+2028, U+0085) may stand in a text.
    """

    def __init__(self, url: str, key: str = "") -> None:
        self.ended = False  # whether the server has said that this is all
        self._url, self._key, self._held = url, key, b""

    def feed(self, received: bytes) -> Iterator[Event]:
        """The events that are whole now.

        Raises:
            ModelError: nonsense, or an error that the server reports in the midst of its stream.
        """
        *lines, self._held = (self._held + received).split(b"\n")
        if len(self._held) > _LONGEST_LINE:
            raise ModelError(f"answerer.url: {self._url} sends no events. Check that the address ends in /v1.")
        for line in lines:
            data = line.removeprefix(b"data:").strip()
            if not line.startswith(b"data:") or not data:
                continue
            if data == b"[DONE]":
                self.ended = True
                return
            event = self._read(data)
            self.ended = self.ended or bool(event.finish)
            yield event

    def _read(self, data: bytes) -> Event:
        try:
            chunk = json.loads(data)
            if error := chunk.get("error"):
                said = _said(error, self._key)
                raise ModelError(f"answerer.url: {self._url} fails in the midst of its answer ({said})")
            choice = (chunk.get("choices") or [{}])[0]
            delta = choice.get("delta") or {}
            thoughts = delta.get("reasoning") or delta.get("reasoning_content")  # vLLM, Ollama; llama.cpp and others
            return Event(_text(delta.get("content")), _text(thoughts), _text(choice.get("finish_reason")))
        except (ValueError, AttributeError, LookupError, TypeError):
            said = _said(data.decode("utf-8", "replace"), self._key)[:60]
            raise ModelError(
                f"answerer.url: {self._url} sends what is no event of a chat ({said}). Check what runs there."
            ) from None


def refusal(status: int, body: bytes, wait: str, settings: AnswererSettings, key: str) -> ModelError:
    """The error for a status other than 200; `wait` is its Retry-After."""
    said = f"{status}: {_said(_reason(body), key)}"
    url = f"answerer.url: {settings.url}"
    if status in (401, 403):
        remedy = f"Put the right key into {settings.key_env}." if settings.key_env else "Name it in answerer.key_env."
        return ModelError(f"{url} wants another key ({said}). {remedy}")
    if status == 404:
        return ModelError(
            f"answerer.model: {settings.url} has no model called {settings.model} ({said}). Check the name, and that "
            "the address ends in /v1."
        )
    if status == 429:
        return AgainError(f"{url} is asked too often, or its quota is used up ({said}). Ask later.", _seconds(wait))
    if status in _BUSY:
        return AgainError(f"{url} fails ({said}). See the log of that server.", _seconds(wait))
    if status in (400, 422):
        return PlainerError(f"{url} does not take the question ({said}). See answerer.context and answerer.model.")
    return ModelError(f"{url} answers what no model server answers ({said}). Check the address.")


def _reason(body: bytes) -> Any:
    """What a body says of an error, in whichever of the usual places: {"error": {"code": 1}} -> {"code": 1}."""
    try:
        found = json.loads(body)
        return found.get("error") or found.get("detail") or found
    except (ValueError, AttributeError):
        return body.decode("utf-8", "replace")


def _said(error: Any, key: str) -> str:
    """It as a short line, the key blotted out where a server quotes it."""
    said = " ".join(str(error.get("message", error) if isinstance(error, dict) else error).split())
    return (said.replace(key, "…") if key else said)[:160]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _seconds(wait: str) -> float | None:
    """Retry-After in seconds: "3" -> 3.0; a date or nothing -> None."""
    return float(wait) if wait.isdecimal() else None
