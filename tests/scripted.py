"""An OpenAI-compatible server on loopback that says what a test tells it to, well or badly.

In: replies, in the order of the requests (the last one repeats), or a function from a request to its reply. Out: the
server's address, and what it was asked. It streams, stalls, fails, cuts off or sends nonsense; it knows no model.

    with model_server(Reply("总投资12亿元。[3]")) as server:
        model = open_model(AnswererSettings(kind="openai", model="any", url=server.url))
        "".join(model.write([Message("user", "…")], most=50)), server.requests[0].body["messages"]
"""

from __future__ import annotations

import json
import select
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Request:
    """What the server was asked: `body` is the JSON that came, `headers` have names in lower case."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def prompt(self) -> str:
        """All messages as one text, to look for words in."""
        return "\n".join(message["content"] for message in self.body["messages"])


@dataclass(frozen=True)
class Reply:
    """What the server does with one request: streams `text` in pieces, unless told to misbehave."""

    text: str = ""
    size: int = 2  # characters in a piece
    thoughts: str = ""  # sent before the text, in the field that reasoning parsers use
    pause: float = 0  # seconds before every piece
    silence: float = 0  # seconds before the first byte of the reply
    stall_after: int | None = None  # pieces after which the server is silent and keeps the connection
    cut_after: int | None = None  # pieces after which it drops the connection in the middle of the stream
    status: int = 200
    error: str = ""  # message of a status other than 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: tuple[bytes, ...] = ()  # sent as the body, bytes as they are, instead of a stream of the text

    def pieces(self) -> Iterator[bytes]:
        """The body in pieces, as they go over the wire."""
        if self.raw:
            yield from self.raw
            return
        for name, text in (("reasoning_content", self.thoughts), ("content", self.text)):
            for start in range(0, len(text), self.size):
                yield event({name: text[start : start + self.size]})
        yield event({}, finish="stop")
        yield b"data: [DONE]\n\n"


def event(delta: dict[str, str], finish: str | None = None) -> bytes:
    """One event of a stream: b'data: {"choices": [{"index": 0, "delta": {"content": "桥"}, …}]}'."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "any", "choices": [choice]}
    return b"data: " + json.dumps(chunk, ensure_ascii=False).encode() + b"\n\n"


class ModelServer(ThreadingHTTPServer):
    """The server; `requests` grows with every request, `hung_up` is set when a client leaves before the end."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, reply: Callable[[Request], Reply]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.reply = reply
        self.requests: list[Request] = []
        self.hung_up = threading.Event()
        self.closing = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


@contextmanager
def model_server(*replies: Reply, by: Callable[[Request], Reply] | None = None) -> Iterator[ModelServer]:
    """A running server; it stops, with all that stalls in it, at the end of the block."""

    def in_order(_: Request) -> Reply:
        return replies[min(len(server.requests), len(replies)) - 1]

    server = ModelServer(by or in_order)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: ModelServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.path, headers, body)
        self.server.requests.append(request)
        self.close_connection = True
        reply = self.server.reply(request)
        try:
            self._wait(reply.silence)
            self._send(reply)
        except OSError:  # the client has gone
            self.server.hung_up.set()

    def _send(self, reply: Reply) -> None:
        failed = json.dumps({"error": {"message": reply.error}}, ensure_ascii=False).encode()
        self.send_response(reply.status)
        for name, value in {"content-type": "text/event-stream", "connection": "close", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for sent, piece in enumerate(reply.pieces() if reply.status == 200 or reply.raw else [failed]):
            if sent == reply.cut_after:
                return  # without the chunk that ends the body
            if sent == reply.stall_after:
                self._wait(3600)
            self._wait(reply.pause)
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def _wait(self, seconds: float) -> None:
        """Wait, but not for a client that has gone, nor beyond the end of the server."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not self.server.closing.is_set():
            readable, _, _ = select.select([self.connection], [], [], min(left, 0.02))
            if readable and not self.connection.recv(1):
                raise ConnectionResetError
        if self.server.closing.is_set():
            raise ConnectionAbortedError

    def log_message(self, *_: Any) -> None:
        """Nothing: a test's output is its own."""
