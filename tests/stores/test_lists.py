"""Whichever way a page is read along, it is the page that one gets by looking at every call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from qa_service.core.calls import Direction
from qa_service.core.lists import Filter
from qa_service.core.people import Sight
from qa_service.core.stored import CallState
from qa_service.lab.bench.serving.fill import fill
from qa_service.lab.bench.serving.made import RARE, MadeCall, made_calls, newest
from qa_service.stores import lists
from qa_service.stores.calls import visible
from qa_service.stores.engine import make_engine, reading
from qa_service.stores.search import search
from qa_service.stores.tables import call_agents, calls
from tests.databases import DATABASES, new_database

#: More than the sample that tells common words from rare ones, and one call that has what is rare.
COUNT = 900
MADE = tuple(made_calls(0, COUNT))
ALL, TEAM, TWO_TEAMS = Sight(everything=True), Sight(teams=("team-3",)), Sight(teams=("team-3", "team-5"))
AGENT = MADE[RARE // 2].agent
LAST = newest(COUNT)
HOUR = timedelta(minutes=30)


@pytest.fixture(scope="module", params=DATABASES)
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    engine = make_engine(new_database(request, request.param, tmp_path_factory.mktemp("lists")))
    fill(engine, 0, COUNT)
    yield engine
    engine.dispose()


def said(*parts: str) -> Callable[[MadeCall], bool]:
    return lambda call: all(any(part in text for text in call.said) for part in parts)


@pytest.mark.parametrize(
    ("sight", "wanted", "holds"),
    [
        pytest.param(ALL, Filter(), lambda c: True, id="all"),
        pytest.param(TEAM, Filter(), lambda c: c.team == "team-3", id="a team"),
        pytest.param(TWO_TEAMS, Filter(), lambda c: c.team in ("team-3", "team-5"), id="two teams"),
        pytest.param(Sight(), Filter(), lambda c: False, id="nobody's"),
        pytest.param(Sight(agent_id=AGENT), Filter(), lambda c: c.agent == AGENT, id="an agent's own"),
        pytest.param(ALL, Filter(agent_id=AGENT), lambda c: c.agent == AGENT, id="of an agent"),
        pytest.param(
            TEAM, Filter(agent_id=AGENT), lambda c: c.agent == AGENT and c.team == "team-3", id="in a team"
        ),
        pytest.param(Sight(agent_id=AGENT), Filter(agent_id="a0001"), lambda c: False, id="of a colleague"),
        pytest.param(ALL, Filter(states=(CallState.FAILED,)), lambda c: c.state == "failed", id="failed"),
        pytest.param(ALL, Filter(line="line-2"), lambda c: c.line == "line-2", id="a line"),
        pytest.param(
            ALL, Filter(skill_group="skill-rare"), lambda c: c.skill_group == "skill-rare", id="a group"
        ),
        pytest.param(ALL, Filter(external_id="ext-77"), lambda c: c.number == 77, id="one call"),
        pytest.param(ALL, Filter(below=45), lambda c: c.score < 45, id="below a score"),
        pytest.param(ALL, Filter(needs_human=True), lambda c: c.needs_human > 0, id="for people"),
        pytest.param(ALL, Filter(since=LAST - HOUR), lambda c: c.created_at >= LAST - HOUR, id="since"),
        pytest.param(ALL, Filter(until=LAST - HOUR), lambda c: c.created_at < LAST - HOUR, id="until"),
        pytest.param(
            ALL, Filter(started_since=LAST - HOUR), lambda c: c.created_at >= LAST - HOUR, id="began since"
        ),
        pytest.param(
            TEAM,
            Filter(started_until=LAST - HOUR, line="line-2"),
            lambda c: c.created_at < LAST - HOUR and (c.team, c.line) == ("team-3", "line-2"),
            id="began before, of many",
        ),
        pytest.param(ALL, Filter(team="team-3"), lambda c: c.team == "team-3", id="of one team"),
        pytest.param(TWO_TEAMS, Filter(team="team-5"), lambda c: c.team == "team-5", id="one of two teams"),
        pytest.param(TEAM, Filter(team="team-5"), lambda c: False, id="of a team that one does not see"),
        pytest.param(ALL, Filter(passed=True), lambda c: c.score >= 80, id="passed"),
        pytest.param(ALL, Filter(passed=False), lambda c: c.score < 80, id="did not pass"),
        pytest.param(ALL, Filter(source="bench"), lambda c: True, id="a source"),
        pytest.param(ALL, Filter(source="benc"), lambda c: False, id="half a source"),
        pytest.param(ALL, Filter(direction=Direction.INBOUND), lambda c: True, id="inbound"),
        pytest.param(ALL, Filter(direction=Direction.OUTBOUND), lambda c: False, id="outbound"),
        pytest.param(ALL, Filter(rulebook="service-zh"), lambda c: False, id="judged by nothing"),
        pytest.param(
            ALL,
            Filter(team="team-3", text="保本", passed=True),
            lambda c: c.team == "team-3" and said("保本")(c) and c.score >= 80,
            id="a rare word of a team's calls that passed",
        ),
        pytest.param(ALL, Filter(text="您好"), said("您好"), id="a common word"),
        pytest.param(ALL, Filter(text="保本"), said("保本"), id="a rare word"),
        pytest.param(ALL, Filter(text="不保本"), said("不保本"), id="a phrase that nobody said"),
        pytest.param(ALL, Filter(text="账单 投诉"), said("账单", "投诉"), id="two words"),
        pytest.param(ALL, Filter(text="您好 天鹅绒"), lambda c: False, id="one of two words"),
        pytest.param(ALL, Filter(text="，。"), lambda c: False, id="no word at all"),
        pytest.param(
            ALL,
            Filter(text="您好", states=(CallState.FAILED,)),
            lambda c: c.state == "failed",
            id="a common word of failed calls",
        ),
        pytest.param(
            Sight(agent_id=AGENT),
            Filter(text="您好"),
            lambda c: c.agent == AGENT,
            id="a common word of one's own",
        ),
        pytest.param(
            Sight(agent_id=AGENT),
            Filter(text="保本"),
            lambda c: c.agent == AGENT and said("保本")(c),
            id="a rare word of one's own",
        ),
        pytest.param(
            TEAM, Filter(text="保本"), lambda c: c.team == "team-3" and said("保本")(c), id="of a team"
        ),
    ],
)
def test_every_page_is_what_looking_at_every_call_brings(
    filled: sa.Engine, sight: Sight, wanted: Filter, holds: Callable[[MadeCall], bool]
) -> None:
    found: list[str] = []
    before = None
    with reading(filled) as connection:
        while True:
            page = lists.page(connection, sight, wanted, limit=100, before=before)
            found += [call.id for call in page.calls]
            before = page.cursor
            if before is None:
                break

    assert found == [call.id for call in reversed(MADE) if holds(call)]


def test_of_an_old_range_what_came_since_is_not_read(
    filled: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a store in which far more calls came since than a page would pass by."""
    monkeypatch.setattr(lists, "_FEW", 3)
    monkeypatch.setattr(lists, "_MANY", 3)
    oldest = MADE[len(MADE) // 2].created_at
    wanted = Filter(started_since=MADE[5].created_at, started_until=oldest)

    with reading(filled) as connection:
        way = lists.along(connection, ALL, wanted)
        page = lists.page(connection, ALL, wanted, limit=200)

    held = [call.id for call in reversed(MADE) if MADE[5].created_at <= call.created_at < oldest]
    assert [call.id for call in page.calls] == held[:200]
    assert "calls.seq <=" in str(sa.and_(*way.conditions))


@pytest.mark.parametrize(("text", "is_rare"), [("您好", False), ("保本", True), ("天鹅绒", True)])
def test_a_sample_tells_common_words_from_rare_ones(filled: sa.Engine, text: str, is_rare: bool) -> None:
    with reading(filled) as connection:
        sought = search(connection, text)
        assert sought is not None
        assert sought.is_rare(connection) is is_rare


def test_an_agents_calls_know_their_place(filled: sa.Engine) -> None:
    own = sa.select(call_agents.c.seq).where(call_agents.c.call_id == MADE[5].id)
    place = sa.select(calls.c.seq).where(calls.c.id == MADE[5].id)

    with reading(filled) as connection:
        assert connection.execute(own).scalar_one() == connection.execute(place).scalar_one()


def test_calls_whose_clocks_disagree_are_still_found(engine: sa.Engine) -> None:
    """A node's clock ran half a day behind: its call came in later and says that it was earlier."""
    noon = datetime(2026, 11, 25, 12, tzinfo=UTC)
    fill(engine, 0, 3)
    moments = {0: noon, 1: noon - timedelta(hours=12), 2: noon + timedelta(minutes=1)}
    with engine.begin() as connection:
        for number, moment in moments.items():
            which = calls.c.id == MADE[number].id
            connection.execute(calls.update().where(which).values(created_at=moment))

    with reading(engine) as connection:
        early = lists.page(connection, ALL, Filter(until=noon))
        late = lists.page(connection, ALL, Filter(since=noon))

    assert [call.id for call in early.calls] == [MADE[1].id]
    assert [call.id for call in late.calls] == [MADE[2].id, MADE[0].id]


def test_what_one_sees_is_the_same_in_a_list_and_by_name(filled: sa.Engine) -> None:
    sight = Sight(agent_id=AGENT)

    with reading(filled) as connection:
        by_name = set(connection.execute(sa.select(calls.c.id).where(visible(sight))).scalars())
        listed = {call.id for call in lists.page(connection, sight, Filter(), limit=200).calls}

    assert listed == by_name
