"""What a request brings along: read whole before anybody acts on it, and refused where it names a file.

In: a request whose length the door (ui/door.py) has limited. Out: its body, or the words of a refusal. Gradio takes a
file by its path in the place of any value; only what an upload has just put into Gradio's own folder may be named, and
only where uploads are taken. Knows nothing about who may come in.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.types import Message, Receive

DEEPEST = 64  # levels of a JSON document
NAMES_A_FILE, NO_JSON = "这里不收文件", "请求应是 JSON"


class GoneError(Exception):
    """The client left before its request was whole."""


async def whole(receive: Receive) -> bytes:
    """The body of a request.

    Raises:
        GoneError: the client left.
    """
    pieces, more = [], True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise GoneError
        pieces.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(pieces)


def replayed(body: bytes, receive: Receive) -> Receive:
    """A `receive` that hands out a body already read, then whatever comes after it."""
    kept: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return kept.pop() if kept else await receive()

    return again


def fault_of(body: bytes, uploads: Path | None = None) -> str:
    """What is wrong with the body of an event for Gradio; "" where nothing is.

    >>> fault_of(b'{"data": ["x"]}'), fault_of(b'{"data": [{"path": "/etc/passwd"}]}'), fault_of(b"x")
    ('', '这里不收文件', '请求应是 JSON')
    """
    try:
        waiting = [(json.loads(body), 1)]
    except (ValueError, RecursionError):
        return NO_JSON
    while waiting:
        value, depth = waiting.pop()
        if depth > DEEPEST:
            return NO_JSON
        if isinstance(value, dict):
            if _names_file(value, uploads):
                return NAMES_A_FILE
            waiting += [(each, depth + 1) for each in value.values()]
        elif isinstance(value, list):
            waiting += [(each, depth + 1) for each in value]
    return ""


def _names_file(value: dict[str, Any], uploads: Path | None) -> bool:
    """Whether a part of the body names a file that was not uploaded."""
    meta, path = value.get("meta"), value.get("path")
    is_file = isinstance(path, str) or (isinstance(meta, dict) and "_type" in meta)
    if not is_file or not uploads or not isinstance(path, str):
        return is_file
    try:
        return not Path(path).resolve().is_relative_to(uploads.resolve())
    except (OSError, ValueError, RuntimeError):
        return True
