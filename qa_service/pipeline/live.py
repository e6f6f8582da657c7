"""CallSession: a call is heard, not loaded. Batch and re-score replay the same session."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from qa_service.core.calls import CallFacts
from qa_service.core.speech import Sound, Utterance, Voice
from qa_service.core.tags import Tag, in_order
from qa_service.detectors.base import Deaf, Detector, DetectorRun, Event, event_order, is_heard


class CallSession:
    """One agent's leg of one call, heard event by event. All memory of the detectors lives here."""

    def __init__(self, detectors: Sequence[Detector], facts: CallFacts) -> None:
        self._runs = [_start(detector, facts) for detector in detectors]
        self._hear = {
            kind: [run.hear for run in self._runs if is_heard(run, kind)]
            for kind in (Utterance, Voice, Sound)
        }

    def hear(self, event: Event) -> list[Tag]:
        """Tags that are certain now that `event` has been heard; events come in `event_order`."""
        return [tag for hear in self._hear[type(event)] for tag in hear(event)]

    def wait(self, now_ms: int) -> Iterator[Tag]:
        """Tags that are certain because everything that starts before `now_ms` has been heard."""
        for run in self._runs:
            yield from run.wait(now_ms)

    def finish(self, end_ms: int) -> Iterator[Tag]:
        """The last tags, at the end of the leg."""
        for run in self._runs:
            yield from run.finish(end_ms)


def _start(detector: Detector, facts: CallFacts) -> DetectorRun:
    return detector.start(facts) if detector.needs <= facts.parts else Deaf()


def replay(detectors: Sequence[Detector], facts: CallFacts, events: Iterable[Event]) -> tuple[Tag, ...]:
    """All tags of a leg whose events are known already, sorted: what live would have ended with."""
    session = CallSession(detectors, facts)
    tags = {tag for event in sorted(events, key=event_order) for tag in session.hear(event)}
    tags.update(session.finish(facts.leg.span.end_ms))
    return in_order(tags)
