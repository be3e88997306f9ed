"""Any extractive question-answering model of transformers as the reader.

In: a folder or hub name of a model with a span head (AutoModelForQuestionAnswering), questions, windows. Out: the same
`Reading`s that the bundled reader gives, without pieces and support. What the model says of its first token stands for
"no answer", as models trained on unanswerable questions have it (Devlin et al. 2019, section 4.3). Imports torch when
it is made, not before.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from embeddings.errors import ModelError
from embeddings.hub import loading, located
from qa.reader import Reading, Window, reading

_LONGEST = 384  # tokens of question and passage
_SILENT = np.array([0, 0, 9], np.float32)  # such a model judges no claims


class HubReader:
    """One model, for any number of threads."""

    def __init__(self, model: str) -> None:
        """Open a model.

        Raises:
            ModelError: it cannot be loaded, or has no span head; HubError where the hub does not answer.
        """
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        folder = located(model, "reader.model")
        with loading("reader.model", folder), _unreported():
            self._tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            self._model, report = AutoModelForQuestionAnswering.from_pretrained(
                folder, local_files_only=True, use_safetensors=True, output_loading_info=True
            )
        if report["missing_keys"] or not self._tokenizer.is_fast:
            raise ModelError(
                f"reader.model: {folder} holds no extractive question-answering model with a fast tokenizer. "
                "Name one, or bundled.",
                chinese=f"reader.model：{folder} 不是带快速分词器的抽取式问答模型；换一个，或写 bundled",
            )
        self._model.eval()
        self._lock = threading.Lock()

    def read(self, question: str, windows: Sequence[Window]) -> list[Reading]:
        """Read windows, in one batch."""
        import torch

        if not windows:
            return []
        texts = [f"{each.head}{each.text}" for each in windows]
        with self._lock, torch.inference_mode():
            inputs = self._tokenizer(
                [question] * len(texts), texts, truncation="only_second", padding=True,
                max_length=min(_LONGEST, self._tokenizer.model_max_length), return_offsets_mapping=True,
                return_tensors="pt",
            )  # fmt: skip
            offsets = inputs.pop("offset_mapping").numpy()
            out = self._model(**inputs)
        starts, ends = out.start_logits.float().numpy(), out.end_logits.float().numpy()
        found = []
        for row, window in enumerate(windows):
            shift = len(window.head)
            tokens = [
                (at, int(low) - shift + window.start, int(high) - shift + window.start)
                for at, (owner, (low, high)) in enumerate(zip(inputs.sequence_ids(row), offsets[row], strict=True))
                if owner == 1 and low >= shift and high > low
            ]
            own = [at for at, _, _ in tokens]
            best = (starts[row][own].max() + ends[row][own].max()) if own else 0.0
            logits = np.stack([starts[row][own], ends[row][own], np.full(len(own), -1.0)], 1)
            none = float(starts[row][0] + ends[row][0])
            found.append(reading(window, logits, tokens, float(best - none) / 2, _SILENT))
        return found


@contextmanager
def _unreported() -> Iterator[None]:
    """Without the table that transformers logs of tensors that a model lacks: that is an error, told in one line."""
    from transformers.utils import logging

    before = logging.get_verbosity()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(before)
