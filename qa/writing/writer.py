"""A question and the evidence → an answer that a language model wrote, sentence by sentence, each checked.

In: what the reader found and would say itself. Out: the written answer as it grows; the reader's, with a notice, where
the model fails or nothing that it wrote is borne out. The model is asked for words alone: what they are worth and where
they stand is decided here.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from embeddings.errors import ModelError
from qa import compose
from qa.question import Question
from qa.reader import Reads
from qa.reconcile import Best
from qa.records import Answer
from qa.settings import AnswererSettings, Settings
from qa.writing.check import Checker
from qa.writing.draft import sentences
from qa.writing.held import Held
from qa.writing.model import LanguageModel, Message
from qa.writing.page import Page
from qa.writing.passages import Excerpt, choose, numbered
from qa.writing.prompts import disarmed, messages

FAILED = "语言模型没有答上来，这里改用报道的原句。"
CUT = "语言模型中途停了，以上是已经核对过的部分。"
NOTHING = "语言模型写的话对不上报道，这里改用报道的原句。"
_BEAT = 1.0  # seconds after which an unchanged answer is given: a chance to stop
_TEMPLATE = 64  # tokens that a chat template may put around the messages
_log = logging.getLogger(__name__)


class Writer:
    """Writes answers with the language model of the settings, or with one that is given."""

    def __init__(self, model: LanguageModel | None, reader: Reads) -> None:
        self._held, self._reader = Held(model), reader

    def close(self) -> None:
        """Release the model."""
        self._held.close()

    def write(self, question: Question, best: Best, read: Answer, settings: Settings) -> Iterator[Answer]:
        """The answer as it grows; `read` is the reader's, given instead where nothing written can be shown.

        While the model has not come to the end of a sentence, the answer is given as it was, which may be empty.
        """
        page, failed = None, False
        try:
            excerpts = self._excerpts(question, best, settings.answerer)
            checker = Checker(excerpts, self._reader)
            page = Page(replace(read, text="", citations=()), checker, settings.answerer.unsupported == "mark")
            yield from self._filled(page, asking(question, excerpts), settings.answerer)
        except ModelError:
            failed = True
        yield _last(page, failed, question, best, read)

    def _filled(self, page: Page, prompt: list[Message], settings: AnswererSettings) -> Iterator[Answer]:
        """The page after every sentence; unchanged, now and then, while a sentence takes its time."""
        draft, most, yielded = "", settings.max_tokens, time.monotonic()
        count = self._held.model(settings).count
        with closing(self._held.write(settings, prompt, most)) as pieces:
            for sentence, whole in sentences(pieces):
                draft += sentence
                if not whole and count(draft) >= most:
                    return  # cut off by the limit, perhaps in the middle of a number
                if page.add(sentence) or time.monotonic() - yielded > _BEAT:
                    yield page.answer
                    yielded = time.monotonic()
                if page.finished:
                    return

    def _room(self, prompt: list[Message], most: int, settings: AnswererSettings) -> int:
        """Tokens that are left of the model's context beside a prompt and what is to be written."""
        model = self._held.model(settings)
        return model.context - most - _TEMPLATE - sum(model.count(message.content) for message in prompt)

    def _excerpts(self, question: Question, best: Best, settings: AnswererSettings) -> list[Excerpt]:
        room = self._room(asking(question, ()), settings.max_tokens, settings)
        excerpts = choose(best, question, room, self._held.model(settings).count)
        if not excerpts:
            _log.warning("no passage fits into the model's context; raise answerer.context or lower max_tokens")
            raise ModelError("no passage fits into the model's context")
        return excerpts


def asking(question: Question, excerpts: Sequence[Excerpt]) -> list[Message]:
    """The messages that ask for an answer."""
    return messages("prompt.txt", passages=numbered(excerpts), question=disarmed(question.text))


def _last(page: Page | None, failed: bool, question: Question, best: Best, read: Answer) -> Answer:
    """What stands in the end."""
    if page and page.answer.text:
        return replace(page.answer, notice=CUT if failed else "")
    if page and page.declined:
        return replace(compose.refusal(question, best), searched=read.searched)
    dropped = page.answer.dropped if page else 0
    return replace(read, notice=FAILED if failed else NOTHING, dropped=dropped)
