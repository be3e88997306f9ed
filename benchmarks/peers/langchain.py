"""LangChain: its FAISS store (exact search) behind the indexing API, with an SQLite record manager.

The record manager knows chunks by their hash: `refresh` hands over the whole corpus with cleanup="full", `change` only
the edited article with cleanup="incremental". `save_local` pickles the texts. BM25Retriever splits at white space,
which Chinese has not, and is built anew in memory at each start: not measured.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import faiss
from langchain_classic.indexes import SQLRecordManager, index
from langchain_community.docstore.in_memory import InMemoryDocstore
from langchain_community.vectorstores import FAISS
from langchain_community.vectorstores.utils import DistanceStrategy
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings

from benchmarks.peers.encoding import DIMENSION, encode, encode_query
from benchmarks.peers.harness import PASSAGES, Change, Chunk, Found, run

_BATCH = 4096  # the default of 100 would cost more round trips


class Encoder(Embeddings):
    """The encoder as LangChain wants it."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return encode(texts).tolist()  # type: ignore[no-any-return]

    def embed_query(self, text: str) -> list[float]:
        return encode_query(text).tolist()  # type: ignore[no-any-return]


class LangChain:
    modes = ("vectors",)

    def build(self, chunks: list[Chunk], folder: Path) -> None:
        self._store = FAISS(
            embedding_function=Encoder(),
            index=faiss.IndexFlatIP(DIMENSION),
            docstore=InMemoryDocstore(),
            index_to_docstore_id={},
            distance_strategy=DistanceStrategy.MAX_INNER_PRODUCT,
        )
        self._index(chunks, folder, "full")

    def open(self, folder: Path) -> None:
        self._store = FAISS.load_local(
            str(folder),
            Encoder(),
            allow_dangerous_deserialization=True,  # there is no other way to open it
            distance_strategy=DistanceStrategy.MAX_INNER_PRODUCT,
        )

    def search(self, question: str, mode: str) -> list[Found]:
        hits = self._store.similarity_search(question, k=PASSAGES)
        return [Found(hit.metadata["article"], hit.page_content) for hit in hits]

    def change(self, change: Change, folder: Path) -> None:
        self.open(folder)
        self._index(change.new, folder, "incremental")

    def refresh(self, chunks: list[Chunk], folder: Path) -> None:
        self.open(folder)
        self._index(chunks, folder, "full")

    def _index(self, chunks: list[Chunk], folder: Path, cleanup: Literal["full", "incremental"]) -> None:
        records = SQLRecordManager("news", db_url=f"sqlite:///{folder}/records.sqlite")
        records.create_schema()
        documents = (
            Document(page_content=chunk.text, metadata={"article": chunk.article, "id": chunk.id}) for chunk in chunks
        )
        index(
            documents,
            records,
            self._store,
            cleanup=cleanup,
            source_id_key="article",
            batch_size=_BATCH,
            key_encoder="blake2b",
        )
        self._store.save_local(str(folder))


if __name__ == "__main__":
    run(LangChain())
