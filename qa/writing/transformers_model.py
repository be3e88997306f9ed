"""A causal language model in this process: any with a chat template, by hub name or folder.

What the platform is good for is chosen here: device, number format, quantisation. torch and transformers are imported
when a model is opened, not before.
"""

from __future__ import annotations

import importlib.util
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from embeddings.errors import ModelError, WenbaoError, first_line
from embeddings.hub import located, quiet
from qa.settings import AnswererSettings
from qa.writing.model import Message, plain
from qa.writing.stream import QUIET, TAGS, Put, Thinking, in_turn, opened_by


class TransformersModel:
    """One model, one text at a time: whoever asks meanwhile waits."""

    def __init__(self, settings: AnswererSettings) -> None:
        """Load `settings.model`: a folder, a model in the cache, or one to be fetched.

        Raises:
            ModelError: no such model, or a damaged one; no chat template; not enough memory; a device or a number of
                bits that this machine does not have.
        """
        self.name = Path(settings.model).name if Path(settings.model).expanduser().is_dir() else settings.model
        self.device, self._settings = chosen_device(settings.device), settings
        with _explained(settings, "cannot be loaded; fetch or copy it again"):
            self._tokenizer = _open_tokenizer(settings)
            self._network = _open_network(settings, self.device)
            self._network.generation_config = _choices(self._network, self._tokenizer, settings.temperature)
        known = getattr(self._network.config.get_text_config(), "max_position_embeddings", None)
        self.context = min(settings.context, known or settings.context)
        self._lock, self._closed = threading.Lock(), threading.Event()

    def count(self, text: str) -> int:
        return len(self._tokenizer.encode(text, add_special_tokens=False, verbose=False))

    def write(self, messages: Sequence[Message], most: int) -> Iterator[str]:
        """Write at most `most` tokens, thinking included; an empty piece is given while nothing can be shown."""
        return in_turn(self._lock, self._closed, lambda put, stop: self._write(messages, most, put, stop))

    def close(self) -> None:
        """Stop what is being written and give the memory back."""
        import torch

        self._closed.set()
        with self._lock:
            self._network = None
        if self.device == "cuda":
            torch.cuda.empty_cache()

    def _write(self, messages: Sequence[Message], most: int, put: Put, stop: threading.Event) -> None:
        import torch

        prompt = _prompt(self._tokenizer, plain(messages))
        ids = self._tokenizer(prompt, add_special_tokens=False, return_tensors="pt", verbose=False)["input_ids"]
        thinking, room = Thinking(opened_by(prompt)), self.context - ids.shape[1]
        if room < 1:
            raise ModelError(f"answerer.context: the prompt has {ids.shape[1]} tokens of {self.context}. Raise it.")
        chance = torch.random.fork_rng(devices=[0] if self.device == "cuda" else [])
        with _explained(self._settings, "failed while writing"), _stoppable(self._network, stop, self._closed), chance:
            torch.manual_seed(self._settings.seed)
            streamer = _streamer(self._tokenizer, lambda text: put(thinking.feed(text)))
            self._network.generate(ids.to(self._network.device), streamer=streamer, max_new_tokens=min(most, room))
            put(thinking.end())
            if thinking.silent:
                raise ModelError(thinking.fault(self.name, most))


def check_causal(settings: AnswererSettings) -> None:
    """Raise the ModelError that loading a model of this machine would; the weights are not read."""
    _quantised(settings, chosen_device(settings.device))
    with _explained(settings, "cannot be loaded; fetch or copy it again"):
        _open_tokenizer(settings)


def _open_tokenizer(settings: AnswererSettings) -> Any:
    from transformers import AutoTokenizer

    folder = located(settings.model, "answerer.model")
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    if not tokenizer.chat_template:
        raise ModelError(
            f"answerer.model: {settings.model} has no chat template. Name an Instruct or chat model.",
            chinese=f"answerer.model：{settings.model} 没有对话模板，不能拿来作答；请换成 Instruct 或 chat 模型",
        )
    return tokenizer


def _open_network(settings: AnswererSettings, device: str) -> Any:
    from transformers import AutoModelForCausalLM

    eight = settings.bits == 8 and settings.dtype == "auto"  # bitsandbytes computes 8 bits in float16 only
    choices = {"dtype": chosen_dtype("float16" if eight else settings.dtype, device), **_quantised(settings, device)}
    quiet()
    loaded: Any = AutoModelForCausalLM.from_pretrained(
        located(settings.model, "answerer.model"), local_files_only=True, trust_remote_code=False,
        use_safetensors=True, output_loading_info=True, **choices,  # no pickle
    )  # fmt: skip
    network, report = loaded
    if missing := sorted(report["missing_keys"]):
        raise ModelError(f"answerer.model: {settings.model} lacks the tensor {missing[0]}. Copy it again.")
    network.eval()
    return network if getattr(network, "is_quantized", False) else network.to(device)


def chosen_device(wanted: str) -> str:
    """ "auto" -> "cuda", "mps" or "cpu", what there is, in this order."""
    if not all(map(importlib.util.find_spec, ("torch", "transformers"))):
        raise ModelError(
            "answerer.kind: transformers needs torch and transformers. Run: pip install 'wenbao[models]'",
            chinese="answerer.kind：transformers 要用 torch 和 transformers；请运行 pip install 'wenbao[models]'",
        )
    import torch

    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    chosen = next(device for device, ready in there.items() if ready) if wanted == "auto" else wanted
    if not there[chosen]:
        raise ModelError(f"answerer.device: there is no {wanted} on this machine (torch sees none). Use auto.")
    return chosen


def chosen_dtype(wanted: str, device: str) -> Any:
    """ "auto" -> bfloat16 where the device computes in it; else float16 on a GPU, float32 on a CPU."""
    import torch

    if wanted != "auto":
        return getattr(torch, wanted)
    if device == "cpu":
        kinds = torch.cpu.get_capabilities()
        return torch.bfloat16 if any(map(kinds.get, ("amx_bf16", "avx512_bf16", "bf16"))) else torch.float32
    able = device == "mps" or torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.bfloat16 if able else torch.float16


def _quantised(settings: AnswererSettings, device: str) -> dict[str, Any]:
    """What `from_pretrained` needs for 4 or 8 bits; {} for 16."""
    needed = ("accelerate", "bitsandbytes")
    if settings.bits == 16:
        return {}
    if not all(map(importlib.util.find_spec, needed)):
        raise ModelError(f"answerer.bits: run pip install {' '.join(needed)}; or use 16, or a GGUF file (kind llama).")
    from transformers import BitsAndBytesConfig

    four, dtype = settings.bits == 4, chosen_dtype(settings.dtype, device)
    config = BitsAndBytesConfig(not four, four, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=dtype)
    return {"quantization_config": config, "device_map": {"": device}}


def _choices(network: Any, tokenizer: Any, heat: float) -> Any:
    """How the next token is chosen: of the model's own advice only what concerns choosing by chance.

    No penalty for repetition: an answer should repeat what the model has read.
    """
    from transformers import GenerationConfig

    own = network.generation_config
    ends = own.eos_token_id if isinstance(own.eos_token_id, list) else [own.eos_token_id]
    stops = sorted({int(stop) for stop in [*ends, tokenizer.eos_token_id] if stop is not None}) or None
    pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else (stops or [0])[0]
    chance = {"temperature": heat, "top_k": own.top_k, "top_p": own.top_p, "min_p": own.min_p} if heat else {}
    return GenerationConfig(do_sample=heat > 0, eos_token_id=stops, pad_token_id=pad, **chance)


def _prompt(tokenizer: Any, messages: list[dict[str, str]]) -> str:
    """The messages as the model was taught to read them; a template without a system role gets it with the question."""
    text, reason = "\n\n".join(each["content"] for each in messages), ""
    for turns in (messages, [{"role": "user", "content": text}]):
        try:
            return str(tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True, **QUIET))
        except Exception as error:  # a template may raise anything it likes
            reason = first_line(error)
    raise ModelError(f"answerer.model: its chat template takes no such chat ({reason})")


def _streamer(tokenizer: Any, put: Put) -> Any:
    """Hands on the text of the tokens as they are chosen, without control words, but with the tags of thinking."""
    from transformers import TextStreamer

    tags = " ".join((*TAGS, *TAGS.values()))
    special = [each.content for each in tokenizer.added_tokens_decoder.values() if each.special]
    dropped = re.compile("|".join(re.escape(word) for word in special if word not in tags) or "(?!)")
    streamer: Any = TextStreamer(tokenizer, skip_prompt=True)
    streamer.on_finalized_text = lambda text, stream_end=False: put(dropped.sub("", text))
    return streamer


@contextmanager
def _explained(settings: AnswererSettings, what: str) -> Iterator[None]:
    """Whatever a library raises, from OSError to Rust errors, as one line, without the frames that hold the memory."""
    why = ""
    try:
        yield
    except WenbaoError:
        raise
    except Exception as error:
        why = f"{settings.model} {what} ({first_line(error)})"
        if "memory" in str(error).lower():
            why = f"not enough memory for {settings.model}. Name a smaller model, or set answerer.bits to 8 or 4"
    if why:
        raise ModelError(f"answerer.model: {why}.")


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
