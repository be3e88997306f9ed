"""Whether a browser's request was meant for this server, and comes from a page of its own.

In: the headers of a request, and the names under which the server is known (`chat.hosts`). Out: the words of a
refusal. Another site can have a reader's browser send requests here, with the reader's cookies, or point a name of its
own at this machine; browsers say honestly which page and which name it was. Programs that send no Origin are not
browsers. Knows nothing about passwords.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Mapping
from urllib.parse import SplitResult, urlsplit

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
