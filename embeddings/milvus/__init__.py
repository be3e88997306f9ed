"""Milvus as the store, for archives that outgrow one machine: the same build, the same searches, one URI.

In: the `store` section of the settings. Out: `build` and `MilvusIndex`, which stand in for `embeddings.build.build` and
`embeddings.index.Index`. pymilvus is imported when a connection is made, not before: who stays on one machine does not
need it.
"""

from embeddings.milvus.build import build
from embeddings.milvus.index import MilvusIndex

__all__ = ["MilvusIndex", "build"]
