"""The user's own articles → an encoder that knows their words better, or nothing where it does not.

In: articles without labels, and a static encoder. Out: an `Outcome` with recall before and after, on articles that were
not learned from; and a model folder, only where that recall is better. Questions are made (qa/train/archive.py), judged
by (qa/train/exam.py), and learned from as the bundled encoder did (embeddings/train). Knows nothing about files of
articles and terminals.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from embeddings.encoder import Encoder, StaticEncoder, load_encoder
from embeddings.errors import CorpusError, ModelError
from embeddings.records import Article
from embeddings.train.batches import Batch, LabelledPairs, NewsPairs, Ragged, merged, ragged
from embeddings.train.contrast import train
from embeddings.train.export import save_model
from embeddings.train.mining import WordSearch, hard_negatives
from embeddings.train.texts import sentences
from qa.measure.significance import Difference, difference
from qa.settings import Settings
from qa.train.archive import Archive, read_archive
from qa.train.exam import WAYS, Change, Exam, changes
from qa.train.keeping import check_place, keep

LEAST_ARTICLES, LEAST_QUESTIONS = 50, 12
_JUDGING = 1000  # questions asked, at most
_CHANCE = 0.05
_EPOCHS, _BATCH, _NEGATIVES = 12, 256, 4
_RATE = 0.006  # of the size of a typical number in the vectors: larger steps forget more than they learn
Rows = npt.NDArray[np.float32]
Draw = Callable[[], Batch]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train. Where the clock is far from ending it, the same articles give the same weights."""

    minutes: float = 4.0  # of the training steps, at most
    steps: int = 0  # 0: as many as the articles want
    seed: int = 1
    most: int = 5_000  # articles; of more, so many are drawn by lot


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: `alone` and `fused` of the right chunk's reciprocal rank, `changes` of recall."""

    alone: Difference
    fused: Difference
    changes: tuple[Change, ...]
    learned: int  # articles
    pairs: int
    articles: int = 0
    steps: int = 0
    seconds: float = 0.0

    @property
    def kept(self) -> bool:
        """Whether the vectors are better, and not by chance, and the search with words is no worse.

        Words find most of what is asked for, so that a gain shows in the vectors long before it does in both.
        """
        return self.alone.low > 0 and self.alone.p < _CHANCE and self.fused.value >= 0

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        names = ("kept", "articles", "learned", "pairs", "steps", "seconds")
        rank = {way: getattr(self, name).as_dict() for way, name in zip(WAYS, ("alone", "fused"), strict=True)}
        recall = [each.as_dict() for each in self.changes]
        return {name: getattr(self, name) for name in names} | {"rank": rank, "recall": recall}


def adapt(
    articles: Sequence[Article],
    out: Path,
    settings: Settings,
    plan: Plan = Plan(),
    command: str = "",
    progress: Progress = lambda stage, done, total: None,
) -> Outcome:
    """Fine-tune the encoder of the settings; `out` is written, or replaced, only where held-out recall is better.

    Raises:
        CorpusError: there are too few articles, or too few questions can be made of them.
        ModelError: the encoder is no static one, or `out` is something else than a model folder.
    """
    began = time.monotonic()
    check_place(out)
    before = static_encoder(settings)
    chosen = drawn(articles, plan)
    archive = read_archive(chosen, settings.chunks, plan.seed, lambda *done: progress("questions", *done))
    check_questions(archive)
    progress("search", 0, 1)
    search = WordSearch([chunk.passage for chunk in archive.chunks])
    draw, steps = batches(archive, before.tokenizer, plan)
    progress("search", 1, 1)
    rows, taken = learned(before.rows, draw, plan, steps, progress)
    with tempfile.TemporaryDirectory() as folder:
        save_model(Path(folder), before.tokenizer, rows)
        after = load_encoder(folder, settings.encoder.query_prompt, settings.encoder.passage_prompt)
        outcome = judged(archive, search, before, after, settings.retrieval.dense_weight, progress)
        outcome = replace(outcome, articles=len(chosen), steps=taken, seconds=round(time.monotonic() - began, 1))
        if outcome.kept:
            keep(Path(folder), out, outcome.as_dict(), settings.encoder.model, command)
    return outcome


def judged(
    archive: Archive, search: WordSearch, before: Encoder, after: Encoder, weight: float, progress: Progress
) -> Outcome:
    """How two encoders do on the articles that were not learned from."""
    asked = archive.judging[:: len(archive.judging) // _JUDGING + 1]
    exam = Exam(search, asked, weight)
    old, new = (exam.sit(each, lambda *done: progress("judge", *done)) for each in (before, after))
    alone, fused = (difference(old.marks(way), new.marks(way)) for way in WAYS)
    pairs = len(archive.questions) + len(archive.openings)
    return Outcome(alone, fused, changes(old, new), learned=len(archive.learned), pairs=pairs)


def static_encoder(settings: Settings) -> StaticEncoder:
    """The encoder of the settings, if it is one of vectors of subwords."""
    wanted = settings.encoder
    encoder = load_encoder(wanted.model, wanted.query_prompt, wanted.passage_prompt, wanted.batch_size)
    if not isinstance(encoder, StaticEncoder):
        raise ModelError(
            f"encoder.model: {wanted.model} is no static encoder, and only those are adapted here. Write "
            "`model: bundled`, or train it with the trainer of sentence-transformers and name the folder.",
            chinese=f"encoder.model：{wanted.model} 不是静态编码模型，这里只微调静态的；请写 bundled，"
            "或用 sentence-transformers 自己训练，再写它的文件夹",
        )
    return encoder


def drawn(articles: Sequence[Article], plan: Plan) -> list[Article]:
    """Every text once; of more than `plan.most`, so many by lot."""
    distinct = list({article.text: article for article in articles if article.text.strip()}.values())
    if len(distinct) < LEAST_ARTICLES:
        raise CorpusError(
            f"{len(distinct)} articles are too few to learn from; give a folder of {LEAST_ARTICLES} or more",
            chinese=f"只有 {len(distinct)} 篇，太少，学不出来；请给至少有 {LEAST_ARTICLES} 篇的文件夹",
        )
    if len(distinct) <= plan.most:
        return distinct
    rows = np.random.default_rng(plan.seed).choice(len(distinct), plan.most, replace=False)
    return [distinct[row] for row in sorted(rows.tolist())]


def check_questions(archive: Archive) -> None:
    """Raises CorpusError where too few questions could be made."""
    least = min(len(archive.questions), len(archive.judging))
    if least < LEAST_QUESTIONS:
        raise CorpusError(
            f"too few questions could be made of the articles: {len(archive.questions)} to learn from and "
            f"{len(archive.judging)} to judge by, of {LEAST_QUESTIONS} needed. Give more articles.",
            chinese=f"这些报道出的题太少：学的 {len(archive.questions)} 题，评的 {len(archive.judging)} 题，"
            f"各要 {LEAST_QUESTIONS} 题；请多给一些报道",
        )


def batches(archive: Archive, tokenizer: Tokenizer, plan: Plan) -> tuple[Draw, int]:
    """A function that draws batches, and how many it takes to see the pairs often enough."""

    def tokens(texts: Sequence[str]) -> Ragged:
        return ragged([found.ids for found in tokenizer.encode_batch_fast(texts, add_special_tokens=False)])

    rng = np.random.default_rng(plan.seed)
    sources: list[NewsPairs | LabelledPairs] = []
    cut = [sentences(text) for text in archive.learned]
    starts = np.cumsum([0, *map(len, cut)], dtype=np.int64)
    sources.append(NewsPairs(tokens([each for text in cut for each in text]), starts, tokenizer.get_vocab_size()))
    for pairs, hard in ((archive.questions, True), (archive.openings, False)):
        others = rng.integers(0, max(1, len(pairs)), (len(pairs), _NEGATIVES))
        wrong = hard_negatives(pairs, _NEGATIVES) if hard else others
        sources.append(
            LabelledPairs(tokens([pair.question for pair in pairs]), tokens([pair.passage for pair in pairs]), wrong)
        )
    steps = plan.steps or 100 + _EPOCHS * (len(archive.questions) + len(archive.openings)) // _BATCH
    return lambda: merged([source.draw(rng, _BATCH) for source in sources]), steps


def learned(rows: Rows, draw: Draw, plan: Plan, steps: int, progress: Progress) -> tuple[Rows, int]:
    """The trained vectors, and the number of steps that they took."""
    taken = 0

    def report(done: float, step: int, loss: float) -> None:
        nonlocal taken
        taken = step
        progress("train", round(1000 * done), 1000)

    rate = _RATE * float(np.sqrt(np.mean(rows**2)))
    return train(rows, draw, steps=steps, seconds=60 * plan.minutes, rate=rate, report=report), taken
