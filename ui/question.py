"""What a person typed → a question that can be asked, or an error that says why not.

In: words from a command line, a text box or a program. Out: one clean line. What can be asked is decided by the qa
room. Knows nothing about how questions are answered.
"""

from __future__ import annotations

import re
from typing import Any

from embeddings.errors import QuestionError
from qa.asked.question import check
from ui.plain import one_line


def question_of(typed: str, longest: int) -> str:
    """The question in one line, without control characters; `longest` is the most characters it may have.

    Raises:
        QuestionError: it is not UTF-8, empty, without a letter or digit, or too long.
    """
    if re.search("[\ud800-\udfff]", typed):
        raise QuestionError(
            "the question is not UTF-8 text; send it as UTF-8",
            chinese="问题不是 UTF-8 文字；请把终端或脚本的编码设为 UTF-8 再问",
        )
    return one_line(check(one_line(typed), longest))


def history_from(pairs: Any) -> list[tuple[str, str]]:
    """What a program sent as history: pairs [question, answer] -> [(question, answer), …].

    Raises:
        QuestionError: it has another shape.
    """
    if pairs is None:
        return []
    if not isinstance(pairs, list | tuple) or not all(_is_turn(pair) for pair in pairs):
        raise QuestionError(
            'history must be a list like [["question", "answer"], …]',
            chinese='history 应是 [["问题", "回答"], …] 这样的列表',
        )
    return [(pair[0], pair[1]) for pair in pairs]


def _is_turn(pair: Any) -> bool:
    return isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(part, str) for part in pair)
