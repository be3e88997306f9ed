"""Models by folder or hub name: what is on this machine first, then the model hub, and never a hang.

In: a name and a function that loads it with one library or another. Out: what that function gives. This file knows
nothing about what is loaded: an encoder, a reranker, a language model.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from embeddings.errors import ModelError, WenbaoError

T = TypeVar("T")
_HUB_SECONDS = 10


def local_first(model: str, setting: str, load: Callable[[bool], T]) -> T:
    """`load(True)` must use what is on this machine only; `load(False)`, tried after it for hub names, may download.

    `setting` is the key of config.yaml that names the model, for the error's line. An error of `load` that is ours
    already passes as it is.

    Raises:
        ModelError: no such folder, a folder that cannot be loaded, or a hub that does not give the model.
    """
    if looks_like_path(model) and not Path(model).is_dir():
        raise ModelError(f"{setting}: no such folder: {model}. Name an existing model folder or a hub name.")
    try:
        return load(True)
    except WenbaoError:
        raise
    except Exception as error:  # libraries below raise anything from OSError to their own Rust errors
        if Path(model).is_dir():
            raise ModelError(
                f"{setting}: {model} cannot be loaded ({first_line(error)}). Copy the model folder again."
            ) from error
    try:
        from huggingface_hub import model_info

        model_info(model, timeout=_HUB_SECONDS)  # asks once; loading would try for a minute where there is no network
        return load(False)
    except WenbaoError:
        raise
    except Exception as error:
        raise ModelError(
            f"{setting}: {model} is no folder here and the model hub does not give it ({first_line(error)}). "
            "Check the name and the network, or name a folder."
        ) from error


def looks_like_path(model: str) -> bool:
    """A hub name is `name` or `owner/name`; anything else was meant as a folder."""
    return model.startswith((".", "/", "~")) or model.count("/") > 1 or "\\" in model or not model.strip()


def first_line(error: BaseException) -> str:
    """What an exception says, short enough for one line."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:160]
