"""Late response: the agent takes too long to answer.

It reads voice, not gaps between utterances; a line on hold or playing music is not silent, and what was
lost of the recording is not known to be. Where the defaults come from is in docs/detectors-sound.md#silence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from qa_service.core.calls import CallFacts, Clocks
from qa_service.core.measured import PartName
from qa_service.core.speech import Role, Sound
from qa_service.core.tags import Evidence, Quote, Tag
from qa_service.core.texts import Reason
from qa_service.core.time import Span, gaps, total_ms
from qa_service.detectors.base import Deaf, DetectorRun, Event
from qa_service.detectors.filling import Filling, filling_of
from qa_service.detectors.probe import Probe
from qa_service.detectors.talk import Stretch, Talk, is_back_channel

#: That a customer's words ask for an answer is read from the words, which may mislead.
_SURE_OF_A_TURN = 0.9


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
    probe: Probe | None = None

    def hear(self, event: Event) -> Iterable[Tag]:
        """Nothing yet: what a voice said is known later."""
        if not isinstance(event, Sound):
            self.talk.hear(event)
        filling = filling_of(event)
        if filling is Filling.LOST:
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
        if not self.probe and between.duration_ms <= self.settings.limit_ms:
            return  # no need to count what was quiet of it
        quiet_ms = total_ms(gaps((span for span in self.filled if span.overlap_ms(between)), between))
        if self.probe:
            self.probe(quiet_ms, quiet_ms)
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
