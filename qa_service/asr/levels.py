"""How far a quiet channel is raised before it is listened to: what hears was taught on ordinary levels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from qa_service.ports import Samples, Stretch

Levels = npt.NDArray[np.float32]
#: A channel whose loud frames lie under the first is raised to the second, by no more than the third.
RAISED_BELOW_DBFS, RAISED_TO_DBFS, MOST_RAISED_DB = -40.0, -26.0, 30.0
#: An idle line's own noise says nothing about how loud a channel is.
_IDLE_DBFS = -62.0
#: With fewer frames above an idle line (half a second) nobody knows how loud a channel is.
_FEWEST_LOUD = 16
_FRAME = 512


def loud_dbfs(levels: Levels) -> float:
    """How loud a channel is where it is loud: the 90th percentile of what is no idle line; 0 where nobody knows."""
    audible = levels[levels > _IDLE_DBFS]
    return float(np.percentile(audible, 90)) if audible.size >= _FEWEST_LOUD else 0.0


def raised_db(levels: Levels) -> float:
    """How much a channel with these levels (dBFS per 32 ms) is raised: 0 for an ordinary one."""
    loud = loud_dbfs(levels)
    return min(MOST_RAISED_DB, RAISED_TO_DBFS - loud) if loud < RAISED_BELOW_DBFS else 0.0


def raised(stretches: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """The stretches, those of a quiet channel as loud as others are; one channel is raised as a whole."""
    gains = {channel: _gain(stretches, channel) for channel in {each.channel for each in stretches}}
    return tuple(
        replace(each, samples=_times(each.samples, gains[each.channel])) if gains[each.channel] > 1 else each
        for each in stretches
    )


def _gain(stretches: Sequence[Stretch], channel: int) -> np.float32:
    levels = _levels(each.samples for each in stretches if each.channel == channel)
    return np.float32(10 ** (raised_db(levels) / 20))


def _times(samples: Samples, gain: np.float32) -> Samples:
    louder: Samples = np.clip(np.rint(samples * gain), -32_768, 32_767).astype(np.int16)
    return louder


def _levels(pieces: Iterable[Samples]) -> Levels:
    power = [
        np.square(piece[: len(piece) // _FRAME * _FRAME].astype(np.float32).reshape(-1, _FRAME)).mean(axis=1)
        for piece in pieces
    ]
    whole = np.concatenate(power) if power else np.zeros(0, np.float32)
    levels: Levels = (10 * np.log10(whole / np.float32(32_768.0**2) + np.float32(1e-12))).astype(np.float32)
    return levels
