"""The exception tree of all three rooms, drawn once.

Every error that a user can cause is a `WenbaoError`: one line that says what is wrong, where, and the remedy. The
command line prints that line and exits with code 1; anything else that escapes is a bug of ours.
"""

from __future__ import annotations


class WenbaoError(Exception):
    """Base of all errors that a user can mend; `str(error)` is one line."""


class ConfigError(WenbaoError):
    """config.yaml is missing, malformed, or holds an unknown key or a value out of range."""


class CorpusError(WenbaoError):
    """The corpus folder is missing or holds nothing that can be read."""


class InputError(WenbaoError):
    """One input file, or one record of it, cannot be read; a build reports it and goes on."""


class BrokenIndexError(WenbaoError):
    """The index is missing, damaged, or was built with other settings."""


class ModelError(WenbaoError):
    """A model folder or hub name cannot be loaded."""


class HubError(ModelError):
    """A model is not on this machine, and the model hub does not answer."""


class QuestionError(WenbaoError):
    """The question is empty or too long."""


def first_line(error: BaseException) -> str:
    """What an exception of another library says, short enough for one line of ours."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:160]
