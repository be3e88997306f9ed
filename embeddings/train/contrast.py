"""Batches → vectors: one row per subword, trained so that a query lies nearer to its passage than to any other.

In: functions that draw batches. Out: float32 (vocabulary, dimension). This file knows nothing about text.

The loss is the cross-entropy of choosing the right passage among all of the batch (van den Oord et al., 2018), over
cosines times `_SCALE`.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from embeddings.train.batches import Batch, Ragged

_SCALE = 20.0
Report = Callable[[float, int, float], None]


def first_rows(counts: npt.NDArray[np.int64], dimension: int, seed: int) -> npt.NDArray[np.float32]:
    """Random directions, longer for rarer subwords: averaging them is word matching with idf, in few dimensions."""
    rng = np.random.default_rng(seed)
    rarity = np.log((1 + counts.sum()) / (1.0 + counts)).clip(1e-3)
    rows: npt.NDArray[np.float32] = rng.standard_normal((len(counts), dimension), np.float32)
    rows *= (0.1 * rarity / rarity.max()).astype(np.float32)[:, None]
    return rows


def train(
    rows: npt.NDArray[np.float32],
    draw: Callable[[], Batch],
    *,
    steps: int = 0,
    seconds: float = 0.0,
    rate: float = 0.02,
    device: str = "cpu",
    report: Report | None = None,
) -> npt.NDArray[np.float32]:
    """Train for a number of steps, or of seconds; with both, until either ends. `report` gets (share, step, loss)."""
    table = torch.nn.Parameter(torch.from_numpy(rows.copy()).to(device))
    optimizer = torch.optim.Adam([table], lr=rate, betas=(0.9, 0.99), fused=True)
    began, step, done, average = time.monotonic(), 0, 0.0, 0.0
    while done < 1:
        for group in optimizer.param_groups:
            group["lr"] = rate * (1 - done)
        loss = contrast(table, draw())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        step += 1
        average = loss.item() if step == 1 else 0.98 * average + 0.02 * loss.item()
        late = (time.monotonic() - began) / max(seconds, 1e-9) if seconds or not steps else 0.0
        done = min(1.0, max(step / steps if steps else 0.0, late))
        if report:
            report(done, step, average)
    trained: npt.NDArray[np.float32] = table.detach().cpu().numpy()
    return trained


def contrast(table: torch.Tensor, batch: Batch) -> torch.Tensor:
    """The loss of one batch, a scalar; passages beyond the number of queries are wrong for all."""
    queries, passages = _vectors(table, batch.queries), _vectors(table, batch.passages)
    target = torch.arange(len(queries), device=table.device)
    return functional.cross_entropy(_SCALE * queries @ passages.T, target)


def _vectors(table: torch.Tensor, texts: Ragged) -> torch.Tensor:
    ids = torch.from_numpy(texts.ids.astype(np.int64)).to(table.device)
    starts = torch.from_numpy(texts.starts[:-1]).to(table.device)
    return functional.normalize(functional.embedding_bag(ids, table, starts, mode="mean"))
