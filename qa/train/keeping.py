"""A trained model folder → its place among the models, with a card that says where it came from and what it is worth.

In: a folder, where it is to go, its scores as plain values. Out: the folder there, whole or not at all. Knows nothing
about training.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from embeddings.errors import ModelError, first_line

_CARD = """\
---
library_name: sentence-transformers
pipeline_tag: sentence-similarity
language: zh
---
# An encoder adapted to one archive

Made from `{base}` on {date}, {minutes:.1f} minutes:

    {command}

Of {articles:,} articles, {learned:,} were learned from: {pairs:,} pairs made of them (questions by templates,
headlines, first sentences, in a reader's words), {steps:,} steps. The scores are on {asked:,} made questions about the
other articles: the right chunk among all chunks of the archive is looked for. In brackets the interval of the change,
95 %. Fused is (1 - weight) · BM25 + weight · cosine, with the weight of the settings.

| the right chunk is among the first | before | after | change |
|---|---|---|---|
{scores}

The questions are made, not asked by readers: measure your own with `wenbao evaluate`.

{files}
"""
_WAYS = {"encoder": "encoder alone", "fused": "fused with words"}


def check_place(out: Path) -> None:
    """Raises ModelError where a model folder cannot go."""
    if out.exists() and not (out / "modules.json").is_file() and not (out.is_dir() and not any(out.iterdir())):
        raise ModelError(
            f"{out} is there and is no model folder. Name another one with --out.",
            chinese=f"{out} 已经有了，又不是模型文件夹；请用 --out 换一个",
        )
    parent = next(folder for folder in out.absolute().parents if folder.exists())
    if not os.access(parent, os.W_OK):
        raise ModelError(
            f"{parent} cannot be written. Name another folder with --out.",
            chinese=f"{parent} 写不进去；请用 --out 换一个文件夹",
        )


def keep(folder: Path, out: Path, outcome: Mapping[str, Any], base: str, command: str) -> None:
    """Describe a folder and put it in its place. Killed half-way, the model that was there is in `.<name>.old`.

    Raises:
        ModelError: it cannot be written.
    """
    (folder / "README.md").write_text(card(folder, outcome, base, command), encoding="utf-8")
    part, old = (out.with_name(f".{out.name}.{name}") for name in ("part", "old"))
    try:
        for left in (part, old):
            shutil.rmtree(left, ignore_errors=True)
        out.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(folder, part)
        part.chmod(0o755)  # folders for temporary files are for their owner alone
        if out.exists():
            out.rename(old)
        part.rename(out)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise ModelError(
            f"{out} cannot be written ({first_line(error)}). Name another folder with --out.",
            chinese=f"{out} 写不进去（{first_line(error)}）；请用 --out 换一个文件夹",
        ) from None


def card(folder: Path, outcome: Mapping[str, Any], base: str, command: str) -> str:
    """The text of README.md."""
    rows = (
        f"| {each['depth']}, {_WAYS[each['way']]} | {each['before']:.3f} | {each['after']:.3f} | {change(each['by'])} |"
        for each in outcome["recall"]
    )
    ranks = (f"| mean reciprocal rank, {_WAYS[way]} | | | {change(by)} |" for way, by in outcome["rank"].items())
    files = (
        f"`{name}`: sha256 {hashlib.sha256((folder / name).read_bytes()).hexdigest()}."
        for name in ("model.safetensors", "tokenizer.json")
    )
    return _CARD.format(
        **{name: outcome[name] for name in ("articles", "learned", "pairs", "steps")},
        base=base,
        command=command,
        date=datetime.now(UTC).date(),
        minutes=outcome["seconds"] / 60,
        asked=outcome["rank"]["fused"]["n"],
        scores="\n".join([*rows, *ranks]),
        files="  \n".join(files),
    )


def change(by: Mapping[str, float]) -> str:
    """{"value": 0.02, "low": 0.01, "high": 0.03} → "+0.020 [+0.010, +0.030]"."""
    return f"{by['value']:+.3f} [{by['low']:+.3f}, {by['high']:+.3f}]"
