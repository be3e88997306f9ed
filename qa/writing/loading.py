"""A model's folder and the settings → its tokenizer and its network, on the best device of this machine.

In: the `answerer:` section. Out: what transformers loads, ready to compute. What the platform is good for is chosen
here: device, number format, quantisation. This file knows nothing about chats or about writing.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from embeddings.errors import ModelError, WenbaoError, first_line
from embeddings.hub import located, quiet
from qa.settings import AnswererSettings


def open_causal(settings: AnswererSettings) -> tuple[Any, Any, str]:
    """Tokenizer, network and device of `settings.model`: a folder, a model in the cache, or one to be fetched.

    Raises:
        ModelError: no such model; no chat template; a damaged folder; not enough memory; a device or a number of bits
            that this machine does not have.
    """
    folder, device = located(settings.model, "answerer.model"), chosen_device(settings.device)
    try:
        tokenizer = _open_tokenizer(folder, settings.model)
        return tokenizer, _open_network(folder, settings, device), device
    except WenbaoError:
        raise
    except Exception as error:  # libraries below raise anything from OSError to their own Rust errors
        raise ModelError(why_failed(error, settings, "cannot be loaded", "Fetch or copy the model again")) from None


def check_causal(settings: AnswererSettings) -> None:
    """Whether `open_causal` could load a model that is on this machine; the weights are not read.

    Raises:
        ModelError: as `open_causal`, but for what only the weights tell.
    """
    _quantised(settings, chosen_device(settings.device))
    try:
        _open_tokenizer(located(settings.model, "answerer.model"), settings.model)
    except WenbaoError:
        raise
    except Exception as error:  # as above
        raise ModelError(why_failed(error, settings, "cannot be loaded", "Fetch or copy the model again")) from None


def _open_tokenizer(folder: Path, model: str) -> Any:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    if not tokenizer.chat_template:
        raise ModelError(
            f"answerer.model: {model} has no chat template, so it cannot be asked. Name an Instruct or chat model.",
            chinese=f"answerer.model：{model} 没有对话模板，不能拿来作答；请换成 Instruct 或 chat 模型",
        )
    return tokenizer


def _open_network(folder: Path, settings: AnswererSettings, device: str) -> Any:
    from transformers import AutoModelForCausalLM

    eight = settings.bits == 8 and settings.dtype == "auto"  # bitsandbytes computes 8 bits in float16 only
    choices = {"dtype": chosen_dtype("float16" if eight else settings.dtype, device), **_quantised(settings, device)}
    quiet()
    loaded: Any = AutoModelForCausalLM.from_pretrained(
        folder,
        local_files_only=True,
        trust_remote_code=False,
        use_safetensors=True,  # no pickle
        output_loading_info=True,
        **choices,
    )
    network, report = loaded
    if missing := sorted(report["missing_keys"]):
        raise ModelError(
            f"answerer.model: {settings.model} lacks {len(missing)} of its tensors ({missing[0]}, …). "
            "Fetch or copy the model again.",
            chinese=f"answerer.model：{settings.model} 缺 {len(missing)} 个张量（{missing[0]} 等）；"
            "请重新下载或拷贝这个模型",
        )
    network.eval()
    return network if getattr(network, "is_quantized", False) else network.to(device)


def chosen_device(wanted: str) -> str:
    """ "auto" -> "cuda", "mps" or "cpu", what there is, in this order."""
    import torch

    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if wanted == "auto":
        return next(device for device, ready in there.items() if ready)
    if not there[wanted]:
        raise ModelError(
            f"answerer.device: there is no {wanted} on this machine (torch sees none). Use auto.",
            chinese=f"answerer.device：本机没有 {wanted}（torch 没有看到）；请写 auto",
        )
    return wanted


def chosen_dtype(wanted: str, device: str) -> Any:
    """ "auto" -> bfloat16 where the device computes in it; else float16 on a GPU, float32 on a CPU."""
    import torch

    if wanted != "auto":
        return getattr(torch, wanted)
    if device == "cpu":
        kinds = torch.cpu.get_capabilities()
        able = any(kinds.get(kind) for kind in ("amx_bf16", "avx512_bf16", "bf16"))
        return torch.bfloat16 if able else torch.float32
    if device == "cuda":
        able = torch.cuda.is_bf16_supported(including_emulation=False)
    else:
        able = torch.backends.mps.is_macos_or_newer(14, 0)
    return torch.bfloat16 if able else torch.float16


def _quantised(settings: AnswererSettings, device: str) -> dict[str, Any]:
    """What `from_pretrained` needs for 4 or 8 bits; {} for 16."""
    if settings.bits == 16:
        return {}
    missing = [name for name in ("accelerate", "bitsandbytes") if importlib.util.find_spec(name) is None]
    if missing:
        raise ModelError(
            f"answerer.bits: {settings.bits} needs {' and '.join(missing)}, not installed here. "
            f"Run: pip install {' '.join(missing)}; or use 16.",
            chinese=f"answerer.bits：{settings.bits} 位要用 {'、'.join(missing)}，这里没有装；"
            f"请运行 pip install {' '.join(missing)}，或改用 16",
        )
    from transformers import BitsAndBytesConfig

    config = BitsAndBytesConfig(
        load_in_4bit=settings.bits == 4,
        load_in_8bit=settings.bits == 8,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_compute_dtype=chosen_dtype(settings.dtype, device),
    )
    return {"quantization_config": config, "device_map": {"": device}}


def why_failed(error: Exception, settings: AnswererSettings, what: str, remedy: str) -> str:
    """One line for whatever a library raised."""
    if "memory" in str(error).lower():
        return (
            f"answerer.model: not enough memory for {settings.model} ({first_line(error)}). "
            "Name a smaller model, lower answerer.context, or set answerer.bits to 8 or 4."
        )
    if settings.bits < 16:
        return (
            f"answerer.bits: {settings.model} {what} in {settings.bits} bits on this platform ({first_line(error)}). "
            "Use 16."
        )
    return f"answerer.model: {settings.model} {what} ({first_line(error)}). {remedy}."
