"""The article store: articles, chunks and what is known of the input files, in one SQLite file.

Text lives on disk; opening costs nothing. Chunks have integer keys, never used twice, under which words and vectors
know them. The one builder, who writes, has it remember which articles were touched, so that a small change does not
look at all others.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date
from pathlib import Path
from typing import Any, Self

from embeddings.errors import BrokenIndexError
from embeddings.generations import damaged, unwritable
from embeddings.records import Article, Chunk, signatures, signers

COLUMNS = "id, headline, kicker, reporters, kind, date, page, source, source_id, url, text"


@dataclass(frozen=True, slots=True)
class FileState:
    """What a build remembers of an input file: size in bytes, modification time in ns, content hash."""

    bytes: int
    modified: int
    sha256: str


_SCHEMA = """
CREATE TABLE files(source TEXT PRIMARY KEY, bytes INT, modified INT, sha256 TEXT) WITHOUT ROWID;
CREATE TABLE skipped(source TEXT, part TEXT, place TEXT, reason TEXT, remedy TEXT, chinese TEXT);
CREATE TABLE unused(source TEXT, part TEXT, field TEXT, records INT);
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
# Safe without a journal: a build that dies leaves only a staged generation, which is thrown away.
_PREPARE = """
PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA temp_store=MEMORY;
CREATE TEMP TABLE touched(article INTEGER PRIMARY KEY);
"""


class Store:
    """Read by any number of threads. With `writable`, for the one builder, it is made if it is not there."""

    def __init__(self, path: Path, writable: bool = False) -> None:
        """Raises BrokenIndexError where the file is missing, damaged or cannot be written."""
        self.path, self._writable = path, writable
        if not writable and not path.exists():
            raise damaged(path, "missing", "不见了")
        prepare = _PREPARE + ("" if path.exists() else _SCHEMA) if writable else ""
        mode = "rwc" if writable else "ro&immutable=1"
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
        if self._writable:
            return unwritable(self.path, error)
        return damaged(self.path, f"damaged ({error})", f"坏了（{error}）")

    def _rows_in(self, sql: str, values: Iterable[Any], more: str = "") -> Iterator[tuple[Any, ...]]:
        """The rows of "SELECT … IN" any number of values, and what else the query says."""
        wanted = sorted(set(values))
        for at in range(0, len(wanted), 500):
            part = wanted[at : at + 500]
            yield from self.rows(f"{sql} ({','.join('?' * len(part))}) {more}", part)

    def articles(self, keys: Iterable[int]) -> dict[int, Article]:
        """Articles by key."""
        rows = self._rows_in(f"SELECT key, {COLUMNS} FROM articles WHERE key IN", keys)
        return {key: self._article(fields) for key, *fields in rows}

    def article(self, article_id: str) -> Article | None:
        """The article with this content id, if the archive holds it."""
        rows = self.rows(f"SELECT {COLUMNS} FROM articles WHERE id = ?", (article_id,))
        return self._article(rows[0]) if rows else None

    def chunk_places(self, keys: Iterable[int]) -> dict[int, tuple[int, int, int]]:
        """Chunk key → (article key, start, end)."""
        rows = self._rows_in("SELECT key, article, start, end FROM chunks WHERE key IN", keys)
        return {key: (article, start, end) for key, article, start, end in rows}

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
        return dict(self._rows_in("SELECT digest, min(key) FROM chunks WHERE digest IN", digests, "GROUP BY 1"))

    def chunks_of(self, article_keys: Iterable[int]) -> list[int]:
        """The keys of all chunks of these articles."""
        return [key for (key,) in self._rows_in("SELECT key FROM chunks WHERE article IN", article_keys)]

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
        where, values = _where(reporter, page, since, until, contains)
        sql = f"SELECT {COLUMNS} FROM articles WHERE {where} ORDER BY date DESC, source, key LIMIT ?"
        return [self._article(row) for row in self.rows(sql, (*values, limit))]

    def count(
        self,
        *,
        reporter: str = "",
        page: str = "",
        since: Date | None = None,
        until: Date | None = None,
        contains: str = "",
    ) -> int:
        """How many articles `select` would give with these conditions and no limit."""
        where, values = _where(reporter, page, since, until, contains)
        return int(self.rows(f"SELECT count(*) FROM articles WHERE {where}", values)[0][0])

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
        row: dict[str, Any] = dict(zip(COLUMNS.split(", "), fields, strict=True))
        del row["id"]
        try:
            row |= signers(json.loads(row["reporters"]))
            row["date"] = Date.fromisoformat(row["date"]) if row["date"] else None
            return Article(**row)
        except (TypeError, ValueError) as error:
            raise self._damage(error) from None

    # ---------------------------------------------------------------- writing

    def commit(self) -> None:
        """Write everything down."""
        try:
            self._db.commit()
        except sqlite3.OperationalError as error:
            raise self._damage(error) from None

    def set_file(self, source: str, state: FileState) -> None:
        """Remember the state of a file."""
        values = (source, state.bytes, state.modified, state.sha256)
        self._write("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", values)

    def skip(self, source: str, skipped: Iterable[tuple[str, str, str, str]], part: str = "") -> None:
        """Remember (place, reason, remedy, both in Chinese) of what of a file was left out."""
        for skip in skipped:
            self._write("INSERT INTO skipped VALUES (?, ?, ?, ?, ?, ?)", (source, part, *skip))

    def note_unused(self, source: str, fields: Mapping[str, int], part: str = "") -> None:
        """Remember which fields of a file's records became nothing of an article, and in how many records."""
        for field, records in fields.items():
            self._write("INSERT INTO unused VALUES (?, ?, ?, ?)", (source, part, field, records))

    def forget_file(self, source: str) -> None:
        """Forget a file and where its articles stood; the articles themselves stay until `delete`."""
        self._touch("source = ?", source)
        for table in ("files", "skipped", "unused", "places"):
            self._write(f"DELETE FROM {table} WHERE source = ?", (source,))

    def forget_part(self, source: str, part: str) -> None:
        """Forget what stood in a part of a file."""
        self._touch("source = ? AND part = ?", source, part)
        for table in ("skipped", "unused", "places"):
            self._write(f"DELETE FROM {table} WHERE source = ? AND part = ?", (source, part))

    def _touch(self, where: str, *values: str) -> None:
        """Note the articles of places that are to go."""
        self._write(f"INSERT OR IGNORE INTO touched SELECT article FROM places WHERE {where}", values)

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
            json.dumps(signatures(article), ensure_ascii=False),
            article.kind,
            article.date.isoformat() if article.date else None,
            article.page,
            article.source,
            article.source_id,
            article.url,
            article.text,
        )
        marks = ",".join("?" * len(values))
        key = self._write(f"INSERT INTO articles({COLUMNS}) VALUES ({marks})", values).lastrowid
        assert key is not None
        return key

    def add_chunks(self, article_key: int, chunks: Iterable[Chunk]) -> list[int]:
        """Store the chunks of a new article; returns their keys."""
        sql = "INSERT INTO chunks(article, start, end, digest) VALUES (?, ?, ?, ?)"
        values = [(article_key, chunk.start, chunk.end, chunk.digest) for chunk in chunks]
        keys = [self._write(sql, row).lastrowid for row in values]
        return [key for key in keys if key is not None]

    def orphans(self) -> list[int]:
        """The keys of articles that stood in a file or part that was forgotten, and stand in none any more."""
        sql = """SELECT article FROM touched JOIN articles ON key = article
                 WHERE NOT EXISTS (SELECT 1 FROM places WHERE places.article = key)"""
        return [key for (key,) in self.rows(sql)]

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
               WHERE key IN (SELECT article FROM touched)
               AND NOT EXISTS (SELECT 1 FROM places WHERE article = articles.key AND source = articles.source)
               AND EXISTS (SELECT 1 FROM places WHERE article = articles.key)"""
        )
        return cursor.rowcount


def _where(
    reporter: str, page: str, since: Date | None, until: Date | None, contains: str
) -> tuple[str, tuple[str, ...]]:
    """The conditions that are given, in SQL, and their values."""
    given = {
        "instr(reporters, ?)": json.dumps(reporter, ensure_ascii=False) if reporter else "",
        "page = ?": page,
        "date >= ?": since.isoformat() if since else "",
        "date <= ?": until.isoformat() if until else "",
        "instr(headline || ' ' || kicker || ' ' || text, ?)": contains,
    }
    conditions = {condition: value for condition, value in given.items() if value}
    return " AND ".join(conditions) or "1", tuple(conditions.values())
