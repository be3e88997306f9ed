"""Measures a reader: `python -m qa.train.measure --data ../shared [--model FOLDER]`; prints a table and JSON.

Span questions (CMRC 2018 dev, XQuAD-zh): exact match and F1 over characters, as CMRC's own script counts them, the
whole passage read in windows. Answerability: the AUROC of questions with their passage against each kind of
negative, on CMRC dev and on the written texts that training held out. Support: the share of claims told right, by kind.
"""

from __future__ import annotations

import itertools
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from tqdm import tqdm

from embeddings.records import Article
from embeddings.words import normalise
from qa.reader import MODEL, SUPPORT, Reader, Window
from qa.train import corpora
from qa.train.calibrate import auroc
from qa.train.corpora import Text
from qa.train.examples import Examples, windows

_WINDOW = 400  # characters of a window in which a long passage is read
_MARKS = re.compile(r"[\W_]+")


def overlap(answer: str, wanted: Sequence[str]) -> tuple[float, float]:
    """Exact match and F1 over characters, the best over the wanted answers.

    >>> overlap("2019年5月", ["2019年", "五月"])
    (0.0, 0.8333333333333333)
    """
    best = (0.0, 0.0)
    said = _MARKS.sub("", normalise(answer))
    for one in wanted:
        other = _MARKS.sub("", normalise(one))
        same = sum((Counter(said) & Counter(other)).values())
        f1 = 2 * same / (len(said) + len(other)) if same else 0.0
        best = max(best, (float(said == other), f1), key=lambda pair: pair[1])
    return best


def spans(reader: Reader, path: Path, count: int, seed: int = 0) -> dict[str, float]:
    """Exact match and F1 on so many questions of a file, drawn at random."""
    rows = random.Random(seed).sample(list(corpora.rows(path)), count)
    exact, f1 = [], []
    for row in tqdm(rows, desc=path.name):
        article = Article(row["context"], headline=row.get("title", "") if "cmrc" in path.name else "")
        parts = [Window(article, *each) for each in windows(article.text, _WINDOW)]
        readings = reader.read(row["question"], parts)
        best = max(readings, key=lambda each: each.logit + (each.spans[0].score if each.spans else -20))
        answer = article.text[best.spans[0].start : best.spans[0].end] if best.spans else ""
        one, other = overlap(answer, row["answers"])
        exact.append(one)
        f1.append(other)
    return {"exact": round(float(np.mean(exact)), 3), "f1": round(float(np.mean(f1)), 3), "n": count}


def answerability(reader: Reader, texts: list[Text], count: int, seed: int = 0) -> dict[str, dict[str, float]]:
    """AUROC of positives against each kind of negative, and the accuracy of support by kind, over so many examples."""
    logits: dict[str, list[float]] = defaultdict(list)
    support: dict[str, list[bool]] = defaultdict(list)
    for example in tqdm(itertools.islice(iter(Examples(texts, seed, {})), count), total=count):
        article = Article(example.passage, headline=example.title)
        [reading] = reader.read(example.question, [Window(article, 0, len(article.text))])
        if example.support is not None:
            told = int(np.argmax(reading.support)) == example.support
            support[f"{example.kind}: {SUPPORT[example.support]}"].append(told)
        else:
            logits[example.kind].append(reading.logit)
    positive = np.array(logits.pop("positive"))
    areas = {
        kind: round(auroc(np.concatenate([positive, each]), np.arange(len(positive) + len(each)) < len(positive)), 3)
        for kind, each in logits.items()
    }
    return {
        "auroc": areas
        | {"all": round(auroc(*_joined(positive, [each for one in logits.values() for each in one])), 3)},
        "support": {kind: round(float(np.mean(each)), 3) for kind, each in sorted(support.items())},
    }


def _joined(positive: np.ndarray, negative: list[float]) -> tuple[np.ndarray, np.ndarray]:
    return np.concatenate([positive, negative]), np.arange(len(positive) + len(negative)) < len(positive)


def main(
    data: Annotated[Path, typer.Option(help="the training folder")],
    written: Annotated[Path, typer.Option(help="the project's own questions")] = corpora.WRITTEN,
    model: Annotated[Path, typer.Option(help="folder of the reader")] = MODEL,
    count: Annotated[int, typer.Option(help="questions of each set")] = 600,
) -> None:
    """Measure and print."""
    reader = Reader.load(model)
    held = [text for text in corpora.written(data, written) if text.held]
    cmrc = corpora.span_questions(data / "data" / "cmrc2018_dev.jsonl.xz", "cmrc")
    result = {
        "cmrc2018_dev": spans(reader, data / "data" / "cmrc2018_dev.jsonl.xz", count),
        "xquad_zh": spans(reader, data / "data" / "xquad_zh.jsonl.xz", count),
        "cmrc2018_dev negatives": answerability(reader, cmrc, 2 * count),
        "written, held out": answerability(reader, held, 2 * count),
    }
    print(json.dumps(result, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    typer.run(main)
