"""A question and what the reader found → an answer that a language model wrote, sentence by sentence, each checked.

The reader alone answers plain facts: faster and exact. The model writes where several sentences have to be put into
words. Where it fails, or nothing that it wrote is borne out, the reader's answer is given with a notice.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

from embeddings.errors import ModelError
from qa import compose
from qa.question import Question
from qa.reader import Reads
from qa.reconcile import Best
from qa.records import Answer
from qa.settings import AnswererSettings, Settings
from qa.writing.check import Page
from qa.writing.draft import sentences
from qa.writing.model import Held, LanguageModel
from qa.writing.prompt import asking, choose, english

FAILED = "语言模型没有答上来，这里改用报道的原句。"
CUT = "语言模型中途停了，以上是已经核对过的部分。"
NOTHING = "语言模型写的话对不上报道，这里改用报道的原句。"
_WRITTEN = ("why", "how", "compare", "summary", "list")  # kinds that a model answers; the reader quotes the others
_BEAT = 1.0  # seconds after which an unchanged answer is given: a chance to stop
_TEMPLATE = 64  # tokens that a chat template may put around the messages
_log = logging.getLogger(__name__)


def writes(question: Question) -> bool:
    """Whether a model should answer: it puts several sentences into words, or English."""
    return question.kind in _WRITTEN or english(question)


class Writer:
    """Writes answers with the language model of the settings, or with one that is given."""

    def __init__(self, model: LanguageModel | None, reader: Reads) -> None:
        self._held, self._reader = Held(model), reader

    def close(self) -> None:
        """Release the model."""
        self._held.close()

    def write(self, question: Question, best: Best, read: Answer, settings: Settings) -> Iterator[Answer]:
        """The answer as it grows; `read` is the reader's, given instead where nothing written can be shown.

        While the model has not come to the end of a sentence, the answer is given as it was: at first no text, but the
        reader's short answer.
        """
        if not writes(question):
            yield from compose.growing(read)
            return
        empty, failed = replace(read, text="", citations=()), False
        page = Page(empty, (), self._reader, False)
        yield empty
        try:
            for page in self._pages(question, best, empty, settings.answerer):
                yield page.answer
        except ModelError:
            failed = True
        if page.answer.text:
            yield replace(page.answer, notice=CUT if failed else "")
        else:
            yield replace(read, notice=FAILED if failed else NOTHING, dropped=page.answer.dropped)

    def _pages(self, question: Question, best: Best, empty: Answer, settings: AnswererSettings) -> Iterator[Page]:
        """The page after every sentence; unchanged, now and then, while a sentence takes its time; and at the end."""
        model, most = self._held.model(settings), settings.max_tokens
        fixed = sum(model.count(message.content) for message in asking(question, ()))
        excerpts = choose(best, model.context - most - _TEMPLATE - fixed, model.count)
        if not excerpts:
            _log.warning("no passage fits into the model's context; raise answerer.context or lower max_tokens")
            raise ModelError("no passage fits into the model's context")
        page, draft, yielded = Page(empty, excerpts, self._reader, settings.unsupported == "mark"), "", time.monotonic()
        with closing(self._held.write(settings, asking(question, excerpts), most)) as pieces:
            for sentence, whole in sentences(pieces):
                draft += sentence
                if not whole and model.count(draft) >= most:
                    break  # cut off by the limit, perhaps in the middle of a number
                if page.add(sentence) or time.monotonic() - yielded > _BEAT:
                    yield page
                    yielded = time.monotonic()
                if page.finished:
                    break
        yield page
