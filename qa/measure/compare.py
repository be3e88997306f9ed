"""Two reports on the same questions → what changed, whether it may be chance, which questions got better or worse.

In: two `Report`s. Out: a `Comparison`. Questions are paired by id and wording; those that only one run asked are
counted and left out. Knows nothing about files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qa.measure.evaluate import MEASURES, Outcome, Report
from qa.measure.questionnaire import EvaluationError
from qa.measure.significance import Difference, difference

Pair = tuple[Outcome, Outcome]  # before, after


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one run to the other; `measures` includes `seconds` a question."""

    pairs: tuple[Pair, ...]
    measures: dict[str, Difference]
    unpaired: int

    @property
    def better(self) -> list[Pair]:
        """The questions that only the later run got right (or rightly refused)."""
        return [(before, after) for before, after in self.pairs if after.good and not before.good]

    @property
    def worse(self) -> list[Pair]:
        """The questions that only the earlier run got right (or rightly refused)."""
        return [(before, after) for before, after in self.pairs if before.good and not after.good]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "paired": len(self.pairs),
            "unpaired": self.unpaired,
            "measures": {name: change.as_dict() for name, change in self.measures.items()},
            "better": [_told(pair) for pair in self.better],
            "worse": [_told(pair) for pair in self.worse],
        }


def compare(before: Report, after: Report, seed: int = 0) -> Comparison:
    """Pair two runs question by question.

    Raises:
        EvaluationError: they have no question in common.
    """
    earlier = {(one.id, one.question): one for one in before.outcomes}
    pairs = [(earlier[key], one) for one in after.outcomes if (key := (one.id, one.question)) in earlier]
    if not pairs:
        raise EvaluationError(
            "the two results have no question in common; compare runs over the same questions",
            chinese="两份结果没有相同的题目；请比较同一份题目的结果",
        )
    unpaired = len(before.outcomes) + len(after.outcomes) - 2 * len(pairs)
    measures = {name: change for name in MEASURES if (change := _change(pairs, name, seed))}
    measures["seconds"] = difference([one.seconds for one, _ in pairs], [one.seconds for _, one in pairs], seed)
    return Comparison(tuple(pairs), measures, unpaired)


def _change(pairs: list[Pair], name: str, seed: int) -> Difference | None:
    """The change of one measure over the questions where both runs have it."""
    values = [(MEASURES[name](before), MEASURES[name](after)) for before, after in pairs]
    both = [(float(one), float(other)) for one, other in values if one is not None and other is not None]
    return difference([one for one, _ in both], [other for _, other in both], seed) if both else None


def _told(pair: Pair) -> dict[str, str]:
    before, after = pair
    return {"id": after.id, "question": after.question, "before": before.text, "after": after.text}
