"""What a person typed → a question that can be asked, or an error that says in the person's language why not.

In: words from a command line, a text box or a program. Out: one clean line. What can be asked is decided by the qa
room; only the words of the refusal are chosen here. Knows nothing about how questions are answered.
"""

from __future__ import annotations

import re
from typing import Any

from embeddings.errors import QuestionError
from qa.question import check
from ui.faults import ToldQuestionError
from ui.plain import one_line


def question_of(typed: str, longest: int) -> str:
    """The question in one line, without control characters; `longest` is the most characters it may have.

    Raises:
        QuestionError: it is not UTF-8, empty, without a letter or digit, or too long.
    """
    if re.search("[\ud800-\udfff]", typed):
        raise ToldQuestionError(
            "问题不是 UTF-8 文字；请把终端或脚本的编码设为 UTF-8 再问",
            "the question is not UTF-8 text; send it as UTF-8",
        )
    question = one_line(typed)
    try:
        return one_line(check(question, longest))
    except QuestionError as error:
        raise _in_words(question, longest) or error from None


def _in_words(question: str, longest: int) -> ToldQuestionError | None:
    """Why a question was turned down, where the reason is plain to see."""
    if not question:
        return ToldQuestionError(
            "问题是空的；请写出要问的事，例如：wenbao ask 某项目什么时候投产",
            "the question is empty; write what you want to know",
        )
    if not any(character.isalnum() for character in question):
        return ToldQuestionError(
            "问题里只有标点和符号；请用文字写出要问的事", "the question has no words; write what you want to know"
        )
    if len(question) > longest:
        return ToldQuestionError(
            f"问题有 {len(question)} 字，最多 {longest} 字；请问得短一些",
            f"the question has {len(question)} characters, at most {longest} are read; please shorten it",
        )
    return None


def history_from(pairs: Any) -> list[tuple[str, str]]:
    """What a program sent as history: pairs [question, answer] -> [(question, answer), …].

    Raises:
        QuestionError: it has another shape.
    """
    if pairs is None:
        return []
    if not isinstance(pairs, list | tuple) or not all(_is_turn(pair) for pair in pairs):
        raise ToldQuestionError(
            'history 应是 [["问题", "回答"], …] 这样的列表', 'history must be a list like [["question", "answer"], …]'
        )
    return [(pair[0], pair[1]) for pair in pairs]


def _is_turn(pair: Any) -> bool:
    return isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(part, str) for part in pair)
