"""Corpus folder → index: reads what changed, encodes what is new, checks, and swaps the new generation in."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from embeddings import generations
from embeddings.changes import Changes, compare
from embeddings.encoder import load_encoder
from embeddings.errors import BrokenIndexError, CorpusError
from embeddings.index import Index, ask_golden
from embeddings.inputs import VERSION as READERS
from embeddings.inputs import Skipped, left_out, list_inputs
from embeddings.parts import Part, parts_of
from embeddings.records import Article
from embeddings.search import Backend, Local
from embeddings.settings import ChunkSettings, EncoderSettings
from embeddings.staged import Progress, Staged
from embeddings.store import Store
from embeddings.words import VERSION

_REPORTED_EVERY = 100  # articles
_TOLD = 3  # files that were left out are named where nothing could be read


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a build did. `carried` (vectors kept) and `encoded` count chunks, the others articles.

    `lacking` and `unused` are of the whole archive: what articles lack, with examples; fields of records not used.
    """

    generation: str
    articles: int
    chunks: int
    added: int = 0
    changed: int = 0
    removed: int = 0
    moved: int = 0
    carried: int = 0
    encoded: int = 0
    skipped: tuple[Skipped, ...] = ()
    seconds: float = 0.0
    unchanged: bool = False
    lacking: Mapping[str, Any] = field(default_factory=dict)
    unused: Mapping[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def build(
    corpus: Path | str,
    index: Path | str,
    *,
    encoder: EncoderSettings | None = None,
    chunks: ChunkSettings | None = None,
    fields: Mapping[str, str] | None = None,
    full: bool = False,
    keep: int = 2,
    golden: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    backend: Backend | None = None,
) -> Receipt:
    """Bring an index up to date with a corpus folder; `full` trusts nothing of the old index.

    `fields` names the fields of JSONL and CSV records where they have names of their own: {"text": "article_body"}.
    `keep` generations stay for a rollback. `golden` are questions with words that one of the first ten passages found
    must hold, else the new index does not go live: {"新桥多长": "412米"}. `backend` is where words and vectors go.

    Raises:
        CorpusError: the folder is missing or holds no article.
        BrokenIndexError: another build is at work, the disk is full, or the new generation failed its checks.
        ModelError: the encoder cannot be loaded.
    """
    started = time.perf_counter()
    corpus, index = Path(corpus), Path(index)
    wanted = encoder or EncoderSettings()
    backend = backend or Local()
    listing = list_inputs(corpus)
    model = load_encoder(wanted.model, wanted.query_prompt, wanted.passage_prompt, wanted.batch_size)
    facts = {
        "encoder": {"name": model.name, "dimension": model.dimension},
        "chunks": (chunks or ChunkSettings()).model_dump(),
        "words": VERSION,
        "inputs": READERS,
        "fields": dict(fields or {}),
        "store": backend.place,
    }
    with generations.staging(index) as folder, _swept(backend):
        previous, changes = _start(corpus, listing.readable, None if full else index, facts)
        odd = [fault for source in listing.unknown if (fault := left_out(corpus / source, source))]
        if previous and not changes.stale:
            with Store(previous / "store.sqlite") as store:
                receipt = _receipt(store, previous.name, unchanged=True)
        else:
            with Staged(folder, previous, model, chunks or ChunkSettings(), backend) as staged:
                receipt = _run(corpus, staged, changes, fields or {}, progress or _no_progress)
            now = datetime.now(UTC).isoformat(timespec="seconds")
            generations.write_manifest(folder, previous, built=now, **facts)
            if golden:
                ask_golden(Index(folder, generations.read_manifest(folder), model, backend), golden)
            receipt = replace(receipt, generation=generations.promote(index, folder, keep))
    return replace(receipt, skipped=(*odd, *receipt.skipped), seconds=round(time.perf_counter() - started, 3))


@contextmanager
def _swept(backend: Backend) -> Iterator[None]:
    """Leave nothing behind of generations that are gone, nor of one that did not go live."""
    try:
        yield
    finally:
        backend.sweep()


def _no_progress(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def _start(
    corpus: Path, sources: list[str], index: Path | None, facts: Mapping[str, Any]
) -> tuple[Path | None, Changes]:
    """The generation to carry on and what changed since; none if it is damaged or was built with other settings."""
    try:
        previous = generations.live(index) if index else None
        manifest = generations.read_manifest(previous) if previous else {}
        if previous and all(manifest.get(name) == value for name, value in facts.items()):
            changes = compare(corpus, sources, previous)
            if changes.stale:
                generations.verify(previous)
            return previous, changes
    except BrokenIndexError:
        pass  # building anew is the remedy
    return None, compare(corpus, sources, None)


def _receipt(store: Store, generation: str = "", **counts: Any) -> Receipt:
    articles, chunks = store.size()
    skipped = tuple(Skipped(*skip) for skip in store.skipped())
    return Receipt(
        generation, articles, chunks, skipped=skipped, lacking=store.lacking(), unused=store.unused(), **counts
    )


def _nothing_read(corpus: Path, skipped: Sequence[Skipped]) -> CorpusError:
    """The error of a folder without an article, with why its first files were left out."""
    few, more = skipped[:_TOLD], len(skipped) - _TOLD
    why = "; ".join(map(str, few)) + (f"; and {more} more" if more > 0 else "")
    chinese = "；".join(each.in_chinese for each in few) + (f"；另有 {more} 处" if more > 0 else "")
    return CorpusError(
        f"{corpus}: no article could be read; " + (why or "put .txt pages or .jsonl records there"),
        chinese=f"{corpus} 里没有读出一篇报道；" + (chinese or "请放进 .txt 版面或 .jsonl 记录"),
    )


def _run(corpus: Path, staged: Staged, changes: Changes, fields: Mapping[str, str], progress: Progress) -> Receipt:
    """Bring the staged stores up to date with the files that changed."""
    fresh = _read(corpus, staged, changes, fields, progress)
    moved = staged.store.settle_sources()
    orphans = staged.store.orphans()
    gone = Counter(article.source for article in staged.store.articles(orphans).values())
    staged.drop(orphans)
    carried, encoded = staged.encode(progress)
    if not staged.store.size()[0]:
        raise _nothing_read(corpus, [Skipped(*skip) for skip in staged.store.skipped()])
    staged.commit(progress)
    staged.check(progress)
    changed = (fresh & gone).total()  # one article for another in the same file
    added, removed = fresh.total() - changed, gone.total() - changed
    counts: dict[str, Any] = {"added": added, "changed": changed, "removed": removed, "moved": moved}
    return _receipt(staged.store, carried=carried, encoded=encoded, **counts)


def _read(
    corpus: Path, staged: Staged, changes: Changes, fields: Mapping[str, str], progress: Progress
) -> Counter[str]:
    """Read the stale files into the stores; returns how many articles new to the archive stand in each.

    Progress counts kilobytes of input.
    """
    fresh: Counter[str] = Counter()
    sizes = {source: max(0, changes.states[source].bytes) for source, path in changes.stale.items() if path}
    done, total = 0, sum(sizes.values()) // 1000 + 1
    for source, path in sorted(changes.stale.items()):
        if path is None:
            staged.store.forget_file(source)
            continue
        for part, articles in _parts(staged.store, source, path, fields):
            size = len(part.data) or sizes[source]
            for position, article in enumerate(articles):
                key, is_new = staged.store.place(source, position, article, part.name)
                if is_new:
                    fresh[source] += 1
                    staged.add(key, article)
                if not position % _REPORTED_EVERY:
                    progress("read", (done + size * position // len(articles)) // 1000, total)
            done += size
        staged.store.set_file(source, changes.states[source])
    progress("read", total, total)
    return fresh


def _parts(store: Store, source: str, path: Path, fields: Mapping[str, str]) -> Iterator[tuple[Part, list[Article]]]:
    """The parts of a file with their articles, none where they are as they were; what left the file is forgotten."""
    known = store.parts(source)
    left = set(known)
    for part in parts_of(path):
        left.discard(part.name)
        if part.name and known.get(part.name):
            yield part, []
            continue
        store.forget_part(source, part.name)
        content = part.read(source, fields)
        store.skip(source, map(astuple, content.skipped), part.name)
        store.note_unused(source, content.unused, part.name)
        yield part, content.articles
    for name in left:
        store.forget_part(source, name)
