"""Where somebody speaks: Silero's probabilities, an energy gate beside them, and hysteresis over both.

Silero is the copy that ships inside faster-whisper. The recording is walked in chunks with the network's
memory carried over, so that hours need no more memory than a minute; what is as quiet as an idle line is
not shown to it, but for a little around what is louder.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from qa_service.asr.levels import loud_dbfs, raised_db
from qa_service.core.time import Span, merge
from qa_service.ports import SAMPLES_PER_MS, Samples

#: Silero's own step (32 ms) and the samples before it that it wants to see again.
FRAME = 512
_CONTEXT = 64
_FRAME_MS = FRAME // SAMPLES_PER_MS
#: Frames shown at once: half a minute.
_CHUNK = 938
#: Quiet frames that the network sees around what is loud enough to be a voice: 320 ms.
_SURROUNDINGS = 10


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """When speech begins and ends; see docs/speech.md#where-somebody-speaks."""

    #: Speech begins at this probability, reaches back to where the lower one was passed, and lasts until
    #: it falls below it again. Lower than Silero's own 0.5 and 0.35: with those, every second sentence of
    #: some voices is lost on a telephone line, and what is voiced without being speech is the guards' work.
    begins: float = 0.3
    lasts: float = 0.15
    #: Shorter silence is part of the speech around it.
    least_silence_ms: int = 300
    #: Shorter speech is a click.
    least_speech_ms: int = 90
    #: Frames quieter than this (dBFS) are silence, whatever the network thinks of them.
    quiet_dbfs: float = -58.0
    #: A quiet channel is raised (levels.py) where its loud frames stand out by so much from its quiet ones.
    stands_out_db: float = 15.0


class SileroVad:
    """Keeps the port `VoiceDetector`; one instance may serve many recordings, one after the other."""

    def __init__(self, settings: VoiceSettings = VoiceSettings()) -> None:
        self._settings = settings

    @cached_property
    def _session(self) -> Any:
        from faster_whisper.vad import get_vad_model

        return get_vad_model().session

    def voiced(self, samples: Samples) -> tuple[Span, ...]:
        """Disjoint voiced spans in order, unpadded, on the clock of `samples`."""
        end_ms = len(samples) // SAMPLES_PER_MS
        runs = (
            Span(start * _FRAME_MS, min(end * _FRAME_MS, end_ms))
            for start, end in self._runs(self.probabilities(samples))
            if start * _FRAME_MS < end_ms
        )
        spans = merge(runs, gap_ms=self._settings.least_silence_ms - 1)
        return tuple(span for span in spans if span.duration_ms >= self._settings.least_speech_ms)

    def probabilities(self, samples: Samples) -> npt.NDArray[np.float32]:
        """Probability of speech per 32 ms; 0 where the energy gate is shut.

        Of a pause longer than twice `_SURROUNDINGS` the network is shown only its beginning and its end: on
        a channel of its own each party is silent for half of the call, and quiet frames cost as much as
        loud ones. A quiet channel is shown, and gated, as if it were as loud as others.
        """
        frames = -(-len(samples) // FRAME)
        levels = _levels(samples, frames)
        raised_db = self._raised_db(levels)
        open_gate = levels > self._settings.quiet_dbfs - raised_db
        shown = np.flatnonzero(_widened(open_gate, _SURROUNDINGS))
        found = np.zeros(frames, dtype=np.float32)
        memory = np.zeros((2, 1, 1, 128), dtype=np.float32)
        for first in range(0, len(shown), _CHUNK):
            at = shown[first : first + _CHUNK]
            rows = _rows(samples, at) * np.float32(10 ** (raised_db / 20))
            result, hidden, cell = self._session.run(None, {"input": rows, "h": memory[0], "c": memory[1]})
            memory = np.stack([hidden, cell])
            found[at] = result.reshape(-1)
        found *= open_gate
        return found

    def _raised_db(self, levels: npt.NDArray[np.float32]) -> float:
        """How much a quiet channel is raised: 0 for an ordinary one, and for one without anything but noise."""
        by_db = raised_db(levels)
        stands_out_db = loud_dbfs(levels) - float(np.percentile(levels, 10)) if by_db else 0.0
        return by_db if stands_out_db >= self._settings.stands_out_db else 0.0

    def _runs(self, probabilities: npt.NDArray[np.float32]) -> Iterator[tuple[int, int]]:
        """Frames [from, to): runs above the lower probability that reach the higher one somewhere."""
        edges = np.flatnonzero(np.diff(np.pad(probabilities >= self._settings.lasts, 1).astype(np.int8)))
        for start, end in edges.reshape(-1, 2).tolist():
            if probabilities[start:end].max() >= self._settings.begins:
                yield start, end


def _rows(samples: Samples, frames: npt.NDArray[np.intp]) -> npt.NDArray[np.float32]:
    """The frames with these numbers as rows, each led by the end of the frame before it in the recording."""
    start, end = int(frames[0]) * FRAME - _CONTEXT, (int(frames[-1]) + 1) * FRAME
    cut = samples[max(0, start) : end]
    whole = np.pad(cut, (max(0, -start), end - max(0, start) - len(cut)))
    view = np.lib.stride_tricks.sliding_window_view(whole, FRAME + _CONTEXT)[::FRAME]
    rows: npt.NDArray[np.float32] = view[frames - frames[0]].astype(np.float32)
    rows /= np.float32(32_768)
    return rows


def _levels(samples: Samples, frames: int) -> npt.NDArray[np.float32]:
    """Level in dBFS per frame; the last one is as long as what is left of the recording, and quiet behind it."""
    power = np.zeros(frames, dtype=np.float32)
    whole = len(samples) // FRAME
    for first in range(0, frames, _CHUNK):
        last = min(first + _CHUNK, whole)
        cut = samples[first * FRAME : last * FRAME].astype(np.float32).reshape(-1, FRAME)
        power[first:last] = np.einsum("ij,ij->i", cut, cut)
    power[whole:] = np.square(samples[whole * FRAME :].astype(np.float32)).sum()
    levels: npt.NDArray[np.float32] = 10 * np.log10(
        power / np.float32(FRAME * 32_768.0**2) + np.float32(1e-12)
    )
    return levels


def _widened(mask: npt.NDArray[np.bool_], by: int) -> npt.NDArray[np.bool_]:
    """True also for `by` frames before and behind every true one."""
    edges = np.cumsum(np.concatenate(([0], mask)))
    index = np.arange(len(mask))
    widened: npt.NDArray[np.bool_] = (
        edges[np.minimum(index + by + 1, len(mask))] > edges[np.maximum(index - by, 0)]
    )
    return widened
