"""The subwords of the encoder: news text → a `tokenizers` Unigram model.

In: texts. Out: a Tokenizer whose pieces are the commonest words of the news and every character of it. This file knows
nothing about vectors.

The pieces and their probabilities are counted on segmented text instead of being found by the Unigram trainer: that
takes seconds instead of minutes, and the pieces are words, which is what a sum of word vectors wants. Without spaces
in Chinese, the most probable way to cut a run of characters into pieces is the segmentation.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

import rjieba
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

UNKNOWN = "<unk>"


def subword_tokenizer(texts: Iterable[str], size: int) -> Tokenizer:
    """A tokenizer of at most `size` pieces: characters seen five times or more, then words by frequency."""
    normalize = _normalizer()
    words: Counter[str] = Counter()
    for text in texts:
        words.update(rjieba.cut(normalize.normalize_str(text)))
    words = Counter({word: count for word, count in words.items() if word.isalnum() and len(word) <= 8})
    characters: Counter[str] = Counter()
    for word, count in words.items():
        for character in word:
            characters[character] += count
    kept = {character: 1 for character, count in characters.most_common(size // 4) if count >= 5}
    for word, count in words.most_common():
        if word in kept or (len(kept) < size - 1 and len(word) > 1):
            kept[word] = count
    return _tokenizer(kept)


def _tokenizer(counts: dict[str, int]) -> Tokenizer:
    total = sum(counts.values())
    pieces = sorted(((piece, math.log(count / total)) for piece, count in counts.items()), key=lambda p: (-p[1], p[0]))
    floor = pieces[-1][1] - 10
    tokenizer = Tokenizer(models.Unigram([(UNKNOWN, floor), *pieces], unk_id=0, byte_fallback=False))
    tokenizer.normalizer = _normalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Split(Regex("[0-9]+|[a-z]+"), "isolated")]
    )
    return tokenizer


def _normalizer() -> normalizers.Normalizer:
    """Full width to half width, lower case, and a space for everything that is no letter or digit."""
    return normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Lowercase(), normalizers.Replace(Regex(r"[^\p{L}\p{N}]+"), " ")]
    )
