"""Any extractive question-answering model of transformers as the reader.

In: a folder or hub name of a model with a span head (AutoModelForQuestionAnswering), questions, passages. Out: the same
`Reading`s that the bundled reader gives. What the model says of its first token, [CLS], is taken for "no answer", as
models trained on unanswerable questions have it. Imports torch when it is made, not before.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from embeddings.errors import ModelError
from embeddings.hub import loading, located
from qa.asked.question import Question
from qa.reader.network import log_softmax
from qa.reader.reader import Reading, reading

_LONGEST = 384  # tokens of question and passage


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
            self._model, told = AutoModelForQuestionAnswering.from_pretrained(
                folder, local_files_only=True, use_safetensors=True, output_loading_info=True
            )
        if told["missing_keys"] or not self._tokenizer.is_fast:
            raise ModelError(
                f"reader.model: {folder} holds no extractive question-answering model with a fast tokenizer. "
                "Name one, or bundled.",
                chinese=f"reader.model：{folder} 不是带快速分词器的抽取式问答模型；换一个，或写 bundled",
            )
        self._model.eval()
        self._lock = threading.Lock()

    def read(self, question: Question, passages: Sequence[str]) -> list[Reading]:
        """Read passages, in one batch."""
        import torch

        if not passages:
            return []
        longest = min(_LONGEST, self._tokenizer.model_max_length)
        with self._lock, torch.inference_mode():
            inputs = self._tokenizer(
                [question.text] * len(passages), list(passages), truncation="only_second", max_length=longest,
                padding=True, return_offsets_mapping=True, return_tensors="pt",
            )  # fmt: skip
            offsets = inputs.pop("offset_mapping").numpy()
            out = self._model(**inputs)
        starts, ends = out.start_logits.float().numpy(), out.end_logits.float().numpy()
        return [_reading(offsets[at], inputs.sequence_ids(at), starts[at], ends[at]) for at in range(len(passages))]


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


def _reading(offsets: Any, owners: list[int | None], starts: Any, ends: Any) -> Reading:
    """What the logits of one pair say of the tokens of its passage; the first token of all stands for no answer."""
    own = [at for at, owner in enumerate(owners) if owner == 1 and offsets[at][1] > offsets[at][0]]
    edges = [int(offsets[at][0]) for at in own] + ([int(offsets[own[-1]][1])] if own else [])
    chosen = [*own, 0]
    return reading(log_softmax(starts[chosen]), log_softmax(ends[chosen]), np.array(edges or [0], np.int32))
