"""Golden questions: what a new index must find before it goes live.

In: an index that is not live yet, and questions with words. Out: nothing, or the reason why it stays behind. Knows
nothing about where the index is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from embeddings.errors import BrokenIndexError
from embeddings.index import Hit


class Searched(Protocol):
    """What is asked of an index."""

    def search(self, text: str) -> list[Hit]: ...


def ask(index: Searched, golden: Mapping[str, str]) -> None:
    """Ask the golden questions of a generation that is not live yet.

    Raises:
        BrokenIndexError: the words wanted are not found.
    """
    for question, wanted in golden.items():
        found = (f"{hit.article.headline} {hit.article.text[hit.start : hit.end]}" for hit in index.search(question))
        if not any(wanted in passage for passage in found):
            raise BrokenIndexError(
                f"golden question {question!r} does not find {wanted!r} in the new index, which therefore does not go "
                "live; mend the corpus, or the question in config.yaml",
                chinese=f"新索引没有换上：问“{question}”找不到“{wanted}”；请改报库，或改这一题（golden）",
            )
