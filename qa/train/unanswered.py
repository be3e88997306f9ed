"""A question with a known answer → the like of it that the archive does not answer.

In: a question, its evidence, and where the answer stands. Out: a question for another thing, or evidence without the
answer: without every article that holds it, or with the article alone left that no longer does. Knows nothing about
what is learned from them.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from embeddings.index import Hit
from embeddings.words import normalise
from qa.asked.question import Question
from qa.ranking.evidence import FEATURES, Evidence, Lexicon, examine

_SCORE, _COSINE = FEATURES.index("score"), FEATURES.index("cosine")


def answers(text: str, row: dict[str, Any]) -> bool:
    """Whether a text holds an answer of the question."""
    return any(normalise(answer) in normalise(text) for answer in row["answers"])


def is_own(seen: Evidence, row: dict[str, Any]) -> bool:
    """Whether an article is the one that the question was asked about."""
    return " ".join(seen.article.text.split()) == " ".join(row["context"].split())


def twist(question: Question, things: Sequence[str], chance: random.Random) -> Question | None:
    """The question with one thing in it exchanged for another's: the article is right, and does not answer it."""
    own = [word for word, tag in question.words if tag[0] == "n" and len(word) > 1 and word in question.text]
    other = chance.choice(things)
    if not own or other in question.text:
        return None
    return replace(question, text=question.text.replace(chance.choice(own), other, 1))


def without_answer(evidence: Sequence[Evidence], row: dict[str, Any]) -> list[Evidence]:
    """The evidence as it would be if the articles that hold an answer had never been printed."""
    left = [seen for seen in evidence if not answers(seen.article.text, row)]
    best = max((seen.rows[0, _SCORE] for seen in left if len(seen.rows)), default=1.0)
    renewed = []
    for rank, seen in enumerate(left):
        rows = seen.rows.copy()
        rows[:, _SCORE] /= best
        rows[:, _SCORE + 1] = 1 / (1 + rank)
        renewed.append(replace(seen, rows=rows))
    return renewed


def silent(
    question: Question, evidence: Sequence[Evidence], row: dict[str, Any], lexicon: Lexicon
) -> list[Evidence] | None:
    """The evidence as it would be if the article told of the same, but not what is asked.

    Its answering sentences are cut out; None where that leaves nothing of it, or the answer still.
    """
    for seen in evidence:
        kept = [seen.article.text[start:end] for start, end in seen.spans]
        kept = [sentence for sentence in kept if not answers(sentence, row)]
        text = "".join(kept)
        if is_own(seen, row) and 0 < len(kept) < len(seen.spans) and not answers(text, row):
            hit = Hit(replace(seen.article, text=text), 0, len(text), seen.rows[0, _SCORE], 0.0, seen.rows[0, _COSINE])
            return [examine(question, hit, 0, lexicon), *without_answer(evidence, row)]
    return None
