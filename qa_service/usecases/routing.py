"""route: a call's facts and a table → a decision, and why. Pure: the same table and facts decide the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from zoneinfo import ZoneInfo

from qa_service.core.calls import ParticipantKind
from qa_service.core.routing import (
    METADATA,
    Between,
    Condition,
    Decision,
    OneOf,
    Outcome,
    Profile,
    Route,
    RoutingFacts,
    RoutingTable,
)
from qa_service.core.routing_answers import Check, Explanation, Step
from qa_service.core.stored import StoredCall
from qa_service.ports.hearing import HearingProfile
from qa_service.privacy.kinds import COVER


def facts_of(call: StoredCall) -> RoutingFacts:
    """What routing may ask about a stored call."""
    envelope = call.envelope
    agents = {p.agent_id for p in envelope.participants if p.kind is ParticipantKind.AGENT and p.agent_id}
    return RoutingFacts(
        line=envelope.line,
        skill_group=envelope.skill_group,
        direction=envelope.direction.value,
        source=call.source,
        business=envelope.business,
        team=call.team,
        agents=tuple(sorted(agents)),
        started_at=envelope.started_at,
        metadata=envelope.metadata,
    )


def decide(table: RoutingTable, facts: RoutingFacts) -> Decision:
    """What the first route says whose conditions all hold; where there is none, what the default says."""
    zone = ZoneInfo(table.timezone)
    for route in table.routes:
        if all(_check(condition, facts, zone).holds for condition in route.conditions):
            return _decision(table, route)
    return _decision(table, None)


def explain(table: RoutingTable, facts: RoutingFacts) -> Explanation:
    """The decision with every condition of every route."""
    decision, zone = decide(table, facts), ZoneInfo(table.timezone)
    steps = tuple(
        Step(
            route=route.id,
            title=route.title,
            checks=tuple(_check(condition, facts, zone) for condition in route.conditions),
            is_chosen=route.id == decision.route,
        )
        for route in table.routes
    )
    return Explanation(decision, steps)


def hearing_with(profile: Profile, installation: HearingProfile) -> HearingProfile:
    """How to listen: the installation's way, but for what the profile says."""
    words = (*installation.vocabulary, *profile.hot_words)
    return replace(
        installation,
        effort=profile.effort or installation.effort,
        language=profile.language or installation.language,
        script=profile.script or installation.script,
        vocabulary=tuple(dict.fromkeys(words)),
    )


def _decision(table: RoutingTable, route: Route | None) -> Decision:
    said = (route.outcome, table.default) if route else (table.default,)
    wanted = _first(said, "profile")
    profile = next((known for known in table.profiles if known.name == wanted), Profile())
    rulebooks = next((outcome.rulebooks for outcome in said if outcome.rulebooks), ("",))
    return Decision(
        route=route.id if route else "",
        rulebooks=rulebooks,
        profile=profile,
        jurisdiction=_first(said, "jurisdiction"),
        retention=_first(said, "retention"),
        alerts=_first(said, "alerts"),
    )


def _first(said: Iterable[Outcome], name: str) -> str:
    return next((value for outcome in said if (value := str(getattr(outcome, name)))), "")


def _check(condition: Condition, facts: RoutingFacts, zone: ZoneInfo) -> Check:
    if isinstance(condition, Between):
        return _time_check(condition, facts, zone)
    return _value_check(condition, facts)


def _value_check(condition: OneOf, facts: RoutingFacts) -> Check:
    found = facts.values(condition.field)
    shown = tuple(COVER for _ in found) if condition.field.startswith(METADATA) else found
    return Check(condition.field, condition.values, shown, any(map(condition.fits, found)))


def _time_check(condition: Between, facts: RoutingFacts, zone: ZoneInfo) -> Check:
    wanted = (f"{clock(condition.from_minute)}-{clock(condition.until_minute)}",)
    if facts.started_at is None:
        return Check("time", wanted, (), holds=False)
    local = facts.started_at.astimezone(zone)
    minute = local.hour * 60 + local.minute
    return Check("time", wanted, (clock(minute),), condition.fits(minute))


def clock(minute: int) -> str:
    """A minute of the day as people write it.

    >>> clock(22 * 60 + 5)
    '22:05'
    """
    return f"{minute // 60:02}:{minute % 60:02}"
