"""A question and the evidence → an answer that a language model wrote, sentence by sentence, each checked.

In: what the reader found and would say itself. Out: the written answer as it grows; the reader's, with a notice, where
the model fails or nothing that it wrote is borne out. The model is asked for words alone: what they are worth and where
they stand is decided here. Knows nothing about which model writes.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from embeddings.errors import ModelError
from qa.answers import compose
from qa.asked.question import History, Question, understand
from qa.ranking.ranker import Ranked
from qa.records import Answer
from qa.settings import AnswererSettings, Settings
from qa.writing.check import Checker
from qa.writing.draft import sentences
from qa.writing.held import Held
from qa.writing.model import LanguageModel, Message
from qa.writing.page import Page
from qa.writing.passages import Excerpt, choose, numbered
from qa.writing.prompts import disarmed, messages
from qa.writing.rewrite import MOST, accepted, follow_up

FAILED = "语言模型没有答上来，这里改用报道的原句。"
CUT = "语言模型中途停了，以上是已经核对过的部分。"
NOTHING = "语言模型写的话对不上报道，这里改用报道的原句。"
_BEAT = 1.0  # seconds after which an unchanged answer is given: a chance to stop
_TEMPLATE = 64  # tokens that a chat template may put around the messages
_log = logging.getLogger(__name__)


class Writer:
    """Writes answers with the language model of the settings, or with one that is given."""

    def __init__(self, model: LanguageModel | None = None) -> None:
        self._held = Held(model)

    def close(self) -> None:
        """Release the model."""
        self._held.close()

    def understand(self, asked: str, history: History, settings: Settings) -> Question:
        """A question in the light of the turns before it: as the model completes it, or else as the rules do.

        Raises:
            QuestionError: the question is empty or too long.
        """
        longest = settings.answer.longest_question
        by_rules = understand(asked, history, longest)
        if not history:
            return by_rules
        try:
            said = self._said(follow_up(asked, history), MOST, settings.answerer)
        except ModelError:
            return by_rules
        question = accepted(said, asked, history)
        return understand(question, (), longest) if question and len(question) <= longest else by_rules

    def write(self, question: Question, ranked: Sequence[Ranked], read: Answer, settings: Settings) -> Iterator[Answer]:
        """The answer as it grows; `read` is the reader's, given instead where nothing written can be shown.

        While the model has not come to the end of a sentence, the answer is given as it was, which may be empty.
        """
        page, failed = None, False
        try:
            excerpts = self._excerpts(question, ranked, settings.answerer)
            checker = Checker(question, [excerpt.evidence for excerpt in excerpts])
            page = Page(replace(read, text="", citations=()), checker, settings.answerer.unsupported == "mark")
            yield from self._filled(page, asking(question, excerpts), settings.answerer)
        except ModelError:
            failed = True
        yield _last(page, failed, question, ranked, read)

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

    def _said(self, prompt: list[Message], most: int, settings: AnswererSettings) -> str:
        """All that the model writes; nothing where the prompt does not fit."""
        if self._room(prompt, most, settings) < 0:
            return ""
        with closing(self._held.write(settings, prompt, most)) as pieces:
            return "".join(pieces)

    def _room(self, prompt: list[Message], most: int, settings: AnswererSettings) -> int:
        """Tokens that are left of the model's context beside a prompt and what is to be written."""
        model = self._held.model(settings)
        return model.context - most - _TEMPLATE - sum(model.count(message.content) for message in prompt)

    def _excerpts(self, question: Question, ranked: Sequence[Ranked], settings: AnswererSettings) -> list[Excerpt]:
        room = self._room(asking(question, ()), settings.max_tokens, settings)
        excerpts = choose(ranked, question, room, self._held.model(settings).count)
        if not excerpts:
            _log.warning("no passage fits into the model's context; raise answerer.context or lower max_tokens")
            raise ModelError("no passage fits into the model's context")
        return excerpts


def asking(question: Question, excerpts: Sequence[Excerpt]) -> list[Message]:
    """The messages that ask for an answer."""
    return messages("prompt.txt", passages=numbered(excerpts), question=disarmed(question.text))


def _last(page: Page | None, failed: bool, question: Question, ranked: Sequence[Ranked], read: Answer) -> Answer:
    """What stands in the end."""
    if page and page.answer.text:
        return replace(page.answer, notice=CUT if failed else "")
    if page and page.declined:
        pieces, citations = compose.refuse(ranked, question)
        return replace(read, text="".join(pieces), citations=tuple(citations), refused=True)
    dropped = page.answer.dropped if page else 0
    return replace(read, notice=FAILED if failed else NOTHING, dropped=dropped)
