"""Words and vectors of a generation as collections of Milvus, under the same keys as in the local files.

    wenbao_3f9a2c1e_000007_words      key, text, terms    BM25 over chunks
    wenbao_3f9a2c1e_000007_articles   key, text, terms    BM25 over whole articles
    wenbao_3f9a2c1e_000007_vectors    key, vector

The eight digits tell index folders apart that share a server; they stand in `index/milvus.id`. Collections do not
change once their generation is live: the next one gets copies of the rows that stay.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from embeddings import generations
from embeddings.errors import BrokenIndexError
from embeddings.milvus.engine import Engine, Fields
from embeddings.search import Searches
from embeddings.settings import StoreSettings
from embeddings.vectors import Floats, Keys
from embeddings.words import Terms, terms

_WRITTEN_AT_ONCE = 500  # rows: about 1 MB
_ASKED_AT_ONCE = 1000  # keys in one condition
_LONGEST = 65_535  # bytes that a text field holds
_PARTS = ("words", "articles", "vectors")


class Milvus:
    """The backend that an index folder has in Milvus."""

    def __init__(self, settings: StoreSettings, index: Path) -> None:
        """Connect to the engine that the settings name.

        Raises:
            ConfigError: the settings name no engine, or pymilvus is missing.
            BrokenIndexError: the engine does not answer.
        """
        self._engine = Engine.connect(settings)
        self._collection, self._index = settings.collection, index
        self.place = settings.uri

    def close(self) -> None:
        self._engine.close()

    def open(self, folder: Path) -> Searches:
        """The searches of a finished generation; brings its collections into the engine's memory."""
        for name in self._names(folder):
            self._engine.call("load_collection", name, slow=True)
        return self._searches(folder)

    def stage(self, folder: Path, previous: Path | None, dimension: int) -> Searches:
        """New collections for a staged generation, with copies of the rows of the previous one."""
        words, articles, vectors = names = self._names(folder)
        for name in names:
            self._engine.call("drop_collection", name)  # that a build left which was killed
        self._create_words(words)
        self._create_words(articles)
        self._create_vectors(vectors, dimension)
        if previous:
            self.open(previous)
            for source, target, field in zip(self._names(previous), names, ("text", "text", "vector"), strict=True):
                for page in self._engine.pages(source, ["key", field], _WRITTEN_AT_ONCE):
                    self._engine.call("insert", target, page, slow=True)
        return self._searches(folder, staged=True)

    def sweep(self) -> None:
        """Drop the collections of generations that the index folder does not hold, or not any more."""
        kept = {name for each in generations.names(self._index) for name in self._names(Path(each))}
        ours = re.compile(rf"{self._prefix()}_\d+_(?:{'|'.join(_PARTS)})")
        for name in self._engine.call("list_collections"):
            if ours.fullmatch(name) and name not in kept:
                self._engine.call("drop_collection", name)

    def _searches(self, folder: Path, staged: bool = False) -> Searches:
        words, articles, vectors = self._names(folder)
        return Searches(
            Words(self._engine, words, staged),
            Words(self._engine, articles, staged),
            Vectors(self._engine, vectors, staged),
        )

    def _names(self, folder: Path) -> list[str]:
        """The three collections of a generation, whose folder may still be called 000007.staged."""
        return [f"{self._prefix()}_{folder.stem}_{part}" for part in _PARTS]

    def _prefix(self) -> str:
        file = self._index / "milvus.id"
        if not file.exists():
            file.write_text(uuid.uuid4().hex[:8], "ascii")
        return f"{self._collection}_{file.read_text('ascii').strip()}"

    def _create_words(self, name: str) -> None:
        from pymilvus import DataType, Function, FunctionType

        # Terms are cut here, by `embeddings.words`; the engine only has to keep them apart. The embedded one knows no
        # "whitespace", but its "standard" cuts the same, as `_line` leaves nothing but letters, digits and "_".
        tokenizer = {"tokenizer": "whitespace" if "://" in self.place else "standard"}
        text: dict[str, Any] = {
            "max_length": _LONGEST,
            "enable_analyzer": True,
            "enable_match": True,
            "analyzer_params": tokenizer,
        }
        bm25 = Function("bm25", FunctionType.BM25, input_field_names=["text"], output_field_names=["terms"])
        fields: Fields = [("key", DataType.INT64, {"is_primary": True}), ("text", DataType.VARCHAR, text)]
        weights = {"bm25_k1": 1.2, "bm25_b": 0.75}
        index = {"index_type": "SPARSE_INVERTED_INDEX", "metric_type": "BM25", "params": weights}
        self._engine.create(name, [*fields, ("terms", DataType.SPARSE_FLOAT_VECTOR, {})], {"terms": index}, [bm25])

    def _create_vectors(self, name: str, dimension: int) -> None:
        from pymilvus import DataType

        fields: Fields = [
            ("key", DataType.INT64, {"is_primary": True}),
            ("vector", DataType.FLOAT_VECTOR, {"dim": dimension}),
        ]
        self._engine.create(name, fields, {"vector": {"index_type": "AUTOINDEX", "metric_type": "IP"}})


class _Rows:
    """One collection; additions are sent in batches, and all of them before anything is read."""

    def __init__(self, engine: Engine, name: str, staged: bool = False) -> None:
        self._engine, self._name = engine, name
        self._consistency: dict[str, Any] = {
            "consistency_level": "Strong" if staged else "Bounded"
        }  # strong: sees what it wrote
        self._unsent: list[dict[str, Any]] = []

    def __len__(self) -> int:
        (row,) = self._query("", ["count(*)"])
        return int(row["count(*)"])

    def delete(self, keys: Iterable[int]) -> None:
        """Drop the rows with these keys."""
        self._send()
        for part in _parts([int(key) for key in keys]):
            self._engine.call("delete", self._name, filter=f"key in {part}", slow=True)

    def _add(self, row: dict[str, Any]) -> None:
        self._unsent.append(row)
        if len(self._unsent) >= _WRITTEN_AT_ONCE:
            self._send()

    def _send(self) -> None:
        if self._unsent:
            self._engine.call("insert", self._name, self._unsent, slow=True)
            self._unsent = []

    def _query(self, where: str, fields: list[str]) -> list[dict[str, Any]]:
        self._send()
        return list(
            self._engine.call("query", self._name, filter=where, output_fields=fields, slow=True, **self._consistency)
        )

    def _search(self, field: str, query: Any, limit: int) -> tuple[Keys, npt.NDArray[np.float64]]:
        named: dict[str, Any] = {"anns_field": field, "limit": limit, "output_fields": ["key"], **self._consistency}
        (hits,) = self._engine.call("search", self._name, data=[query], **named)
        scores = np.array([hit["distance"] for hit in hits], dtype=np.float64)
        return np.array([hit["key"] for hit in hits], dtype=np.int64), scores


class Words(_Rows):
    """BM25 over terms, as `embeddings.lexical.WordIndex` has it; words and bigrams share one field."""

    def add(self, key: int, text: Terms) -> None:
        self._add({"key": key, "text": _line(text)})

    def commit(self) -> None:
        self._send()
        self._engine.settle(self._name)

    def search(self, text: str, limit: int) -> tuple[Keys, npt.NDArray[np.float64]]:
        if not (line := _line(Terms(*map(_distinct, terms(text))))):
            return np.empty(0, np.int64), np.empty(0)
        keys, scores = self._search("terms", line, limit)
        return keys, np.abs(scores)  # the embedded engine gives BM25 scores a minus sign, a server does not

    def frequency(self, word: str) -> int:
        (row,) = self._query(f'text_match(text, "{_line(Terms(word, ""))}")', ["count(*)"])
        return int(row["count(*)"])


class Vectors(_Rows):
    """Vectors by key, as `embeddings.vectors.VectorIndex` has them."""

    def add(self, keys: Keys, vectors: Floats) -> None:
        for key, vector in zip(keys.tolist(), vectors.tolist(), strict=True):
            self._add({"key": key, "vector": vector})

    def holds(self, keys: Keys) -> npt.NDArray[np.bool_]:
        there = [row["key"] for part in _parts(keys.tolist()) for row in self._query(f"key in {part}", ["key"])]
        return np.isin(keys, np.array(there, dtype=np.int64))

    def vectors(self, keys: Keys) -> Floats:
        rows = [row for part in _parts(keys.tolist()) for row in self._query(f"key in {part}", ["key", "vector"])]
        found = {row["key"]: row["vector"] for row in rows}
        if missing := set(keys.tolist()) - found.keys():
            raise BrokenIndexError(
                f"{self._engine.uri}: {self._name} lacks {len(missing)} vectors; run: wenbao build --full",
                chinese=f"{self._engine.uri} 的 {self._name} 缺 {len(missing)} 个向量；请运行 wenbao build --full",
            )
        return np.array([found[key] for key in keys.tolist()], dtype=np.float32)

    def search(self, vector: Floats, limit: int) -> tuple[Keys, npt.NDArray[np.float64]]:
        return self._search("vector", vector.tolist(), limit)

    def commit(self, folder: Path) -> Vectors:
        self._send()
        self._engine.settle(self._name)
        return self


def _parts(keys: Sequence[int]) -> list[Sequence[int]]:
    return [keys[at : at + _ASKED_AT_ONCE] for at in range(0, len(keys), _ASKED_AT_ONCE)]


def _distinct(line: str) -> str:
    return " ".join(dict.fromkeys(line.split()))


def _line(text: Terms) -> str:
    """Terms as the engine keeps them: bigrams after an underscore, so that they are no words; what is too long is cut.

    >>> _line(Terms("新桥 2.5gwh", "新桥"))
    '新桥 2_5gwh _新桥'
    """
    bigrams = " ".join(f"_{bigram}" for bigram in text.bigrams.split())
    line = re.sub(r"[^\w ]", "_", f"{text.words} {bigrams}").strip()
    return line.encode()[:_LONGEST].decode(errors="ignore")
