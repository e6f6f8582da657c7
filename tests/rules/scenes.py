"""Builders for rules: tags at a time, scenes, and rules that are about nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qa_service.core.calls import CallFacts, Clocks, Leg
from qa_service.core.findings import Finding, Severity, Stage
from qa_service.core.measured import HearingModel
from qa_service.core.speech import Role, Utterance
from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason, Text
from qa_service.core.time import Span
from qa_service.rules.conditions import Condition, Tagged
from qa_service.rules.find import Certainty, find
from qa_service.rules.hit import Hit
from qa_service.rules.match import hits
from qa_service.rules.rule import LegScope, Rule
from qa_service.rules.scene import Scene
from tests.make import ALL_PARTS, SPEAKERS, utterance

AGENT, CUSTOMER = Role.AGENT, Role.CUSTOMER
#: Five minutes, with somebody speaking every ten seconds in turn, one second each.
SAID = tuple(
    utterance(
        "您说的我都记下了",
        i * 10_000,
        i * 10_000 + 1_000,
        role=CUSTOMER if i % 2 else AGENT,
        name=f"u{i:02d}",
    )
    for i in range(30)
)
LEG = Leg(Span(0, 300_000))
_A = Tagged(("a",))
SURE = Certainty(HearingModel("transcript"))


def tag(label: str, at_s: float, role: Role = AGENT, *, confidence: float = 0.9, long_s: float = 1.0) -> Tag:
    """A tag without words at this second."""
    span = Span(round(at_s * 1_000), round((at_s + long_s) * 1_000))
    return Tag((Evidence(span),), label, "made@1", confidence, Reason("made"), SPEAKERS[role], role)


def quoting(label: str, said: Utterance, *, confidence: float = 0.9) -> Tag:
    """A tag that quotes a whole utterance."""
    return Tag((Evidence.said(said),), label, "made@1", confidence, Reason("made"), said.speaker, said.role)


def scene(*tags: Tag, utterances: Sequence[Utterance] = SAID, leg: Leg = LEG) -> Scene:
    return Scene(leg, utterances, tags)


def seconds(found: Iterable[Hit]) -> list[float]:
    """When hits became true."""
    return [hit.anchor.span.start_ms / 1_000 for hit in found]


def hits_at(condition: Condition, *tags: Tag, utterances: Sequence[Utterance] = SAID) -> list[float]:
    return seconds(hits(condition, scene(*tags, utterances=utterances)))


def rule(
    when: Condition = _A,
    *,
    name: str = "demo/rule",
    criterion: str = "",
    leg: LegScope = LegScope.ANY,
    needs: Iterable[str] = (),
    needs_two_channels: bool = False,
    clocks: Iterable[Clocks] = Clocks,
    jurisdictions: Iterable[str] = (),
    severity: Severity = Severity.MAJOR,
) -> Rule:
    return Rule(
        id=name,
        title=Text("规则"),
        label="demo.rule",
        severity=severity,
        stage=Stage.SCORE if criterion else Stage.COACH,
        when=when,
        criterion=criterion,
        leg=leg,
        needs=frozenset(needs),
        needs_two_channels=needs_two_channels,
        clocks=frozenset(clocks),
        jurisdictions=frozenset(jurisdictions),
    )


def found(
    wanted: Rule,
    *tags: Tag,
    certainty: Certainty = SURE,
    utterances: Sequence[Utterance] = SAID,
    about: CallFacts | None = None,
) -> tuple[Finding, ...]:
    told = CallFacts(leg=LEG, parts=ALL_PARTS) if about is None else about
    return find([wanted], scene(*tags, utterances=utterances), told, certainty)
