"""The door of the web server: who may come in, where to, how much they may bring, and how many at a time.

Passwords are compared in constant time, bodies are limited and read before anybody acts on them, Gradio's addresses are
closed but for those that our pages use, and browsers are told to fetch nothing from other hosts.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import ipaddress
import json
import re
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from starlette.requests import ClientDisconnect
from starlette.responses import RedirectResponse

from ui.words import Told

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE = ("GET", "HEAD", "OPTIONS")  # methods that change nothing


def known(host: str, hosts: Collection[str]) -> bool:
    """Whether a Host header names this server: an address, which nobody else can point here, localhost, or one of ours.

    >>> known("127.0.0.1:7860", ()), known("[::1]", ()), known("evil.example:7860", ()), known("a.cn", ["a.cn"])
    (True, True, False, True)
    """
    name = _hostname(f"//{host}")
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name == "localhost" or name in hosts
    return True


def foreign(method: str, headers: Mapping[bytes, str], hosts: Collection[str]) -> bool:
    """Whether a page of another site sent the request: one that changes something, or that its script would read.

    >>> foreign("POST", {b"host": "a.cn", b"origin": "https://a.cn"}, ())
    False
    >>> foreign("POST", {b"host": "a.cn", b"origin": "https://b.cn"}, ()), foreign("POST", {b"origin": "null"}, ())
    (True, True)
    """
    site, mode = headers.get(b"sec-fetch-site", "none"), headers.get(b"sec-fetch-mode", "navigate")
    if site in ("cross-site", "same-site") and mode != "navigate":
        return True
    origin = headers.get(b"origin", "")
    if method in SAFE or not origin:
        return False
    page, host = _split(origin).netloc, headers.get(b"host", "").lower()
    if page and page == host:
        return False
    # A proxy may hide the name that the browser knows; a page of that name at another port is somebody else's.
    return page not in hosts or page == _hostname(f"//{host}")


def _hostname(url: str) -> str:
    return _split(url).hostname or ""


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


MOST_WRONG, SECONDS = 10, 60  # so many wrong ones in so long
_MOST_ADDRESSES = 10_000  # that are remembered, the latest


class Guesses:
    """For one event loop."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, address: str) -> int:
        """Seconds that an address has to wait before it may try again; 0 where it need not."""
        times = self._wrong.get(_place(address), deque())
        left = SECONDS - (self._clock() - times[0]) if len(times) == MOST_WRONG else 0
        return max(0, ceil(left))

    def wrong(self, address: str) -> None:
        """A wrong password came from there."""
        place = _place(address)
        self._wrong.setdefault(place, deque(maxlen=MOST_WRONG)).append(self._clock())
        self._wrong.move_to_end(place)
        if len(self._wrong) > _MOST_ADDRESSES:
            self._wrong.popitem(last=False)


def _place(address: str) -> str:
    """An address; of IPv6 the network, as one machine has many.

    >>> _place("192.0.2.7"), _place("2001:db8::7"), _place("nobody")
    ('192.0.2.7', '2001:db8::/64', 'nobody')
    """
    try:
        return str(ip_network((address, 64), strict=False)) if ip_address(address).version == 6 else address
    except ValueError:
        return address


DEEPEST = 64  # levels of a JSON document
NAMES_A_FILE, NO_JSON = "这里不收文件 · no files are taken here", "请求应是 JSON · the request should be JSON"


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
    ('', '这里不收文件 · no files are taken here', '请求应是 JSON · the request should be JSON')
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


BUSY = "现在提问的人太多，请过一会儿再问"
BUSY_IN_ENGLISH = "Too many readers are asking just now; please try again in a moment"
BUSY_IN_BOTH = f"{BUSY} · {BUSY_IN_ENGLISH}"


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


@dataclass(frozen=True)
class Below:
    """ASGI middleware, the outermost. `root` is like "/paper", without a slash at the end."""

    app: ASGIApp
    root: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] == "http" and path == self.root:  # the page's own links count from the slash
            await RedirectResponse(f"{self.root}/")(scope, receive, send)
            return
        if path.startswith(f"{self.root}/"):
            scope = {**scope, "path": path.removeprefix(self.root)}
        await self.app(scope, receive, send)


@dataclass(frozen=True)
class Within:
    """ASGI middleware, the innermost: the prefix comes back."""

    app: ASGIApp
    root: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if "path" in scope:
            scope = {**scope, "path": self.root + scope["path"], "root_path": self.root}
        await self.app(scope, receive, send)


Refusal = tuple[int, str, Iterable[tuple[bytes, bytes]]]  # status, words in Chinese and after " · " in English, headers
ADMIN = "/admin"
HEALTH = "/health"  # answers without a login, for what watches over the server
READER: ContextVar[str] = ContextVar("READER", default="")  # Accept-Language of the request that is being answered
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
        READER.set(_language(scope))
        if refusal := self._refusal(scope):
            status, words, headers = refusal
            await _refuse(send, status, _said(scope, words), headers)
            return

        gradio = GRADIO in scope["path"]
        if not _is_upload(scope["path"]):  # which is too large to be held; Gradio limits each file
            try:
                body = await whole(receive)
            except GoneError:
                return
            if gradio and scope["method"] == "POST" and (fault := fault_of(body, self._uploads(scope))):
                await _refuse(send, 403 if fault == NAMES_A_FILE else 400, _said(scope, fault))
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
                    await _refuse(send, 429, json.dumps({"detail": _said(scope, BUSY_IN_BOTH)}), [AS_JSON])
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
        if self.auth and not admits(guess, self.auth) and scope["path"] != HEALTH:
            if guess:
                self.guesses.wrong(_address(scope))
            challenge = (b"www-authenticate", b'Basic realm="wenbao", charset="UTF-8"')
            return 401, "请先登录：用户名和口令见 chat.auth · log in: name and password are chat.auth", [challenge]
        if refusal := self._closed(scope["path"]):
            return refusal
        if b"transfer-encoding" in headers:
            return 411, "请求要写明长度（Content-Length） · the request needs a Content-Length", ()
        limit = max(self.largest_upload if _is_upload(scope["path"]) else 0, LARGEST_REQUEST)
        length = headers.get(b"content-length", "0")
        if not re.fullmatch(r"\d{1,15}", length, re.ASCII) or int(length) > limit:
            return 413, f"请求太大，最多 {limit >> 20} MB · too large, at most {limit >> 20} MB", ()
        return None

    def _closed(self, path: str) -> Refusal | None:
        """The refusal of an address of Gradio's that our pages do not use."""
        page, gradio, name = path.partition(GRADIO)
        name = name.rstrip("/")
        if not gradio or name in OPEN or name.startswith(tuple(each for each in OPEN if each.endswith("/"))):
            return None
        if name in UPLOADS:
            return None if page == ADMIN and self.uploads else (403, NAMES_A_FILE, ())
        return 404, "没有这个地址 · no such address", ()


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


def _language(scope: Scope) -> str:
    return str(dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1"))


def _said(scope: Scope, words: str) -> str:
    """Words in the language of the browser: "中文 · English" -> "English" for one that asks for English first."""
    chinese, _, english = words.partition(" · ")
    return english if english and _language(scope).lower().startswith("en") else chinese


async def _refuse(send: Send, status: int, words: str, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
    headers = list(headers)
    if AS_JSON not in headers:
        headers.append((b"content-type", b"text/plain; charset=utf-8"))
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *HEADERS]})
    await send({"type": "http.response.body", "body": f"{words}\n".encode()})
