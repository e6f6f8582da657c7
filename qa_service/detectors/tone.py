"""Tone: an agent who raises their voice above their own way of speaking in this call.

Loudness is only compared with the same speaker on the same line: a recording's level says nothing by
itself. Where the defaults come from is in docs/detectors-sound.md#tone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import log2
from statistics import median
from typing import ClassVar

from qa_service.core.calls import CallFacts
from qa_service.core.measured import PartName
from qa_service.core.speech import Role, Utterance
from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason
from qa_service.detectors.base import WORDS_ALONE, Deaf, DetectorRun, Event
from qa_service.detectors.probe import Probe

#: A raised voice is also a higher one, by 0.2–0.6 semitones per dB (Gramming et al. 1988): 6 dB bring
#: at least 1.2. A louder voice that is not higher may be a mouth nearer to the microphone. Mean pitch of the
#: same sentence wanders by 3–9 %, half a semitone to one and a half, so there is no step: the support grows
#: from no higher (−0.5 semitones) to plainly higher (2 semitones).
_SEMITONES = (-0.5, 2.0)
#: Faster speech supports a raised voice from 1.0 to 1.3 times the usual; hurry by itself is for pace.
_RATES = (1.0, 1.3)
#: At the limit and with no support: a person should listen (0.4–0.7 is undecided, decisions.md 15).
_CONFIDENCE, _CONFIDENCE_PER_DB = 0.55, 0.02
_IF_HIGHER, _IF_LOWER, _IF_FASTER = 0.2, -0.1, 0.1


@dataclass(frozen=True, slots=True)
class RaisedVoice:
    """Tags an agent's utterances at least `rise_db` louder than their own baseline.

    The baseline is the median of the speaker's previous utterances in this call, at least
    `min_previous` (decisions.md 6); only utterances with `min_speech_ms` of speech are judged or
    counted. Higher pitch and faster speech raise the confidence by degrees, lower pitch lowers it.
    """

    name: ClassVar[str] = "tone.raised_voice"
    version: ClassVar[str] = "2"
    labels: ClassVar[tuple[str, ...]] = ("tone.raised_voice",)
    needs: ClassVar[frozenset[str]] = frozenset({PartName.WORDS.value, PartName.PROSODY.value})

    rise_db: float = 6.0
    min_speech_ms: int = 1_000
    min_previous: int = 5

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one call; deaf without prosody, or with both parties on one channel."""
        return RaisedVoiceRun(self) if facts.overlap_known and self.needs <= facts.parts else Deaf()


@dataclass(frozen=True, slots=True)
class _Voiceprint:
    """How one utterance sounded, or a speaker usually sounds; what nobody measured is unknown."""

    loudness_dbfs: float
    pitch_hz: float | None
    cpm: float | None


@dataclass(slots=True)
class RaisedVoiceRun:
    """Judges utterances one by one against those of the same speaker before."""

    hears: ClassVar[tuple[type, ...]] = WORDS_ALONE
    settings: RaisedVoice
    previous: dict[str, list[_Voiceprint]] = field(default_factory=dict)
    probe: Probe | None = None

    def hear(self, event: Event) -> Iterable[Tag]:
        """A tag when `event` is an agent's utterance, louder than the agent's own baseline."""
        if not isinstance(event, Utterance) or (now := self._sound(event)) is None:
            return
        previous = self.previous.setdefault(event.speaker, [])
        if event.role is Role.AGENT and len(previous) >= self.settings.min_previous:
            rise_db = now.loudness_dbfs - median(sound.loudness_dbfs for sound in previous)
            if self.probe:
                self.probe(rise_db, rise_db)
            if rise_db >= self.settings.rise_db:
                yield self._tag(event, now, _usual(previous))
        previous.append(now)

    def wait(self, now_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing: nobody raises their voice by keeping silent."""
        return ()

    def finish(self, end_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()

    def _sound(self, utterance: Utterance) -> _Voiceprint | None:
        if utterance.unreliable or utterance.role is Role.SYSTEM or utterance.loudness_dbfs is None:
            return None
        if utterance.speech_ms < self.settings.min_speech_ms:
            return None
        return _Voiceprint(utterance.loudness_dbfs, utterance.pitch_hz, utterance.chars_per_minute)

    def _tag(self, utterance: Utterance, now: _Voiceprint, usual: _Voiceprint) -> Tag:
        rise_db = now.loudness_dbfs - usual.loudness_dbfs
        because = Reason.of(
            "tone.raised_voice",
            db=round(rise_db, 1),
            limit=self.settings.rise_db,
            baseline=round(usual.loudness_dbfs, 1),
        )
        return Tag(
            evidence=(Evidence.said(utterance),),
            label="tone.raised_voice",
            detector=f"{self.settings.name}@{self.settings.version}",
            confidence=_confidence(rise_db - self.settings.rise_db, now, usual),
            because=because,
            speaker=utterance.speaker,
            role=utterance.role,
        )


def _usual(previous: list[_Voiceprint]) -> _Voiceprint:
    """The median of each measure over the utterances where it is known."""
    pitches = [sound.pitch_hz for sound in previous if sound.pitch_hz]
    rates = [sound.cpm for sound in previous if sound.cpm]
    return _Voiceprint(
        median(sound.loudness_dbfs for sound in previous),
        median(pitches) if pitches else None,
        median(rates) if rates else None,
    )


def _confidence(beyond_db: float, now: _Voiceprint, usual: _Voiceprint) -> float:
    """How sure a louder voice is a raised one: louder still, higher and faster all speak for it, by degrees."""
    confidence = _CONFIDENCE + _CONFIDENCE_PER_DB * beyond_db
    if now.pitch_hz and usual.pitch_hz:
        higher = _between(12 * log2(now.pitch_hz / usual.pitch_hz), *_SEMITONES)
        confidence += _IF_LOWER + (_IF_HIGHER - _IF_LOWER) * higher
    if now.cpm and usual.cpm:
        confidence += _IF_FASTER * _between(now.cpm / usual.cpm, *_RATES)
    return round(min(0.95, confidence), 2)


def _between(value: float, low: float, high: float) -> float:
    """How far `value` is on the way from `low` (0) to `high` (1)."""
    return min(1.0, max(0.0, (value - low) / (high - low)))
