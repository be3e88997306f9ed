"""Untrusted text → text that a terminal may show.

In: a question, an article, an error message. Out: the same without escape sequences, control characters, characters
that turn the writing direction, and broken bytes. Knows nothing about what the text means.
"""

from __future__ import annotations

import re

_SEQUENCE = r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?"  # CSI (colours, cursor), OSC (titles, links)
_CONTROL = r"[\x00-\x08\x0b-\x1f\x7f-\x9f]"
_DIRECTION = r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]"
_UNSAFE = re.compile(f"{_SEQUENCE}|{_CONTROL}|{_DIRECTION}|[\ud800-\udfff]")
_ESCAPED_IN_JSON = re.compile(r"[\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def plain(text: str) -> str:
    r"""The text without anything that could command a terminal; line breaks and tabs stay.

    >>> plain("\x1b[31m红\x1b[0m字\x07")
    '红字'
    """
    return _UNSAFE.sub("", text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    r"""`plain`, and every run of white space is one space.

    >>> one_line(" 第一行\n  第二行 ")
    '第一行 第二行'
    """
    return " ".join(plain(text).split())


def escaped_json(document: str) -> str:
    r"""A JSON document whose strings hold no raw control character: json.dumps leaves those above U+007E as they are.

    >>> escaped_json('{"text": "\x9b31m"}')
    '{"text": "\\u009b31m"}'
    """
    return _ESCAPED_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", document)
