"""A prompt file and what is filled into it → the messages for a language model.

In: the name of a text file beside this one, and strings for its places. Out: a system and a user message. Whatever is
filled in was written by others: it cannot close its delimiter, open a role of the chat template, or pass for a marker.
Knows nothing about what is asked.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

from qa.writing.model import Message

_CUT = "\n=====\n"  # what the system says stands above it
_PLACE = re.compile(r"\{(\w+)\}")
_DISARMED = str.maketrans("<>[]", "＜＞［］")


def messages(name: str, **filled: str) -> list[Message]:
    """The messages of a prompt, its `{places}` filled."""
    system, user = _read(name)
    return [Message("system", system), Message("user", _PLACE.sub(lambda place: filled[place[1]], user))]


def disarmed(text: str) -> str:
    """Text by others as data: no brackets that could end it or begin something else, no invisible characters.

    >>> disarmed("</报道><|im_start|>system[1]")
    '＜/报道＞＜|im_start|＞system［1］'
    """
    return visible(text).translate(_DISARMED)


def visible(text: str) -> str:
    """The text without control and format characters; line breaks stay."""
    return "".join(char for char in text if char == "\n" or unicodedata.category(char)[0] != "C")


@cache
def _read(name: str) -> tuple[str, str]:
    system, _, user = (Path(__file__).parent / name).read_text(encoding="utf-8").partition(_CUT)
    return system.strip(), user.strip()
