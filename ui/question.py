"""What a person typed → a question that can be asked, or an error that says why not.

In: words from a command line, a text box or a program. Out: one clean line, and as much of the turns before it as
is read. What can be asked is decided by the qa room. Knows nothing about how questions are answered.
"""

from __future__ import annotations

import re
from typing import Any

from embeddings.errors import QuestionError
from qa.question import check
from qa.records import MOST_TURNS, bounded
from ui.plain import one_line, plain


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


def history_from(pairs: Any, longest: int = 500) -> list[tuple[str, str]]:
    """What a program sent as history: pairs [question, answer] -> [(question, answer), …], as many as are read.

    Raises:
        QuestionError: it has another shape, or a question in it is longer than may be asked.
    """
    if pairs is None:
        return []
    if not isinstance(pairs, list | tuple) or not all(_is_turn(pair) for pair in pairs):
        raise QuestionError(
            'history must be a list like [["question", "answer"], …]',
            chinese='history 应是 [["问题", "回答"], …] 这样的列表',
        )
    turns = [(plain(pair[0]), plain(pair[1])) for pair in pairs[-MOST_TURNS:]]
    if (most := max((len(asked) for asked, _ in turns), default=0)) > longest:
        raise QuestionError(
            f"a question of the turns before has {most} characters; at most {longest} may be asked",
            chinese=f"前面有一问 {most} 字；一问最多 {longest} 字",
        )
    return bounded(turns)


def _is_turn(pair: Any) -> bool:
    return isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(part, str) for part in pair)
