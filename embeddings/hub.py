"""Models by folder or hub name: what is on this machine first, then the model hub, and never a hang.

In: what a setting names. Out: the model's folder. This file knows nothing about what is loaded from it: an encoder, a
reranker, a language model.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embeddings.cache import cached, pull
from embeddings.errors import ModelError, first_line


def located(model: str, setting: str) -> Path:
    """The folder of a model: the one that is named, its snapshot in the cache, or one that is fetched now.

    `setting` is the key of config.yaml that names the model, for the error's line.

    Raises:
        ModelError: no such folder, or the hub has no such model; HubError where the hub does not answer.
    """
    if looks_like_path(model) and not Path(model).expanduser().is_dir():
        raise ModelError(
            f"{setting}: no such folder: {model}. Name an existing model folder or a hub name.",
            chinese=f"{setting}：没有文件夹 {model}；请写一个有的模型文件夹，或模型库里的名字",
        )
    if folder := cached(model):
        return folder
    try:
        return pull(model)
    except ModelError as error:
        raise type(error)(
            f"{setting}: {model} is no folder here, nor in the model cache. {error}",
            chinese=f"{setting}：本机没有 {model}，也取不来：{error.chinese}",
        ) from error


@contextmanager
def loading(setting: str, folder: Path) -> Iterator[None]:
    """Whatever a library raises while it loads a model, as one line.

    Raises:
        ModelError: instead of it.
    """
    quiet()
    try:
        yield
    except Exception as error:  # libraries below raise anything from OSError to their own Rust errors
        raise ModelError(
            f"{setting}: {folder} cannot be loaded ({first_line(error)}). Copy the folder again, or name another.",
            chinese=f"{setting}：{folder} 里的模型加载不了（{first_line(error)}）；重新拷贝这个文件夹，或换一个模型",
        ) from error


def quiet() -> None:
    """Keep transformers from drawing a bar for every model that it opens; call it before loading one."""
    from transformers.utils import logging

    logging.disable_progress_bar()


def looks_like_path(model: str) -> bool:
    """A hub name is `name` or `owner/name`; anything else was meant as a folder."""
    return model.startswith((".", "/", "~")) or model.count("/") > 1 or "\\" in model or not model.strip()
