"""A conversation: what was typed, the turns that come of it, and questions to ask next. Independent of Gradio and HTML.

A kept turn names its articles by content id only: the text of a citation always comes from the archive itself.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, NamedTuple, Protocol

from pydantic import TypeAdapter

from embeddings.errors import QuestionError, WenbaoError
from embeddings.records import Article
from qa.question import check, content_words, kind_of
from qa.records import MOST_TURNS, Answer, bounded
from qa.settings import Settings
from ui.plain import one_line, plain
from ui.words import EN, ZH, Words, told

_SUBJECT = re.compile(r"(?:^|[。\n])([^,，。;；:：、\s“”《》()（）]{2,14}项目)")
_VAGUE = re.compile(r"[个些该这此其各一二两三四五六七八九十\d]|重大|建设中|总投资|图为|的")
_STAGES = {"竣工": "be completed", "投产": "go into production", "达产": "reach full output", "开工": "break ground"}
_SUM = re.compile(r"总投资(?:额|约)?(\d[\d.]*(?:亿|万)(?:元|美元))")
_TURNS = TypeAdapter(list[tuple[str, str]])
_TRIES = 4  # further questions that are tried after an answer


class Suggested(NamedTuple):
    """A question that the archive answers, and how an English page shows it; the names in it stay the paper's."""

    chinese: str
    english: str = ""

    def said(self, say: Words) -> str:
        """The question as a page in this language shows it."""
        return self.english if say is EN and self.english else self.chinese


def suggest(articles: Sequence[Article], answers: Callable[[str], bool], count: int = 4) -> list[Suggested]:
    """Up to `count` questions, one of each kind in turn; `answers` says whether the archive answers one."""
    return _take([_projects(articles), _reporters(articles, 2), _sums(articles)], answers, count)


def follow_ups(cited: Sequence[Article], asked: Iterable[str], answers: Callable[[str], bool]) -> tuple[Suggested, ...]:
    """Up to three questions to ask next, about the cited articles.

    None of them was `asked` already, in these words or others; `answers` says whether the archive answers one.
    """
    known = [_sense(question) for question in asked]
    kinds = [_projects(cited), _stories(cited), _reporters(cited)]
    tries = iter(range(_TRIES))  # each is a question asked

    def new(question: str) -> bool:
        fresh = not any(_alike(_sense(question), other) for other in known)
        return fresh and next(tries, None) is not None and answers(question)

    return tuple(_take(kinds, new, 3))


def _sense(question: str) -> tuple[str, frozenset[str]]:
    """The kind of a question and what it names: the same for 科恩啥时候投产 and 科恩什么时候投产？."""
    return kind_of(question), frozenset(word for word, _ in content_words(question))


def _alike(one: tuple[str, frozenset[str]], other: tuple[str, frozenset[str]]) -> bool:
    """Whether two questions ask the same: of one kind, and all that one names is named by the other."""
    return one[0] == other[0] and (one[1] <= other[1] or other[1] <= one[1])


def _take(kinds: list[Iterator[Suggested]], answers: Callable[[str], bool], count: int) -> list[Suggested]:
    """The first `count` questions that are answered, one of each kind in turn."""
    found: list[Suggested] = []
    while kinds and len(found) < count:
        for kind in list(kinds)[: count - len(found)]:
            question = next((each for each in kind if each not in found and answers(each.chinese)), None)
            if question is None:
                kinds.remove(kind)
            else:
                found.append(question)
    return found


def _reporters(articles: Iterable[Article], least: int = 1) -> Iterator[Suggested]:
    """Of those who signed at least so many of the reports, the busiest first."""
    counts = Counter(name for article in articles if article.kind == "report" for name in article.reporters)
    for name, count in counts.most_common():
        if count >= least:
            yield Suggested(f"记者{name}写过哪些报道？", f"Which reports did {name} write?")


def _stories(articles: Iterable[Article]) -> Iterator[Suggested]:
    """What a report is about, for headlines short enough to ask."""
    for article in articles:
        if 4 <= len(article.headline) <= 16 and article.kind == "report":
            yield Suggested(f"《{article.headline}》讲了什么？", f"What is 《{article.headline}》 about?")


def _projects(articles: Iterable[Article]) -> Iterator[Suggested]:
    """When a project reaches a stage that its report names."""
    for article in articles:
        subject, stage = _SUBJECT.search(article.text), re.search("|".join(_STAGES), article.text)
        if subject and stage and not _VAGUE.search(subject[1]):
            yield Suggested(f"{subject[1]}什么时候{stage[0]}？", f"When will {subject[1]} {_STAGES[stage[0]]}?")


def _sums(articles: Iterable[Article]) -> Iterator[Suggested]:
    """Which projects cost a sum that several articles name."""
    counts = Counter(amount for article in articles for amount in set(_SUM.findall(article.text)))
    for amount, count in counts.most_common():
        if count > 1:
            yield Suggested(f"总投资{amount}的项目有哪些？", f"Which projects have a total investment of {amount}?")


def question_of(typed: str, longest: int) -> str:
    """The question in one line, without control characters; `longest` is the most characters it may have.

    Raises:
        QuestionError: it is not UTF-8, empty, without a letter or digit, or too long.
    """
    if re.search("[\ud800-\udfff]", typed):
        raise QuestionError(
            "the question is not UTF-8 text; send it as UTF-8",
            chinese="问题不是 UTF-8 文字；请把终端或脚本的编码设为 UTF-8 再问",
        )
    return one_line(check(one_line(typed), longest))


def history_from(pairs: Any, longest: int = 500) -> list[tuple[str, str]]:
    """What a program sent as history: pairs [question, answer] -> [(question, answer), …], as many as are read.

    Raises:
        QuestionError: it has another shape, or a question in it is longer than may be asked.
    """
    try:
        pairs = _TURNS.validate_python([] if pairs is None else pairs)
    except ValueError:
        raise QuestionError(
            'history must be a list like [["question", "answer"], …]',
            chinese='history 应是 [["问题", "回答"], …] 这样的列表',
        ) from None
    turns = [(plain(asked), plain(said)) for asked, said in pairs[-MOST_TURNS:]]
    if (most := max((len(asked) for asked, _ in turns), default=0)) > longest:
        raise QuestionError(
            f"a question of the turns before has {most} characters; at most {longest} may be asked",
            chinese=f"前面有一问 {most} 字；一问最多 {longest} 字",
        )
    return bounded(turns)


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

    `follow` are questions to ask next; None while the turn is still being answered. `vote` is "up", "down" or "", and
    `row` its number in the file of votes, 0 where that is not known.
    `again` says whether the same question may be answered otherwise: by a language model, or after a fault or a stop.
    """

    question: str
    answer: Answer | None = None
    notice: str = ""
    follow: tuple[Suggested, ...] | None = None
    vote: str = ""
    row: int = 0
    again: bool = False


def respond(answerer: Answering, typed: str, turns: Sequence[Turn], say: Words = ZH) -> Iterator[list[Turn]]:
    """Answer what was typed: the turns with one more, which grows. Errors become a notice, never a stack trace.

    Closing this generator closes the answerer's, which stops answering.
    """
    turn = Turn(plain(typed), again=answerer.settings.answerer.kind != "reader")
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


_KEEPING = TypeAdapter(Turn)
_NOT_KEPT: dict[str, Any] = {
    "row": True,
    "answer": {
        "confidence": True,
        "searched": True,
        "seconds": True,
        "sentences": True,
        "citations": {"__all__": {"article"}},
    },
}


def kept(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """The newest turns as plain values for JSON; without the text of any article."""
    found = []
    for turn in turns[-KEPT:]:
        raw = _KEEPING.dump_python(turn, mode="json", exclude=_NOT_KEPT, exclude_defaults=True)
        cited = turn.answer.citations if turn.answer else ()
        for one, citation in zip(raw["answer"]["citations"] if cited else (), cited, strict=True):
            one["article"] = citation.article.id
        found.append(raw)
    return found


def unkept(kept_turns: Any, article: Callable[[str], Article | None], unanswered: str = "") -> list[Turn]:
    """The turns that a browser kept; whatever has another shape is left out, as are citations of lost articles.

    A question whose answer the reader did not wait for gets the notice `unanswered`.
    """
    turns: list[Turn] = []
    for raw in kept_turns[-KEPT:] if isinstance(kept_turns, list) else []:
        try:
            if answer := raw.get("answer"):
                raw = {**raw, "answer": {**answer, "citations": [*_found(answer.get("citations", ()), article)]}}
            turn = _KEEPING.validate_python({**raw, "follow": raw.get("follow") or ()})
        except (TypeError, ValueError, KeyError, AttributeError):
            continue
        turns.append(turn if turn.answer or turn.notice else replace(turn, notice=unanswered, again=True))
    return turns


def _found(citations: Any, article: Callable[[str], Article | None]) -> Iterator[dict[str, Any]]:
    """Kept citations with their articles, as far as the archive has them."""
    for one in citations:
        source = article(str(one["article"]))
        if source and 0 <= int(one["start"]) < int(one["end"]) <= len(source.text):
            yield {**one, "article": source}


class Conversation:
    """Turns that only the newest question may grow."""

    def __init__(self) -> None:
        self._turns: list[Turn] = []
        self._run, self._whole, self._lock = 0, False, Lock()
        self.looks = False  # whether the reader has opened something since the last question
        self.generation = ""  # of the archive, as the page shows it

    def __deepcopy__(self, memo: Any) -> Conversation:
        return Conversation()  # Gradio copies the first one for every session

    @property
    def turns(self) -> list[Turn]:
        return list(self._turns)

    def change(self, turns: Sequence[Turn]) -> int:
        """These are the turns now; whatever was growing ends. Returns the number under which they may grow."""
        with self._lock:
            self._run, self._whole, self._turns, self.looks = self._run + 1, False, list(turns), False
            return self._run

    def grow(self, run: int, turn: Turn, place: int, *, last: bool = False) -> list[Turn] | None:
        """The turns after a further (or the `last`) piece of turn number `place`; None where that answer was ended."""
        with self._lock:
            if run != self._run:
                return None
            self._whole = last
            if place < len(self._turns):
                turn = replace(turn, vote=self._turns[place].vote, row=self._turns[place].row)
            self._turns[place:] = [turn]
            return list(self._turns)

    @property
    def whole(self) -> list[Turn]:
        """The turns, where the newest question was just answered to its end; else none."""
        with self._lock:
            return list(self._turns) if self._whole else []

    def lead_on(self, turn: Turn, follow: tuple[Suggested, ...]) -> list[Turn] | None:
        """The turns with questions to ask next below `turn`; None where it is no longer the newest."""
        with self._lock:
            if not self._whole or not self._turns or self._turns[-1].answer is not turn.answer:
                return None
            self._turns[-1] = replace(self._turns[-1], follow=follow)
            return list(self._turns)

    def vote(self, place: int, vote: str, row: int = 0) -> list[Turn]:
        """The turns after a vote on turn number `place`; what is growing goes on."""
        with self._lock:
            self._turns[place] = replace(self._turns[place], vote=vote, row=row)
            return list(self._turns)

    def stop(self, notice: str) -> list[Turn]:
        """End what is growing; a question that has no answer yet gets the notice."""
        with self._lock:
            self._run, self._whole = self._run + 1, False
            if self._turns and self._turns[-1].follow is None:
                last = self._turns[-1]
                said = "" if last.answer else last.notice or notice
                self._turns[-1] = replace(last, follow=(), notice=said, again=True)
            return list(self._turns)


class Watched:
    """One answerer for the page and for programs, whose questions in progress are counted."""

    def __init__(self, answerer: Answering) -> None:
        self._answerer, self._asked, self._lock = answerer, 0, Lock()

    @property
    def calm(self) -> bool:
        return not self._asked

    @property
    def settings(self) -> Settings:
        return self._answerer.settings

    @property
    def index(self) -> Any:
        return self._answerer.index

    def answer(self, question: str, history: History = ()) -> Answer:
        with self._asking():
            return self._answerer.answer(question, history)

    def stream(self, question: str, history: History = ()) -> Iterator[Answer]:
        with self._asking():
            yield from self._answerer.stream(question, history)

    def answerable(self, question: str) -> bool:
        return self._answerer.answerable(question)

    def search(self, question: str, k: int = 10) -> Any:
        return self._answerer.search(question, k)

    @contextmanager
    def _asking(self) -> Iterator[None]:
        with self._lock:
            self._asked += 1
        try:
            yield
        finally:
            with self._lock:
                self._asked -= 1


def watched(answerer: Answering) -> Watched:
    """The answerer, watched; once is enough."""
    return answerer if isinstance(answerer, Watched) else Watched(answerer)
