"""A trained matrix → the model folder, in the format of sentence-transformers.

In: a tokenizer and float vectors, one a subword. Out: a folder that `SentenceTransformer(folder)` and
`load_encoder(folder)` open alike. This file knows nothing about how the vectors were learned.

Each row is kept as int8 with its own scale, half the size of fp16; sentence-transformers reads that layout (it is
model2vec's) for a StaticEmbedding: vector = embeddings[token] * weights[token].
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file
from tokenizers import Tokenizer

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
