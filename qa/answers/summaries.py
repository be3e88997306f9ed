"""A report in a few of its own sentences.

In: a request for a summary and the sentences ranked for it. Out: the report that is on the topic, or how little any is;
the `Statement`s that carry a report, in order. Knows nothing about likelihood.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from embeddings.words import normalise, words
from qa.answers.compose import Statement
from qa.asked.asking import written
from qa.asked.gist import ASKS, gist_of
from qa.asked.question import Question
from qa.language.quantities import quantities
from qa.language.rarity import Rarity
from qa.ranking.evidence import Evidence
from qa.ranking.ranker import Ranked

_ALONE = re.compile(r"[他她它这该此其]")
_LEANT, _RARE = 0.5, 6.0  # what such a sentence counts, and the most that a rare word (a name) does
_FIGURE, _FIGURES = 0.2, 3  # what each figure adds to a sentence, and how many of them do; one of the headline, 1
_CAPTION = re.compile(r"(?:资料图|供图|[摄图])[片]?[)）]?[。.]?$")
_LEAD = 3  # sentences that say what a report is about
_ON_IT, _TOLD = 0.75, 2 / 3  # share of a topic that a report on it tells above, and that one must tell at all
_SHORTEST = 12  # characters of a sentence that may stand in a summary


def telling(question: Question, ranked: Sequence[Ranked]) -> list[Ranked]:
    """The sentences, first those of the report whose headline and lead hold the topic; none where none is on it."""
    if not _wants(question) or not ranked:
        return []
    best = max(ranked, key=lambda one: round(_shares(one.evidence)[0], 2)).evidence
    if _shares(best)[0] < _ON_IT:
        return []
    return [*(one for one in ranked if one.evidence is best), *(one for one in ranked if one.evidence is not best)]


def doubt(question: Question, ranked: Sequence[Ranked]) -> float:
    """What is left of the chance of a summary: nothing where the best report tells too little of the topic."""
    if not _wants(question) or not ranked:
        return 1.0
    above, anywhere, together = _shares(ranked[0].evidence)
    return 1.0 if (max(above, together) + anywhere) / 2 >= _TOLD else 0.0


def _wants(question: Question) -> bool:
    """Whether a report is to be summed up, not a name alone explained, nor what somebody said told."""
    topic = gist_of(written(question.text)) if question.kind == "summary" and not question.bare else None
    return bool(topic) and not ASKS.search(topic or "") and len(question.words) > 0


def _shares(seen: Evidence) -> tuple[float, float, float]:
    """The shares (0–1) of a topic that headline and lead hold, the whole report, and the best of its sentences.

    Each word counts by its rarity; in the whole report also where it stands in words of like meaning.
    """
    lead = np.maximum(seen.headline, seen.covered[:_LEAD].max(axis=0, initial=0))
    anywhere = np.maximum(seen.headline, seen.met.max(axis=0, initial=0))
    total = float(seen.weights.sum()) or 1.0
    together = float((seen.around @ seen.weights).max(initial=0))
    return float(lead @ seen.weights) / total, float(anywhere @ seen.weights) / total, together / total


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
    figures = {each.text for each in quantities(normalise(article.headline))}
    for at, (start, end) in enumerate(spans):
        weight[at] *= _LEANT if _ALONE.match(article.text, start) else 1
        told_here = [each.text for each in quantities(normalise(article.text[start:end])) if not each.few]
        weight[at] *= 1 + _FIGURE * min(len(told_here), _FIGURES) + (not figures.isdisjoint(told_here))
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
    return len(sentence) >= _SHORTEST and sentence[-1] not in "?？:：" and not _CAPTION.search(sentence)
