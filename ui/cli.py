"""The program `wenbao`: words typed in a terminal → an exit code.

In: the words. Out: what the command prints, or on standard error one line 「错误：…」 that says what, where and the
remedy, and exit code 1. Knows the names of the commands (ui/commands.py), not what they do.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from embeddings.errors import BrokenIndexError, WenbaoError
from ui.commands import app
from ui.faults import Told, told
from ui.usage import usage_fault

INTERRUPTED = 130


def with_command(arguments: Sequence[str]) -> list[str]:
    """The arguments with `ask` put in front where the first word is no command: ["问题"] -> ["ask", "问题"].

    Raises:
        Told: the first word looks like a mistyped command.
    """
    if not arguments or arguments[0] in ("--help", "-h"):
        return ["--help"]
    if arguments[0] in ("--version", "-V", "version"):
        return ["--version"]
    first = arguments[0]
    commands = [command.name or command.callback.__name__ for command in app.registered_commands if command.callback]
    if first in commands:
        return list(arguments)
    if first.isascii() and (near := difflib.get_close_matches(first, commands, n=1, cutoff=0.75)):
        raise Told(f"没有“{first}”这个命令；是不是 wenbao {near[0]}？（提问请写 wenbao ask {first}）")
    return ["ask", *arguments]


def run(arguments: Sequence[str]) -> int:
    """Run one command line; returns the exit code. Errors become one line on standard error."""
    try:
        code = app(args=with_command(arguments), prog_name="wenbao", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except WenbaoError as error:
        return _fail(told(error) + (_unsettled(arguments) if isinstance(error, BrokenIndexError) else ""))
    except typer.TyperException as error:
        return _fail(usage_fault(error))
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED


def _unsettled(arguments: Sequence[str]) -> str:
    """Where nobody said which paper is meant, that there is no config here: it may well be the wrong folder."""
    named = any(word.startswith(("--config", "--index")) for word in arguments)
    if named or Path("config.yaml").exists():
        return ""
    return "。这里没有 config.yaml，用的是默认设置；它在别处的话，请到那里去问，或用 --config 指明"


def _fail(message: str) -> int:
    typer.echo(f"错误：{message}", err=True)
    return 1


def main() -> None:
    """The program `wenbao`."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
