"""Whether one channel is heard on the other, and how much later: delays of echo and of shifted legs.

The generalised cross-correlation with phase transform of both channels, summed over the call: what
leaks along a path of constant delay adds up to one sharp peak, everything else to noise. A leak of
−35 dB, inaudible beside speech, still stands out because thousands of frames agree on its delay.
Where a channel holds digital silence (a noise gate, a muted line) it is filled with noise of its own:
otherwise some delays would lay more sound on sound than others, and the gate's edges would pass for a path.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa_service.measures.frames import Floats, Samples
from qa_service.measures.pitch import halve_rate

Complexes = npt.NDArray[np.complex64]

#: 8 kHz: what telephones carry.
RATE = 8_000
#: Legs recorded by two machines were seen to start up to 5 s apart.
FURTHEST_MS = 5_300
#: A peak must stand this many standard deviations over the rest. The largest of 85,000 random values
#: is near 4.4; two voices that have nothing to do with each other stayed below 6 (docs/measures.md).
CERTAIN = 9.0
#: Where peaks this close together are one path: its echoes, or the ringing of a narrow band.
_APART_MS = 25
_MOST_PATHS = 8
_PIECE = 1 << 17  # 16.4 s
#: Hours are not heard in full: this many pieces (6.6 minutes), spread over the call, are enough.
_MOST_PIECES = 24
_BAND_HZ = (200, 3_600)
#: 40 ms.
_BLOCK = RATE // 25
#: Below this amplitude there is nothing but the last bit.
_QUIETEST = 4.0
#: A shift must be heard in each third of the call (they take turns of 2 s); one event is heard in one or two.
_THIRDS, _TURN = 3, 50
#: What every third must show at the call's delay, in standard deviations; 4 in 1,000 do by chance, over ±1 ms.
_AGAIN = 3.5
_NEAR_MS = 1


@dataclass(frozen=True, slots=True, order=True)
class Path:
    """One channel is heard on the other: channel 1 hears channel 0 `lag_ms` later (negative: earlier)."""

    #: How far it stands out, in standard deviations; the larger, the surer.
    certainty: float
    lag_ms: float
    #: The other channel comes in turned upside down.
    inverted: bool


def paths(first: Samples, second: Samples) -> tuple[Path, ...]:
    """The constant delays at which both channels agree, surest first; none when they are unrelated."""
    correlation = _correlation(first, second)
    return tuple(_peaks(correlation)) if correlation.size else ()


def is_steady(first: Samples, second: Samples, path: Path) -> bool:
    """Whether the path is heard all over the call, and not only at one place that happens to look alike."""
    middle, near = FURTHEST_MS * RATE // 1_000, _NEAR_MS * RATE // 1_000
    at = middle + round(path.lag_ms * RATE / 1_000)
    thirds = (_correlation(first, second, third) for third in range(_THIRDS))
    sign = -1 if path.inverted else 1
    return all(
        float((sign * c[max(0, at - near) : at + near + 1]).max()) >= _AGAIN * _spread(c) for c in thirds
    )


def _pieces(length: int) -> npt.NDArray[np.int64]:
    """Where the pieces start (at 16 kHz) that are looked at."""
    starts = np.arange(0, length, 2 * _PIECE, dtype=np.int64)
    if starts.size > _MOST_PIECES:
        starts = starts[np.linspace(0, starts.size - 1, _MOST_PIECES).astype(np.int64)]
    return starts


def _level(samples: Samples, seed: int, third: int | None = None) -> Floats:
    """8 kHz with every 40 ms at the same level, so that a leak counts beside the loud voice over it.

    What has no sound is noise, as loud as the rest and like nothing else; so is all but the `third` asked for.
    """
    slow = halve_rate(samples)
    blocks = np.pad(slow, (0, -slow.size % _BLOCK)).reshape(-1, _BLOCK)
    loud = np.sqrt(np.einsum("ij,ij->i", blocks, blocks) / np.float32(_BLOCK))
    empty = loud < _QUIETEST
    if third is not None:
        empty |= np.arange(loud.size) // _TURN % _THIRDS != third
    blocks = blocks / np.maximum(loud, np.float32(_QUIETEST))[:, None]
    drawn = np.random.default_rng(seed).standard_normal((int(empty.sum()), _BLOCK), np.float32)
    blocks[empty] = drawn
    flat: Floats = blocks.reshape(-1)[: slow.size]
    return flat


def _correlation(first: Samples, second: Samples, third: int | None = None) -> Floats:
    """Values for lags −FURTHEST_MS … +FURTHEST_MS, one per sample at RATE; of one `third` of the first channel."""
    total = np.zeros(_PIECE + 1, np.complex128)
    for start in _pieces(min(first.shape[0], second.shape[0])):
        piece = slice(start, start + 2 * _PIECE)
        if not (first[piece].any() and second[piece].any()):
            continue
        left = np.fft.rfft(_level(first[piece], 2 * int(start), third), 2 * _PIECE)
        cross = left.conj() * np.fft.rfft(_level(second[piece], 2 * int(start) + 1), 2 * _PIECE)
        strength = np.abs(cross)
        total += cross / np.maximum(strength, max(float(strength.mean()) * 1e-3, 1e-9))
    hertz = np.arange(total.size) * (RATE / (2 * _PIECE))
    total[(hertz < _BAND_HZ[0]) | (hertz > _BAND_HZ[1])] = 0
    around = np.fft.irfft(total)
    most = FURTHEST_MS * RATE // 1_000
    correlation: Floats = np.concatenate((around[-most:], around[: most + 1])).astype(np.float32)
    return correlation


def _spread(correlation: Floats) -> float:
    """The standard deviation of all that is no peak."""
    return max(float(np.median(np.abs(correlation))) / 0.6745, 1e-12)


def _peaks(correlation: Floats) -> list[Path]:
    rest = np.abs(correlation) / _spread(correlation)
    found: list[Path] = []
    middle, apart = correlation.size // 2, _APART_MS * RATE // 1_000
    while len(found) < _MOST_PATHS and (best := float(rest.max())) >= CERTAIN:
        at = int(rest.argmax())
        lag_ms = (at - middle) * 1_000 / RATE
        found.append(Path(round(best, 1), lag_ms, bool(correlation[at] < 0)))
        rest[max(0, at - apart) : at + apart + 1] = 0
    return found
