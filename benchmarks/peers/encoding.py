"""The project's own encoder, for adapters: each framework runs it through its embedding interface, in its own process.

In: texts. Out: float32 vectors of length 1; `spent` sums what they cost. Knows nothing about the frameworks, and needs
only numpy, tokenizers and safetensors.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
DIMENSION = 256
spent = {"encode_s": 0.0, "encode_cpu_s": 0.0}


@cache
def _encoder() -> Any:
    # Not through embeddings/__init__.py: it reads PDF and HTML, for which the frameworks' environments lack libraries.
    package = ModuleType("embeddings")
    package.__path__ = [str(Path(__file__).parents[2] / "embeddings")]
    sys.modules.setdefault("embeddings", package)
    from embeddings.encoder import load_encoder

    return load_encoder("bundled")


def encode(texts: Sequence[str]) -> Vectors:
    """Passages → (n, 256)."""
    encoder = _encoder()
    wall, cpu = time.perf_counter(), time.process_time()
    vectors: Vectors = encoder.encode(texts)
    spent["encode_s"] += time.perf_counter() - wall
    spent["encode_cpu_s"] += time.process_time() - cpu
    return vectors


def encode_query(text: str) -> Vectors:
    """One question → (256,)."""
    vector: Vectors = _encoder().encode_query(text)
    return vector
