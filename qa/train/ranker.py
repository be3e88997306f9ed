"""Span questions → qa/model/ranker.safetensors: which sentence answers, at first sight.

In: questions with context and answers (CMRC 2018 train), one JSON object a line. Out: a small network, beside those
that qa/train/weigher.py learns. The contexts are built into an index of their own and the questions asked of it, so
that the network sees what retrieval really brings: the right article among others.

    python -m qa.train.ranker --data ../shared/data
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import load_file, save_file
from torch import nn
from torch.nn.utils.rnn import pad_sequence
from tqdm import tqdm

from embeddings.build import build
from embeddings.index import Index
from qa.asked.question import Question, understand
from qa.language.rarity import Rarity
from qa.language.synonyms import Synonyms
from qa.ranking.evidence import FEATURES, PROPER, Evidence, Lexicon
from qa.ranking.ranker import MODEL, SIGNALS, Ranker
from qa.ranking.retrieve import gather
from qa.settings import RetrievalSettings
from qa.train.unanswered import answers, is_own

_ARTICLES = 8  # that are looked at for one question
_RIDGE = 0.02
Example = tuple[list[Evidence], list[np.ndarray[Any, np.dtype[np.bool_]]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument("--limit", type=int, help="questions to learn from (default: all)")
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    rows = list(read_rows(arguments.data / "cmrc2018_train.jsonl.xz"))
    random.Random(arguments.seed).shuffle(rows)
    train(rows[: arguments.limit], arguments.out, arguments.epochs)


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The JSON objects of an .xz file, one a line."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def train(rows: Sequence[dict[str, Any]], out: Path, epochs: int) -> None:
    """Learn the scorer from questions with `question`, `context`, `answers`; other networks in the file stay."""
    started = time.time()
    asked = ask(rows)
    held = len(asked) // 10
    inputs = [np.vstack([seen.rows for seen in evidence]) for evidence, _ in asked]
    labels = [np.concatenate(marks) for _, marks in asked]
    score = fit_scorer(inputs[held:], labels[held:], epochs)
    ranker = Ranker(score)
    right = [labels[i][np.argsort(-ranker.scores("score", inputs[i])[:, 0])] for i in range(held) if labels[i].any()]
    top = {k: round(float(np.mean([mark[:k].any() for mark in right])), 3) for k in (1, 2, 3)}
    out.parent.mkdir(parents=True, exist_ok=True)
    save_file({**(load_file(out) if out.exists() else {}), **score}, out)
    print(json.dumps({"questions": len(asked), "held_out_top": top, "seconds": round(time.time() - started)}))


def ask(rows: Sequence[dict[str, Any]]) -> list[Example]:
    """Ask every question of an index over all contexts, as it is and reworded: the evidence, its answering sentences
    marked."""
    settings = RetrievalSettings(articles=_ARTICLES)
    asked = [understand(row["question"], longest=10_000) for row in rows]
    synonyms = Synonyms.load()
    found: list[Example] = []
    with tempfile.TemporaryDirectory() as folder:
        index = index_contexts(rows, Path(folder))
        lexicon = Lexicon(Rarity(len(index), index.frequency), synonyms)
        for row, question in zip(tqdm(rows, desc="asking", unit=" questions"), asked, strict=True):
            for each in (question, reword(question, synonyms, random.Random(row["question"]))):
                evidence = gather(index, each, lexicon, settings) if each else []
                if evidence:
                    found.append((evidence, [mark(seen, row) for seen in evidence]))
        index.close()
    return found


def reword(question: Question, synonyms: Synonyms, chance: random.Random) -> Question | None:
    """The question with one or two of its common words exchanged for words of like meaning, as readers ask."""
    common = [word for word, tag in question.words if tag[0] in "nva" and tag not in PROPER and word in question.text]
    text = question.text
    for word in chance.sample(common, min(len(common), 2)):
        if others := synonyms.neighbours(word, 5):
            text = text.replace(word, chance.choice(others), 1)
    return replace(question, text=text) if text != question.text else None


def index_contexts(rows: Sequence[dict[str, Any]], folder: Path) -> Index:
    """An index over the distinct contexts; every other one keeps its title, as captions have no headline."""
    titles = {row["context"]: row.get("title", "") for row in rows}
    with (folder / "contexts.jsonl").open("w", encoding="utf-8") as file:
        for number, (text, title) in enumerate(titles.items()):
            record = {"id": number, "text": text, "title": title if number % 2 else ""}
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    build(folder, folder / "index")
    return Index.open(folder / "index")


def mark(seen: Evidence, row: dict[str, Any]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which sentences hold an answer; only those of the question's own context count."""
    own = is_own(seen, row)
    return np.array([own and answers(seen.article.text[start:end], row) for start, end in seen.spans], dtype=bool)


def fit_scorer(inputs: list[Any], labels: list[Any], epochs: int) -> dict[str, Any]:
    """The answering sentences of a question against all its other sentences, at first sight."""
    return fit_listwise("score", perceptron(len(FEATURES), 32), inputs, labels, epochs)


def fit_listwise(
    name: str, network: nn.Sequential, inputs: list[Any], labels: list[Any], epochs: int
) -> dict[str, Any]:
    """A network that gives the right rows of each list, (rows, features), more than the others; its weights by name."""
    useful = [i for i in range(len(inputs)) if labels[i].any()]
    stacked = np.vstack([inputs[i] for i in useful])
    mean, spread = stacked.mean(axis=0), stacked.std(axis=0) + 1e-3
    values = pad_sequence([torch.from_numpy((inputs[i] - mean) / spread).float() for i in useful], True)
    right = pad_sequence([torch.from_numpy(labels[i]) for i in useful], True)
    there = pad_sequence([torch.ones(len(inputs[i]), dtype=torch.bool) for i in useful], True)

    def loss(batch: torch.Tensor) -> torch.Tensor:
        scores = network(values[batch]).squeeze(-1).masked_fill(~there[batch], -1e9)
        gaps: torch.Tensor = scores.logsumexp(1) - scores.masked_fill(~right[batch], -1e9).logsumexp(1)
        return gaps.mean()

    fit(network, loss, len(useful), epochs)
    return export(name, network, mean, spread)


def fit_answered(pairs: list[tuple[Any, bool]], epochs: int) -> dict[str, Any]:
    """Logistic: questions that the archive answers against those that it does not.

    A linear sum, monotone in every signal, so that what it never saw cannot surprise it; the ridge spreads the weight
    over signals that tell the same, since in another archive one of them may fail.
    """
    inputs = np.vstack([row for row, _ in pairs])
    mean, spread = inputs.mean(axis=0), inputs.std(axis=0) + 1e-3
    values = torch.from_numpy((inputs - mean) / spread).float()
    truth = torch.tensor([float(flag) for _, flag in pairs])
    signs = torch.tensor([float(sign) for sign in SIGNALS.values()])
    network = nn.Sequential(layer := nn.Linear(inputs.shape[1], 1))

    def loss(batch: torch.Tensor) -> torch.Tensor:
        wrong = nn.functional.binary_cross_entropy_with_logits(network(values[batch]).squeeze(-1), truth[batch])
        return wrong + _RIDGE * layer.weight.square().sum()

    def clamp() -> None:
        with torch.no_grad():
            layer.weight.copy_((layer.weight * signs).clamp(min=0) * signs)

    fit(network, loss, len(pairs), epochs, clamp)
    return export("answered", network, mean, spread)


def perceptron(features: int, hidden: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(features, hidden),
        nn.Tanh(),
        nn.Dropout(0.1),
        nn.Linear(hidden, hidden),
        nn.Tanh(),
        nn.Linear(hidden, 1),
    )


def fit(network: nn.Module, loss: Any, examples: int, epochs: int, clamp: Callable[[], None] = lambda: None) -> None:
    """AdamW with a falling learning rate; `clamp` is called after every step."""
    optimizer = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=1e-3)
    network.train()
    for epoch in tqdm(range(epochs), desc="fitting", unit=" epochs"):
        for group in optimizer.param_groups:
            group["lr"] = 3e-3 * (1 - epoch / epochs)
        for batch in torch.split(torch.randperm(examples), 256):
            optimizer.zero_grad()
            loss(batch).backward()
            optimizer.step()
            clamp()
    network.eval()


def export(name: str, network: nn.Sequential, mean: Any, spread: Any) -> dict[str, Any]:
    """The weights under the names that `Ranker` reads."""
    layers = [layer for layer in network if isinstance(layer, nn.Linear)]
    weights = {f"{name}.mean": mean, f"{name}.spread": spread}
    for number, layer in enumerate(layers):
        weights[f"{name}.weight{number}"] = layer.weight.detach().numpy()
        weights[f"{name}.bias{number}"] = layer.bias.detach().numpy()
    return {key: np.ascontiguousarray(value, dtype=np.float32) for key, value in weights.items()}


if __name__ == "__main__":
    main()
