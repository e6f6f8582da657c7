"""Silence: nobody speaks for too long, or the agent takes too long to answer.

Both read voice, not gaps between utterances; a line on hold or playing music is not silent, and what was
lost of the recording is not known to be. Where the defaults come from is in docs/detectors-sound.md#silence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from heapq import heappop, heappush
from typing import ClassVar

from qa_service.core.calls import CallFacts, Clocks, EventKind
from qa_service.core.measured import PartName
from qa_service.core.speech import Role, Sound, SoundKind, Voice
from qa_service.core.tags import Evidence, Quote, Tag
from qa_service.core.texts import Reason
from qa_service.core.time import Span, gaps, total_ms
from qa_service.detectors.base import Deaf, DetectorRun, Event
from qa_service.detectors.talk import Stretch, Talk, is_back_channel

#: The customer is parked; when it ends, the agent is expected back.
_PARKED = frozenset({SoundKind.HOLD, SoundKind.MUSIC})
#: Tones that fill the line. Beeps of the recorder and noise do not: they are silence with a sound in it.
_TONES = frozenset({SoundKind.RINGBACK, SoundKind.BUSY, SoundKind.DTMF})
#: That a customer's words ask for an answer is read from the words, which may mislead.
_SURE_OF_A_TURN = 0.9


class _Filling(IntEnum):
    """What fills the line, and so what is expected after it."""

    MACHINE = 0
    PARKED = 1
    PERSON = 2
    #: Nobody knows; what was expected before it is expected after it.
    LOST = 3


def _filling(event: Event) -> _Filling | None:
    """How `event` fills the line; nothing for words (their voice does) and sounds that do not."""
    match event:
        case Voice():
            return _Filling.MACHINE if event.role is Role.SYSTEM else _Filling.PERSON
        case Sound() if event.kind in _PARKED:
            return _Filling.PARKED
        case Sound() if event.kind in _TONES:
            return _Filling.MACHINE
        case Sound() if event.is_lost:
            return _Filling.LOST
    return None


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
    filled: list[tuple[int, int, _Filling]] = field(default_factory=list)
    has_begun: bool = False
    quiet_since_ms: int = 0
    #: Whether silence from `quiet_since_ms` on would be one between people, and has no tag yet.
    is_open: bool = False

    def hear(self, event: Event) -> Iterable[Tag]:
        """Nothing yet: somebody who began earlier may still be talking."""
        filling = _filling(event)
        if filling is not None and event.span.duration_ms:
            heappush(self.filled, (event.span.start_ms, event.span.end_ms, filling))
        return ()

    def wait(self, now_ms: int) -> Iterable[Tag]:
        """The silences whose limit had passed by `now_ms`."""
        while self.filled and self.filled[0][0] < now_ms:
            start_ms, end_ms, filling = heappop(self.filled)
            yield from self._quiet_until(start_ms)
            self.has_begun = self.has_begun or filling is _Filling.PERSON
            if end_ms > self.quiet_since_ms:
                self.quiet_since_ms = end_ms
                if filling is not _Filling.LOST:
                    self.is_open = self.has_begun and filling is not _Filling.MACHINE
        yield from self._quiet_until(now_ms)

    def finish(self, end_ms: int) -> Iterable[Tag]:
        """The silences that were left."""
        return self.wait(end_ms)

    def _quiet_until(self, now_ms: int) -> Iterable[Tag]:
        limit_ms = self.quiet_since_ms + self.settings.limit_ms
        is_hung_up = self.hung_up_ms is not None and self.hung_up_ms < limit_ms
        if not self.is_open or now_ms < limit_ms or is_hung_up:
            return
        self.is_open = False
        yield Tag(
            evidence=(Evidence(Span(self.quiet_since_ms, limit_ms)),),
            label="silence.long",
            detector=f"{self.settings.name}@{self.settings.version}",
            confidence=1.0,
            because=Reason.of("silence.long", seconds=self.settings.limit_ms / 1_000),
        )


@dataclass(frozen=True, slots=True)
class LateResponse:
    """Tags an agent who begins to answer more than `limit_ms` after the customer's turn ended.

    Quiet time counts: hold, music, other people and robots in between do not. A back-channel is neither
    a turn that asks for an answer (客户「好的」 after 「请稍等」) nor an answer (坐席「嗯」). Where either
    side was not understood, or a role is unknown, nothing is tagged. The wait ends where sound was lost:
    the answer may lie in it.
    """

    name: ClassVar[str] = "silence.late_response"
    version: ClassVar[str] = "2"
    labels: ClassVar[tuple[str, ...]] = ("silence.late_response",)
    needs: ClassVar[frozenset[str]] = frozenset({PartName.ACTIVITY.value, PartName.WORDS.value})

    limit_ms: int = 5_000

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one call; deaf without voice and words, or where the channels' clocks are doubted."""
        is_deaf = not self.needs <= facts.parts or facts.clocks is Clocks.DOUBTED
        return Deaf() if is_deaf else LateResponseRun(self)


@dataclass(slots=True)
class LateResponseRun:
    """Remembers the customer's last turn that nobody has answered."""

    settings: LateResponse
    talk: Talk = field(default_factory=Talk)
    #: Everything that fills the line, for the time that does not count.
    filled: list[Span] = field(default_factory=list)
    lost: list[Span] = field(default_factory=list)
    asked: Stretch | None = None

    def hear(self, event: Event) -> Iterable[Tag]:
        """Nothing yet: what a voice said is known later."""
        if not isinstance(event, Sound):
            self.talk.hear(event)
        filling = _filling(event)
        if filling is _Filling.LOST:
            self.lost.append(event.span)
        elif filling is not None:
            self.filled.append(event.span)
        return ()

    def wait(self, now_ms: int) -> Iterable[Tag]:
        """The late answers that were over by `now_ms`."""
        for stretch in self.talk.over(now_ms):
            yield from self._next(stretch)

    def finish(self, end_ms: int) -> Iterable[Tag]:
        """The late answers that were left."""
        for stretch in self.talk.rest(end_ms):
            yield from self._next(stretch)

    def _next(self, stretch: Stretch) -> Iterable[Tag]:
        asked = self.asked
        if not stretch.is_judgeable or stretch.role not in {Role.AGENT, Role.CUSTOMER}:
            self.asked = None
        elif is_back_channel(stretch.text):
            return
        elif stretch.role is Role.CUSTOMER:
            if asked is None or stretch.span.end_ms > asked.span.end_ms:
                self.asked = stretch
        elif asked and stretch.span.end_ms >= asked.span.end_ms:
            self.asked = None
            yield from self._answer(asked, stretch)

    def _answer(self, asked: Stretch, answer: Stretch) -> Iterable[Tag]:
        between = self._known(asked.span.end_ms, answer.span.start_ms)
        if between.duration_ms <= self.settings.limit_ms:
            return
        quiet_ms = total_ms(gaps((span for span in self.filled if span.overlap_ms(between)), between))
        if quiet_ms > self.settings.limit_ms:
            quotes = (Quote.of(answer.utterances[0]), Quote.of(asked.utterances[-1]))
            yield Tag(
                evidence=(Evidence(between, quotes),),
                label="silence.late_response",
                detector=f"{self.settings.name}@{self.settings.version}",
                confidence=_SURE_OF_A_TURN,
                because=Reason.of(
                    "silence.late_response",
                    seconds=round(quiet_ms / 1_000, 1),
                    limit=self.settings.limit_ms / 1_000,
                ),
                speaker=answer.speaker,
                role=answer.role,
            )

    def _known(self, asked_ms: int, answered_ms: int) -> Span:
        """The time from the one to the other, up to where sound was lost; empty for an early answer."""
        until_ms = max(asked_ms, answered_ms)
        after = (lost.start_ms for lost in self.lost if lost.end_ms > asked_ms)
        return Span(asked_ms, max(asked_ms, min((until_ms, *after))))
