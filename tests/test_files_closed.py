"""No file of the server can be had through the pages: the attacks that once got one, against the real server.

A stranger sends a file's path where an event of Gradio's expects a value; Gradio copies that file among its own and
serves the copy. Every event of every page is tried, at each of its inputs, through each way in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from newsroom import Newsroom, archive_folder, serving

from qa.settings import Settings
from ui import door
from ui.door import DEEPEST, fault_of

SECRET = "芝麻开门-5d41402abc4b"
ADMIN = {"username": "admin", "password": "sesame"}
NAMED = re.compile(r"[^\s\"'=]*gradio[/\\][^\s\"']+")


@pytest.fixture
def secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file outside of every folder that is served; Gradio's own folder is a new one."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "gradio"))
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "secret.txt").write_text(SECRET, encoding="utf-8")
    return tmp_path / "private" / "secret.txt"


@pytest.fixture(params=["with our door", "without it"])
def client(request: pytest.FixtureRequest, secret: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    """A stranger who knows the admin's password, which is worse; and what Gradio itself refuses."""
    if request.param == "without it":
        monkeypatch.setattr(door, "fault_of", lambda *given: "")
        monkeypatch.setattr(door, "OPEN", re.compile(".*"))
    newsroom = Newsroom()
    newsroom.settings = Settings.model_validate({"admin": {"password": ADMIN["password"]}}).anchored(archive_folder())
    with serving(newsroom) as url, httpx.Client(base_url=url, timeout=60) as client:
        assert client.post("/admin/login", data=ADMIN).status_code == 200
        yield client


def baits(path: Path) -> list[Any]:
    """A file in the place of a value: as Gradio writes it, bare, in a list, and hidden in deeper places."""
    meta = {"_type": "gradio.FileData"}
    file = {"path": str(path), "orig_name": "x", "meta": meta}
    return [
        file,
        [file],
        {"path": str(path)},
        [{"path": str(path)}],
        {"value": file},
        {"a": {"path": str(path)}, **file},
    ]


def sent(client: httpx.Client, page: str, path: Path) -> Iterator[str]:
    """What the server says to every bait, at every input of every event, through every way in."""
    events = client.get(f"{page}/config").json()["dependencies"]
    for event in events:
        places = range(len(event["inputs"])) or [0]
        for number, bait in enumerate(baits(path)):
            given = [[bait if place == at else None for place in places] for at in places]
            for at, data in enumerate(given if number == 0 else [[bait for _ in places]]):
                body = {"data": data, "fn_index": event["id"], "session_hash": f"s{event['id']}-{number}-{at}"}
                yield client.post(f"{page}/gradio_api/run/predict", json=body).text
                joined = client.post(f"{page}/gradio_api/queue/join", json=body)
                yield joined.text
                if joined.status_code == 200:
                    query = {"session_hash": body["session_hash"]}
                    yield client.get(f"{page}/gradio_api/queue/data", params=query).text


def test_no_event_gives_away_a_file(client: httpx.Client, secret: Path) -> None:
    for page in ("", "/admin"):
        said = "\n".join(sent(client, page, secret))
        assert SECRET not in said
        for named in {name.rstrip("\\.,") for name in NAMED.findall(said)}:
            for way in ("/gradio_api/file=", "/admin/gradio_api/file="):
                assert SECRET not in client.get(way + named).text
    copies = [path for path in (secret.parents[1] / "gradio").rglob("*") if path.is_file()]
    assert [path for path in copies if SECRET in path.read_text("utf-8", "replace")] == []
    assert secret.read_text("utf-8") == SECRET


def test_a_device_hangs_nothing(client: httpx.Client) -> None:
    body = {"data": baits(Path("/dev/zero"))[:1] * 6, "fn_index": 0, "session_hash": "s"}
    for page in ("", "/admin"):
        client.post(f"{page}/gradio_api/run/predict", json=body)  # a time-out would be an error


@pytest.mark.parametrize(
    "path",
    [
        "file=/etc/hostname",
        "file/etc/hostname",
        "proxy=http://127.0.0.1/",
        "stream/a/b/1/playlist.m3u8",
        "custom_component/a/client/component/index.js",
        "token",
        "runs",
    ],
)
def test_what_the_pages_do_not_use_of_gradio_is_closed(newsroom_url: str, path: str) -> None:
    refused = httpx.get(f"{newsroom_url}/gradio_api/{path}")
    assert (refused.status_code, refused.text) == (404, "没有这个地址\n")


def test_only_what_was_uploaded_may_be_named(tmp_path: Path) -> None:
    def body(value: Any) -> bytes:
        return json.dumps({"data": [value]}).encode()

    uploads = tmp_path / "gradio"
    mine = {"path": str(uploads / "a" / "x.txt"), "meta": {"_type": "gradio.FileData"}}
    assert fault_of(body(mine), uploads) == ""
    assert fault_of(body(mine)) == "names_a_file"
    for path in (f"{uploads}/../x.txt", "/etc/passwd", "http://evil.example/x", "\0", "~/x", ""):
        assert fault_of(body({**mine, "path": path}), uploads) == "names_a_file"
    (uploads / "a").mkdir(parents=True)
    (uploads / "a" / "link").symlink_to("/etc")
    assert fault_of(body({**mine, "path": f"{uploads}/a/link/passwd"}), uploads) == "names_a_file"
    assert fault_of(body("塔").replace(b"data", b"d\\u0061ta")) == ""
    assert (
        fault_of(body(mine).replace(b"FileData", b"\\u0046ileData").replace(b"path", b"p\\u0061th")) == "names_a_file"
    )


@pytest.mark.parametrize("text", ["[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), "[" * 500_000, "", "x", "{", '{"a": 1}x'])
def test_what_is_no_json_is_refused(text: str) -> None:
    assert fault_of(text.encode()) == "no_json"
