"""Shares, and how sure they are: Wilson's 95 % interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

#: Two-sided 95 %.
Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the true value lies with 95 % confidence."""

    low: float
    high: float


def wilson(hits: int, n: int) -> Interval:
    """Wilson's score interval for a share of independent cases (E. B. Wilson, JASA 22, 1927).

    >>> seen = wilson(8, 10)
    >>> print(f"{seen.low:.3f}–{seen.high:.3f}")
    0.490–0.943
    """
    if not 0 <= hits <= n or n == 0:
        raise ValueError(f"{hits} of {n} is not a share")
    share = hits / n
    centre = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    reach = Z * math.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2)) / (1 + Z**2 / n)
    # At the ends the formula gives 0 and 1 but for rounding.
    return Interval(0.0 if hits == 0 else centre - reach, 1.0 if hits == n else centre + reach)


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
