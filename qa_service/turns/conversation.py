"""Measurements of a conversation: who talked how much, silences, overlaps, answers. Unknown is None."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from qa_service.core.calls import Clocks
from qa_service.core.measured import Layout, MeasuredCall
from qa_service.core.speech import Role, Sound, SoundKind, Utterance, Voice, spoken_chars
from qa_service.core.time import Span, cover, gaps, intersect, merge, total_ms
from qa_service.turns.latency import is_back_channel, quantile, response_latencies, turns_of

_PEOPLE = (Role.AGENT, Role.CUSTOMER)
#: Both silent for this long is a silence (what MiiTel documents, the shortest of the field).
SILENCE_MS = 3_000
#: Shorter overlaps are within the error of voice activity.
OVERLAP_MS = 200
#: An interruption lasts this long and begins this long after the other did (Huawei also counts characters).
INTERRUPTION_MS = 1_000
#: Voice that pauses for less goes on.
_BREATH_MS = 600
#: Music, ringing and tones are not silence.
_LINE_SOUNDS = (SoundKind.HOLD, SoundKind.MUSIC, SoundKind.RINGBACK, SoundKind.BUSY, SoundKind.UNKNOWN)


@dataclass(frozen=True, slots=True, order=True)
class Overlap:
    """Agent and customer speak at once; `second` began later. Roles are unknown where both began at once."""

    span: Span
    first: Role = Role.UNKNOWN
    second: Role = Role.UNKNOWN


@dataclass(frozen=True, slots=True)
class Measurements:
    """Facts about a conversation. None is "not known", never zero; machines are never counted."""

    #: Agent speech ÷ both parties' speech, overlap counted for both.
    talk_ratio: float | None = None
    agent_speech_ms: int | None = None
    customer_speech_ms: int | None = None
    #: Hold and silences, as glossary.md says.
    non_talk_ms: int | None = None
    hold_ms: int | None = None
    turns: int | None = None
    #: How often the agent interrupted the customer, and the other way round.
    interruptions: int | None = None
    customer_interruptions: int | None = None
    #: Median, 90 % and longest wait for the agent's answer.
    response_latency_ms: int | None = None
    response_latency_p90_ms: int | None = None
    slowest_response_ms: int | None = None
    agent_chars_per_minute: float | None = None
    customer_chars_per_minute: float | None = None
    #: Nobody speaks for three seconds or more between the first word and the last; no hold, music or lost sound.
    silences: tuple[Span, ...] = ()
    #: None where simultaneous speech cannot be told apart (mono), or the channels are on different clocks.
    overlaps: tuple[Overlap, ...] | None = None


def measure_conversation(
    call: MeasuredCall, utterances: Sequence[Utterance], voice: Sequence[Voice], sounds: Sequence[Sound]
) -> Measurements:
    """What can be known about the conversation; `utterances` and `voice` carry roles (core.roles).

    Where no voice was measured (a transcript), the utterances' own times stand for it.
    """
    active = _active(utterances, voice)
    holds = [sound.span for sound in sounds if sound.kind is SoundKind.HOLD]
    is_one_clock = call.clocks is not Clocks.DOUBTED
    silences = _silences(active, sounds, call.lost) if is_one_clock else ()
    found = Measurements(
        non_talk_ms=total_ms([*holds, *silences]) if active and is_one_clock else None,
        hold_ms=total_ms(holds) if active else None,
        agent_chars_per_minute=_pace(utterances, Role.AGENT),
        customer_chars_per_minute=_pace(utterances, Role.CUSTOMER),
        silences=silences,
    )
    found = _with_talk(found, active)
    if call.layout is Layout.TWO_CHANNEL and call.clocks is Clocks.ONE:
        found = _with_overlaps(found, active, utterances)
    if not is_one_clock:
        return found
    return _with_turns(found, utterances, (*holds, *call.lost))


def _active(utterances: Iterable[Utterance], voice: Iterable[Voice]) -> tuple[Voice, ...]:
    """The voice that was measured, else the utterances' own times."""
    measured = tuple(stretch for stretch in voice if stretch.span.duration_ms)
    return measured or tuple(
        Voice(said.span, said.speaker, said.role) for said in utterances if said.span.duration_ms
    )


def _with_talk(found: Measurements, active: Sequence[Voice]) -> Measurements:
    """Who spoke how long."""
    agent, customer = (total_ms(_spans(active, role)) or None for role in _PEOPLE)
    ratio = round(agent / (agent + customer), 4) if agent and customer else None
    return replace(found, agent_speech_ms=agent, customer_speech_ms=customer, talk_ratio=ratio)


def _with_overlaps(
    found: Measurements, active: Sequence[Voice], utterances: Sequence[Utterance]
) -> Measurements:
    """Simultaneous speech; unknown while one party is."""
    agent, customer = (_spans(active, role) for role in _PEOPLE)
    if not agent or not customer:
        return found
    overlaps = _overlaps(agent, customer)
    return replace(
        found,
        overlaps=overlaps,
        interruptions=_interruptions(overlaps, utterances, Role.AGENT),
        customer_interruptions=_interruptions(overlaps, utterances, Role.CUSTOMER),
    )


def _with_turns(found: Measurements, utterances: Sequence[Utterance], apart: Sequence[Span]) -> Measurements:
    """Turns and waits; unknown while one party is. `apart` is hold and lost sound."""
    turns = turns_of(utterances)
    waits = response_latencies(turns, apart)
    return replace(
        found,
        turns=len(turns) if {turn.role for turn in turns} == set(_PEOPLE) else None,
        response_latency_ms=quantile(waits, 50),
        response_latency_p90_ms=quantile(waits, 90),
        slowest_response_ms=max(waits, default=None),
    )


def _spans(active: Iterable[Voice], role: Role) -> tuple[Span, ...]:
    """When somebody of the role speaks."""
    return merge(stretch.span for stretch in active if stretch.role is role)


def _silences(active: Sequence[Voice], sounds: Iterable[Sound], lost: Iterable[Span]) -> tuple[Span, ...]:
    """Between the first and the last voice; a machine's voice is not silence either, nor is lost sound."""
    people = [stretch.span for stretch in active if stretch.role is not Role.SYSTEM]
    if not people:
        return ()
    filled = [*lost, *(stretch.span for stretch in active)]
    filled += [sound.span for sound in sounds if sound.kind in _LINE_SOUNDS]
    return tuple(quiet for quiet in gaps(filled, cover(people)) if quiet.duration_ms >= SILENCE_MS)


def _overlaps(agent: Sequence[Span], customer: Sequence[Span]) -> tuple[Overlap, ...]:
    """Where both speak, with who began first; a pause for breath does not begin anew."""
    agent_runs, customer_runs = merge(agent, gap_ms=_BREATH_MS), merge(customer, gap_ms=_BREATH_MS)
    return tuple(
        _overlap(span, agent_runs, customer_runs)
        for span in intersect(agent, customer)
        if span.duration_ms >= OVERLAP_MS
    )


def _overlap(span: Span, agent: Sequence[Span], customer: Sequence[Span]) -> Overlap:
    agent_ms, customer_ms = _since_ms(span, agent), _since_ms(span, customer)
    if agent_ms == customer_ms:
        return Overlap(span)
    if agent_ms < customer_ms:
        return Overlap(span, Role.AGENT, Role.CUSTOMER)
    return Overlap(span, Role.CUSTOMER, Role.AGENT)


def _since_ms(span: Span, runs: Sequence[Span]) -> int:
    """When the run of speech began that `span` is part of."""
    return next(run.start_ms for run in runs if run.contains(span))


def _interruptions(overlaps: Sequence[Overlap], utterances: Sequence[Utterance], role: Role) -> int:
    """How often `role` talked over the other, who had been speaking; back-channels do not count."""
    return sum(1 for overlap in overlaps if overlap.second is role and _interrupts(overlap, utterances))


def _interrupts(overlap: Overlap, utterances: Sequence[Utterance]) -> bool:
    """Long enough, late enough, and not just 嗯."""
    if overlap.span.duration_ms < INTERRUPTION_MS:
        return False
    over = [said for said in utterances if said.span.overlap_ms(overlap.span)]
    begun_ms = min((said.span.start_ms for said in over if said.role is overlap.first), default=0)
    words = [said for said in over if said.role is overlap.second]
    late = overlap.span.start_ms - begun_ms >= INTERRUPTION_MS
    return late and not (words and all(is_back_channel(said.text) for said in words))


def _pace(utterances: Iterable[Utterance], role: Role) -> float | None:
    """Characters per minute of speech over all utterances of the role that were measured."""
    said = [u for u in utterances if u.role is role and u.speech_ms > 0]
    speech_ms = sum(u.speech_ms for u in said)
    return round(60_000 * sum(spoken_chars(u.text) for u in said) / speech_ms, 1) if speech_ms else None
