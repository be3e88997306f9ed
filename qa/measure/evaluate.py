"""A file of questions with known answers → how well an archive is answered, question by question and in all.

In: `Row`s of a questionnaire and anything that answers like `qa.Answerer`. Out: one `Outcome` a question, and a
`Report` of rates with 95 % intervals. Only the text of an answer and its citations are
judged; knows nothing about how answers are made, nor about how a report is shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Protocol

from embeddings.errors import QuestionError
from qa.asked.question import History
from qa.measure import citing
from qa.measure.questionnaire import EvaluationError, Row, flat
from qa.measure.significance import Rate, percentile, wilson
from qa.records import Answer, Citation

Progress = Callable[[str, int, int], None]


class Answering(Protocol):
    """What can be evaluated."""

    def answer(self, question: str, history: History = ()) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question. `good`: answered rightly, or rightly refused; `article`: None where none is named.

    `precision` and `recall` are of the citations of an answer that was given (None for a refusal).
    """

    id: str
    question: str
    kind: str
    answerable: bool
    refused: bool
    good: bool
    article: bool | None
    precision: float | None
    recall: float | None
    confidence: float
    seconds: float
    text: str


MEASURES: dict[str, Callable[[Outcome], float | None]] = {
    "right": lambda one: one.good if one.answerable else None,
    "article": lambda one: one.article,
    "citation_precision": lambda one: one.precision,
    "citation_recall": lambda one: one.recall,
    "refused": lambda one: None if one.answerable else one.refused,
    "wrongly_refused": lambda one: one.refused if one.answerable else None,
}


@dataclass(frozen=True, slots=True)
class Report:
    """All outcomes of a run; `threshold` is the confidence below which the answerer was told to refuse."""

    outcomes: tuple[Outcome, ...]
    threshold: float

    def measure(self, name: str, kind: str = "") -> Rate | None:
        """A rate over the questions (of one kind) that it speaks of; None if there are none."""
        chosen = [one for one in self.outcomes if kind in ("", one.kind)]
        values = [float(value) for one in chosen if (value := MEASURES[name](one)) is not None]
        return wilson(sum(values), len(values)) if values else None

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of questions, in order of appearance."""
        return tuple(dict.fromkeys(one.kind for one in self.outcomes))

    def latency(self) -> dict[str, float]:
        """Milliseconds a question at the median and at 95 %."""
        seconds = [one.seconds for one in self.outcomes]
        return {f"p{share}_ms": round(1000 * percentile(seconds, share), 1) for share in (50, 95)}

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON; `from_dict` reads them back."""
        rates = {name: rate.as_dict() for name in MEASURES if (rate := self.measure(name))}
        kinds = {
            kind: {name: rate.as_dict() for name in MEASURES if (rate := self.measure(name, kind))}
            for kind in self.kinds
        }
        return {
            "questions": len(self.outcomes),
            "refuse_below": self.threshold,
            "measures": rates,
            "kinds": kinds,
            "latency": self.latency(),
            "outcomes": [asdict(one) for one in self.outcomes],
        }

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
        except FileNotFoundError:
            raise EvaluationError(
                f"{path}: no such file; make it with: wenbao evaluate … --json > {path}",
                chinese=f"没有 {path}；请先用 wenbao evaluate … --json > {path} 写出来",
            ) from None
        except (OSError, ValueError, KeyError, TypeError):
            raise EvaluationError(
                f"{path}: is no result of an evaluation; make it with: wenbao evaluate … --json > {path}",
                chinese=f"{path} 不是评测的结果；请用 wenbao evaluate … --json > {path} 写出来",
            ) from None


def evaluate(
    answerer: Answering, rows: Sequence[Row], threshold: float, progress: Progress = lambda stage, done, total: None
) -> Report:
    """Ask every question, its earlier turns first, and judge what comes."""
    outcomes = []
    for done, row in enumerate(rows, 1):
        try:
            outcomes.append(judge(row, converse(answerer, row)))
        except QuestionError as error:
            raise EvaluationError(f"question {row.id}: {error}", chinese=f"第 {row.id} 题：{error.chinese}") from None
        progress("回答", done, len(rows))
    return Report(tuple(outcomes), threshold)


def converse(answerer: Answering, row: Row) -> Answer:
    """The answer to a question after its earlier turns."""
    turns: list[tuple[str, str]] = []
    for turn in row.history:
        turns.append((turn, answerer.answer(turn, tuple(turns)).text))
    return answerer.answer(row.question, tuple(turns))


def judge(row: Row, answer: Answer) -> Outcome:
    """Right or wrong, in text, article, citations and refusal."""
    said = flat(answer.text)
    right = not answer.refused and all(any(flat(each) in said for each in group) for group in row.wanted)
    sought = row.wanted and (row.article or row.records)
    quality = None if answer.refused else citing.measure(answer)
    return Outcome(
        id=row.id,
        question=row.question,
        kind=row.kind,
        answerable=bool(row.wanted),
        refused=answer.refused,
        good=right if row.wanted else answer.refused,
        article=any(_is_meant(citation, row) for citation in answer.citations) if sought else None,
        precision=quality.precision if quality else None,
        recall=quality.recall if quality else None,
        confidence=round(answer.confidence, 4),
        seconds=round(answer.seconds, 4),
        text=answer.text,
    )


def _is_meant(citation: Citation, row: Row) -> bool:
    """Whether a citation's article is one of those to cite: by record id, headline, or (a caption) by its words."""
    if citation.article.source_id in row.records:
        return True
    wanted, headline = flat(row.article), flat(citation.headline)
    return bool(wanted) and (
        wanted in headline or (bool(headline) and headline in wanted) or wanted in flat(citation.article.text)
    )
