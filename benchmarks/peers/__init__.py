"""Wenbao and four frameworks on the same chunks with the same encoder: `python -m benchmarks peers CORPUS QUESTIONS`.

Each system is one adapter file here, run in a process and an environment of its own, so this package imports nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any


def measure(corpus: Path, questions: Path) -> dict[str, Any]:
    """Every system at every size; writes the table and the plot beside the result."""
    from benchmarks.peers.run import Plan, measure_all

    return measure_all(corpus, questions, Plan())
