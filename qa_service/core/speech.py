"""What was said and heard: words, utterances, voice, and other sound."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from qa_service.core.meanings import Meaning
from qa_service.core.time import Span


class Role(StrEnum):
    """Who a speaker is in the conversation; a mapping from `speaker`, never measured."""

    AGENT = "agent"
    CUSTOMER = "customer"
    #: IVR, announcements, hold music, robots: shown, never judged.
    SYSTEM = "system"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, order=True)
class Word:
    """A recognised token: when it was said, and which characters of the utterance it is."""

    span: Span
    start: int
    end: int
    #: 0–1, the recogniser's own probability.
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A recognised token on the call clock; the texts joined as they are give the whole text."""

    text: str
    span: Span
    confidence: float


@dataclass(frozen=True, slots=True)
class Utterance:
    """One stretch of speech by one speaker, bounded by silence.

    `text` is the stored original; every offset in the system counts its characters.
    """

    id: str
    span: Span
    speaker: str
    text: str
    channel: int = 0
    words: tuple[Word, ...] = ()
    #: 0–1, how sure the recogniser was of the text; 1.0 for a transcript that was handed in.
    confidence: float = 1.0
    #: Voiced milliseconds inside `span`; 0 when nobody measured them.
    speech_ms: int = 0
    loudness_dbfs: float | None = None
    #: Median pitch of the voiced frames.
    pitch_hz: float | None = None
    #: Where jieba's tokens begin, as character offsets.
    tokens: tuple[int, ...] = ()
    #: Why no finding may rest on this utterance (a Reason code), or nothing.
    unreliable: str = ""
    role: Role = Role.UNKNOWN
    role_confidence: float = 0.0
    #: What its sentences and clauses mean. Given to detectors, never stored with the utterance (core.meanings).
    meanings: tuple[Meaning, ...] = ()

    @property
    def order(self) -> tuple[int, int, str]:
        """Utterances are heard when they end: (end, start, id) is their total order."""
        return (self.span.end_ms, self.span.start_ms, self.id)

    @property
    def chars_per_minute(self) -> float | None:
        """Articulation rate: spoken characters per minute of *speech*; unknown without speech time."""
        return 60_000 * spoken_chars(self.text) / self.speech_ms if self.speech_ms > 0 else None

    def spoken_by(
        self, role: Role, confidence: float, meanings: tuple[Meaning, ...] | None = None
    ) -> Utterance:
        """The same utterance once it is known who the speaker is, and, where they are given, with its meanings."""
        # By hand, as every utterance of every call that is judged again passes here: `replace` takes thrice as long.
        return Utterance(
            self.id,
            self.span,
            self.speaker,
            self.text,
            self.channel,
            self.words,
            self.confidence,
            self.speech_ms,
            self.loudness_dbfs,
            self.pitch_hz,
            self.tokens,
            self.unreliable,
            role,
            confidence,
            self.meanings if meanings is None else meanings,
        )

    def span_of(self, start: int, end: int) -> Span:
        """When the characters [start, end) were said; the whole utterance where words have no times."""
        inside = [w.span for w in self.words if w.start < end and start < w.end]
        if not inside:
            return self.span
        return Span(min(s.start_ms for s in inside), max(s.end_ms for s in inside))


@lru_cache(maxsize=1_024)
def spoken_chars(text: str) -> int:
    """Characters that take time to say: Han characters, letters and digits; no punctuation, no spaces.

    >>> spoken_chars("您好，VIP 12 号！")
    8
    """
    return sum(map(str.isalnum, text))


@dataclass(frozen=True, slots=True, order=True)
class Voice:
    """A stretch in which a speaker's voice is active, whether or not it was understood."""

    span: Span
    speaker: str
    role: Role = Role.UNKNOWN


class SoundKind(StrEnum):
    """Sound that is nobody's speech, and the states of the line."""

    HOLD = "hold"
    MUSIC = "music"
    RINGBACK = "ringback"
    BUSY = "busy"
    BEEP = "beep"
    DTMF = "dtmf"
    NOISE = "noise"
    #: Something sounds all the time, and nobody knows what: it is not silence.
    UNKNOWN = "unknown"
    #: Nothing was recorded, or it could not be decoded: nobody knows what was said or heard there. Only judging
    #: makes these, of the recording's problems; they are never stored.
    LOST = "lost"


@dataclass(frozen=True, slots=True, order=True)
class Sound:
    """A stretch of the line that is not speech: ringback, hold music, a declared hold."""

    span: Span
    kind: SoundKind
    channel: int = 0
    #: `event` when signalling said so, `heard` when the sound itself did.
    source: str = "heard"

    @property
    def is_lost(self) -> bool:
        """Whether nobody knows what was said in this time."""
        return self.kind is SoundKind.LOST
