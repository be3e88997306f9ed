"""One command from the data folder to qa/model/reader.safetensors: examples → training → weights → scores.

In: the data folder. Out: the reader's weights. A checkpoint is written every few minutes; the same command goes on from
it. The examples live in qa/train/examples.py, the network in qa/train/reading.py.

    python -m qa.train.reader --data ../shared --minutes 60
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import save_file
from safetensors.torch import load_file
from safetensors.torch import save_file as save_tensors
from tqdm import tqdm

from embeddings.train.texts import read_news
from embeddings.words import normalise
from qa.asked.question import understand
from qa.language.synonyms import Synonyms
from qa.reader.features import shared, split
from qa.reader.reader import MODEL
from qa.train.examples import Example, collect
from qa.train.reading import Pair, ReaderNetwork, batch, loss

_SAVED_EVERY = 180  # seconds
_TOKENS = 6_000  # words of a batch, padding included


@dataclass(frozen=True)
class Settings:
    """What the command line says; `steps` wins over `minutes` where it is given."""

    data: Path
    out: Path = MODEL
    work: Path = Path("reader-work")
    minutes: float = 60.0
    steps: int = 0
    made: int = 12_000
    seed: int = 1
    device: str = "cpu"
    threads: int = 2
    rate: float = 1.5e-3


def main() -> None:
    usual = Settings(Path("../shared"))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=usual.data, help="folder with news/ and data/")
    parser.add_argument("--out", type=Path, default=usual.out, help="file of weights to write")
    parser.add_argument("--work", type=Path, default=usual.work, help="folder of examples and checkpoints")
    parser.add_argument("--minutes", type=float, default=usual.minutes, help="time for the training steps, in all")
    parser.add_argument("--steps", type=int, default=usual.steps, help="train this many steps instead")
    parser.add_argument("--made", type=int, default=usual.made, help="news articles to make questions from")
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument("--device", default=usual.device, help="cpu or cuda")
    parser.add_argument("--threads", type=int, default=usual.threads)
    parser.add_argument("--rate", type=float, default=usual.rate, help="highest learning rate")
    make_reader(Settings(**vars(parser.parse_args())))


def make_reader(settings: Settings) -> None:
    """Collect the examples (once), train, and write the weights."""
    torch.manual_seed(settings.seed)
    torch.set_num_threads(settings.threads)
    settings.work.mkdir(parents=True, exist_ok=True)
    synonyms = Synonyms.load()
    rows = examples(settings)
    network = ReaderNetwork(torch.from_numpy(synonyms.table()), torch.from_numpy(alphabet(settings)))
    pairs = {name: numbered(found, synonyms, name) for name, found in rows.items()}
    train(network.to(settings.device), pairs, settings)
    write(network, settings.out)


def examples(settings: Settings) -> dict[str, list[Example]]:
    """The examples by source; kept in the work folder, for making them takes minutes."""
    kept = settings.work / "examples.jsonl"
    if not kept.exists():
        with (part := kept.with_suffix(".part")).open("w", encoding="utf-8") as file:
            for name, example in collect(settings.data, settings.made, settings.seed):
                file.write(json.dumps([name, *example], ensure_ascii=False) + "\n")
        part.rename(kept)
    found: dict[str, list[Example]] = {}
    with kept.open(encoding="utf-8") as file:
        for name, *example in map(json.loads, file):
            found.setdefault(name, []).append(Example(*example))
    return found


def alphabet(settings: Settings) -> np.ndarray[Any, np.dtype[np.int32]]:
    """The code points that stand often in the news, ascending."""
    counts: Counter[str] = Counter()
    for text in read_news(settings.data)[:20_000]:
        counts.update(normalise(text))
    return np.array(sorted(ord(char) for char, count in counts.items() if count >= 10), np.int32)


def numbered(rows: Sequence[Example], synonyms: Synonyms, name: str) -> list[Pair]:
    """Examples as numbers; those whose answer is no whole number of words get the words that hold it."""
    pairs = []
    for row in tqdm(rows, desc=f"numbering {name}", unit=" pairs"):
        question, passage = understand(row.question, longest=10_000), split(row.passage, synonyms)
        asked = split(question.text, synonyms)
        if not len(asked) or not len(passage):
            continue
        first = last = -1
        if row.low >= 0:
            first = int(np.searchsorted(passage.starts, row.low, side="right")) - 1
            last = int(np.searchsorted(passage.starts, row.high, side="left")) - 1
        pairs.append(Pair(asked, passage, shared(question, asked, passage, synonyms), first, last))
    return pairs


def train(network: ReaderNetwork, pairs: dict[str, list[Pair]], settings: Settings) -> None:
    """Made questions first, real ones more and more; the learning rate rises quickly and falls to nothing."""
    held = {name: found[: min(600, len(found) // 20)] for name, found in pairs.items()}
    rest = {name: found[len(held[name]) :] for name, found in pairs.items()}
    letters = network.alphabet.cpu().numpy()  # type: ignore[operator]
    optimizer = torch.optim.AdamW(network.parameters(), lr=settings.rate, weight_decay=0.01)
    kept = settings.work / "checkpoint.safetensors"
    spent, step = resume(network, optimizer, kept)
    real = [pair for name, found in rest.items() if name != "made" for pair in found]
    made = rest.get("made") or real
    easy, hard = (drawn(some, settings.seed + step) for some in (made, real or made))
    chance = random.Random(settings.seed + step)
    began, saved, running = time.monotonic() - spent, time.monotonic(), 0.0
    with tqdm(desc="training", unit=" steps", initial=step) as bar:
        while (done := share_done(settings, step, time.monotonic() - began)) < 1:
            for group in optimizer.param_groups:
                group["lr"] = settings.rate * min(1.0, (step + 1) / 200, 1.05 - done)
            drawn_pairs = next(easy if chance.random() < max(0.05, 0.5 - 2 * done) else hard)
            network.train()
            value = step_on(network, optimizer, batch(drawn_pairs, letters), settings.device)
            running, step = 0.98 * running + 0.02 * value, step + 1
            bar.update()
            bar.set_postfix_str(f"loss {running:.3f}, {done:.0%}", refresh=False)
            if time.monotonic() - saved > _SAVED_EVERY:
                saved = time.monotonic()
                save(network, optimizer, kept, time.monotonic() - began, step)
                tqdm.write(
                    json.dumps({"step": step, "done": round(done, 3), **exact(network, held, letters, settings)})
                )
    save(network, optimizer, kept, time.monotonic() - began, step)


def step_on(network: ReaderNetwork, optimizer: torch.optim.Optimizer, given: Any, device: str) -> float:
    asked, passage, shared_, first, last = on(given, device)
    with torch.autocast(device.partition(":")[0], torch.bfloat16):
        starts, ends = network(asked, passage, shared_)
    value = loss(starts, ends, first, last)
    optimizer.zero_grad()
    value.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
    optimizer.step()
    return float(value.detach())


def on(given: Any, device: str) -> Any:
    """A nest of tensors on a device."""
    if isinstance(given, dict):
        return {name: on(value, device) for name, value in given.items()}
    return tuple(on(value, device) for value in given) if isinstance(given, tuple) else given.to(device)


def drawn(pairs: Sequence[Pair], seed: int) -> Iterator[list[Pair]]:
    """Batches without end: pairs of like length together, of about as many words each; none of no pairs."""
    chance = random.Random(seed)
    while pairs:
        order = chance.sample(range(len(pairs)), len(pairs))
        for start in range(0, len(order), 2_000):
            some = sorted(order[start : start + 2_000], key=lambda at: len(pairs[at].passage))
            batches: list[list[Pair]] = [[]]
            for at in some:
                if (len(batches[-1]) + 1) * len(pairs[at].passage) > _TOKENS:
                    batches.append([])
                batches[-1].append(pairs[at])
            chance.shuffle(batches)
            yield from filter(None, batches)


def share_done(settings: Settings, step: int, seconds: float) -> float:
    return step / settings.steps if settings.steps else seconds / (60 * settings.minutes)


def resume(network: ReaderNetwork, optimizer: torch.optim.Optimizer, kept: Path) -> tuple[float, int]:
    """Seconds and steps of the training that a checkpoint holds, which goes on."""
    if not kept.exists():
        return 0.0, 0
    state = load_file(kept)
    network.load_state_dict({name[2:]: value for name, value in state.items() if name.startswith("n.")})
    moments: dict[int, dict[str, torch.Tensor]] = {}
    for name, value in state.items():
        if name.startswith("o."):
            _, number, part = name.split(".")
            moments.setdefault(int(number), {})[part] = value
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": moments, "param_groups": groups})
    return float(state["seconds"]), int(state["step"])


def save(network: ReaderNetwork, optimizer: torch.optim.Optimizer, kept: Path, seconds: float, step: int) -> None:
    """The weights, what the optimizer remembers of each, and how far the training is; whole or not at all."""
    state = {f"n.{name}": value.contiguous() for name, value in network.state_dict().items()}
    for number, parts in optimizer.state_dict()["state"].items():
        state |= {f"o.{number}.{part}": torch.as_tensor(value).contiguous() for part, value in parts.items()}
    state |= {"seconds": torch.tensor(seconds), "step": torch.tensor(step)}
    save_tensors(state, part := kept.with_suffix(".part"))
    part.rename(kept)


@torch.no_grad()
def exact(network: ReaderNetwork, held: dict[str, list[Pair]], letters: Any, settings: Settings) -> dict[str, Any]:
    """By source: answers found word for word, passages rightly found to have none."""
    network.eval()
    found: dict[str, Any] = {}
    for name, pairs in held.items():
        right: list[tuple[bool, bool]] = []
        for start in range(0, len(pairs), 50):
            some = pairs[start : start + 50]
            asked, passage, shared_, first, last = on(batch(some, letters), settings.device)
            with torch.autocast(settings.device.partition(":")[0], torch.bfloat16):
                starts, ends = network(asked, passage, shared_)
            none = starts.shape[1] - 1
            said = zip(starts.argmax(1).tolist(), ends.argmax(1).tolist(), first.tolist(), last.tolist(), strict=True)
            right += [(a >= 0, (low, high) == ((a, b) if a >= 0 else (none, none))) for low, high, a, b in said]
        for label, is_there in (("answer", True), ("none", False)):
            marks = [mark for there, mark in right if there == is_there]
            found[f"{name}.{label}"] = round(float(np.mean(marks)), 3) if marks else None
    return found


def write(network: ReaderNetwork, out: Path) -> None:
    """The weights as float16, and the alphabet."""
    out.parent.mkdir(parents=True, exist_ok=True)
    weights = network.weights()
    save_file({**weights, "alphabet": network.alphabet.cpu().numpy().astype(np.int32)}, out)  # type: ignore[operator]


if __name__ == "__main__":
    main()
