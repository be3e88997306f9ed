"""The three collections of a generation: chunks, articles and notes, and how each is indexed.

In: the dimension of the vectors. Out: collections, empty and loaded. BM25 is a function of the engine over a text field
cut by its jieba analyzer; the text is normalised before (half-width, lower case, simplified script). Knows nothing
about what the rows mean.

    <name>_000007_chunks      id, article, start, end, text, headline, date, page, reporters, digest, vector, words
    <name>_000007_articles    id, article, part, record, body, text, headline, date, page, reporters, source, …, words
    <name>_000007_notes       key, value: the files read, what was skipped, word counts, the manifest (written last)
"""

from __future__ import annotations

import re
from typing import Any

from embeddings.milvus.engine import Engine
from embeddings.words import normalise

FORMAT = 1  # part of the manifest: raise it whenever the collections change
PARTS = ("chunks", "articles", "notes")
LONGEST = 65_535  # bytes that a text field holds
PIECE = 16_000  # characters that surely fit in one, at up to four bytes each

_SHORT = 1024  # bytes of a field that only serves to filter
_MOST_NAMES = 256
_BETWEEN = re.compile(r"(?:(?<!\d)\.|\.(?!\d)|[^\w%.])+")  # the point of 2.5 belongs to the number
# "exact" found the right article as often as "search" (parts of long words as well) with a seventh fewer postings.
# The jieba of an engine keeps spaces as words of their own; embedded and served engines both know this filter.
ANALYZER = {"tokenizer": {"type": "jieba", "mode": "exact"}, "filter": [{"type": "stop", "stop_words": [" "]}]}


def searchable(text: str) -> str:
    """A text as it is searched: normalised, with a space for every run of punctuation.

    >>> searchable("总投资１０亿元，产能2.5GWh。")
    '总投资10亿元 产能2.5gwh'
    """
    return _BETWEEN.sub(" ", normalise(text)).strip()[:PIECE]


def clip(text: str) -> str:
    """A text short enough for a field that only serves to filter.

    >>> len(clip("问" * 999).encode())
    1023
    """
    return text.encode()[:_SHORT].decode(errors="ignore")


def create(engine: Engine, part: str, name: str, dimension: int) -> None:
    """Create one collection of a generation, ready to be written and read."""
    schema = engine.tool("create_schema", auto_id=False, enable_dynamic_field=False)
    indexes = engine.tool("prepare_index_params")
    {"chunks": _chunks, "articles": _articles, "notes": _notes}[part](schema, indexes, dimension)
    engine.call("create_collection", name, schema=schema, consistency_level="Bounded")
    engine.call("create_index", name, indexes, sync=False)  # nothing to wait for in an empty collection
    engine.call("load_collection", name)


def _chunks(schema: Any, indexes: Any, dimension: int) -> None:
    from pymilvus import DataType

    schema.add_field("id", DataType.VARCHAR, is_primary=True, max_length=64)
    schema.add_field("article", DataType.VARCHAR, max_length=64)
    schema.add_field("start", DataType.INT64)
    schema.add_field("end", DataType.INT64)
    schema.add_field("digest", DataType.VARCHAR, max_length=64)
    _filters(schema)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
    _searched(schema, indexes)
    indexes.add_index(field_name="vector", index_type="AUTOINDEX", metric_type="IP")
    for field in ("article", "digest"):
        indexes.add_index(field_name=field, index_type="INVERTED")


def _articles(schema: Any, indexes: Any, dimension: int) -> None:
    from pymilvus import DataType

    schema.add_field("id", DataType.VARCHAR, is_primary=True, max_length=64)
    schema.add_field("article", DataType.VARCHAR, max_length=64)
    schema.add_field("part", DataType.INT64)
    for field in ("record", "body", "places"):
        schema.add_field(field, DataType.VARCHAR, max_length=LONGEST)
    schema.add_field("source", DataType.VARCHAR, max_length=LONGEST)
    schema.add_field("position", DataType.INT64)
    _filters(schema)
    _searched(schema, indexes)
    for field in ("article", "date", "page"):
        indexes.add_index(field_name=field, index_type="INVERTED")


def _notes(schema: Any, indexes: Any, dimension: int) -> None:
    from pymilvus import DataType

    schema.add_field("key", DataType.VARCHAR, is_primary=True, max_length=LONGEST)
    schema.add_field("value", DataType.VARCHAR, max_length=LONGEST)
    schema.add_field("nothing", DataType.FLOAT_VECTOR, dim=2)  # the engine wants a vector in every collection
    indexes.add_index(field_name="nothing", index_type="FLAT", metric_type="L2")


def _filters(schema: Any) -> None:
    """What articles and chunks can be filtered by."""
    from pymilvus import DataType

    for field in ("headline", "date", "page"):
        schema.add_field(field, DataType.VARCHAR, max_length=_SHORT)
    names = {"element_type": DataType.VARCHAR, "max_capacity": _MOST_NAMES, "max_length": _SHORT}
    schema.add_field("reporters", DataType.ARRAY, **names)


def _searched(schema: Any, indexes: Any) -> None:
    """BM25 over the field `text`."""
    from pymilvus import DataType, Function, FunctionType

    schema.add_field(
        "text", DataType.VARCHAR, max_length=LONGEST, enable_analyzer=True, enable_match=True, analyzer_params=ANALYZER
    )
    schema.add_field("words", DataType.SPARSE_FLOAT_VECTOR)
    schema.add_function(
        Function("bm25", function_type=FunctionType.BM25, input_field_names=["text"], output_field_names=["words"])
    )
    bm25 = {"bm25_k1": 1.2, "bm25_b": 0.75}
    indexes.add_index(field_name="words", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25", params=bm25)


def names_of(reporters: tuple[str, ...]) -> list[str]:
    """Reporters as a field to filter by."""
    return [clip(name) for name in reporters[:_MOST_NAMES]]
