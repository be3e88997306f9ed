"""A dictionary of pronunciation (pypinyin) → qa/model/sounds.safetensors: the syllables of 10,000 characters.

In: nothing but the library. Out: for each character of simplified script that the word cutter knows, the most common
first, its syllables without tones. Knows nothing about words.

    python -m qa.train.soundalikes
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from itertools import chain
from pathlib import Path

import numpy as np
from pypinyin import lazy_pinyin
from safetensors.numpy import save_file

from qa.language.rarity import background
from qa.language.soundalikes import MODEL
from qa.train.lookalikes import characters

LEAST = 0.1  # share of the words of the news with a character in which a reading of it must be heard


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=MODEL)
    export(table(characters()[0]), parser.parse_args().out)


def table(chars: list[str]) -> dict[str, list[str]]:
    """Character → its syllables: the usual one, and any other in which the words of the news say it.

    >>> table(["重", "洁"])
    {'重': ['zhong', 'chong'], '洁': ['jie']}
    """
    heard: dict[str, Counter[str]] = defaultdict(Counter)
    for word in background():
        for char, syllable in zip(word, _said(word), strict=False):
            heard[char][syllable] += 1
    found = {}
    for char in chars:
        others = [one for one, count in heard[char].items() if count >= LEAST * heard[char].total()]
        said = [one for one in dict.fromkeys([*_said(char), *others]) if one.isascii() and one.isalpha()]
        if said:
            found[char] = said
    return found


def _said(word: str) -> list[str]:
    """The syllables of a word; none where it is not all Chinese."""
    said = lazy_pinyin(word, errors="ignore")
    return said if len(said) == len(word) else []


def export(found: dict[str, list[str]], out: Path) -> None:
    """`characters` (n,) as code points; how many syllables each has (n,); which, one after another; the syllables."""
    every = list(dict.fromkeys(chain.from_iterable(found.values())))
    place = {syllable: at for at, syllable in enumerate(every)}
    save_file(
        {
            "characters": np.array([ord(char) for char in found], dtype=np.uint16),
            "counts": np.array([len(said) for said in found.values()], dtype=np.uint8),
            "sounds": np.array([place[one] for said in found.values() for one in said], dtype=np.uint16),
            "syllables": np.frombuffer(" ".join(every).encode("ascii"), dtype=np.uint8),
        },
        out,
    )


if __name__ == "__main__":
    main()
