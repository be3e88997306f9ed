"""The one language model that is held open: opened when first needed, released when the settings change.

In: the settings of the answerer, and messages. Out: pieces of text. Several readers may be written for at once: the
model, or its server, lets them wait for each other. After a failure it is left alone for some seconds, so that the next
readers do not wait for it in vain. Knows nothing about what is written.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Generator, Sequence
from threading import Lock

from embeddings.errors import ModelError
from qa.settings import AnswererSettings
from qa.writing.model import LanguageModel, Message

_REST = 10.0  # seconds that a model is left alone after a failure
_log = logging.getLogger(__name__)


class Held:
    """A language model for any number of threads; `given` is one that the caller opened and closes."""

    def __init__(self, given: LanguageModel | None = None) -> None:
        self._given = given
        self._model: LanguageModel | None = None
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
            if self._given is None and self._model is None:
                from qa.writing.open import open_model

                try:
                    self._model = open_model(settings)
                except ModelError as error:
                    self._rest(error)
                    raise
            model = self._given or self._model
            assert model is not None
            return model

    def write(self, settings: AnswererSettings, messages: Sequence[Message], most: int) -> Generator[str]:
        """Have the model write; closing the iterator stops it and lets the next reader have it.

        Raises:
            ConfigError, ModelError: as `model` does, or the model fails while it writes.
        """
        model = self.model(settings)
        try:
            yield from model.write(messages, most)
        except Exception as error:  # whatever a library below raises, the reader still gets an answer
            failure = error if isinstance(error, ModelError) else ModelError(f"{model.name}: {error or repr(error)}")
            if model in (self._given, self._model):  # not one that was released meanwhile
                self._rest(failure)
            raise failure from error

    def close(self) -> None:
        """Release the model; the next question would open it again."""
        with self._opening:
            self._release()

    def _release(self) -> None:
        if self._model is not None:
            self._model.close()
        self._model = self._settings = None

    def _rest(self, error: ModelError) -> None:
        """Leave the model alone for a while; whoever runs the program reads why."""
        self._failure, self._until = str(error), time.monotonic() + _REST
        _log.warning("%s", error)
