"""A command line that cannot be understood → one Chinese line: what, where, and the remedy.

In: what typer raises, whose own words are English. Out: the line. Knows nothing about single commands.
"""

from __future__ import annotations

import re
from typing import Any

import typer

from ui.plain import one_line

_EXTRA = re.compile(r"unexpected extra argument.*? \((.*)\)$")


def usage_fault(error: typer.TyperException) -> str:
    """The line; its remedy is the help of the command that was meant."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "wenbao"
    return one_line(f"{command} {_what(error)}；用法见 {command} --help")


def _what(error: typer.TyperException) -> str:
    """What is wrong, to follow the command: '没有 --nope 这个选项'."""
    said: str = error.format_message()
    match type(error).__name__, getattr(error, "param", None):
        case "NoSuchOption", _:
            near = sorted(getattr(error, "possibilities", None) or ())
            return f"没有 {getattr(error, 'option_name', said)} 这个选项" + (f"（是不是 {near[0]}？）" if near else "")
        case "MissingParameter", param if param:
            return f"缺少“{_name(param)}”"
        case "BadParameter", param if param:
            return f"的 {_name(param)} {_unfit(error) or f'写得不对（{said}）'}"
        case "BadOptionUsage", _:
            return f"的 {getattr(error, 'option_name', '')} 后面要有一个值"
    extra = _EXTRA.search(said)
    return f"多出了“{extra[1]}”" if extra else f"写得不对（{said}）"


def _name(param: Any) -> str:
    """An option as it is written, an argument as the help shows it."""
    return str(param.opts[0]) if param.param_type_name == "option" else str(param.metavar or param.name).strip("[]")


def _unfit(error: typer.TyperException) -> str:
    """Why a value does not do, from what pydantic said of it: '不能小于 1，写的是 0'; "" where it said nothing."""
    from pydantic import ValidationError

    from qa.settings import unfit

    return unfit(error.__cause__.errors()[0]) if isinstance(error.__cause__, ValidationError) else ""
