"""A channel in pieces at 8 kHz, for what looks at spectra: memory does not grow with the call."""

from __future__ import annotations

from collections.abc import Iterator

from qa_service.measures.frames import Floats, Samples, chunks
from qa_service.measures.pitch import halve_rate

#: A whole number of every reader's hops (20 and 128 ms), so that the frames of all pieces lie on one clock.
PIECE_MS = 61_440
#: What each piece shows of the next, for windows that reach over the border.
_AHEAD_MS = 320


def pieces(samples: Samples) -> Iterator[Floats]:
    """Consecutive pieces of PIECE_MS at 8 kHz, each with the beginning of the next."""
    for chunk in chunks(samples, chunk_ms=PIECE_MS, ahead_ms=_AHEAD_MS):
        yield halve_rate(chunk)
