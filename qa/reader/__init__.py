"""The reader: given a question and passages, the words that answer, or none."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Protocol

from embeddings.errors import HubError
from qa.asked.question import Question
from qa.language.synonyms import Synonyms
from qa.reader.reader import Reader, Reading

__all__ = ["Reader", "Reading", "Reads", "open_reader"]


class Reads(Protocol):
    """Whoever reads passages for a question."""

    def read(self, question: Question, passages: Sequence[str]) -> list[Reading]: ...


def open_reader(model: str, synonyms: Synonyms) -> Reads:
    """The bundled reader, or a model by folder or hub name; the bundled one too where the hub does not answer.

    Raises:
        ModelError: the model cannot be loaded.
    """
    if model in ("", "bundled"):
        return Reader.load(synonyms)
    from qa.reader.hub import HubReader

    try:
        return HubReader(model)
    except HubError as error:
        logging.getLogger(__name__).warning("the bundled reader reads: %s", error)
        return Reader.load(synonyms)
