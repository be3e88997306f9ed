"""A causal language model in this process: any with a chat template, by hub name or folder.

In: the settings, then chat messages. Out: the text as it is written, without thinking. Knows nothing about newspapers,
nor about how a model is found and loaded. torch and transformers are imported when one is opened, not before.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from embeddings.errors import ModelError, first_line
from qa.settings import AnswererSettings
from qa.writing.controls import as_text, control_pattern
from qa.writing.loading import open_causal, why_failed
from qa.writing.model import Message
from qa.writing.pump import Put, pumped
from qa.writing.thinking import QUIET, TAGS, Thinking, opened_by

_GLANCE = 0.05  # seconds between two looks whether a text that waits for its turn is still wanted


class TransformersModel:
    """One model, one text at a time: whoever asks meanwhile waits."""

    def __init__(self, settings: AnswererSettings) -> None:
        """Load the model; raises ModelError as `open_causal` does."""
        self.name = Path(settings.model).name if Path(settings.model).expanduser().is_dir() else settings.model
        self._tokenizer, self._network, self.device = open_causal(settings)
        self._network.generation_config = _choices(self._network, self._tokenizer, settings)
        known = getattr(self._network.config.get_text_config(), "max_position_embeddings", None)
        self.context = min(settings.context, known or settings.context)
        self._settings = settings
        self._controls = control_pattern(self._tokenizer.get_added_vocab())
        self._lock, self._closed = threading.Lock(), threading.Event()

    def count(self, text: str) -> int:
        return len(self._tokenizer.encode(text, add_special_tokens=False, verbose=False))

    def write(self, messages: Sequence[Message], most: int) -> Iterator[str]:
        """Write at most `most` tokens, thinking included; an empty piece is given while nothing can be shown."""

        def produce(put: Put, stop: threading.Event) -> None:
            while not self._lock.acquire(timeout=_GLANCE):
                if stop.is_set():
                    return
            try:
                self._produce(as_text(messages, self._controls), most, put, stop)
            finally:
                self._lock.release()

        return pumped(produce)

    def close(self) -> None:
        """Stop what is being written and give the memory back."""
        self._closed.set()
        with self._lock:
            self._network = None
        gc.collect()
        _empty_cache(self.device)

    def _produce(self, messages: list[dict[str, str]], most: int, put: Put, stop: threading.Event) -> None:
        if self._closed.is_set():
            raise ModelError(f"answerer.model: {self.name} is closed and cannot write; open it again")
        prompt = _prompt(self._tokenizer, messages)
        ids = self._tokenizer(prompt, add_special_tokens=False, return_tensors="pt", verbose=False)["input_ids"]
        room = self.context - ids.shape[1]
        if room < 1:
            raise ModelError(
                f"answerer.context: the prompt has {ids.shape[1]} tokens and {self.name} reads {self.context}. "
                "Raise it where the model can read more, or lower retrieval.passages."
            )
        stops = self._network.generation_config.eos_token_id or []
        out = _Pieces(self._tokenizer, stops, Thinking(opened_by(prompt)), put)
        why = ""
        try:
            with _stoppable(self._network, stop, self._closed), _seeded(self._settings, self.device):
                self._network.generate(ids.to(self._network.device), streamer=out, max_new_tokens=min(most, room))
            out.finish()
        except ModelError as error:
            why = str(error)
        except Exception as error:  # raised again below, without the frames that hold the memory of this run
            why = why_failed(error, self._settings, "failed while writing", "Ask less at a time")
        if self._closed.is_set() and not stop.is_set():
            why = f"answerer.model: {self.name} was closed while it was writing"
        if why:
            raise ModelError(why)
        if out.silent and not stop.is_set():
            raise ModelError(
                f"answerer.max_tokens: {self.name} used all {min(most, room)} tokens for thinking. "
                "Raise it, or name a model that answers at once (an Instruct model)."
            )


def _choices(network: Any, tokenizer: Any, settings: AnswererSettings) -> Any:
    """How the next token is chosen, as a `GenerationConfig`.

    Of the model's own advice only that for choosing by chance is taken. No penalty for repetition: an answer should
    repeat what the model has read.
    """
    from transformers import GenerationConfig

    own, heat = network.generation_config, settings.temperature
    ends = own.eos_token_id if isinstance(own.eos_token_id, list) else [own.eos_token_id]
    stops = sorted({int(stop) for stop in [*ends, tokenizer.eos_token_id] if stop is not None})
    pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else (stops or [0])[0]
    chance = {"temperature": heat, "top_k": own.top_k, "top_p": own.top_p, "min_p": own.min_p} if heat else {}
    return GenerationConfig(do_sample=heat > 0, eos_token_id=stops or None, pad_token_id=pad, **chance)


class _Pieces:
    """Tokens → shown text: what transformers calls a streamer. A character cut in two tokens waits for its second."""

    def __init__(self, tokenizer: Any, stops: Sequence[int], thinking: Thinking, put: Put) -> None:
        self._decode, self._thinking, self._put = tokenizer.decode, thinking, put
        self._dropped = {*stops} | {
            number
            for number, token in tokenizer.added_tokens_decoder.items()
            if token.special and not any(token.content in tag for pair in TAGS.items() for tag in pair)
        }
        self._tokens: list[int] = []
        self._read = 0  # tokens at the beginning of the list that are shown already; decoding needs them for spaces
        self._prompt_seen = False
        self.silent = False

    def put(self, value: Any) -> None:
        """Called with the prompt, then with every token as it is chosen."""
        if not self._prompt_seen:
            self._prompt_seen = True
            return
        for token in value.flatten().tolist():
            if token not in self._dropped:
                self._put(self._thinking.feed(self._text(token)))

    def end(self) -> None:
        """Called at the end of a run that was not stopped."""

    def finish(self) -> None:
        self._put(self._thinking.end())
        self.silent = bool(self._thinking.inside)

    def _text(self, token: int) -> str:
        self._tokens.append(token)
        known = self._decode(self._tokens[: self._read], clean_up_tokenization_spaces=False)
        text = self._decode(self._tokens, clean_up_tokenization_spaces=False)
        if len(text) <= len(known) or text.endswith("\ufffd"):
            return ""
        self._tokens = self._tokens[self._read :]
        self._read = len(self._tokens)
        return str(text[len(known) :])


class _StoppedError(Exception):
    """Ends a run inside of the network."""


@contextmanager
def _stoppable(network: Any, *signals: threading.Event) -> Iterator[None]:
    """Leave the block as soon as a signal is set: at the next layer, since a long prompt takes minutes on a CPU."""
    from torch.nn import ModuleList

    def check(*_: Any) -> None:
        if any(signal.is_set() for signal in signals):
            raise _StoppedError

    layers = next((part for part in network.modules() if isinstance(part, ModuleList)), ())
    hooks = [part.register_forward_pre_hook(check) for part in (network, *layers)]
    try:
        yield
    except _StoppedError:
        pass
    finally:
        for hook in hooks:
            hook.remove()


@contextmanager
def _seeded(settings: AnswererSettings, device: str) -> Iterator[None]:
    """The same choices for the same seed, and nobody else's chance is changed by it."""
    import torch

    if settings.temperature == 0:
        yield
        return
    with torch.random.fork_rng(devices=[0] if device == "cuda" else [], device_type=device):
        torch.manual_seed(settings.seed)
        yield


def _prompt(tokenizer: Any, messages: list[dict[str, str]]) -> str:
    """The messages as the model was taught to read them; a template without a system role gets it with the question."""

    def render(turns: list[dict[str, str]]) -> str:
        return str(tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True, **QUIET))

    try:
        if messages[0]["role"] != "system" or len(messages) == 1:
            return render(messages)
        try:
            return render(messages)
        except Exception:  # a template may raise anything it likes
            first = {"role": messages[1]["role"], "content": f"{messages[0]['content']}\n\n{messages[1]['content']}"}
            return render([first, *messages[2:]])
    except Exception as error:
        raise ModelError(f"answerer.model: its chat template takes no such chat ({first_line(error)})") from error


def _empty_cache(device: str) -> None:
    import torch

    if device == "cuda":
        torch.cuda.empty_cache()
    elif device == "mps":
        torch.mps.empty_cache()
