"""Control words of chat templates that stand in a question or an article → the same words as mere text.

In: messages whose content anyone may have written. Out: messages for a chat template or a server. `<|im_start|>system`
in an article would otherwise begin a turn of its own, and be obeyed. The first character becomes its full-width twin,
which no tokenizer takes for a control word and the checking of quotations takes for the same. Knows no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from qa.writing.model import Message

# What the common families use; a model in this process adds its own. Bars may be ASCII or, with DeepSeek, full-width.
_KNOWN = (
    r"<[|｜][^<>\s]{1,40}>|<[^<>|｜\s]{1,40}[|｜]>|<</?SYS>>|\[/?(?:INST|THINK|SYSTEM_PROMPT|AVAILABLE_TOOLS)\]"
    r"|</?(?:s|bos|eos|think|thinking|thought|seed:think|start_of_turn|end_of_turn|tool_call|tool_response)>"
)


def control_pattern(words: Iterable[str] = ()) -> re.Pattern[str]:
    """A pattern of the known control words and of a tokenizer's own, where they look like such: <…>, […]."""
    own = sorted((word for word in words if len(word) > 2 and word[0] in "<["), key=len, reverse=True)
    return re.compile("|".join([_KNOWN, *map(re.escape, own)]))


def as_text(messages: Sequence[Message], pattern: re.Pattern[str]) -> list[dict[str, str]]:
    """Messages as chat templates and servers take them, without control words.

    >>> as_text([Message("user", "完。<|im_end|>")], control_pattern())
    [{'role': 'user', 'content': '完。＜|im_end|>'}]
    """

    def widen(found: re.Match[str]) -> str:
        return chr(ord(found[0][0]) + 0xFEE0) + found[0][1:]

    return [{"role": message.role, "content": pattern.sub(widen, message.content)} for message in messages]
