"""What the reader and the ranking are worth, beside what needs no reader: one JSON document.

In: the data folder and the models in qa/model. Out: exact match and F1 of the words found (CMRC 2018 dev, XQuAD),
whether the answering sentence of a given article comes first (CMRC 2018 dev, `news_questions_dev`), and how well
answering passages are told from others (AUROC). Nothing here was learned from.

    python -m qa.train.measure --data ../shared
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from embeddings.index import Hit
from embeddings.records import Article
from embeddings.train.texts import read_records, windows
from embeddings.words import normalise
from qa.asked.question import Question, understand
from qa.language.rarity import Rarity
from qa.language.synonyms import Synonyms
from qa.ranking.close import weigh
from qa.ranking.evidence import Lexicon, examine
from qa.ranking.kinds import candidates
from qa.ranking.ranker import Ranker
from qa.reader import Reader
from qa.train.examples import SIZE

_TOKEN = re.compile(r"[a-z0-9]+|[^\W_]")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared"), help="folder with data/")
    parser.add_argument("--limit", type=int, default=1500, help="questions of each set, drawn at random")
    arguments = parser.parse_args()
    synonyms = Synonyms.load()
    reader, ranker = Reader.load(synonyms), Ranker.load()
    cmrc, xquad = (drawn(arguments.data, name, arguments.limit) for name in ("cmrc2018_dev", "xquad_zh"))
    news = news_rows(arguments.data)[: arguments.limit]
    strange = drawn(arguments.data, "out_of_corpus_dev", arguments.limit)
    found = {
        "cmrc2018_dev": words_found(cmrc, reader),
        "xquad_zh": words_found(xquad, reader),
        "answering sentence, cmrc2018_dev": sentences_found(cmrc, ranker, reader, synonyms),
        "answering sentence, news_questions_dev": sentences_found(news, ranker, reader, synonyms),
        "told from other articles, news_questions_dev": told_apart(news, [row["context"] for row in news], reader),
        "told from out_of_corpus_dev, news": told_apart(news, [row["context"] for row in news], reader, strange),
    }
    print(json.dumps(found, indent=1, ensure_ascii=False))


def drawn(data: Path, name: str, most: int) -> list[dict[str, Any]]:
    rows = [row for row in read_records(data / f"data/{name}.jsonl.xz") if row["question"].strip()]
    return random.Random(0).sample(rows, min(most, len(rows)))


def news_rows(data: Path) -> list[dict[str, Any]]:
    """The development questions on news with the article that answers each."""
    texts = {str(row["id"]): row["doc"] for row in read_records(data / "data/news_titled.jsonl.xz")}
    rows = read_records(data / "data/news_questions_dev.jsonl.xz")
    return [{**row, "context": texts[row["doc_id"]]} for row in rows if row["doc_id"] in texts]


def words_found(rows: Sequence[dict[str, Any]], reader: Reader) -> dict[str, float]:
    """Exact match and F1 of the reader, and of the first span of the kind asked for in the likeliest passage."""
    marks: dict[str, list[float]] = {"exact": [], "f1": [], "f1 without a reader": []}
    for row in tqdm(rows, desc="words", unit=" questions"):
        question, passages = understand(row["question"], longest=10_000), windows(row["context"], SIZE)
        said, plain = answer_of(question, passages, reader), plain_answer(question, passages)
        marks["exact"].append(max(float(folded(said) == folded(answer)) for answer in row["answers"]))
        marks["f1"].append(max(f1(said, answer) for answer in row["answers"]))
        marks["f1 without a reader"].append(max(f1(plain, answer) for answer in row["answers"]))
    return {name: round(float(np.mean(values)), 3) for name, values in marks.items()}


def answer_of(question: Question, passages: Sequence[str], reader: Reader) -> str:
    """The likeliest words of all passages."""
    readings = reader.read(question, passages)
    best, passage = max(zip(readings, passages, strict=True), key=lambda pair: pair[0].score)
    return passage[best.low : best.high]


def plain_answer(question: Question, passages: Sequence[str]) -> str:
    """The first words of the kind asked for where most words of the question stand, or the first clause there."""
    wanted = [word for word, _ in question.words]
    passage = max(passages, key=lambda text: sum(word in text for word in wanted))
    spans = [span for span in candidates(passage, question) if passage[slice(*span)] not in question.text]
    return passage[slice(*spans[0])] if spans else re.split("[，。,；]", passage, maxsplit=1)[0]


def folded(text: str) -> list[str]:
    """Characters and Latin words, without punctuation: what CMRC 2018 compares."""
    return _TOKEN.findall(normalise(text))


def f1(said: str, wanted: str) -> float:
    """Overlap of the longest run that both have in common, as the evaluation of CMRC 2018 has it."""
    one, other = folded(said), folded(wanted)
    same = SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size
    return 2 * same / (len(one) + len(other)) if same else 0.0


def sentences_found(
    rows: Sequence[dict[str, Any]], ranker: Ranker, reader: Reader, synonyms: Synonyms
) -> dict[str, float]:
    """How often a sentence that holds the answer comes first of its article, at first sight and after close reading."""
    lexicon = Lexicon(Rarity(1, lambda word: 0), synonyms)
    marks: dict[str, list[bool]] = {"at first sight": [], "after reading": [], "among two": []}
    for row in tqdm(rows, desc="sentences", unit=" questions"):
        question = understand(row["question"], longest=10_000)
        article = Article(row["context"].strip(), row.get("title", ""))
        evidence = [examine(question, Hit(article, 0, len(article.text), 1.0, 1.0, 0.5), 0, lexicon)]
        holds = [any(answer in article.text[slice(*span)] for answer in row["answers"]) for span in evidence[0].spans]
        if not any(holds):
            continue
        read = weigh(question, evidence, ranker, reader)
        marks["at first sight"].append(holds[ranker.rank(evidence)[0].sentence])
        marks["after reading"].append(holds[read[0].sentence])
        marks["among two"].append(any(holds[each.sentence] for each in read[:2]))
    return {name: round(float(np.mean(values)), 3) for name, values in marks.items()} | {"n": len(marks["among two"])}


def told_apart(
    rows: Sequence[dict[str, Any]], contexts: Sequence[str], reader: Reader, others: Sequence[dict[str, Any]] = ()
) -> dict[str, float]:
    """AUROC of the reader's best score: questions on their own article against questions on another.

    The other article is the one that shares most words with the question; `others` ask instead, where given.
    """

    def score(question: Question, text: str) -> float:
        return max(reading.score for reading in reader.read(question, windows(text, SIZE)))

    def overlap(question: Question, text: str) -> float:
        return sum(word in text for word, _ in question.words) / max(1, len(question.words))

    distinct = list(dict.fromkeys(contexts))
    right, wrong, plain_right, plain_wrong = [], [], [], []
    for row in tqdm(rows, desc="apart", unit=" questions"):
        question = understand(row["question"], longest=10_000)
        right.append(score(question, row["context"]))
        plain_right.append(overlap(question, row["context"]))
    for row in tqdm(others or rows, desc="apart", unit=" questions"):
        question = understand(row["question"], longest=10_000)
        own = row.get("context")
        near = max((text for text in distinct if text != own), key=lambda text: overlap(question, text))
        wrong.append(score(question, near))
        plain_wrong.append(overlap(question, near))
    return {"reader": auroc(right, wrong), "shared words": auroc(plain_right, plain_wrong)}


def auroc(right: Sequence[float], wrong: Sequence[float]) -> float:
    """The chance that a right one scores higher than a wrong one; ties count half.

    >>> auroc([2.0, 3.0], [1.0, 2.0])
    0.875
    """
    gaps = np.subtract.outer(np.array(right), np.array(wrong))
    return round(float(((gaps > 0) + 0.5 * (gaps == 0)).mean()), 3)


if __name__ == "__main__":
    main()
