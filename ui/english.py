"""An answer → its text in the language of the page; the paper's own words and headlines are never translated."""

from __future__ import annotations

from qa.compose import english
from qa.records import Answer
from ui.words import EN, Words

_NOTICES = {
    "语言模型没有答上来，这里改用报道的原句。": "The language model gave no answer; here are sentences of reports.",
    "语言模型中途停了，以上是已经核对过的部分。": "The language model broke off; the part above has been checked.",
    "语言模型写的话对不上报道，这里改用报道的原句。": (
        "What the language model wrote is not borne out by the reports; these are sentences of the reports."
    ),
}


def framed(answer: Answer, say: Words) -> str:
    """The text of an answer in the frame of the reader's language."""
    return english(answer) if say is EN else answer.text


def noted(notice: str, say: Words) -> str:
    """What is said beside an answer, in the reader's language."""
    return _NOTICES.get(notice, notice) if say is EN else notice
