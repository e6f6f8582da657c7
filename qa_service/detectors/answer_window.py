"""The time in which a question may be answered: which of the agent's words count, and what ends it. Not a detector."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from qa_service.core.speech import Utterance, Voice, spoken_chars
from qa_service.core.tags import Evidence
from qa_service.core.time import Span
from qa_service.text.smooth import smooth

#: Shorter utterances are back-channels: they neither answer nor end a turn.
LEAST_CHARS = 4
#: Voice that gave no text and is shorter holds no answer.
_LEAST_VOICE_MS = 1_000


class End(Enum):
    """What ended the time for an answer."""

    QUESTION = "question"
    TURNS = "turns"
    TIME = "time"
    CALL = "call"


@dataclass(slots=True)
class Window:
    """A question that was asked, and what the agent has said since."""

    heard: Utterance
    #: The clause that asks, in characters of what was heard.
    asked: tuple[int, int]
    #: The row it asks for, and those that are as near.
    rows: tuple[int, ...]
    alike: float
    until_ms: int
    #: Why people decide whatever the answer is; empty for no reason.
    doubt: str = ""
    turns: int = 0
    is_turn_open: bool = False
    #: The customer has taken up what the agent said, and gone on.
    is_taken: bool = False
    said: list[Utterance] = field(default_factory=list)
    voices: list[Voice] = field(default_factory=list)
    #: Something was said or lost in this time that nobody could hear.
    is_misheard: bool = False

    @property
    def question(self) -> Evidence:
        """The quote of the question."""
        return Evidence.said(self.heard, *self.asked)

    def answer(self, said: Utterance) -> None:
        """The agent says something."""
        self.said.append(said)
        if spoken_chars(said.text) >= LEAST_CHARS and not self.is_turn_open:
            self.turns, self.is_turn_open = self.turns + 1, True

    def is_interrupted_by(self, other: Utterance | None) -> bool:
        """Whether the agent was still speaking when somebody else began."""
        return other is not None and any(one.span.end_ms > other.span.start_ms for one in self.said[-1:])

    @property
    def is_unheard(self) -> bool:
        """Whether the agent spoke in this time and nothing was written down of it."""
        return any(
            voice.span.duration_ms >= _LEAST_VOICE_MS
            and not any(_touch(voice.span, one.span) for one in (*self.said, self.heard))
            for voice in self.voices
        )

    @property
    def characters(self) -> frozenset[str]:
        """Everything that the agent said, as characters."""
        return frozenset().union(*(smooth(one.text).text for one in self.said))

    @property
    def main(self) -> Utterance | None:
        """What the agent answered: the longest of it, for a quote."""
        worded = [one for one in self.said if spoken_chars(one.text)]
        return max(worded, key=lambda one: (spoken_chars(one.text), -one.span.start_ms), default=None)


def _touch(one: Span, other: Span) -> bool:
    return one.start_ms < other.end_ms and other.start_ms < one.end_ms
