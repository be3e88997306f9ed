"""Three engines for the word search over the same chunks: tantivy (ours), BM25S and SQLite FTS5.

In: a corpus and questions. Out, for each: seconds to build, to add one document and be ready again, MB on disk, and
milliseconds and recall of a query over the chunks alone. All three are given the same terms, words and bigrams, and are
asked for the same number of chunks. An article is found where one of its chunks is.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from sys import intern
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from benchmarks.machine import alone, percentiles, read_questions, recall
from embeddings.chunks import split_article
from embeddings.inputs import scan
from embeddings.lexical import WordIndex
from embeddings.words import Terms, terms
from qa.asked.question import understand

_CHUNKS = 100  # asked for by each query


class Engine(Protocol):
    """What is measured of an engine; documents are numbered from 0."""

    def build(self, documents: Sequence[Terms]) -> None: ...
    def add(self, number: int, document: Terms) -> None: ...
    def search(self, text: str, limit: int) -> list[int]: ...


class Tantivy:
    def __init__(self, folder: Path) -> None:
        self._folder = folder / "words"
        self._index = WordIndex(self._folder, create=not self._folder.exists())

    def build(self, documents: Sequence[Terms]) -> None:
        for number, document in enumerate(documents):
            self._index.add(number, document)
        self._index.commit()

    def add(self, number: int, document: Terms) -> None:
        self._index.add(number, document)
        self._index.commit()

    def search(self, text: str, limit: int) -> list[int]:
        return [int(key) for key in self._index.search(text, limit)[0]]


class Fts5:
    """Words and bigrams in two columns, which FTS5 scores as one document."""

    def __init__(self, folder: Path) -> None:
        self._db = sqlite3.connect(folder / "words.sqlite")
        self._db.execute("PRAGMA synchronous=OFF")
        columns = "words, bigrams, content='', tokenize=\"unicode61 categories 'L* N* Co S* P*'\""
        self._db.execute(f"CREATE VIRTUAL TABLE IF NOT EXISTS chunks USING fts5({columns})")

    def build(self, documents: Sequence[Terms]) -> None:
        rows = ((number, *document) for number, document in enumerate(documents))
        self._db.executemany("INSERT INTO chunks(rowid, words, bigrams) VALUES (?, ?, ?)", rows)
        self._db.execute("INSERT INTO chunks(chunks) VALUES ('optimize')")
        self._db.commit()

    def add(self, number: int, document: Terms) -> None:
        self._db.execute("INSERT INTO chunks(rowid, words, bigrams) VALUES (?, ?, ?)", (number, *document))
        self._db.commit()

    def search(self, text: str, limit: int) -> list[int]:
        cut = terms(text)
        parts = [f'{name} : "{term}"' for name, kind in cut._asdict().items() for term in set(kind.split())]
        sql = "SELECT rowid FROM chunks WHERE chunks MATCH ? ORDER BY rank LIMIT ?"
        return [row for (row,) in self._db.execute(sql, (" OR ".join(parts), limit))] if parts else []


class Bm25s:
    """One bag of terms a document; it has no way to add one, so that an addition is a new index."""

    def __init__(self, folder: Path) -> None:
        import bm25s

        self._folder, self._new = folder / "words", bm25s.BM25
        self._documents: list[list[str]] = []
        if self._folder.exists():
            self._index = bm25s.BM25.load(str(self._folder), mmap=True)

    def build(self, documents: Sequence[Terms]) -> None:
        self._documents = [_bag(document) for document in documents]
        index = self._new(k1=1.2, b=0.75)
        index.index(self._documents, show_progress=False)
        index.save(str(self._folder))

    def add(self, number: int, document: Terms) -> None:
        self._documents.append(_bag(document))
        index = self._new(k1=1.2, b=0.75)
        index.index(self._documents, show_progress=False)
        index.save(str(self._folder))

    def search(self, text: str, limit: int) -> list[int]:
        bag = [term for term in set(_bag(terms(text))) if term in self._index.vocab_dict]
        if not bag:
            return []
        return [int(key) for key in self._index.retrieve([bag], k=limit, show_progress=False)[0][0]]


def _bag(document: Terms) -> list[str]:
    terms_of_both = (*document.words.split(), *(f"_{term}" for term in document.bigrams.split()))
    return [intern(term) for term in terms_of_both]  # 80 million of them, of two million kinds


ENGINES: dict[str, type[Tantivy] | type[Fts5] | type[Bm25s]] = {"tantivy": Tantivy, "fts5": Fts5, "bm25s": Bm25s}


def measure(corpus: Path, questions: Path) -> dict[str, Any]:
    """Each engine, built and asked in processes of their own."""
    with TemporaryDirectory() as place:
        cut = Path(place) / "chunks.jsonl"
        alone(_cut, corpus, cut)
        return {name: _measure(name, Path(place), cut, questions) for name in ENGINES}


def render(result: dict[str, Any]) -> str:
    """The result as a Markdown table; times are processor seconds but for those of queries."""
    costs = ("build, CPU s", "add one, CPU s", "peak MB", "disk MB", "open ms", "query ms p50 / p95")
    titles = (*costs, "recall@1 / 5 / 20")
    busy, cores = result["machine"]["load"][0], result["machine"]["cores"]
    lines = [
        f"# Engines for the words, at {result['tantivy']['chunks']:,} chunks",
        "",
        "Generated by `python -m benchmarks lexical CORPUS QUESTIONS`; raw numbers in `lexical.json`. Queries in wall",
        f"time, which tells less where others were using the machine (here: load {busy:.0f} on {cores} cores).",
        "",
        f"| | {' | '.join(titles)} |",
        f"|---|{'--:|' * len(titles)}",
    ]
    for name in ENGINES:
        row = result[name]
        cells = (
            name,
            row["build"]["cpu_seconds"],
            row["add_one"]["cpu_seconds"],
            row["peak_mb"],
            row["disk_mb"],
            row["open_ms"],
            f"{row['p50_ms']} / {row['p95_ms']}",
            " / ".join(f"{row[f'recall@{k}']:.3f}" for k in (1, 5, 20)),
        )
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines) + "\n"


def _measure(name: str, place: Path, cut: Path, questions: Path) -> dict[str, Any]:
    folder = place / name
    folder.mkdir()
    built = alone(_build, name, folder, cut)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    asked = alone(_ask, name, folder, cut, questions).value
    return {**built.value, "peak_mb": round(built.peak_mb), "disk_mb": round(size / 1e6, 1), **asked}


def _cut(corpus: Path, out: Path) -> None:
    with out.open("w", encoding="utf-8") as file:
        for _, content in scan(corpus):
            for article in content.articles:
                for chunk in split_article(article):
                    file.write(json.dumps([article.source_id, *terms(chunk.text)], ensure_ascii=False) + "\n")


def _read(cut: Path) -> Iterator[tuple[str, Terms]]:
    with cut.open(encoding="utf-8") as file:
        for line in file:
            source_id, words, bigrams = json.loads(line)
            yield source_id, Terms(words, bigrams)


def _build(name: str, folder: Path, cut: Path) -> dict[str, Any]:
    documents = [document for _, document in _read(cut)]
    engine = ENGINES[name](folder)
    build = _cost(lambda: engine.build(documents))
    add = _cost(lambda: engine.add(len(documents), documents[0]))
    return {"chunks": len(documents), "build": build, "add_one": add}


def _cost(call: Callable[[], None]) -> dict[str, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    call()
    return {"seconds": round(time.perf_counter() - wall, 2), "cpu_seconds": round(time.process_time() - cpu, 2)}


def _ask(name: str, folder: Path, cut: Path, questions: Path) -> dict[str, Any]:
    owners = [source_id for source_id, _ in _read(cut)]
    owners.append(owners[0])  # the document that was added
    asked = read_questions(questions)
    started = time.perf_counter()
    engine = ENGINES[name](folder)
    opened = time.perf_counter() - started
    texts = [question.content or question.text for question in (understand(each["question"]) for each in asked)]
    found, seconds = [], []
    for text in [*texts[:50], *texts]:  # the first ones warm up
        started = time.perf_counter()
        keys = engine.search(text, _CHUNKS)
        seconds.append(time.perf_counter() - started)
        found.append(list(dict.fromkeys(owners[key] for key in keys)))
    return {"open_ms": round(1000 * opened, 1), **percentiles(seconds[50:]), **recall(found[-len(texts) :], asked)}
