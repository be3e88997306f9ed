"""Two reports on the same questions → what changed, whether it may be chance, which questions got better or worse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qa.measure.evaluate import MEASURES, Outcome, Report
from qa.measure.questionnaire import EvaluationError
from qa.measure.significance import Difference, difference

Pair = tuple[Outcome, Outcome]  # before, after


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one run to the other; `measures` includes `seconds` a question.

    `unpaired` counts the questions that only one run asked, which are left out.
    """

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

        def told(pairs: list[Pair]) -> list[dict[str, str]]:
            return [{"id": b.id, "question": b.question, "before": a.text, "after": b.text} for a, b in pairs]

        changes = {name: change.as_dict() for name, change in self.measures.items()}
        return {
            "paired": len(self.pairs), "unpaired": self.unpaired, "measures": changes,
            "better": told(self.better), "worse": told(self.worse),
        }  # fmt: skip


def compare(before: Report, after: Report, seed: int = 0) -> Comparison:
    """Pair two runs question by question, by id and wording.

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
    measures = {}
    for name, measure in (*MEASURES.items(), ("seconds", lambda one: one.seconds)):
        values = [(measure(one), measure(other)) for one, other in pairs]
        both = [(float(one), float(other)) for one, other in values if one is not None and other is not None]
        if both:  # the questions where both runs have it
            measures[name] = difference([one for one, _ in both], [other for _, other in both], seed)
    return Comparison(tuple(pairs), measures, len(before.outcomes) + len(after.outcomes) - 2 * len(pairs))
