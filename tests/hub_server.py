"""A model hub on loopback: serves folders as models, the way huggingface_hub asks for them, well or badly.

In: folders by model name. Out: its address, and what it was asked. Weights have a sha256 and a size, as large files of
the real hub do; the rest a git hash. It knows no users, and one revision at a time.

    with model_hub({"owner/tiny": folder}) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass
class Hub:
    """What the hub has and how it behaves; `asked` grows with every request: "GET /owner/tiny/resolve/…"."""

    models: dict[str, Path]
    url: str = ""
    asked: list[str] = field(default_factory=list)
    commit: str = "c0ffee" * 6 + "cafe"
    ranges: list[str] = field(default_factory=list)  # what parts of files were asked for
    cut_after: int | None = None  # bytes of one weight file, once, after which the connection breaks
    fails: int = 0  # further requests for weights that get no answer
    spoiled: set[str] = field(default_factory=set)  # files that come with their last byte changed, once
    silent: threading.Event = field(default_factory=threading.Event)  # set: takes requests and never answers
    closing: threading.Event = field(default_factory=threading.Event)

    def downloads(self) -> list[str]:
        """The files that were fetched, without questions about them."""
        return [line.rpartition("/")[2] for line in self.asked if line.startswith("GET") and "/resolve/" in line]


def _facts(path: Path, name: str) -> dict[str, Any]:
    content = path.read_bytes()
    blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
    facts: dict[str, Any] = {"size": len(content), "oid": blob, "blobId": blob, "path": name, "rfilename": name}
    if name.endswith((".safetensors", ".bin")):
        facts["lfs"] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 1}
        facts["lfs"]["oid"] = facts["lfs"]["sha256"]
    return facts | {"type": "file"}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def log_message(self, *_: Any) -> None:
        pass

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        hub = self.hub
        hub.asked.append(f"{self.command} {self.path}")
        if hub.silent.is_set():
            hub.closing.wait(30)
            return
        path = self.path.partition("?")[0].lstrip("/")
        model = next((name for name in hub.models if path.removeprefix("api/models/").startswith(name)), None)
        if model is None:
            self._send(404, b"{}", {"X-Error-Code": "RepoNotFound"})
        elif found := re.match(r".+/resolve/[^/]+/(.+)", path):
            self._file(hub.models[model], found[1])
        else:
            files = [
                _facts(each, each.relative_to(hub.models[model]).as_posix())
                for each in sorted(hub.models[model].rglob("*"))
                if each.is_file()
            ]
            whole = {"id": model, "sha": hub.commit, "siblings": files, "private": False, "tags": [], "downloads": 0}
            body = files if "/tree/" in path else whole
            self._send(200, json.dumps(body).encode(), {"Content-Type": "application/json"})

    def _file(self, folder: Path, name: str) -> None:
        path, hub = folder / name, self.hub
        if not path.is_file():
            return self._send(404, b"", {"X-Error-Code": "EntryNotFound"})
        facts, content = _facts(path, name), path.read_bytes()
        if self.command == "GET" and name in hub.spoiled:
            hub.spoiled.remove(name)
            content = content[:-1] + bytes([content[-1] ^ 1])
        etag = facts.get("lfs", facts)["oid"]
        headers = {
            "ETag": f'"{etag}"',
            "X-Repo-Commit": hub.commit,
            "X-Linked-Etag": f'"{etag}"',
            "Accept-Ranges": "bytes",
        }
        start = int(re.sub(r"\D", "", self.headers.get("Range", "0").partition("-")[0]) or 0)
        if start:
            hub.ranges.append(self.headers["Range"])
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        if self.command == "GET" and name.endswith(".safetensors") and hub.cut_after is None and hub.fails:
            hub.fails -= 1
            self.close_connection = True
            return None
        if self.command == "GET" and hub.cut_after is not None and name.endswith(".safetensors"):
            cut, hub.cut_after = hub.cut_after, None
            self._send(200, content, headers, most=cut)
            self.close_connection = True
            return None
        return self._send(206 if start else 200, content[start:], headers)

    def _send(self, status: int, body: bytes, headers: dict[str, str], most: int | None = None) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body[:most])


@contextmanager
def model_hub(models: dict[str, Path]) -> Iterator[Hub]:
    """A running hub; it stops at the end of the block."""
    hub = Hub(models)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    server.daemon_threads, server.block_on_close = True, False
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        hub.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
