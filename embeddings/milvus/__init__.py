"""Milvus as the store of words and vectors, for archives that outgrow one machine; see docs/scaling.md.

pymilvus is imported when a connection is made, not before: who stays on one machine does not need it.
"""

from embeddings.milvus.collections import Milvus

__all__ = ["Milvus"]
