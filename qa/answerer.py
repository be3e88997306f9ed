"""The answerer: question → cited answer, or a refusal.

In: a config file, an index, questions. Out: `Answer`s and `Passage`s. The reader answers first; where a language model
is named, it writes what the reader found an answer to (qa/writing). One object serves any number of threads, and takes
up a new generation of the index between two questions.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from embeddings.index import Index
from embeddings.records import Article
from embeddings.stores import open_index
from qa.answers import compose, differences, direct, offices, summaries, versus
from qa.asked.editions import placed, where
from qa.asked.frames import core
from qa.asked.markup import unmarked
from qa.asked.mixed import read
from qa.asked.parts import joined, parts_of
from qa.asked.question import History, Question, check, understand
from qa.asked.question import turns as before
from qa.asked.several import Several, several
from qa.asked.spellings import spelled
from qa.fit.conflicts import giving_way, left
from qa.language.rarity import Rarity
from qa.language.synonyms import Synonyms
from qa.lists import lists
from qa.ranking.close import weigh
from qa.ranking.evidence import Lexicon
from qa.ranking.ranker import Ranked, Ranker
from qa.ranking.reranker import Reranker
from qa.ranking.retrieve import gather, reordered, search
from qa.reader import open_reader
from qa.records import Answer, Passage
from qa.replies.courtesies import aside
from qa.replies.holdings import holding
from qa.settings import Settings
from qa.talk.afterwards import doubts, stands_on
from qa.yesno import yesno

if TYPE_CHECKING:
    from qa.writing.model import LanguageModel
    from qa.writing.writer import Writer


@dataclass(frozen=True)
class _Read:
    """The reader's answer, its text in pieces, and the sentences that others may write from: none where it is final."""

    answer: Answer
    pieces: list[str]
    ranked: list[Ranked]

    def growing(self) -> Iterator[Answer]:
        """The answer, one piece more each time."""
        for said in range(1, len(self.pieces)):
            text = "".join(self.pieces[:said])
            cited = tuple(each for each in self.answer.citations if f"[{each.number}]" in text)
            yield replace(self.answer, text=text, citations=cited)
        yield self.answer


class Answerer:
    """Answers questions over one index folder; `model` writes the answers in place of the one that settings name."""

    def __init__(self, settings: Settings, model: LanguageModel | None = None) -> None:
        self.settings = settings
        self._given, self._opening = model, Lock()
        self._writer: Writer | None = None
        self._ranker, self._synonyms = Ranker.load(), Synonyms.load()
        self._reader = open_reader(settings.reader.model, self._synonyms)
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
        """The `k` passages that resemble a question most, best first.

        Raises:
            QuestionError: the question is empty or too long.
        """
        asked = understand(question, (), self.settings.answer.longest_question)
        index, settings = self.index, self.settings
        printed = spelled(asked, index)
        hits = search(index, asked, max(k, settings.retrieval.passages), settings.retrieval, self._reranker, printed)
        if not settings.reranker.model:
            hits = reordered(hits, self._ranked(index, asked, printed))
        return [Passage(hit.article, hit.start, hit.end, hit.score) for hit in hits[:k]]

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
        started, settings = time.perf_counter(), self.settings
        typed = unmarked(check(question, settings.answer.longest_question))
        if own := aside(typed, self.index.stats) or holding(typed, self.index, bool(history)):
            seconds = time.perf_counter() - started
            yield Answer(own, (), True, 0.0, question, len(self.index), seconds, aside=True)
            return
        said, turns = Answer(""), before(history)
        answered: list[Answer] = []
        for part in (parts := parts_of(core(read(unmarked(question))))):
            for answer in self._part(part, turns):
                said = answer if len(parts) == 1 else said
                yield replace(said, seconds=time.perf_counter() - started)
            answered.append(answer)
            turns.append((part, answer.text))
            said = joined(answered)
        if len(parts) > 1:
            yield replace(said, seconds=time.perf_counter() - started)

    def _part(self, question: str, history: History) -> Iterator[Answer]:
        """The growing answer to a question; one about several things is asked of each of them."""
        if asked := several(understand(question, history, self.settings.answer.longest_question).text):
            yield self._several(asked, question, history)
        elif doubts(question) and history:
            yield from (replace(answer, notice=stands_on(answer)) for answer in self._one(question, history))
        else:
            yield from self._one(question, history)

    def _several(self, asked: Several, question: str, history: History) -> Answer:
        """What is told of each thing, else what one report tells of all of them."""
        answers = [list(self._one(each, history))[-1] for each in asked.questions]
        if not any(answer.refused for answer in answers):
            return versus.together(asked, answers)
        *_, whole = self._one(question, history)
        if versus.about_all(asked, whole):
            return whole
        some = not asked.weighed and not all(answer.refused for answer in answers)
        return versus.together(asked, answers) if some else versus.lacking(asked, answers, whole)

    def _one(self, question: str, history: History) -> Iterator[Answer]:
        """The growing answer to a question about one thing."""
        writer, settings = self._writing(), self.settings
        if writer:
            asked = writer.understand(question, history, settings)
        else:
            asked = understand(question, history, settings.answer.longest_question)
        found = self._read(asked)
        written = (
            writer.write(asked, found.ranked, found.answer, settings) if writer and found.ranked else found.growing()
        )
        yield from written

    def answerable(self, question: str) -> bool:
        """Whether the reader finds an answer; no language model is asked."""
        return not self._read(understand(question, (), self.settings.answer.longest_question)).answer.refused

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

                self._writer = Writer(self._given)
        return self._writer

    def _read(self, asked: Question) -> _Read:
        """What the reader answers."""
        index = self.index
        asked = placed(asked, index)
        if asked.bare and asked.text in index.reporters:
            asked = replace(asked, kind="reports")
        printed = spelled(asked, index)
        ranked = giving_way(printed, self._ranked(index, asked, printed))
        confidence, (pieces, citations), final = self._decide(index, asked, ranked, printed)
        refused = confidence < self.settings.answer.refuse_below
        answer = Answer("".join(pieces), tuple(citations), refused, confidence, printed.shown, len(index))
        return _Read(answer, pieces, [] if refused or final else ranked)

    def _ranked(self, index: Index, asked: Question, printed: Question) -> list[Ranked]:
        """Every sentence of the best articles, read closely, best first; `printed` is the question as they spell it."""
        evidence = gather(index, asked, self._lexicon(index), self.settings.retrieval, self._reranker, printed)
        return weigh(asked, evidence, self._ranker, self._reader)

    def article(self, article_id: str) -> Article | None:
        """The article with this content id."""
        return self.index.article(article_id)

    def _lexicon(self, index: Index) -> Lexicon:
        return Lexicon(Rarity(len(index), index.frequency), self._synonyms)

    def _decide(
        self, index: Index, asked: Question, ranked: list[Ranked], printed: Question
    ) -> tuple[float, compose.Composed, bool]:
        """How sure it is that the paper answers; the answer or the refusal; whether that is the last word on it."""
        limits = self.settings.answer
        listing = lists.find(index, printed, ranked, self.settings) or direct.listing(printed, ranked, index)
        if listing is not None and not listing.lines:
            return 0.0, compose.refuse(ranked, asked, listing.where, listing.sought), True
        if listing is not None:
            return 1.0, compose.compose(listing.lines, "\n", listing.head), True
        confidence = self._ranker.answered(ranked) * left(printed, ranked)
        decided = yesno.find(printed, ranked) if asked.kind == "yesno" else None
        if decided and decided.lead:
            lead = f"{decided.lead}\n"
            return max(confidence, limits.refuse_below), compose.compose(decided.lines, "\n", lead), True
        if asked.bare and ranked and _holds_all(ranked[0]):  # who names a thing is told what there is
            confidence = max(confidence, limits.refuse_below)
            ranked = [one for one in ranked if one.evidence.covered[one.sentence].all()] or ranked
        if told := direct.telling(printed, ranked, index) or summaries.telling(printed, ranked):
            confidence, ranked = max(confidence, limits.refuse_below), told
        elif left(printed, ranked) == 1 and offices.sure(ranked, asked):
            confidence = max(confidence, limits.refuse_below)
        else:
            confidence *= direct.doubt(printed) * summaries.doubt(printed, ranked)
        if decided and not decided.lines:
            confidence = 0.0
        if confidence < limits.refuse_below or not ranked:
            return confidence, compose.refuse(ranked, asked, where(asked, index)), False
        if decided:
            return confidence, compose.compose(decided.lines), False
        if apart := differences.find(ranked, asked):
            return confidence, compose.compose(apart.lines, "\n", apart.head), True
        if asked.kind == "summary" and (not asked.bare or ranked[0].evidence.headline.all()):
            return confidence, compose.compose(summaries.summarise(ranked, limits.sentences + 1)), False
        return confidence, compose.compose(compose.from_sentences(ranked, asked, limits.sentences)), False


def _holds_all(best: Ranked) -> bool:
    """Whether the report of a sentence holds every word of the question."""
    seen = best.evidence
    return bool((np.maximum(seen.covered.max(axis=0, initial=0), seen.headline) == 1).all())
