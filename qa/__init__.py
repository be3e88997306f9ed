"""ROOM 2: question → passages → cited answer, or a refusal. Knows nothing about browsers and command lines."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qa.answerer import Answerer
    from qa.records import Answer, Citation, Passage

__all__ = ["Answer", "Answerer", "Citation", "Passage", "answer"]


def answer(question: str) -> Answer:
    """Answer a question with ./config.yaml; the index stays open for the next one."""
    return _default().answer(question)


@cache
def _default() -> Answerer:
    from qa.answerer import Answerer

    return Answerer.open()


def __getattr__(name: str) -> Any:
    """The public names, imported when first used: `import qa` costs nothing."""
    if name not in __all__:
        raise AttributeError(f"module 'qa' has no attribute {name!r}")
    from qa import answerer, records

    return getattr(answerer if name == "Answerer" else records, name)
