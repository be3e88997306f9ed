"""An answer → its text, with what the answerer says around the paper's words in the language of the page.

In: answers and refusals, in Chinese. Out: text; on an English page the frame is English. The paper's own words and
headlines are never translated, nor is what no pattern here knows. Knows nothing about HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from qa.answers.compose import REFUSAL
from qa.records import Answer
from ui.words import EN, Words

_REFUSALS = (
    (re.escape(REFUSAL), "The reports do not answer this question. "),
    (r"最接近的报道是(《.+?》(?:\[\d+\])?)。", r"The nearest report is \1. "),
    (r"报道写了(.+?)，但没有提到(.+?)。", r"It writes of \1, but does not mention \2."),
    (r"报道写了(.+?)，但没有直接回答的句子。", r"It writes of \1, but no sentence of it answers directly."),
    (r"报道写了(.+?)，但没有写(.+?)。", r"It writes of \1, but does not tell \2."),
    (r"报道没有提到(.+?)。", r"It does not mention \1."),
    (r"(?<=\. )(\S+?)没有找到符合的报道。", r"Nothing that fits was found (\1)."),
    (r"没有找到(.+?)的报道。", r"No report was found of \1. "),
)
_HEADS = (
    (r"^(?:是|有)。$", "Yes."),
    (r"^[一-鿿]{1,6}了。$", "Yes."),
    (r"^[一-鿿]篇报道说法不同：(.+)。$", r"The reports differ: \1."),
    (r"(?:(?<=differ: )|(?<=，))(\d{4}-\d\d-\d\d|《.+?》)写", r"\1: "),
    (r"^(?:不是|没有)。报道说的是：$", "No. The report says:"),
    (r"^见报时还没有。报道说的是：$", "Not when it was printed. The report says:"),
    (r"^共(\d+)[篇条份个项件家处场种位座名次类部张点]：$", r"\1 found:"),
    (r"^(.+)共(\d+)[篇条份个项件家处场种位座名次类部张点]：$", r"\2 found (\1):"),
    (
        r"^共(\d+)[篇条份个项件家处场种位座名次类部张点]，列出前(\d+)[篇条份个项件家处场种位座名次类部张点]：$",
        r"\1 found, the first \2 of them:",
    ),
    (
        r"^(.+)共(\d+)[篇条份个项件家处场种位座名次类部张点]，列出前(\d+)[篇条份个项件家处场种位座名次类部张点]：$",
        r"\2 found (\1), the first \3 of them:",
    ),
)
_ISSUES = (
    (r"(?<=\()馆藏报道没有注明日期，(?=\))", "the reports carry no date"),
    (r"(?<=\()(\d[\d-]+)及以前的报纸上(?=\))", r"until \1"),
    (r"(?<=\()(\d[\d-]+)及以后的报纸上(?=\))", r"from \1"),
    (r"(?<=\()(\d[\d-]+)的报纸上(?=\))", r"\1"),
    (r"(?<=\()(\d[\d-]+)至(\d[\d-]+)的报纸上(?=\))", r"\1 to \2"),
)
_NOTICES = (
    (r"^依据：(.+)。$", r"This stands in \1."),
    (
        "语言模型没有答上来，这里改用报道的原句。",
        "The language model gave no answer; here are sentences of reports.",
    ),
    ("语言模型中途停了，以上是已经核对过的部分。", "The language model broke off; the part above has been checked."),
    (
        "语言模型写的话对不上报道，这里改用报道的原句。",
        "What the language model wrote is not borne out by the reports; these are sentences of the reports.",
    ),
)


def framed(answer: Answer, say: Words) -> str:
    """The text of an answer in the frame of the reader's language.

    >>> framed(Answer("现有报道没有回答这个问题。最接近的报道是《城北新桥通车》[1]。", refused=True), EN)
    'The reports do not answer this question. The nearest report is 《城北新桥通车》[1].'
    """
    if say is not EN:
        return answer.text
    if answer.refused:
        return _exchanged(answer.text, (*_REFUSALS, *_ISSUES)).strip()
    head, line_break, rest = answer.text.partition("\n")  # of a list; below it are the paper's words alone
    return _exchanged(head, (*_HEADS, *_ISSUES)) + line_break + rest


def noted(notice: str, say: Words) -> str:
    """What is said beside an answer, in the reader's language."""
    return _exchanged(notice, _NOTICES) if say is EN else notice


def _exchanged(text: str, pairs: Iterable[tuple[str, str]]) -> str:
    for chinese, english in pairs:
        text = re.sub(chinese, english, text)
    return text
