"""The answerer: question → cited answer, or a refusal.

In: a config file, an index, questions. Out: `Answer`s and `Passage`s. The reader answers; where a language model is
named, it writes what the reader found an answer to (qa/writing). One object serves any number of threads, and takes up
a new generation of the index between two questions.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date as Date
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from embeddings.index import Index
from embeddings.records import Article
from embeddings.stores import open_index
from qa import compose, lists, replies
from qa.question import History, Question, check, kind_of, surely_names, understand
from qa.reader import open_reader
from qa.reconcile import Best, reconcile
from qa.records import Answer, Passage, Refusal
from qa.rerank import Reranker
from qa.retrieve import retrieve, search
from qa.settings import Settings
from qa.summary import summary

if TYPE_CHECKING:
    from qa.writing.model import LanguageModel
    from qa.writing.writer import Writer


class Answerer:
    """Answers questions over one index folder; `model` writes the answers in place of the one that settings name."""

    def __init__(self, settings: Settings, model: LanguageModel | None = None) -> None:
        self.settings = settings
        self._given, self._opening = model, Lock()
        self._writer: Writer | None = None
        self.reader = open_reader(settings.reader.model)
        self._reranker = Reranker(settings.reranker)
        self._index = open_index(settings.index, settings.encoder, settings.store)

    @classmethod
    def open(
        cls,
        config: str | Path | Settings = "config.yaml",
        index: str | Path | None = None,
        model: LanguageModel | None = None,
    ) -> Answerer:
        """Open with a config file (or `Settings`); `index` wins over the index folder that the config names.

        A `model` of your own writes the answers, whatever the config says; you close it yourself.

        Raises:
            ConfigError, BrokenIndexError, ModelError: in one line, with the remedy.
        """
        settings = config if isinstance(config, Settings) else Settings.load(config)
        return cls(settings.model_copy(update={"index": Path(index)}) if index is not None else settings, model)

    @property
    def index(self) -> Index:
        """The live generation; opened anew when a build has swapped another in."""
        if not self._index.is_live():
            self._index = open_index(self.settings.index, self.settings.encoder, self.settings.store)
        return self._index

    def search(self, question: str, k: int = 10) -> list[Passage]:
        """The `k` passages that resemble a question most, best first; those that the reader read by what it thinks.

        Raises:
            QuestionError: the question is empty or too long.
        """
        asked, settings = self.understand(question), self.settings.retrieval
        hits = search(self.index, asked, max(k, settings.passages), settings, self._reranker)
        if self._reranker.candidates:
            return [Passage(hit.article, hit.start, hit.end, hit.score) for hit in hits[:k]]
        read = {each.article.id: at for at, each in reversed(list(enumerate(self.read(asked).ranked)))}
        order = sorted(hits, key=lambda hit: read.get(hit.article.id, len(read)))
        top = len(order)
        return [Passage(hit.article, hit.start, hit.end, (top - at) / top) for at, hit in enumerate(order[:k])]

    def answer(self, question: str, history: History = ()) -> Answer:
        """Answer a question in the light of the (question, answer) turns before it.

        Raises:
            QuestionError: the question is empty or too long.
        """
        *_, whole = self.stream(question, history)
        return whole

    def stream(self, question: str, history: History = ()) -> Iterator[Answer]:
        """The same answer in growing pieces, sentence by sentence; the last piece is complete.

        While a language model writes, a piece may be as the one before, or empty: a chance to stop by closing.
        """
        started = time.perf_counter()
        typed = check(question, self.settings.answer.longest_question)
        if own := replies.reply(typed, self.index.stats):
            yield Answer(own, refused=True, question_as_understood=typed, searched=len(self.index), aside=True)
            return
        asked = self.understand(question, history)
        for answer in self._answers(asked):
            yield replace(
                answer,
                question_as_understood=asked.shown,
                searched=len(self.index),
                seconds=time.perf_counter() - started,
            )

    def understand(self, question: str, history: History = ()) -> Question:
        """The question, parsed in the light of the archive's newest day and of who signs in it."""
        index, longest = self.index, self.settings.answer.longest_question
        newest = Date.fromisoformat(day) if (day := index.stats["last_date"]) else None
        asked = understand(question, history, newest, index.reporters, longest)
        return replace(asked, names=surely_names(asked.names, index.frequency))

    def read(self, asked: Question) -> Best:
        """What the reader makes of the windows that were found."""
        found = retrieve(self.index, asked, self.settings.retrieval, self._reranker)
        return reconcile(asked, found, self.reader.read(asked.text, [each.window for each in found]))

    def _answers(self, asked: Question) -> Iterator[Answer]:
        if asked.command == "brief":
            *_, whole = self._answers(replace(asked, command=""))
            yield compose.shortened(whole)
            return
        if asked.command == "detail" and asked.kind not in ("reports", "summary"):
            asked = replace(asked, kind="summary")
        if listed := lists.answer(asked, self.index, self.settings):
            yield from compose.growing(listed)
            return
        if asked.sides and not asked.command and (both := self._compared(asked)):
            yield both
            return
        if asked.parts and not asked.command and (several := self._several(asked)):
            yield from compose.growing(several)
            return
        best = self.read(asked)
        if asked.command in ("more", "other"):
            yield compose.further(asked, best)
            return
        if asked.kind == "summary" and (told := summary(asked, best, self.settings.answer.refuse_below)):
            yield from self._written(asked, best, replace(told, confidence=max(best.confidence, 0.5)))
            return
        if best.confidence < self.settings.answer.refuse_below or not best.ranked:
            yield self._refusal(asked, best)
            return
        yield from self._written(asked, best, compose.answer(asked, best))

    def _written(self, asked: Question, best: Best, own: Answer) -> Iterator[Answer]:
        """What a language model writes on it, where there is one; else the reader's own answer, growing."""
        if writer := self._writing():
            yield from writer.write(asked, best, own, self.settings)
        else:
            yield from compose.growing(own)

    def _compared(self, asked: Question) -> Answer | None:
        """What is told of each of two things, where both are told and by different sentences; else None."""
        sides = [
            self.read(replace(asked, text=side.question, typed=side.question, sides=(), kind=kind_of(side.question)))
            for side in asked.sides
        ]
        if any(not side.ranked or side.confidence < self.settings.answer.refuse_below for side in sides):
            return None
        return compose.together(asked, sides)

    def _several(self, asked: Question) -> Answer | None:
        """What answers each of several questions; None where none is answered."""
        parts = [replace(asked, text=part, kind=kind_of(part.rpartition(" ")[2]), parts=()) for part in asked.parts]
        bests = [self.read(part) for part in parts]
        if all(best.confidence < self.settings.answer.refuse_below for best in bests):
            return None
        return compose.several(list(zip(parts, bests, strict=True)), self.settings.answer.refuse_below)

    def _refusal(self, asked: Question, best: Best) -> Answer:
        reason = None
        if asked.issue and asked.period and not best.ranked:
            reason = Refusal("issue", f"{asked.period.first}至{asked.period.last}")
        return compose.refusal(asked, best, reason)

    def answerable(self, question: str) -> bool:
        """Whether the reader finds an answer; no language model is asked."""
        return self.read(self.understand(question)).confidence >= self.settings.answer.refuse_below

    def close(self) -> None:
        """Release what a language model holds; the next question would open it again."""
        if self._writer:
            self._writer.close()

    def _writing(self) -> Writer | None:
        """Whoever writes answers, where there is a language model, which is opened when it is first asked."""
        if self.settings.answerer.kind == "reader" and not self._given:
            self.close()
            return None
        with self._opening:
            if self._writer is None:
                from qa.writing.writer import Writer

                self._writer = Writer(self._given, self.reader)
        return self._writer

    def article(self, article_id: str) -> Article | None:
        """The article with this content id."""
        return self.index.article(article_id)
