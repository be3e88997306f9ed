"""What a measurement needs: facts of the machine, the cost of a call in a process of its own, percentiles, questions.

Processor time (user and system, all threads) stands beside wall time: it tells the same on a busy machine.
"""

from __future__ import annotations

import json
import lzma
import os
import platform
import resource
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np

T = TypeVar("T")
LIBRARIES = ("faiss-cpu", "numpy", "rjieba", "tantivy", "tokenizers")


@dataclass(frozen=True, slots=True)
class Cost(Generic[T]):
    """A value and what it cost: wall and processor seconds, and the peak memory of the process in MB."""

    value: T
    seconds: float
    cpu_seconds: float
    peak_mb: float

    def as_dict(self) -> dict[str, float]:
        return {
            "seconds": round(self.seconds, 3),
            "cpu_seconds": round(self.cpu_seconds, 3),
            "peak_mb": round(self.peak_mb),
        }


def alone(function: Callable[..., T], *arguments: Any) -> Cost[T]:
    """Call a function in a fresh process, so that its memory is its own; imports are not counted as time."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_cost, function, arguments).result()


def _cost(function: Callable[..., T], arguments: Sequence[Any]) -> Cost[T]:
    wall, cpu = time.perf_counter(), time.process_time()
    value = function(*arguments)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Cost(value, time.perf_counter() - wall, time.process_time() - cpu, peak)


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """Milliseconds at the median and at 95 %."""
    return {f"p{share}_ms": round(1000 * float(np.percentile(seconds, share)), 2) for share in (50, 95)}


def facts() -> dict[str, Any]:
    """Processor, cores, memory, versions, and how busy the machine is."""
    cpu = next((line for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines() if "model name" in line), ":")
    return {
        "processor": cpu.partition(":")[2].strip() or platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9),
        "load": [round(load, 1) for load in os.getloadavg()],
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def read_questions(path: Path) -> list[dict[str, Any]]:
    """The lines of a JSONL file, plain or .xz."""
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def recall(found: Sequence[Sequence[str]], questions: Sequence[dict[str, Any]]) -> dict[str, float]:
    """The share of questions whose article is among the first 1, 5 and 20; `found` holds ids, best article first."""
    right = [{str(each["doc_id"]), str(each.get("also"))} for each in questions]
    return {
        f"recall@{k}": round(
            float(np.mean([bool(want & set(ids[:k])) for ids, want in zip(found, right, strict=True)])), 3
        )
        for k in (1, 5, 20)
    }
