"""Cases to judge: calls of a few lines, or random ones, with roles and envelopes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa_service.core.calls import Envelope
from qa_service.core.evaluation import Verdict
from qa_service.core.measured import HearingModel, Layout, MeasuredCall, Part, PartName
from qa_service.core.roles import RoleMap, SpeakerRole
from qa_service.core.speech import Role, Sound, Utterance, Voice
from qa_service.core.texts import Reason
from qa_service.pipeline.assessment import Assessment
from qa_service.pipeline.judge import Case
from qa_service.rulebook.load import load
from tests.make import Call, utterance

AGENT, CUSTOMER = Role.AGENT, Role.CUSTOMER
BOOK = load("service-zh")
Line = tuple[Role, str]

BAD: tuple[Line, ...] = (
    (AGENT, "您好，这里是星辰宽带，请问有什么可以帮您？"),
    (CUSTOMER, "我家宽带断了三天了，到底几天能修好？"),
    (AGENT, "应该快了吧，您再等等。"),
    (CUSTOMER, "你们再不解决我就打12315投诉。"),
    (AGENT, "那您去打吧，这个不归我们管。"),
    (CUSTOMER, "那这个理财有没有风险？"),
    (AGENT, "您放心，这个肯定保本，稳赚的。"),
    (CUSTOMER, "好吧。"),
)

GOOD: tuple[Line, ...] = (
    (AGENT, "您好，这里是星辰宽带，工号八零一二，请问有什么可以帮您？"),
    (CUSTOMER, "我家宽带断了三天了，麻烦你看一下。"),
    (AGENT, "我马上帮您报修，师傅今天下午三点之前上门，您看可以吗？"),
    (CUSTOMER, "可以的。"),
    (AGENT, "好的，已经登记了，请问还有其他可以帮您的吗？"),
    (CUSTOMER, "没有了，谢谢。"),
    (AGENT, "不客气，感谢您的来电，祝您生活愉快，再见。"),
)


def said(lines: Sequence[Line], *, from_ms: int = 500, gap_ms: int = 600) -> tuple[Utterance, ...]:
    """Lines one after the other."""
    heard: list[Utterance] = []
    for role, text in lines:
        heard.append(utterance(text, from_ms, role=role, name=f"u{len(heard):03d}-{from_ms}"))
        from_ms = heard[-1].span.end_ms + gap_ms
    return tuple(heard)


def case(
    utterances: Sequence[Utterance],
    *,
    sounds: Sequence[Sound] = (),
    envelope: Envelope = Envelope(),  # noqa: B008 - frozen
    layout: Layout = Layout.TWO_CHANNEL,
    hearing: HearingModel = HearingModel("transcript"),  # noqa: B008 - frozen
) -> Case:
    """A measured call with everything measured, and roles as the utterances have them."""
    measured = MeasuredCall(
        call_id="call-1",
        duration_ms=max((u.span.end_ms for u in utterances), default=0) + 500,
        layout=layout,
        utterances=tuple(replace(u, role=Role.UNKNOWN, role_confidence=0.0) for u in utterances),
        voice=tuple(sorted(Voice(u.span, u.speaker) for u in utterances)),
        sounds=tuple(sounds),
        parts=tuple(Part(name, "made", "") for name in PartName),
        hearing=hearing,
    )
    return Case(measured, roles_of(utterances), envelope)


def roles_of(utterances: Sequence[Utterance]) -> RoleMap:
    known = {u.speaker: u.role for u in utterances}
    because = Reason("role.told")
    return RoleMap(
        tuple(
            SpeakerRole(speaker, role, 0.0 if role is Role.UNKNOWN else 0.95, because)
            for speaker, role in sorted(known.items())
        )
    )


def swapped(told: Case) -> Case:
    """The same call with agent and customer exchanged."""
    other = {AGENT: CUSTOMER, CUSTOMER: AGENT}
    speakers = tuple(replace(s, role=other.get(s.role, s.role)) for s in told.roles.speakers)
    return replace(told, roles=replace(told.roles, speakers=speakers))


def random_case(call: Call) -> Case:
    """A random call, with its voice and sounds; ids made unique, as measuring makes them."""
    utterances = tuple(
        replace(event, id=f"u{i:03d}")
        for i, event in enumerate(e for e in call.events if isinstance(e, Utterance))
    )
    told = case(utterances, sounds=[event for event in call.events if isinstance(event, Sound)])
    voice = tuple(sorted(Voice(v.span, v.speaker) for v in call.voices))
    return replace(told, measured=replace(told.measured, duration_ms=call.end_ms, voice=voice))


def rules_of(assessment: Assessment) -> list[str]:
    """The shipped rules that fired, without the name of their pack."""
    return [finding.rule.rpartition("/")[2] for finding in assessment.findings]


def answers_of(assessment: Assessment, leg: int = 0) -> dict[str, Verdict]:
    return {answer.criterion: answer.answer for answer in assessment.evaluations[leg].answers}
