"""Text → the terms of lexical search: words (rjieba) and character bigrams.

Both kinds are kept, in fields of their own: words carry meaning, bigrams find what the word cutter cuts differently
in question and article.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from operator import add
from typing import NamedTuple

import rjieba
from opencc import OpenCC

VERSION = 2  # part of the index manifest: raise it whenever the terms of a text change

_HAN = r"㐀-䶿一-鿿豈-﫿"
_RUN = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+(?:[.%][^\W_{_HAN}]+)*")


@cache
def _simplified() -> dict[int, str]:
    """The characters that traditional script writes differently, as a `str.translate` table."""
    convert = OpenCC("t2s").convert
    characters = (chr(code) for code in range(0x4E00, 0xA000))
    return {ord(char): plain for char in characters if (plain := convert(char)) != char and len(plain) == 1}


def simplified(text: str) -> str:
    """The text in simplified script, character for character: "臺灣" -> "台湾"."""
    return text.translate(_simplified())


@cache
def _traditional() -> re.Pattern[str]:
    """Finds a character of traditional script: ten times faster than translating a text that has none."""
    return re.compile(f"[{''.join(map(chr, _simplified()))}]")


def normalise(text: str) -> str:
    """One spelling for all: half-width, lower case, simplified script.

    >>> normalise("漏湖生態清淤１０００萬㎥")
    '漏湖生态清淤1000万m3'
    """
    plain = unicodedata.normalize("NFKC", text).lower()
    return plain.translate(_simplified()) if _traditional().search(plain) else plain


class Terms(NamedTuple):
    """The terms of a text, each kind joined by spaces."""

    words: str
    bigrams: str


def terms(text: str) -> Terms:
    """Both kinds of terms of a text.

    >>> terms("科恩项目,2GWh")
    Terms(words='科恩 项目 2gwh', bigrams='科恩 恩项 项目 2gwh')
    """
    plain = normalise(text)
    return Terms(" ".join(_words(plain)), " ".join(_bigrams(plain)))


def joined(parts: Iterable[Terms]) -> Terms:
    """The terms of a text from those of its parts."""
    pairs = tuple(zip(*parts, strict=True)) or ((), ())
    return Terms(*map(" ".join, pairs))


def words(text: str) -> list[str]:
    """The words of a text, punctuation left out.

    >>> words("总投资10亿元的项目有哪些？")
    ['总', '投资', '10', '亿元', '的', '项目', '有', '哪些']
    """
    return _words(normalise(text))


def bigrams(text: str) -> list[str]:
    """The overlapping pairs of Chinese characters; a run of letters or digits counts as one.

    >>> bigrams("科恩项目,2GWh")
    ['科恩', '恩项', '项目', '2gwh']
    """
    return _bigrams(normalise(text))


def _words(plain: str) -> list[str]:
    return [word for word in rjieba.cut(plain) if word[0].isalnum()]


def _bigrams(plain: str) -> list[str]:
    found: list[str] = []
    for run in _RUN.findall(plain):
        if len(run) == 1 or run[0] < "㐀":  # letters and digits stand below the Chinese characters
            found.append(run)
        else:
            found.extend(map(add, run, run[1:]))
    return found
