"""analyze: a recording or a transcript in, an assessment out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from qa_service.core.calls import Envelope
from qa_service.core.errors import UsageError
from qa_service.core.history import History
from qa_service.core.measured import Layout, MeasuredCall
from qa_service.core.roles import RoleMap
from qa_service.core.stored import StoredCall
from qa_service.pipeline.assessment import Assessment
from qa_service.pipeline.judge import Case, judge
from qa_service.ports import (
    AudioReader,
    HearingProfile,
    Progress,
    Recording,
    SourceProfile,
    never_cancelled,
    silent_progress,
)
from qa_service.rulebook.book import Rulebook
from qa_service.turns.belief import believed, doubted
from qa_service.turns.roles import RoleHints, assign, swap
from qa_service.turns.told import is_told, told
from qa_service.usecases.customer import Tokens
from qa_service.usecases.embed import NO_INTERPRETER, Interpreter
from qa_service.usecases.measure import Ears, Manners, hear
from qa_service.usecases.timing import Stopwatch
from qa_service.usecases.transcript import read_transcript


@dataclass(frozen=True, slots=True)
class LinePolicy:
    """What an installation knows about its lines: the error rate measured there, and its limit."""

    cer: Mapping[str, float] = field(default_factory=dict)
    default_line: str = ""
    max_cer: float = 0.20


@dataclass(frozen=True, slots=True)
class Request:
    """One recording to analyse: its file, or its two leg files, and how to read and hear them."""

    paths: tuple[Path, ...]
    envelope: Envelope = field(default_factory=Envelope)
    source: SourceProfile = field(default_factory=SourceProfile)
    hearing: HearingProfile = field(default_factory=HearingProfile)
    #: 0 or 1 where somebody said which channel is the agent's.
    agent_channel: int | None = None
    #: A person said that agent and customer are the other way round.
    are_swapped: bool = False
    #: A person has looked and said who is who: the words do not contradict them.
    are_roles_confirmed: bool = False
    #: The rulebook that judges, where it is not the analyst's own.
    rulebook: Rulebook | None = None
    #: Whose law the call stands under; empty where nobody said so.
    jurisdiction: str = ""
    #: The customer's calls up to this one; None where no store was asked.
    history: History | None = None

    @classmethod
    def of_stored(cls, call: StoredCall) -> Self:
        """What is known of a call whose measurements are kept, for who judges it again: no sound."""
        return cls(
            (),
            call.envelope,
            agent_channel=call.agent_channel,
            are_swapped=call.are_swapped,
            are_roles_confirmed=call.are_roles_confirmed,
        )


@dataclass(frozen=True, slots=True)
class Analyzed:
    """An assessment, how long each stage took, and the sound for the report (none for a transcript)."""

    assessment: Assessment
    timings_ms: Mapping[str, int]
    recording: Recording | None = None


@dataclass(frozen=True, slots=True)
class Analyst:
    """Hears and judges. One instance serves many calls, one after the other."""

    reader: AudioReader
    #: Missing where only transcripts are handed in.
    ears: Ears | None
    rulebook: Rulebook
    tokens: Callable[[str], tuple[int, ...]]
    policy: LinePolicy = field(default_factory=LinePolicy)
    #: Turns customers' numbers in transcripts into tokens; missing where the installation has no key.
    customers: Tokens | None = None
    #: Says what was meant, where the installation has an encoder.
    interpreter: Interpreter = NO_INTERPRETER

    def recording(
        self,
        request: Request,
        *,
        progress: Progress = silent_progress,
        cancelled: Callable[[], bool] = never_cancelled,
    ) -> Analyzed:
        """Decodes, hears and judges one recording.

        Raises:
            RecordingError: the file cannot be taken; the message says why and what to do.
            Cancelled: soon after `cancelled()` turned true.
        """
        watch = Stopwatch()
        call, sound = self.heard(request, Manners(watch, progress, cancelled))
        with watch.stage("judge"):
            assessment = self._judge(call, request)
        return Analyzed(assessment, watch.taken_ms, sound)

    def heard(self, request: Request, manners: Manners) -> tuple[MeasuredCall, Recording]:
        """Decodes and hears one recording, without judging it: what a worker keeps before it goes on.

        Raises:
            RecordingError: the file cannot be taken; the message says why and what to do.
            Cancelled: soon after `manners.cancelled()` turned true.
        """
        if self.ears is None:
            raise UsageError("no_ears", problem="no recogniser was loaded for recordings")
        with manners.watch.stage("decode"):
            manners.progress("decode", 0, 1)
            recording = self.reader.read(request.paths, request.source)
            manners.progress("decode", 1, 1)
        call, sound = hear(recording, self.ears, request.hearing, manners)
        with manners.watch.stage("measure"):
            return self.interpreter.call(call), sound

    def measured(self, call: MeasuredCall, request: Request) -> Analyzed:
        """Judges a stored call again: another rulebook, an envelope that came later, swapped roles. No sound."""
        watch = Stopwatch()
        with watch.stage("judge"):
            assessment = self._judge(call, request)
        return Analyzed(assessment, watch.taken_ms)

    def transcript(
        self, text: str, *, source: str, timezone: str, envelope: Envelope | None = None
    ) -> Analyzed:
        """Judges a transcript that somebody else's recogniser made; `envelope` stands for the one in it.

        Raises:
            EnvelopeError: names the first field that will not do.
        """
        watch = Stopwatch()
        with watch.stage("measure"):
            handed_in = read_transcript(
                text, source=source, timezone=timezone, tokens=self.tokens, customers=self.customers
            )
            call = self.interpreter.call(handed_in.measured)
        with watch.stage("judge"):
            assessment = self._judge(call, Request((), envelope or handed_in.envelope))
        return Analyzed(assessment, watch.taken_ms)

    def _judge(self, call: MeasuredCall, request: Request) -> Assessment:
        book = self.interpreter.book(request.rulebook or self.rulebook)
        return judge(self.case(call, request), book, max_cer=self.policy.max_cer)

    def case(self, call: MeasuredCall, request: Request) -> Case:
        """What is judged of a measured call: with its roles, and what its own words make doubtful."""
        call = self._measured_on_line(_named(call, request.envelope), request.envelope)
        call, envelope = believed(call, request.envelope)
        roles = _roles(call, replace(request, envelope=envelope))
        roles = swap(roles) if request.are_swapped else roles
        call = call if request.are_roles_confirmed else doubted(call, roles, envelope)
        return Case(call, roles, envelope, request.jurisdiction, request.history)

    def _measured_on_line(self, call: MeasuredCall, envelope: Envelope) -> MeasuredCall:
        """The recogniser's error rate is a fact about a line: one measured elsewhere says nothing here."""
        if call.layout is Layout.TEXT:
            return call
        cer = self.policy.cer.get(envelope.line or self.policy.default_line)
        return replace(call, hearing=replace(call.hearing, cer=cer))


def _named(call: MeasuredCall, envelope: Envelope) -> MeasuredCall:
    """The call's own name where the envelope brings one."""
    return replace(call, call_id=envelope.call_id) if envelope.call_id else call


def _roles(call: MeasuredCall, request: Request) -> RoleMap:
    """Who is who. A transcript's speakers are called by their roles: they were told, not heard."""
    if call.layout is Layout.TEXT and is_told(call.utterances):
        return told(call.utterances, request.envelope, call.duration_ms)
    hints = RoleHints(
        envelope=request.envelope,
        agent_channel=request.agent_channel,
        sounds=call.sounds,
        separation=call.separation,
    )
    return assign(call.utterances, hints)
