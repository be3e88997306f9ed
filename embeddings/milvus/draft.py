"""A generation in the making: rows carried over from the one before, and rows of new articles.

In: the generation before (if any), and articles as they are read. Out: three filled collections. Every row
passes through this process once, in batches: memory holds the ids of the articles in changed files, never the archive.
Knows nothing about input files, nor when a generation goes live.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from embeddings.chunks import pieces, split_article
from embeddings.encoder import Encoder
from embeddings.milvus.articles import (
    CHUNK_FIELDS,
    FIELDS,
    Place,
    article_of,
    chunk_row,
    places_of,
    read,
    rows_of,
    standing,
)
from embeddings.milvus.engine import Engine, Row, among
from embeddings.milvus.frequencies import Frequencies
from embeddings.milvus.generations import MANIFEST, Generation
from embeddings.milvus.notes import Skips, note, numbered, numbered_notes, skipped
from embeddings.milvus.tally import Tally
from embeddings.records import Article, Chunk
from embeddings.settings import ChunkSettings
from embeddings.words import words

T = TypeVar("T")

_WRITTEN_AT_ONCE = 500  # rows: about 1.5 MB with vectors of 256 dimensions


@dataclass(slots=True)
class _Waiting:
    """An article of a changed file: where else it stands, and where it was found again."""

    source: str
    places: list[Place]
    url: str | None = None  # its address as read again; no part of its identity

    def settled(self, rows: list[Row]) -> list[Row]:
        fields = standing(self.source, self.places)
        if self.url is not None:
            record = {**json.loads(rows[0]["record"]), "url": self.url}
            fields["record"] = json.dumps(record, ensure_ascii=False)
        return [{**row, **fields} for row in rows]


class Draft:
    """The collections of a staged generation."""

    def __init__(
        self, engine: Engine, staged: Generation, previous: Generation | None, model: Encoder, chunks: ChunkSettings
    ) -> None:
        self._engine, self._staged, self._previous = engine, staged, previous
        self._model, self._chunks = model, chunks
        self.tally = Tally()
        self.frequencies = Frequencies()
        if previous:
            where = f"{engine.uri}: generation {previous.name}"
            self.frequencies = Frequencies.load(numbered(engine, previous, "meta:words"), where)
        self.moved = self.carried = self.encoded = 0
        self._waiting: dict[str, _Waiting] = {}

    # ---------------------------------------------------------------- articles that were there before

    def carry(self, stale: Iterable[str]) -> None:
        """Copy the articles that stand in no changed file, with their chunks; the others wait for `place`."""
        if self._previous is None:
            return
        changed = set(stale)
        for batch in batches(self._articles(self._previous), 100):
            for rows in batch:
                kept = [place for place in places_of(rows[0]) if place[0] not in changed]
                if len(kept) < len(places_of(rows[0])):
                    self._waiting[rows[0]["article"]] = _Waiting(rows[0]["source"], kept)
            self._copy_articles([rows for rows in batch if rows[0]["article"] not in self._waiting])
        chunks = self._engine.rows(self._previous.part("chunks"), "start >= 0", CHUNK_FIELDS, batch=1000)
        for part in batches((row for row in chunks if row["article"] not in self._waiting), _WRITTEN_AT_ONCE):
            self._add_chunks(part)

    def _articles(self, generation: Generation) -> Iterator[list[Row]]:
        """The rows of each article; those of one follow each other, as its id begins their keys."""
        rows: list[Row] = []
        for row in self._engine.rows(generation.part("articles"), "part >= 0", FIELDS, batch=200):
            if rows and row["article"] != rows[0]["article"]:
                yield rows
                rows = []
            rows.append(row)
        if rows:
            yield rows

    def _copy_articles(self, articles: Sequence[list[Row]]) -> None:
        """Write articles of the previous generation as they are."""
        for rows in articles:
            self.tally.add(article_of(rows, self._engine.uri), len(rows))
        self._insert("articles", [row for rows in articles for row in rows])

    def settle(self) -> Counter[str]:
        """Copy the waiting articles that were found again; returns how many were not, by file."""
        gone: Counter[str] = Counter()
        lost: list[str] = []
        for batch in batches(self._waiting.items(), 100):
            found = {article: waiting for article, waiting in batch if waiting.places}
            missing = {article: waiting.source for article, waiting in batch if not waiting.places}
            gone.update(missing.values())
            lost += missing
            settled = {article: found[article].settled(rows) for article, rows in self._before(found).items()}
            self.moved += sum(rows[0]["source"] != found[article].source for article, rows in settled.items())
            self._copy_articles([*settled.values()])
            self._copy_chunks(settled)
        for part in batches(lost, 100):
            for rows in self._before(part).values():
                self.frequencies.remove(self._words(article_of(rows, self._engine.uri)))
        return gone

    def _copy_chunks(self, ids: Iterable[str]) -> None:
        """Write the chunks of some articles of the previous generation, with their vectors."""
        if self._previous:
            condition = among("article", ids)
            self._add_chunks(list(self._engine.rows(self._previous.part("chunks"), condition, CHUNK_FIELDS)))

    def _before(self, ids: Iterable[str]) -> dict[str, list[Row]]:
        return read(self._engine, self._previous, ids, FIELDS) if self._previous else {}

    # ---------------------------------------------------------------- articles as they are read

    def place(self, found: Sequence[tuple[Place, Article]]) -> tuple[Counter[str], list[Place]]:
        """Say that articles stand in files: returns how many are new, by file, and which cannot be kept."""
        fresh: dict[str, tuple[Article, list[Place]]] = {}
        here = self._here([article.id for _, article in found])
        for place, article in found:
            if article.id in self._waiting:
                self._waiting[article.id].places.append(place)
                self._waiting[article.id].url = article.url
            elif article.id in here:
                self._place_again(here[article.id], place)
            else:
                fresh.setdefault(article.id, (replace(article, source=place[0]), []))[1].append(place)
        return self._add([*fresh.values()])

    def _here(self, ids: Sequence[str]) -> dict[str, list[Row]]:
        """The rows of those articles that the staged generation holds already."""
        keys = among("id", (f"{article}.0" for article in ids))
        there = self._engine.query(self._staged.part("articles"), keys, ("id", "article"), fresh=True)
        return read(self._engine, self._staged, (row["article"] for row in there), FIELDS, fresh=True)

    def _place_again(self, rows: list[Row], place: Place) -> None:
        """An article of the staged generation stands in one more place."""
        fields = standing(rows[0]["source"], [*places_of(rows[0]), place])
        for row in rows:
            row.update(fields)
        self._engine.call("upsert", self._staged.part("articles"), rows)

    def _add(self, articles: Sequence[tuple[Article, list[Place]]]) -> tuple[Counter[str], list[Place]]:
        fresh: Counter[str] = Counter()
        refused: list[Place] = []
        kept: list[Article] = []
        written: list[Row] = []
        for article, places in articles:
            rows = rows_of(article, places)
            if not rows:
                refused += places
                continue
            fresh[article.source] += 1
            kept.append(article)
            written += rows
            self.tally.add(article, len(rows))
            self.frequencies.add(self._words(article))
        self._insert("articles", written)
        self._encode([chunk for one in kept for chunk in split_article(one, self._chunks.size, self._chunks.overlap)])
        return fresh, refused

    def _words(self, article: Article) -> set[str]:
        """The words that an article is counted under: cut sentence by sentence, as the local index does."""
        heading = " ".join((article.headline, article.kicker, *article.reporters))
        spans = pieces(article.text, self._chunks.size)
        return {word for text in (heading, *(article.text[start:end] for start, end in spans)) for word in words(text)}

    def _encode(self, chunks: Sequence[Chunk]) -> None:
        """Write new chunks; a passage that the previous generation holds keeps its vector."""
        for batch in batches(chunks, _WRITTEN_AT_ONCE):
            known = self._known(chunk.digest.hex() for chunk in batch)
            unknown = [chunk for chunk in batch if chunk.digest.hex() not in known]
            vectors = iter(self._model.encode([chunk.passage for chunk in unknown]).tolist())
            rows = [chunk_row(chunk) for chunk in batch]
            for row in rows:
                row["vector"] = known[row["digest"]] if row["digest"] in known else next(vectors)
            self.encoded += len(unknown)
            self.carried += len(batch) - len(unknown)
            self._add_chunks(rows)

    def _known(self, digests: Iterable[str]) -> dict[str, list[float]]:
        """Digest → vector, for the passages that the previous generation holds."""
        if self._previous is None:
            return {}
        rows = self._engine.rows(self._previous.part("chunks"), among("digest", digests), ("digest", "vector"))
        return {row["digest"]: list(row["vector"]) for row in rows}

    # ---------------------------------------------------------------- rows

    def _add_chunks(self, rows: list[Row]) -> None:
        for row in rows:
            self.tally.add_chunk(row)
        self._insert("chunks", rows)

    def _insert(self, part: str, rows: list[Row]) -> None:
        for batch in batches(rows, _WRITTEN_AT_ONCE):
            self._engine.insert(self._staged.part(part), list(batch))

    @property
    def generation(self) -> Generation:
        return self._staged

    def skipped_before(self) -> dict[str, Skips]:
        """What the previous generation could not read, by file."""
        return skipped(self._engine, self._previous) if self._previous else {}

    def finish(self, facts: Mapping[str, Any]) -> None:
        """Write down names, word counts and, last of all, the manifest."""
        names = sorted(self.tally.reporters, key=lambda name: (-len(name), name))
        self.note(numbered_notes("meta:reporters", "\n".join(names)))
        self.note(note(f"meta:words:{at:06}", piece) for at, piece in enumerate(self.frequencies.dump()))
        built = datetime.now(UTC).isoformat(timespec="seconds")
        self.note([note(MANIFEST, json.dumps({**facts, "built": built, "counts": self.tally.counts()}))])
        self._engine.settle(self._staged.part("notes"))

    def note(self, rows: Iterable[Row]) -> None:
        """Write notes."""
        self._insert("notes", list(rows))


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of at most `size` items.

    >>> list(batches("问报纸", 2))
    [['问', '报'], ['纸']]
    """
    batch: list[T] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
