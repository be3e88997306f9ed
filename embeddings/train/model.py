"""Subwords, training and the saved folder of the bundled encoder.

The pieces and their probabilities are counted on segmented text instead of being found by the Unigram trainer: that
takes seconds instead of minutes, and the pieces are words. Then one row per subword is trained so that a query lies
nearer to its passage than to any other of the batch (van den Oord et al., 2018). Each row is kept as int8 with its
own scale, a layout that sentence-transformers reads for a StaticEmbedding: vector = embeddings[token] *
weights[token].
"""

from __future__ import annotations

import json
import math
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import rjieba
import torch
from safetensors.numpy import save_file
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers
from torch.nn import functional

from embeddings.train.batches import Batch, Ragged

UNKNOWN = "<unk>"


def subword_tokenizer(texts: Iterable[str], size: int) -> Tokenizer:
    """A tokenizer of at most `size` pieces: characters seen five times or more, then words by frequency."""
    normalize = _normalizer()
    words: Counter[str] = Counter()
    for text in texts:
        words.update(rjieba.cut(normalize.normalize_str(text)))
    words = Counter({word: count for word, count in words.items() if word.isalnum() and len(word) <= 8})
    characters: Counter[str] = Counter()
    for word, count in words.items():
        for character in word:
            characters[character] += count
    kept = {character: 1 for character, count in characters.most_common(size // 4) if count >= 5}
    for word, count in words.most_common():
        if word in kept or (len(kept) < size - 1 and len(word) > 1):
            kept[word] = count
    return _tokenizer(kept)


def _tokenizer(counts: dict[str, int]) -> Tokenizer:
    total = sum(counts.values())
    pieces = sorted(((piece, math.log(count / total)) for piece, count in counts.items()), key=lambda p: (-p[1], p[0]))
    floor = pieces[-1][1] - 10
    tokenizer = Tokenizer(models.Unigram([(UNKNOWN, floor), *pieces], unk_id=0, byte_fallback=False))
    tokenizer.normalizer = _normalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Split(Regex("[0-9]+|[a-z]+"), "isolated")]
    )
    return tokenizer


def _normalizer() -> normalizers.Normalizer:
    """Full width to half width, lower case, and a space for everything that is no letter or digit."""
    return normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Lowercase(), normalizers.Replace(Regex(r"[^\p{L}\p{N}]+"), " ")]
    )


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


_MODULES = [
    ("", "sentence_transformers.sentence_transformer.modules.static_embedding.StaticEmbedding"),
    ("1_Normalize", "sentence_transformers.base.modules.normalize.Normalize"),
]


def save_model(folder: Path, tokenizer: Tokenizer, rows: npt.NDArray[np.float32]) -> None:
    """Write the model; modules.json comes last, so that its presence means the rest is complete."""
    normalize = folder / "1_Normalize"
    normalize.mkdir(parents=True, exist_ok=True)
    (folder / "modules.json").unlink(missing_ok=True)
    embeddings, weights = quantize(rows)
    save_file({"embeddings": embeddings, "weights": weights}, folder / "model.safetensors")
    (folder / "model.safetensors").chmod(0o644)  # the library writes for the owner alone
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    names = {"module_input_name": "sentence_embedding", "module_output_name": "sentence_embedding"}
    _write(normalize / "config.json", names)
    _write(
        folder / "config_sentence_transformers.json",
        {
            "model_type": "SentenceTransformer",
            "prompts": {"query": "", "document": ""},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    )
    modules = [{"idx": i, "name": str(i), "path": path, "type": kind} for i, (path, kind) in enumerate(_MODULES)]
    _write(folder / "modules.json", modules)


def quantize(rows: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """Rows → int8 rows and the scale of each: [[1.0, -0.5]] → [[127, -64]], [0.00787]; a zero row stays zero."""
    scale = np.abs(rows).max(axis=1) / 127
    divisor = np.where(scale > 0, scale, 1)[:, None]
    return np.rint(rows / divisor).astype(np.int8), scale.astype(np.float32)


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
