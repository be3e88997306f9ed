"""The reader: question and passages → the words of each passage that answer, or none; claim and passage → support.

In: a question or claim, and passages with what stands above them (headline and date). Out: one `Reading` a passage. The
bundled model (qa/model, trained by qa/train) runs on ONNX Runtime; any extractive question-answering model of
transformers takes its place by `reader.model`, without the support head.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from embeddings.errors import HubError, ModelError
from embeddings.records import Article

Floats = npt.NDArray[np.float32]
Support = Literal["entailed", "contradicted", "silent"]
SUPPORT: tuple[Support, ...] = ("entailed", "contradicted", "silent")  # in the order of the model's outputs

MODEL = Path(__file__).with_name("model")
_LONGEST = 320  # tokens of question and passage
_SPAN = 48  # tokens of an answer
_SPANS = 4  # of a passage that are told
_PADDING = 1
_BATCH_TOKENS = 1100  # read at a time: longer batches waste padding, shorter ones calls


class Window(NamedTuple):
    """A part of an article to be read: `article.text[start:end]`, under its headline and date."""

    article: Article
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def head(self) -> str:
        """What stands above the text, as in training: "headline，date" and a newline."""
        parts = (self.article.headline, self.article.date.isoformat() if self.article.date else "")
        head = "，".join(part for part in parts if part)
        return f"{head}\n" if head else ""


class Span(NamedTuple):
    """Words of an article that may answer: `article.text[start:end]`, with the log-probability of start plus end."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of a window.

    `logit` is the log-odds that the window answers; `spans` the likeliest words, best first, none overlapping another;
    `pieces` those runs of words that the model holds to be (part of) an answer, in order, for answers of several parts;
    `support` the probabilities of the question, taken as a claim, being entailed, contradicted or left open.
    """

    window: Window
    logit: float
    spans: tuple[Span, ...]
    pieces: tuple[Span, ...]
    support: tuple[float, float, float] = (0.0, 0.0, 1.0)

    @property
    def span(self) -> Span | None:
        """The likeliest words."""
        return self.spans[0] if self.spans else None

    @property
    def chance(self) -> float:
        """The probability (0–1) that the window answers, as the model has it; not calibrated over several windows."""
        return float(1 / (1 + np.exp(-self.logit)))


class Reads(Protocol):
    """Whoever reads: the bundled model, or one of the hub."""

    def read(self, question: str, windows: Sequence[Window]) -> list[Reading]: ...


def open_reader(model: str) -> Reads:
    """The reader that settings name: "bundled", a folder, or a hub name; the bundled one where the hub does not answer.

    Raises:
        ModelError: it cannot be loaded.
    """
    if model in ("", "bundled"):
        return Reader.load()
    from qa.hub_reader import HubReader

    try:
        return HubReader(model)
    except HubError as error:
        logging.getLogger(__name__).warning("the bundled reader reads: %s", error)
        return Reader.load()


class Reader:
    """The bundled model; for any number of threads."""

    def __init__(self, session: Any, tokenizer: Any) -> None:
        self._session, self._tokenizer = session, tokenizer
        self._lock = threading.Lock()  # one question at a time has both cores: two at once are no faster

    @classmethod
    def load(cls, folder: Path = MODEL) -> Reader:
        """Open the model's files.

        Raises:
            ModelError: a file is missing or damaged.
        """
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # other threads want the cores, too
        options.add_session_config_entry("session.disable_quant_qdq", "1")  # weights become floats when it is loaded
        try:
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            session = onnxruntime.InferenceSession(str(folder / "reader.onnx"), options, ["CPUExecutionProvider"])
        except Exception as error:  # both libraries raise what they like
            reason = " ".join(str(error).split())[:200]
            raise ModelError(
                f"{folder}: the reader cannot be read ({reason}); restore its files, or run: python -m qa.train.reader",
                chinese=f"阅读模型 {folder} 读不了（{reason}）；请恢复文件，或运行 python -m qa.train.reader",
            ) from None
        tokenizer.no_padding()
        tokenizer.enable_truncation(_LONGEST, strategy="only_second")
        return cls(session, tokenizer)

    def read(self, question: str, windows: Sequence[Window]) -> list[Reading]:
        """Read windows; those of like length in one batch."""
        question = question[:200]
        pairs = self._tokenizer.encode_batch([(question, f"{each.head}{each.text}") for each in windows])
        order = sorted(range(len(pairs)), key=lambda at: len(pairs[at].ids))
        found: dict[int, Reading] = {}
        while order:
            count = max(1, _BATCH_TOKENS // max(1, len(pairs[order[-1]].ids)))
            batch, order = order[-count:], order[:-count]
            ids = np.full((len(batch), len(pairs[batch[-1]].ids)), _PADDING, np.int64)
            for row, at in enumerate(batch):
                ids[row, : len(pairs[at].ids)] = pairs[at].ids
            with self._lock:
                spans, answers, support = self._session.run(None, {"ids": ids})
            for row, at in enumerate(batch):
                inside = _positions(pairs[at], windows[at])
                own = [token for token, _, _ in inside]
                found[at] = reading(windows[at], spans[row][own], inside, float(answers[row]), support[row])
        return [found[at] for at in range(len(windows))]


def _positions(pair: Any, window: Window) -> list[tuple[int, int, int]]:
    """(token, start, end) of the tokens of the window's text, in characters of the article."""
    shift = len(window.head)
    return [
        (token, low - shift + window.start, high - shift + window.start)
        for token, (kind, (low, high)) in enumerate(zip(pair.sequence_ids, pair.offsets, strict=True))
        if kind == 1 and low >= shift and high > low
    ]


def reading(
    window: Window, logits: Floats, tokens: Sequence[tuple[int, int, int]], answers: float, support: Floats
) -> Reading:
    """What the logits (n, 3) of the n tokens of a window come to."""
    if not len(tokens):
        return Reading(window, -20.0, (), ())
    starts, ends = _log_softmax(logits[:, 0]), _log_softmax(logits[:, 1])
    text = window.article.text
    chosen = [
        _trimmed(text, tokens[first][1], tokens[last][2], score) for first, last, score in best_spans(starts, ends)
    ]
    chances = np.exp(support - support.max())
    chances = chances / chances.sum()
    return Reading(
        window,
        answers,
        tuple(each for each in chosen if each.end > each.start),
        _pieces(text, tokens, logits[:, 2]),
        (float(chances[0]), float(chances[1]), float(chances[2])),
    )


def best_spans(starts: Floats, ends: Floats, most: int = _SPANS) -> list[tuple[int, int, float]]:
    """The likeliest (first token, last token, score), best first, none overlapping another.

    >>> best_spans(np.log(np.float32([.9, .05, .05])), np.log(np.float32([.1, .8, .1])), 1)[0][:2]
    (0, 1)
    """
    count = len(starts)
    scores = starts[:, None] + ends[None, :]
    allowed = np.tri(count, count, _SPAN - 1, dtype=bool) & ~np.tri(count, count, -1, dtype=bool)
    scores = np.where(allowed, scores, -np.inf)
    found: list[tuple[int, int, float]] = []
    while len(found) < most:
        first, last = divmod(int(np.argmax(scores)), count)
        if not np.isfinite(scores[first, last]):
            break
        found.append((first, last, float(scores[first, last])))
        scores[: last + 1, first:] = -np.inf  # whatever begins before its end and ends after its beginning
    return found


def _pieces(text: str, tokens: Sequence[tuple[int, int, int]], logits: Floats) -> tuple[Span, ...]:
    """The runs of tokens that are likelier inside an answer than not."""
    runs: list[list[int]] = []
    for at in np.flatnonzero(logits > 0):
        if runs and at == runs[-1][-1] + 1:
            runs[-1].append(int(at))
        else:
            runs.append([int(at)])
    found = (_trimmed(text, tokens[run[0]][1], tokens[run[-1]][2], float(logits[run].mean())) for run in runs)
    return tuple(each for each in found if each.end > each.start)


def _trimmed(text: str, start: int, end: int, score: float) -> Span:
    """The words without white space and marks at their edges: "，10亿元。" -> "10亿元"."""
    while start < end and text[start] in " \n\t\u3000,，。、；;：:":
        start += 1
    while start < end and text[end - 1] in " \n\t\u3000,，。、；;：:":
        end -= 1
    return Span(start, end, score)


def _log_softmax(logits: Floats) -> Floats:
    shifted = logits - logits.max()
    return np.asarray(shifted - np.log(np.exp(shifted).sum()), np.float32)
