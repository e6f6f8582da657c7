"""Crosstalk: two people talk at once for so long that it matters, or one makes the other stop.

Both read the voice of two speakers and need their words too: 嗯, 对, 好的 while the other talks is
listening, not interrupting. Where the defaults come from is in docs/detectors-sound.md#crosstalk.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from qa_service.core.calls import CallFacts, Clocks
from qa_service.core.measured import PartName
from qa_service.core.speech import Role, Sound, Utterance
from qa_service.core.tags import Evidence, Quote, Tag
from qa_service.core.texts import Reason
from qa_service.core.time import Span, cover, intersect, total_ms
from qa_service.detectors.base import Deaf, DetectorRun, Event
from qa_service.detectors.probe import Probe
from qa_service.detectors.talk import Stretch, Talk, is_back_channel, own_chars
from qa_service.text.danger import warns
from qa_service.text.normalize import fold

#: Cutting in with a warning is rarely wrong; a person says so.
_OF_WARNINGS = 0.6
_NEEDS = frozenset({PartName.ACTIVITY.value, PartName.WORDS.value})


@dataclass(frozen=True, slots=True)
class _Meeting:
    """`second` begins to talk while `first` is talking, and both go on for `both_ms`."""

    first: Stretch
    second: Stretch
    span: Span
    both_ms: int
    first_said: Utterance
    second_said: Utterance


@dataclass(frozen=True, slots=True)
class Overlap:
    """Tags the second of two speakers when both talk at once for at least `overlap_ms`.

    The second must say at least `min_chars` of their own: no back-channels, no reading back. Nobody has
    to stop.
    """

    name: ClassVar[str] = "crosstalk.overlap"
    version: ClassVar[str] = "2"
    labels: ClassVar[tuple[str, ...]] = ("crosstalk.overlap",)
    needs: ClassVar[frozenset[str]] = _NEEDS

    overlap_ms: int = 1_000
    min_chars: int = 4

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one call; deaf where simultaneous speech cannot be told apart."""
        return CrosstalkRun(self) if _is_known(facts) and self.needs <= facts.parts else Deaf()

    def counts(self, meeting: _Meeting) -> bool:
        """Whether the second speaker says something."""
        return _says(meeting, self.min_chars)


@dataclass(frozen=True, slots=True)
class Interruption:
    """Tags the second of two speakers when the first stops because of them.

    The second begins at least `delay_ms` after the first (else both just began together), talks at the
    same time for at least `overlap_ms` (else the first was ending anyway), says at least `min_chars` of
    their own, and the first is silent within `stop_ms` while the second goes on for `goes_on_ms`. Whoever warns of a
    danger may have had to cut in: that is never surer than 0.6, so that a person listens.
    """

    name: ClassVar[str] = "crosstalk.interruption"
    version: ClassVar[str] = "2"
    labels: ClassVar[tuple[str, ...]] = ("crosstalk.interruption",)
    needs: ClassVar[frozenset[str]] = _NEEDS

    overlap_ms: int = 800
    delay_ms: int = 1_000
    min_chars: int = 4
    stop_ms: int = 3_000
    goes_on_ms: int = 300

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one call; deaf where simultaneous speech cannot be told apart."""
        return CrosstalkRun(self) if _is_known(facts) and self.needs <= facts.parts else Deaf()

    def counts(self, meeting: _Meeting) -> bool:
        """Whether the first speaker was talking, was made to stop, and the second went on."""
        first, second = meeting.first.span, meeting.second.span
        came_in_late = second.start_ms - first.start_ms >= self.delay_ms
        made_stop = first.end_ms <= second.start_ms + self.stop_ms
        goes_on = second.end_ms >= first.end_ms + self.goes_on_ms
        return came_in_late and made_stop and goes_on and _says(meeting, self.min_chars)


@dataclass(slots=True)
class CrosstalkRun:
    """Holds every stretch against those that were still going on when it began."""

    settings: Overlap | Interruption
    talk: Talk = field(default_factory=Talk)
    #: Stretches that later ones may still fall into.
    recent: list[Stretch] = field(default_factory=list)
    #: Utterances that a tag has been made of, so that one utterance is not blamed twice.
    tagged: set[str] = field(default_factory=set)
    probe: Probe | None = None

    def hear(self, event: Event) -> Iterable[Tag]:
        """Nothing yet: a voice's words, and whether the other stops, are known later."""
        if not isinstance(event, Sound):
            self.talk.hear(event)
        return ()

    def wait(self, now_ms: int) -> Iterable[Tag]:
        """The crosstalk that was over by `now_ms`."""
        for stretch in self.talk.over(now_ms):
            yield from self._next(stretch)

    def finish(self, end_ms: int) -> Iterable[Tag]:
        """The crosstalk that was left."""
        for stretch in self.talk.rest(end_ms):
            yield from self._next(stretch)

    def _next(self, second: Stretch) -> Iterable[Tag]:
        self.recent = [first for first in self.recent if first.span.end_ms > second.span.start_ms]
        for first in self.recent:
            meeting = _meeting(first, second)
            if meeting and self.probe and second.role is Role.AGENT and self.settings.counts(meeting):
                self.probe(meeting.both_ms, meeting.both_ms)
            if meeting and meeting.second_said.id not in self.tagged and self._matters(meeting):
                self.tagged.add(meeting.second_said.id)
                yield self._tag(meeting)
        self.recent.append(second)

    def _matters(self, meeting: _Meeting) -> bool:
        """Whether both talk for long enough; the words are looked at where they do."""
        return meeting.both_ms >= self.settings.overlap_ms and self.settings.counts(meeting)

    def _tag(self, meeting: _Meeting) -> Tag:
        limit_ms = self.settings.overlap_ms
        return Tag(
            evidence=(Evidence(meeting.span, (Quote.of(meeting.second_said), Quote.of(meeting.first_said))),),
            label=self.settings.name,
            detector=f"{self.settings.name}@{self.settings.version}",
            confidence=min(_confidence(meeting.both_ms, limit_ms), _most(meeting)),
            because=Reason.of(self.settings.name, overlap_ms=meeting.both_ms, limit_ms=limit_ms),
            speaker=meeting.second.speaker,
            role=meeting.second.role,
        )


def _is_known(facts: CallFacts) -> bool:
    """Whether it can be told when both spoke at once."""
    return facts.overlap_known and facts.clocks is Clocks.ONE


def _meeting(first: Stretch, second: Stretch) -> _Meeting | None:
    """How `second` came into `first`; nothing if they did not meet, or were not understood there."""
    begins_ms = second.span.start_ms
    if first.speaker == second.speaker or not second.is_judgeable:
        return None
    if not any(voice.start_ms < begins_ms < voice.end_ms for voice in first.voiced):
        return None
    both = intersect(first.voiced, second.voiced)
    span = cover(both)
    first_said, second_said = _said_most(first, span), _said_most(second, span)
    if first_said is None or second_said is None:
        return None
    return _Meeting(first, second, span, total_ms(both), first_said, second_said)


def _said_most(stretch: Stretch, span: Span) -> Utterance | None:
    """The utterance that fills most of `span`; nothing if none does, or one there is unreliable."""
    there = [utterance for utterance in stretch.utterances if utterance.span.overlap_ms(span)]
    if not there or any(utterance.unreliable for utterance in there):
        return None
    return max(there, key=lambda utterance: (utterance.span.overlap_ms(span), utterance.order))


def _says(meeting: _Meeting, min_chars: int) -> bool:
    """Whether the second says something of their own, to somebody who was not just listening."""
    if is_back_channel(meeting.first_said.text):
        return False
    return own_chars(meeting.second.text, heard=meeting.first.text) >= min_chars


def _most(meeting: _Meeting) -> float:
    """How sure it can be that the second should have waited."""
    return _OF_WARNINGS if warns(fold(meeting.second.text)) else 1.0


def _confidence(both_ms: int, limit_ms: int) -> float:
    """0.75 at the limit, where voice borders (± 100 ms) still matter; 0.95 from twice the limit on."""
    beyond = (both_ms - limit_ms) / limit_ms if limit_ms else 1.0
    return round(min(0.95, 0.75 + 0.2 * beyond), 2)
