"""The door of the web server: who may come in, where to, how much they may bring, and what browsers are told.

Passwords are compared in constant time, bodies are limited and read before anybody acts on them, Gradio's addresses are
closed but for those that our pages use, and browsers are told to fetch nothing from other hosts.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from ui.words import Words, words_for

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE = ("GET", "HEAD", "OPTIONS")  # methods that change nothing
ADMIN = "/admin"
HEALTH = "/health"  # answers without a login, for what watches over the server
READER: ContextVar[str] = ContextVar("READER", default="")  # Accept-Language of the request that is being answered
GRADIO = "/gradio_api/"
# What our pages and gradio_client use of it. Gradio opens more on every page: files, recordings, streams, proxies.
OPEN = re.compile(r"queue/join|queue/data|(?:run|call|heartbeat)/.*|cancel|reset|info|startup-events")
UPLOADS = ("upload", "upload_progress")  # these on the admin's page alone
JOINS = ("/gradio_api/queue/join", "/gradio_api/call/answer")  # where questions enter Gradio's queue
LARGEST_REQUEST = 1 << 20  # bytes; questions are short
DEEPEST = 64  # levels of a JSON document
MOST_WRONG, SECONDS = 10, 60  # so many wrong passwords from one place in so long
_MOST_ADDRESSES = 10_000  # that are remembered, the latest
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


def known(host: str, hosts: Collection[str]) -> bool:
    """Whether a Host header names this server: an address, which nobody else can point here, localhost, or one of ours.

    >>> known("127.0.0.1:7860", ()), known("[::1]", ()), known("evil.example:7860", ()), known("a.cn", ["a.cn"])
    (True, True, False, True)
    """
    name = _split(f"//{host}").hostname or ""
    try:
        return bool(ip_address(name))
    except ValueError:
        return name == "localhost" or name in hosts


def foreign(method: str, headers: Mapping[str, str], hosts: Collection[str]) -> bool:
    """Whether a page of another site sent the request: one that changes something, or that its script would read.

    >>> foreign("POST", {"host": "a.cn", "origin": "https://a.cn"}, ())
    False
    >>> foreign("POST", {"host": "a.cn", "origin": "https://b.cn"}, ()), foreign("POST", {"origin": "null"}, ())
    (True, True)
    """
    site, mode = headers.get("sec-fetch-site", "none"), headers.get("sec-fetch-mode", "navigate")
    if site in ("cross-site", "same-site") and mode != "navigate":
        return True
    origin = headers.get("origin", "")
    if method in SAFE or not origin:
        return False
    page, host = _split(origin).netloc, headers.get("host", "").lower()
    if page and page == host:
        return False
    # A proxy may hide the name that the browser knows; a page of that name at another port is somebody else's.
    return page not in hosts or page == (_split(f"//{host}").hostname or "")


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


class Guesses:
    """Wrong passwords, by where they came from: a machine, or of IPv6 its network. For one event loop."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, address: str) -> int:
        """Seconds that an address has to wait before it may try again; 0 where it need not."""
        times = self._wrong.get(_place(address), deque())
        return max(0, ceil(SECONDS - (self._clock() - times[0]))) if len(times) == MOST_WRONG else 0

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


def fault_of(body: bytes, uploads: Path | None = None) -> str:
    """What is wrong with the body of an event for Gradio, as a key of ui/words.py; "" where nothing is.

    >>> fault_of(b'{"data": ["x"]}'), fault_of(b'{"data": [{"path": "/etc/passwd"}]}'), fault_of(b"x")
    ('', 'names_a_file', 'no_json')
    """
    try:
        waiting = [(json.loads(body), 1)]
    except (ValueError, RecursionError):
        return "no_json"
    while waiting:
        value, depth = waiting.pop()
        if depth > DEEPEST:
            return "no_json"
        if isinstance(value, dict) and _names_file(value, uploads):
            return "names_a_file"
        if isinstance(value, dict | list):
            parts = value.values() if isinstance(value, dict) else value
            waiting += [(each, depth + 1) for each in parts]
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
    """ASGI middleware, the outermost. `auth` is "name:password", or "" where everybody may come in."""

    app: ASGIApp
    auth: str = ""
    hosts: Collection[str] = ()  # names under which readers know the server, besides localhost and its addresses
    root: str = ""  # like "/paper", where a proxy shows the server there; it may leave it in the path or not
    largest_upload: int = 0  # bytes of one request to the admin's page
    uploads: Path | None = None  # where Gradio puts what is uploaded there; None where there is no such page
    guesses: Guesses = field(default_factory=Guesses)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":  # nobody needs a websocket
                await self.app(scope, receive, send)
            return
        path = scope["path"]
        if self.root and path == self.root:  # the page's own links count from the slash
            await RedirectResponse(f"{self.root}/")(scope, receive, send)
            return
        path = path.removeprefix(self.root) if path.startswith(f"{self.root}/") else path
        request = Request({**scope, "path": path}, receive)
        READER.set(request.headers.get("accept-language", ""))
        say, joins, busy = words_for(READER.get()), path.endswith(JOINS), False

        async def stamped(message: Message) -> None:
            nonlocal busy
            if message["type"] == "http.response.start":
                if _logs_in(request) and message["status"] == 400:
                    self.guesses.wrong(_address(request))
                given = [(name, _lax(value) if name == b"set-cookie" else value) for name, value in message["headers"]]
                if busy := joins and message["status"] == 503:
                    # Gradio's page would say so in English; of any other status it shows the detail
                    message, given = {**message, "status": 429}, [(b"content-type", b"application/json")]
                message = {**message, "headers": [*given, *HEADERS]}
            elif busy:
                message = {**message, "body": json.dumps({"detail": say["busy"]}).encode()}
            await send(message)

        with suppress(ClientDisconnect):
            refusal = self._refusal(request, say)
            if not refusal and not _is_upload(path):  # which is too large to be held; Gradio limits each file
                body = await request.body()
                receive = _replayed(body, receive)
                if GRADIO in path and request.method == "POST":
                    refusal = self._bad_body(path, body, say)
            if refusal:
                await refusal(scope, receive, stamped)
            else:
                await self.app({**scope, "path": self.root + path, "root_path": self.root}, receive, stamped)

    def _bad_body(self, path: str, body: bytes, say: Words) -> Response | None:
        """The refusal of an event that is no JSON, or names a file; on the chat page, which takes none, any file."""
        fault = fault_of(body, self.uploads if path.startswith(f"{ADMIN}/") else None)
        return _words(say[fault], 403 if fault == "names_a_file" else 400) if fault else None

    def _refusal(self, request: Request, say: Words) -> Response | None:
        """What whoever may not come in is told; None for whoever may."""
        headers, path = request.headers, request.scope["path"]
        host = headers.get("host", "")
        if host and not known(host, self.hosts):
            return _words(say["unknown_host"].format(host=host), 421)
        if foreign(request.method, headers, self.hosts):
            return _words(say["other_site"], 403)
        guess = headers.get("authorization", "") if self.auth else ""
        if (guess or _logs_in(request)) and (seconds := self.guesses.wait(_address(request))):
            return _words(say["too_many_guesses"].format(seconds=seconds), 429, {"retry-after": str(seconds)})
        if self.auth and not admits(guess, self.auth) and path != HEALTH:
            if guess:
                self.guesses.wrong(_address(request))
            return _words(say["login_first"], 401, {"www-authenticate": 'Basic realm="wenbao", charset="UTF-8"'})
        page, gradio, name = path.partition(GRADIO)
        name = name.rstrip("/")
        if name in UPLOADS and gradio:
            if page != ADMIN or not self.uploads:
                return _words(say["names_a_file"], 403)
        elif gradio and not OPEN.fullmatch(name):
            return _words(say["no_address"], 404)
        return self._too_large(headers, path, say)

    def _too_large(self, headers: Headers, path: str, say: Words) -> Response | None:
        if "transfer-encoding" in headers:
            return _words(say["no_length"], 411)
        limit = max(self.largest_upload if _is_upload(path) else 0, LARGEST_REQUEST)
        length = headers.get("content-length", "0")
        if not re.fullmatch(r"\d{1,15}", length, re.ASCII) or int(length) > limit:
            return _words(say["large_request"].format(mb=limit >> 20), 413)
        return None


def _words(words: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    return PlainTextResponse(f"{words}\n", status, headers)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """A `receive` that hands out a body already read, then whatever comes after it."""
    kept: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return kept.pop() if kept else await receive()

    return again


def _is_upload(path: str) -> bool:
    return path.rstrip("/") == f"{ADMIN}{GRADIO}upload"


def _logs_in(request: Request) -> bool:
    """Whether a request brings the admin's name and password."""
    return request.method == "POST" and request.scope["path"].rstrip("/") == f"{ADMIN}/login"


def _address(request: Request) -> str:
    """Where a request comes from; behind a proxy on this machine, what the proxy says."""
    return request.client.host if request.client else ""


def _lax(cookie: bytes) -> bytes:
    """A cookie that browsers do not send along with requests of other sites; Gradio's login would have them do so.

    >>> _lax(b"access-token-x=y; HttpOnly; Path=/; SameSite=none; Secure")
    b'access-token-x=y; HttpOnly; Path=/; SameSite=lax; Secure'
    """
    return re.sub(rb"(?i)samesite=none", b"SameSite=lax", cookie)
