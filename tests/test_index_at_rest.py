"""An index on a disk that rots, and one that may be read but not written: what the real server does with them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from newsroom import serving

from embeddings import index as opened
from embeddings.errors import BrokenIndexError
from embeddings.index import Index
from qa import Answerer
from qa.settings import Settings

ROOT = Path(__file__).parents[1]
QUESTION = {"messages": [{"role": "user", "content": "龙城芯谷总投资多少？"}]}
NOBODY = 65534
ASK = """
import os, sys
import tempfile, embeddings.encoder, qa.answerer, faiss, tantivy
from qa import Answerer
from qa.settings import Settings
answerer = Answerer.open(Settings(), index=sys.argv[1])
del answerer
if os.getuid() == 0:
    os.setgroups([]); os.setresgid(*[int(sys.argv[2])] * 3); os.setresuid(*[int(sys.argv[2])] * 3)
assert not os.access(sys.argv[1], os.W_OK)
answerer = Answerer.open(Settings(), index=sys.argv[1])
print(answerer.answer("龙城芯谷总投资多少？").text)
"""


@pytest.fixture
def index(sample_index: Path, tmp_path: Path) -> Path:
    """An index of one's own."""
    shutil.copytree(sample_index, tmp_path / "index", copy_function=shutil.copy2)
    return tmp_path / "index"


def rot(index: Path) -> None:
    """One digit of the text in the store becomes another; size and time stay."""
    (store,) = index.glob("generations/*/store.sqlite")
    held, data, mine = store.stat(), store.read_bytes(), "10亿元".encode()
    assert mine in data
    store.write_bytes(data.replace(mine, "90亿元".encode()))
    os.utime(store, ns=(held.st_atime_ns, held.st_mtime_ns))


def test_rotten_text_is_not_opened(index: Path) -> None:
    rot(index)
    with pytest.raises(BrokenIndexError, match=r"store.sqlite: damaged .*; run: wenbao build --full"):
        Index.open(index)


def test_rotten_text_of_a_large_index_is_found_while_it_serves(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "_AT_ONCE", 0)
    settings = Settings.load(ROOT / "config.yaml").model_copy(update={"index": index})
    answerer = Answerer.open(settings)
    with serving(answerer) as url:
        assert ask(url).status_code == 200
        rot(index)
        answerer.index.check()
        said = ask(url)
    assert said.status_code == 503
    assert "store.sqlite 坏了" in said.json()["error"]["message"]
    assert "wenbao build --full" in said.json()["error"]["message"]


def ask(url: str) -> httpx.Response:
    return httpx.post(f"{url}/v1/chat/completions", json=QUESTION, timeout=60)


def test_a_large_index_is_read_through_meanwhile(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "_AT_ONCE", 0)
    rot(index)
    rotten = Index.open(index)
    with pytest.raises(BrokenIndexError, match=r"store\.sqlite: damaged"):
        for _ in range(100):
            rotten.is_live()
            time.sleep(0.1)


def test_doctor_reads_every_file_through(index: Path) -> None:
    rot(index)
    done = wenbao("doctor", "--json", "--index", str(index))
    assert done.returncode == 1
    assert any("store.sqlite" in problem["what"] for problem in json.loads(done.stdout)["problems"])


def wenbao(*words: str) -> subprocess.CompletedProcess[str]:
    program = "import sys; from ui.cli import run; sys.exit(run(sys.argv[1:]))"
    return subprocess.run([sys.executable, "-c", program, *words], cwd=ROOT, capture_output=True, text=True)


def test_an_index_that_cannot_be_written_serves(index: Path, tmp_path: Path) -> None:
    """As on a read-only mount, or for a user of its own."""
    if os.getuid() == 0 and not all(folder.stat().st_mode & 0o005 for folder in (ROOT, *ROOT.parents)):
        pytest.skip("root can write everywhere, and another user could not read the program")
    for folder in (index, *index.rglob("*")):
        folder.chmod(0o555 if folder.is_dir() else 0o444)
    for folder in list(tmp_path.parents)[:-2]:  # pytest's own folders are closed to others
        if folder.owner() == tmp_path.owner():
            folder.chmod(folder.stat().st_mode | 0o055)
    tmp_path.chmod(0o755)
    try:
        done = subprocess.run(
            [sys.executable, "-c", ASK, str(index), str(NOBODY)], cwd=ROOT, capture_output=True, text=True
        )
    finally:
        for folder in (index, *index.rglob("*")):
            folder.chmod(0o755)
    assert done.returncode == 0, done.stderr
    assert "10亿元" in done.stdout.replace("*", "")
