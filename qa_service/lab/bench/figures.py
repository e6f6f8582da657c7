"""Numbers of a benchmark: medians with their range, ratios within pairs, exponents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np


@dataclass(frozen=True, slots=True)
class Spread:
    """A median with the smallest and largest value, over n runs."""

    median: float
    low: float
    high: float
    n: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread | None:
        """Nothing for no values.

        >>> Spread.of([3, 1, 2])
        Spread(median=2, low=1, high=3, n=3)
        """
        return cls(median(values), min(values), max(values), len(values)) if values else None


def ratios(ours: Sequence[float], baseline: Sequence[float]) -> Spread | None:
    """Ratio within each pair, for a machine's mood changes between pairs and hardly within one."""
    return Spread.of([mine / plain for mine, plain in zip(ours, baseline, strict=True)])


def exponent(lengths: Sequence[float], costs: Sequence[float]) -> float | None:
    """Slope of log cost over log length: 1 is linear, 2 quadratic. Needs two lengths and real costs.

    >>> round(exponent([1, 10, 60], [2, 20, 120]), 3)
    1.0
    """
    if len(set(lengths)) < 2 or min(costs) <= 0:
        return None
    slope, _ = np.polyfit(np.log(lengths), np.log(costs), 1)
    return float(slope)
