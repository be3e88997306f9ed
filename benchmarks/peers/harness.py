"""What every adapter is put through, one phase a process: build, query, change, check, refresh.

In: a prepared folder (see data.py), the system's own folder, and an adapter. Out: one JSON file of measurements. Knows
nothing about the systems; imports only what every environment has.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from benchmarks.machine import percentiles, recall
from benchmarks.peers import encoding

PASSAGES = 40  # asked for by each query
# Processor seconds for the queries of one mode; the questions are in random order, so those answered are a sample.
_SECONDS = 20.0
_FEWEST = 10  # questions, however slow


class Chunk(NamedTuple):
    """A passage as every system gets it; ids look like "article#3"."""

    id: str
    article: str
    text: str


class Change(NamedTuple):
    """One edited article: its chunks before and after."""

    article: str
    old: list[Chunk]
    new: list[Chunk]


class Found(NamedTuple):
    """One search result."""

    article: str
    text: str


class Peer(Protocol):
    """A system under measurement. `folder` is its own; what it saves there is all that survives a phase."""

    @property
    def modes(self) -> Sequence[str]:
        """Ways to search, the usual one first."""

    def build(self, chunks: list[Chunk], folder: Path) -> None:
        """Index everything and save."""

    def open(self, folder: Path) -> None:
        """Make ready to search, from disk."""

    def search(self, question: str, mode: str) -> list[Found]:
        """The best `PASSAGES` passages, best first."""

    def change(self, change: Change, folder: Path) -> None:
        """Open, replace the chunks of one article (it is told which), save."""


def run(peer: Peer) -> None:
    """The command line of an adapter: PHASE DATA FOLDER RESULT."""
    phase, data, folder, result = sys.argv[1], *map(Path, sys.argv[2:5])
    folder.mkdir(parents=True, exist_ok=True)
    measured = PHASES[phase](peer, data, folder)
    measured["peak_mb"] = _peak_mb()
    result.write_text(json.dumps(measured, ensure_ascii=False), encoding="utf-8")


def _build(peer: Peer, data: Path, folder: Path) -> dict[str, Any]:
    chunks = read_chunks(data)
    with _clock("build") as spent:
        peer.build(chunks, folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return {**spent, **encoding.spent, "disk_mb": size / 1e6}


def _query(peer: Peer, data: Path, folder: Path) -> dict[str, Any]:
    questions = json.loads((data / "questions.json").read_text(encoding="utf-8"))
    with _clock("open") as spent:  # until the first answer: some read the disk only then
        peer.open(folder)
        peer.search(questions[0]["question"], peer.modes[0])
    return {**spent, "modes": {mode: _ask(peer, mode, questions) for mode in peer.modes}}


def _ask(peer: Peer, mode: str, questions: list[dict[str, Any]]) -> dict[str, Any]:
    for each in questions[-3:]:  # to warm up
        peer.search(each["question"], mode)
    seconds: list[float] = []
    found: list[list[str]] = []
    cpu = time.process_time()
    for each in questions:
        started = time.perf_counter()
        results = peer.search(each["question"], mode)
        seconds.append(time.perf_counter() - started)
        found.append(list(dict.fromkeys(result.article for result in results)))
        if time.process_time() - cpu > _SECONDS and len(seconds) >= _FEWEST:
            break
    mean = (time.process_time() - cpu) / len(seconds)
    asked = questions[: len(seconds)]
    return {"questions": len(seconds), **percentiles(seconds), "cpu_ms": 1000 * mean, **recall(found, asked)}


def _change(peer: Peer, data: Path, folder: Path) -> dict[str, Any]:
    change = read_change(data)
    with _clock("change") as spent:
        peer.change(change, folder)
    return dict(spent)


def _check(peer: Peer, data: Path, folder: Path) -> dict[str, Any]:
    """After the change: is the new text found, is the old text gone, is everything else still found by its own words?

    `missing` counts, of the `probed` chunks that nobody touched, those that their own text no longer finds.
    """
    change = read_change(data)
    peer.open(folder)

    def finds(chunk: Chunk) -> bool:
        # Whatever the article: many print the same notice. Wenbao's passages have no headline, others' begin with it.
        return any(chunk.text.endswith(each.text) for each in peer.search(chunk.text, peer.modes[0]) if each.text)

    kept = {chunk.text for chunk in change.new}
    probes = [Chunk(*row) for row in json.loads((data / "probes.json").read_text(encoding="utf-8"))]
    new = all(finds(chunk) for chunk in change.new)
    gone = not any(finds(chunk) for chunk in change.old if chunk.text not in kept)
    seen: list[bool] = []
    started = time.process_time()
    for chunk in reversed(probes):  # the last chunks first: they stand where new ones are put
        if time.process_time() - started > _SECONDS:
            break
        seen.append(finds(chunk))
    return {"new": new, "old_gone": gone, "missing": seen.count(False), "probed": len(seen)}


def _refresh(peer: Any, data: Path, folder: Path) -> dict[str, Any]:
    """Undo the change: the system is handed the whole corpus and has to find out for itself what is different."""
    chunks = read_chunks(data)
    with _clock("refresh") as spent:
        peer.refresh(chunks, folder)
    return dict(spent)


PHASES = {"build": _build, "query": _query, "change": _change, "check": _check, "refresh": _refresh}


def read_chunks(data: Path) -> list[Chunk]:
    with (data / "chunks.jsonl").open(encoding="utf-8") as file:
        return [Chunk(*json.loads(line)) for line in file]


def read_change(data: Path) -> Change:
    raw = json.loads((data / "change.json").read_text(encoding="utf-8"))
    return Change(raw["article"], [Chunk(*row) for row in raw["old"]], [Chunk(*row) for row in raw["new"]])


@contextmanager
def _clock(name: str) -> Iterator[dict[str, float]]:
    """Wall and processor seconds (of all threads) of a block, as {"build_s": …, "build_cpu_s": …}."""
    spent: dict[str, float] = {}
    wall, cpu = time.perf_counter(), time.process_time()
    yield spent
    spent[f"{name}_s"] = time.perf_counter() - wall
    spent[f"{name}_cpu_s"] = time.process_time() - cpu


def _peak_mb() -> float:
    # Not ru_maxrss: a child inherits the parent's through fork and exec.
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
