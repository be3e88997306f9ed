"""How many articles hold a word: a table of fixed size, for archives of any size.

In: the words of articles that come and go. Out: a count for any word, never too low, and too high by little: a
count-min sketch (Cormode and Muthukrishnan, 2005) of four rows. An engine would have to be asked for each word of each
question; this table is read once, takes 16 MB, and follows additions and removals without a look at other articles.
With 400,000 different words, about one count in a hundred is too high, mostly by one or two. Knows nothing about
engines.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from embeddings.errors import BrokenIndexError

_ROWS, _WIDTH = 4, 1 << 20  # counters
_LETTERS = 60_000  # characters of one piece of the table written down


class Frequencies:
    """Counts of articles by word.

    >>> counts = Frequencies(); counts.add({"科恩", "项目"}); counts.add({"项目"}); counts.remove({"科恩", "项目"})
    >>> [counts.of(word) for word in ("科恩", "项目", "新桥")]
    [0, 1, 0]
    """

    def __init__(self, table: npt.NDArray[np.int32] | None = None) -> None:
        """`table` is int32 (4, 2²⁰)."""
        self._table = np.zeros((_ROWS, _WIDTH), dtype=np.int32) if table is None else table

    def add(self, words: Iterable[str], by: int = 1) -> None:
        """Count an article that holds these words, each once."""
        cells = np.array([_cells(word) for word in set(words)], dtype=np.int64).reshape(-1, _ROWS)
        for row in range(_ROWS):
            np.add.at(self._table[row], cells[:, row], by)

    def remove(self, words: Iterable[str]) -> None:
        """Count an article no more."""
        self.add(words, -1)

    def of(self, word: str) -> int:
        """How many articles hold a word."""
        return int(self._table[np.arange(_ROWS), _cells(word)].min())

    def dump(self) -> list[str]:
        """The table as texts of at most 60,000 ASCII characters."""
        letters = base64.b64encode(zlib.compress(self._table.astype("<i4").tobytes(), 1)).decode()
        return [letters[at : at + _LETTERS] for at in range(0, len(letters), _LETTERS)]

    @classmethod
    def load(cls, pieces: Iterable[str], where: str) -> Frequencies:
        """The table from its texts.

        Raises:
            BrokenIndexError: a piece is missing or damaged; `where` names the index.
        """
        try:
            raw = zlib.decompress(base64.b64decode("".join(pieces), validate=True))
            return cls(np.frombuffer(raw, dtype="<i4").astype(np.int32).reshape(_ROWS, _WIDTH))
        except (ValueError, zlib.error) as error:
            raise BrokenIndexError(
                f"{where}: its word counts are damaged ({error}); run: wenbao build --full",
                chinese=f"{where} 的词表坏了（{error}）；请运行 wenbao build --full",
            ) from None


@lru_cache(maxsize=1 << 18)
def _cells(word: str) -> tuple[int, ...]:
    """Where a word is counted in each row."""
    digest = hashlib.blake2b(word.encode(errors="surrogatepass"), digest_size=4 * _ROWS).digest()
    return tuple(int.from_bytes(digest[at : at + 4], "big") % _WIDTH for at in range(0, 4 * _ROWS, 4))
