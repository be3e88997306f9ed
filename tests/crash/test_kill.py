"""Builds that are killed, and disks that are full: the old index serves on, and the next build succeeds.

KILLS=50 python -m pytest tests/crash     kills a build at fifty random moments instead of six
"""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from toy import BRIDGE, LIBRARY, Paper

from embeddings import generations
from embeddings.errors import BrokenIndexError

KILLS = int(os.environ.get("KILLS", "6"))
BUILD = """
import sys
from pathlib import Path
from embeddings.build import build
from embeddings.settings import ChunkSettings, EncoderSettings
corpus, index, model = sys.argv[1:]
print("ready", flush=True)
build(Path(corpus), Path(index), encoder=EncoderSettings(model=model), chunks=ChunkSettings(size=40, overlap=0))
print("done", flush=True)
"""


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    made = Paper(tmp_path)
    made.write("a.jsonl", f"新桥|{BRIDGE}", *(f"图书馆{number}|{LIBRARY}第{number}篇。" for number in range(400)))
    made.build()
    return made


@contextmanager
def building(paper: Paper) -> Iterator[subprocess.Popen[str]]:
    """A builder in a process of its own, about to begin."""
    command = [sys.executable, "-c", BUILD, str(paper.corpus), str(paper.index), paper.encoder.model]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as builder:
        assert builder.stdout and builder.stdout.readline() == "ready\n"
        yield builder


def test_killed_at_any_moment_the_index_answers_and_the_next_build_succeeds(paper: Paper) -> None:
    paper.write("b.jsonl", "码头|码头亮灯,版次0。")
    started = time.perf_counter()
    with building(paper) as builder:
        builder.wait(60)
    seconds = time.perf_counter() - started
    dice = random.Random(7)
    unfinished = 0
    for kill in range(1, KILLS + 1):
        before = generations.live(paper.index).name
        paper.write("b.jsonl", f"码头|码头亮灯,版次{kill}。")
        with building(paper) as builder:
            time.sleep(dice.uniform(0, seconds))
            builder.send_signal(signal.SIGKILL)
        folder = generations.live(paper.index)
        generations.verify(folder)
        unfinished += folder.name == before
        assert paper.found("新桥桥长多少米")[0].startswith("城北新桥")
    assert unfinished  # else nothing was killed in time
    paper.write("b.jsonl", "码头|码头亮灯,终版。")
    receipt = paper.build()
    assert receipt.articles == 402 and "码头亮灯,终版。" in paper.found("码头亮灯终版")
    assert not list((paper.index / "generations").glob("*.staged"))
    assert receipt.carried + receipt.encoded <= 1  # what had been built was carried on


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """No file of this process may grow beyond `size` bytes, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [0, 500, 5_000, 12_000, 20_000, 40_000, 100_000, 160_000])
@pytest.mark.parametrize("full", [False, True])
def test_a_full_disk_is_one_line_and_the_old_index_serves_on(paper: Paper, size: int, full: bool) -> None:
    paper.write("b.jsonl", *(f"码头{number}|码头亮灯,第{number}版。" for number in range(400)))
    before = paper.fingerprint()
    with files_of_at_most(size), pytest.raises(BrokenIndexError) as caught:
        paper.build(full)
    assert "cannot be written" in str(caught.value) and "\n" not in str(caught.value)
    assert paper.fingerprint() == before and paper.found("新桥")
    assert paper.build(full).articles == 801
