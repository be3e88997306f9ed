"""Haystack: InMemoryDocumentStore, the store of its tutorials, saved as JSON.

It has no change detection over a corpus: the changed article is deleted by a metadata filter and written anew. It keeps
BM25 statistics of every document (one token a Chinese character), so `hybrid` needs no second index: its vector and
BM25 retrievers, joined by reciprocal rank.
"""

from __future__ import annotations

from pathlib import Path

from haystack import Document
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore

from benchmarks.peers.encoding import encode, encode_query
from benchmarks.peers.harness import PASSAGES, Change, Chunk, Found, run

_BATCH = 4096


class Haystack:
    modes = ("vectors", "hybrid")

    def build(self, chunks: list[Chunk], folder: Path) -> None:
        store = InMemoryDocumentStore()
        for start in range(0, len(chunks), _BATCH):
            store.write_documents(documents(chunks[start : start + _BATCH]))
        store.save_to_disk(str(folder / "store.json"))

    def open(self, folder: Path) -> None:
        self._store = InMemoryDocumentStore.load_from_disk(str(folder / "store.json"))
        self._vectors = InMemoryEmbeddingRetriever(self._store, top_k=PASSAGES)
        self._words = InMemoryBM25Retriever(self._store, top_k=PASSAGES)
        self._joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=PASSAGES)

    def search(self, question: str, mode: str) -> list[Found]:
        hits = self._vectors.run(query_embedding=encode_query(question).tolist())["documents"]
        if mode == "hybrid":
            words = self._words.run(query=question)["documents"]
            hits = self._joiner.run(documents=[hits, words])["documents"]
        return found(hits)

    def change(self, change: Change, folder: Path) -> None:
        self.open(folder)
        self._store.delete_by_filter({"field": "meta.article", "operator": "==", "value": change.article})
        self._store.write_documents(documents(change.new))
        self._store.save_to_disk(str(folder / "store.json"))


def documents(chunks: list[Chunk]) -> list[Document]:
    """Chunks with their vectors."""
    vectors = encode([chunk.text for chunk in chunks]).tolist()
    return [
        Document(id=chunk.id, content=chunk.text, meta={"article": chunk.article}, embedding=vector)
        for chunk, vector in zip(chunks, vectors, strict=True)
    ]


def found(hits: list[Document]) -> list[Found]:
    return [Found(hit.meta["article"], hit.content or "") for hit in hits]


if __name__ == "__main__":
    run(Haystack())
