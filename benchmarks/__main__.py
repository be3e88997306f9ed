"""`python -m benchmarks index CORPUS QUESTIONS`: measures, prints and keeps the result under benchmarks/results/.

In: a corpus folder, and a JSONL file of questions (`question`, and in `doc_id` and `also` the records that answer it).
Out: one JSON file.
"""

from __future__ import annotations

import argparse
import importlib
import json
from pathlib import Path

from benchmarks.machine import facts

RESULTS = Path(__file__).parent / "results"
BENCHMARKS = {
    "index": "build, change, open and query one index: seconds, memory, disk, recall",
    "scale": "the same from a thousand chunks to a million: news repeated with small changes",
    "peers": "Wenbao beside LlamaIndex, Haystack, txtai and LangChain, in environments of their own",
    "chat": "the chat under load: time to first text and to the whole answer, 1, 10 and 50 readers",
    "verify": "written sentences against what they cite: true ones kept, false ones caught, by kind",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "name", choices=BENCHMARKS, help="; ".join(f"{name}: {what}" for name, what in BENCHMARKS.items())
    )
    parser.add_argument("corpus", type=Path, help="folder of pages or records")
    parser.add_argument("questions", type=Path, help="JSONL of questions, plain or .xz")
    parser.add_argument("--out", type=Path, help="where the result goes, instead of benchmarks/results/NAME.json")
    asked = parser.parse_args()
    measure = importlib.import_module(f"benchmarks.{asked.name}").measure
    machine = facts()  # its load before we add to it
    result = {"machine": machine, **measure(asked.corpus, asked.questions)}
    text = json.dumps(result, ensure_ascii=False, indent=1) + "\n"
    (asked.out or RESULTS / f"{asked.name}.json").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
