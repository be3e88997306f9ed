"""Corpus folder → Milvus: reads what changed, encodes what is new, checks, and swaps the new generation in.

In: a folder of pages and records, and the `store` settings. Out: the same `Receipt` as the local build, and a new live
generation; whatever happens on the way, the old one serves on. What changed is told by the file states that the live
generation keeps, so machines may build in turn. Knows nothing about rows.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

from embeddings.build import Receipt, no_progress, nothing_read
from embeddings.changes import Changes, differences
from embeddings.encoder import load_encoder
from embeddings.errors import BrokenIndexError
from embeddings.index import ask_golden
from embeddings.inputs import VERSION as READERS
from embeddings.inputs import Skipped, left_out, list_inputs
from embeddings.milvus import gates, generations, notes
from embeddings.milvus.articles import Place
from embeddings.milvus.draft import Draft, batches
from embeddings.milvus.engine import Engine, UnreachableError
from embeddings.milvus.generations import Generation
from embeddings.milvus.index import MilvusIndex
from embeddings.milvus.lock import locked
from embeddings.milvus.schema import FORMAT
from embeddings.parts import Part
from embeddings.records import Article
from embeddings.settings import ChunkSettings, EncoderSettings, StoreSettings
from embeddings.staged import Progress
from embeddings.words import VERSION

_READ_AT_ONCE = 200  # articles


def build(
    corpus: Path,
    store: StoreSettings,
    *,
    encoder: EncoderSettings | None = None,
    chunks: ChunkSettings | None = None,
    fields: Mapping[str, str] | None = None,
    full: bool = False,
    keep: int = 2,
    golden: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Receipt:
    """Bring an index in Milvus up to date with a corpus folder; the options are those of the local build.

    Raises:
        ConfigError: the settings name no engine, or pymilvus is missing.
        CorpusError: the folder is missing or holds no article.
        BrokenIndexError: another build is at work, the engine does not answer, or the new generation failed its checks.
        ModelError: the encoder cannot be loaded.
    """
    started = time.perf_counter()
    wanted = encoder or EncoderSettings()
    listing = list_inputs(corpus)
    model = load_encoder(wanted.model, wanted.query_prompt, wanted.passage_prompt, wanted.batch_size)
    facts = {
        "format": FORMAT,
        "encoder": {"name": model.name, "dimension": model.dimension},
        "chunks": (chunks or ChunkSettings()).model_dump(),
        "words": VERSION,
        "inputs": READERS,
        "fields": dict(fields or {}),
    }
    engine = Engine.connect(store)
    try:
        with locked(engine, store.collection):
            previous, changes = _start(engine, store.collection, corpus, listing.readable, facts, full)
            if previous and not changes.stale:
                receipt = _unchanged(engine, previous)
            else:
                staged = generations.begin(engine, store.collection, model.dimension)
                draft = Draft(engine, staged, previous, model, chunks or ChunkSettings())
                with _dropped_on_failure(engine, staged):
                    receipt = _fill(engine, draft, corpus, changes, fields or {}, progress or no_progress)
                    draft.finish(facts)
                    ask_golden(MilvusIndex(engine, staged, model), golden or {})
                generations.promote(engine, staged, keep)
    finally:
        engine.close()
    odd = [fault for source in listing.unknown if (fault := left_out(corpus / source, source))]
    return replace(receipt, skipped=(*odd, *receipt.skipped), seconds=round(time.perf_counter() - started, 3))


def generations_of(store: StoreSettings) -> list[str]:
    """The names of the complete generations, oldest first."""
    engine = Engine.connect(store)
    try:
        return [generation.name for generation in generations.complete(engine, store.collection)]
    finally:
        engine.close()


@contextmanager
def _dropped_on_failure(engine: Engine, staged: Generation) -> Iterator[None]:
    try:
        yield
    except BaseException:
        with suppress(BrokenIndexError):  # what cannot be dropped now, the next build drops
            generations.drop(engine, staged)
        raise


def _fill(
    engine: Engine, draft: Draft, corpus: Path, changes: Changes, fields: Mapping[str, str], progress: Progress
) -> Receipt:
    """Bring a draft up to date with the files that changed."""
    draft.carry(changes.stale)
    fresh, skips = _read(draft, corpus, changes, fields, progress)
    gone = draft.settle()
    counts = draft.tally.counts()
    if not counts["articles"]:
        raise nothing_read(corpus, [Skipped(*skip) for found in skips.values() for skip in found])
    draft.note(notes.file_notes(changes.states, skips))
    progress("check", 0, 1)
    gates.check(engine, draft.generation, draft.tally)
    progress("check", 1, 1)
    changed = (fresh & gone).total()  # one article for another in the same file
    return Receipt(
        generation=draft.generation.name,
        articles=counts["articles"],
        chunks=counts["chunks"],
        added=fresh.total() - changed,
        changed=changed,
        removed=gone.total() - changed,
        moved=draft.moved,
        carried=draft.carried,
        encoded=draft.encoded,
        skipped=tuple(Skipped(*skip) for source in sorted(skips) for skip in skips[source]),
    )


def _read(
    draft: Draft, corpus: Path, changes: Changes, fields: Mapping[str, str], progress: Progress
) -> tuple[Counter[str], dict[str, notes.Skips]]:
    """Read the stale files; returns how many new articles stand in each, and what was skipped in all files."""
    skips = {source: found for source, found in draft.skipped_before().items() if source not in changes.stale}
    paths = {source: path for source, path in sorted(changes.stale.items()) if path}
    fresh: Counter[str] = Counter()
    for batch in batches(_articles(paths, fields, skips, progress), _READ_AT_ONCE):
        new, refused = draft.place(batch)
        fresh += new
        for source, position in refused:
            reason = (f"{source}, article {position + 1}", "has a headline, kicker or address of over 60,000 bytes")
            skips.setdefault(source, []).append((*reason, "shorten it", "标题、引题或网址超过 60,000 字节；改短"))
    return fresh, skips


def _articles(
    paths: Mapping[str, Path], fields: Mapping[str, str], skips: dict[str, notes.Skips], progress: Progress
) -> Iterator[tuple[Place, Article]]:
    """The articles of some files and where they stand; what is skipped is added to `skips`."""
    done = 0
    for left, (source, path) in zip(reversed(range(len(paths))), paths.items(), strict=True):
        content = Part(path).read(source, fields)
        if content.skipped:
            skips[source] = [astuple(skip) for skip in content.skipped]
        for position, article in enumerate(content.articles):
            yield (source, position), article
            done += 1
            if not done % _READ_AT_ONCE:
                progress("read", done, done + len(content.articles) - position - 1 + left)
    progress("read", done, done)


def rollback(store: StoreSettings) -> str:
    """Make the newest generation older than the live one live; returns its name.

    Raises:
        BrokenIndexError: there is none, or a build is at work.
    """
    engine = Engine.connect(store)
    try:
        return generations.rollback(engine, store.collection)
    finally:
        engine.close()


def _start(
    engine: Engine, index: str, corpus: Path, sources: list[str], facts: Mapping[str, Any], full: bool
) -> tuple[Generation | None, Changes]:
    """The generation to carry on and what changed since; none if it is damaged or was built with other settings."""
    try:
        previous = None if full else generations.live(engine, index)
        if previous:
            generations.load(engine, previous)
        manifest = generations.read_manifest(engine, previous) if previous else {}
        if previous and all(manifest.get(name) == value for name, value in facts.items()):
            return previous, differences(corpus, sources, notes.files(engine, previous))
    except UnreachableError:
        raise
    except BrokenIndexError:
        pass  # building anew is the remedy
    return None, differences(corpus, sources, {})


def _unchanged(engine: Engine, generation: Generation) -> Receipt:
    counts = generations.read_manifest(engine, generation)["counts"]
    skips = notes.skipped(engine, generation)
    skipped = tuple(Skipped(*skip) for source in sorted(skips) for skip in skips[source])
    return Receipt(generation.name, counts["articles"], counts["chunks"], skipped=skipped, unchanged=True)
