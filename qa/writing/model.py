"""The one interface to a language model, the opening of the one that settings name, and its sharing among readers."""

from __future__ import annotations

import logging
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Literal, Protocol

from embeddings.errors import ConfigError, ModelError
from qa.settings import AnswererSettings

_REST = 10.0  # seconds that a model is left alone after a failure, so that the next readers do not wait in vain
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a chat, as chat templates and servers want it."""

    role: Literal["system", "user", "assistant"]
    content: str


def plain(messages: Sequence[Message]) -> list[dict[str, str]]:
    """Messages as chat templates and servers take them."""
    return [{"role": each.role, "content": each.content} for each in messages]


class LanguageModel(Protocol):
    """A language model that is ready to write."""

    @property
    def name(self) -> str: ...

    @property
    def context(self) -> int:
        """The most tokens that messages and answer may have together."""

    def count(self, text: str) -> int:
        """The number of tokens of a text: the model's own count, or an upper estimate where that cannot be had."""

    def write(self, messages: Sequence[Message], most: int) -> Iterator[str]:
        """Write at most `most` tokens, in pieces as they come; closing the iterator stops the model at once.

        A piece is empty while there is nothing to show: the model waits for its turn, reads the prompt, or thinks.

        Raises:
            ModelError: the model or its server fails, is silent for longer than the timeout, or cuts off.
        """

    def close(self) -> None:
        """Release the memory or connections that the model holds; it cannot write afterwards."""


def open_model(settings: AnswererSettings) -> LanguageModel:
    """Open the model of a `kind` other than reader; a server is not asked anything yet.

    Raises:
        ConfigError: the settings name no model, or the reader, which needs none.
        ModelError: the model cannot be loaded on this machine; the line says what to change.
    """
    if settings.kind == "reader" or not settings.model.strip():
        raise ConfigError(
            "answerer.model: names no model; answerer.kind llama, transformers or openai needs one",
            chinese="answerer.model 没有写；answerer.kind 是 llama、transformers、openai 时要写一个模型",
        )
    if settings.kind == "transformers":
        from qa.writing.transformers_model import TransformersModel

        return TransformersModel(settings)
    if settings.kind == "llama":
        from qa.writing.llama_model import LlamaModel

        return LlamaModel(settings)
    from qa.writing.openai_model import OpenAIModel

    return OpenAIModel(settings)


class Held:
    """One open model for any number of threads: opened when first needed, released when the settings change.

    `given` is a model that the caller opened and closes.
    """

    def __init__(self, given: LanguageModel | None = None) -> None:
        self._given, self._model = given, given
        self._settings: AnswererSettings | None = None
        self._opening = Lock()
        self._failure, self._until = "", 0.0

    def model(self, settings: AnswererSettings) -> LanguageModel:
        """The model of these settings; one of other settings is released first.

        Raises:
            ConfigError: the settings name no model.
            ModelError: it cannot be opened, or has failed within the last seconds.
        """
        with self._opening:
            if settings != self._settings:
                self._release()
                self._settings, self._until = settings, 0.0
            if time.monotonic() < self._until:
                raise ModelError(self._failure)
            if self._model is None:
                try:
                    self._model = open_model(settings)
                except ModelError as error:
                    raise self._rested(error) from None
            return self._model

    def write(self, settings: AnswererSettings, messages: Sequence[Message], most: int) -> Generator[str]:
        """Have the model write; closing the iterator stops it.

        Raises:
            ConfigError, ModelError: as `model` does, or the model fails while it writes.
        """
        model = self.model(settings)
        try:
            yield from model.write(messages, most)
        except Exception as error:  # whatever a library below raises, the reader still gets an answer
            failure = error if isinstance(error, ModelError) else ModelError(f"{model.name}: {error or repr(error)}")
            raise (self._rested(failure) if model is self._model else failure) from error

    def close(self) -> None:
        """Release the model; the next question would open it again."""
        with self._opening:
            self._release()

    def _release(self) -> None:
        if self._model is not None and self._given is None:
            self._model.close()
        self._model, self._settings = self._given, None

    def _rested(self, error: ModelError) -> ModelError:
        """Leave the model alone for a while; whoever runs the program reads why."""
        self._failure, self._until = str(error), time.monotonic() + _REST
        _log.warning("%s", error)
        return error
