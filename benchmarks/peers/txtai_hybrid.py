"""txtai with `hybrid: true`: the same database, with its BM25 index (one token a Chinese character) beside FAISS."""

from __future__ import annotations

from typing import Any, ClassVar

from benchmarks.peers.harness import run
from benchmarks.peers.txtai import Txtai


class TxtaiHybrid(Txtai):
    modes = ("hybrid",)
    settings: ClassVar[dict[str, Any]] = {**Txtai.settings, "hybrid": True}


if __name__ == "__main__":
    run(TxtaiHybrid())
