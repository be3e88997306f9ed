"""Passages in a better order, by a CrossEncoder that reads the question and a passage together.

In: a question and the hits of a search. Out: the hits, best first, each with a score from 0 to 1. The model may be any
CrossEncoder of sentence-transformers, by folder or hub name; it is opened at the first question, so that nothing is
loaded where none is asked. Where it is not on this machine and the hub does not answer, the order stays as it was, and
the log says so once. Knows nothing about how the hits were found.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.errors import HubError, ModelError
from embeddings.hub import loading, located
from embeddings.index import Hit
from embeddings.records import Chunk
from qa.settings import RerankerSettings

_BATCH = 16  # pairs scored at a time
_log = logging.getLogger(__name__)


class Reranker:
    """One CrossEncoder, for any number of threads."""

    def __init__(self, settings: RerankerSettings) -> None:
        self.settings = settings
        self._model: Any = None
        self._missing = not settings.model
        self._lock = threading.Lock()

    @property
    def candidates(self) -> int:
        """How many passages it reads for a question; 0 where the settings name no model."""
        return self.settings.candidates if self.settings.model else 0

    def rank(self, question: str, hits: Sequence[Hit]) -> list[tuple[Hit, float]]:
        """The hits, the best of the first `candidates` in front; those after them keep their order, below.

        Raises:
            ModelError: the model cannot be loaded, or is no reranker.
        """
        read, rest = hits[: self.settings.candidates], hits[self.settings.candidates :]
        model = self._opened() if len(read) > 1 else None
        if model is None:
            return [(hit, hit.score) for hit in hits]
        scores = self._scores(model, question, [Chunk(hit.article, hit.start, hit.end).passage for hit in read])
        ranked = [(read[at], scores[at]) for at in sorted(range(len(read)), key=lambda at: -scores[at])]
        return ranked + [(hit, hit.score * min(scores)) for hit in rest]

    def _scores(self, model: Any, question: str, passages: list[str]) -> list[float]:
        import torch

        with self._lock:
            scores = model.predict(
                [(question, passage) for passage in passages],
                batch_size=_BATCH,
                activation_fn=torch.nn.Sigmoid(),  # some models are saved with none, and give scores without bounds
                show_progress_bar=False,
            )
        if np.shape(scores) != (len(passages),) or not np.isfinite(scores).all():
            raise ModelError(
                f"reranker.model: {self.settings.model} does not give one score for a question and a passage. "
                "Name a CrossEncoder with a single label.",
                chinese=f"reranker.model：{self.settings.model} 给一个问题和一段话的不是一个分数；"
                "请换成单标签的 CrossEncoder",
            )
        return [float(score) for score in scores]

    def _opened(self) -> Any:
        """The model, loaded now if need be; None where there is none to be had."""
        with self._lock:
            if self._model is None and not self._missing:
                try:
                    self._model = _open(self.settings.model)
                except HubError as error:
                    self._missing = True  # not asked again: every question would wait for the hub
                    _log.warning("passages keep their order: %s", error)
        return self._model


def _open(model: str) -> Any:
    """A CrossEncoder from a folder or by its hub name."""
    folder = located(model, "reranker.model")
    if not _is_cross_encoder(folder):
        raise ModelError(
            f"reranker.model: {folder} holds no CrossEncoder. Name one, such as BAAI/bge-reranker-v2-m3.",
            chinese=f"reranker.model：{folder} 里不是 CrossEncoder；请换一个，例如 BAAI/bge-reranker-v2-m3",
        )
    from sentence_transformers import CrossEncoder

    with loading("reranker.model", folder):
        return CrossEncoder(str(folder), local_files_only=True, model_kwargs={"use_safetensors": True})


def _is_cross_encoder(folder: Path) -> bool:
    """Whether a model scores pairs; sentence-transformers would give any other a head of random weights."""
    kinds = []
    for name, key in (("config_sentence_transformers.json", "model_type"), ("config.json", "architectures")):
        try:
            kinds.append(str(json.loads((folder / name).read_text("utf-8")).get(key)))
        except FileNotFoundError:
            continue
        except (OSError, ValueError, AttributeError) as error:
            raise ModelError(
                f"reranker.model: {folder / name} is damaged ({error}). Copy the folder again.",
                chinese=f"reranker.model：{folder / name} 坏了（{error}）；请重新拷贝文件夹",
            ) from error
    return any("CrossEncoder" in kind or "SequenceClassification" in kind for kind in kinds)
