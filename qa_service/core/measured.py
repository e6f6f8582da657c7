"""Measurements of a call: everything judging needs, and nothing that a rulebook could change."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from qa_service.core.calls import Clocks
from qa_service.core.meanings import NO_MEANINGS, Meanings
from qa_service.core.speech import Sound, Utterance, Voice
from qa_service.core.time import Span, merge

#: Problems that are sound which is not there, even where nobody knows how much. Noisy or clipped stretches are there.
LOSSES = frozenset({"truncated", "damaged", "gap"})
#: Much of a channel's voice was left out for being faint, and may have been its party's: nobody passes.
VOICE_LEFT_OUT = "voice_left_out"
#: The words are sure that agent and customer are the other way round than told: nobody passes until a person looked.
ROLES_CONTRADICTED = "roles_contradicted"


class PartName(StrEnum):
    """The measured parts that exist so far; each is produced, versioned and stored by itself."""

    WORDS = "words"
    ACTIVITY = "activity"
    PROSODY = "prosody"
    TOKENS = "tokens"
    QUALITY = "quality"
    #: Only where an encoder of sentences is switched on; its producer is the encoder's name.
    EMBEDDINGS = "embeddings"


class Layout(StrEnum):
    """How the speakers lie in the recording, after the channels were tested."""

    #: One speaker per channel: overlap, interruption and loudness can be measured.
    TWO_CHANNEL = "two_channel"
    #: Both on one channel: who spoke is a guess, simultaneous speech cannot be told apart.
    MONO = "mono"
    #: No sound at all: a transcript was handed in.
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Part:
    """Where a part came from: a new producer, setting or version makes a new part."""

    name: PartName
    producer: str
    #: sha256 digest of the settings that could change the values.
    settings: str
    version: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with the recording or its hearing, said in the report.

    `lost_ms` is what cannot be judged because of it; unknown times are 0 to the end of the call.
    """

    code: str
    span: Span
    lost_ms: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Unheard:
    """A voiced stretch of ≥ 1 s that gave no text, also after one second try (decisions.md 17)."""

    span: Span
    speaker: str
    reason: str


@dataclass(frozen=True, slots=True)
class HearingModel:
    """The recogniser that wrote the words, with its measured error rate where somebody measured it."""

    name: str
    revision: str = ""
    digest: str = ""
    #: Measured character error rate on this line's recordings; None = not measured.
    cer: float | None = None


@dataclass(frozen=True, slots=True)
class MeasuredCall:
    """All measurements of a call. Roles are not in it: they are a mapping that may change (turns.roles)."""

    call_id: str
    duration_ms: int
    layout: Layout
    utterances: tuple[Utterance, ...]
    #: When each speaker's voice was active, in order of start.
    voice: tuple[Voice, ...] = ()
    sounds: tuple[Sound, ...] = ()
    unheard: tuple[Unheard, ...] = ()
    problems: tuple[Problem, ...] = ()
    parts: tuple[Part, ...] = ()
    hearing: HearingModel = HearingModel("transcript")
    #: 0–1, how surely the speakers were told apart; 1.0 where each has a channel.
    separation: float = 1.0
    #: What was meant, as vectors; empty where nobody measured it.
    meanings: Meanings = NO_MEANINGS

    @property
    def encoder(self) -> str:
        """Which encoder made the vectors; empty where there are none."""
        return next((part.producer for part in self.parts if part.name is PartName.EMBEDDINGS), "")

    @property
    def part_names(self) -> frozenset[str]:
        """Which parts exist; a detector whose part is missing answers undecided."""
        return frozenset(part.name.value for part in self.parts)

    @property
    def clocks(self) -> Clocks:
        """Whether the channels are known to run on one clock."""
        codes = {problem.code for problem in self.problems}
        if "clocks_doubted" in codes:
            return Clocks.DOUBTED
        return Clocks.UNPROVEN if "legs_unproven" in codes else Clocks.ONE

    @property
    def lost(self) -> tuple[Span, ...]:
        """When nobody knows what was said, disjoint and in order; a missing end lies after the call."""
        return merge(
            problem.span for problem in self.problems if problem.code in LOSSES and problem.span.duration_ms
        )

    @property
    def span(self) -> Span:
        """The whole call."""
        return Span(0, self.duration_ms)
