"""Text → the terms of lexical search: words (rjieba) and character bigrams.

In: any text. Out: lists of lower-case, half-width, simplified terms. Both kinds are kept, in fields of their own: words
carry meaning, bigrams find what the word cutter cuts differently in question and article. Knows nothing about indexes.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import rjieba
from opencc import OpenCC

VERSION = 1  # part of the index manifest: raise it whenever the terms of a text change

_HAN = r"㐀-䶿一-鿿豈-﫿"
_RUN = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+(?:[.%][^\W_{_HAN}]+)*")


@cache
def _simplified() -> dict[int, str]:
    """The characters that traditional script writes differently, as a `str.translate` table."""
    convert = OpenCC("t2s").convert
    characters = (chr(code) for code in range(0x4E00, 0xA000))
    return {ord(char): plain for char in characters if (plain := convert(char)) != char and len(plain) == 1}


def normalise(text: str) -> str:
    """One spelling for all: half-width, lower case, simplified script.

    >>> normalise("漏湖生態清淤１０００萬㎥")
    '漏湖生态清淤1000万m3'
    """
    return unicodedata.normalize("NFKC", text).lower().translate(_simplified())


def words(text: str) -> list[str]:
    """The words of a text, punctuation left out.

    >>> words("总投资10亿元的项目有哪些？")
    ['总', '投资', '10', '亿元', '的', '项目', '有', '哪些']
    """
    return [word for word in rjieba.cut(normalise(text)) if word[0].isalnum()]


def bigrams(text: str) -> list[str]:
    """The overlapping pairs of Chinese characters; a run of letters or digits counts as one.

    >>> bigrams("科恩项目,2GWh")
    ['科恩', '恩项', '项目', '2gwh']
    """
    terms: list[str] = []
    for run in _RUN.findall(normalise(text)):
        if len(run) == 1 or run[0].isascii():
            terms.append(run)
        else:
            terms += [run[i : i + 2] for i in range(len(run) - 1)]
    return terms
