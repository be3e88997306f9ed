"""How sure a measured rate is, and whether two runs on the same questions really differ.

In: counts and paired differences. Out: intervals and p values. Seeded where chance is used, so the same numbers give
the same verdict. Knows nothing about questions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

_Z = 1.959963984540054  # 95 %
_DRAWS = 4000


@dataclass(frozen=True, slots=True)
class Rate:
    """A mean of values between 0 and 1 over `n` of them, with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int

    def as_dict(self) -> dict[str, float]:
        """Plain values for JSON."""
        return {name: round(value, 4) for name, value in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class Difference:
    """The mean of paired differences, its 95 % interval, and the probability of one as large by chance alone."""

    value: float
    low: float
    high: float
    p: float
    n: int

    def as_dict(self) -> dict[str, float]:
        """Plain values for JSON."""
        return {name: round(value, 6) for name, value in asdict(self).items()}


def wilson(total: float, n: int) -> Rate:
    """The rate total/n with Wilson's score interval (Wilson 1927, JASA 22: 209–212).

    For scores between 0 and 1 that are not just 0 or 1 it is on the safe side: none vary more than those.

    >>> wilson(8, 10).as_dict()
    {'value': 0.8, 'low': 0.4902, 'high': 0.9433, 'n': 10}
    """
    value = total / n
    scale = 1 + _Z**2 / n
    middle = (value + _Z**2 / (2 * n)) / scale
    half = _Z * math.sqrt(value * (1 - value) / n + _Z**2 / (4 * n**2)) / scale
    low, high = min(value, max(0.0, middle - half)), max(value, min(1.0, middle + half))  # rounding aside
    return Rate(value, low, high, n)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` per cent of the values lie; 0 for no values."""
    return float(np.percentile(values, share)) if values else 0.0


def difference(before: Sequence[float], after: Sequence[float], seed: int = 0) -> Difference:
    """How much a measure changed on the same questions; the interval is a bootstrap over them.

    p is McNemar's exact test where both sides are 0 or 1, else a test by random signs.
    """
    changes = np.asarray(after, dtype=np.float64) - np.asarray(before, dtype=np.float64)
    chance = np.random.default_rng(seed)
    means = [changes[chance.integers(len(changes), size=len(changes))].mean() for _ in range(_DRAWS)]
    low, high = np.percentile(means, (2.5, 97.5))
    binary = all(value in (0, 1) for value in (*before, *after))
    p = mcnemar(int((changes > 0).sum()), int((changes < 0).sum())) if binary else _signs(changes, chance)
    return Difference(float(changes.mean()), float(low), float(high), p, len(changes))


def mcnemar(better: int, worse: int) -> float:
    """The exact two-sided p value of so many questions that got better and worse (McNemar 1947).

    >>> mcnemar(8, 1), mcnemar(0, 0)
    (0.0390625, 1.0)
    """
    n = better + worse
    tail = term = 1  # the sum of n over k for k up to the smaller, each term from the one before it
    for k in range(min(better, worse)):
        term = term * (n - k) // (k + 1)
        tail += term
    return min(1.0, float(Fraction(2 * tail, 2**n)))  # 2**n may be too large for a float


def _signs(changes: npt.NDArray[np.float64], chance: np.random.Generator) -> float:
    """The share of random signs under which the mean change is as large as it is."""
    seen = abs(float(changes.sum()))
    if not seen:
        return 1.0
    drawn = [abs(float((changes * chance.choice((-1.0, 1.0), size=len(changes))).sum())) for _ in range(_DRAWS)]
    return (1 + sum(value >= seen - 1e-12 for value in drawn)) / (1 + _DRAWS)
