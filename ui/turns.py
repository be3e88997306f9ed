"""The turns of a conversation: a question and what came of it; as JSON for the reader's browser to keep, and back.

In: questions and an answerer. Out: turns. Errors become a notice to the reader. Knows nothing about Gradio or HTML.
A kept turn names its articles by content id only: the text of a citation always comes from the archive itself.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from embeddings.errors import QuestionError, WenbaoError
from embeddings.records import Article
from qa.records import Answer, Citation, Refusal, bounded
from qa.settings import Settings
from ui.faults import told
from ui.plain import plain
from ui.question import question_of
from ui.words import ZH, Words

APOLOGY = ZH["apology"]
KEPT = 40  # turns that the browser keeps
_log = logging.getLogger(__name__)

History = Sequence[tuple[str, str]]


class Answering(Protocol):
    """What the page needs of an answerer."""

    @property
    def settings(self) -> Settings: ...
    @property
    def index(self) -> Any: ...
    def answer(self, question: str, history: History = ()) -> Answer: ...
    def stream(self, question: str, history: History = ()) -> Iterator[Answer]: ...
    def answerable(self, question: str) -> bool: ...
    def search(self, question: str, k: int = 10) -> Any: ...


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what came of it so far: an answer, or a notice to the reader, or nothing yet.

    `follow` are questions to ask next; None while the turn is still being answered. `vote` is "up", "down" or "".
    `again` says whether the same question may be answered otherwise: by a language model, or after a fault or a stop.
    """

    question: str
    answer: Answer | None = None
    notice: str = ""
    follow: tuple[str, ...] | None = None
    vote: str = ""
    again: bool = False


def respond(answerer: Answering, typed: str, turns: Sequence[Turn], say: Words = ZH) -> Iterator[list[Turn]]:
    """Answer what was typed: the turns with one more, which grows. Errors become a notice, never a stack trace.

    Closing this generator closes the answerer's, which stops answering.
    """
    turn = Turn(typed, again=answerer.settings.answerer.kind != "reader")
    yield [*turns, turn]
    try:
        question = question_of(typed, answerer.settings.answer.longest_question)
        turn = replace(turn, question=question)
        for answer in answerer.stream(question, history_of(turns)):
            turn = replace(turn, answer=answer) if answer.text else turn  # a language model may take its time
            yield [*turns, turn]
    except WenbaoError as error:
        again = not isinstance(error, QuestionError)
        yield [*turns, replace(turn, answer=None, notice=told(error, say), again=again)]
    except Exception:  # the last resort: a reader must never see a traceback, the log must
        _log.exception("answering failed")
        yield [*turns, replace(turn, answer=None, notice=say["apology"], again=True)]


def history_of(turns: Sequence[Turn]) -> list[tuple[str, str]]:
    """The answered turns as (question, answer) pairs, as many as are read."""
    return bounded([(turn.question, turn.answer.text) for turn in turns if turn.answer])


def kept(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """The newest turns as plain values for JSON; without the text of any article."""
    return [
        {
            "question": turn.question,
            "notice": turn.notice,
            "follow": list(turn.follow or ()),
            "vote": turn.vote,
            "again": turn.again,
            "answer": turn.answer and _answer_kept(turn.answer),
        }
        for turn in turns[-KEPT:]
    ]


def _answer_kept(answer: Answer) -> dict[str, Any]:
    marks = [[one.number, one.article.id, one.start, one.end, *one.marked] for one in answer.citations]
    kept = {"text": answer.text, "refused": answer.refused, "as": answer.question_as_understood, "citations": marks}
    kept |= {"short": answer.short} if answer.short else {}
    kept |= {"verdict": answer.verdict} if answer.verdict else {}
    kept |= {"reason": [answer.refusal.kind, answer.refusal.words]} if answer.refusal else {}
    kept |= {"notice": answer.notice} if answer.notice else {}
    return {**kept, "aside": True} if answer.aside else kept


def unkept(kept_turns: Any, article: Callable[[str], Article | None], unanswered: str = "") -> list[Turn]:
    """The turns that a browser kept; whatever has another shape is left out, as are citations of lost articles.

    A question whose answer the reader did not wait for gets the notice `unanswered`.
    """
    if not isinstance(kept_turns, list):
        return []
    turns: list[Turn] = []
    for raw in kept_turns[-KEPT:]:
        try:
            turn = _turn(raw, article)
            turns.append(turn if turn.answer or turn.notice else replace(turn, notice=unanswered, again=True))
        except (TypeError, ValueError, KeyError, AttributeError):
            continue
    return turns


def _turn(raw: dict[str, Any], article: Callable[[str], Article | None]) -> Turn:
    answer = raw["answer"] and _answer(raw["answer"], article)
    follow = tuple(plain(str(question)) for question in raw["follow"])
    question, notice, vote = (plain(str(raw[key])) for key in ("question", "notice", "vote"))
    return Turn(question, answer or None, notice, follow, vote, bool(raw.get("again")))


def _answer(raw: dict[str, Any], article: Callable[[str], Article | None]) -> Answer:
    citations = []
    for number, article_id, start, end, *marked in raw["citations"]:
        source = article(str(article_id))
        if source and 0 <= int(start) < int(end) <= len(source.text):
            spans = tuple((int(low), int(high)) for low, high in marked)
            citations.append(Citation(int(number), source, int(start), int(end), spans))
    text, understood = plain(str(raw["text"])), plain(str(raw["as"]))
    said = Answer(text, tuple(citations), bool(raw["refused"]), question_as_understood=understood)
    verdict = raw.get("verdict", "")
    reason = raw.get("reason")
    return replace(
        said,
        notice=plain(str(raw.get("notice", ""))),
        aside=bool(raw.get("aside")),
        short=plain(str(raw.get("short", ""))),
        verdict=verdict if verdict in ("yes", "no") else "",
        refusal=Refusal(reason[0], plain(str(reason[1]))) if reason else None,
    )
