"""What the article store holds: articles, chunks and what is known of the input files, in one SQLite file.

In: a file that `embeddings.store` wrote. Out: articles by key, by id, or by headline, reporter, date and page; chunks
by key, article or digest; the states of files. Text lives on disk; opening costs nothing. Knows nothing about words
and vectors: chunks have integer keys, never used twice, under which the other two know them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date
from pathlib import Path
from typing import Any, Self, TypeVar

from embeddings.errors import BrokenIndexError
from embeddings.generations import damaged
from embeddings.records import Article, signers

T = TypeVar("T")
COLUMNS = "id, headline, kicker, reporters, kind, date, page, source, source_id, url, text"


@dataclass(frozen=True, slots=True)
class FileState:
    """What a build remembers of an input file: size in bytes, modification time in ns, content hash."""

    bytes: int
    modified: int
    sha256: str


class Catalogue:
    """Read access by any number of threads."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise damaged(path, "missing", "不见了")
        self._connect(path, "ro&immutable=1")

    def _connect(self, path: Path, mode: str, prepare: str = "") -> None:
        self.path = path
        try:
            self._db = sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True, check_same_thread=False)
            self._db.executescript(prepare)
            self._db.execute("SELECT 1 FROM articles LIMIT 1")
        except sqlite3.Error as error:
            if hasattr(self, "_db"):
                self._db.close()
            raise self._damage(error) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __del__(self) -> None:
        if hasattr(self, "_db"):  # an index that a newer generation replaced is closed when its last reader is done
            self._db.close()

    def close(self) -> None:
        self._db.close()

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a query; a damaged file becomes a one-line error."""
        try:
            return self._db.execute(sql, values).fetchall()
        except (sqlite3.Error, OverflowError) as error:
            raise self._damage(error) from None

    def _damage(self, error: Exception) -> BrokenIndexError:
        return damaged(self.path, f"damaged ({error})", f"坏了（{error}）")

    def articles(self, keys: Iterable[int]) -> dict[int, Article]:
        """Articles by key."""
        found: dict[int, Article] = {}
        for part in _batches(sorted(set(keys)), 500):
            marks = ",".join("?" * len(part))
            for key, *fields in self.rows(f"SELECT key, {COLUMNS} FROM articles WHERE key IN ({marks})", part):
                found[key] = self._article(fields)
        return found

    def article(self, article_id: str) -> Article | None:
        """The article with this content id, if the archive holds it."""
        rows = self.rows(f"SELECT {COLUMNS} FROM articles WHERE id = ?", (article_id,))
        return self._article(rows[0]) if rows else None

    def chunk_places(self, keys: Iterable[int]) -> dict[int, tuple[int, int, int]]:
        """Chunk key → (article key, start, end)."""
        found: dict[int, tuple[int, int, int]] = {}
        for part in _batches(sorted(set(keys)), 500):
            marks = ",".join("?" * len(part))
            for key, *place in self.rows(f"SELECT key, article, start, end FROM chunks WHERE key IN ({marks})", part):
                found[key] = (place[0], place[1], place[2])
        return found

    def chunks_apart(self, count: int) -> list[int]:
        """At most so many chunks, evenly from all over the archive."""
        last = self.last_chunk()
        sql = "SELECT min(key) FROM chunks WHERE key >= ?"
        found = (self.rows(sql, (1 + last * at // count,))[0][0] for at in range(count))
        return list(dict.fromkeys(key for key in found if key is not None))

    def last_chunk(self) -> int:
        """The highest key of a chunk; 0 where there is none."""
        return int(self.rows("SELECT coalesce(max(key), 0) FROM chunks")[0][0])

    def chunks_with(self, digests: Iterable[bytes]) -> dict[bytes, int]:
        """Digest → the oldest chunk whose passage has it; digests that no chunk has are left out."""
        found: dict[bytes, int] = {}
        for part in _batches(sorted(set(digests)), 500):
            marks = ",".join("?" * len(part))
            found.update(self.rows(f"SELECT digest, min(key) FROM chunks WHERE digest IN ({marks}) GROUP BY 1", part))
        return found

    def chunks_of(self, article_keys: Iterable[int]) -> list[int]:
        """The keys of all chunks of these articles."""
        found: list[int] = []
        for part in _batches(sorted(set(article_keys)), 500):
            marks = ",".join("?" * len(part))
            found += [key for (key,) in self.rows(f"SELECT key FROM chunks WHERE article IN ({marks})", part)]
        return found

    def select(
        self,
        *,
        reporter: str = "",
        page: str = "",
        since: Date | None = None,
        until: Date | None = None,
        contains: str = "",
        limit: int = 100,
    ) -> list[Article]:
        """Articles that meet every condition given, newest first, then in page order."""
        conditions: dict[str, Any] = {}
        if reporter:
            conditions["instr(reporters, ?)"] = json.dumps(reporter, ensure_ascii=False)
        if page:
            conditions["page = ?"] = page
        if since:
            conditions["date >= ?"] = since.isoformat()
        if until:
            conditions["date <= ?"] = until.isoformat()
        if contains:
            conditions["instr(headline || ' ' || kicker || ' ' || text, ?)"] = contains
        where = " AND ".join(conditions) or "1"
        sql = f"SELECT {COLUMNS} FROM articles WHERE {where} ORDER BY date DESC, source, key LIMIT ?"
        return [self._article(row) for row in self.rows(sql, (*conditions.values(), limit))]

    def reporters(self) -> list[str]:
        """The distinct names under which articles are signed, longest first."""
        name = "CASE typeof(each.key) WHEN 'text' THEN each.key ELSE each.value END"  # see `signatures`
        sql = f"SELECT DISTINCT {name} FROM articles, json_each(reporters) AS each"
        return sorted((name for (name,) in self.rows(sql) if name), key=lambda name: (-len(name), name))

    def counts(self) -> dict[str, Any]:
        """What the archive holds: articles, reports, captions, pages, files, chunks, first_date, last_date."""
        sql = """SELECT count(*), coalesce(sum(kind = 'report'), 0), coalesce(sum(kind = 'caption'), 0),
                 count(DISTINCT source), min(date), max(date) FROM articles"""
        names = ("articles", "reports", "captions", "pages", "first_date", "last_date")
        counts = dict(zip(names, self.rows(sql)[0], strict=True))
        return {**counts, "chunks": self.size()[1]}

    def size(self) -> tuple[int, int]:
        """How many articles and chunks there are; unlike `counts` it reads no text."""
        articles, chunks = self.rows("SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM chunks)")[0]
        return articles, chunks

    def files(self) -> dict[str, FileState]:
        """The input files that this store was built from."""
        rows = self.rows("SELECT source, bytes, modified, sha256 FROM files")
        return {source: FileState(*state) for source, *state in rows}

    def parts(self, source: str) -> dict[str, bool]:
        """The parts of a file that articles stand in or that something was left out of; False for the latter."""
        found = {part: True for (part,) in self.rows("SELECT DISTINCT part FROM places WHERE source = ?", (source,))}
        return found | {part: False for (part,) in self.rows("SELECT part FROM skipped WHERE source = ?", (source,))}

    def skipped(self) -> list[tuple[str, ...]]:
        """(place, reason, remedy, both in Chinese) of everything that was not read; older indexes lack the last."""
        return [row[2:] for row in self.rows("SELECT * FROM skipped")]

    def unused(self) -> dict[str, int]:
        """Fields of records that became nothing of an article → in how many records, the commonest first."""
        return dict(self.rows("SELECT field, sum(records) FROM unused GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 50"))

    def lacking(self) -> dict[str, Any]:
        """What articles lack: {"date": {"count": 12, "examples": [source, …]}}, likewise headline and page; and
        "headline_longer": those whose headline is longer than the text, which often means a wrong split."""
        conditions = {
            "date": "date IS NULL",
            "headline": "headline = '' AND kind = 'report'",
            "page": "page = ''",
            "headline_longer": "length(headline) > length(text)",
        }
        found: dict[str, Any] = {}
        for name, where in conditions.items():
            ((count,),) = self.rows(f"SELECT count(*) FROM articles WHERE {where}")
            if count:
                rows = self.rows(f"SELECT DISTINCT source FROM articles WHERE {where} ORDER BY key LIMIT 3")
                found[name] = {"count": count, "examples": [source for (source,) in rows]}
        return found

    def _article(self, fields: Sequence[Any]) -> Article:
        names = (name.strip() for name in COLUMNS.split(","))
        row: Mapping[str, Any] = dict(zip(names, fields, strict=True))
        try:
            return Article(
                text=row["text"],
                headline=row["headline"],
                kicker=row["kicker"],
                **signers(json.loads(row["reporters"])),
                kind=row["kind"],
                date=Date.fromisoformat(row["date"]) if row["date"] else None,
                page=row["page"],
                source=row["source"],
                source_id=row["source_id"],
                url=row["url"],
            )
        except (TypeError, ValueError) as error:
            raise self._damage(error) from None


def _batches(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for at in range(0, len(values), size):
        yield values[at : at + size]
