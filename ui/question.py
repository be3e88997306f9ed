"""What a person typed → a question that can be asked, or a `QuestionError` that says why not.

In: words from a command line or a text box. Out: one clean line. Knows nothing about how questions are answered.
"""

from __future__ import annotations

import re

from embeddings.errors import QuestionError
from ui.plain import one_line


def question_of(typed: str, longest: int) -> str:
    """The question in one line, without control characters; `longest` is the most characters it may have.

    Raises:
        QuestionError: it is not UTF-8, empty, without a letter or digit, or too long.
    """
    if re.search("[\ud800-\udfff]", typed):
        raise QuestionError("问题不是 UTF-8 文字；请把终端或脚本的编码设为 UTF-8 再问")
    question = one_line(typed)
    if not question:
        raise QuestionError("问题是空的；请写出要问的事，例如：wenbao ask 某项目什么时候投产")
    if not any(character.isalnum() for character in question):
        raise QuestionError("问题里只有标点和符号；请用文字写出要问的事")
    if len(question) > longest:
        raise QuestionError(f"问题有 {len(question)} 字，最多 {longest} 字；请问得短一些")
    return question
