"""A JSONL file of questions with known answers → `Row`s, checked line by line; docs/evaluation.md has the fields."""

from __future__ import annotations

import lzma
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ValidationError

from embeddings.errors import QuestionError, WenbaoError
from qa.question import check, kind_of

UNANSWERABLE = "unanswerable"
_VERDICTS = {"yes": ("是", "对", "能", "会", "有", "要", "可以"), "no": ("不", "没")}  # where no string is wanted


class EvaluationError(WenbaoError):
    """A file of questions, or an earlier result, cannot be used."""


@dataclass(frozen=True, slots=True)
class Row:
    """One question. An answer is right if it holds one string of every group of `wanted`; () should be refused.

    `article` is the headline of the article to cite, `records` the ids of records that will do as well. `truth` is what
    a yes/no question should be answered; `not_first` are outdated values, which may not come before the one that holds.
    `plain`: one string is wanted, so that what stands beside it can be told to be padding.
    """

    id: str
    question: str
    kind: str
    wanted: tuple[tuple[str, ...], ...] = ()
    article: str = ""
    records: frozenset[str] = frozenset()
    history: tuple[str, ...] = ()
    truth: str = ""
    not_first: tuple[str, ...] = ()
    plain: bool = False


def flat(text: str) -> str:
    """What two spellings of an answer have in common: NFKC, lower case, no white space, bold or citation marks.

    >>> flat("总投资**１１ 亿元**。[2]")
    '总投资11亿元。'
    """
    return re.sub(r"[\s*`_]|\[\d+\]", "", unicodedata.normalize("NFKC", text).lower())


def read_questions(path: Path, unanswerable: bool = False) -> list[Row]:
    """The questions of a .jsonl file (or .jsonl.xz); `unanswerable`: all of them should be refused.

    Raises:
        EvaluationError: the file, or one line of it, cannot be used: in one line with file:line and the remedy.
    """
    try:
        with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as file:
            lines = [(number, line) for number, line in enumerate(file, 1) if line.strip()]
    except (OSError, UnicodeDecodeError, lzma.LZMAError, EOFError) as error:
        raise _unfit(str(path), f"cannot be read ({error})", f"读不了（{error}）") from None
    if not lines:
        raise _unfit(str(path), "holds no question", "里没有题目")
    return [_row(line, f"{path}:{number}", str(number), unanswerable) for number, line in lines]


def _unfit(place: str, english: str, chinese: str) -> EvaluationError:
    return EvaluationError(
        f"{place}: {english}; write one JSON object a line, in UTF-8: docs/evaluation.md shows the fields",
        chinese=f"{place}：{chinese}；请一行写一个 JSON 对象，字段见 docs/evaluation.md",
    )


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) else [] if value is None else [value]


_Texts = Annotated[tuple[str, ...], BeforeValidator(_listed)]  # a text, or a list of texts


class _Raw(BaseModel, coerce_numbers_to_str=True):
    """One line of a file."""

    question: str
    id: str = ""
    type: str | None = ""
    truth: str | None = ""
    any: _Texts = ()
    answers: _Texts = ()
    all: Annotated[tuple[_Texts, ...], BeforeValidator(_listed)] = ()
    article: _Texts = ()
    doc_id: _Texts = ()
    also: _Texts = ()
    history: _Texts = ()
    not_first: _Texts = ()


def _row(line: str, place: str, number: str, unanswerable: bool) -> Row:
    try:
        raw = _Raw.model_validate_json(line)
        check(raw.question, longest=100_000)
    except ValidationError as error:
        fault = error.errors()[0]
        name = ".".join(str(part) for part in fault["loc"][:1]) or "JSON"
        raise _unfit(place, f"`{name}`: {fault['msg']}", f"`{name}` 写得不对（{fault['msg']}）") from None
    except QuestionError as error:
        raise EvaluationError(f"{place}: {error}", chinese=f"{place}：{error.chinese}") from None
    kind, wanted, stated = raw.type or "", raw.all, raw.model_fields_set
    if unanswerable or kind == UNANSWERABLE:
        wanted = ()
    elif "all" not in stated:
        wanted = (_VERDICTS[raw.truth] if raw.truth in _VERDICTS and "any" not in stated else raw.any or raw.answers,)
    elif not wanted:
        wanted = ((),)
    if not all(all(map(flat, each or [""])) for each in wanted):
        raise _unfit(place, f"says no answer: `any`, `all`, or type {UNANSWERABLE}", "没有答案（`any`、`all`）")
    article = "".join(raw.article[:1])
    return Row(
        raw.id or number, raw.question, (kind or kind_of(raw.question)) if wanted else UNANSWERABLE, wanted,
        "" if article in ("*", "-") else article, frozenset((*raw.doc_id, *raw.also)), raw.history, raw.truth or "",
        raw.not_first, "any" in stated,
    )  # fmt: skip
