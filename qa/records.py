"""The records that the qa room hands out: `Passage`, `Citation`, `Value`, `Written` and `Answer`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date
from typing import Any, Literal

from embeddings.records import Article

MOST_TURNS = 20  # of a conversation that are read, the newest
LONGEST_ASKED, LONGEST_SAID = 1_000, 4_000  # characters that are read of a question and of an answer of earlier turns
Support = Literal["supported", "partial", "unsupported"]


def bounded(history: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """As much of the (question, answer) turns before a question as is read.

    >>> bounded([("甲？", "乙。" * 9_000)] * 99) == [("甲？", "乙。" * 2_000)] * 20
    True
    """
    return [(asked[:LONGEST_ASKED], said[:LONGEST_SAID]) for asked, said in history[-MOST_TURNS:]]


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrieved window of an article: `article.text[start:end] == text`; a higher `score` is better."""

    article: Article
    start: int
    end: int
    score: float

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Citation:
    """The proof of one sentence of an answer: `article.text[start:end] == quote`, always.

    `marked` are the words in it that answer, (start, end) in the article's text.
    """

    number: int
    article: Article
    start: int
    end: int
    marked: tuple[tuple[int, int], ...] = ()

    @property
    def quote(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def headline(self) -> str:
        return self.article.title

    @property
    def reporters(self) -> tuple[str, ...]:
        return self.article.reporters

    @property
    def date(self) -> Date | None:
        return self.article.date

    @property
    def page(self) -> str:
        return self.article.page

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "number": self.number,
            "article_id": self.article.id,
            "headline": self.headline,
            "reporters": list(self.reporters),
            "date": self.date.isoformat() if self.date else None,
            "page": self.page,
            "source": self.article.source,
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
        }


@dataclass(frozen=True, slots=True)
class Value:
    """An earlier value that a later report overrules: the words, when they were printed, and the citation's number."""

    words: str
    date: Date | None
    number: int

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"words": self.words, "date": self.date.isoformat() if self.date else None, "number": self.number}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing is answered, as data.

    `kind`: "name", "ordinal" or "year": the nearest report does not have the `words`; "unsure": it may not answer;
    "nothing": nothing was found; "issue": nothing in the issues asked for, `words` being their days; "author": nobody
    signs so; "no_more": everything on it was told.
    """

    kind: Literal["name", "ordinal", "year", "unsure", "nothing", "issue", "author", "no_more"]
    words: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence that a language model wrote, as it is shown; `numbers` are those of the citations that bear it out."""

    text: str
    support: Support
    numbers: tuple[int, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"text": self.text, "support": self.support, "numbers": list(self.numbers)}


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a question: sentences that each end in `[n]`, or a refusal.

    `text` is Chinese; qa/compose.py says the same in English. `short` are the words that answer, "" where there is no
    short answer. `verdict` is what a yes/no question came to. `older` are values that the first citation overrules.
    `confidence` is the estimated probability (0–1) that the answer is right. `searched` counts the articles of the
    archive. A refusal may carry one citation: the nearest report. An `aside` is what Wenbao says of itself, to a
    greeting or to thanks: it tells nothing of the paper, so it counts as refused and cites nothing. `notice` is a line
    for the reader, as when a language model failed. `sentences` are those that a language model wrote, with what their
    check said, and `dropped` counts those that it did not pass; both are empty where the answer is the paper's words.
    """

    text: str
    citations: tuple[Citation, ...] = ()
    refused: bool = False
    confidence: float = 0.0
    question_as_understood: str = ""
    searched: int = 0
    seconds: float = 0.0
    notice: str = ""
    sentences: tuple[Written, ...] = ()
    dropped: int = 0
    aside: bool = False
    short: str = ""
    verdict: Literal["yes", "no", ""] = ""
    older: tuple[Value, ...] = ()
    refusal: Refusal | None = None
    total: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "text": self.text,
            "short": self.short,
            "refused": self.refused,
            "reason": {"kind": self.refusal.kind, "words": self.refusal.words} if self.refusal else None,
            "aside": self.aside,
            "verdict": self.verdict,
            "older": [value.as_dict() for value in self.older],
            "confidence": round(self.confidence, 3),
            "question_as_understood": self.question_as_understood,
            "searched": self.searched,
            "seconds": round(self.seconds, 3),
            "notice": self.notice,
            "sentences": [sentence.as_dict() for sentence in self.sentences],
            "dropped": self.dropped,
            "citations": [citation.as_dict() for citation in self.citations],
        }
