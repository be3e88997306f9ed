"""A JSONL file of questions with known answers → `Row`s, checked line by line.

In: a path; docs/evaluation.md describes the fields. Out: typed rows, or one line that names the file, the line and the
remedy.
"""

from __future__ import annotations

import json
import lzma
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embeddings.errors import QuestionError, WenbaoError
from qa.question import check, kind_of

UNANSWERABLE = "unanswerable"
_FORMAT, _FORMAT_IN_CHINESE = "docs/evaluation.md shows the fields", "字段见 docs/evaluation.md"
_VERDICTS = {"yes": ("是", "对", "能", "会", "有", "要", "可以"), "no": ("不", "没")}  # where no string is wanted
_NO_ARTICLE = ("", "*", "-")


class EvaluationError(WenbaoError):
    """A file of questions, or an earlier result, cannot be used."""


@dataclass(frozen=True, slots=True)
class Row:
    """One question. An answer is right if it holds one string of every group of `wanted`; () should be refused.

    `article` is the headline of the article to cite, `records` the ids of records that will do as well. `truth` is what
    a yes/no question should be answered; `not_first` are outdated values, which may not come before the one that holds.
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
    plain: bool = False  # whether one string is wanted, so that what stands beside it can be told to be padding


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
    rows = []
    for number, line in enumerate(_lines(path), 1):
        if line.strip():
            rows.append(_row(line, f"{path}:{number}", str(number), unanswerable))
    if not rows:
        raise EvaluationError(
            f"{path}: holds no question; write one JSON object a line ({_FORMAT})",
            chinese=f"{path} 里没有题目；请一行写一个 JSON 对象（{_FORMAT_IN_CHINESE}）",
        )
    return rows


def _lines(path: Path) -> Iterator[str]:
    try:
        with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as file:
            yield from file
    except FileNotFoundError:
        raise EvaluationError(
            f"{path}: no such file; name a .jsonl file of questions ({_FORMAT})",
            chinese=f"没有 {path}；请给一份 .jsonl 题目（{_FORMAT_IN_CHINESE}）",
        ) from None
    except (OSError, UnicodeDecodeError, lzma.LZMAError, EOFError) as error:
        raise EvaluationError(
            f"{path}: cannot be read ({error}); it must be UTF-8 text, one object a line",
            chinese=f"{path} 读不了（{error}）；应是 UTF-8 文字，一行一个对象",
        ) from None


def _row(line: str, place: str, number: str, unanswerable: bool) -> Row:
    try:
        raw = json.loads(line)
    except json.JSONDecodeError as error:
        raise EvaluationError(
            f"{place}: not valid JSON ({error.msg}); write one object a line",
            chinese=f"{place}：不是合法的 JSON（{error.msg}）；请一行写一个对象",
        ) from None
    if not isinstance(raw, dict) or not isinstance(raw.get("question"), str) or not raw["question"].strip():
        raise EvaluationError(
            f"{place}: has no `question`; write an object with one ({_FORMAT})",
            chinese=f"{place}：没有 `question`；请写上（{_FORMAT_IN_CHINESE}）",
        )
    kind = str(raw.get("type") or "")
    wanted = () if unanswerable or kind == UNANSWERABLE else _wanted(raw, place)
    records = [each for name in ("doc_id", "also") for each in _texts(raw, name, place)]
    article = next(iter(_texts(raw, "article", place)), "")
    try:
        check(raw["question"], longest=100_000)
    except QuestionError as error:
        raise EvaluationError(f"{place}: {error}", chinese=f"{place}：{error.chinese}") from None
    kind = (kind or kind_of(raw["question"])) if wanted else UNANSWERABLE
    return Row(
        id=str(raw.get("id", number)),
        question=raw["question"],
        kind=kind,
        wanted=wanted,
        article="" if article in _NO_ARTICLE else article,
        records=frozenset(records),
        history=tuple(_texts(raw, "history", place)),
        truth=str(raw.get("truth") or ""),
        not_first=tuple(_texts(raw, "not_first", place)),
        plain="any" in raw,
    )


def _wanted(raw: dict[str, Any], place: str) -> tuple[tuple[str, ...], ...]:
    """The groups of strings of which the answer must hold one each."""
    if "all" in raw:
        groups = raw["all"] if isinstance(raw["all"], list) else [raw["all"]]
        wanted = tuple(tuple(_texts({"all": group}, "all", place)) for group in groups)
    elif raw.get("truth") in _VERDICTS and "any" not in raw:
        wanted = (_VERDICTS[raw["truth"]],)
    else:
        name = "any" if "any" in raw else "answers"
        wanted = (tuple(_texts(raw, name, place)),)
    if not wanted or not all(flat(each) for group in wanted for each in group or ("",)):
        raise EvaluationError(
            f'{place}: says no answer; give `any`, `all` or `answers`, or "type": "{UNANSWERABLE}" ({_FORMAT})',
            chinese=f"{place}：没有答案；请写 `any`、`all` 或 `answers`，该拒答的写 type: {UNANSWERABLE}"
            f"（{_FORMAT_IN_CHINESE}）",
        )
    return wanted


def _texts(raw: dict[str, Any], name: str, place: str) -> list[str]:
    """A field that holds a text or a list of texts, as a list; numbers count as texts, null as nothing."""
    value = raw.get(name)
    values = value if isinstance(value, list) else [] if value is None else [value]
    if any(not isinstance(each, str | int | float) or isinstance(each, bool) for each in values):
        raise EvaluationError(
            f"{place}: `{name}` must be a text or a list of texts ({_FORMAT})",
            chinese=f"{place}：`{name}` 要写成文字，或文字的列表（{_FORMAT_IN_CHINESE}）",
        )
    return [str(each) for each in values]
