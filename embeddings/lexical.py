"""Terms on disk: a BM25 index over words and character bigrams (tantivy), memory-mapped and updated in place.

A folder of immutable segments: a new generation hard-links them and writes only what is new.
"""

from __future__ import annotations

import os
import shutil
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import numpy.typing as npt
import tantivy

from embeddings.generations import damaged, unwritable
from embeddings.words import Terms, terms

_HEAP = 128_000_000  # bytes that the writer may hold before it writes a segment


class WordIndex:
    """One searchable folder. `add` and `delete` take effect with `commit`."""

    def __init__(self, folder: Path, create: bool = False) -> None:
        self._folder = folder
        self._writer: tantivy.IndexWriter | None = None
        with self._watched(create):
            if create:
                folder.mkdir(parents=True)
                self._index = tantivy.Index(_schema(), path=str(folder))
            else:
                self._index = tantivy.Index.open(str(folder if _writable(folder) else self._view(folder)))
            self._searcher = self._index.searcher()

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def add(self, key: int, text: Terms) -> None:
        """Add a document under a key."""
        document = tantivy.Document()
        document.add_unsigned("key", key)
        document.add_text("words", text.words)
        document.add_text("bigrams", text.bigrams)
        with self._watched(writing=True):
            self._writing().add_document(document)

    def delete(self, keys: Iterable[int]) -> None:
        """Drop the documents with these keys."""
        with self._watched(writing=True):
            for key in keys:
                # By query: deleting by term leaves unsigned keys where they are (tantivy-py 0.27).
                self._writing().delete_documents_by_query(tantivy.Query.term_query(self._index.schema, "key", key))

    def commit(self) -> None:
        """Make additions and deletions searchable and durable."""
        with self._watched(writing=True):
            if self._writer is not None:
                self._writer.commit()
                self._writer.wait_merging_threads()
                self._writer = None
            self._index.reload()
            self._searcher = self._index.searcher()

    def search(self, text: str, limit: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """The best `limit` keys for a text, best first, with their scores: two arrays of the same length."""
        found = {(field, term) for field, kind in terms(text)._asdict().items() for term in kind.split()}
        schema = self._index.schema
        with self._watched():
            query = tantivy.Query.boolean_query(
                [(tantivy.Occur.Should, tantivy.Query.term_query(schema, *term, index_option="freq")) for term in found]
            )
            hits = self._searcher.search(query, limit, count=False).hits
            keys = self._searcher.fast_field_values("key", [address for _, address in hits])
        return np.array(keys, dtype=np.int64), np.array([score for score, _ in hits], dtype=np.float64)

    def frequency(self, word: str) -> int:
        """How many documents hold a word (as `words` gives it); deleted ones count until their segment is merged."""
        with self._watched():
            return int(self._searcher.doc_freq("words", word))

    def _writing(self) -> tantivy.IndexWriter:
        if self._writer is None:
            self._writer = self._index.writer(_HEAP, 1)
        return self._writer

    def _view(self, folder: Path) -> Path:
        """A folder of links to the files of one that cannot be written: tantivy locks a folder even to read it."""
        view = Path(mkdtemp(prefix="wenbao-"))
        weakref.finalize(self, shutil.rmtree, view, ignore_errors=True)
        for path in folder.iterdir():
            if path.suffix != ".lock":
                (view / path.name).symlink_to(path.absolute())
        return view

    @contextmanager
    def _watched(self, writing: bool = False) -> Iterator[None]:
        """What goes wrong inside tantivy becomes one line."""
        try:
            yield
        except BaseException as error:
            # A panic of the Rust library derives from BaseException and has no importable class.
            if not isinstance(error, (OSError, ValueError)) and type(error).__name__ != "PanicException":
                raise
            if writing:
                raise unwritable(self._folder, error) from None
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise damaged(self._folder, f"damaged ({reason[:200]})", f"坏了（{reason[:200]}）") from None


def _writable(folder: Path) -> bool:
    locks = [lock for lock in (folder / ".tantivy-meta.lock", folder / ".tantivy-writer.lock") if lock.exists()]
    return all(os.access(path, os.W_OK) for path in (folder, *locks))


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("key", indexed=True, fast=True)
    for field in Terms._fields:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    return builder.build()
