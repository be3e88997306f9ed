"""Models by folder or hub name: what is on this machine first, then the model hub, and never a hang.

The cache is the one that every Hugging Face library uses (HF_HOME; HF_ENDPOINT names another hub), so that a model
fetched once serves them all, and a fetch that broke off goes on where it stopped. Weights come as safetensors only:
pickled ones can run code when they are read.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from embeddings.errors import HubError, ModelError, WenbaoError, first_line

WANTED = ("*.safetensors", "*.json", "*.txt", "*.model", "*.jinja")
UNWANTED = ("onnx/*", "openvino/*", "original/*", ".*")  # the same weights for other programs
PICKLED = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")
_SECONDS = 10  # that the hub may take to answer
_SPARE = 1 << 28  # bytes left free on the disk


def endpoint() -> str:
    """The address of the model hub: HF_ENDPOINT, or Hugging Face's own."""
    from huggingface_hub import constants

    return os.environ.get("HF_ENDPOINT") or constants.ENDPOINT


def cache_folder() -> Path:
    """Where the models lie: $HF_HOME/hub, or what HF_HUB_CACHE says."""
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE)


def cached(model: str) -> Path | None:
    """The folder of a model that is whole on this machine: itself, or its snapshot in the cache. Asks no network."""
    if (folder := Path(model).expanduser()).is_dir():
        return folder
    from huggingface_hub import snapshot_download

    try:
        folder = Path(
            snapshot_download(model, local_files_only=True, allow_patterns=[*WANTED], ignore_patterns=[*UNWANTED])
        )
    except (OSError, ValueError):  # not there, in part only, or no name that a hub could have
        return None
    return folder if weights(folder) else None


def weights(folder: Path) -> list[Path]:
    """The weight files of a model folder; none where one of them is missing."""
    found = sorted(path for path in folder.rglob("*.safetensors") if path.is_file())
    for index in folder.rglob("*.safetensors.index.json"):
        try:
            parts = {index.parent / name for name in json.loads(index.read_text("utf-8"))["weight_map"].values()}
        except (OSError, ValueError, KeyError, AttributeError):
            return []
        if not parts <= set(found):
            return []
    return found


def pull(model: str) -> Path:
    """Fetch what is missing of a model, compare every file with what the hub says of it; the snapshot's folder.

    Raises:
        HubError: the hub cannot be reached.
        ModelError: it has no such model, or no safetensors; the disk is full; a file is damaged and stays so.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import GatedRepoError, HFValidationError, RepositoryNotFoundError

    hub = HfApi(endpoint=endpoint())
    try:
        listed = hub.model_info(model, files_metadata=True, timeout=_SECONDS)
        files = [file for file in listed.siblings or [] if wanted(file.rfilename)]
        _check_listing(model, [file.rfilename for file in listed.siblings or []])
        _check_room(model, sum(file.size or 0 for file in files if not _has(model, file, listed.sha)))
        for file in files:
            if file.lfs is not None and not _has(model, file, listed.sha):
                _fetch_large(model, file, listed.sha)
        patterns: dict[str, Any] = {"allow_patterns": [*WANTED], "ignore_patterns": [*UNWANTED]}
        folder = Path(hub.snapshot_download(model, etag_timeout=_SECONDS, **patterns))
        if damaged := [file.rfilename for file in files if not _intact(folder / file.rfilename, file)]:
            for name in damaged:
                (folder / name).resolve().unlink(missing_ok=True)
            hub.snapshot_download(model, force_download=True, allow_patterns=damaged)
        if still := [file.rfilename for file in files if not _intact(folder / file.rfilename, file)]:
            raise ModelError(
                f"{model}: {still[0]} is damaged, also when fetched anew. Run it again later.",
                chinese=f"{model}：{still[0]} 是坏的，重新取来也一样；过些时候再试",
            )
    except WenbaoError:
        raise
    except (GatedRepoError, RepositoryNotFoundError, HFValidationError) as error:
        raise ModelError(
            f"{model}: the model hub gives no such model ({first_line(error)}). Check the name, or set HF_TOKEN.",
            chinese=f"模型库不给 {model}（{first_line(error)}）；请核对名字，或设 HF_TOKEN",
        ) from error
    except Exception as error:  # of the network libraries, which raise their own
        raise _unreachable(model, error) from error
    return folder


def check(folder: Path) -> None:
    """Open the configuration, the tokenizer and every weight file of a model folder.

    Raises:
        ModelError: one of them cannot be read.
    """
    from safetensors import safe_open

    try:
        for path in weights(folder):
            with safe_open(path, framework="numpy") as file:
                file.keys()
        if (folder / "config.json").exists():
            from transformers import AutoConfig, AutoTokenizer

            AutoConfig.from_pretrained(folder, local_files_only=True)
            AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except Exception as error:  # of three libraries, two of them written in Rust
        raise ModelError(
            f"{folder} cannot be opened as a model ({first_line(error)}). Name another.",
            chinese=f"{folder} 不能当模型打开（{first_line(error)}）；请换一个",
        ) from error


def size(folder: Path) -> int:
    """Bytes of the weights in a model folder."""
    return sum(path.stat().st_size for path in weights(folder))


def wanted(name: str) -> bool:
    """Whether a file of a model is fetched.

    >>> wanted("1_Pooling/config.json"), wanted("pytorch_model.bin"), wanted("onnx/config.json")
    (True, False, False)
    """
    return any(fnmatch(name, each) for each in WANTED) and not any(fnmatch(name, each) for each in UNWANTED)


def _check_listing(model: str, names: list[str]) -> None:
    if any(wanted(name) and name.endswith(".safetensors") for name in names):
        return
    pickled = [name for name in names if any(fnmatch(name, each) for each in PICKLED)]
    why = f"only {pickled[0]}, a pickle, which can run code when it is read" if pickled else "no weights"
    raise ModelError(
        f"{model}: the model hub has {why}. Name a model whose weights are safetensors.",
        chinese=f"{model}：模型库里没有它的 safetensors 权重；请换一个权重是 safetensors 的模型",
    )


def _check_room(model: str, needed: int) -> None:
    folder = cache_folder()
    there = next(each for each in (folder, *folder.parents) if each.exists())
    if needed + _SPARE > (free := shutil.disk_usage(there).free):
        raise ModelError(
            f"{model} needs {needed / 1e9:.1f} GB more and {folder} has {free / 1e9:.1f} GB free. "
            "Make room, or name another place with HF_HOME.",
            chinese=f"磁盘不够：{model} 还要 {needed / 1e9:.1f} GB，{folder} 只剩 {free / 1e9:.1f} GB；"
            "请腾出地方，或用 HF_HOME 换一处",
        )


def _fetch_large(model: str, file: Any, revision: str | None) -> None:
    """Fetch a weight file to where the cache keeps it, from where an earlier fetch stopped.

    The library alone would begin each file anew in a new process. It fetches what is left undone here.
    """
    from huggingface_hub import constants, hf_hub_url
    from huggingface_hub.file_download import http_get, repo_folder_name
    from huggingface_hub.utils import WeakFileLock, build_hf_headers  # type: ignore[attr-defined]

    folder = cache_folder() / repo_folder_name(repo_id=model, repo_type="model")
    blob, part = (folder / "blobs" / f"{file.lfs.sha256}{end}" for end in ("", ".part"))
    blob.parent.mkdir(parents=True, exist_ok=True)
    with WeakFileLock(folder / "part.lock"):
        if blob.exists() or file.size > constants.MAX_HTTP_DOWNLOAD_SIZE:
            return
        if part.exists() and part.stat().st_size > file.size:
            part.unlink()
        with part.open("ab") as out:
            http_get(
                hf_hub_url(model, file.rfilename, revision=revision, endpoint=endpoint()),
                out,
                resume_size=out.tell(),
                headers={**build_hf_headers(), "Accept-Encoding": "identity"},
                expected_size=file.size,
                displayed_filename=file.rfilename,
            )
        if _intact(part, file):
            part.replace(blob)
        else:
            part.unlink()


def _has(model: str, file: Any, revision: str | None) -> bool:
    from huggingface_hub import try_to_load_from_cache

    return isinstance(try_to_load_from_cache(model, file.rfilename, revision=revision), str)


def _intact(path: Path, file: Any) -> bool:
    """Whether a fetched file has the size, and where the hub tells one the hash, that the hub says."""
    if not path.is_file() or (file.size is not None and path.stat().st_size != file.size):
        return False
    if file.lfs is None:
        return True
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest() == str(file.lfs.sha256)


def _unreachable(model: str, error: Exception) -> ModelError:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT):
        return ModelError(
            f"{model}: cannot be written to {cache_folder()} ({first_line(error)}). Name HF_HOME.",
            chinese=f"{model} 写不进 {cache_folder()}（{first_line(error)}）；请用 HF_HOME 换一处",
        )
    return HubError(
        f"{model}: the model hub {endpoint()} does not answer ({first_line(error)}). Check the network, name a "
        "mirror with HF_ENDPOINT, or copy the model's folder here and name that.",
        chinese=f"连不上模型库 {endpoint()}，取不来 {model}（{first_line(error)}）；"
        "请检查网络，用 HF_ENDPOINT 指一个镜像，或把模型文件夹拷到本机再写它的路径",
    )


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
