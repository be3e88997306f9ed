"""Trains the reader: `python -m qa.train.reader --data ../shared --base FOLDER --minutes 90`.

In: the training folder, the base model, a length of time. Out: a folder with the network (`network.safetensors`),
from which a stopped run goes on (`--resume`) and `python -m qa.train.export` makes what Wenbao ships. Where the
processor can, the encoder computes in bfloat16 beside float32 master weights; its embeddings and lowest layers stay as
they are.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
import typer
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F
from tqdm import tqdm

from embeddings.words import simplified
from qa.train import corpora
from qa.train.corpora import Text
from qa.train.examples import Example, Examples
from qa.train.network import ReaderNetwork

_HALF = torch.cpu._is_avx512_bf16_supported()  # bfloat16: three times as fast there, twenty times as slow elsewhere
_LENGTHS = (96, 128, 192, 256) if _HALF else tuple(range(48, 257, 16))  # tokens that a pair is padded or cut to
_TOKENS = 3072  # of a batch
_RATE, _HEAD_RATE, _LAYER_DECAY = 1.2e-4, 8e-4, 0.92
_FROZEN = 4  # lowest layers that are not trained
_WEIGHTS = {"cmrc": 2.0, "drcd": 1.2, "pairs": 0.5, "written": 1.0}  # shares of the sources


def texts(data: Path, written: Path = corpora.WRITTEN, limit: int | None = None) -> tuple[list[Text], list[Text]]:
    """What is trained on, and the written texts that are held out of it."""
    span = corpora.span_questions
    cmrc = span(data / "data" / "cmrc2018_train.jsonl.xz", "cmrc")[:limit]
    drcd = span(data / "data" / "drcd.jsonl.xz", "drcd")[:limit]
    for at, text in enumerate(drcd):
        if at % 4:  # three quarters in simplified script, character for character, so that offsets stay
            text.title, text.body = simplified(text.title), simplified(text.body)
            text.asked = [corpora.Asked(simplified(each.question), each.spans) for each in text.asked]
    own = corpora.written(data, written)[:limit]
    pairs = corpora.news_pairs(data) if limit is None else []
    return [*cmrc, *drcd, *pairs, *(text for text in own if not text.held)], [text for text in own if text.held]


class Encoded:
    """Examples as token ids with the targets of each head; -1 where an example does not train a head."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer

    def one(self, example: Example) -> dict[str, Any]:
        head = "，".join(part for part in (example.title, example.date) if part)
        lead = f"{head}\n" if head else ""
        pair = self._tokenizer.encode(example.question, lead + example.passage)
        inside = [
            kind == 1 and low >= len(lead) and high > low
            for kind, (low, high) in zip(pair.sequence_ids, pair.offsets, strict=True)
        ]
        targets = np.full((len(pair.ids), 3), -1.0, np.float32)
        if example.spans is not None:
            targets[inside] = 0.0
        for start, end in example.spans or ():
            covered = [
                at
                for at, (low, high) in enumerate(pair.offsets)
                if inside[at] and low - len(lead) < end and high - len(lead) > start
            ]
            if covered:
                targets[covered[0], 0] = targets[covered[-1], 1] = 1.0
                targets[covered, 2] = 1.0
        return {
            "ids": pair.ids,
            "targets": targets,
            "answers": -1 if example.answers is None else int(example.answers),
            "support": -1 if example.support is None else example.support,
        }

    def batches(self, examples: Iterator[Example]) -> Iterator[dict[str, Tensor]]:
        """Batches of one of few shapes, all of the same number of tokens: in bfloat16 each new shape costs set-up."""
        waiting: dict[int, list[dict[str, Any]]] = {length: [] for length in _LENGTHS}
        for example in examples:
            one = self.one(example)
            length = next((each for each in _LENGTHS if each >= len(one["ids"])), _LENGTHS[-1])
            waiting[length].append(one)
            if len(waiting[length]) == _TOKENS // length:
                yield collated(waiting[length], length)
                waiting[length] = []


def collated(group: list[dict[str, Any]], length: int) -> dict[str, Tensor]:
    """A batch of encoded examples, padded or cut to a length."""
    ids, targets = np.ones((len(group), length), np.int64), np.full((len(group), length, 3), -1.0, np.float32)
    mask = np.zeros((len(group), length), np.int64)
    for row, each in enumerate(group):
        size = min(length, len(each["ids"]))
        ids[row, :size], targets[row, :size], mask[row, :size] = each["ids"][:size], each["targets"][:size], 1
    answers, support = ([each[name] for each in group] for name in ("answers", "support"))
    arrays = {"ids": ids, "mask": mask, "targets": targets, "answers": answers, "support": support}
    return {name: torch.as_tensor(np.asarray(value)) for name, value in arrays.items()}


def loss(network: ReaderNetwork, batch: dict[str, Tensor]) -> dict[str, Tensor]:
    """The loss of each head over those examples of a batch that train it."""
    out = network(batch["ids"], batch["mask"])
    targets, found = batch["targets"], {}
    passage = targets[:, :, 0] >= 0
    held = targets[:, :, 0].clamp(min=0).sum(1) > 0
    for at, name in enumerate(("start", "end")):
        logits = out.spans[:, :, at].float().masked_fill(~passage, -1e4)
        wanted = targets[:, :, at].clamp(min=0)
        each = -(F.log_softmax(logits, 1) * wanted / wanted.sum(1, keepdim=True).clamp(min=1)).sum(1)
        found[name] = 0.5 * (each * held).sum() / held.sum().clamp(min=1)
    inside = F.binary_cross_entropy_with_logits(
        out.spans[:, :, 2].float(), targets[:, :, 2].clamp(min=0), reduction="none"
    )
    found["inside"] = 2 * (inside * passage).sum() / passage.sum().clamp(min=1)
    known = batch["answers"] >= 0
    answers = F.binary_cross_entropy_with_logits(
        out.answers.float(), batch["answers"].clamp(min=0).float(), reduction="none"
    )
    found["answers"] = (answers * known).sum() / known.sum().clamp(min=1)
    if (batch["support"] >= 0).any():
        found["support"] = 0.7 * F.cross_entropy(out.support.float(), batch["support"], ignore_index=-1)
    return found


class Training:
    """The network with its master weights and optimiser; can be written to a folder and taken up again."""

    def __init__(self, network: ReaderNetwork, folder: Path, rate: float = 1.0) -> None:
        """`rate` multiplies the learning rates."""
        self.network, self.folder, self.seconds, self.steps = network, folder, 0.0, 0
        encoder, trained = network.encoder, []
        for parameter in encoder.embeddings.parameters():
            parameter.requires_grad = False
        layers = encoder.encoder.layer
        for at, layer in enumerate(layers):
            for parameter in layer.parameters():
                parameter.requires_grad = at >= _FROZEN
                if at >= _FROZEN:
                    trained.append((parameter, _RATE * _LAYER_DECAY ** (len(layers) - 1 - at)))
        heads = [network.spans, network.pair, network.answers, network.support]
        trained += [(parameter, _HEAD_RATE) for head in heads for parameter in head.parameters()]
        self._trained = [parameter for parameter, _ in trained]
        self._masters = [p.detach().clone().float() if _HALF else p for p in self._trained]
        groups = [
            {"params": [master], "lr": peak, "weight_decay": 0.01 if master.ndim > 1 else 0.0, "peak": peak * rate}
            for master, (_, peak) in zip(self._masters, trained, strict=True)
        ]
        self._optimiser = torch.optim.AdamW(groups, betas=(0.9, 0.98), fused=True)
        if _HALF:
            encoder.to(dtype=torch.bfloat16)  # type: ignore[call-arg]

    def step(self, batch: dict[str, Tensor], progress: float) -> dict[str, float]:
        """One batch; `progress` (0–1) is how much of the whole training is done, for the learning rate."""
        parts = loss(self.network, batch)
        torch.stack(list(parts.values())).sum().backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._trained, 1.0)
        factor = min(progress / 0.03, 1.0) * max(0.02, 1 - progress)
        for group in self._optimiser.param_groups:
            group["lr"] = group["peak"] * factor
        copies = [pair for pair in zip(self._masters, self._trained, strict=True) if pair[0] is not pair[1]]
        for master, parameter in copies:
            master.grad = None if parameter.grad is None else parameter.grad.float()
            parameter.grad = None
        self._optimiser.step()
        self._optimiser.zero_grad()
        with torch.no_grad():
            for master, parameter in copies:
                parameter.copy_(master)
        self.steps += 1
        return {name: float(value.detach()) for name, value in parts.items()}

    def save(self) -> None:
        """Write weights, optimiser and how far it is; each file is swapped in whole."""
        self.folder.mkdir(parents=True, exist_ok=True)
        state = {name: value.detach().clone().float() for name, value in self.network.state_dict().items()}
        named = {id(parameter): name for name, parameter in self.network.named_parameters()}
        for master, parameter in zip(self._masters, self._trained, strict=True):
            state[named[id(parameter)]] = master.detach().clone()
        moments: dict[str, Tensor] = {}
        for at, master in enumerate(self._masters):
            if kept := self._optimiser.state.get(master):
                moments |= {f"{at}.{key}": value.clone() for key, value in kept.items()}
        for name, tensors in (("network", state), ("optimiser", moments)):
            save_file({key: value.contiguous() for key, value in tensors.items()}, self.folder / f"{name}.new")
            (self.folder / f"{name}.new").replace(self.folder / f"{name}.safetensors")
        (self.folder / "state.json").write_text(json.dumps({"seconds": self.seconds, "steps": self.steps}))

    def resume(self) -> None:
        """Go on from what `save` wrote."""
        state = load_file(self.folder / "network.safetensors")
        self.network.load_state_dict(state)
        named = {id(parameter): name for name, parameter in self.network.named_parameters()}
        moments = load_file(self.folder / "optimiser.safetensors")
        for at, (master, parameter) in enumerate(zip(self._masters, self._trained, strict=True)):
            with torch.no_grad():
                master.copy_(state[named[id(parameter)]])
            kept = {key.partition(".")[2]: value for key, value in moments.items() if key.startswith(f"{at}.")}
            if kept:
                self._optimiser.state[master] = kept
        self.seconds, self.steps = json.loads((self.folder / "state.json").read_text()).values()


def main(
    data: Annotated[Path, typer.Option(help="the training folder")],
    base: Annotated[Path, typer.Option(help="the base model (python -m qa.train.base)")],
    out: Annotated[Path, typer.Option(help="folder of the run")] = Path("models/reader"),
    written: Annotated[Path, typer.Option(help="the project's own questions")] = corpora.WRITTEN,
    minutes: Annotated[
        float, typer.Option(help="how long to train in all, earlier runs that are resumed included")
    ] = 90,
    share: Annotated[float, typer.Option(help="how often written questions are taken: 1 = a fifth of all")] = 1.0,
    seed: Annotated[int, typer.Option(help="of order and negatives")] = 1,
    resume: Annotated[bool, typer.Option(help="go on with the run in the folder")] = False,
    start: Annotated[Path | None, typer.Option(help="a shipped reader to train further, with half the rate")] = None,
    threads: Annotated[int, typer.Option(help="cores to compute on")] = 2,
    limit: Annotated[int | None, typer.Option(help="texts a source, for a toy run")] = None,
) -> None:
    """Train the reader for so many minutes."""
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    network = ReaderNetwork.from_shipped(start, base) if start else ReaderNetwork.from_base(base)
    training = Training(network, out, 0.5 if start else 1.0)
    if resume:
        training.resume()
    trained, _ = texts(data, written, limit)
    examples = Examples(trained, seed + training.steps, _WEIGHTS | {"written": share})
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    batches = Encoded(tokenizer).batches(iter(examples))
    sums: dict[str, list[float]] = defaultdict(list)
    last, tokens = time.monotonic(), 0
    saved, whole = training.seconds, minutes * 60
    with tqdm(total=round(whole), initial=round(training.seconds), unit="s", mininterval=10) as bar:
        while training.seconds < whole:
            batch = next(batches)
            for name, value in training.step(batch, training.seconds / whole).items():
                sums[name].append(value)
            tokens += int(batch["mask"].sum())
            now = time.monotonic()
            bar.update(now - last)
            training.seconds, last = training.seconds + now - last, now
            if training.steps % 10 == 0:
                means = {name: round(float(np.mean(values[-300:])), 3) for name, values in sums.items()}
                tqdm.write(f"{training.steps} steps {training.seconds / 60:.1f} min {tokens:,} tokens {means}")
            if training.seconds - saved > 300:
                training.save()
                saved = training.seconds
    training.save()


if __name__ == "__main__":
    typer.run(main)
