"""Whether one of the two voices of a mono call is two people itself.

Two voices are all that is told apart, so a third person's words stand under one of the other two.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from qa_service.measures.clusters import Split, two_clusters

#: Two halves of one group are two people when their means are less alike than this, so far apart, and so long.
#: Halves of one person's speech lie at 0.845 (a raised voice) and more, of two people's mostly at 0.58 to 0.75
#: (docs/turns.md#mono).
_ALIKE, _DISTANCE, _LEAST_WINDOWS = 0.78, 8.0, 3.0


def third_voice(
    vectors: npt.NDArray[np.float32],
    weights: npt.NDArray[np.float64],
    stretches: npt.NDArray[np.int64],
    split: Split,
) -> npt.NDArray[np.bool_]:
    """Which of the windows are the smaller half of a group that is two people; none in an ordinary call."""
    third = np.zeros(len(vectors), np.bool_)
    if not split.is_two:
        return third
    second = split.margins > 0
    for group in (np.flatnonzero(~second), np.flatnonzero(second)):
        again = two_clusters(vectors[group], weights[group], stretches[group])
        halves = sorted(
            (group[half] for half in (again.margins <= 0, again.margins > 0)),
            key=lambda half: weights[half].sum(),
        )
        is_long = weights[halves[0]].sum() >= _LEAST_WINDOWS
        if is_long and again.is_two and again.likeness < _ALIKE and again.distance >= _DISTANCE:
            third[halves[0]] = True
    return third
