"""The reader's network under four engines: numpy (ours), torch, torch with int8 weights, ONNX Runtime.

In: a corpus and questions. Out, for each: seconds to be ready, milliseconds to read ten passages for a question, and in
how many passages it marks the words that numpy marks. Each runs in a process of its own, on two threads; cutting and
comparing words, which all of them need, is timed apart. Wants `pip install onnx onnxruntime` beside the extra `train`.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file

from benchmarks.machine import alone, percentiles, read_questions
from embeddings.chunks import split_article
from embeddings.inputs import scan
from qa.asked.question import Question, understand
from qa.language.synonyms import Synonyms
from qa.reader.features import Floats, Words, shared, split
from qa.reader.network import Network
from qa.reader.reader import MODEL

_PASSAGES, _QUESTIONS, _THREADS, _WARMING = 10, 100, 2, 10
Given = tuple[Words, list[Words], list[Floats]]
Spans = list[tuple[int, int]]
Asked = tuple[Question, list[str]]
_SIDES = ("rows", "tags", "letters", "owner", "real", "lengths", "first", "last", "there", "rarity")


def measure(corpus: Path, questions: Path) -> dict[str, Any]:
    """Every engine on the same questions and passages, one after the other."""
    asked = [understand(row["question"], longest=10_000) for row in read_questions(questions)[:_QUESTIONS]]
    articles = (article for _, content in scan(corpus) for article in content.articles)
    texts = [chunk.text for article in articles for chunk in split_article(article)]
    drawn = np.random.default_rng(0).integers(len(texts), size=(len(asked), _PASSAGES))
    sets = [(question, [texts[at] for at in row]) for question, row in zip(asked, drawn, strict=True)]
    found = {name: alone(_run, name, sets).value for name in ENGINES}
    own = found["numpy"]
    for each in found.values():
        each["times_numpy"] = round(each["read"]["p50_ms"] / own["read"]["p50_ms"], 2)
        each["agrees"] = round(float(np.mean([a == b for a, b in zip(each["spans"], own["spans"], strict=True)])), 4)
    return {name: {key: value for key, value in each.items() if key != "spans"} for name, each in found.items()}


def _run(name: str, sets: Sequence[Asked]) -> dict[str, Any]:
    synonyms, began = Synonyms.load(), time.perf_counter()
    read = ENGINES[name](synonyms)
    ready = time.perf_counter() - began
    times: list[tuple[float, float]] = []
    spans: Spans = []
    for question, texts in sets:
        began = time.perf_counter()
        given = _features(question, texts, synonyms)
        middle = time.perf_counter()
        spans += read(given)
        times.append((middle - began, time.perf_counter() - middle))
    cut, reading = zip(*times[_WARMING:], strict=True)
    timed = {"features": percentiles(cut), "read": percentiles(reading)}
    return {"ready_s": round(ready, 2), **timed, "spans": spans}


def _features(question: Question, texts: Sequence[str], synonyms: Synonyms) -> Given:
    asked, words = split(question.text, synonyms), [split(text, synonyms) for text in texts]
    return asked, words, [shared(question, asked, each, synonyms) for each in words]


def _numpy(synonyms: Synonyms) -> Callable[[Given], Spans]:
    weights = {name: value.astype(np.float32) for name, value in load_file(MODEL).items()}
    network = Network(weights, weights.pop("alphabet").astype(np.int32), synonyms)
    return lambda given: [(int(starts.argmax()), int(ends.argmax())) for starts, ends in network.spans(*given)]


def _torch(synonyms: Synonyms, int8: bool = False) -> Callable[[Given], Spans]:
    """With int8, linear and recurrent layers have int8 weights, and their inputs are quantised as they come."""
    import torch

    network = _trained(synonyms)
    if int8:
        layers = {torch.nn.LSTM, torch.nn.Linear}
        network = torch.ao.quantization.quantize_dynamic(network, layers, dtype=torch.qint8)

    def read(given: Given) -> Spans:
        with torch.inference_mode():
            starts, ends = network(*_tensors(given))
        return _spans(starts.numpy(), ends.numpy(), given)

    return read


def _onnx(synonyms: Synonyms) -> Callable[[Given], Spans]:
    import onnxruntime
    import torch

    network = _trained(synonyms)

    class Flat(torch.nn.Module):
        """The network with its inputs in one row, as ONNX has them."""

        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, *values: torch.Tensor) -> Any:
            asked, passage = values[: len(_SIDES)], values[len(_SIDES) : -1]
            sides = (dict(zip(_SIDES, side, strict=True)) for side in (asked, passage))
            return self.network(*sides, values[-1])

    example = _flat(_features(understand("泵站投资多少?"), ["泵站投资三亿元。", "石桥今天通车。"], synonyms))
    axes = {name: {0: "pairs", 1: f"{name}_size"} for name in example}
    torch.onnx.export(
        Flat(), tuple(example.values()), kept := io.BytesIO(), input_names=list(example), dynamic_axes=axes,
        opset_version=17, dynamo=False,
    )  # fmt: skip
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = _THREADS
    session = onnxruntime.InferenceSession(kept.getvalue(), options, providers=["CPUExecutionProvider"])
    wanted = {each.name for each in session.get_inputs()}

    def read(given: Given) -> Spans:
        values = {name: value.numpy() for name, value in _flat(given).items() if name in wanted}
        starts, ends = session.run(None, values)
        return _spans(starts, ends, given)

    return read


def _trained(synonyms: Synonyms) -> Any:
    """The shipped weights in the network that torch trains."""
    import torch

    from qa.train.reading import ReaderNetwork

    torch.set_num_threads(_THREADS)
    names = {"inputs": "weight_ih_l0", "inner": "weight_hh_l0", "bias": "bias_ih_l0"}
    weights = {name: torch.from_numpy(value.astype(np.float32)) for name, value in load_file(MODEL).items()}
    network = ReaderNetwork(torch.from_numpy(synonyms.table()), weights.pop("alphabet").long())
    state = {name: torch.zeros_like(value) for name, value in network.state_dict().items()}
    for name, value in weights.items():
        layer, _, part = name.rpartition(".")
        state[f"{layer}.{names[part]}" if layer.endswith(("ahead", "back")) else name] = value
    network.load_state_dict(state)
    return network.eval()


def _tensors(given: Given) -> tuple[Any, Any, Any]:
    import torch
    from torch.nn.utils.rnn import pad_sequence

    from qa.train.reading import tensors

    asked, words, likeness = given
    sides = (tensors(texts, _alphabet()) for texts in ([asked] * len(words), words))
    return *sides, pad_sequence([torch.from_numpy(each) for each in likeness], batch_first=True)


def _flat(given: Given) -> dict[str, Any]:
    *sides, likeness = _tensors(given)
    named = {f"{side}_{name}": values[name] for side, values in zip("qp", sides, strict=True) for name in _SIDES}
    return {**named, "shared": likeness}


def _alphabet() -> Any:
    return load_file(MODEL)["alphabet"]


def _spans(starts: Any, ends: Any, given: Given) -> Spans:
    """The likeliest first and last word of each passage, the number after its last word where there is none."""
    found = []
    for at, words in enumerate(given[1]):
        kept = [*range(len(words)), starts.shape[1] - 1]
        found.append((int(starts[at, kept].argmax()), int(ends[at, kept].argmax())))
    return found


ENGINES: dict[str, Callable[[Synonyms], Callable[[Given], Spans]]] = {
    "numpy": _numpy,
    "torch": _torch,
    "torch int8": lambda synonyms: _torch(synonyms, int8=True),
    "onnxruntime": _onnx,
}
