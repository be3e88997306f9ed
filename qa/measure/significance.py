"""How sure a measured rate is, and whether two runs on the same questions really differ.

Seeded where chance is used, so that the same numbers give the same verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import stats

_DRAWS = 4000


class Rate(NamedTuple):
    """A share of `n` questions, with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int

    def as_dict(self) -> dict[str, float]:
        """Plain values for JSON."""
        return {name: round(value, 4) for name, value in self._asdict().items()}


class Difference(NamedTuple):
    """The mean of paired differences, its 95 % interval, and the probability of one as large by chance alone."""

    value: float
    low: float
    high: float
    p: float
    n: int

    def as_dict(self) -> dict[str, float]:
        """Plain values for JSON."""
        return {name: round(value, 6) for name, value in self._asdict().items()}


def rate(hits: int, n: int) -> Rate:
    """The share hits/n with Wilson's score interval.

    >>> rate(8, 10).as_dict()
    {'value': 0.8, 'low': 0.4902, 'high': 0.9433, 'n': 10}
    """
    interval = stats.binomtest(hits, n).proportion_ci(method="wilson")
    return Rate(hits / n, float(interval.low), float(interval.high), n)


def difference(before: Sequence[float], after: Sequence[float], seed: int = 0) -> Difference:
    """How much a measure changed on the same questions; the interval is a bootstrap over them.

    p is McNemar's exact test where both sides are 0 or 1 (a binomial test of the questions that changed), else a
    permutation test by random signs.
    """
    changes, chance = np.asarray(after, np.float64) - np.asarray(before, np.float64), np.random.default_rng(seed)
    better, worse = int((changes > 0).sum()), int((changes < 0).sum())
    means = chance.choice(changes, (_DRAWS, len(changes))).mean(1)
    low, high = np.percentile(means, (2.5, 97.5))
    if better + worse == 0:
        p = 1.0
    elif all(value in (0, 1) for value in (*before, *after)):
        p = float(stats.binomtest(better, better + worse).pvalue)
    else:
        test = stats.permutation_test((changes,), np.mean, permutation_type="samples", n_resamples=_DRAWS, rng=seed)
        p = float(test.pvalue)
    return Difference(float(changes.mean()), float(low), float(high), p, len(changes))
