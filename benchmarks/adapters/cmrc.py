"""CMRC 2018 (Cui et al. 2019, github.com/ymcui/cmrc2018): span questions on encyclopaedia paragraphs.

In: one of its JSON files, in the layout of SQuAD (`data` → `paragraphs` → `qas`) or the older one (a list with
`context_text` and `qas`). Out: every paragraph as an article under its title; each question must be answered, and its
paragraph cited, among all of them. Many questions lean on their paragraph (“该剧何时首播”) and have no one answer here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.adapters.folder import Benchmark, FormatError, adapter, read_json, texts


class _Asked(NamedTuple):
    title: str
    context_id: str
    context: str
    id: str
    question: str
    answers: list[str]


@adapter("CMRC 2018 (data → paragraphs → qas, or a list with context_text)")
def convert(path: Path) -> Benchmark:
    """The questions with every answer that the annotators gave."""
    benchmark = Benchmark()
    document = read_json(path)
    if not isinstance(document, list) and "data" not in document:
        raise FormatError(f"{path}: has no `data`; it is not in the format of CMRC 2018, check which file it is")
    for one in _older(document) if isinstance(document, list) else _squad(document["data"]):
        article = benchmark.add(one.context_id, one.context, title=one.title)
        answers = list(dict.fromkeys(one.answers))
        benchmark.questions.append({"id": one.id, "question": one.question, "answers": answers, "doc_id": article})
    return benchmark


def _squad(data: list[dict[str, Any]]) -> Iterator[_Asked]:
    for entry in data:
        for paragraph in entry["paragraphs"]:
            for asked in paragraph["qas"]:
                answers = [text for answer in asked["answers"] for text in texts(answer["text"])]
                place = str(paragraph.get("id") or entry["id"])
                yield _Asked(entry["title"], place, paragraph["context"], asked["id"], asked["question"], answers)


def _older(data: list[dict[str, Any]]) -> Iterator[_Asked]:
    for entry in data:
        for asked in entry["qas"]:
            answers = texts(asked["answers"])
            about = entry.get("title", ""), entry["context_id"], entry["context_text"]
            yield _Asked(*about, asked["query_id"], asked["query_text"], answers)
