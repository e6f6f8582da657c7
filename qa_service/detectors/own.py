"""A shipped detector with settings that one rule has for itself: its tags bear the rule's label."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from qa_service.core.calls import CallFacts
from qa_service.core.tags import Tag
from qa_service.detectors.base import Detector, DetectorRun, Event


@dataclass(frozen=True, slots=True)
class Own:
    """Hears as `heard` does, and emits only what that calls `emits`, as `label`."""

    label: str
    heard: Detector
    emits: str

    @property
    def name(self) -> str:
        """Of the detector that does the work."""
        return self.heard.name

    @property
    def version(self) -> str:
        """Of the detector that does the work."""
        return self.heard.version

    @property
    def labels(self) -> tuple[str, ...]:
        """The rule's."""
        return (self.label,)

    @property
    def needs(self) -> frozenset[str]:
        """What the detector that does the work needs."""
        return self.heard.needs

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one call."""
        return OwnRun(self.heard.start(facts), self.emits, self.label)


@dataclass(slots=True)
class OwnRun:
    """Passes everything on."""

    run: DetectorRun
    emits: str
    label: str

    def hear(self, event: Event) -> Iterable[Tag]:
        """What the detector that does the work says, by the rule's name."""
        return self._named(self.run.hear(event))

    def wait(self, now_ms: int) -> Iterable[Tag]:
        """The same."""
        return self._named(self.run.wait(now_ms))

    def finish(self, end_ms: int) -> Iterable[Tag]:
        """The same."""
        return self._named(self.run.finish(end_ms))

    def _named(self, tags: Iterable[Tag]) -> Iterator[Tag]:
        return (replace(tag, label=self.label) for tag in tags if tag.label == self.emits)
