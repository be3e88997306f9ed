"""A file of questions with known answers → how well an archive is answered, question by question and in all.

The measures:

right            an answer that holds the wanted strings (`any` of them, or one of each group of `all`)
article          it cites the article named
refused          an unanswerable question was refused
wrongly_refused  an answerable one was
said, said_wrong a yes/no question was answered by the right word, by the opposite
current          no outdated value stands before the one that holds
focus            every sentence of a right answer to a question of fact holds a wanted string
short            `Answer.short` holds one, and little else
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from operator import attrgetter
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from embeddings.errors import QuestionError
from qa.measure.questionnaire import EvaluationError, Row, flat
from qa.measure.significance import Rate, rate
from qa.question import History
from qa.records import Answer, Citation

Progress = Callable[[str, int, int], None]


class Answering(Protocol):
    """What can be evaluated."""

    def answer(self, question: str, history: History = ()) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question. `good`: answered rightly, or rightly refused; `article`: None where none is named.

    `said`, `said_wrong`, `current`, `focus` and `short` are None where the question has no such side.
    """

    id: str
    question: str
    kind: str
    answerable: bool
    refused: bool
    good: bool
    article: bool | None
    said: bool | None
    said_wrong: bool | None
    current: bool | None
    focus: bool | None
    short: bool | None
    confidence: float
    seconds: float
    text: str


MEASURES: dict[str, Callable[[Outcome], bool | None]] = {
    "right": lambda one: one.good if one.answerable else None,
    "article": lambda one: one.article,
    "refused": lambda one: None if one.answerable else one.refused,
    "wrongly_refused": lambda one: one.refused if one.answerable else None,
    **{name: attrgetter(name) for name in ("said", "said_wrong", "current", "focus", "short")},
}


@dataclass(frozen=True, slots=True)
class Report:
    """All outcomes of a run; `threshold` is the confidence below which the answerer was told to refuse."""

    outcomes: tuple[Outcome, ...]
    threshold: float

    def measure(self, name: str, kind: str = "") -> Rate | None:
        """A rate over the questions (of one kind) that it speaks of; None if there are none."""
        values = [MEASURES[name](one) for one in self.outcomes if kind in ("", one.kind)]
        known = [value for value in values if value is not None]
        return rate(sum(known), len(known)) if known else None

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of questions, in order of appearance."""
        return tuple(dict.fromkeys(one.kind for one in self.outcomes))

    def latency(self) -> dict[str, float]:
        """Milliseconds a question at the median and at 95 %."""
        seconds = [one.seconds for one in self.outcomes] or [0.0]
        return {f"p{share}_ms": round(1000 * float(np.percentile(seconds, share)), 1) for share in (50, 95)}

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON; `load` reads them back."""

        def rates(kind: str = "") -> dict[str, Any]:
            return {name: rate.as_dict() for name in MEASURES if (rate := self.measure(name, kind))}

        return {
            "questions": len(self.outcomes), "refuse_below": self.threshold, "measures": rates(),
            "kinds": {kind: rates(kind) for kind in self.kinds}, "latency": self.latency(),
            "outcomes": [asdict(one) for one in self.outcomes],
        }  # fmt: skip

    @classmethod
    def load(cls, path: Path) -> Report:
        """Read what `as_dict` wrote.

        Raises:
            EvaluationError: the file is missing or is no result of `wenbao evaluate --json`.
        """
        names = {field.name for field in fields(Outcome)}
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
            outcomes = [Outcome(**{name: one[name] for name in names}) for one in document["outcomes"]]
            return cls(tuple(outcomes), float(document["refuse_below"]))
        except (OSError, ValueError, KeyError, TypeError):
            raise EvaluationError(
                f"{path}: holds no result of an evaluation; make it with: wenbao evaluate … --json > {path}",
                chinese=f"{path} 不是评测的结果；请用 wenbao evaluate … --json > {path} 写出来",
            ) from None


def evaluate(
    answerer: Answering, rows: Sequence[Row], threshold: float, progress: Progress = lambda stage, done, total: None
) -> Report:
    """Ask every question, its earlier turns first, and judge what comes."""
    outcomes = []
    for done, row in enumerate(rows, 1):
        turns: list[tuple[str, str]] = []
        try:
            for turn in row.history:
                turns.append((turn, answerer.answer(turn, tuple(turns)).text))
            outcomes.append(judge(row, answerer.answer(row.question, tuple(turns))))
        except QuestionError as error:
            raise EvaluationError(f"question {row.id}: {error}", chinese=f"第 {row.id} 题：{error.chinese}") from None
        progress("回答", done, len(rows))
    return Report(tuple(outcomes), threshold)


_YES = re.compile(r"^(?:是(?!否)|对|没错|有(?!没有)|能|会|可以|要|需要|已经|已|确实|属实)")
_NO = re.compile(r"^(?:不|没|未|否|无|并非|并没|尚未|还没)")
_FACTS = ("fact", "number", "date", "person", "place", "org")
_MORE = 12  # characters that a short answer may have beside the wanted string


def judge(row: Row, answer: Answer) -> Outcome:
    """Right or wrong, in text, article, refusal and form."""
    said, short = flat(answer.text), flat(answer.short)
    right = not answer.refused and all(any(flat(each) in said for each in group) for group in row.wanted)
    strings = [flat(each) for group in row.wanted for each in group]
    yes, no = bool(_YES.match(said)), bool(_NO.match(said))
    fact = row.kind in _FACTS and row.plain
    pieces = [piece for part in re.split(r"(?:\[\d+\])+|\n", answer.text) if len(piece := flat(part)) > 3]
    first = min((said.find(each) for each in strings if each in said), default=-1)
    outdated = min((said.find(flat(each)) for each in row.not_first if flat(each) in said), default=len(said))
    cited = row.wanted and (row.article or row.records)
    focused = all(any(each in piece for each in strings) for piece in pieces)
    return Outcome(
        row.id, row.question, row.kind, bool(row.wanted), answer.refused,
        good=right if row.wanted else answer.refused,
        article=any(_is_meant(citation, row) for citation in answer.citations) if cited else None,
        said=(yes if row.truth == "yes" else no) if row.truth else None,
        said_wrong=(no if row.truth == "yes" else yes) if row.truth else None,
        current=right and first <= outdated if row.not_first else None,
        focus=focused if fact and right else None,
        short=any(each in short and len(short) <= len(each) + _MORE for each in strings) if fact else None,
        confidence=round(answer.confidence, 4), seconds=round(answer.seconds, 4), text=answer.text,
    )  # fmt: skip


def _is_meant(citation: Citation, row: Row) -> bool:
    """Whether a citation's article is one of those to cite: by record id, headline, or (a caption) by its words."""
    wanted, headline = flat(row.article), flat(citation.headline)
    near = wanted in headline or (bool(headline) and headline in wanted) or wanted in flat(citation.article.text)
    return citation.article.source_id in row.records or (bool(wanted) and near)
