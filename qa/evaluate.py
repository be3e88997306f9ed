"""A file of questions with known answers → how well an archive is answered, question by question and in all.

In: a JSONL file (docs/evaluation.md describes its fields) and anything that answers like `qa.Answerer`. Out: one
`Outcome` a question, and a `Report` of rates with 95 % intervals. Only the text of an answer and its citations are
judged; knows nothing about how answers are made, nor about how a report is shown.
"""

from __future__ import annotations

import json
import lzma
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Protocol

from embeddings.errors import QuestionError, WenbaoError
from qa import citing
from qa.question import History, understand
from qa.records import Answer, Citation
from qa.significance import Rate, percentile, wilson

UNANSWERABLE = "unanswerable"
_FORMAT = "docs/evaluation.md shows the fields"
_NO_ARTICLE = ("", "*", "-")
Progress = Callable[[str, int, int], None]


class EvaluationError(WenbaoError):
    """A file of questions, or an earlier result, cannot be used."""


class Answering(Protocol):
    """What can be evaluated."""

    def answer(self, question: str, history: History = ()) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Row:
    """One question. An answer is right if it holds one string of every group of `wanted`; () should be refused.

    `article` is the headline of the article to cite, `records` the ids of records that will do as well.
    """

    id: str
    question: str
    kind: str
    wanted: tuple[tuple[str, ...], ...] = ()
    article: str = ""
    records: frozenset[str] = frozenset()
    history: tuple[str, ...] = ()


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
            raise EvaluationError(f"{path}: no such file; make it with: wenbao evaluate … --json > {path}") from None
        except (OSError, ValueError, KeyError, TypeError):
            raise EvaluationError(
                f"{path}: is no result of an evaluation; make it with: wenbao evaluate … --json > {path}"
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
            raise EvaluationError(f"question {row.id}: {error}") from None
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


def flat(text: str) -> str:
    """What two spellings of an answer have in common: NFKC, lower case, no white space, bold or citation marks.

    >>> flat("总投资**１１ 亿元**。[2]")
    '总投资11亿元。'
    """
    return re.sub(r"[\s*`_]|\[\d+\]", "", unicodedata.normalize("NFKC", text).lower())


def _is_meant(citation: Citation, row: Row) -> bool:
    """Whether a citation's article is one of those to cite: by record id, headline, or (a caption) by its words."""
    if citation.article.source_id in row.records:
        return True
    wanted, headline = flat(row.article), flat(citation.headline)
    return bool(wanted) and (
        wanted in headline or (bool(headline) and headline in wanted) or wanted in flat(citation.article.text)
    )


def read_questions(path: Path, unanswerable: bool = False) -> list[Row]:
    """The questions of a .jsonl file (or .jsonl.xz); `unanswerable`: all of them should be refused.

    Raises:
        EvaluationError: the file, or one line of it, cannot be used: in one line with file:line and the remedy.
    """
    rows = []
    for number, line in enumerate(_lines(path), 1):
        if line.strip():
            rows.append(_row(line, f"{path}:{number}", str(number), unanswerable))
    if not rows:
        raise EvaluationError(f"{path}: holds no question; write one JSON object a line ({_FORMAT})")
    return rows


def _lines(path: Path) -> Iterator[str]:
    try:
        with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as file:
            yield from file
    except FileNotFoundError:
        raise EvaluationError(f"{path}: no such file; name a .jsonl file of questions ({_FORMAT})") from None
    except (OSError, UnicodeDecodeError, lzma.LZMAError, EOFError) as error:
        raise EvaluationError(f"{path}: cannot be read ({error}); it must be UTF-8 text, one object a line") from None


def _row(line: str, place: str, number: str, unanswerable: bool) -> Row:
    try:
        raw = json.loads(line)
    except json.JSONDecodeError as error:
        raise EvaluationError(f"{place}: not valid JSON ({error.msg}); write one object a line") from None
    if not isinstance(raw, dict) or not isinstance(raw.get("question"), str) or not raw["question"].strip():
        raise EvaluationError(f"{place}: has no `question`; write an object with one ({_FORMAT})")
    kind = str(raw.get("type") or "")
    wanted = () if unanswerable or kind == UNANSWERABLE else _wanted(raw, place)
    records = [each for name in ("doc_id", "also") for each in _texts(raw, name, place)]
    article = next(iter(_texts(raw, "article", place)), "")
    try:
        kind = (kind or understand(raw["question"], longest=100_000).kind) if wanted else UNANSWERABLE
    except QuestionError as error:
        raise EvaluationError(f"{place}: {error}") from None
    return Row(
        id=str(raw.get("id", number)),
        question=raw["question"],
        kind=kind,
        wanted=wanted,
        article="" if article in _NO_ARTICLE else article,
        records=frozenset(records),
        history=tuple(_texts(raw, "history", place)),
    )


def _wanted(raw: dict[str, Any], place: str) -> tuple[tuple[str, ...], ...]:
    """The groups of strings of which the answer must hold one each."""
    if "all" in raw:
        groups = raw["all"] if isinstance(raw["all"], list) else [raw["all"]]
        wanted = tuple(tuple(_texts({"all": group}, "all", place)) for group in groups)
    else:
        name = "any" if "any" in raw else "answers"
        wanted = (tuple(_texts(raw, name, place)),)
    if not wanted or not all(flat(each) for group in wanted for each in group or ("",)):
        raise EvaluationError(
            f'{place}: says no answer; give `any`, `all` or `answers`, or "type": "{UNANSWERABLE}" ({_FORMAT})'
        )
    return wanted


def _texts(raw: dict[str, Any], name: str, place: str) -> list[str]:
    """A field that holds a text or a list of texts, as a list; numbers count as texts, null as nothing."""
    value = raw.get(name)
    values = value if isinstance(value, list) else [] if value is None else [value]
    if any(not isinstance(each, str | int | float) or isinstance(each, bool) for each in values):
        raise EvaluationError(f"{place}: `{name}` must be a text or a list of texts ({_FORMAT})")
    return [str(each) for each in values]
