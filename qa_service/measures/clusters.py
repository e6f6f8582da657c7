"""Two voices or one: unit vectors into two groups, and whether they are two at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_Floats = npt.NDArray[np.float64]
_ROUNDS = 20
#: Two voices' means are less alike than this; few windows scatter, so with few the limit is lower.
#: Both numbers, and the least distance, are from docs/turns.md#mono: no single voice of real speech was
#: split with them.
_ALIKE, _SCATTER, _LEAST_DISTANCE = 0.86, 1.0, 4.0
#: Means this alike may still be two voices, where the groups stand apart and stretches hold together: on a
#: mono call two people are the rule. It is then hardly sure, so that a person decides what rests on it.
_HARDLY_ALIKE, _HARDLY_DISTANCE, _HARDLY_STEADY, _HARDLY_WINDOWS = 0.92, 5.5, 0.88, 12.0
_HARDLY_SURE = 0.6
#: In less speech than this many windows' worth nobody can be told from anybody.
_LEAST_WINDOWS = 4.0
#: How fast certainty grows with the distance from the limit; and what it never exceeds.
_STEEPNESS, _SUREST = 20.0, 0.98


@dataclass(frozen=True, slots=True)
class Split:
    """Two groups of vectors."""

    #: Per vector how clearly it belongs to the second group (> 0) or the first (< 0); about ±1 when clear.
    margins: _Floats
    #: Distance of the groups' means in units of their spread along the line between them.
    distance: float
    #: Cosine of the groups' means.
    likeness: float
    #: Share of neighbouring windows in one stretch that fall into the same group.
    steadiness: float
    is_two: bool
    confidence: float


def two_clusters(
    vectors: npt.NDArray[np.float32], weights: _Floats, stretches: npt.NDArray[np.int64]
) -> Split:
    """Splits unit rows in two by spherical k-means, begun along the direction of most variation.

    `weights` are the lengths of the windows, in windows; `stretches` names the stretch each one is in.
    """
    rows = vectors.astype(np.float64)
    if len(rows) < 2:
        return Split(np.full(len(rows), -1.0), 0.0, 1.0, 1.0, is_two=False, confidence=0.5)
    second = _first_guess(rows, weights)
    means = _means(rows, weights, second)
    for _ in range(_ROUNDS):
        closer = rows @ means[1] > rows @ means[0]
        if not 0 < closer.sum() < len(rows) or (closer == second).all():
            break
        second = closer
        means = _means(rows, weights, second)
    return _judged(rows, weights, means, (second, stretches))


def _first_guess(rows: _Floats, weights: _Floats) -> npt.NDArray[np.bool_]:
    """The sign along the first principal axis; both groups have somebody."""
    centred = (rows - np.average(rows, axis=0, weights=weights)) * np.sqrt(weights / weights.sum())[:, None]
    axis = np.linalg.eigh(centred.T @ centred)[1][:, -1]
    along = (rows - np.average(rows, axis=0, weights=weights)) @ axis
    guess: npt.NDArray[np.bool_] = along > 0
    return guess if 0 < guess.sum() < len(rows) else np.arange(len(rows)) == int(np.argmax(along))


def _means(rows: _Floats, weights: _Floats, second: npt.NDArray[np.bool_]) -> _Floats:
    """Unit means of both groups."""
    means = np.stack([np.average(rows[group], axis=0, weights=weights[group]) for group in (~second, second)])
    unit: _Floats = means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12)
    return unit


def _judged(
    rows: _Floats,
    weights: _Floats,
    means: _Floats,
    parted: tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64]],
) -> Split:
    """How far apart the groups are, and whether they are two voices."""
    second, stretches = parted
    along = rows @ (means[1] - means[0])
    centre = [np.average(along[group], weights=weights[group]) for group in (~second, second)]
    off = along - np.where(second, centre[1], centre[0])
    spread = np.sqrt(np.average(off**2, weights=weights) + 1e-9)
    half = max(1e-9, (centre[1] - centre[0]) / 2)
    margins = np.clip((along - (centre[0] + centre[1]) / 2) / half, -2.0, 2.0)
    distance, likeness = float((centre[1] - centre[0]) / spread), float(means[0] @ means[1])
    steadiness = _steadiness(second, stretches)
    is_two, confidence = _decided(likeness, distance, steadiness, worth=float(weights.sum()))
    return Split(margins, distance, likeness, steadiness, is_two=is_two, confidence=confidence)


def _steadiness(second: npt.NDArray[np.bool_], stretches: npt.NDArray[np.int64]) -> float:
    """People change at pauses; noise changes anywhere."""
    neighbours = stretches[1:] == stretches[:-1]
    return float(np.mean((second[1:] == second[:-1])[neighbours])) if neighbours.any() else 1.0


def _decided(likeness: float, distance: float, steadiness: float, *, worth: float) -> tuple[bool, float]:
    """Whether the groups are two voices, and how sure that is; `worth` counts windows."""
    if worth < _LEAST_WINDOWS:
        return False, 0.5
    limit = _ALIKE - _SCATTER / worth
    sure = min(_SUREST, float(1 / (1 + np.exp(-_STEEPNESS * abs(limit - likeness)))))
    if likeness < limit:
        # Unlike means whose groups run into each other: one voice, but nobody can be sure.
        return (True, round(sure, 3)) if distance >= _LEAST_DISTANCE else (False, 0.5)
    apart = likeness < _HARDLY_ALIKE and distance >= _HARDLY_DISTANCE and steadiness >= _HARDLY_STEADY
    return (True, _HARDLY_SURE) if apart and worth >= _HARDLY_WINDOWS else (False, round(sure, 3))
