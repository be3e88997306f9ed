"""Held-out questions → how sentences are weighed after close reading.

In: the data folder, and the reader and the scorer in qa/model. Out: the network "close" in ranker.safetensors. Only
questions that the reader has not learned from are asked, for it is surer of those that it has: of encyclopaedia
articles in an index of their own, of news in an index of all the news.

    python -m qa.train.weigher --data ../shared
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from opencc import OpenCC
from safetensors.numpy import load_file, save_file
from torch import nn
from tqdm import tqdm

from embeddings.build import build
from embeddings.index import Index
from embeddings.train.texts import read_news, read_records, unplaced_rows
from qa.asked.question import Question, understand
from qa.language.rarity import Rarity
from qa.language.synonyms import Synonyms
from qa.ranking.close import looked_at
from qa.ranking.evidence import Evidence, Lexicon
from qa.ranking.ranker import MODEL, WEIGHED, Floats, Ranker
from qa.ranking.retrieve import gather
from qa.reader import Reader, Reads
from qa.settings import RetrievalSettings
from qa.train.examples import held_out, is_held_news
from qa.train.ranker import fit_listwise, index_contexts, mark, reword


@dataclass(frozen=True)
class Asked:
    """One question as it was looked at: what is known of its sentences, best at first sight first, and which answer."""

    rows: Floats
    right: np.ndarray[Any, np.dtype[np.bool_]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared"), help="folder with news/ and data/")
    parser.add_argument("--news-index", type=Path, help="an index of all the news that is there already")
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument("--limit", type=int, default=1000, help="questions of each source")
    parser.add_argument("--epochs", type=int, default=600)
    arguments = parser.parse_args()
    torch.manual_seed(0)
    with tempfile.TemporaryDirectory() as folder:
        asked = list(ask_all(arguments.data, arguments.news_index, arguments.limit, Path(folder), arguments.out))
    learn(asked, arguments.out, arguments.epochs)


def learn(asked: Sequence[Asked], out: Path, epochs: int) -> None:
    """Fit the network, write it beside the scorer, and print what a tenth that was held out says."""
    chance = random.Random(0)
    tests = set(chance.sample(range(len(asked)), len(asked) // 10))
    taught = [each for at, each in enumerate(asked) if at not in tests]
    weights = load_file(out)
    ranker = Ranker({**weights, **fit_close(taught, epochs)})
    top: dict[str, list[bool]] = defaultdict(list)
    for at in sorted(tests):
        if asked[at].right.any():
            order = np.argsort(-ranker.scores("close", asked[at].rows)[:, 0])
            for name, row in (("at first sight", asked[at].right), ("after reading", asked[at].right[order])):
                top[f"{name}, first"].append(bool(row[0]))
                top[f"{name}, among three"].append(bool(row[:3].any()))
    save_file({**weights, **fit_close(asked, epochs)}, out)
    print(json.dumps({"asked": len(asked), **{name: round(float(np.mean(row)), 3) for name, row in top.items()}}))


def ask_all(data: Path, news_index: Path | None, limit: int, folder: Path, out: Path) -> Iterator[Asked]:
    """Every held-out question, in every way it is asked."""
    ranker, reader = Ranker(load_file(out)), Reader.load(Synonyms.load())
    rows = encyclopaedia_rows(data)
    (folder / "contexts").mkdir(parents=True)
    index = index_contexts(rows, folder / "contexts")
    held = [row for row in rows if row["held"]]
    yield from ask(index, random.Random(0).sample(held, min(limit, len(held))), ranker, reader)
    index.close()
    index = Index.open(news_index or index_news(data, folder / "news"))
    yield from ask(index, placed(data, index)[:limit], ranker, reader)
    index.close()


def encyclopaedia_rows(data: Path) -> list[dict[str, Any]]:
    """The questions of CMRC 2018 train and DRCD with their contexts, simplified, and whether they are held out."""
    simplify = OpenCC("t2s").convert
    found: list[dict[str, Any]] = []
    for name in ("cmrc2018_train", "drcd"):
        rows = [
            {key: simplify(row[key]) for key in ("question", "context", "title")}
            | {"answers": [simplify(answer) for answer in row["answers"]]}
            for row in read_records(data / f"data/{name}.jsonl.xz")
        ]
        held = held_out([row["question"] for row in rows])
        found += [{**row, "held": row["question"] in held} for row in rows]
    return found


def index_news(data: Path, folder: Path) -> Path:
    """An index of all the news."""
    folder.mkdir()
    with (folder / "news.jsonl").open("w", encoding="utf-8") as file:
        for number, text in enumerate(read_news(data)):
            file.write(json.dumps({"id": number, "text": text}, ensure_ascii=False) + "\n")
    build(folder, folder / "index")
    return folder / "index"


def placed(data: Path, index: Index) -> list[dict[str, Any]]:
    """Held-out questions on news with the article that holds the most answers to questions of one source."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in unplaced_rows(data):
        if is_held_news(row["id"]):
            groups[row["id"].split(":")[1]].append(row)
    found = []
    for rows in tqdm(groups.values(), desc="placing", unit=" sources"):
        texts: dict[str, str] = {}
        for row in rows:
            hits = index.search(f"{row['question']} {row['answer']}", 15, 0.0, 0.5)
            texts |= {hit.article.id: hit.article.text for hit in hits}
        votes = {name: sum(row["answer"] in text for row in rows) for name, text in texts.items()}
        best = max(votes, key=lambda name: votes[name], default="")
        if votes.get(best, 0) * 3 >= len(rows):
            context = {"context": texts[best]}
            found += [{**row, **context, "answers": [row["answer"]]} for row in rows if row["answer"] in texts[best]]
    return found


def ask(index: Index, rows: Sequence[dict[str, Any]], ranker: Ranker, reader: Reads) -> Iterator[Asked]:
    """Ask an index each question, and half of them in other words, too."""
    synonyms, settings = Synonyms.load(), RetrievalSettings()
    lexicon = Lexicon(Rarity(len(index), index.frequency), synonyms)

    def look(question: Question, evidence: list[Evidence], row: dict[str, Any]) -> Asked:
        first, known = looked_at(question, evidence, ranker, reader)
        marks = {id(seen): mark(seen, row) for seen in evidence}
        return Asked(known, np.array([marks[id(each.evidence)][each.sentence] for each in first], dtype=bool))

    for row in tqdm(rows, desc="asking", unit=" questions"):
        question = understand(row["question"], longest=10_000)
        yield look(question, gather(index, question, lexicon, settings), row)
        chance = random.Random(row["question"])
        if chance.random() < 0.5 and (other := reword(question, synonyms, chance)):
            yield look(other, gather(index, other, lexicon, settings), row)


def fit_close(asked: Sequence[Asked], epochs: int) -> dict[str, Any]:
    """The same after close reading: a linear sum of what is known then."""
    rows, right = [each.rows for each in asked], [each.right for each in asked]
    return fit_listwise("close", nn.Sequential(nn.Linear(len(WEIGHED), 1)), rows, right, epochs)


if __name__ == "__main__":
    main()
