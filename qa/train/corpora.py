"""The training folder → questions on texts: span questions, questions on news, and the written ones of this project.

In: the folder that `--data` names (files of JSON lines, compressed by xz) and qa/train/written.tsv, whose questions and
claims are our own and whose texts are found in that folder by their id. Out: `Text`s with their `Asked` and `Claimed`.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from embeddings.words import normalise

WRITTEN = Path(__file__).with_name("written.tsv")
Support = Literal["entailed", "contradicted", "silent"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on a text; `spans` are (start, end) of the words that answer, none where the text does not."""

    question: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A statement and what a text says of it."""

    claim: str
    support: Support


@dataclass(slots=True)
class Text:
    """A text with all that is asked of it; `source` names its collection; what is `held` out is for measuring only."""

    source: str
    title: str
    date: str
    body: str
    asked: list[Asked] = field(default_factory=list)
    claims: list[Claimed] = field(default_factory=list)
    held: bool = False


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a file of JSON lines, compressed by xz."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def span_questions(path: Path, source: str) -> list[Text]:
    """Texts of CMRC, DRCD or XQuAD with their questions; the first answer of each counts."""
    texts: dict[str, Text] = {}
    for row in rows(path):
        text = texts.setdefault(row["context"], Text(source, row.get("title", ""), "", row["context"]))
        start, answer = row["answer_start"][0], row["answers"][0]
        if row["context"][start : start + len(answer)] == answer:
            text.asked.append(Asked(row["question"], ((start, start + len(answer)),)))
    return list(texts.values())


def news(folder: Path) -> dict[str, Text]:
    """The news texts that have a headline, by id."""
    texts = {}
    for name in ("news_titled", "news_headlines"):
        for row in rows(folder / "data" / f"{name}.jsonl.xz"):
            texts[row["id"]] = Text("written", row["title"], row.get("time", "")[:10], row["doc"].strip())
    return texts


def written(folder: Path, path: Path = WRITTEN) -> list[Text]:
    """The texts that this project's own questions are on.

    The file has a line `# id` for a text, with `held` behind it where it is held out of training, then tab-separated
    lines: q or f (plain or far wording), a question, the places of its answers (start:end, in characters of the text,
    which is not in this repository); u, an earlier question, a follow-up, places or none; n, a question that the text
    does not answer; +, - or 0, a claim that it bears out, contradicts or is silent on.
    """
    found, text = news(folder), None
    texts: dict[str, Text | None] = {}
    kinds: dict[str, Support] = {"+": "entailed", "-": "contradicted", "0": "silent"}
    for line in path.read_text(encoding="utf-8").splitlines():
        kind, _, rest = line.partition("\t")
        if line.startswith("# "):
            name, _, held = line[2:].partition("\t")
            text = texts.setdefault(name, found.get(name))
            if text:
                text.held = bool(held)
        elif text and kind in ("q", "f", "u", "n"):
            *asked, places = rest.split("\t") if kind != "n" else (rest, "")
            spans = [each.split(":") for each in places.split()]
            text.asked.append(Asked(" ".join(asked), tuple((int(start), int(end)) for start, end in spans)))
        elif text and kind in kinds:
            text.claims.append(Claimed(rest, kinds[kind]))
    return [each for each in texts.values() if each and (each.asked or each.claims)]


def news_pairs(folder: Path, most_missing: float = 0.7) -> list[Text]:
    """`news_qa_pairs` with the article found for each group of questions, by the words of questions and answers.

    A group is kept where an article holds nearly all of its answers word for word. The questions that serve for
    measuring (`news_questions_dev`) are left out.
    """
    import bm25s

    measured = {row["id"] for row in rows(folder / "data" / "news_questions_dev.jsonl.xz")}
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows(folder / "data" / "news_qa_pairs.jsonl.xz"):
        if row["id"] not in measured:
            groups.setdefault(row["id"].rsplit(":", 1)[0], []).append(row)
    articles = []
    with lzma.open(folder / "news" / "news.tsv.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            date, _, body = line.rstrip("\n").partition("\t")
            articles.append((date[:10], body))
    index = bm25s.BM25()
    index.index([bigrams(body[:1500]) for _, body in articles], show_progress=False)
    texts = []
    for group in groups.values():
        query = bigrams("\n".join(f"{row['question']}\n{row['answer']}" for row in group))
        best, _ = index.retrieve([sorted(set(query))], k=1, show_progress=False)
        date, body = articles[int(best[0][0])]
        text = Text("pairs", "", date, body)
        for row in group:
            start = body.find(row["answer"])
            if start >= 0:
                text.asked.append(Asked(row["question"], ((start, start + len(row["answer"])),)))
        if len(text.asked) >= (1 - most_missing) * len(group):
            texts.append(text)
    return texts


def bigrams(text: str) -> list[str]:
    """Every two neighbouring characters of a text, normalised: "中心启航" -> ["中心", "心启", "启航"]."""
    plain = normalise(text)
    return [plain[at : at + 2] for at in range(len(plain) - 1) if plain[at : at + 2].isalnum()]
