"""LlamaIndex: IngestionPipeline with document-store upserts, and its FAISS store that can delete (FaissMapVectorStore).

Each chunk is a Document of its own. Given whole articles and a splitter, the pipeline asks the FAISS store to delete an
article's id, which knows only chunk ids and drops nothing. The pipeline's cache is off (it would hold every vector a
second time), and each chunk is copied before it is encoded, or the document store would write the vectors as JSON too.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.ingestion import DocstoreStrategy, IngestionPipeline
from llama_index.core.schema import BaseNode, Document, TextNode, TransformComponent
from llama_index.core.storage.docstore import SimpleDocumentStore
from llama_index.core.vector_stores.types import VectorStoreQuery
from llama_index.vector_stores.faiss import FaissMapVectorStore

from benchmarks.peers.encoding import DIMENSION, encode, encode_query
from benchmarks.peers.harness import PASSAGES, Change, Chunk, Found, run


class Encoder(BaseEmbedding):
    """The encoder as LlamaIndex wants it."""

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return encode(texts).tolist()  # type: ignore[no-any-return]

    def _get_query_embedding(self, query: str) -> list[float]:
        return encode_query(query).tolist()  # type: ignore[no-any-return]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


class Copy(TransformComponent):
    """One node for each document, under the document's id."""

    def __call__(self, nodes: Sequence[BaseNode], **kwargs: Any) -> list[BaseNode]:
        return [TextNode(id_=node.node_id, text=node.get_content()) for node in nodes]


class LlamaIndex:
    modes = ("vectors",)

    def build(self, chunks: list[Chunk], folder: Path) -> None:
        self._prepare(FaissMapVectorStore(faiss.IndexIDMap2(faiss.IndexFlatIP(DIMENSION))), SimpleDocumentStore())
        self._pipeline.run(documents=_documents(chunks))
        self._save(folder)

    def open(self, folder: Path) -> None:
        self._prepare(
            FaissMapVectorStore.from_persist_path(str(folder / "vectors" / "faiss.index")),
            SimpleDocumentStore.from_persist_path(str(folder / "docstore.json")),
        )

    def search(self, question: str, mode: str) -> list[Found]:
        vector = self._encoder.get_query_embedding(question)
        hits = self._vectors.query(VectorStoreQuery(query_embedding=vector, similarity_top_k=PASSAGES))
        # One by one: after an update the FAISS store may name ids that the document store no longer has.
        nodes = (self._documents.get_document(each, raise_error=False) for each in hits.ids or [])
        return [Found(node.node_id.rpartition("#")[0], node.get_content()) for node in nodes if node]

    def change(self, change: Change, folder: Path) -> None:
        self.open(folder)
        self._pipeline.run(documents=_documents(change.new))
        for gone in {chunk.id for chunk in change.old} - {chunk.id for chunk in change.new}:
            self._documents.delete_document(gone)
            self._vectors.delete(gone)
        self._save(folder)

    def refresh(self, chunks: list[Chunk], folder: Path) -> None:
        self.open(folder)
        self._pipeline.docstore_strategy = DocstoreStrategy.UPSERTS_AND_DELETE
        self._pipeline.run(documents=_documents(chunks))
        self._save(folder)

    def _prepare(self, vectors: FaissMapVectorStore, documents: SimpleDocumentStore) -> None:
        self._encoder, self._vectors, self._documents = Encoder(embed_batch_size=256), vectors, documents
        self._pipeline = IngestionPipeline(
            transformations=[Copy(), self._encoder],
            vector_store=vectors,
            docstore=documents,
            docstore_strategy=DocstoreStrategy.UPSERTS,
            disable_cache=True,
        )

    def _save(self, folder: Path) -> None:
        self._documents.persist(str(folder / "docstore.json"))
        self._vectors.persist(str(folder / "vectors" / "faiss.index"))


def _documents(chunks: list[Chunk]) -> list[Document]:
    return [Document(id_=chunk.id, text=chunk.text) for chunk in chunks]


if __name__ == "__main__":
    run(LlamaIndex())
