"""One example, heard: its events and scene, and what any other detector would hear in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from qa_service.core.calls import CallFacts
from qa_service.core.speech import Role, Utterance, Voice
from qa_service.core.tags import Tag
from qa_service.detectors.base import Detector, Event, event_order, is_heard
from qa_service.detectors.probe import Probed
from qa_service.pipeline.live import replay
from qa_service.rulebook.reading.operators import Operator
from qa_service.rules.scene import Scene

_OTHER = {Role.AGENT: Role.CUSTOMER, Role.CUSTOMER: Role.AGENT}


@dataclass(frozen=True, slots=True)
class Bench:
    """An example as the rule heard it. Detectors are set otherwise and run again; nothing else finds anything."""

    facts: CallFacts
    scene: Scene
    operators: Mapping[str, Operator]
    #: The detectors of the book as they ran, with what an encoder made of their sentences.
    detectors: Sequence[Detector] = ()

    def tags(self, detector: Detector) -> tuple[Tag, ...]:
        """What a detector, set in whatever way, hears in the example."""
        return replay([detector], self.facts, _events(self.scene.utterances))

    def swapped(self, detector: Detector) -> tuple[Tag, ...]:
        """What it would hear if the agent had said what the customer said, and the other way round."""
        turned = (replace(one, role=_OTHER.get(one.role, one.role)) for one in self.scene.utterances)
        return replay([detector], self.facts, _events(tuple(turned)))

    def with_machines(self) -> Bench:
        """The same example, its announcements alone, as if the agent had spoken them."""
        said = [replace(one, role=Role.AGENT) for one in self.scene.utterances if one.role is Role.SYSTEM]
        return replace(self, scene=Scene(self.facts.leg, said, ()))

    def measured(self, detector: Detector) -> list[float]:
        """The values that a detector held against its limit (detectors.probe); none where it has no limit."""
        run, values = detector.start(self.facts), list[float]()
        if not isinstance(run, Probed):
            return []
        run.probe = lambda value, _: values.append(value)
        for event in sorted(_events(self.scene.utterances), key=event_order):
            if is_heard(run, type(event)):
                list(run.hear(event))
        list(run.finish(self.facts.leg.span.end_ms))
        return values


def _events(utterances: Sequence[Utterance]) -> list[Event]:
    return [*voices_of(utterances), *utterances]


def voices_of(utterances: Iterable[Utterance]) -> list[Voice]:
    """The voice of each utterance, for what listens to the line and not to words."""
    return [Voice(one.span, one.speaker, one.role) for one in utterances]
