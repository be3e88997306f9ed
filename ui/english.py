"""An answer's text → the same with what the answerer says around the paper's words in English.

In: the text of an answer or a refusal. Out: text for an English page; in Chinese it stays as it is. The paper's own
words and headlines are never translated, nor is what no pattern here knows. Knows nothing about HTML.
"""

from __future__ import annotations

import re

from qa.compose import REFUSAL
from ui.words import EN, Words

_FRAMES = (
    (re.escape(REFUSAL), "The reports do not answer this question. "),
    (r"最接近的报道是(《.+?》(?:\[\d+\])?)。", r"The nearest report is \1."),
    (r"(?m)^共(\d+)[篇条]：$", r"\1 found:"),
    (r"(?m)^(.+?)共(\d+)[篇条]：$", r"\2 found (\1):"),
    (r"(?m)^共(\d+)[篇条]，列出前(\d+)[篇条]：$", r"\1 found, the first \2 of them:"),
    (r"(?m)^(.+?)共(\d+)[篇条]，列出前(\d+)[篇条]：$", r"\2 found (\1), the first \3 of them:"),
    (r"(?<=\. )(\S+?)没有找到符合的报道。", r"Nothing that fits was found (\1)."),
    (r"(?<=\. )没有找到(.+?)的报道。", r"No report was found of \1. "),
    (r"(?<=\()(\d[\d-]+)的报纸上(?=\))", r"\1"),
    (r"(?<=\()(\d[\d-]+)至(\d[\d-]+)的报纸上(?=\))", r"\1 to \2"),
)


def framed(text: str, say: Words) -> str:
    """The text in the frame of the reader's language.

    >>> framed("现有报道没有回答这个问题。最接近的报道是《城北新桥通车》[1]。", EN)
    'The reports do not answer this question. The nearest report is 《城北新桥通车》[1].'
    """
    if say is EN:
        for chinese, english in _FRAMES:
            text = re.sub(chinese, english, text)
    return text.strip()
