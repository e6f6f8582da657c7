"""judge: measured call + roles + envelope + rulebook → assessment. Pure: no sound, no clock, no I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from qa_service.coaching.notes import notes
from qa_service.coaching.strengths import strengths
from qa_service.core.calls import CallFacts, Clocks, Envelope, Leg
from qa_service.core.history import History
from qa_service.core.measured import Layout, MeasuredCall, PartName
from qa_service.core.roles import RoleMap
from qa_service.core.speech import Role, Sound, SoundKind, Utterance, Voice
from qa_service.core.texts import Reason
from qa_service.core.time import Span
from qa_service.detectors.base import Event
from qa_service.pipeline.agents import evaluated
from qa_service.pipeline.assessment import Assessment, LegAssessment, RulebookName
from qa_service.pipeline.goodbyes import Spared, spared
from qa_service.pipeline.live import replay
from qa_service.pipeline.missing import (
    TOO_MUCH,
    loses_end,
    missing_share,
    waiting_criteria,
)
from qa_service.pipeline.unanswered import unanswered
from qa_service.rulebook.book import Rulebook
from qa_service.rules.asks import Settled, settled
from qa_service.rules.find import Certainty, find
from qa_service.rules.index import indexed
from qa_service.rules.moments import moments
from qa_service.rules.rule import Rule
from qa_service.rules.scene import Scene
from qa_service.scoring.basis import Basis
from qa_service.scoring.score import Blocked
from qa_service.turns.belief import HANGUP_CONTRADICTED, is_doubted, is_left_out
from qa_service.turns.conversation import measure_conversation
from qa_service.turns.ending import CutShort, LastWords, cut_short
from qa_service.turns.legs import are_unplaced, has_unplaced_opening, legs_of
from qa_service.turns.line import ended_ms, line_sounds
from qa_service.turns.scorable import Scorable, scorable

#: Less than this holds no words that a rule could miss.
_WORD_MS = 400


@dataclass(frozen=True, slots=True)
class Case:
    """What is judged: a measured call, who is who, and what came with it."""

    measured: MeasuredCall
    roles: RoleMap
    envelope: Envelope = field(default_factory=Envelope)
    #: Whose law it stands under; empty where nobody said so, and rules of every law are asked.
    jurisdiction: str = ""
    #: The customer's calls up to this one; None where no store was asked.
    history: History | None = None


def judge(case: Case, rulebook: Rulebook, *, max_cer: float = 0.20) -> Assessment:
    """The assessment of a call; the same case and rulebook always give the same one."""
    measured, call = case.measured, heard(case, are_meanings_asked=rulebook.needs(PartName.EMBEDDINGS))
    certainty = Certainty(
        measured.hearing,
        max_cer=max_cer,
        are_roles_doubted=is_doubted(measured),
        are_clocks_doubted=measured.clocks is Clocks.DOUBTED,
    )
    legs = evaluated([_judge_leg(leg, rulebook, certainty) for leg in call.legs], rulebook)
    return Assessment(
        measured=measured,
        envelope=case.envelope,
        roles=case.roles,
        rulebook=RulebookName(rulebook.name, rulebook.version, rulebook.digest, rulebook.title),
        scorable=call.scorable,
        measurements=measure_conversation(measured, call.utterances, call.voice, call.sounds),
        history=case.history,
        utterances=call.utterances,
        voice=call.voice,
        sounds=call.sounds,
        legs=tuple(legs),
        coaching=notes(
            [m for leg in legs for m in leg.moments],
            [f for leg in legs for f in leg.findings],
            rulebook.advice,
            call.utterances,
            [leg.leg.span for leg in legs],
            in_order=measured.clocks is not Clocks.DOUBTED,
        ),
    )


@dataclass(frozen=True, slots=True)
class Judgeable:
    """What there is to judge, before any rulebook looks at it; no legs where the call may not be judged."""

    scorable: Scorable
    utterances: tuple[Utterance, ...]
    voice: tuple[Voice, ...]
    sounds: tuple[Sound, ...]
    legs: tuple[LegCase, ...]


def heard(case: Case, *, are_meanings_asked: bool = False) -> Judgeable:
    """The call with its roles, up to where it was hung up, cut into the agents' parts."""
    measured, roles = case.measured, case.roles
    meanings = measured.meanings.by_utterance() if are_meanings_asked else None
    utterances = roles.spoken(measured.utterances, meanings)
    over = Span(0, ended_ms(case.envelope, measured.duration_ms))
    voice = _cut(roles.active(measured.voice, measured.utterances), over)
    sounds = line_sounds(case.envelope, measured.sounds, measured.duration_ms)
    verdict = scorable(measured, utterances, voice)
    if verdict.may_judge and are_unplaced(case.envelope, measured.duration_ms):
        verdict = verdict.partly(Reason("scorable.agents_unplaced"))
    legs = legs_of(case.envelope, measured.duration_ms) if verdict.may_judge else ()
    parts = tuple(LegCase(case, leg, *_within(leg.span, utterances, voice, sounds)) for leg in legs)
    return Judgeable(verdict, utterances, voice, sounds, parts)


@dataclass(frozen=True, slots=True)
class LegCase:
    """One agent's part of a case."""

    case: Case
    leg: Leg
    utterances: tuple[Utterance, ...]
    voice: tuple[Voice, ...]
    sounds: tuple[Sound, ...]

    @property
    def facts(self) -> CallFacts:
        """What detectors may know before anybody has spoken."""
        measured = self.case.measured
        return CallFacts(
            envelope=self.case.envelope,
            leg=self.leg,
            parts=measured.part_names,
            overlap_known=measured.layout is not Layout.MONO,
            clocks=measured.clocks,
            jurisdiction=self.case.jurisdiction,
            history=self.case.history,
            encoder=measured.encoder,
        )

    @property
    def cut_short(self) -> CutShort | None:
        """Why the agent could not say goodbye, where this is the end of the call."""
        measured = self.case.measured
        if not self.leg.is_last:
            return None
        is_known = measured.layout is not Layout.TEXT and not loses_end(measured, self.leg.span)
        if any(problem.code == HANGUP_CONTRADICTED for problem in measured.problems):
            return CutShort(Reason("doubt.hangup_contradicted"), is_sure=False)
        words = LastWords(self.utterances, self.voice, measured.duration_ms if is_known else None)
        return cut_short(self.case.envelope, measured.duration_ms, words)

    @property
    def lost(self) -> list[Sound]:
        """What was lost of the leg, as events: a live line tells of a gap when it is over."""
        cuts = (span.clip(self.leg.span) for span in self.case.measured.lost)
        return [Sound(cut, SoundKind.LOST, source="event") for cut in cuts if cut]

    @property
    def unheard(self) -> list[tuple[Role, Span]]:
        """Voice of the leg that gave no text and whose it was; anybody's, where sound was lost."""
        roles, leg, measured = self.case.roles, self.leg.span, self.case.measured
        silent = [lost for lost in measured.unheard if leg.overlap_ms(lost.span)]
        lost_end = loses_end(measured, leg)
        return [
            *((roles.of(lost.speaker).role, lost.span) for lost in silent),
            *((role, Span(leg.end_ms, leg.end_ms)) for role in Role if lost_end),
            *([(Role.AGENT, Span(leg.start_ms, leg.start_ms))] if has_unplaced_opening(roles) else ()),
            *((role, gap.span) for gap in self.lost if gap.span.duration_ms >= _WORD_MS for role in Role),
        ]

    @property
    def missing(self) -> float:
        """Share of the leg that nobody could judge (pipeline.missing)."""
        return missing_share(self.case.measured, self.leg.span, self.utterances, self.case.roles)

    @property
    def is_whole(self) -> bool:
        """Whether enough of the leg was heard, and by whom is known, that its agent may pass."""
        measured = self.case.measured
        nobodys = are_unplaced(self.case.envelope, self.leg.span.end_ms) or is_doubted(measured)
        return self.missing <= TOO_MUCH and not nobodys and not is_left_out(measured)

    @property
    def events(self) -> list[Event]:
        """Everything heard in the leg, and what nobody could hear."""
        return [*self.lost, *self.sounds, *self.voice, *self.utterances]


def _cut(voice: Sequence[Voice], span: Span) -> tuple[Voice, ...]:
    return tuple(Voice(cut, v.speaker, v.role) for v in voice if (cut := v.span.clip(span)))


def _within(
    span: Span, utterances: Sequence[Utterance], voice: Sequence[Voice], sounds: Sequence[Sound]
) -> tuple[tuple[Utterance, ...], tuple[Voice, ...], tuple[Sound, ...]]:
    """What belongs to a leg: utterances by where they began, voice and sound cut to it."""
    return (
        tuple(u for u in utterances if span.start_ms <= u.span.start_ms < span.end_ms or u.span == span),
        _cut(voice, span),
        tuple(Sound(cut, s.kind, s.channel, s.source) for s in sounds if (cut := s.span.clip(span))),
    )


def _judge_leg(part: LegCase, rulebook: Rulebook, certainty: Certainty) -> LegAssessment:
    facts = part.facts
    tags = replay(rulebook.detectors, facts, part.events)
    scene = Scene(part.leg, part.utterances, tags, part.unheard)
    found = _found(rulebook.rules, scene, facts, certainty)
    kept = spared(found.findings, part.cut_short)
    good = _found(rulebook.good, scene, facts, certainty).findings
    return LegAssessment(
        leg=part.leg,
        tags=tags,
        findings=kept.findings,
        moments=moments(kept.findings),
        strengths=strengths(good, rulebook.praise, part.utterances, part.leg.span, faults=kept.findings),
        evaluation=None,
        basis=_basis(part, rulebook, scene, (kept, found.unanswered)),
    )


def _found(rules: tuple[Rule, ...], scene: Scene, facts: CallFacts, certainty: Certainty) -> Settled:
    return settled(indexed(rules).asking, find(rules, scene, facts, certainty), scene, facts)


def _basis(
    part: LegCase, rulebook: Rulebook, scene: Scene, outcome: tuple[Spared, dict[str, Reason]]
) -> Basis:
    kept, unknown = outcome
    waiting = {**_waiting(part, rulebook), **unknown}
    blocked = unanswered(indexed(rulebook.rules), part.facts, scene, waiting)
    spared_rules = {name: Blocked(because, undecided=False) for name, because in kept.rules.items()}
    return Basis({**blocked, **spared_rules}, part.is_whole)


def _waiting(part: LegCase, rulebook: Rulebook) -> dict[str, Reason]:
    """The rules that one sentence breaks for good, where so much is missing that nobody can say it was not said."""
    if part.missing <= TOO_MUCH:
        return {}
    criteria = waiting_criteria(rulebook.scorecard)
    because = Reason.of("undecided.lost", percent=round(100 * part.missing))
    return {charge.rule: because for charge in rulebook.charges if charge.criterion in criteria}
