"""The answerer: question → cited answer, or a refusal.

In: a config file, an index, questions. Out: `Answer`s and `Passage`s. One object serves any number of threads, and
takes up a new generation of the index between two questions.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from embeddings.index import Index
from embeddings.records import Article
from embeddings.stores import open_index
from qa import compose, lists
from qa.evidence import Lexicon
from qa.question import History, Question, understand
from qa.ranker import Ranked, Ranker
from qa.rarity import Rarity
from qa.records import Answer, Passage
from qa.reranker import Reranker
from qa.retrieve import gather, search
from qa.settings import Settings
from qa.synonyms import Synonyms


class Answerer:
    """Answers questions over one index folder."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._ranker, self._synonyms = Ranker.load(), Synonyms.load()
        self._reranker = Reranker(settings.reranker)
        self._index = open_index(settings.index, settings.encoder, settings.store)

    @classmethod
    def open(cls, config: str | Path | Settings = "config.yaml", index: str | Path | None = None) -> Answerer:
        """Open with a config file (or `Settings`); `index` wins over the index folder that the config names.

        Raises:
            ConfigError, BrokenIndexError, ModelError: in one line, with the remedy.
        """
        settings = config if isinstance(config, Settings) else Settings.load(config)
        return cls(settings.model_copy(update={"index": Path(index)}) if index is not None else settings)

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
        hits = search(self.index, asked, k, self.settings.retrieval, self._reranker)
        return [Passage(hit.article, hit.start, hit.end, hit.score) for hit in hits]

    def answer(self, question: str, history: History = ()) -> Answer:
        """Answer a question in the light of the (question, answer) turns before it.

        Raises:
            QuestionError: the question is empty or too long.
        """
        return self._answer(question, history)[0]

    def stream(self, question: str, history: History = ()) -> Iterator[Answer]:
        """The same answer in growing pieces, sentence by sentence; the last piece is complete."""
        whole, pieces = self._answer(question, history)
        for said in range(1, len(pieces)):
            yield replace(whole, text="".join(pieces[:said]), citations=whole.citations[:said])
        yield whole

    def _answer(self, question: str, history: History) -> tuple[Answer, list[str]]:
        """The answer, and the pieces that make up its text."""
        started = time.perf_counter()
        index = self.index
        asked = understand(question, history, self.settings.answer.longest_question)
        evidence = gather(index, asked, self._lexicon(index), self.settings.retrieval, self._reranker)
        confidence, (pieces, citations) = self._decide(index, asked, self._ranker.rank(evidence))
        refused = confidence < self.settings.answer.refuse_below
        seconds = time.perf_counter() - started
        text, found = "".join(pieces), tuple(citations)
        return Answer(text, found, refused, confidence, asked.text, len(index), seconds), pieces

    def article(self, article_id: str) -> Article | None:
        """The article with this content id."""
        return self.index.article(article_id)

    def _lexicon(self, index: Index) -> Lexicon:
        return Lexicon(Rarity(len(index), index.frequency), self._synonyms)

    def _decide(self, index: Index, asked: Question, ranked: list[Ranked]) -> tuple[float, compose.Composed]:
        """How sure it is that the paper answers; the answer or the refusal."""
        limits = self.settings.answer
        listing = lists.find(index, asked, ranked, self.settings)
        if listing is not None and not listing.lines:
            return 0.0, compose.refuse(ranked, listing.where)
        if listing is not None:
            return 1.0, compose.compose(listing.lines, "\n", listing.head)
        confidence = self._ranker.answered(ranked)
        if confidence < limits.refuse_below or not ranked:
            return confidence, compose.refuse(ranked)
        if asked.kind == "summary":
            return confidence, compose.compose(compose.summarise(ranked, limits.sentences + 1))
        return confidence, compose.compose(compose.from_sentences(ranked, asked, limits.sentences))
