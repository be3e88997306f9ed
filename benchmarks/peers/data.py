"""A corpus and its questions → the folder that every system reads, for one size.

In: articles, questions, a number of chunks. Out: a folder of `chunks.jsonl` ([id, article, text] a line: the text as
the encoder sees it), the same articles as JSONL for Wenbao (`before/`, and `after/` one of them was edited),
`change.json`, `probes.json` and `questions.json`. Knows nothing about the systems.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from embeddings.chunks import split_article
from embeddings.records import Article

_EDIT = "编辑部更正:此前的数字有误,经核对应为八千六百一十二。"
_FAR_APART = 20  # chunks anywhere in the corpus that must survive a change, beside the last five
Row = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A folder ready to be measured on."""

    folder: Path
    articles: int
    chunks: int
    questions: int


def name_of(article: Article) -> str:
    """What the questions call an article."""
    return article.source_id or article.id


def answered_first(articles: Sequence[Article], questions: Iterable[dict[str, Any]]) -> list[Article]:
    """The articles that answer questions, then the others: so that small corpora have questions too."""
    asked = {str(each[field]) for each in questions for field in ("doc_id", "also") if each.get(field)}
    return sorted(articles, key=lambda article: name_of(article) not in asked)


def rows_of(article: Article) -> list[Row]:
    """The chunks of an article as [id, article, text]."""
    name = name_of(article)
    return [(f"{name}#{number}", name, chunk.passage) for number, chunk in enumerate(split_article(article))]


def prepare(
    articles: Sequence[Article], questions: Sequence[dict[str, Any]], folder: Path, size: int | None
) -> Prepared:
    """Write the first articles that have `size` chunks between them (None: all articles)."""
    taken: list[Article] = []
    rows: list[Row] = []
    for article in articles:
        if size is not None and len(rows) >= size:
            break
        taken.append(article)
        rows += rows_of(article)
    known = {name_of(article) for article in taken}
    asked = [each for each in questions if str(each["doc_id"]) in known]
    random.Random(1).shuffle(asked)
    edited = next(at for at in range(len(taken) // 2, len(taken)) if len(rows_of(taken[at])) >= 2)
    after = [*taken]
    after[edited] = edit(taken[edited])
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "chunks.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    for name, some in (("before", taken), ("after", after)):
        _write_articles(folder / name, some)
    _write(folder / "questions.json", asked)
    _write(
        folder / "change.json",
        {"article": name_of(taken[edited]), "old": rows_of(taken[edited]), "new": rows_of(after[edited])},
    )
    _write(folder / "probes.json", _probes(rows, name_of(taken[edited])))
    return Prepared(folder, len(taken), len(rows), len(asked))


def edit(article: Article) -> Article:
    """The article with one sentence more, after its first."""
    head, stop, rest = article.text.partition("。")
    return replace(article, text=f"{head}{stop}{_EDIT}{rest}")


def _probes(rows: Sequence[Row], edited: str) -> list[Row]:
    others = [row for row in rows if row[1] != edited]
    early, last = others[:-5], others[-5:]
    return [*random.Random(2).sample(early, min(_FAR_APART, len(early))), *last]


def _write_articles(folder: Path, articles: Iterable[Article]) -> None:
    folder.mkdir(exist_ok=True)
    with (folder / "articles.jsonl").open("w", encoding="utf-8") as file:
        for article in articles:
            record = {"id": name_of(article), "title": article.headline, "date": str(article.date or "")}
            file.write(json.dumps({**record, "text": article.text}, ensure_ascii=False) + "\n")


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
