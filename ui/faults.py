"""An error → one line for a reader, in the reader's language.

In: a `WenbaoError`, which says in both languages what is wrong. Out: a line. Of the few that are English alone (what a
language model's server does), a Chinese reader is told what kind of thing is wrong, then the detail. Knows nothing
about where the line is shown.
"""

from __future__ import annotations

from embeddings.errors import (
    BrokenIndexError,
    ConfigError,
    CorpusError,
    InputError,
    ModelError,
    QuestionError,
    WenbaoError,
)
from ui.plain import one_line
from ui.words import EN, ZH, Words

KINDS: dict[type[WenbaoError], str] = {
    QuestionError: "这个问题问不了",
    ConfigError: "设置有问题",
    CorpusError: "报库有问题",
    InputError: "文件有问题",
    BrokenIndexError: "索引有问题",
    ModelError: "模型有问题",
}


class Told(WenbaoError):
    """An error of the ui room, written for readers in both languages."""

    def __init__(self, chinese: str, english: str = "") -> None:
        super().__init__(english or chinese, chinese=chinese)


def told(error: WenbaoError, say: Words = ZH) -> str:
    """One line for a reader.

    >>> told(BrokenIndexError("index: no index here", chinese="index 里没有索引"))
    'index 里没有索引'
    >>> told(ModelError("the server is silent"))
    '模型有问题：the server is silent'
    """
    if say is EN or isinstance(error, Told) or error.chinese != str(error):
        return one_line(str(error) if say is EN else error.chinese)
    kind = next((words for kind, words in KINDS.items() if isinstance(error, kind)), "")
    return one_line(f"{kind}：{error}" if kind else str(error))
