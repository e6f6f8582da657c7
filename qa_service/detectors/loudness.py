"""Loudness: how much louder or quieter somebody speaks than they usually do, than before, or than the other party.

Whether that is a raised voice or a mouth nearer to the microphone, tone.py asks; here only the level counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from qa_service.core.speech import Utterance
from qa_service.core.texts import Reason
from qa_service.detectors.contrast import Contrast


@dataclass(frozen=True, slots=True)
class Loudness(Contrast):
    """Limits in dB. The error is docs/detectors-sound.md#loudness."""

    name: ClassVar[str] = "loudness"
    version: ClassVar[str] = "1"
    error: ClassVar[float] = 2.0

    label: str = "loudness"

    def value(self, utterance: Utterance) -> float | None:
        """The level of the voiced frames in dBFS."""
        return utterance.loudness_dbfs

    def reason(self, difference: float, limit: float) -> Reason:
        """By how many dB."""
        side = "louder" if difference > 0 else "quieter"
        return Reason.of(f"loudness.{side}_{self.to}", db=abs(difference), limit=abs(limit))
