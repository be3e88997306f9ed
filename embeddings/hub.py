"""Models by folder or hub name: what is on this machine first, then the model hub, and never a hang.

In: a name, and a function that loads it with one library or another. Out: the model's folder, or what that function
gives. This file knows nothing about what is loaded: an encoder, a reranker, a language model.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from embeddings.cache import cached, pull
from embeddings.errors import ModelError, WenbaoError, first_line

T = TypeVar("T")


def located(model: str, setting: str) -> Path:
    """The folder of a model: the one that is named, its snapshot in the cache, or one that is fetched now.

    `setting` is the key of config.yaml that names the model, for the error's line.

    Raises:
        ModelError: no such folder, or the hub has no such model; HubError where the hub does not answer.
    """
    if looks_like_path(model) and not Path(model).expanduser().is_dir():
        raise ModelError(f"{setting}: no such folder: {model}. Name an existing model folder or a hub name.")
    if folder := cached(model):
        return folder
    try:
        return pull(model)
    except ModelError as error:
        raise type(error)(f"{setting}: {model} is no folder here, nor in the model cache. {error}") from error


def local_first(model: str, setting: str, load: Callable[[bool], T]) -> T:
    """`load(True)`, which must use what is on this machine only, once the model is there whole.

    An error of `load` that is ours already passes as it is.

    Raises:
        ModelError: see `located`; or the model cannot be loaded.
    """
    folder = located(model, setting)
    try:
        return load(True)
    except WenbaoError:
        raise
    except Exception as error:  # libraries below raise anything from OSError to their own Rust errors
        remedy = "Copy the model folder again." if folder == Path(model) else f"Run: wenbao models pull {model}"
        raise ModelError(f"{setting}: {model} cannot be loaded ({first_line(error)}). {remedy}") from error


def quiet() -> None:
    """Keep transformers from drawing a bar for every model that it opens; call it before loading one."""
    from transformers.utils import logging

    logging.disable_progress_bar()


def looks_like_path(model: str) -> bool:
    """A hub name is `name` or `owner/name`; anything else was meant as a folder."""
    return model.startswith((".", "/", "~")) or model.count("/") > 1 or "\\" in model or not model.strip()
