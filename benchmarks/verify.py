"""How well the check of written sentences tells true drafts from false ones, by kind, and what it costs.

In: the folder of the sample newspaper, and a JSONL file of drafts (`sentence`, the `article` that it cites by headline,
the `quote`, what `kind` of draft it is, its `label`: whether the quote bears it out; `set`: whether it is blind). Out:
kept and caught by kind, for the drafts that the check was developed on and for those that it was not, and milliseconds
a sentence, in all.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks.machine import percentiles
from embeddings import Article, read_articles
from qa.reader import Reader
from qa.verify import Verdict, verify

Draft = dict[str, Any]


def read_drafts(path: Path) -> list[Draft]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def part(draft: Draft) -> str:
    """`blind` or `second blind`, for drafts written after the rules were settled, each time; `hard` for those that were
    written to be missed, most of which were; else `development`.
    """
    return str(draft.get("set", "development"))


def check(draft: Draft, article: Article, reader: Reader) -> Verdict:
    above = f"{article.title} {article.kicker}"
    return verify(draft["sentence"], [draft["quote"]], reader, above, article.date)


def right(draft: Draft, verdict: Verdict) -> bool:
    """A true sentence is kept, a false one is not."""
    return (verdict.support == "supported") is draft["label"]


def measure(corpus: Path, drafts: Path) -> dict[str, Any]:
    articles = {article.title: article for article in read_articles(corpus)}
    reader = Reader.load()
    counts: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    wall, cpu, wrong = [], [], []
    for draft in read_drafts(drafts):
        started, worked = time.perf_counter(), time.process_time()
        verdict = check(draft, articles[draft["article"]], reader)
        wall.append(time.perf_counter() - started)
        cpu.append(time.process_time() - worked)
        for kind in (draft["kind"], "all true" if draft["label"] else "all false"):
            counts[part(draft)][kind][0] += right(draft, verdict)
            counts[part(draft)][kind][1] += 1
        if not right(draft, verdict):
            faults = [f"{fault.kind}: {fault.text}" for fault in verdict.faults]
            wrong.append({"set": part(draft), "kind": draft["kind"], "sentence": draft["sentence"], "faults": faults})
    return {
        **{name: {kind: _share(*pair) for kind, pair in sorted(kinds.items())} for name, kinds in counts.items()},
        "wall": percentiles(wall),
        "cpu": percentiles(cpu),
        "wrong": wrong,
    }


def _share(right: int, total: int) -> dict[str, float]:
    return {"right": right, "of": total, "share": round(right / total, 3)}
