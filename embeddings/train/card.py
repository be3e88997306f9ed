"""The card of a model folder: what it was made from, how, and what it is worth.

In: the folder and its scores. Out: README.md in the folder. This file knows nothing about training.
"""

from __future__ import annotations

import hashlib
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from embeddings.encoder import load_encoder
from embeddings.train.evaluate import Scores

_CARD = """\
---
library_name: sentence-transformers
pipeline_tag: sentence-similarity
language: zh
---
# Wenbao's bundled encoder

{pieces:,} Chinese subwords, one vector of {dimension} numbers for each, averaged and scaled to length 1: a static
sentence-transformers model. It knows which words keep company, not their order, so it stands beside word search and
does not replace it. Text is folded to half width and lower case; it was trained on simplified characters.

## Made from
| what | how it was used | terms |
|---|---|---|
| {articles:,} news articles (CRUD-RAG) | subwords; a piece of a sentence with a stretch of its article | Apache-2.0 |
| titles, events and summaries (CRUD-RAG, UHGEval, CSL) | paired with the windows of their articles | Apache-2.0 |
| questions of CMRC 2018, training part | paired with the window that holds the answer | CC BY-SA 4.0 |
| questions of DRCD, in simplified characters | the same | CC BY-SA 3.0 |
| questions on news without an article (CRUD-RAG) | paired with the found passage that holds the answer | Apache-2.0 |

{pairs:,} labelled pairs in all, each with wrong passages that word search ranks high. Left out: every question that the
scores below are measured on, the titles and summaries of the articles that answer them, every question on an article
of the titled news, CMRC 2018 dev and XQuAD.

    {command}

Commit {commit}, {date}: {steps:,} steps, {minutes:.0f} minutes from data to folder. By default the clock ends the
training, so another machine takes more steps or fewer; `--steps` gives the same weights again.

## Worth
The right article among the first 1 / 5 / 20 of 69,486 (windows of at most 220 characters; 564 questions of
`news_questions_dev`). Words are BM25 over rjieba words and character bigrams without question words; fused is
(1 - weight) · BM25 + weight · cosine, each divided by its best for the question. The gain is over words, with what 95 %
of such sets would show; where that reaches below zero, the vectors have not shown that they add anything.

| | recall at 1 / 5 / 20 | gain at 5 |
|---|---|---|
{scores}

Encoding the haystack: {speed:,} characters a second. {files}
"""


def write_card(folder: Path, scores: Scores, *, pairs: int, articles: int, steps: int, seconds: float) -> None:
    """Write README.md; `scores` is what `evaluate` gives."""
    encoder = load_encoder(str(folder))
    names = ("model.safetensors", "tokenizer.json")
    card = _CARD.format(
        pieces=_pieces(folder),
        dimension=encoder.dimension,
        articles=articles,
        steps=steps,
        pairs=pairs,
        command=shlex.join(["python", "-m", "embeddings.train.encoder", *sys.argv[1:]]),
        commit=_commit(),
        date=datetime.now(UTC).date(),
        minutes=seconds / 60,
        scores=score_table(scores),
        speed=scores.characters_per_second,
        files=" ".join(_described(folder / name) for name in names),
    )
    (folder / "README.md").write_text(card, encoding="utf-8")


def score_table(scores: Scores) -> str:
    """One line for each way to search."""
    gained = {name: "{:+.3f} [{:+.3f}, {:+.3f}]".format(*gain) for name, gain in scores.gains.items()}
    return "\n".join(
        f"| {name} | {_figures(recall)} | {gained.get(name, '')} |" for name, recall in scores.recall.items()
    )


def _pieces(folder: Path) -> int:
    from tokenizers import Tokenizer

    return int(Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab_size())


def _figures(recall: tuple[float, ...]) -> str:
    """(0.5, 0.723) → ".500 / .723"."""
    return " / ".join(f"{value:.3f}".removeprefix("0") for value in recall)


def _described(path: Path) -> str:
    return f"`{path.name}`: {path.stat().st_size / 1e6:.1f} MB, sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}."


def _commit() -> str:
    found = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return found.stdout.strip() or "unknown"
