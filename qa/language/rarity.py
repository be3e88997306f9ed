"""How telling a word is: its rarity in the archive, against a background of Chinese news.

In: words. Out: weights in nats, -log(share of articles that hold the word). Knows nothing about questions.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from embeddings.errors import ModelError

BACKGROUND = Path(__file__).parents[1] / "model" / "frequencies.tsv"
_RARE = 100e-6  # taken for the share of a word that the background does not list


@cache
def background() -> dict[str, float]:
    """Word → share of news articles that hold it."""
    try:
        lines = BACKGROUND.read_text(encoding="utf-8").splitlines()
        return {word: int(count) / 1e6 for word, count in (line.split("\t") for line in lines)}
    except (OSError, ValueError) as error:
        raise ModelError(
            f"{BACKGROUND}: cannot be read ({error}); run: python -m qa.train.frequencies",
            chinese=f"{BACKGROUND} 读不了（{error}）；请运行 python -m qa.train.frequencies",
        ) from None


class Rarity:
    """Weights of words for one archive of `total` articles, `frequency(word)` of which hold the word."""

    def __init__(self, total: int, frequency: Callable[[str], int]) -> None:
        self._total, self._frequency = total, frequency

    def weights(self, words: Iterable[str]) -> list[float]:
        """One weight a word: near 0 for what stands everywhere, about 9 for what stands almost nowhere.

        The archive's own count is trusted for what it surely shows: two articles of twenty do not make a word common.

        >>> [round(weight, 1) for weight in Rarity(1000, {"武进": 900}.get).weights(["武进", "滆湖"])]
        [0.2, 9.2]
        """
        return [-math.log(self._commonness(word)) for word in words]

    def of_meaning(self, word: str, others: Iterable[str]) -> float:
        """The weight of what a word means, which may be told in the `others`, too: no more than that of the word.

        >>> rarity = Rarity(1000, {}.get)
        >>> [round(rarity.of_meaning("毛病", others), 1) for others in ((), ("缺点", "缺陷", "差错"))]
        [7.4, 5.3]
        """
        share = self._commonness(word) + sum(background().get(other, 0.0) for other in others)
        return -math.log(min(1.0, share))

    def _commonness(self, word: str) -> float:
        return max(self._share(word), background().get(word, _RARE))

    def _share(self, word: str) -> float:
        count = self._frequency(word) or 0
        return max(0.0, count - 1.64 * math.sqrt(count)) / max(1, self._total)
