"""One command from the data folder to the bundled encoder: subwords → pairs → vectors → model folder.

The steps themselves live in the files beside this one.

    python -m embeddings.train.encoder --data ../shared --out embeddings/model
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from tokenizers import Tokenizer

from embeddings.train.batches import Batch, Ints, LabelledPairs, NewsPairs, Ragged, joined, merged, ragged
from embeddings.train.model import first_rows, save_model, subword_tokenizer, train
from embeddings.train.texts import (
    Pair,
    WordSearch,
    hard_negatives,
    haystack,
    placed,
    question_pairs,
    read_news,
    sentences,
    titled_pairs,
    unplaced_questions,
    written_pairs,
)

WRITTEN = Path(__file__).parents[2] / "qa/train/written.tsv"
_AT_A_TIME = 20_000


@dataclass(frozen=True)
class Settings:
    """What the command line says; `steps` wins over `minutes` where it is given, and gives the same weights again."""

    data: Path
    out: Path
    written: Path = WRITTEN
    minutes: float = 6.0
    steps: int = 0
    seed: int = 1
    device: str = "cpu"
    threads: int = 2
    vocabulary: int = 24_000
    dimension: int = 256
    news_batch: int = 1024
    labelled_batch: int = 512
    rate: float = 0.02


def make_encoder(settings: Settings, console: Console) -> None:
    """Train and save the encoder."""
    began = time.monotonic()

    def say(what: str) -> None:
        console.print(f"[dim]{time.monotonic() - began:5.0f} s[/dim]  {what}")

    torch.set_num_threads(settings.threads)
    say("reading the news, choosing subwords")
    news = read_news(settings.data)
    tokenizer = subword_tokenizer(news, settings.vocabulary)
    unlabelled, counts = _news_pairs(tokenizer, news)
    say("searching the haystack by words: passages for questions, wrong passages that look right")
    search = WordSearch(haystack(settings.data))
    pairs = training_pairs(settings.data, search, settings.written)
    labelled = _labelled_pairs(tokenizer, pairs)
    say(f"training {tokenizer.get_vocab_size()} × {settings.dimension} on {len(news)} articles and {len(pairs)} pairs")
    rows, steps = learn(settings, counts, unlabelled, labelled, console)
    save_model(settings.out, tokenizer, rows)
    say(f"{settings.out} is written, after {steps} steps")


def learn(
    settings: Settings, counts: Ints, unlabelled: NewsPairs, labelled: LabelledPairs, console: Console
) -> tuple[npt.NDArray[np.float32], int]:
    """The trained vectors, (vocabulary, dimension), and the number of steps that they took."""
    rng = np.random.default_rng(settings.seed)
    rows = first_rows(counts, settings.dimension, settings.seed)
    taken = 0

    def draw() -> Batch:
        return merged([unlabelled.draw(rng, settings.news_batch), labelled.draw(rng, settings.labelled_batch)])

    def report(done: float, step: int, loss: float) -> None:
        nonlocal taken
        taken = step
        bar.update(task, completed=done, loss=f"step {step}, loss {loss:.3f}")

    with _bar(console) as bar:
        task = bar.add_task("training", total=1.0, loss="")
        seconds = 0.0 if settings.steps else 60 * settings.minutes
        rate, device = settings.rate, settings.device
        rows = train(rows, draw, steps=settings.steps, seconds=seconds, rate=rate, device=device, report=report)
    return rows, taken


def training_pairs(data: Path, search: WordSearch, written: Path) -> list[Pair]:
    """All labelled pairs: titles and summaries, placed and written questions, news questions placed by `search`."""
    placed_pairs = placed(unplaced_questions(data), search)
    return [*titled_pairs(data), *question_pairs(data), *written_pairs(data, written), *placed_pairs]


def _news_pairs(tokenizer: Tokenizer, news: Sequence[str]) -> tuple[NewsPairs, Ints]:
    """The news as unlabelled pairs, and how often each subword stands in it."""
    cut = [sentences(text) for text in news]
    ids = _tokens(tokenizer, [sentence for article in cut for sentence in article])
    articles = np.concatenate(([0], np.cumsum([len(article) for article in cut], dtype=np.int64)))
    size = tokenizer.get_vocab_size()
    return NewsPairs(ids, articles, size), np.bincount(ids.ids, minlength=size)


def _labelled_pairs(tokenizer: Tokenizer, pairs: Sequence[Pair]) -> LabelledPairs:
    questions = _tokens(tokenizer, [pair.question for pair in pairs])
    passages = _tokens(tokenizer, [pair.passage for pair in pairs])
    return LabelledPairs(questions, passages, hard_negatives(pairs, 4))


def _tokens(tokenizer: Tokenizer, texts: Sequence[str]) -> Ragged:
    """Texts → ids, some at a time, for the lists of Python numbers on the way are large."""
    parts = (texts[start : start + _AT_A_TIME] for start in range(0, len(texts), _AT_A_TIME))
    encoded = (tokenizer.encode_batch_fast(list(part), add_special_tokens=False) for part in parts)
    return joined([ragged([encoding.ids for encoding in encodings]) for encodings in encoded])


def _bar(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[loss]}"), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True)


def main() -> None:
    usual = Settings(Path("../shared"), Path("embeddings/model"))
    parser = argparse.ArgumentParser(description="Train the bundled encoder.")
    parser.add_argument("--data", type=Path, default=usual.data, help="folder with news/ and data/")
    parser.add_argument("--out", type=Path, default=usual.out, help="model folder to write")
    parser.add_argument("--written", type=Path, default=usual.written, help="the project's own questions")
    parser.add_argument("--minutes", type=float, default=usual.minutes, help="time for the training steps")
    parser.add_argument("--steps", type=int, default=usual.steps, help="train this many steps instead")
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument("--device", default=usual.device, help="cpu or cuda")
    parser.add_argument("--threads", type=int, default=usual.threads)
    parser.add_argument("--vocabulary", type=int, default=usual.vocabulary, help="subwords")
    parser.add_argument("--dimension", type=int, default=usual.dimension, help="numbers in a vector")
    make_encoder(Settings(**vars(parser.parse_args())), Console(stderr=True))


if __name__ == "__main__":
    main()
