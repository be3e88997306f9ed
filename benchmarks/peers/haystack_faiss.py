"""Haystack with FAISS: the FAISSDocumentStore of its integrations (exact search), saved as one index and one JSON file.

It has no BM25 and no change detection: the changed article is deleted by a metadata filter and written anew.
"""

from __future__ import annotations

from pathlib import Path

from haystack_integrations.components.retrievers.faiss import FAISSEmbeddingRetriever
from haystack_integrations.document_stores.faiss import FAISSDocumentStore

from benchmarks.peers.encoding import DIMENSION, encode_query
from benchmarks.peers.harness import PASSAGES, Change, Chunk, Found, run
from benchmarks.peers.haystack import documents, found

_BATCH = 4096


class HaystackFaiss:
    modes = ("vectors",)

    def build(self, chunks: list[Chunk], folder: Path) -> None:
        store = FAISSDocumentStore(embedding_dim=DIMENSION)
        for start in range(0, len(chunks), _BATCH):
            store.write_documents(documents(chunks[start : start + _BATCH]))
        store.save(folder / "store")

    def open(self, folder: Path) -> None:
        self._store = FAISSDocumentStore(index_path=str(folder / "store"), embedding_dim=DIMENSION)
        self._retriever = FAISSEmbeddingRetriever(document_store=self._store, top_k=PASSAGES)

    def search(self, question: str, mode: str) -> list[Found]:
        return found(self._retriever.run(query_embedding=encode_query(question).tolist())["documents"])

    def change(self, change: Change, folder: Path) -> None:
        self.open(folder)
        self._store.delete_by_filter({"field": "meta.article", "operator": "==", "value": change.article})
        self._store.write_documents(documents(change.new))
        self._store.save(folder / "store")


if __name__ == "__main__":
    run(HaystackFaiss())
