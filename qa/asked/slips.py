"""Question words that were typed by their sound: 什么时侯 → 什么时候, 投资多小 → 投资多少, 在那里？ → 在哪里？

In: a question as typed. Out: the same with its question words spelled right; nothing else is touched, and no word that
the news knows. Knows nothing about the archive.
"""

from __future__ import annotations

import re
from functools import cache

import rjieba

from qa.language.rarity import background
from qa.language.soundalikes import same

# Longest first: 什么时候 is one word here.
_WORDS = tuple(
    re.findall(
        r"\w+",
        "什么时候 什么时间 什么地方 什么原因 什么名字 什么意思 怎么样 什么人 哪一年 哪一天 什么 多少 哪里 哪些 哪个"
        " 哪位 哪家 哪年 哪天 怎么 怎样 如何",
    )
)
_CONFUSED = {"少": "小"}  # as many say it, though no book does
_ASKS = re.compile(r"[谁哪几吗呢吧么何否]|怎|多[少大长高远久宽深重]|[一-鿿]没有?[?？]|(.)不\1|(是|为)[?？]")
_WHICH = re.compile(r"(?<=[在是去到往于有由为])那(?=[里儿个些位家天年月座条所种几两]|[一][个些位家天年座条所种])")
_CLOSED = re.compile(r"[?？]\s*$|那(里|儿|.|一.)\s*$")


def mended(text: str) -> str:
    """The question with its question words spelled right.

    >>> mended("龙城芯谷什么时侯开工？"), mended("投资多小"), mended("会议在那里开？")
    ('龙城芯谷什么时候开工？', '投资多少', '会议在哪里开？')
    """
    for word in _WORDS:
        for match in reversed([*_slipped(word).finditer(text)]):
            if _unknown(text, match.start(), word):
                text = text[: match.start()] + word + text[match.end() :]
    if _CLOSED.search(text) and not _ASKS.search(text):
        text = _WHICH.sub("哪", text)
    return text


@cache
def _slipped(word: str) -> re.Pattern[str]:
    """Finds a word with one character exchanged for one of the same sound."""
    return re.compile(
        "|".join(
            f"{word[:at]}[{same(char)}{_CONFUSED.get(char, '')}]{word[at + 1 :]}"
            for at, char in enumerate(word)
            if char != "一"
        )
    )


def _unknown(text: str, start: int, word: str) -> bool:
    """Whether what stands there is no word, nor a part of one: 多小 is read as 多少, but not in 多小时."""
    end, at = start + len(word), 0
    slip = next(place for place, char in enumerate(word, start) if text[place] != char)
    if text[start:end] in background() or rjieba.has_word(text[start:end]):
        return False
    for token in rjieba.cut(text):
        low, at = at, at + len(token)
        meets = low < end and at > start and len(token) > 1 and token in background()
        if meets and (low < start or at > end or low <= slip < at):
            return False
    return True
