"""CRUD-RAG (Lyu et al. 2024, github.com/IAAR-Shanghai/CRUD_RAG): its three question-answering tasks.

In: split_merged.json, one object with the lists `questanswer_1doc`, `_2docs` and `_3docs`; each item has `ID`,
`questions`, `answers` and `news1` … `news3`. Out: the news as articles, and one question an item. The published answers
are whole sentences, and CRUD-RAG scores likeness; `wenbao evaluate` asks for the answer word for word, so that short
answers are scored fairly and long ones low: look at the articles cited. The benchmark's larger collection of documents
(one a line) may be put beside the articles as .jsonl records.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from benchmarks.adapters.folder import Benchmark, adapter, read_json, texts

_TASKS = {"questanswer_1doc": "1doc", "questanswer_2docs": "2docs", "questanswer_3docs": "3docs"}
_DATED = re.compile(r"(\d{4}-\d{2}-\d{2})(?: \d{2}:\d{2}(?::\d{2})?)?[,，\s]*")


@adapter("CRUD-RAG (split_merged.json with questanswer_1doc, …)")
def convert(path: Path) -> Benchmark:
    """The questions of the three tasks, `type` 1doc, 2docs or 3docs."""
    benchmark = Benchmark()
    tasks = read_json(path)
    for task, kind in _TASKS.items():
        for item in tasks.get(task, []):
            _add(benchmark, item, kind)
    return benchmark


def _add(benchmark: Benchmark, item: dict[str, Any], kind: str) -> None:
    ids = []
    for at in (1, 2, 3):
        if text := item.get(f"news{at}"):
            dated = _DATED.match(text)
            more = {"date": dated.group(1)} if dated else {}
            ids.append(benchmark.add(f"{item['ID']}-{at}", text[dated.end() :] if dated else text, **more))
    asked, answers = texts(item["questions"]), texts(item["answers"])
    if len(asked) != len(answers):
        asked, answers = ["".join(asked)], ["".join(answers)]
    for at, (question, answer) in enumerate(zip(asked, answers, strict=True)):
        row = {"question": question, "answers": [answer], "doc_id": ids, "type": kind}
        benchmark.questions.append({"id": f"{item['ID']}:{at}", **row})
