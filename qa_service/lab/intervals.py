"""How sure a figure is: 95 % intervals for shares and for error rates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

#: Two-sided 95 %.
_Z = 1.959963984540054
#: Resamples of a bootstrap and the seed of their order: the same data give the same interval.
RESAMPLES = 4_000
SEED = 20_260
#: A bootstrap over fewer units than this says nothing.
_LEAST_UNITS = 5


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the true value lies with 95 % confidence."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` out of `n`; unknown, never 0, where there was nothing to count."""

    hits: int
    n: int

    @property
    def value(self) -> float | None:
        """The share, 0–1."""
        return self.hits / self.n if self.n else None

    @property
    def interval(self) -> Interval | None:
        """Wilson's score interval."""
        return wilson(self.hits, self.n) if self.n else None


def wilson(hits: int, n: int) -> Interval:
    """Wilson's score interval for a share of independent cases (E. B. Wilson, JASA 22, 1927).

    >>> seen = wilson(8, 10)
    >>> print(f"{seen.low:.3f}–{seen.high:.3f}")
    0.490–0.943
    """
    if not 0 <= hits <= n or n == 0:
        raise ValueError(f"{hits} of {n} is not a share")
    share = hits / n
    centre = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    reach = _Z * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2)) / (1 + _Z**2 / n)
    # At the ends the formula gives 0 and 1 but for rounding.
    return Interval(0.0 if hits == 0 else centre - reach, 1.0 if hits == n else centre + reach)


def ratio_interval(parts: Sequence[float], wholes: Sequence[float]) -> Interval | None:
    """Percentile bootstrap of Σ parts ÷ Σ wholes over units that were drawn independently (utterances).

    None where there are fewer than five units, or nothing in them to divide by.
    """
    if len(parts) < _LEAST_UNITS or sum(wholes) <= 0:
        return None
    top, bottom = np.asarray(parts, dtype=float), np.asarray(wholes, dtype=float)
    drawn = np.random.default_rng(SEED).integers(0, len(top), size=(RESAMPLES, len(top)))
    sums = bottom[drawn].sum(axis=1)
    ratios = top[drawn].sum(axis=1)[sums > 0] / sums[sums > 0]
    low, high = np.quantile(ratios, (0.025, 0.975))
    return Interval(float(low), float(high))
