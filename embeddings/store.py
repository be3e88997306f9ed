"""The article store, as a build fills it.

In: articles by the file they came from. Out: an SQLite file, which `embeddings.catalogue` reads. Remembers which
articles a build has touched, so that a small change does not look at all others. Knows nothing about words and vectors.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from embeddings.catalogue import COLUMNS, Catalogue, FileState
from embeddings.errors import BrokenIndexError
from embeddings.generations import unwritable
from embeddings.records import Article, Chunk, signatures

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


class Store(Catalogue):
    """Opened with `writable`, by the one builder, it can be written to; and it is made if it is not there."""

    def __init__(self, path: Path, writable: bool = False) -> None:
        self._writable = writable
        if not writable:
            super().__init__(path)
        else:
            self._connect(path, "rwc", _PREPARE + ("" if path.exists() else _SCHEMA))

    def _damage(self, error: Exception) -> BrokenIndexError:
        return unwritable(self.path, error) if self._writable else super()._damage(error)

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
