"""The article store: articles, chunks and what is known of the input files, in one SQLite file.

In: articles by the file they came from. Out: the same articles again, by key, by id, or by headline, reporter, date
and page. Text lives on disk; opening costs nothing. Knows nothing about words and vectors: chunks have integer keys,
never used twice, under which the other two know them.
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
from embeddings.generations import REMEDY, unwritable
from embeddings.records import Article, Chunk

T = TypeVar("T")

_SCHEMA = """
CREATE TABLE files(source TEXT PRIMARY KEY, bytes INT, modified INT, sha256 TEXT) WITHOUT ROWID;
CREATE TABLE skipped(source TEXT, part TEXT, place TEXT, reason TEXT, remedy TEXT);
CREATE TABLE articles(key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE, headline TEXT, kicker TEXT,
    reporters TEXT, kind TEXT, date TEXT, page TEXT, source TEXT, source_id TEXT, url TEXT, text TEXT);
CREATE TABLE places(source TEXT, part TEXT, position INT, article INT, PRIMARY KEY(source, part, position))
    WITHOUT ROWID;
CREATE TABLE chunks(key INTEGER PRIMARY KEY AUTOINCREMENT, article INT, start INT, end INT, digest BLOB);
CREATE INDEX places_article ON places(article);
CREATE INDEX chunks_article ON chunks(article);
CREATE INDEX chunks_digest ON chunks(digest);
CREATE INDEX articles_date ON articles(date);
"""
_COLUMNS = "id, headline, kicker, reporters, kind, date, page, source, source_id, url, text"


@dataclass(frozen=True, slots=True)
class FileState:
    """What a build remembers of an input file: size in bytes, modification time in ns, content hash."""

    bytes: int
    modified: int
    sha256: str


class Store:
    """Read access by any number of threads; write access for the one builder that opened it with `writable`."""

    def __init__(self, path: Path, writable: bool = False) -> None:
        self.path, self._writable = path, writable
        mode = "rwc" if writable else "ro&immutable=1"
        fresh = not path.exists()
        if fresh and not writable:
            raise BrokenIndexError(f"{path}: missing; {REMEDY}")
        try:
            self._db = sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True, check_same_thread=False)
            if writable:
                # Safe without a journal: a build that dies leaves only a staged generation, which is thrown away.
                self._db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + (_SCHEMA if fresh else ""))
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

    def commit(self) -> None:
        try:
            self._db.commit()
        except sqlite3.OperationalError as error:
            raise self._damage(error) from None

    # ---------------------------------------------------------------- reading

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a query; a damaged file becomes a one-line error."""
        try:
            return self._db.execute(sql, values).fetchall()
        except (sqlite3.Error, OverflowError) as error:
            raise self._damage(error) from None

    def _damage(self, error: Exception) -> BrokenIndexError:
        if self._writable:
            return unwritable(self.path, error)
        return BrokenIndexError(f"{self.path}: damaged ({error}); {REMEDY}")

    def articles(self, keys: Iterable[int]) -> dict[int, Article]:
        """Articles by key."""
        found: dict[int, Article] = {}
        for part in _batches(sorted(set(keys)), 500):
            marks = ",".join("?" * len(part))
            for key, *fields in self.rows(f"SELECT key, {_COLUMNS} FROM articles WHERE key IN ({marks})", part):
                found[key] = self._article(fields)
        return found

    def article(self, article_id: str) -> Article | None:
        """The article with this content id, if the archive holds it."""
        rows = self.rows(f"SELECT {_COLUMNS} FROM articles WHERE id = ?", (article_id,))
        return self._article(rows[0]) if rows else None

    def chunk_places(self, keys: Iterable[int]) -> dict[int, tuple[int, int, int]]:
        """Chunk key → (article key, start, end)."""
        found: dict[int, tuple[int, int, int]] = {}
        for part in _batches(sorted(set(keys)), 500):
            marks = ",".join("?" * len(part))
            for key, *place in self.rows(f"SELECT key, article, start, end FROM chunks WHERE key IN ({marks})", part):
                found[key] = (place[0], place[1], place[2])
        return found

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
        sql = f"SELECT {_COLUMNS} FROM articles WHERE {where} ORDER BY date DESC, source, key LIMIT ?"
        return [self._article(row) for row in self.rows(sql, (*conditions.values(), limit))]

    def reporters(self) -> list[str]:
        """The distinct names under which articles are signed, longest first."""
        sql = "SELECT DISTINCT value FROM articles, json_each(reporters) WHERE value != ''"
        return sorted((name for (name,) in self.rows(sql)), key=lambda name: (-len(name), name))

    def counts(self) -> dict[str, Any]:
        """What the archive holds: articles, reports, captions, pages, files, chunks, first_date, last_date."""
        sql = """SELECT count(*), coalesce(sum(kind = 'report'), 0), coalesce(sum(kind = 'caption'), 0),
                 count(DISTINCT source), min(date), max(date) FROM articles"""
        names = ("articles", "reports", "captions", "pages", "first_date", "last_date")
        counts = dict(zip(names, self.rows(sql)[0], strict=True))
        return {**counts, "chunks": self.rows("SELECT count(*) FROM chunks")[0][0]}

    def files(self) -> dict[str, FileState]:
        """The input files that this store was built from."""
        rows = self.rows("SELECT source, bytes, modified, sha256 FROM files")
        return {source: FileState(*state) for source, *state in rows}

    def parts(self, source: str) -> dict[str, bool]:
        """The parts of a file that articles stand in or that something was left out of; False for the latter."""
        found = {part: True for (part,) in self.rows("SELECT DISTINCT part FROM places WHERE source = ?", (source,))}
        return found | {part: False for (part,) in self.rows("SELECT part FROM skipped WHERE source = ?", (source,))}

    def skipped(self) -> list[tuple[str, str, str]]:
        """(place, reason, remedy) of everything that was not read."""
        return [(row[0], row[1], row[2]) for row in self.rows("SELECT place, reason, remedy FROM skipped")]

    def _article(self, fields: Sequence[Any]) -> Article:
        names = (name.strip() for name in _COLUMNS.split(","))
        row: Mapping[str, Any] = dict(zip(names, fields, strict=True))
        try:
            return Article(
                text=row["text"],
                headline=row["headline"],
                kicker=row["kicker"],
                reporters=tuple(json.loads(row["reporters"])),
                kind=row["kind"],
                date=Date.fromisoformat(row["date"]) if row["date"] else None,
                page=row["page"],
                source=row["source"],
                source_id=row["source_id"],
                url=row["url"],
            )
        except (TypeError, ValueError) as error:
            raise self._damage(error) from None

    # ---------------------------------------------------------------- writing

    def set_file(self, source: str, state: FileState) -> None:
        """Remember the state of a file."""
        values = (source, state.bytes, state.modified, state.sha256)
        self._write("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", values)

    def skip(self, source: str, skipped: Iterable[tuple[str, str, str]], part: str = "") -> None:
        """Remember (place, reason, remedy) of what of a file was left out."""
        for skip in skipped:
            self._write("INSERT INTO skipped VALUES (?, ?, ?, ?, ?)", (source, part, *skip))

    def forget_file(self, source: str) -> None:
        """Forget a file and where its articles stood; the articles themselves stay until `delete`."""
        for table in ("files", "skipped", "places"):
            self._write(f"DELETE FROM {table} WHERE source = ?", (source,))

    def forget_part(self, source: str, part: str) -> None:
        """Forget what stood in a part of a file."""
        for table in ("skipped", "places"):
            self._write(f"DELETE FROM {table} WHERE source = ? AND part = ?", (source, part))

    def place(self, source: str, position: int, article: Article, part: str = "") -> tuple[int, bool]:
        """Say that an article stands in (a part of) a file; returns its key, and whether it is new to the store."""
        row = self._write("SELECT key, url FROM articles WHERE id = ?", (article.id,)).fetchone()
        key = row[0] if row else self._insert(article)
        if row and row[1] != article.url:  # no part of its identity
            self._write("UPDATE articles SET url = ? WHERE key = ?", (article.url, key))
        self._write("INSERT OR REPLACE INTO places VALUES (?, ?, ?, ?)", (source, part, position, key))
        return key, row is None

    def _insert(self, article: Article) -> int:
        values = (
            article.id,
            article.headline,
            article.kicker,
            json.dumps(article.reporters, ensure_ascii=False),
            article.kind,
            article.date.isoformat() if article.date else None,
            article.page,
            article.source,
            article.source_id,
            article.url,
            article.text,
        )
        marks = ",".join("?" * len(values))
        key = self._write(f"INSERT INTO articles({_COLUMNS}) VALUES ({marks})", values).lastrowid
        assert key is not None
        return key

    def add_chunks(self, article_key: int, chunks: Iterable[Chunk]) -> list[int]:
        """Store the chunks of a new article; returns their keys."""
        sql = "INSERT INTO chunks(article, start, end, digest) VALUES (?, ?, ?, ?)"
        values = [(article_key, chunk.start, chunk.end, chunk.digest) for chunk in chunks]
        keys = [self._write(sql, row).lastrowid for row in values]
        return [key for key in keys if key is not None]

    def orphans(self) -> list[int]:
        """The keys of articles that stand in no file any more."""
        return [key for (key,) in self.rows("SELECT key FROM articles WHERE key NOT IN (SELECT article FROM places)")]

    def delete(self, article_keys: Sequence[int]) -> None:
        """Drop articles and their chunks; where an article also stands in another file, it is no orphan."""
        for key in article_keys:
            self._write("DELETE FROM chunks WHERE article = ?", (key,))
            self._write("DELETE FROM articles WHERE key = ?", (key,))

    def _write(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        try:
            return self._db.execute(sql, values)
        except sqlite3.OperationalError as error:
            raise self._damage(error) from None

    def settle_sources(self) -> int:
        """Point articles whose file no longer holds them at one that does (it was renamed); returns how many."""
        cursor = self._write(
            """UPDATE articles SET source = (SELECT min(source) FROM places WHERE article = articles.key)
               WHERE NOT EXISTS (SELECT 1 FROM places WHERE article = articles.key AND source = articles.source)
               AND EXISTS (SELECT 1 FROM places WHERE article = articles.key)"""
        )
        return cursor.rowcount


def _batches(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for at in range(0, len(values), size):
        yield values[at : at + size]
