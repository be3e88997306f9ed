"""Every system at every size, in turns, each phase in a fresh process: the raw measurements.

In: a corpus, questions, a plan. Out: one dictionary with a row for each system, size and round; the table is written
beside it after every row. A process that runs too long or grows too large is stopped: that is a result too.
Knows nothing about what the systems do.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.machine import facts, read_questions
from benchmarks.peers import environments
from benchmarks.peers.data import Prepared, answered_first, prepare
from benchmarks.peers.table import write_table
from embeddings.inputs import read_articles

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "benchmarks" / "results"
# system → environment; the adapter is the file of the system's name. Wenbao is first and last: the machine may drift.
SYSTEMS = {
    "wenbao": "",
    "llamaindex": "llamaindex",
    "haystack": "haystack",
    "txtai": "txtai",
    "langchain": "langchain",
}
_REFRESHING = ("llamaindex", "langchain")  # can find out what changed; Wenbao always does
_PATIENCE = 4  # times the limit that a process may take on a busy machine, however little it computes
# One query gains little from threads, and on a busy machine waits for them: 15 ms instead of 0.2 at 500 chunks.
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
# Nothing is sent anywhere, and nothing fetched.
_QUIET = {
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "LANGSMITH_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "DO_NOT_TRACK": "1",
    "TOKENIZERS_PARALLELISM": "true",
    "OMP_WAIT_POLICY": "PASSIVE",  # else threads that wait for each other burn the cores of a busy machine
    "ALLOW_RESOLVE_TRANSFORM": "True",  # txtai: an encoder given as a function's name
}


@dataclass(frozen=True)
class Plan:
    """What to measure. `sizes` counts chunks, None is the whole corpus; `rounds` is for all sizes but the whole.

    `keep` leaves the rows of other sizes in peers.json as they are; else it is begun anew.
    """

    sizes: tuple[int | None, ...] = (2000, 20_000, None)
    rounds: int = 3
    systems: tuple[str, ...] = tuple(SYSTEMS)
    seconds: float = 480.0  # for one process, of wall and of processor time: others may be using the machine
    memory_mb: float = 12_000.0
    keep: bool = False
    environments: Path = environments.FOLDER
    results: Path = field(default=RESULTS)


def measure_all(corpus: Path, questions: Path, plan: Plan) -> dict[str, Any]:
    """Measure, and write the table as it goes."""
    asked = read_questions(questions)
    articles = answered_first(read_articles(corpus), asked)
    pythons = {name: environments.python(SYSTEMS[name], plan.environments) for name in plan.systems}
    result: dict[str, Any] = {
        "date": date.today().isoformat(),
        "commit": _commit(),
        "machine": facts(),
        "limits": {"seconds": plan.seconds, "memory_mb": plan.memory_mb},
        "versions": environments.PINS,
        "runs": _kept(plan.results) if plan.keep else [],
    }
    with TemporaryDirectory() as place:
        for size in plan.sizes:
            data = prepare(articles, asked, Path(place) / f"data-{size or 'all'}", size)
            result["runs"] = [run for run in result["runs"] if run["chunks"] != data.chunks]
            rounds = plan.rounds if size is not None else 1
            for turn, name in _turns(plan.systems, rounds):
                row = {"system": name, "articles": data.articles, "chunks": data.chunks, "round": turn}
                measured = _measure(name, pythons[name], data, Path(place) / "work", plan)
                result["runs"].append({**row, "load": round(os.getloadavg()[0], 1), **measured})
                _keep(result, plan.results)
    return result


def _kept(folder: Path) -> list[dict[str, Any]]:
    path = folder / "peers.json"
    return list(json.loads(path.read_text(encoding="utf-8"))["runs"]) if path.exists() else []


def _commit() -> str:
    command = ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def _turns(systems: tuple[str, ...], rounds: int) -> Iterator[tuple[int, str]]:
    """(round, system) in order; where there is only one round, the first system has a second turn at the end.

    >>> list(_turns(("ours", "theirs"), 1))
    [(1, 'ours'), (1, 'theirs'), (2, 'ours')]
    """
    for turn in range(1, rounds + 1):
        yield from ((turn, name) for name in systems)
    if rounds == 1 and len(systems) > 1:
        yield 2, systems[0]


def _measure(name: str, python: Path, data: Prepared, work: Path, plan: Plan) -> dict[str, Any]:
    """All phases of one system, in a working folder of its own that is removed again."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    if name == "wenbao":
        shutil.copytree(data.folder / "before", work / "corpus")
    phases: dict[str, Any] = {}
    for phase in ("build", "query", "change", "check", "refresh"):
        if phase == "refresh" and name not in _REFRESHING:
            continue
        if phase == "change" and name == "wenbao":
            shutil.copytree(data.folder / "after", work / "corpus", dirs_exist_ok=True)
        phases[phase] = _phase(name, phase, python, data.folder, work, plan)
        if "stopped" in phases[phase] and phase in ("build", "change"):
            break
    shutil.rmtree(work, ignore_errors=True)
    return phases


def _phase(name: str, phase: str, python: Path, data: Path, work: Path, plan: Plan) -> dict[str, Any]:
    """One process; what it measured, or why it was stopped."""
    result = work / f"{phase}.json"
    command = [str(python), "-m", f"benchmarks.peers.{name}", phase, str(data), str(work / "index"), str(result)]
    environment = {**os.environ, **_QUIET, **(_ONE_THREAD if phase == "query" else {})}
    with (work / f"{phase}.log").open("w+", encoding="utf-8") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True)
        stopped = _watch(process, plan)
        if stopped:
            return {"stopped": stopped}
        if process.returncode or not result.is_file():
            log.seek(0)
            last = (log.read().strip().splitlines() or ["no message"])[-1]
            return {"stopped": f"failed: {last[:300]}"}
    measured: dict[str, Any] = _rounded(json.loads(result.read_text(encoding="utf-8")))
    return measured


def _watch(process: subprocess.Popen[bytes], plan: Plan) -> str:
    """Wait for a process; stop it at a limit and say which."""
    started = time.monotonic()
    while process.poll() is None:
        time.sleep(0.05)
        over = ""
        wall = time.monotonic() - started
        if wall > _PATIENCE * plan.seconds or (wall > plan.seconds and _processor_s(process.pid) > plan.seconds):
            over = f"> {plan.seconds:.0f} s"
        elif _resident_mb(process.pid) > plan.memory_mb:
            over = f"> {plan.memory_mb:.0f} MiB"
        if over:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return over
    return ""


def _processor_s(pid: int) -> float:
    """User and system seconds of a process so far."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0  # it ended just now
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident_mb(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1])
    except (OSError, IndexError):
        return 0.0  # it ended just now
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    return round(value, 3) if isinstance(value, float) else value


def _keep(result: dict[str, Any], folder: Path) -> None:
    """Write what there is: JSON and table."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(result, ensure_ascii=False, indent=1) + "\n"
    (folder / "peers.json").write_text(text, encoding="utf-8")
    write_table(result, folder / "peers.md")
