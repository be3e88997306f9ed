"""Question and passage → the numbers that the reader's network takes, one row a word.

In: texts. Out: integer ids and small floats as arrays. Training and run time both go through here, so that the network
meets what it was trained on. Knows nothing about networks.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import rjieba

from embeddings.words import normalise
from qa.asked.question import Question
from qa.language.synonyms import Synonyms
from qa.ranking.kinds import candidates

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]

TAGS = ("n", "nr", "ns", "nt", "nz", "v", "a", "d", "m", "q", "t", "r", "p", "u", "c", "f", "x", "eng", "")
SHARED = 7  # columns of `shared`
_TAG = {tag: at for at, tag in enumerate(TAGS)}
_PAIR = 1 << 21  # more than there are characters in Unicode


@dataclass(frozen=True, slots=True)
class Words:
    """A text of n words and c characters; word i is `letters[starts[i]:starts[i + 1]]`."""

    texts: tuple[str, ...]
    rows: Ints  # (n,) rows of the word vectors, -1 where a word has none
    tags: Ints  # (n,) parts of speech, as numbers of TAGS
    starts: Ints  # (n + 1,) offsets of the words in the text
    letters: Ints  # (c,) code points, folded

    def __len__(self) -> int:
        return len(self.texts)


def split(text: str, synonyms: Synonyms) -> Words:
    """The words of a text with what is known of each; no character of the text is left out."""
    tagged = rjieba.tag(text)
    texts = tuple(word for word, _ in tagged)
    return Words(
        texts,
        np.array([synonyms.row(normalise(word)) for word in texts], np.int32),
        np.array([_TAG.get(tag, _TAG.get(tag[:1], len(TAGS) - 1)) for _, tag in tagged], np.int32),
        np.cumsum([0, *map(len, texts)]).astype(np.int32),
        np.array([ord(char) for char in _folded(text)], np.int32),
    )


def shared(question: Question, asked: Words, passage: Words, synonyms: Synonyms) -> Floats:
    """(words of the passage, SHARED): what each has in common with the question, how rare it is, may it answer."""
    found = np.zeros((len(passage), SHARED), np.float32)
    if not len(passage) or not len(asked):
        return found
    lengths = np.maximum(np.diff(passage.starts), 1)
    wanted = {normalise(word) for word in asked.texts}
    rarity = rarities(passage.rows)
    same = np.array([normalise(word) in wanted for word in passage.texts], np.float32)
    known = np.isin(passage.letters, asked.letters).astype(np.float32)
    pairs = np.isin(_pairs(passage.letters), _pairs(asked.letters))
    paired = np.zeros(len(passage.letters), np.float32)
    paired[:-1] += pairs
    paired[1:] += pairs
    found[:, 0], found[:, 1] = same, same * rarity
    found[:, 2] = np.add.reduceat(known, passage.starts[:-1]) / lengths
    found[:, 3] = np.add.reduceat(np.minimum(paired, 1), passage.starts[:-1]) / lengths
    found[:, 4] = nearest(asked, passage, synonyms)
    found[:, 5] = rarity
    for low, high in candidates("".join(passage.texts), question):
        found[(passage.starts[:-1] < high) & (passage.starts[1:] > low), 6] = 1
    return found


def nearest(asked: Words, passage: Words, synonyms: Synonyms) -> Floats:
    """(words of the passage,): the cosine of the question's word that is nearest in meaning, 0 where none is known."""
    cosines = synonyms.vectors(passage.rows) @ synonyms.vectors(asked.rows[np.argsort(-asked.rows)][:40]).T
    best: Floats = np.maximum(cosines.max(axis=1, initial=0), 0).astype(np.float32)
    return best


def rarities(rows: Ints) -> Floats:
    """How rare words are (0–1), by their place in the vocabulary, which is sorted by frequency."""
    ranks = np.where(rows < 0, 40_000, rows)
    rare: Floats = (np.log1p(ranks) / np.log(40_001)).astype(np.float32)
    return rare


def numbered(letters: Ints, alphabet: Ints) -> npt.NDArray[np.int64]:
    """(c,): the place of each code point in an ascending alphabet, from 1; 0 where it is not there."""
    at = np.searchsorted(alphabet, letters)
    known = (at < len(alphabet)) & (alphabet[np.minimum(at, len(alphabet) - 1)] == letters)
    return np.where(known, at + 1, 0)


def _folded(text: str) -> str:
    """One spelling for each character, none added or lost."""
    plain = normalise(text)
    if len(plain) == len(text):
        return plain
    return "".join(
        folded if len(folded := normalise(unicodedata.normalize("NFC", char))) == 1 else char for char in text
    )


def _pairs(letters: Ints) -> npt.NDArray[np.int64]:
    wide = letters.astype(np.int64)
    return wide[:-1] * _PAIR + wide[1:]


def padded(rows: Sequence[Floats]) -> Floats:
    """Arrays of different lengths as one, (len(rows), longest, …), with zeros where they end."""
    longest = max(map(len, rows), default=0)
    whole = np.zeros((len(rows), longest, *rows[0].shape[1:]), np.float32)
    for at, row in enumerate(rows):
        whole[at, : len(row)] = row
    return whole
