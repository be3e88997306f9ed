"""Small attacks: guessed passwords, aborted requests, addresses of Gradio's, votes and rows that are damaged."""

from __future__ import annotations

import errno
import json
import logging
import os
import re
import socket
import sqlite3
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from newsroom import ANSWERS, Newsroom, archive_folder, serving
from toy import Paper

from embeddings.errors import BrokenIndexError
from qa.records import MOST_TURNS
from qa.settings import Settings
from ui.conversation import kept, unkept
from ui.door import MOST_WRONG, SECONDS, Guesses
from ui.feedback import Feedback
from ui.render import messages_of, page_of

LOGIN = {"username": "admin", "password": "sesame"}


def newsroom(**chat: str) -> Newsroom:
    newsroom = Newsroom()
    raw = {"chat": chat, "admin": {"password": LOGIN["password"]}}
    newsroom.settings = Settings.model_validate(raw).anchored(archive_folder())
    return newsroom


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving(newsroom()) as url:
        yield url


def test_who_guesses_waits_and_nobody_else_does() -> None:
    now = 0.0
    guesses = Guesses(clock=lambda: now)
    for _ in range(MOST_WRONG):
        assert guesses.wait("192.0.2.1") == 0
        guesses.wrong("192.0.2.1")
    assert guesses.wait("192.0.2.1") == SECONDS and guesses.wait("192.0.2.2") == 0
    now = SECONDS + 1.0
    assert guesses.wait("192.0.2.1") == 0
    for number in range(MOST_WRONG):
        guesses.wrong(f"2001:db8::{number:x}")
    assert guesses.wait("2001:db8::ffff") > 0 and guesses.wait("2001:db8:1::1") == 0
    for number in range(20_000):
        guesses.wrong(str(number))
    assert len(guesses._wrong) <= 10_000


def test_guesses_at_the_admins_page_lock_out_the_guesser_alone() -> None:
    """A proxy on this machine says where a request comes from."""
    with serving(newsroom()) as url:

        def log_in(password: str, address: str) -> httpx.Response:
            return httpx.post(
                f"{url}/admin/login", data={**LOGIN, "password": password}, headers={"X-Forwarded-For": address}
            )

        assert {log_in(f"{guess}", "192.0.2.1").status_code for guess in range(MOST_WRONG)} == {400}
        refused = log_in("sesame", "192.0.2.1")
        assert refused.status_code == 429 and 0 < int(refused.headers["retry-after"]) <= SECONDS
        assert log_in("sesame", "192.0.2.2").status_code == 200


def test_only_an_upload_may_be_large(url: str) -> None:
    large = b"x" * (2 << 20)
    for path in ("/admin/login", "/admin/gradio_api/run/predict", "/admin/"):
        assert httpx.post(url + path, content=large).status_code == 413
    assert httpx.post(f"{url}/admin/gradio_api/upload", content=large).status_code == 401


def test_aborted_requests_leave_no_traceback(url: str, caplog: pytest.LogCaptureFixture) -> None:
    place = urlsplit(url)
    caplog.set_level(logging.DEBUG)
    with httpx.Client(base_url=url) as client:
        client.post("/admin/login", data=LOGIN)
        cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    for path in ("/v1/chat/completions", "/mcp", "/gradio_api/queue/join", "/admin/gradio_api/upload"):
        kind = "multipart/form-data; boundary=x" if path.endswith("upload") else "application/json"
        with socket.create_connection((place.hostname or "", place.port or 0)) as line:
            head = f"POST {path} HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: {kind}\r\nCookie: {cookies}\r\n"
            line.sendall(f"{head}Content-Length: 5000\r\n\r\n--x\r\n".encode())
            time.sleep(0.2)
    time.sleep(0.5)
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_votes_hold_what_can_be_written(tmp_path: Path) -> None:
    feedback = Feedback(tmp_path / "votes.sqlite")
    feedback.explain(feedback.vote("up", "桥\ud800多长？", ANSWERS["桥"]), "好\udfff")
    [row] = feedback.rows()
    assert (row["question"], row["reason"]) == ("桥多长？", "好")
    (turn,) = unkept([{"question": "\ud800问", "notice": "不\ud800行"}], lambda id: None)
    assert "\ud800" not in str(messages_of([turn])) + page_of([turn], datetime(2024, 3, 5)) and kept([turn])


def test_a_damaged_row_costs_no_other(tmp_path: Path) -> None:
    feedback = Feedback(tmp_path / "votes.sqlite")
    for _ in range(4):
        feedback.vote("up", "桥多长？", ANSWERS["桥"])
    with sqlite3.connect(feedback.path) as db:
        db.execute("UPDATE votes SET citations = '[{' WHERE id = 1")
        db.execute("UPDATE votes SET citations = NULL, question = x'ff00' WHERE id = 2")
        db.execute("UPDATE votes SET answer = CAST(x'e6a1ff' AS TEXT) WHERE id = 3")
    db.close()
    rows = list(feedback.rows())
    assert json.dumps(rows) and [row["id"] for row in rows] == [1, 2, 3, 4]
    assert [row["citations"] is None for row in rows] == [True, True, False, False]
    assert rows[1]["question"] is None and rows[2]["answer"].endswith("\ufffd")


def test_a_full_disk_is_told_by_the_file_that_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = Paper(tmp_path)
    paper.write("a.jsonl", "果园开园|果园开园。")
    paper.build()
    paper.write("b.jsonl", "渡口亮灯|渡口亮灯。")

    def full(source: str, target: str) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(source), None, str(target))

    monkeypatch.setattr("embeddings.staged.shutil.copyfile", full)
    with pytest.raises(BrokenIndexError, match=r"000002\.staged/store\.sqlite: cannot be written .*make room"):
        paper.build()


def test_every_response_tells_browsers_what_they_may(url: str) -> None:
    for path in ("/", "/admin/", "/v1/models", "/nothing", "/gradio_api/file=x", "/theme.css"):
        headers = httpx.get(url + path, timeout=60).headers
        policy = headers["content-security-policy"]
        assert all(part in policy for part in ("default-src 'self'", "frame-ancestors 'self'", "object-src 'none'"))
        assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "same-origin")
        assert headers["x-frame-options"] == "SAMEORIGIN" and headers["cross-origin-resource-policy"] == "same-origin"


def test_the_defaults_are_as_the_page_on_security_says() -> None:
    settings = Settings()
    assert settings.chat.host == "127.0.0.1" and settings.chat.hosts == ()
    assert not settings.chat.auth.get_secret_value() and not settings.admin.password.get_secret_value()
    page = (Path(__file__).parents[1] / "docs" / "security.md").read_text("utf-8")
    for section, name in re.findall(r"`(chat|admin)\.(\w+)`", page):
        assert name in type(getattr(settings, section)).model_fields
    assert f"{MOST_TURNS} 轮" in page and f"{MOST_WRONG} 次" in page
