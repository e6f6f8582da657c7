"""Alerts: findings that somebody is to know of now, each raised once however often a call is judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar

from qa_service.core.findings import Severity
from qa_service.core.stored import Origin
from qa_service.core.time import Span


@dataclass(frozen=True, slots=True)
class AlertPolicy:
    """How often a rule alerts within one call."""

    #: From one alert to the next, on the call's clock.
    cool_down_ms: int
    at_most: int


class AlertState(StrEnum):
    """What became of an alert; the last two say that a person has seen it."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class AlertStep:
    """What somebody did about an alert: who came to which state when, and what they wrote."""

    state: AlertState
    by: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert as it is kept."""

    id: str
    call_id: str
    finding_id: str
    evaluation_id: str
    rule: str
    label: str
    severity: Severity
    team: str
    #: In whose part of the call; empty where nobody knows.
    agent_id: str
    #: Where to listen, on the call's clock.
    span: Span
    raised_at: datetime
    #: Of the evaluation that raised it.
    origin: Origin
    #: The machine was not sure: somebody listens before they say anything.
    needs_human: bool = False
    state: AlertState = AlertState.OPEN
    #: Who acknowledged or dismissed it last, when, and what they wrote.
    by: str = ""
    at: datetime | None = None
    note: str = ""
    #: Everything that was done about it, the first thing first.
    steps: tuple[AlertStep, ...] = ()

    def after(self, step: AlertStep) -> Alert:
        """The alert when this was done about it too."""
        steps = (*self.steps, step)
        return replace(self, state=step.state, by=step.by, at=step.at, note=step.note, steps=steps)

    def without_notes(self) -> Alert:
        """As the agent sees it whose call it is about: what supervisors write to each other is not told."""
        return replace(self, note="", steps=())


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """Which alerts a list shows; empty fields ask for nothing."""

    states: tuple[AlertState, ...] = ()
    #: This severity and above.
    least: Severity | None = None
    team: str = ""
    call_id: str = ""
    #: Raised at or after.
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Raised:
    """What an earlier alert of the same call was about."""

    finding_id: str
    rule: str
    span: Span


class Alertable(Protocol):
    """A finding, as far as it is asked whether it alerts."""

    @property
    def id(self) -> str:
        """Its own."""

    @property
    def rule(self) -> str:
        """By which it was found."""

    @property
    def span(self) -> Span:
        """Where."""


_Found = TypeVar("_Found", bound=Alertable)


@dataclass(slots=True)
class _Call:
    """The alerts of one call so far."""

    raised: list[Raised] = field(default_factory=list)

    def allows(self, finding: Alertable, policy: AlertPolicy) -> bool:
        of_rule = [one for one in self.raised if one.rule == finding.rule]
        if any(_is_same(one, finding) for one in of_rule) or len(of_rule) >= policy.at_most:
            return False
        gaps = (abs(finding.span.start_ms - one.span.start_ms) for one in of_rule)
        return all(gap >= policy.cool_down_ms for gap in gaps)


def alerting(
    findings: Iterable[_Found], policies: Mapping[str, AlertPolicy], raised: Sequence[Raised] = ()
) -> tuple[_Found, ...]:
    """The findings that raise an alert, in order of time; `raised` are the call's alerts of before.

    One that waits for a person alerts too: it says where to listen, and costs nobody anything. One that an earlier
    alert was about, by its id or by rule and overlapping time, does not.
    """
    call, due = _Call(list(raised)), list[_Found]()
    for finding in sorted(findings, key=lambda one: (one.span, one.id)):
        policy = policies.get(finding.rule)
        if policy is None or not call.allows(finding, policy):
            continue
        call.raised.append(Raised(finding.id, finding.rule, finding.span))
        due.append(finding)
    return tuple(due)


def _is_same(one: Raised, finding: Alertable) -> bool:
    overlaps = one.span == finding.span or one.span.overlap_ms(finding.span) > 0
    return one.finding_id == finding.id or overlaps
