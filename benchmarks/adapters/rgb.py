"""RGB (Chen et al. 2024, github.com/chen700564/RGB): JSON lines `id`, `query`, `answer`, `positive`, `negative`.

In: zh.json, zh_int.json (answers that two passages hold together) or zh_fact.json, as published. Out: every passage as
an article of one archive, so that the answering one must be found among all, not among five. An answer must hold every
item of `answer`; an item that is a list, one of its spellings. RGB's rejection setting is `convert_noise`: the passages
that answer are left out of the archive. The falsified passages of zh_fact (`positive_wrong`) are not used.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.adapters.folder import Benchmark, adapter, read_lines, texts

_KNOWN = "RGB (lines with id, query, answer, positive, negative)"


@adapter(_KNOWN)
def convert(path: Path) -> Benchmark:
    """Questions that the archive answers."""
    benchmark = Benchmark()
    for row in read_lines(path):
        ids = [benchmark.add(f"{row['id']}p{at}", text) for at, text in enumerate(_passages(row["positive"]))]
        _add_noise(benchmark, row)
        answers = row["answer"] if isinstance(row["answer"], list) else [row["answer"]]
        wanted = [spellings for answer in answers if (spellings := texts(answer))]
        benchmark.questions.append({"id": f"rgb{row['id']}", "question": row["query"], "all": wanted, "doc_id": ids})
    return benchmark


@adapter(_KNOWN)
def convert_noise(path: Path) -> Benchmark:
    """The same questions over an archive of distracting passages alone: each should be refused."""
    benchmark = Benchmark()
    rows = list(read_lines(path))
    answering = {text for row in rows for text in _passages(row["positive"])}
    for row in rows:
        _add_noise(benchmark, row, answering)
        benchmark.questions.append({"id": f"rgb{row['id']}", "question": row["query"], "type": "unanswerable"})
    return benchmark


def _add_noise(benchmark: Benchmark, row: dict[str, Any], but: set[str] | frozenset[str] = frozenset()) -> None:
    for at, text in enumerate(_passages(row["negative"])):
        if text not in but:
            benchmark.add(f"{row['id']}n{at}", text)


def _passages(value: list[Any]) -> list[str]:
    """The passages of a row; zh_int.json groups them by the part of the answer that they hold."""
    return [text for each in value for text in texts(each)]
