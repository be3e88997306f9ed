"""A GGUF file, run in this process by llama.cpp (the extra wenbao[llama]): models for machines without a GPU.

The file's own chat template makes the prompt. What a prompt has in common with the one before it, the instructions
above all, is not read again.
"""

from __future__ import annotations

import importlib.util
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from embeddings.errors import ModelError, first_line
from qa.settings import AnswererSettings
from qa.writing.model import Message, plain
from qa.writing.stream import QUIET, Put, Thinking, in_turn, opened_by

_ASKED = 1536  # tokens of a prompt, at most: every further one costs memory, 8,192 of a 4B model more than a GB
_STEP = 32  # tokens of a prompt that are read between two looks whether the text is still wanted: about a second


def check_llama(settings: AnswererSettings) -> Path:
    """The GGUF file that the settings name; its weights are not read.

    Raises:
        ModelError: llama-cpp-python is not installed, or there is no such GGUF file.
    """
    if importlib.util.find_spec("llama_cpp") is None:
        raise ModelError(
            "answerer.kind: llama needs llama-cpp-python, not installed here. Run: pip install 'wenbao[llama]'",
            chinese="answerer.kind：llama 要用 llama-cpp-python，这里没有装；请运行 pip install 'wenbao[llama]'",
        )
    path = Path(settings.model).expanduser()
    try:
        with path.open("rb") as file:
            begins = file.read(4)
    except OSError as error:
        raise _unfit(path, error.strerror or "") from None
    if begins != b"GGUF":
        raise _unfit(path, "it does not begin with GGUF")
    return path


class LlamaModel:
    """One model, one text at a time: whoever asks meanwhile waits."""

    def __init__(self, settings: AnswererSettings) -> None:
        """Load the file; raises ModelError as `check_llama` does, or where it is damaged or too large."""
        path = check_llama(settings)
        import llama_cpp
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter

        context = min(settings.context, settings.max_tokens + _ASKED)
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        try:
            self._llama: Any = llama_cpp.Llama(
                str(path), n_ctx=context, n_threads=cores, n_threads_batch=cores, seed=settings.seed,
                n_gpu_layers=0 if settings.device == "cpu" else -1, verbose=False,
            )  # fmt: skip
            ends = (self._llama.token_eos(), self._llama.token_bos())
            eos, bos = ("" if at < 0 else self._llama.detokenize([at], special=True).decode() for at in ends)
            self._format: Any = Jinja2ChatFormatter(self._llama.metadata["tokenizer.chat_template"], eos, bos)
        except KeyError:
            raise _unfit(path, "it has no chat template") from None
        except Exception as error:  # whatever the library or the template raises
            raise _unfit(path, first_line(error)) from None
        self.name, self.context, self._settings = path.stem, self._llama.n_ctx(), settings
        self._lock, self._closed = threading.Lock(), threading.Event()

    def count(self, text: str) -> int:
        return len(self._llama.tokenize(text.encode(), add_bos=False))

    def write(self, messages: Sequence[Message], most: int) -> Iterator[str]:
        """Write at most `most` tokens, thinking included; an empty piece is given while nothing can be shown."""
        return in_turn(self._lock, self._closed, lambda put, stop: self._write(messages, most, put, stop))

    def close(self) -> None:
        """Stop what is being written and give the memory back."""
        self._closed.set()
        with self._lock:
            self._llama.close()

    def _write(self, messages: Sequence[Message], most: int, put: Put, stop: threading.Event) -> None:
        try:
            asked = self._format(messages=plain(messages), **QUIET)
            tokens = self._llama.tokenize(asked.prompt.encode(), add_bos=False, special=True)
            thinking, room = Thinking(opened_by(asked.prompt)), self.context - len(tokens)
            if room < 1:
                raise ModelError(f"answerer.context: the prompt has {len(tokens)} tokens of {self.context}. Raise it.")
            if not self._read(tokens[:-1], stop):
                return
            for chunk in self._llama.create_completion(
                tokens, max_tokens=min(most, room), stream=True, stop=asked.stop, seed=self._settings.seed,
                temperature=self._settings.temperature,
            ):  # fmt: skip
                if stop.is_set() or self._closed.is_set():
                    return
                put(thinking.feed(chunk["choices"][0]["text"]))
        except ModelError:
            raise
        except Exception as error:  # whatever the library or the template raises
            raise ModelError(f"answerer.model: {self.name} failed while writing ({first_line(error)})") from None
        put(thinking.end())
        if thinking.silent:
            raise ModelError(thinking.fault(self.name, most))

    def _read(self, tokens: list[int], stop: threading.Event) -> bool:
        """Read what is new of a prompt; False where the text is no longer wanted."""
        llama = self._llama
        llama.n_tokens = known = llama.longest_token_prefix(llama.input_ids[: llama.n_tokens].tolist(), tokens)
        for at in range(known, len(tokens), _STEP):
            if stop.is_set() or self._closed.is_set():
                return False
            llama.eval(tokens[at : at + _STEP])
        return True


def _unfit(path: Path, why: str) -> ModelError:
    return ModelError(
        f"answerer.model: {path} cannot be loaded ({why}). Name another GGUF file; wenbao doctor lists them.",
        chinese=f"answerer.model：{path} 加载不了（{why}）；请换一个 GGUF 文件，wenbao doctor 会列出来",
    )
