"""Pitch: how much higher or lower somebody speaks than they usually do, than before, or than the other party did."""

from __future__ import annotations

from dataclasses import dataclass
from math import log2
from typing import ClassVar

from qa_service.core.speech import Utterance
from qa_service.core.texts import Reason
from qa_service.detectors.contrast import Contrast


@dataclass(frozen=True, slots=True)
class Pitch(Contrast):
    """Limits in semitones. The error, and why a second is not enough, is docs/detectors-sound.md#pitch."""

    name: ClassVar[str] = "pitch"
    version: ClassVar[str] = "1"
    error: ClassVar[float] = 1.5

    label: str = "pitch"
    min_speech_ms: int = 1_500

    def value(self, utterance: Utterance) -> float | None:
        """The median pitch in semitones over 1 Hz: differences of these are what the ear hears as equal."""
        return 12 * log2(utterance.pitch_hz) if utterance.pitch_hz else None

    def reason(self, difference: float, limit: float) -> Reason:
        """By how many semitones."""
        side = "higher" if difference > 0 else "lower"
        return Reason.of(f"pitch.{side}_{self.to}", semitones=abs(difference), limit=abs(limit))
