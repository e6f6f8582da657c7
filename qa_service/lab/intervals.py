"""How sure an error rate is: a 95 % interval by resampling. Shares have theirs in core/intervals.py."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qa_service.core.intervals import Interval

#: Resamples of a bootstrap and the seed of their order: the same data give the same interval.
RESAMPLES = 4_000
SEED = 20_260
#: A bootstrap over fewer units than this says nothing.
_LEAST_UNITS = 5


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
