"""Milvus as the store, for archives that outgrow one machine: the same build, the same searches, one URI.

In: the `store` settings. Out: `build`, `rollback` and `MilvusIndex`, which stand in for those of the local
index. pymilvus is imported when a connection is made, not before: who stays on one machine does not need it.
"""

from embeddings.milvus.build import build, generations_of, rollback
from embeddings.milvus.index import MilvusIndex

__all__ = ["MilvusIndex", "build", "generations_of", "rollback"]
