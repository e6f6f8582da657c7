"""The one contract of all detectors, for batch, re-score and live.

Its laws, each a property test over random calls (tests/detectors/test_laws.py):

1. Live = batch: waiting may bring a tag forward in time, never change which tags a call ends with.
2. No leakage: two calls at once do not touch each other; all memory is in the run.
3. Quotable: every quote is found at its offsets; every span lies inside the call.
4. Honest names: a silence overlaps nobody's speech, a crosstalk exactly two speakers, and so on.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from qa_service.core.calls import CallFacts
from qa_service.core.speech import Sound, Utterance, Voice
from qa_service.core.tags import Tag

#: What a session hears, ordered by when it ended. Voice and Sound let silence and crosstalk read the
#: line itself; an utterance comes after the voice it is made of.
Event = Utterance | Voice | Sound


def event_order(event: Event) -> tuple[int, int, int, str]:
    """The total order in which events are heard: end, start, kind (sound, voice, words), identity."""
    match event:
        case Sound():
            return (event.span.end_ms, event.span.start_ms, 0, f"{event.kind}{event.channel}")
        case Voice():
            return (event.span.end_ms, event.span.start_ms, 1, event.speaker)
        case Utterance():
            return (event.span.end_ms, event.span.start_ms, 2, event.id)


#: What a run that has only words to judge may declare as its `hears`: a session then spares it voice and sound, which a
#: call has many of. A run that declares nothing hears everything.
WORDS_ALONE: tuple[type, ...] = (Utterance,)


def is_heard(run: DetectorRun, kind: type) -> bool:
    """Whether events of a kind say anything to a run."""
    return kind in getattr(run, "hears", (kind,))


class DetectorRun(Protocol):
    """The memory of one detector over one call; never shared between calls."""

    def hear(self, event: Event) -> Iterable[Tag]:
        """Tags that are certain once `event` is known; events come in `event_order`.

        Hearing an event says nothing about the time before it: a long utterance of the other
        speaker may still be open. Only `wait` closes time.
        """

    def wait(self, now_ms: int) -> Iterable[Tag]:
        """Tags that are certain because everything that *starts* before `now_ms` has been heard.

        `now_ms` never goes back. A live call waits often, a recording hardly ever.
        """

    def finish(self, end_ms: int) -> Iterable[Tag]:
        """Tags that could only be known when the call ended, at `end_ms`."""


class Detector(Protocol):
    """Settings of a detector: frozen, comparable, cheap to start. One instance serves all calls."""

    @property
    def name(self) -> str:
        """`name@version` goes into every tag; the version rises when tags may change."""

    @property
    def version(self) -> str:
        """See `name`."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label this detector can emit."""

    @property
    def needs(self) -> frozenset[str]:
        """Measured parts without which it cannot say anything (core.measured.PartName)."""

    def start(self, facts: CallFacts) -> DetectorRun:
        """A fresh run for one call, or one agent's leg of it."""


class Deaf:
    """A run that hears nothing; what detectors start when their parts are missing."""

    def hear(self, event: Event) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()

    def wait(self, now_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()

    def finish(self, end_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()
