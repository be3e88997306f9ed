"""One index, from a full build to the single query.

In: a corpus and questions. Out: what it costs to build in full, with nothing changed, with one article added, changed
and removed, and one record changed inside the largest file; to open; to query, with the parts of a query; disk and
recall. Every build and the opening run in a process of their own; the corpus itself is only read.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.machine import alone, percentiles, read_questions, recall
from embeddings import generations
from embeddings.build import Receipt, build
from embeddings.index import Index
from qa.question import understand
from qa.settings import RetrievalSettings

_PASSAGES = 40  # asked for by each query
_ADDED = "added-by-the-benchmark.jsonl"


def measure(corpus: Path, questions: Path) -> dict[str, Any]:
    """All of it; the index is made in a temporary folder."""
    with TemporaryDirectory() as place:
        work, index = Path(place) / "corpus", Path(place) / "index"
        work.mkdir()
        for path in corpus.resolve().iterdir():
            (work / path.name).symlink_to(path)
        builds = {name: _build(work, index) for name in _states(work)}
        opened = alone(_open, index)
        parts = sorted(generations.live(index).iterdir())
        return {
            "builds": builds,
            "open": {**opened.as_dict(), "articles": opened.value},
            "query": alone(_query, index, questions).value,
            "disk_mb": {path.name: round(_bytes(path) / 1e6, 1) for path in parts},
        }


def _states(work: Path) -> Iterator[str]:
    """Bring the corpus into one state after the other, named; a build follows each."""
    yield "full"
    yield "unchanged"
    for name in ("one article added", "one article changed"):
        record = {"title": "今晚", "text": f"今晚的消息,{name}。"}
        (work / _ADDED).write_text(json.dumps(record) + "\n", encoding="utf-8")
        yield name
    (work / _ADDED).unlink()
    yield "one article removed"
    largest = max(work.glob("*.jsonl"), key=lambda path: path.stat().st_size)
    lines = largest.read_bytes().splitlines(keepends=True)
    half = len(lines) // 2
    lines[half] = json.dumps({**json.loads(lines[half]), "text": "这一条改过了。"}).encode() + b"\n"
    largest.unlink()  # a link; what it points to stays
    largest.write_bytes(b"".join(lines))
    yield "one record changed in the largest file"


def _build(work: Path, index: Path) -> dict[str, Any]:
    cost = alone(build, work, index)
    receipt: Receipt = cost.value
    counted = ("articles", "chunks", "added", "changed", "removed", "carried", "encoded")
    return {**cost.as_dict(), **{name: getattr(receipt, name) for name in counted}}


def _open(index: Path) -> int:
    return len(Index.open(index))


def _query(index: Path, questions: Path) -> dict[str, Any]:
    """Queries one after the other: as a whole, and each part alone."""
    opened, asked = Index.open(index), read_questions(questions)
    texts = [understand(each["question"]).text for each in asked]
    weights = RetrievalSettings()
    vectors = [opened.encoder.encode_query(text) for text in texts]
    found: list[list[str]] = []

    def search(text: str) -> None:
        hits = opened.search(text, _PASSAGES, weights.dense_weight, weights.article_weight)
        found.append(list(dict.fromkeys(str(hit.article.source_id) for hit in hits)))

    whole = _timed(search, texts)
    shares = [_overlap(opened, vector) for vector in vectors[:100]]
    return {
        "questions": len(texts),
        **whole,
        **recall(found[-len(texts) :], asked),
        "parts": {
            "encode": _timed(opened.encoder.encode_query, texts),
            "vectors": _timed(lambda vector: opened._vectors.search(vector, 100), vectors),
            "vectors, exact": _timed(lambda vector: opened._vectors.search(vector, 100, exact=True), vectors[:100]),
            "words of chunks": _timed(lambda text: opened._words.search(text, 100), texts),
            "words of articles": _timed(lambda text: opened._articles.search(text, 100), texts),
        },
        "vectors_found_of_exact_100": round(sum(shares) / len(shares), 4),
    }


def _overlap(index: Index, vector: Any) -> float:
    exact, fast = (set(index._vectors.search(vector, 100, exact)[0].tolist()) for exact in (True, False))
    return len(exact & fast) / max(1, len(exact))


def _timed(call: Callable[[Any], object], arguments: list[Any]) -> dict[str, float]:
    """Milliseconds a call, wall and (as a mean) processor, after a tenth of the calls to warm up."""
    for argument in arguments[: len(arguments) // 10]:
        call(argument)
    seconds = []
    cpu = time.process_time()
    for argument in arguments:
        started = time.perf_counter()
        call(argument)
        seconds.append(time.perf_counter() - started)
    mean = (time.process_time() - cpu) / max(1, len(arguments))
    return {**percentiles(seconds), "cpu_ms": round(1000 * mean, 2)}


def _bytes(path: Path) -> int:
    return sum(each.stat().st_size for each in path.rglob("*")) if path.is_dir() else path.stat().st_size
