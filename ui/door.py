"""The door of the web server: who may come in, where to, and how much they may bring.

In: every HTTP request. Out: the same request, passed on; or a short refusal. Passwords are compared in constant time,
bodies are limited before anybody reads them, Gradio's addresses are closed but for those that our pages use, and
browsers are told to fetch nothing from other hosts. Knows nothing about what lies behind the door.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect

from ui.bodies import NAMES_A_FILE, GoneError, fault_of, replayed, whole
from ui.gate import BUSY, BUSY_IN_ENGLISH
from ui.guesses import Guesses
from ui.origins import foreign, known

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

Refusal = tuple[int, str, Iterable[tuple[bytes, bytes]]]  # status, words, headers
ADMIN = "/admin"
GRADIO = "/gradio_api/"
# What our pages and gradio_client use of it. Gradio opens more on every page: files, recordings, streams, proxies.
OPEN = ("queue/join", "queue/data", "run/", "call/", "cancel", "reset", "heartbeat/", "info", "startup-events")
UPLOADS = ("upload", "upload_progress")  # these on the admin's page alone
JOINS = ("/gradio_api/queue/join", "/gradio_api/call/answer")  # where questions enter Gradio's queue
AS_JSON = (b"content-type", b"application/json")
LARGEST_REQUEST = 1 << 20  # bytes; questions are short
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
    (
        b"content-security-policy",  # Gradio needs inline scripts and eval; other hosts get nothing even so
        b"default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; object-src 'none'; base-uri 'self'; "
        b"form-action 'self'; frame-ancestors 'self'",
    ),
)


def same(given: str, wanted: str) -> bool:
    """Whether two secrets are equal; takes as long for a near miss as for a far one.

    >>> same("芝麻开门", "芝麻开门"), same("芝麻", "芝麻开门"), same("", "")
    (True, False, True)
    """
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode("utf-8", "replace"))


def admits(authorization: str, auth: str) -> bool:
    """Whether an Authorization header holds `auth`, "name:password": as Basic, or the password alone as Bearer.

    >>> admits("Basic cmVhZGVyOnNlc2FtZQ==", "reader:sesame"), admits("Bearer sesame", "reader:sesame")
    (True, True)
    >>> admits("Basic !", "reader:sesame"), admits("", "reader:sesame")
    (False, False)
    """
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return same(credentials.strip(), auth.partition(":")[2])
    try:
        given = base64.b64decode(credentials.strip(), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return False
    return scheme.lower() == "basic" and same(given, auth)


@dataclass(frozen=True)
class Door:
    """ASGI middleware. `auth` is "name:password", or "" where everybody may come in."""

    app: ASGIApp
    auth: str = ""
    hosts: Collection[str] = ()  # names under which readers know the server, besides localhost and its addresses
    largest_upload: int = 0  # bytes of one request to the admin's page
    guesses: Guesses = field(default_factory=Guesses)
    uploads: Path | None = None  # where Gradio puts what is uploaded there; None where there is no such page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":  # nobody needs a websocket
                await self.app(scope, receive, send)
            return
        if refusal := self._refusal(scope):
            await _refuse(send, *refusal)
            return

        gradio = GRADIO in scope["path"]
        if not _is_upload(scope["path"]):  # which is too large to be held; Gradio limits each file
            try:
                body = await whole(receive)
            except GoneError:
                return
            if gradio and scope["method"] == "POST" and (fault := fault_of(body, self._uploads(scope))):
                await _refuse(send, 403 if fault == NAMES_A_FILE else 400, fault)
                return
            receive = replayed(body, receive)

        joins, full = scope["path"].endswith(JOINS), False

        async def guarded(message: Message) -> None:
            nonlocal full
            if message["type"] == "http.response.start":
                given = [(name, _lax(value) if name == b"set-cookie" else value) for name, value in message["headers"]]
                message = {**message, "headers": [*given, *HEADERS]}
                full = joins and message["status"] == 503
                if _logs_in(scope) and message["status"] == 400:
                    self.guesses.wrong(_address(scope))
                if full:  # Gradio's page would say so in English; of any other status it shows the detail
                    await _refuse(send, 429, json.dumps({"detail": _busy(scope)}), [AS_JSON])
            if not full:
                await send(message)

        with suppress(ClientDisconnect):  # in the middle of an upload
            await self.app(scope, receive, guarded)

    def _uploads(self, scope: Scope) -> Path | None:
        """The folder whose files a request may name; None on the chat page, which takes none."""
        return self.uploads if scope["path"].startswith(f"{ADMIN}/") else None

    def _refusal(self, scope: Scope) -> Refusal | None:
        """Status, words and headers of a refusal; None for whoever may come in."""
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get(b"host", "")
        if host and not known(host, self.hosts):
            return 421, f"这里不认 {host!a} 这个名字；要用它，请写进 chat.hosts · add it to chat.hosts", ()
        if foreign(scope["method"], headers, self.hosts):
            return 403, "别的网站不能代读者发请求 · requests from other sites are refused", ()
        guess = headers.get(b"authorization", "") if self.auth else ""
        if (guess or _logs_in(scope)) and (seconds := self.guesses.wait(_address(scope))):
            words = f"口令错了太多次，请 {seconds} 秒后再试 · too many wrong passwords, try again in {seconds} s"
            return 429, words, [(b"retry-after", str(seconds).encode())]
        if self.auth and not admits(guess, self.auth):
            if guess:
                self.guesses.wrong(_address(scope))
            challenge = (b"www-authenticate", b'Basic realm="wenbao", charset="UTF-8"')
            return 401, "请先登录：用户名和口令见 chat.auth", [challenge]
        if refusal := self._closed(scope["path"]):
            return refusal
        if b"transfer-encoding" in headers:
            return 411, "请求要写明长度（Content-Length）", ()
        limit = max(self.largest_upload if _is_upload(scope["path"]) else 0, LARGEST_REQUEST)
        length = headers.get(b"content-length", "0")
        if not re.fullmatch(r"\d{1,15}", length, re.ASCII) or int(length) > limit:
            return 413, f"请求太大，最多 {limit >> 20} MB", ()
        return None

    def _closed(self, path: str) -> Refusal | None:
        """The refusal of an address of Gradio's that our pages do not use."""
        page, gradio, name = path.partition(GRADIO)
        name = name.rstrip("/")
        if not gradio or name in OPEN or name.startswith(tuple(each for each in OPEN if each.endswith("/"))):
            return None
        if name in UPLOADS:
            return None if page == ADMIN and self.uploads else (403, NAMES_A_FILE, ())
        return 404, "没有这个地址", ()


def _is_upload(path: str) -> bool:
    return path.rstrip("/") == f"{ADMIN}{GRADIO}upload"


def _logs_in(scope: Scope) -> bool:
    """Whether a request brings the admin's name and password."""
    return bool(scope["method"] == "POST" and scope["path"].rstrip("/") == f"{ADMIN}/login")


def _address(scope: Scope) -> str:
    """Where a request comes from; behind a proxy on this machine, what the proxy says."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def _lax(cookie: bytes) -> bytes:
    """A cookie that browsers do not send along with requests of other sites; Gradio's login would have them do so.

    >>> _lax(b"access-token-x=y; HttpOnly; Path=/; SameSite=none; Secure")
    b'access-token-x=y; HttpOnly; Path=/; SameSite=lax; Secure'
    """
    return re.sub(rb"(?i)samesite=none", b"SameSite=lax", cookie)


def _busy(scope: Scope) -> str:
    """What a reader is told when the queue is full, in the language of the browser."""
    language = dict(scope["headers"]).get(b"accept-language", b"").lower()
    return BUSY_IN_ENGLISH if language.startswith(b"en") else BUSY


async def _refuse(send: Send, status: int, words: str, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
    headers = list(headers)
    if AS_JSON not in headers:
        headers.append((b"content-type", b"text/plain; charset=utf-8"))
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *HEADERS]})
    await send({"type": "http.response.body", "body": f"{words}\n".encode()})
