"""Language models that are on this machine already, for `wenbao doctor`: GGUF files, and those of a running Ollama."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PLACES = ("models", "~/models", "~/.lmstudio/models", "~/.cache/lm-studio/models", "~/.cache/huggingface")
_OLLAMA = "http://127.0.0.1:11434"
_SECONDS = 0.5  # that Ollama has to answer
_MOST = 20  # models that are named
_PROMPT = 300  # tokens
_READ = 24.0  # tokens a second times GB of weights, for one core: measured with a Q4_K_M file of 1.1 GB


@dataclass(frozen=True)
class LocalModel:
    """A model, its size, and what to write into config.yaml to have it write."""

    model: str
    gb: float
    config: str

    def first_words(self, cores: int) -> float:
        """Seconds until the first words on so many cores and no GPU, roughly: until a prompt of 300 tokens is read."""
        return round(_PROMPT * self.gb / (_READ * cores), 1)


def local_models() -> list[LocalModel]:
    """What was found, smallest first."""
    return sorted([*_gguf_files(), *_of_ollama()], key=lambda each: each.gb)[:_MOST]


def _gguf_files() -> Iterator[LocalModel]:
    """GGUF files in the usual places: whole language models, each once."""
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
