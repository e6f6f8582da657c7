"""Who speaks when on one channel: windows of voice, two clusters or one, a path through them.

Pure arithmetic: `windows` says which pieces of sound to embed (ports.SpeakerEncoder), `tell_apart` turns the
vectors into voices. Figures and the choice of the constants: docs/turns.md#mono.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from qa_service.core.speech import Voice
from qa_service.core.time import Span, merge
from qa_service.measures.clusters import Split, two_clusters
from qa_service.measures.third_voice import third_voice

#: How sure it is who speaks where two are told apart and there are three: a person decides what rests on it.
_THREE_SURE = 0.5
Vectors = npt.NDArray[np.float32]
_Floats = npt.NDArray[np.float64]

#: Length and step of windows; the encoder was trained on 1.6 s.
WINDOW_MS, HOP_MS = 1_600, 800
#: The encoder takes nothing shorter.
SHORTEST_MS = 400
#: Voice that pauses for less is one stretch: nobody hands over faster without a gap or an overlap.
_BREATH_MS = 250
#: Grid of the path.
_STEP_MS = 100
#: What changing the speaker costs, in units of the windows' evidence: inside a stretch, and at a pause.
_CHANGE_INSIDE, _CHANGE_AT_PAUSE = 6.0, 1.5


@dataclass(frozen=True, slots=True)
class Speakers:
    """The voices on one channel, in order of time; `s0` is who speaks first."""

    voices: tuple[Voice, ...] = ()
    #: 0–1, how sure it is that there are two people and not one (or that there is only one).
    separation: float = 0.0
    #: Per voice 0–1, how clearly it is that speaker's.
    confidences: tuple[float, ...] = ()
    #: Where a third person speaks, whose words stand under one of the two; then nobody is told apart surely.
    third: tuple[Span, ...] = ()

    @property
    def count(self) -> int:
        """How many people were told apart: 0, 1 or 2."""
        return len({voice.speaker for voice in self.voices})

    def speaker_of(self, word: Span) -> str:
        """Who said a word: whose voice it overlaps most, else whose is nearest; empty without voices."""
        if not self.voices:
            return ""
        best = max(self.voices, key=lambda voice: (voice.span.overlap_ms(word), -_apart_ms(voice.span, word)))
        return best.speaker

    def confidence_of(self, word: Span) -> float:
        """How clearly the voice behind a word is its speaker's; 0 without voices."""
        pairs = zip(self.voices, self.confidences, strict=True)
        overlaps = (
            (voice.span.overlap_ms(word), -_apart_ms(voice.span, word), sure) for voice, sure in pairs
        )
        return max(overlaps, default=(0, 0, 0.0))[2]


def _apart_ms(span: Span, other: Span) -> int:
    return max(0, span.start_ms - other.end_ms, other.start_ms - span.end_ms)


def windows(voiced: Sequence[Span], call: Span) -> tuple[Span, ...]:
    """The pieces of `call` to embed: every voiced stretch in overlapping windows, short ones widened."""
    return tuple(
        _widened(window, call) for stretch in merge(voiced, gap_ms=_BREATH_MS) for window in _tiles(stretch)
    )


def _tiles(stretch: Span) -> list[Span]:
    """Windows that begin every HOP_MS; the last ends with the stretch."""
    last_ms = stretch.end_ms - WINDOW_MS
    if last_ms <= stretch.start_ms:
        return [stretch]
    starts = [*range(stretch.start_ms, last_ms, HOP_MS), last_ms]
    return [Span(at_ms, at_ms + WINDOW_MS) for at_ms in starts]


def _widened(window: Span, call: Span) -> Span:
    """At least SHORTEST_MS long, inside the call where the call is long enough."""
    lacking_ms = SHORTEST_MS - window.duration_ms
    if lacking_ms <= 0:
        return window
    start_ms = min(max(call.start_ms, window.start_ms - lacking_ms // 2), max(0, call.end_ms - SHORTEST_MS))
    return Span(start_ms, start_ms + SHORTEST_MS)


def tell_apart(voiced: Sequence[Span], pieces: Sequence[Span], vectors: Vectors) -> Speakers:
    """The speakers of one channel; `vectors` are the unit rows of `pieces`, which `windows` gave.

    One voice is never split: where the vectors do not fall into two groups, everything is `s0`.
    """
    stretches = merge(voiced, gap_ms=_BREATH_MS)
    if not stretches or not pieces:
        return Speakers()
    lengths = np.array([piece.duration_ms / WINDOW_MS for piece in pieces], np.float64)
    homes = np.searchsorted([span.end_ms for span in stretches], [_middle_ms(piece) for piece in pieces])
    split = two_clusters(vectors, lengths, homes)
    if not split.is_two:
        voices = tuple(Voice(span, "s0") for span in stretches)
        return Speakers(voices, split.confidence, tuple(split.confidence for _ in voices))
    extra = third_voice(vectors, lengths, homes, split)
    third = merge(piece for piece, is_third in zip(pieces, extra, strict=True) if is_third)
    sure = min(split.confidence, _THREE_SURE) if third else split.confidence
    return replace(_named(_follow(stretches, pieces, split), sure), third=third)


def _middle_ms(piece: Span) -> int:
    return (piece.start_ms + piece.end_ms) // 2


def _named(parts: list[tuple[Span, int, float]], separation: float) -> Speakers:
    """Voices whose first speaker is s0."""
    first = parts[0][1]
    voices = tuple(Voice(span, "s0" if who == first else "s1") for span, who, _ in parts)
    return Speakers(voices, separation, tuple(round(sure * separation, 3) for _, _, sure in parts))


def _follow(stretches: Sequence[Span], pieces: Sequence[Span], split: Split) -> list[tuple[Span, int, float]]:
    """Every stretch, cut where the speaker changes: the best path through the evidence on a grid."""
    grid = [(at_ms, place) for place, span in enumerate(stretches) for at_ms in _steps(span)]
    evidence = _evidence(np.array([at_ms for at_ms, _ in grid], np.float64), pieces, split)
    fresh = np.array([i > 0 and grid[i][1] != grid[i - 1][1] for i in range(len(grid))])
    path = best_path(evidence, np.where(fresh, _CHANGE_AT_PAUSE, _CHANGE_INSIDE))
    sure = 1 / (1 + np.exp(-2.0 * np.abs(evidence)))
    parts: list[tuple[Span, int, float]] = []
    begin = 0
    for at in range(1, len(grid) + 1):
        if at < len(grid) and path[at] == path[begin] and not fresh[at]:
            continue
        stretch = stretches[grid[begin][1]]
        end_ms = stretch.end_ms if at == len(grid) or fresh[at] else grid[at][0]
        parts.append((Span(grid[begin][0], end_ms), int(path[begin]), float(np.mean(sure[begin:at]))))
        begin = at
    return parts


def _steps(span: Span) -> range:
    """Where the grid's cells begin; at least one per stretch."""
    return range(span.start_ms, max(span.end_ms, span.start_ms + 1), _STEP_MS)


def _evidence(starts: _Floats, pieces: Sequence[Span], split: Split) -> _Floats:
    """For the second speaker (> 0) or the first, per cell: the windows around it, the nearest weighing most."""
    centres = starts + _STEP_MS / 2
    total, weight = np.zeros(len(starts)), np.full(len(starts), 1e-9)
    for piece, margin in zip(pieces, split.margins, strict=True):
        low, high = np.searchsorted(centres, (piece.start_ms, piece.end_ms))
        cells = slice(low, max(high, low + 1))
        middle, half = (piece.start_ms + piece.end_ms) / 2, piece.duration_ms / 2 + _STEP_MS
        near = np.clip(1 - np.abs(centres[cells] - middle) / half, 0.05, 1.0)
        total[cells] += near * margin
        weight[cells] += near
    mean: _Floats = total / weight
    return mean


def best_path(evidence: _Floats, change: _Floats) -> npt.NDArray[np.int8]:
    """The sequence of 0 and 1 with the most evidence, where each change costs `change` at its place."""
    back = np.zeros((len(evidence), 2), np.int8)
    score = np.array([-evidence[0], evidence[0]])
    for at in range(1, len(evidence)):
        switched = score[::-1] - change[at]
        back[at] = switched > score
        score = np.maximum(score, switched) + np.array([-evidence[at], evidence[at]])
    path = np.zeros(len(evidence), np.int8)
    path[-1] = int(score[1] > score[0])
    for at in range(len(evidence) - 1, 0, -1):
        path[at - 1] = path[at] ^ back[at, path[at]]
    return path
