"""`wenbao models`: which models the profiles name, which of them are here, and fetching them; and for `wenbao doctor`,
which language models lie on this machine already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embeddings.errors import HubError
from embeddings.hub import cache_folder, cached, check, looks_like_path, pull, size
from qa.profiles import OFFLINE, profile_named, profiles
from ui.words import Told

if TYPE_CHECKING:
    from qa.settings import Settings

_PLACES = ("models", "~/models", "~/.lmstudio/models", "~/.cache/lm-studio/models", "~/.cache/huggingface")
_OLLAMA = "http://127.0.0.1:11434"
_SECONDS = 0.5  # that Ollama has to answer
_MOST = 20  # models that are named
ROLES = {"encoder": "编码", "reader": "阅读", "reranker": "重排", "answerer": "作答"}


def in_force(settings: Settings) -> dict[str, str]:
    """The models that the settings load into this process, by their section: {"encoder": "bundled"}."""
    models = {
        "encoder": settings.encoder.model,
        "reader": settings.reader.model or "bundled",
        "reranker": settings.reranker.model,
    }
    if settings.answerer.kind == "transformers":
        models["answerer"] = settings.answerer.model
    return {section: model for section, model in models.items() if model.strip()}


def published(model: str) -> float | None:
    """GB of a model's weights, where a profile says so."""
    return next((each.weights[model] for each in profiles().values() if model in each.weights), None)


def listing(settings: Settings) -> dict[str, Any]:
    """The profiles with their models: plain values for JSON."""
    return {
        "profile": settings.profile or OFFLINE[1],
        "in_use": in_force(settings),
        "cache": str(cache_folder()),
        "profiles": [
            {
                "name": profile.name,
                "about": profile.about,
                "memory_gb": profile.memory,
                "models": [
                    {"model": model, "gb": gb, "cached": cached(model) is not None}
                    for model, gb in profile.weights.items()
                ],
            }
            for profile in profiles().values()
        ],
    }


def lines(listed: dict[str, Any]) -> str:
    """The same for people."""
    out = []
    for profile in listed["profiles"]:
        here = "（现在用的）" if profile["name"] == listed["profile"] else ""
        out.append(f"{profile['name']}{here}：{profile['about']}；约需内存 {profile['memory_gb']} GB")
        for each in profile["models"]:
            out.append(f"  {'已下载' if each['cached'] else '没下载'}  {each['gb']:5.2f} GB  {each['model']}")
    out.append(f"现在用的：{'，'.join(f'{ROLES[use]} {model}' for use, model in listed['in_use'].items())}")
    out.append("下载：wenbao models pull 名字，再在 config.yaml 里写 profile: 名字")
    return "\n".join([*out, f"存在：{listed['cache']}"])


def fetch(name: str, settings: Settings, say: Callable[[str], None]) -> list[dict[str, Any]]:
    """Fetch what is missing, check everything, and tell each step; plain values about each model.

    `name` is that of a profile or of a model of the hub (owner/name); "" stands for the models of the settings.

    Raises:
        ConfigError: the name is neither.
        ModelError: a model cannot be fetched, or opened; HubError where the hub does not answer and it is not here.
    """
    if not name:
        models = [
            each for each in in_force(settings).values() if each != "bundled" and not Path(each).expanduser().is_dir()
        ]
    elif name in OFFLINE:
        models = []
    else:
        models = [name] if "/" in name else list(profile_named(name).weights)
    if not models:
        say("现在用的模型都在本机，没有要下载的；可以下载的见 wenbao models")
    done = []
    for model in models:
        gb = published(model)
        say(f"{model}：取来并核对{f'（约 {gb:.2f} GB）' if gb else ''}…")
        folder, compared = _whole(model)
        check(folder)
        note = "文件齐全，能打开" if compared else "连不上模型库，没有核对；本机的文件齐全，能打开"
        say(f"{model}：好了，{size(folder) / 1e9:.2f} GB，{note}。{folder}")
        done.append({"model": model, "folder": str(folder), "gb": round(size(folder) / 1e9, 3), "compared": compared})
    return done


def _whole(model: str) -> tuple[Path, bool]:
    """The folder of a model, and whether the hub could be asked about it."""
    if looks_like_path(model):
        raise Told(f"{model} 不是模型库里的名字；请写 owner/name，或 {'、'.join(profiles())} 中的一个")
    try:
        return pull(model), True
    except HubError:
        if folder := cached(model):
            return folder, False
        raise


@dataclass(frozen=True)
class LocalModel:
    """A language model on this machine, its size, and what to write into config.yaml to have it write."""

    model: str
    gb: float
    config: str


def local_models() -> list[LocalModel]:
    """Those in GGUF files in the usual places, and those of a running Ollama; the smallest first."""
    return sorted([*_gguf_files(), *_of_ollama()], key=lambda each: each.gb)[:_MOST]


def _gguf_files() -> Iterator[LocalModel]:
    """Whole language models, each once."""
    seen = set()
    for path in (path for place in _PLACES for path in Path(place).expanduser().rglob("*.gguf")):
        real = path.resolve()
        if real not in seen and real.is_file() and "mmproj" not in path.name and "-of-" not in path.name:
            seen.add(real)
            yield LocalModel(str(path), real.stat().st_size / 1e9, f"answerer: {{kind: llama, model: {path}}}")


def _of_ollama() -> Iterator[LocalModel]:
    import httpx

    try:
        with httpx.Client(timeout=_SECONDS, trust_env=False) as client:
            models = client.get(f"{_OLLAMA}/api/tags").raise_for_status().json()["models"]
        for name, size in ((str(each["name"]), int(each["size"])) for each in models):
            yield LocalModel(name, size / 1e9, f'answerer: {{kind: openai, url: {_OLLAMA}/v1, model: "{name}"}}')
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return  # no Ollama runs here
