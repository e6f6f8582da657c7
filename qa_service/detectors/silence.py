"""Silence: nobody speaks for too long.

It reads voice, not gaps between utterances; a line on hold or playing music is not silent, and what was
lost of the recording is not known to be. Where the defaults come from is in docs/detectors-sound.md#silence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import ClassVar

from qa_service.core.calls import CallFacts, Clocks, EventKind
from qa_service.core.measured import PartName
from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason
from qa_service.core.time import Span
from qa_service.detectors.base import Deaf, DetectorRun, Event
from qa_service.detectors.filling import Filling, filling_of
from qa_service.detectors.probe import Probe


@dataclass(frozen=True, slots=True)
class LongSilence:
    """Tags the first `limit_ms` of every silence between people that lasts at least that long.

    The tag stops at the limit, not at the next word: it is then the same tag whether the silence is
    still going on or long over. How long it lasted is a measurement, see turns/. Nothing counts before
    the first person speaks, after a robot or a tone had the last word, or after the line was hung up. A
    silence ends where sound was lost, and may begin again after it, unless it had its tag before.
    """

    name: ClassVar[str] = "silence.long"
    version: ClassVar[str] = "2"
    labels: ClassVar[tuple[str, ...]] = ("silence.long",)
    needs: ClassVar[frozenset[str]] = frozenset({PartName.ACTIVITY.value})

    limit_ms: int = 8_000

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one call; deaf where nobody listened for voice, or the channels' clocks are doubted."""
        if not self.needs <= facts.parts or facts.clocks is Clocks.DOUBTED:
            return Deaf()
        hung_up = [event.at_ms for event in facts.envelope.events if event.kind is EventKind.HANGUP]
        return LongSilenceRun(self, hung_up_ms=max(hung_up, default=None))


@dataclass(slots=True)
class LongSilenceRun:
    """Sweeps over what fills the line, in order of start, as far as time is closed."""

    settings: LongSilence
    hung_up_ms: int | None = None
    #: Heard but not swept: (start, end, what filled the line).
    filled: list[tuple[int, int, Filling]] = field(default_factory=list)
    has_begun: bool = False
    quiet_since_ms: int = 0
    #: Whether silence from `quiet_since_ms` on would be one between people.
    is_open: bool = False
    #: Whether it, or what was before sound was lost in it, has its tag.
    is_tagged: bool = False
    probe: Probe | None = None

    def hear(self, event: Event) -> Iterable[Tag]:
        """Nothing yet: somebody who began earlier may still be talking."""
        filling = filling_of(event)
        if filling is not None and event.span.duration_ms:
            heappush(self.filled, (event.span.start_ms, event.span.end_ms, filling))
        return ()

    def wait(self, now_ms: int) -> Iterable[Tag]:
        """The silences whose limit had passed by `now_ms`."""
        while self.filled and self.filled[0][0] < now_ms:
            start_ms, end_ms, filling = heappop(self.filled)
            self._tell(start_ms)
            yield from self._quiet_until(start_ms)
            self.has_begun = self.has_begun or filling is Filling.PERSON
            if end_ms > self.quiet_since_ms:
                self.quiet_since_ms = end_ms
                if filling is not Filling.LOST:
                    self.is_open = self.has_begun and filling is not Filling.MACHINE
                    self.is_tagged = False
        yield from self._quiet_until(now_ms)

    def finish(self, end_ms: int) -> Iterable[Tag]:
        """The silences that were left."""
        yield from self.wait(end_ms)
        self._tell(end_ms)

    def _lasted_ms(self, now_ms: int) -> int:
        """How long it has been quiet, up to the hang-up; below 0 while somebody talks."""
        until_ms = now_ms if self.hung_up_ms is None else min(now_ms, self.hung_up_ms)
        return until_ms - self.quiet_since_ms

    def _tell(self, now_ms: int) -> None:
        """Says how long a silence was that is over."""
        lasted_ms = self._lasted_ms(now_ms)
        if self.probe and self.is_open and lasted_ms > 0:
            self.probe(lasted_ms, lasted_ms)

    def _quiet_until(self, now_ms: int) -> Iterable[Tag]:
        limit_ms = self.quiet_since_ms + self.settings.limit_ms
        if not self.is_open or self.is_tagged or self._lasted_ms(now_ms) < self.settings.limit_ms:
            return
        self.is_tagged = True
        yield Tag(
            evidence=(Evidence(Span(self.quiet_since_ms, limit_ms)),),
            label="silence.long",
            detector=f"{self.settings.name}@{self.settings.version}",
            confidence=1.0,
            because=Reason.of("silence.long", seconds=self.settings.limit_ms / 1_000),
        )
