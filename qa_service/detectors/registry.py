"""Which detector emits which label: the names that rulebooks may use. Explicit, so that nothing is magic."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from qa_service.core.calls import Clocks
from qa_service.detectors.apology import ApologyOnly
from qa_service.detectors.crosstalk import Interruption, Overlap
from qa_service.detectors.evasion import Evasion
from qa_service.detectors.hedging import Noncommittal
from qa_service.detectors.late_response import LateResponse
from qa_service.detectors.pace import PaceFast, PaceJump, PaceSlow
from qa_service.detectors.repeats import AsksAgain
from qa_service.detectors.service import ServiceActs
from qa_service.detectors.silence import LongSilence
from qa_service.detectors.tone import RaisedVoice

#: One class per key; a class that emits several labels stands here once per label.
_SHIPPED: tuple[type[Any], ...] = (
    PaceFast,
    PaceSlow,
    PaceJump,
    LongSilence,
    LateResponse,
    Interruption,
    Overlap,
    RaisedVoice,
    Noncommittal,
    Evasion,
    ServiceActs,
    ApologyOnly,
    AsksAgain,
)

BY_LABEL: dict[str, type[Any]] = {label: kind for kind in _SHIPPED for label in kind.labels}

#: Labels that mean nothing where simultaneous voices cannot be told apart (mono recordings).
TWO_CHANNEL_LABELS = frozenset({"crosstalk.interruption", "crosstalk.overlap", "tone.raised_voice"})

_SPOKEN_AT_ONCE = frozenset({*Overlap.labels, *Interruption.labels})
_WAITED = frozenset({*LongSilence.labels, *LateResponse.labels})


#: Labels that say what became of a question, or how one party took the other.
ORDERED_LABELS = frozenset({*Evasion.labels, *Noncommittal.labels, *AsksAgain.labels, *ApologyOnly.labels})


def clocks_for(labels: Set[str]) -> frozenset[Clocks]:
    """On which clocks labels mean something: files that began 0.3 s apart show no silence, but an interruption."""
    if labels & _SPOKEN_AT_ONCE:
        return frozenset({Clocks.ONE})
    return frozenset(Clocks) - {Clocks.DOUBTED} if labels & _WAITED else frozenset(Clocks)
