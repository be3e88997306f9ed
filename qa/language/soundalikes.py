"""Characters that sound alike: 城 and 成, 侯 and 候; nearly alike: 林 and 零, where a Southerner types.

In: a word. Out: a pattern that finds what sounds as it does, one character spelled otherwise. The sounds are those of
qa/model/sounds.safetensors, without tones, made from a dictionary (qa/train/soundalikes.py). Knows nothing about which
spelling is right.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from pathlib import Path

from safetensors import SafetensorError
from safetensors.numpy import load_file

from embeddings.errors import ModelError

MODEL = Path(__file__).parents[1] / "model" / "sounds.safetensors"
# What many do not tell apart: the retroflex initials, n and l, the endings -n and -ng.
_NEAR = ((re.compile("^([zcs])h"), r"\1"), (re.compile("^n"), "l"), (re.compile("([aei]n)g$"), r"\1"))


@cache
def sounds() -> dict[str, tuple[str, ...]]:
    """Character → its syllables without tones, the usual one first.

    Raises:
        ModelError: the table is missing or damaged.
    """
    try:
        weights = load_file(MODEL)
        characters = "".join(map(chr, weights["characters"].tolist()))
        syllables = bytes(weights["syllables"].tolist()).decode("ascii").split()
        said = [syllables[place] for place in weights["sounds"].tolist()]
        ends = weights["counts"].astype(int).cumsum().tolist()
        if len(ends) != len(characters) or ends[-1:] != [len(said)]:
            raise KeyError("its parts do not fit together")
    except (OSError, SafetensorError, LookupError, ValueError) as error:
        raise ModelError(
            f"{MODEL}: cannot be read ({error}); restore it, or run: python -m qa.train.soundalikes",
            chinese=f"{MODEL} 读不了（{error}）；请恢复这个文件，或运行 python -m qa.train.soundalikes",
        ) from None
    return {char: tuple(said[low:high]) for char, low, high in zip(characters, [0, *ends], ends, strict=False)}


def near(syllable: str) -> str:
    """What a syllable becomes where near sounds are not told apart.

    >>> near("zhuang"), near("ning"), near("neng")
    ('zuan', 'lin', 'len')
    """
    for pattern, plain in _NEAR:
        syllable = pattern.sub(plain, syllable)
    return syllable


@cache
def _sounding() -> dict[str, str]:
    """Near syllable → the characters that sound so, the most common first."""
    found: dict[str, list[str]] = defaultdict(list)
    for char, syllables in sounds().items():
        for syllable in dict.fromkeys(map(near, syllables)):
            found[syllable].append(char)
    return {syllable: "".join(chars) for syllable, chars in found.items()}


@cache
def same(char: str) -> str:
    """The characters that sound as one does, whatever the tone, the common before the rare.

    >>> "城" in same("成"), "候" in same("侯"), "零" in same("林")
    (True, True, False)
    """
    own = set(sounds().get(char, ()))
    return "".join(other for other in alike(char) if own & set(sounds()[other]))


@cache
def alike(char: str) -> str:
    """The characters that sound as one does or nearly so.

    >>> "零" in alike("林"), "湖" in alike("林")
    (True, False)
    """
    others = dict.fromkeys("".join(_sounding()[near(syllable)] for syllable in sounds().get(char, ())))
    return "".join(other for other in others if other != char)


def resounding(word: str, nearly: bool = True) -> re.Pattern[str]:
    """Finds the spellings that differ from a word by one character of the same sound, or `nearly` the same.

    >>> resounding("龙成芯谷").findall("龙城芯谷在龙成")
    ['龙城芯谷']
    """
    forms = (
        f"{word[:at]}[{alike(char) if nearly else same(char)}]{word[at + 1 :]}"
        for at, char in enumerate(word)
        if same(char)
    )
    return re.compile("|".join(forms) or "(?!)")
