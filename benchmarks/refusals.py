"""The curve of false answers against false refusals over several archives and sets of questions: docs/refusals.svg.

In: corpus folders, each built into an index of its own for the while, and JSONL files of questions. Out: one SVG with
a line for each label and one for all together, and the numbers behind it. Knows nothing about how confidence is made.

    python -m benchmarks.refusals docs/refusals.svg --ask LABEL CORPUS QUESTIONS PART …

PART: `both`, `answerable` or `unanswerable` take those questions of the file; `foreign` takes all and expects each to
be refused. QUESTIONS may end in `:N`, for the first N.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from tqdm import tqdm

from benchmarks.machine import facts
from embeddings.build import build
from qa import Answerer
from qa.measure.curve import Series, draw
from qa.measure.evaluate import Outcome, evaluate
from qa.measure.questionnaire import Row, read_questions
from qa.settings import Settings

RESULT = Path(__file__).parent / "results" / "refusals.json"
PARTS = ("both", "answerable", "unanswerable", "foreign")
ALL = "合计"


class Asked(NamedTuple):
    label: str
    corpus: str
    questions: str
    part: str


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.refusals", description=__doc__)
    parser.add_argument("out", type=Path, help="the SVG to write")
    parser.add_argument("--ask", nargs=4, action="append", required=True, metavar=Asked._fields)
    parser.add_argument("--widest", type=float, default=1.0, help="where both axes end, 0-1 (default: 1)")
    asked = parser.parse_args()
    settings = Settings.load("config.yaml")
    outcomes = measure(settings, [Asked(*one) for one in asked.ask])
    threshold = settings.answer.refuse_below
    series = [Series.of(label, found, threshold) for label, found in outcomes.items()]
    asked.out.write_text(draw(series, threshold, asked.widest), encoding="utf-8")
    text = json.dumps({"machine": facts(), **summary(series, threshold)}, ensure_ascii=False, indent=1) + "\n"
    text = re.sub(r"\[\s+([\d.]+),\s+([\d.]+)\s+\]", r"[\1, \2]", text)  # a pair a line
    RESULT.write_text(text, encoding="utf-8")
    print(text)


def measure(settings: Settings, asked: Sequence[Asked]) -> dict[str, list[Outcome]]:
    """The outcomes under each label, and under 合计 all of them."""
    found: dict[str, list[Outcome]] = defaultdict(list)
    for corpus in dict.fromkeys(one.corpus for one in asked):
        with answering(settings, Path(corpus)) as answerer:
            for one in asked:
                if one.corpus == corpus:
                    rows = chosen(one)
                    bar = tqdm(total=len(rows), desc=f"{one.label} {one.part}", unit=" questions")
                    report = evaluate(answerer, rows, settings.answer.refuse_below, lambda *_, bar=bar: bar.update())
                    found[one.label] += report.outcomes
    return {**found, ALL: [one for some in found.values() for one in some]}


def chosen(asked: Asked) -> list[Row]:
    """The questions of a file that are asked for."""
    if asked.part not in PARTS:
        raise SystemExit(f"{asked.part}: no such part; write one of {', '.join(PARTS)}")
    name, _, count = asked.questions.rpartition(":")
    path, most = (name, int(count)) if name and count.isdigit() else (asked.questions, None)
    rows = read_questions(Path(path), unanswerable=asked.part == "foreign")
    wanted = {"answerable": True, "unanswerable": False}.get(asked.part)
    return [row for row in rows if wanted in (None, bool(row.wanted))][:most]


@contextmanager
def answering(settings: Settings, corpus: Path) -> Iterator[Answerer]:
    """An answerer over a corpus folder, its index kept only while it is used."""
    with TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        build(corpus, index, encoder=settings.encoder, chunks=settings.chunks)
        answerer = Answerer.open(settings, index=index)
        yield answerer
        answerer.index.close()


def summary(series: Sequence[Series], threshold: float) -> dict[str, Any]:
    """What each line costs at the configured threshold and at every twentieth."""
    steps = sorted({threshold, *(step / 20 for step in range(1, 20))})
    lines = {}
    for one in series:
        costs = {
            f"{step:g}": [round(p.false_refusals, 4), round(p.false_answers, 4)]
            for step in steps
            if (p := one.at(step))
        }
        lines[one.label] = {"answerable": len(one.answerable), "unanswerable": len(one.unanswerable), "costs": costs}
    return {"refuse_below": threshold, "costs": "threshold: [false refusals, false answers]", "lines": lines}


if __name__ == "__main__":
    main()
