"""Articles as rows of the engine: written whole, read back whole, selected by reporter, page, date and words.

In: articles and where they stand. Out: the same articles again. A text field holds 65,535 bytes, so a longer article is
several rows, its parts. Knows nothing about builds or scores.
"""

from __future__ import annotations

import heapq
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date as Date
from typing import Any

from embeddings.errors import BrokenIndexError
from embeddings.milvus.engine import Engine, Row, among, quoted
from embeddings.milvus.generations import Generation
from embeddings.milvus.schema import LONGEST, PIECE, clip, names_of, searchable
from embeddings.records import Article, Chunk, signatures, signers

Place = tuple[str, int]  # an input file, and the how-manieth article of it

FIELDS = (
    *("id", "article", "part", "record", "body", "places", "source", "position"),
    *("headline", "date", "page", "reporters", "text"),
)  # all but the engine's own
CHUNK_FIELDS = (
    *("id", "article", "start", "end", "digest", "headline", "date", "page", "reporters", "text", "vector"),
)  # all but the engine's own
_READ = ("article", "part", "record", "body", "source")
_AT_ONCE = 100  # articles asked for in one query


def rows_of(article: Article, places: Sequence[Place]) -> list[Row]:
    """An article as the rows that stand for it; [] where a field other than its text is too long to be kept."""
    record = {
        "headline": article.headline,
        "kicker": article.kicker,
        "reporters": signatures(article),
        "kind": article.kind,
        "date": article.date.isoformat() if article.date else None,
        "page": article.page,
        "source_id": article.source_id,
        "url": article.url,
    }
    common: Row = {
        "article": article.id,
        "record": json.dumps(record, ensure_ascii=False),
        "headline": clip(article.headline),
        "date": record["date"] or "",
        "page": clip(article.page),
        "reporters": names_of(article.reporters),
        **standing(article.source, places),
    }
    if any(len(str(value).encode()) > LONGEST for value in common.values()):
        return []
    heading = " ".join((article.headline, article.kicker, *article.reporters))
    pieces = [article.text[at : at + PIECE] for at in range(0, len(article.text), PIECE)] or [""]
    return [
        {
            **common,
            "id": f"{article.id}.{part}",
            "part": part,
            "body": piece,
            "text": searchable(f"{heading} {piece}" if part == 0 else piece),
        }
        for part, piece in enumerate(pieces)
    ]


def standing(source: str, places: Sequence[Place]) -> Row:
    """The fields that say where an article stands: its own file if it still stands there, else the first by name."""
    own = min((place for place in places if place[0] == source), default=min(places))
    return {"source": own[0], "position": own[1], "places": json.dumps(sorted(places), ensure_ascii=False)}


def places_of(row: Row) -> list[Place]:
    """Where the article of a row stands."""
    return [(source, position) for source, position in json.loads(row["places"])]


def article_of(rows: Sequence[Row], where: str) -> Article:
    """The article that some rows stand for.

    Raises:
        BrokenIndexError: they do not; `where` names the index.
    """
    parts = sorted(rows, key=lambda row: int(row["part"]))
    try:
        record = json.loads(parts[0]["record"])
        day = Date.fromisoformat(record["date"]) if record["date"] else None
        text = "".join(part["body"] for part in parts)
        fields = {**record, "date": day, **signers(record["reporters"])}
        article = Article(text=text, source=parts[0]["source"], **fields)
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenIndexError(
            f"{where}: an article is damaged ({error}); run: wenbao build --full",
            chinese=f"{where} 里有一篇报道坏了（{error}）；请运行 wenbao build --full",
        ) from None
    if article.id != parts[0]["article"]:
        raise BrokenIndexError(
            f"{where}: article {parts[0]['article']} is damaged; run: wenbao build --full",
            chinese=f"{where} 里的报道 {parts[0]['article']} 坏了；请运行 wenbao build --full",
        )
    return article


def read(
    engine: Engine, generation: Generation, ids: Iterable[str], fields: Sequence[str] = _READ, fresh: bool = False
) -> dict[str, list[Row]]:
    """The rows of articles by their ids; unknown ids are left out."""
    found: dict[str, list[Row]] = {}
    wanted = sorted(set(ids))
    for at in range(0, len(wanted), _AT_ONCE):
        condition = among("article", wanted[at : at + _AT_ONCE])
        for row in engine.query(generation.part("articles"), condition, fields, fresh):
            found.setdefault(row["article"], []).append(row)
    return found


def chunk_row(chunk: Chunk) -> Row:
    """A chunk as the row that stands for it, but for its vector."""
    article = chunk.article
    return {
        "id": f"{article.id}.{chunk.start}",
        "article": article.id,
        "start": chunk.start,
        "end": chunk.end,
        "digest": chunk.digest.hex(),
        "headline": clip(article.headline),
        "date": article.date.isoformat() if article.date else "",
        "page": clip(article.page),
        "reporters": names_of(article.reporters),
        "text": searchable(chunk.text),
    }


class MilvusStore:
    """The article store of one generation, for reading; the counterpart of `embeddings.store.Store`."""

    def __init__(self, engine: Engine, generation: Generation, manifest: dict[str, Any], reporters: list[str]) -> None:
        self._engine, self._generation, self._manifest, self._reporters = engine, generation, manifest, reporters

    def articles(self, ids: Iterable[str]) -> dict[str, Article]:
        """Articles by id."""
        where = f"{self._engine.uri}: generation {self._generation.name}"
        found = read(self._engine, self._generation, ids)
        return {article: article_of(rows, where) for article, rows in found.items()}

    def article(self, article_id: str) -> Article | None:
        """The article with this content id, if the archive holds it."""
        return self.articles([article_id]).get(article_id)

    def reporters(self) -> list[str]:
        """The distinct names under which articles are signed, longest first."""
        return self._reporters

    def counts(self) -> dict[str, Any]:
        """What the archive holds: articles, reports, captions, pages, chunks, first_date, last_date."""
        return dict(self._manifest["counts"])

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
        """Articles that meet every condition given, newest first, then in page order.

        All that qualify pass through here, as an engine may not sort them: give conditions where the archive is large.
        """
        conditions = [
            f"array_contains(reporters, {quoted(clip(reporter))})" if reporter else "",
            f"page == {quoted(clip(page))}" if page else "",
            f"date >= {quoted(since.isoformat())}" if since else "",
            f'date <= {quoted(until.isoformat())} and date != ""' if until else "",
            _like(contains) if contains else "",
        ]
        # With a text to look for every part is looked at, else the first of each article.
        where = " and ".join(filter(None, conditions if contains else [*conditions, "part == 0"])) or "part >= 0"
        best = heapq.nsmallest(limit, self._keys(where, contains))
        articles = self.articles(article for _, _, _, article in best)
        return [articles[article] for _, _, _, article in best]

    def _keys(self, where: str, contains: str) -> Iterator[tuple[int, str, int, str]]:
        """(order of its date, source, position, id) of the articles that qualify, each once."""
        fields = ["article", "date", "source", "position", *(("record", "body") if contains else ())]
        seen: set[str] = set()
        for row in self._engine.rows(self._generation.part("articles"), where, fields):
            if row["article"] in seen or (contains and contains not in _plain(row)):
                continue
            if contains:
                seen.add(row["article"])
            day = Date.fromisoformat(row["date"]).toordinal() if row["date"] else 0
            yield -day, row["source"], int(row["position"]), row["article"]


def _like(text: str) -> str:
    """A condition that every row meets which holds a text, and few others: a wildcard for all that might need escaping.

    >>> _like('新桥 "通车"')
    '(body like "%新桥%通车%" or record like "%新桥%通车%")'
    """
    pattern = quoted("%" + re.sub(r"[^\w]+|_", "%", text) + "%").replace("%%", "%")
    return f"(body like {pattern} or record like {pattern})"


def _plain(row: Row) -> str:
    record = json.loads(row["record"])
    return f"{record['headline']} {record['kicker']} {row['body']}"
