"""ROOM 1: raw pages → articles → chunks → vectors and words → an index on disk. Knows nothing about questions."""

from embeddings.inputs import read_articles
from embeddings.records import Article, Chunk

__all__ = ["Article", "Chunk", "read_articles"]
