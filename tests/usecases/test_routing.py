"""Routing: which route takes a call, why, and what a change moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.calls import Direction, Envelope, Participant, ParticipantKind
from qa_service.core.routing import (
    Between,
    Condition,
    OneOf,
    Outcome,
    Profile,
    Route,
    RoutingFacts,
    RoutingTable,
)
from qa_service.core.stored import CallState, StoredCall
from qa_service.ports.hearing import HearingProfile
from qa_service.usecases.routing import decide, explain, facts_of, hearing_with
from qa_service.usecases.routing_moves import MOST_EXAMPLES, Tally, changed

#: 09:30 in Shanghai.
MORNING = datetime(2026, 11, 25, 1, 30, tzinfo=UTC)


def route(*conditions: Condition, name: str = "taken", **said: object) -> Route:
    return Route(name, conditions, Outcome(**said))  # type: ignore[arg-type]


def taken_by(facts: RoutingFacts, *routes: Route) -> str:
    return decide(RoutingTable(routes), facts).route


@pytest.mark.parametrize(
    ("condition", "facts", "takes"),
    [
        pytest.param(OneOf("line", ("400",)), RoutingFacts(line="400"), True, id="the line"),
        pytest.param(OneOf("line", ("95500", "400")), RoutingFacts(line="400"), True, id="one of two lines"),
        pytest.param(
            OneOf("line", ("400",)), RoutingFacts(line="4008"), False, id="a line is not its beginning"
        ),
        pytest.param(OneOf("line", ("400*",)), RoutingFacts(line="4008"), True, id="a line's beginning"),
        pytest.param(
            OneOf("line", ("*400",)), RoutingFacts(line="9400"), False, id="a star stands at the end alone"
        ),
        pytest.param(OneOf("line", ("400",)), RoutingFacts(), False, id="an unknown line is no line"),
        pytest.param(
            OneOf("line", ("*",)), RoutingFacts(), False, id="an unknown line is not any line either"
        ),
        pytest.param(OneOf("line", ("ins",)), RoutingFacts(line="INS"), False, id="case counts"),
        pytest.param(OneOf("business", ("理财",)), RoutingFacts(business="理财"), True, id="the business"),
        pytest.param(
            OneOf("direction", ("outbound",)), RoutingFacts(direction="inbound"), False, id="direction"
        ),
        pytest.param(OneOf("source", ("api",)), RoutingFacts(source="api"), True, id="the source"),
        pytest.param(OneOf("team", ("北区",)), RoutingFacts(team="南区"), False, id="another team"),
        pytest.param(
            OneOf("agent", ("8001",)), RoutingFacts(agents=("8000", "8001")), True, id="the second agent"
        ),
        pytest.param(
            OneOf("agent", ("8002",)), RoutingFacts(agents=("8000", "8001")), False, id="no such agent"
        ),
        pytest.param(
            OneOf("metadata.vip", ("yes",)), RoutingFacts(metadata=(("vip", "yes"),)), True, id="metadata"
        ),
        pytest.param(
            OneOf("metadata.vip", ("yes",)),
            RoutingFacts(metadata=(("vip2", "yes"),)),
            False,
            id="another key",
        ),
        pytest.param(
            Between(540, 600), RoutingFacts(started_at=MORNING), True, id="half past nine is from nine to ten"
        ),
        pytest.param(
            Between(570, 600), RoutingFacts(started_at=MORNING), True, id="the first minute belongs to it"
        ),
        pytest.param(
            Between(500, 570), RoutingFacts(started_at=MORNING), False, id="the last minute does not"
        ),
        pytest.param(
            Between(1320, 360), RoutingFacts(started_at=MORNING), False, id="half past nine is not night"
        ),
        pytest.param(
            Between(1320, 600), RoutingFacts(started_at=MORNING), True, id="the night that lasts till ten"
        ),
        pytest.param(Between(0, 1440), RoutingFacts(), False, id="no time is not any time"),
    ],
)
def test_a_condition(condition: Condition, facts: RoutingFacts, takes: bool) -> None:
    assert (taken_by(facts, route(condition)) == "taken") is takes


def test_all_conditions_of_a_route_must_hold() -> None:
    both = route(OneOf("line", ("400",)), OneOf("direction", ("outbound",)))

    assert taken_by(RoutingFacts(line="400", direction="outbound"), both) == "taken"
    assert taken_by(RoutingFacts(line="400", direction="inbound"), both) == ""


def test_times_are_those_of_the_tables_zone() -> None:
    nine = route(Between(9 * 60, 10 * 60))
    facts = RoutingFacts(started_at=MORNING)

    assert decide(RoutingTable((nine,), timezone="Asia/Shanghai"), facts).route == "taken"
    assert decide(RoutingTable((nine,), timezone="Europe/Berlin"), facts).route == ""


def test_the_first_route_decides_and_leaves_the_rest_to_the_default() -> None:
    first = route(OneOf("line", ("400",)), name="first", rulebooks=("ins", "svc"), retention="long")
    second = route(OneOf("line", ("400",)), name="second", rulebooks=("other",))
    default = Outcome(rulebooks=("svc",), profile="far", jurisdiction="CN", retention="short")
    table = RoutingTable((first, second), default, (Profile("far", model="whisper-small"),))

    decision = decide(table, RoutingFacts(line="400"))

    assert (decision.route, decision.rulebooks) == ("first", ("ins", "svc"))
    assert (decision.retention, decision.jurisdiction) == ("long", "CN")
    assert decision.profile.model == "whisper-small"
    assert decide(table, RoutingFacts()).rulebooks == ("svc",)


def test_an_empty_table_leaves_everything_to_the_installation() -> None:
    decision = decide(RoutingTable(), RoutingFacts(line="400"))

    assert (decision.route, decision.rulebooks, decision.profile) == ("", ("",), Profile())


def test_a_profile_says_how_to_listen_and_the_rest_is_the_installations() -> None:
    installation = HearingProfile(effort="fast", script="zh_CN", vocabulary=("康宁",))

    heard = hearing_with(Profile("p", script="zh_TW", hot_words=("扫地机", "康宁")), installation)

    assert heard == HearingProfile(effort="fast", script="zh_TW", vocabulary=("康宁", "扫地机"))
    assert hearing_with(Profile(), installation) == installation


def test_facts_of_a_stored_call() -> None:
    people = (
        Participant("c", ParticipantKind.CUSTOMER, "9"),
        Participant("b", ParticipantKind.AGENT, "8001"),
        Participant("a", ParticipantKind.AGENT, "8000"),
    )
    envelope = Envelope(
        line="400",
        direction=Direction.OUTBOUND,
        business="理财",
        metadata=(("vip", "yes"),),
        participants=people,
    )
    call = StoredCall(
        *("id", CallState.WAITING, "sftp", envelope, "北区", "", "", 0, "", None),
        created_at=MORNING,
    )

    assert facts_of(call) == RoutingFacts(
        line="400",
        direction="outbound",
        source="sftp",
        business="理财",
        team="北区",
        agents=("8000", "8001"),
        metadata=(("vip", "yes"),),
    )


def test_the_explanation_names_every_condition_and_tells_no_metadata() -> None:
    vip = route(OneOf("line", ("400",)), OneOf("metadata.note", ("13800000000",)), name="vip")
    rest = route(OneOf("line", ("400",)), name="rest")

    said = explain(RoutingTable((vip, rest)), RoutingFacts(line="400", metadata=(("note", "王先生"),)))

    assert [(step.route, step.holds, step.is_chosen) for step in said.steps] == [
        ("vip", False, False),
        ("rest", True, True),
    ]
    assert [(c.field, c.found, c.holds) for c in said.steps[0].checks] == [
        ("line", ("400",), True),
        ("metadata.note", ("●",), False),
    ]
    assert "王先生" not in str(said)


LINES = st.sampled_from(["400", "4008", "95500", ""])
FACTS = st.builds(
    RoutingFacts,
    line=LINES,
    direction=st.sampled_from(["inbound", "outbound", ""]),
    agents=st.lists(st.sampled_from(["8000", "8001"]), unique=True).map(tuple),
    started_at=st.none() | st.datetimes(timezones=st.just(UTC), min_value=datetime(2020, 1, 1)),
    metadata=st.dictionaries(st.sampled_from(["vip", "lang"]), st.sampled_from(["yes", "no"])).map(
        lambda given: tuple(sorted(given.items()))
    ),
)
MINUTE = st.integers(0, 1439)
CONDITIONS = st.one_of(
    st.builds(
        OneOf, st.just("line"), st.lists(st.sampled_from(["400", "400*", "9*"]), min_size=1).map(tuple)
    ),
    st.builds(OneOf, st.just("direction"), st.just(("outbound",))),
    st.builds(OneOf, st.just("agent"), st.just(("8001",))),
    st.builds(OneOf, st.just("metadata.vip"), st.just(("yes",))),
    st.builds(Between, MINUTE, MINUTE).filter(lambda time: time.from_minute != time.until_minute),
)
OUTCOMES = st.builds(
    Outcome,
    rulebooks=st.lists(st.sampled_from(["a", "b"]), unique=True).map(tuple),
    profile=st.sampled_from(["", "near", "far"]),
    retention=st.sampled_from(["", "long"]),
)
PROFILES = (Profile("near"), Profile("far", model="large"))


@st.composite
def tables(draw: st.DrawFn) -> RoutingTable:
    parts = draw(st.lists(st.tuples(st.lists(CONDITIONS, min_size=1, max_size=3), OUTCOMES), max_size=5))
    routes = tuple(Route(f"r{n}", tuple(c), outcome) for n, (c, outcome) in enumerate(parts))
    return RoutingTable(routes, draw(OUTCOMES), PROFILES)


@given(tables(), FACTS)
def test_law_the_explanation_explains_the_decision(table: RoutingTable, facts: RoutingFacts) -> None:
    said = explain(table, facts)

    holding = [step.route for step in said.steps if step.holds]
    assert said.decision == decide(table, facts)
    assert said.decision.route == (holding[0] if holding else "")
    assert [step.route for step in said.steps if step.is_chosen] == holding[:1]


@given(tables(), FACTS)
def test_law_what_comes_after_the_route_that_takes_a_call_changes_nothing(
    table: RoutingTable, facts: RoutingFacts
) -> None:
    decision = decide(table, facts)
    names = [one.id for one in table.routes]
    until = table.routes[: names.index(decision.route) + 1] if decision.route else table.routes

    assert decide(replace(table, routes=until), facts) == decision


@given(tables(), FACTS)
def test_law_routes_that_do_not_hold_may_go(table: RoutingTable, facts: RoutingFacts) -> None:
    holding = {step.route for step in explain(table, facts).steps if step.holds}
    fewer = replace(table, routes=tuple(one for one in table.routes if one.id in holding))

    assert decide(fewer, facts) == decide(table, facts)


@given(tables(), tables(), st.lists(FACTS, max_size=30))
def test_law_every_call_stays_or_moves_once(
    before: RoutingTable, after: RoutingTable, calls: list[RoutingFacts]
) -> None:
    tally = Tally(before, after)
    for number, facts in enumerate(calls):
        tally.add(facts, f"call-{number}")
    moves = tally.result()

    stay = sum(
        decide(before, facts).route == decide(after, facts).route
        and not changed(decide(before, facts), decide(after, facts))
        for facts in calls
    )
    assert (moves.calls, moves.stay) == (len(calls), stay)
    assert moves.stay + sum(move.calls for move in moves.moves) == len(calls)
    assert all(0 < len(move.examples) <= min(move.calls, MOST_EXAMPLES) for move in moves.moves)


@given(tables(), st.lists(FACTS, max_size=20))
def test_law_no_change_moves_nothing(table: RoutingTable, calls: list[RoutingFacts]) -> None:
    tally = Tally(table, table)
    for facts in calls:
        tally.add(facts)

    moves = tally.result()

    assert (moves.stay, moves.moves) == (len(calls), ())
    assert moves.unmatched_before == moves.unmatched_after


def test_moves_are_told_from_where_to_where_the_largest_first() -> None:
    old = route(OneOf("line", ("400",)), name="old", rulebooks=("a",))
    new = route(OneOf("line", ("400",)), name="new", rulebooks=("b",))
    late = route(OneOf("line", ("95500",)), name="late", rulebooks=("a",))
    tally = Tally(
        RoutingTable((old,), Outcome(rulebooks=("a",))), RoutingTable((new, late), Outcome(rulebooks=("a",)))
    )

    for n, line in enumerate(["95500", "400", "400", "400", "114"]):
        tally.add(RoutingFacts(line=line), f"call-{n}" if n != 2 else "")
    moves = tally.result()

    assert [(m.before, m.after, m.changes, m.calls, m.examples) for m in moves.moves] == [
        ("old", "new", ("rulebooks",), 3, ("call-1", "call-3")),
        ("", "late", (), 1, ("call-0",)),
    ]
    assert (moves.stay, moves.unmatched_before, moves.unmatched_after) == (1, 2, 1)
