"""What a command line names → settings, an answerer, a build.

In: paths and options, most of them not given. Out: what the commands (ui/commands.py) work with. Knows nothing about
commands; the heavy parts are imported when they are asked for.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.faults import Told

if TYPE_CHECKING:
    from qa import Answerer
    from qa.settings import Settings


def settings_of(config: Path | None) -> Settings:
    """The settings of a config file; of ./config.yaml where none is named; the defaults where there is none."""
    from qa.settings import Settings

    config = config or (Path("config.yaml") if Path("config.yaml").exists() else None)
    return Settings.load(config) if config else Settings().anchored(Path.cwd())


def with_options(settings: Settings, host: str, auth: str, password: str) -> Settings:
    """The settings with what the command line or the environment says instead, "" where it says nothing.

    Raises:
        Told: `auth` is not "name:password".
    """
    from pydantic import SecretStr

    if auth and not all(auth.partition(":")):
        raise Told("--auth 要写成 名字:口令，例如 --auth reader:芝麻开门（或写在 WENBAO_AUTH 里）")
    chat: dict[str, Any] = {"host": host} if host else {}
    chat |= {"auth": SecretStr(auth)} if auth else {}
    admin = {"password": SecretStr(password)} if password else {}
    sections = {"chat": settings.chat.model_copy(update=chat), "admin": settings.admin.model_copy(update=admin)}
    return settings.model_copy(update=sections)


def open_answerer(settings: Settings, index: Path | None) -> Answerer:
    """The answerer over an index folder (the settings' where none is named)."""
    from qa import Answerer

    return Answerer.open(config=settings, index=index)


def run_build(settings: Settings, corpus: Path, index: Path, *, full: bool = False) -> Any:
    """Build with progress bars; returns the `Receipt`."""
    from ui.building import build_index
    from ui.terminal import Bars

    with Bars() as bars:
        return build_index(settings.model_copy(update={"corpus": corpus, "index": index}), full=full, progress=bars)
