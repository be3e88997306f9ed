"""Which generation of a Milvus index is live, and the swap to the next.

    wenbao                       alias of the live generation's chunks; altering it is the swap, atomic in the engine
    wenbao_000007_chunks …       three collections a generation
    wenbao_lock                  a collection that exists while a build is at work; a field of it names the builder

In: an engine and the name of the index. Out: names, manifests, the swap. A reader asks the alias once and then uses the
collections of that generation, so that it never mixes two. A generation without a manifest is a build that died: it is
never opened, and the next build drops it. Knows nothing about articles.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from embeddings.errors import BrokenIndexError, ConfigError
from embeddings.milvus.engine import Engine, quoted
from embeddings.milvus.lock import locked
from embeddings.milvus.schema import FORMAT, PARTS, create

MANIFEST = "meta:manifest"


@dataclass(frozen=True, slots=True)
class Generation:
    """The names of one generation's collections."""

    index: str
    number: int

    @property
    def name(self) -> str:
        return f"{self.number:06}"

    def part(self, part: str) -> str:
        """The collection of its chunks, articles or notes."""
        return f"{self.index}_{self.name}_{part}"


def live(engine: Engine, index: str) -> Generation:
    """The live generation.

    Raises:
        BrokenIndexError: there is no index of this name.
    """
    found = _live(engine, index)
    if found is None:
        raise BrokenIndexError(
            f"{engine.uri}: no index named {index} here; run: wenbao build",
            chinese=f"{engine.uri} 里没有名叫 {index} 的索引；请运行 wenbao build",
        )
    return found


def _live(engine: Engine, index: str) -> Generation | None:
    if index not in engine.call("list_aliases")["aliases"]:
        return None
    target = engine.call("describe_alias", index)["collection_name"]
    match = re.fullmatch(rf"{re.escape(index)}_(\d+)_chunks", target)
    if match is None:
        raise ConfigError(
            f"{engine.uri}: the alias {index} points at {target}, which is no index; "
            "give store.collection another name",
            chinese=f"{engine.uri} 里 {index} 指的 {target} 不是索引；请给 store.collection 换个名字",
        )
    return Generation(index, int(match[1]))


def read_manifest(engine: Engine, generation: Generation) -> dict[str, Any]:
    """What a generation was built with.

    Raises:
        BrokenIndexError: it is incomplete, damaged, or of another format.
    """
    where = f"{engine.uri}: generation {generation.name} of {generation.index}"
    rows = engine.query(generation.part("notes"), f"key == {quoted(MANIFEST)}", ["value"], fresh=True)
    try:
        manifest = dict(json.loads(rows[0]["value"]))
        version = manifest["format"]
    except (IndexError, KeyError, TypeError, ValueError):
        raise BrokenIndexError(
            f"{where} has no manifest; run: wenbao build --full",
            chinese=f"{where} 没有写完；请运行 wenbao build --full",
        ) from None
    if version != FORMAT:
        raise BrokenIndexError(
            f"{where} has format {version}, this Wenbao reads {FORMAT}; run: wenbao build",
            chinese=f"{where} 是第 {version} 版格式，这里读第 {FORMAT} 版；请运行 wenbao build",
        )
    return manifest


def load(engine: Engine, generation: Generation) -> None:
    """Bring a generation into the engine's memory where it is not: the embedded engine forgets when it is closed."""
    for part in PARTS:
        if engine.call("get_load_state", generation.part(part))["state"].name != "Loaded":
            engine.call("load_collection", generation.part(part), seconds=600)


def release(engine: Engine, generation: Generation) -> None:
    """Take a generation out of the engine's memory; it stays on disk."""
    for part in PARTS:
        engine.call("release_collection", generation.part(part))


def all_of(engine: Engine, index: str) -> list[Generation]:
    """Every generation of which a collection exists, complete or not, oldest first."""
    pattern = re.compile(rf"{re.escape(index)}_(\d+)_(?:{'|'.join(PARTS)})")
    matches = map(pattern.fullmatch, engine.call("list_collections"))
    return [Generation(index, number) for number in sorted({int(match[1]) for match in matches if match})]


def complete(engine: Engine, index: str) -> list[Generation]:
    """The generations whose manifest is written, oldest first; loads those that are not in memory."""
    there = set(engine.call("list_collections"))
    found = []
    for generation in all_of(engine, index):
        if all(generation.part(part) in there for part in PARTS):
            engine.call("load_collection", generation.part("notes"))
            if engine.query(generation.part("notes"), f"key == {quoted(MANIFEST)}", ["key"], fresh=True):
                found.append(generation)
    return found


def begin(engine: Engine, index: str, dimension: int) -> Generation:
    """Drop what builds left that died, and create the collections of the next generation, under an unused number.

    Raises:
        ConfigError: a collection that is not ours has the name that the alias of the index should have.
    """
    if index in engine.call("list_collections"):
        raise ConfigError(
            f"{engine.uri}: {index} is a collection already; give store.collection another name",
            chinese=f"{engine.uri} 里已有叫 {index} 的集合；请给 store.collection 换个名字",
        )
    known, kept = all_of(engine, index), complete(engine, index)
    for generation in known:
        if generation not in kept:
            drop(engine, generation)
    current = _live(engine, index)
    for generation in kept:
        if generation != current:  # by now everybody reads the live one; two in memory are enough
            release(engine, generation)
    numbers = [generation.number for generation in (*known, *([current] if current else []))]
    staged = Generation(index, max(numbers, default=0) + 1)
    for part in PARTS:
        create(engine, part, staged.part(part), dimension)
    return staged


def promote(engine: Engine, staged: Generation, keep: int) -> None:
    """Make a finished generation live.

    Of the others the `keep` - 1 that were live last are kept, so a generation that was rolled back goes; and only the
    one before stays in memory, for those who still read it.
    """
    before = _live(engine, staged.index)
    switch(engine, staged, before)
    others = [each for each in complete(engine, staged.index) if each != staged]
    kept = [each for each in others if before and each.number <= before.number][-(keep - 1) or len(others) :]
    for generation in others:
        if generation not in kept:
            drop(engine, generation)
        elif generation != before:
            release(engine, generation)


def switch(engine: Engine, generation: Generation, before: Generation | None) -> None:
    """Point the alias at a generation: one atomic step of the engine."""
    method = "alter_alias" if before else "create_alias"
    engine.call(method, collection_name=generation.part("chunks"), alias=generation.index)


def drop(engine: Engine, generation: Generation) -> None:
    """Drop the collections of a generation, its notes first, so that nobody opens what is half gone."""
    for part in reversed(PARTS):
        engine.call("drop_collection", generation.part(part))


def rollback(engine: Engine, index: str) -> str:
    """Make the newest generation older than the live one live; returns its name.

    Raises:
        BrokenIndexError: there is none, or a build is at work.
    """
    current = live(engine, index)
    with locked(engine, index):
        older = [each for each in complete(engine, index) if each.number < current.number]
        if not older:
            raise BrokenIndexError(
                f"{engine.uri}: keeps no generation of {index} older than {current.name}; run: wenbao build --full",
                chinese=f"{engine.uri} 里 {index} 没有比 {current.name} 更早的一代，退不回去；"
                "要重来请运行 wenbao build --full",
            )
        load(engine, older[-1])
        read_manifest(engine, older[-1])
        switch(engine, older[-1], current)
        return older[-1].name
