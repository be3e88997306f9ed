"""What a new generation must pass before it goes live: its counts, chunks that find themselves.

In: a filled generation and what was counted while it was written. Out: nothing, or the reason why it stays behind.
Knows nothing about how it was filled.
"""

from __future__ import annotations

from embeddings.errors import BrokenIndexError
from embeddings.milvus.engine import Engine, Row
from embeddings.milvus.generations import Generation
from embeddings.milvus.tally import Tally


def check(engine: Engine, staged: Generation, tally: Tally) -> None:
    """Settle the collections and compare them with what was written; every n-th chunk must find itself.

    Raises:
        BrokenIndexError: they disagree.
    """
    for part, wanted in (("articles", tally.parts), ("chunks", tally.chunks)):
        engine.settle(staged.part(part))
        if (there := engine.count(staged.part(part))) != wanted:
            raise _inconsistent(engine, staged, f"{there} {part} instead of {wanted}")
    for row in tally.probes:
        _probe(engine, staged, row)


def _probe(engine: Engine, staged: Generation, row: Row) -> None:
    """A chunk must be its own nearest neighbour by vector, and be found by its words."""
    chunks, vector = staged.part("chunks"), [float(value) for value in row["vector"]]
    nearest = engine.search(chunks, "vector", vector, 1, fresh=True)
    length = sum(value * value for value in vector)
    if not nearest or nearest[0][1] < length - 1e-3:
        raise _inconsistent(engine, staged, f"chunk {row['id']} does not find itself")
    if row["text"] and not engine.search(chunks, "words", row["text"], 1, fresh=True):
        raise _inconsistent(engine, staged, f"chunk {row['id']} is not found by its words")


def _inconsistent(engine: Engine, staged: Generation, why: str) -> BrokenIndexError:
    return BrokenIndexError(
        f"{engine.uri}: the new generation {staged.name} is inconsistent ({why}); run: wenbao build --full",
        chinese=f"{engine.uri} 里新的一代 {staged.name} 前后对不上（{why}）；请运行 wenbao build --full",
    )
