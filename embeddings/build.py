"""Corpus folder → index: reads what changed, encodes what is new, checks, and swaps the new generation in.

In: a folder of pages and records, and the folder of the index. Out: a `Receipt`, and a new live generation; whatever
happens on the way, the old one serves on. Knows nothing about how files are read or terms are stored.
"""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from embeddings import generations
from embeddings.chunks import split_article
from embeddings.encoder import Encoder, load_encoder
from embeddings.errors import BrokenIndexError, CorpusError
from embeddings.inputs import Skipped, UnreadableError, list_inputs, read_file
from embeddings.lexical import WordIndex
from embeddings.records import Article, Chunk
from embeddings.settings import ChunkSettings, EncoderSettings
from embeddings.store import FileState, Store
from embeddings.vectors import VectorIndex
from embeddings.words import VERSION

Progress = Callable[[str, int, int], None]
_ENCODED_AT_ONCE = 4096  # passages held in memory while encoding
_PROBES = 32  # chunks that must find themselves before a generation goes live


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a build did. `carried` (vectors kept) and `encoded` count chunks, the others articles."""

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

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def build(
    corpus: Path,
    index: Path,
    *,
    encoder: EncoderSettings | None = None,
    chunks: ChunkSettings | None = None,
    fields: Mapping[str, str] | None = None,
    full: bool = False,
    keep: int = 2,
    progress: Progress | None = None,
) -> Receipt:
    """Bring an index up to date with a corpus folder; `full` trusts nothing of the old index.

    `fields` names the fields of JSONL and CSV records where they have names of their own: {"text": "article_body"}.

    Raises:
        CorpusError: the folder is missing or holds no article.
        BrokenIndexError: another build is at work, or the new generation failed its checks.
        ModelError: the encoder cannot be loaded.
    """
    started = time.perf_counter()
    wanted = encoder or EncoderSettings()
    listing = list_inputs(corpus)
    model = load_encoder(wanted.model, wanted.query_prompt, wanted.passage_prompt, wanted.batch_size)
    facts = {
        "encoder": {"name": model.name, "dimension": model.dimension},
        "chunks": (chunks or ChunkSettings()).model_dump(),
        "words": VERSION,
        "fields": dict(fields or {}),
    }
    with generations.staging(index) as staged:
        job = _Build(corpus, staged, model, facts, None if full else _previous(index, facts), progress or _silent)
        job.odd = [
            Skipped(
                path.relative_to(corpus).as_posix(),
                "is of an unknown kind",
                "remove it, or convert it to .txt or .jsonl",
            )
            for path in listing.unknown
        ]
        receipt = job.run(listing.readable)
        if not receipt.unchanged:
            generations.write_manifest(staged, built=datetime.now(UTC).isoformat(timespec="seconds"), **facts)
            receipt = replace(receipt, generation=generations.promote(index, staged, keep))
    return replace(receipt, seconds=round(time.perf_counter() - started, 3))


def _silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def _previous(index: Path, facts: dict[str, Any]) -> Path | None:
    """The live generation, if it was built with the same settings and can be carried on."""
    try:
        folder = generations.live(index)
        manifest = generations.read_manifest(folder)
    except BrokenIndexError:
        return None  # nothing to carry over; building anew is the remedy
    return folder if all(manifest.get(name) == value for name, value in facts.items()) else None


class _Build:
    """One build: the staged stores and the counts of what went into them."""

    def __init__(
        self,
        corpus: Path,
        staged: Path,
        model: Encoder,
        facts: dict[str, Any],
        previous: Path | None,
        progress: Progress,
    ) -> None:
        self.corpus, self.staged, self.model, self.facts = corpus, staged, model, facts
        self.previous, self.progress = previous, progress
        self.odd: list[Skipped] = []
        self.fresh: Counter[str] = Counter()  # articles new to the archive, by file
        self.gone: Counter[str] = Counter()  # articles that left it, by the file they stood in
        self.moved = 0

    def run(self, paths: list[Path]) -> Receipt:
        states, stale = self._scan(paths)
        if self.previous and not stale:
            store = Store(self.previous / "store.sqlite")
            counts, skipped = store.counts(), store.skipped()
            store.close()
            return Receipt(
                self.previous.name,
                counts["articles"],
                counts["chunks"],
                skipped=(*self.odd, *(Skipped(*skip) for skip in skipped)),
                unchanged=True,
            )
        self._open()
        new_chunks = self._read(states, stale)
        gone = self._drop_orphans()
        carried, encoded = self._encode(new_chunks, gone)
        self._commit()
        return self._receipt(carried, encoded)

    # ------------------------------------------------------------------ steps

    def _scan(self, paths: list[Path]) -> tuple[dict[str, FileState], dict[str, Path | None]]:
        """File states by source, and the sources that are new, changed or (None) gone.

        Size and modification time decide first; where they differ, the content hash does.
        """
        known: dict[str, FileState] = {}
        if self.previous:
            store = Store(self.previous / "store.sqlite")
            known = store.files()
            store.close()
        states: dict[str, FileState] = {}
        stale: dict[str, Path | None] = {}
        for path in paths:
            source, stat = path.relative_to(self.corpus).as_posix(), path.stat()
            old = known.get(source)
            if old and (old.bytes, old.modified) == (stat.st_size, stat.st_mtime_ns):
                states[source] = old
                continue
            states[source] = FileState(stat.st_size, stat.st_mtime_ns, generations.sha256(path))
            if not old or old.sha256 != states[source].sha256:
                stale[source] = path
        stale.update(dict.fromkeys(set(known) - set(states)))
        return states, stale

    def _open(self) -> None:
        """Open the staged stores: copies of the previous generation's, or empty ones."""
        if self.previous:
            shutil.copyfile(self.previous / "store.sqlite", self.staged / "store.sqlite")
            for name in ("words", "articles"):
                generations.link_tree(self.previous / name, self.staged / name)
            self.vectors = VectorIndex.open(self.previous / "vectors.faiss", mapped=False)
        else:
            self.vectors = VectorIndex.empty(self.model.dimension)
        self.store = Store(self.staged / "store.sqlite", writable=True)
        self.words = WordIndex(self.staged / "words", create=not self.previous)
        self.articles = WordIndex(self.staged / "articles", create=not self.previous)

    def _read(self, states: dict[str, FileState], stale: dict[str, Path | None]) -> list[tuple[int, Chunk]]:
        """Read the stale files into the store; returns the chunks of articles that are new to it, with their keys."""
        fresh: list[tuple[int, Chunk]] = []
        for done, (source, path) in enumerate(sorted(stale.items())):
            self.progress("read", done, len(stale))
            self.store.forget_file(source)
            if path is None:
                continue
            articles, skipped = self._read_file(path, source)
            for position, article in enumerate(articles):
                key, is_new = self.store.place(source, position, article)
                if is_new:
                    self.fresh[source] += 1
                    fresh += self._add_article(key, article)
            self.store.set_file(source, states[source], [(skip.where, skip.reason, skip.remedy) for skip in skipped])
        self.progress("read", len(stale), len(stale))
        self.moved = self.store.settle_sources()
        return fresh

    def _read_file(self, path: Path, source: str) -> tuple[list[Article], list[Skipped]]:
        try:
            content = read_file(path, source, self.facts["fields"])
        except UnreadableError as error:
            return [], [error.skipped]
        return content.articles, content.skipped

    def _add_article(self, key: int, article: Article) -> list[tuple[int, Chunk]]:
        chunks = split_article(article, **self.facts["chunks"])
        keys = self.store.add_chunks(key, chunks)
        heading = " ".join((article.headline, article.kicker, *article.reporters))
        self.articles.add(key, f"{heading}\n{article.text}")
        for chunk_key, chunk in zip(keys, chunks, strict=True):
            self.words.add(chunk_key, chunk.text)
        return list(zip(keys, chunks, strict=True))

    def _drop_orphans(self) -> list[int]:
        """Forget articles that stand in no file any more; returns the keys of their chunks, still in the vectors."""
        orphans = self.store.orphans()
        self.gone = Counter(article.source for article in self.store.articles(orphans).values())
        gone = self.store.chunks_of(orphans)
        self.articles.delete(orphans)
        self.words.delete(gone)
        return gone

    def _encode(self, fresh: list[tuple[int, Chunk]], gone: list[int]) -> tuple[int, int]:
        """Give every new chunk its vector: carried over where the same passage has one, else encoded."""
        new_keys = {key for key, _ in fresh}
        carried: list[tuple[int, int]] = []
        missing: list[tuple[int, Chunk]] = []
        for key, chunk in fresh:
            twin = self.store.chunk_with(chunk.digest) if self.previous else None
            if twin is None or twin in new_keys:
                missing.append((key, chunk))
            else:
                carried.append((key, twin))
        self.vectors.add(_keys(key for key, _ in carried), self.vectors.vectors(_keys(twin for _, twin in carried)))
        for at in range(0, len(missing), _ENCODED_AT_ONCE):
            part = missing[at : at + _ENCODED_AT_ONCE]
            self.progress("encode", at, len(missing))
            self.vectors.add(_keys(key for key, _ in part), self.model.encode([chunk.passage for _, chunk in part]))
        self.progress("encode", len(missing), len(missing))
        self.vectors.delete(_keys(gone))
        self.store.delete(self.store.orphans())
        return len(carried), len(missing)

    def _commit(self) -> None:
        """Write everything down, then open it as a reader would and check it."""
        self.progress("words", 0, 1)
        self.words.commit()
        self.articles.commit()
        self.store.commit()
        self.vectors.save(self.staged / "vectors.faiss")
        self.progress("words", 1, 1)
        counts = self.store.counts()
        if not counts["articles"]:
            raise CorpusError(f"{self.corpus}: no article could be read; put .txt pages or .jsonl records there")
        sizes = {len(self.words), len(self.vectors), counts["chunks"]}
        if len(sizes) > 1 or len(self.articles) != counts["articles"]:
            raise BrokenIndexError(f"{self.staged}: the new index is inconsistent; run: wenbao build --full")
        self._probe(counts["chunks"])

    def _probe(self, chunks: int) -> None:
        """Every n-th chunk must be its own nearest neighbour."""
        keys = [key for (key,) in self.store.rows("SELECT key FROM chunks ORDER BY key")][:: max(1, chunks // _PROBES)]
        for done, key in enumerate(keys):
            self.progress("check", done, len(keys))
            vector = self.vectors.vectors(_keys([key]))[0]
            _, cosines = self.vectors.search(vector, 1)
            if not len(cosines) or cosines[0] < float(vector @ vector) - 1e-3:
                raise BrokenIndexError(f"{self.staged}: a chunk does not find itself; run: wenbao build --full")
        self.progress("check", len(keys), len(keys))

    def _receipt(self, carried: int, encoded: int) -> Receipt:
        changed = (self.fresh & self.gone).total()
        counts = self.store.counts()
        skipped = [Skipped(*skip) for skip in self.store.skipped()]
        self.store.close()
        return Receipt(
            "",
            counts["articles"],
            counts["chunks"],
            self.fresh.total() - changed,
            changed,
            self.gone.total() - changed,
            self.moved,
            carried,
            encoded,
            (*self.odd, *skipped),
        )


def _keys(keys: Iterable[int]) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.fromiter(keys, dtype=np.int64)
