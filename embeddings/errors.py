"""The exception tree of all three rooms, drawn once.

Every error that a user can cause is a `WenbaoError`: one line that says what is wrong, where, and the remedy, in
English for programs and logs and in Chinese for readers; both stand together where it is raised. The command line
prints the Chinese line and exits with code 1; anything else that escapes is a bug of ours.
"""

from __future__ import annotations


class WenbaoError(Exception):
    """Base of all errors that a user can mend; `str(error)` is one line in English, `chinese` the same in Chinese.

    >>> error = WenbaoError("a.txt: is empty", chinese="a.txt：是空的")
    >>> str(error), error.chinese
    ('a.txt: is empty', 'a.txt：是空的')
    """

    def __init__(self, english: str = "", *, chinese: str = "") -> None:
        super().__init__(english)
        self.chinese = chinese or english


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
