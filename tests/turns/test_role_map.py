"""Roles are laid over what was measured, line by line where need be."""

from __future__ import annotations

from qa_service.core.roles import LineRole, RoleMap, SpeakerRole
from qa_service.core.speech import Role, Utterance, Voice
from qa_service.core.texts import Reason
from qa_service.core.time import Span

TOLD = Reason("role.told")
ROLES = RoleMap(
    speakers=(SpeakerRole("s0", Role.AGENT, 0.9, TOLD), SpeakerRole("s1", Role.CUSTOMER, 0.8, TOLD)),
    lines=(LineRole("u0001", Role.SYSTEM, 0.95, Reason("system.ivr")),),
)
PROMPT = Utterance("u0001", Span(0, 2_000), "s0", "查询话费请按1。")
GREETING = Utterance("u0002", Span(5_000, 6_000), "s0", "您好。")


def test_an_exception_wins_over_its_speaker() -> None:
    said = ROLES.spoken([PROMPT, GREETING])

    assert [(line.role, line.role_confidence) for line in said] == [(Role.SYSTEM, 0.95), (Role.AGENT, 0.9)]


def test_a_speaker_nobody_placed_is_unknown_without_any_confidence() -> None:
    (said,) = RoleMap().spoken([GREETING])

    assert (said.role, said.role_confidence) == (Role.UNKNOWN, 0.0)


def test_voice_is_cut_where_the_machine_stops_and_the_person_begins() -> None:
    voice = [Voice(Span(0, 6_000), "s0"), Voice(Span(1_000, 1_500), "s1")]

    active = ROLES.active(voice, [PROMPT, GREETING])

    assert active == (
        Voice(Span(0, 2_000), "s0", Role.SYSTEM),
        Voice(Span(1_000, 1_500), "s1", Role.CUSTOMER),
        Voice(Span(2_000, 6_000), "s0", Role.AGENT),
    )


def test_speakers_of_a_role_may_be_none_or_several() -> None:
    both = RoleMap((SpeakerRole("s0", Role.AGENT), SpeakerRole("s1", Role.AGENT)))

    assert both.speaker_of(Role.AGENT) == ("s0", "s1")
    assert both.speaker_of(Role.CUSTOMER) == ()
