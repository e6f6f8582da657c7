"""How loud somebody speaks: mean power of the frames that carry the voice, in dBFS."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from qa_service.core.time import Span, merge
from qa_service.measures.frames import Samples, cut, frame_power, to_dbfs

#: Frames below this are line noise or the rests of a fade, never voice (G.711's own noise is near −66).
QUIETEST_DBFS = -60.0
#: Frames this far under the voice's mean are pauses between syllables, not voice.
#: ITU-T P.56 counts down to 15.9 dB below the active level; EBU R 128 gates at 10.
GATE_DB = 15.0


def loudness_dbfs(samples: Samples, voiced: Iterable[Span]) -> float | None:
    """Mean power over the voiced spans, in dBFS to one decimal; None when nothing voiced is audible.

    Two gates keep the figure the same however generously the spans were cut: frames under
    QUIETEST_DBFS are left out, then frames more than GATE_DB under the mean of the rest.
    """
    pieces = [frame_power(cut(samples, span)) for span in merge(voiced)]
    power = np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
    audible = power[to_dbfs(power) >= QUIETEST_DBFS]
    if audible.size == 0:
        return None
    kept = audible[audible >= audible.mean() * 10 ** (-GATE_DB / 10)]
    return round(float(to_dbfs(kept.mean(keepdims=True))[0]), 1)
