"""How near two words are in meaning, by the company they keep in the news.

In: words. Out: cosines (0–1). Vectors ship in qa/model/synonyms.safetensors (qa/train/synonyms.py). Knows nothing about
sentences; opposites keep the same company, so nearness alone proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load_file

from embeddings.errors import ModelError

MODEL = Path(__file__).parents[1] / "model" / "synonyms.safetensors"
_NEAR = 0.55  # cosine of a word that may take the place of another
Floats = npt.NDArray[np.float64]


class Synonyms:
    """Word vectors, looked up by word."""

    def __init__(self, vocabulary: list[str], vectors: npt.NDArray[np.int8]) -> None:
        self._rows = {word: row for row, word in enumerate(vocabulary)}
        self._vectors = vectors

    @classmethod
    def load(cls, path: Path = MODEL) -> Synonyms:
        """Read the vectors.

        Raises:
            ModelError: the file is missing or damaged.
        """
        try:
            weights = load_file(path)
            vocabulary, vectors = weights["vocabulary"].tobytes().decode().split("\n"), weights["vectors"]
            if len(vocabulary) != len(vectors):
                raise KeyError(f"{len(vocabulary)} words with {len(vectors)} vectors")
            return cls(vocabulary, vectors)
        except (OSError, SafetensorError, KeyError, UnicodeDecodeError) as error:
            raise ModelError(
                f"{path}: cannot be read ({error}); restore it, or run: python -m qa.train.synonyms",
                chinese=f"{path} 读不了（{error}）；请恢复这个文件，或运行 python -m qa.train.synonyms",
            ) from None

    def nearness(self, words: Iterable[str], others: Iterable[str]) -> Floats:
        """(words, others) cosines; 0 where either word is unknown or they point apart."""
        sides = (np.array([self.row(word) for word in side], np.int32) for side in (words, others))
        one, other = (self.vectors(rows).astype(np.float64) for rows in sides)
        cosines: Floats = one @ other.T
        return np.clip(cosines, 0, 1)

    def row(self, word: str) -> int:
        """The row of a word, the commonest first; -1 for a word without a vector."""
        return self._rows.get(word, -1)

    def vectors(self, rows: npt.NDArray[np.int32]) -> npt.NDArray[np.float32]:
        """(len(rows), dimension): vectors of length 1, zeros for row -1."""
        found = np.zeros((len(rows), self._vectors.shape[1]), np.float32)
        found[rows >= 0] = self._vectors[rows[rows >= 0]]
        found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
        return found

    def table(self) -> npt.NDArray[np.float32]:
        """(words + 1, dimension): every vector, and zeros for the words that have none."""
        return self.vectors(np.append(np.arange(len(self._vectors)), -1).astype(np.int32))

    def neighbours(self, word: str, most: int) -> list[str]:
        """The words nearest in meaning, nearest first; fewer where few are near."""
        if word not in self._rows:
            return []
        lengths = np.linalg.norm(self._vectors.astype(np.float32), axis=1)
        cosines = self._vectors.astype(np.float32) @ self._vectors[self._rows[word]].astype(np.float32)
        cosines /= lengths * lengths[self._rows[word]]
        best = np.argsort(-cosines)[1 : most + 1]
        names = list(self._rows)
        return [names[at] for at in best if cosines[at] >= _NEAR]
