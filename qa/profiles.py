"""`profile: laptop` → the settings that the name stands for (qa/profiles.yaml).

In: the keys of a config file. Out: the same keys with those of its profile put where the file says nothing. Knows
nothing about models: what is cached or fetched of a profile is for `embeddings.cache` to say.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from embeddings.errors import ConfigError

if TYPE_CHECKING:
    from qa.settings import Settings

FILE = Path(__file__).with_name("profiles.yaml")
OFFLINE = ("", "offline")  # what ships with the project: no profile
SECTIONS = ("encoder", "reranker", "answerer")


@dataclass(frozen=True)
class Profile:
    """Named settings, with the GB of memory that they need and the GB of each model that is fetched for them."""

    name: str
    about: str
    memory: float
    weights: dict[str, float]
    settings: dict[str, dict[str, Any]]


@cache
def profiles() -> dict[str, Profile]:
    """Every profile by its name, the smallest first."""
    listed = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {name: Profile(name, **each) for name, each in listed.items()}


def profile_named(name: str) -> Profile:
    """The profile of a name.

    Raises:
        ConfigError: there is none; the line names the nearest.
    """
    if name in profiles():
        return profiles()[name]
    [near] = difflib.get_close_matches(name, profiles(), n=1, cutoff=0)
    listed = [*profiles(), "offline"]
    raise ConfigError(
        f"unknown profile `{name}`; did you mean `{near}`? There are: {', '.join(listed)}",
        chinese=f"没有名叫 `{name}` 的 profile；是不是 `{near}`？有这些：{'、'.join(listed)}",
    )


def filled(raw: dict[str, Any]) -> dict[str, Any]:
    """The keys of a config file with those of its profile under them; a key that is left empty is not written.

    Where the file names a section's model itself, the profile's prompts for another model do not apply to it.

    >>> filled({"profile": "laptop", "encoder": {"model": "own"}, "answerer": {"model": None}})["encoder"]
    {'model': 'own'}

    Raises:
        ConfigError: there is no such profile.
    """
    name = raw.get("profile") or ""
    preset = profile_named(name).settings if isinstance(name, str) and name not in OFFLINE else {}
    out = {**raw}
    for section in SECTIONS:
        own = raw.get(section) or {}
        if isinstance(own, dict) and (own or section in preset):
            own = {key: value for key, value in own.items() if value is not None}
            theirs = preset.get(section, {})
            out[section] = {key: theirs[key] for key in theirs if key == "kind" or "model" not in own} | own
    return out


def kept(settings: Settings) -> list[str]:
    """Keys of a profile that the config file says otherwise: ["encoder.model"]."""
    if settings.profile in OFFLINE:
        return []
    return [
        f"{section}.{key}"
        for section, keys in profile_named(settings.profile).settings.items()
        for key, value in keys.items()
        if getattr(getattr(settings, section), key) != value
    ]
