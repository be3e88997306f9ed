"""A report in a few of its own sentences.

In: ranked sentences, of which the first names the report. Out: the `Statement`s that carry it, in order. Knows nothing
about the question beyond the report that it is about.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from embeddings.words import words
from qa.answers.compose import Statement
from qa.language.rarity import Rarity
from qa.ranking.evidence import Evidence
from qa.ranking.ranker import Ranked

_ALONE = re.compile(r"[他她它这该此其]")
_LEANT, _RARE = 0.5, 6.0  # what such a sentence counts, and the most that a rare word (a name) does
_SHORTEST = 12  # characters of a sentence that may stand in a summary


def summarise(ranked: Sequence[Ranked], most: int) -> list[Statement]:
    """The sentences that carry the best report, in order: its first, and those that share most with the rest of it.

    What it shares counts by how telling it is, twice where the headline has it, too. What asks, or is very short,
    carries nothing; what begins with 他 or 该 says little alone; parts between semicolons stay together.
    """
    article = ranked[0].evidence.article
    spans = _sentences(article.text, ranked[0].evidence.spans)
    told = [set(words(article.text[start:end])) for start, end in spans]
    counts = Counter(word for sentence in told for word in sentence if len(word) > 1)
    above = set(words(f"{article.headline} {article.kicker}"))
    rare = dict(zip(counts, Rarity(1, lambda word: 0).weights(counts), strict=True))
    worth = {word: (count - 1) * min(rare[word], _RARE) * (1 + (word in above)) for word, count in counts.items()}
    weight = [sum(worth.get(word, 0.0) for word in sentence) / (12 + len(sentence)) for sentence in told]
    for at, (start, _) in enumerate(spans):
        weight[at] *= _LEANT if _ALONE.match(article.text, start) else 1
    whole = [at for at, (start, end) in enumerate(spans) if _carries(article.text[start:end])] or [0]
    whole = _on_the_thing(ranked[0].evidence, [spans[at] for at in whole], whole) or whole
    best = sorted(whole[1:], key=lambda at: -weight[at])[: most - 1]
    return [Statement(article.text[slice(*spans[at])], article, *spans[at]) for at in sorted({whole[0], *best})]


def _on_the_thing(seen: Evidence, spans: Sequence[tuple[int, int]], numbers: list[int]) -> list[int]:
    """The sentences on a thing that a report tells of in passing: those that name it, and the rest of their paragraphs.

    None where the headline names it, or nothing names all of it: then the report itself is asked for.
    """
    words = seen.names & (seen.weights > 0)
    if not words.any() or (seen.headline[words] == 1).any():
        return []
    own = [seen.spans[at] for at in np.flatnonzero((seen.covered[:, words] == 1).all(axis=1))]
    text = seen.article.text
    return [
        number
        for number, (start, end) in zip(numbers, spans, strict=True)
        if any(low < end and "\n" not in text[low:start] for low, _ in own)
    ]


def _sentences(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The sentences with those before them that end in a semicolon."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and text[joined[-1][1] - 1] in ";；" and "\n" not in text[joined[-1][1] : start]:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _carries(sentence: str) -> bool:
    return len(sentence) >= _SHORTEST and sentence[-1] not in "?？:："
