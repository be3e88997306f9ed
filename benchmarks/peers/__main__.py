"""`python -m benchmarks.peers CORPUS QUESTIONS`: `python -m benchmarks peers` with choices."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.peers.environments import FOLDER
from benchmarks.peers.run import RESULTS, SYSTEMS, Plan, measure_all


def main() -> None:
    plan = Plan()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("corpus", type=Path, help="folder of pages or records")
    parser.add_argument("questions", type=Path, help="JSONL of questions, plain or .xz")
    parser.add_argument("--sizes", nargs="+", default=["2000", "20000", "all"], help="chunks, or all")
    parser.add_argument("--rounds", type=int, default=plan.rounds)
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=list(SYSTEMS))
    parser.add_argument("--seconds", type=float, default=plan.seconds, help="limit of one process, wall and processor")
    parser.add_argument("--memory-mb", type=float, default=plan.memory_mb, help="limit of one process")
    parser.add_argument("--envs", type=Path, default=FOLDER, help="where the environments are kept")
    parser.add_argument("--keep", action="store_true", help="keep the rows of other sizes")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of peers.json and peers.md")
    asked = parser.parse_args()
    sizes = tuple(None if size == "all" else int(size) for size in asked.sizes)
    limits = {"seconds": asked.seconds, "memory_mb": asked.memory_mb}
    measure_all(
        asked.corpus,
        asked.questions,
        Plan(
            sizes,
            asked.rounds,
            tuple(asked.systems),
            **limits,
            keep=asked.keep,
            environments=asked.envs,
            results=asked.out,
        ),
    )


if __name__ == "__main__":
    main()
