"""Held-out questions → the estimate that the paper answers.

In: the data folder, and the reader and the other networks in qa/model. Out: the network "answered" in
ranker.safetensors. Small archives are made, of encyclopaedia articles and of news, as small as those in which readers
ask; every question is asked as it is written and as it might be said, and so are those that the archive does not
answer: with the answering articles taken away, with the answering sentences cut out of them, with one thing exchanged
for another, and the questions of other archives. Only questions that the reader has not learned from are asked, for it
is surer of those that it has.

    python -m qa.train.judge --data ../shared
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import load_file, save_file
from tqdm import tqdm

from embeddings.index import Index
from embeddings.train.texts import read_news
from qa.asked.question import Question, understand
from qa.language.rarity import Rarity
from qa.language.synonyms import Synonyms
from qa.ranking.close import weigh
from qa.ranking.evidence import Evidence, Lexicon
from qa.ranking.ranker import MODEL, Floats, Ranker, signals
from qa.ranking.retrieve import gather
from qa.reader import Reader, Reads
from qa.settings import RetrievalSettings
from qa.train.ranker import fit_answered, index_contexts, mark
from qa.train.spoken import spoken
from qa.train.unanswered import silent, twist, without_answer
from qa.train.weigher import encyclopaedia_rows, index_news, placed

_ANSWERED = 0.6  # share of readers' questions that the paper answers
_QUESTIONS = 40  # of one archive
_FOREIGN = 20  # questions of another that are asked of it, too
_NEWS = (400, 25)  # articles beside those that answer, in every other archive of news
_EPOCHS = 300
Row = dict[str, Any]
Told = tuple[Floats, bool]  # the signals of a question as it was looked at, and whether the archive answers it


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared"), help="folder with news/ and data/")
    parser.add_argument("--news-index", type=Path, help="an index of all the news that is there already")
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument("--archives", type=int, default=6, help="of each of the two kinds")
    arguments = parser.parse_args()
    torch.manual_seed(0)
    ranker, reader = Ranker(load_file(arguments.out)), Reader.load(Synonyms.load())
    told: list[Told] = []
    with tempfile.TemporaryDirectory() as folder:
        for index, own, foreign in archives(arguments.data, arguments.news_index, arguments.archives, Path(folder)):
            told += ask(index, own, foreign, ranker, reader)
            index.close()
    learn(told, arguments.out)


def archives(
    data: Path, news_index: Path | None, count: int, folder: Path
) -> Iterator[tuple[Index, list[Row], list[Row]]]:
    """Small archives, each with the questions that it answers and some that it does not."""
    chance = random.Random(3)
    pages = [row for row in encyclopaedia_rows(data) if row["held"]]
    chance.shuffle(pages)
    whole = Index.open(news_index or index_news(data, folder / "news"))
    news = placed(data, whole)
    whole.close()
    chance.shuffle(news)
    texts = read_news(data)
    for turn in range(count):
        some = slice(turn * _QUESTIONS, (turn + 1) * _QUESTIONS)
        others = [{"context": text} for text in chance.sample(texts, _NEWS[turn % len(_NEWS)])]
        for kind, own, beside, strange in (("pages", pages[some], [], news), ("news", news[some], others, pages)):
            (place := folder / f"{kind}{turn}").mkdir()
            if own:
                yield index_contexts([*own, *beside], place), own, chance.sample(strange, min(_FOREIGN, len(strange)))


def ask(index: Index, rows: Sequence[Row], foreign: Sequence[Row], ranker: Ranker, reader: Reads) -> Iterator[Told]:
    """Ask an archive its own questions, the like of them that it does not answer, and some of another."""
    synonyms, settings = Synonyms.load(), RetrievalSettings()
    lexicon = Lexicon(Rarity(len(index), index.frequency), synonyms)
    things = [
        word for row in rows for word, tag in understand(row["question"]).words if tag[0] == "n" and len(word) > 1
    ]

    def look(question: Question, evidence: Sequence[Evidence] | None, row: Row | None = None) -> Iterator[Told]:
        ranked = weigh(question, evidence, ranker, reader) if evidence else []
        held = [bool(mark(seen, row).any()) for seen in evidence or []] if row else []
        if ranked and (any(held) or not row):  # an answer that was not found teaches nothing of either
            yield signals(ranked), row is not None

    def looks(question: Question, row: Row | None) -> Iterator[Told]:
        evidence = gather(index, question, lexicon, settings)
        yield from look(question, evidence, row)
        if row:
            yield from look(question, without_answer(evidence, row))
            yield from look(question, silent(question, evidence, row, lexicon))

    for at, row in enumerate(tqdm([*rows, *foreign], desc="asking", unit=" questions")):
        chance, own = random.Random(row["question"]), at < len(rows)
        written = understand(row["question"])
        twisted = twist(written, things, chance) if own else None
        for question in (written, understand(spoken(written.text, synonyms, chance))):
            yield from looks(question, row if own else None)
        for question in (twisted, understand(spoken(twisted.text, synonyms, chance))) if twisted else ():
            yield from looks(question, None)


def learn(told: Sequence[Told], out: Path) -> None:
    """Fit the network, write it beside the others, and print what a tenth that was held out says."""
    chance = random.Random(0)
    tests = set(chance.sample(range(len(told)), len(told) // 10))
    tried = Ranker({**_others(out), **fitted([each for at, each in enumerate(told) if at not in tests])})
    logits = {at: float(tried.scores("answered", told[at][0][None, :])[0, 0]) for at in tests}
    right = np.array([logits[at] for at in tests if told[at][1]])
    wrong = np.array([logits[at] for at in tests if not told[at][1]])
    save_file({**_others(out), **fitted(told)}, out)
    apart = float((right[:, None] > wrong[None, :]).mean()) if len(right) and len(wrong) else float("nan")
    print(json.dumps({"asked": len(told), "answered": sum(flag for _, flag in told), "told apart": round(apart, 3)}))


def fitted(told: Sequence[Told]) -> dict[str, Any]:
    """The network for an archive whose readers ask what it answers in three cases of five, not in as many as here."""
    answered = fit_answered(list(told), _EPOCHS)
    share = float(np.mean([flag for _, flag in told]))
    last = max(name for name in answered if name.startswith("answered.bias"))
    shift = np.log(_ANSWERED / (1 - _ANSWERED)) - np.log(share / (1 - share))
    return {**answered, last: (answered[last] + shift).astype(np.float32)}


def _others(out: Path) -> dict[str, Any]:
    """The networks that stay: what was there of "answered" may have had more layers."""
    return {name: value for name, value in load_file(out).items() if not name.startswith("answered.")}


if __name__ == "__main__":
    main()
