"""Characters that look alike in print: 滆 and 漏, 末 and 未.

In: a word. Out: the spellings that differ from it by one character which looks alike, the most alike first. The table
ships in qa/model/lookalikes.safetensors, made from the shapes of the glyphs alone (qa/train/lookalikes.py). Knows
nothing about which spelling is right.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path

from safetensors import SafetensorError
from safetensors.numpy import load_file

from embeddings.errors import ModelError

MODEL = Path(__file__).parents[1] / "model" / "lookalikes.safetensors"


@cache
def lookalikes() -> dict[str, str]:
    """Character → the characters that look like it, the most alike first.

    Raises:
        ModelError: the table is missing or damaged.
    """
    try:
        weights = load_file(MODEL)
        characters = "".join(map(chr, weights["characters"].tolist()))
        others = "".join(map(chr, weights["lookalikes"].tolist()))
        ends = weights["counts"].astype(int).cumsum().tolist()
        if len(ends) != len(characters) or ends[-1:] != [len(others)]:
            raise KeyError("its parts do not fit together")
    except (OSError, SafetensorError, KeyError) as error:
        raise ModelError(
            f"{MODEL}: cannot be read ({error}); restore it, or run: python -m qa.train.lookalikes",
            chinese=f"{MODEL} 读不了（{error}）；请恢复这个文件，或运行 python -m qa.train.lookalikes",
        ) from None
    found = {char: others[low:high] for char, low, high in zip(characters, [0, *ends], ends, strict=False)}
    back: dict[str, list[str]] = defaultdict(list)
    for rare, alike in found.items():  # each pair is kept once, under the rarer one, and looked up from both sides
        for common in alike:
            back[common].append(rare)
    return found | {char: found.get(char, "") + "".join(rare) for char, rare in back.items()}


def respellings(word: str) -> list[str]:
    """The spellings that differ from a word by one look-alike.

    >>> "漏湖" in respellings("滆湖")
    True
    """
    table = lookalikes()
    return [word[:at] + other + word[at + 1 :] for at, char in enumerate(word) for other in table.get(char, "")]
