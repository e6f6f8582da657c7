"""Agents and teams: who sees whom, which team a call gets, and figures that do not invent what nobody knows."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from qa_service.core.calls import Envelope, Participant, ParticipantKind
from qa_service.core.errors import UsageError
from qa_service.core.people import Asked, Caller, Right, Sight
from qa_service.core.staff import Agent, Membership, Team
from qa_service.stores.staff import StoreStaff, team_of_call
from qa_service.stores.tables import call_agents
from qa_service.stores.tables import calls as call_rows
from tests.stores.rows import NOW
from tests.stores.shop import ASKED, Shop

DAY = timedelta(days=1)
ADMIN = Asked(Caller("admin", "admin", frozenset({Right.SEE_AGENTS, Right.MANAGE_AGENTS}), Sight()))
MOVED = Agent("8001", "李伟", "6001", (Membership("north", None, NOW - DAY), Membership("south", NOW - DAY)))
STAYED = Agent("8002", "王芳", teams=(Membership("north"),))
LEFT = Agent("8003", teams=(Membership("north", None, NOW - DAY),))


@pytest.fixture
def shop(engine: sa.Engine, tmp_path: Path) -> Shop:
    return Shop(engine, tmp_path / "sound")


@pytest.fixture
def staff(shop: Shop) -> StoreStaff:
    made = StoreStaff(shop.shelves)
    made.keep_agents(ADMIN, [MOVED, STAYED, LEFT])
    return made


def sees(*teams: str, agent: str = "") -> Asked:
    rights = frozenset({Right.SEE_CALLS, Right.SEE_AGENTS})
    return Asked(Caller("x", "x", rights, Sight(teams=teams, agent_id=agent)))


@pytest.mark.parametrize(
    ("asked", "agents", "teams"),
    [
        pytest.param(ADMIN, ["8001", "8002", "8003"], ["north", "south"], id="who manages sees all"),
        pytest.param(ASKED, ["8001", "8002", "8003"], ["north", "south"], id="a lead sees all"),
        pytest.param(sees("north"), ["8002"], ["north"], id="a supervisor sees who is there now"),
        pytest.param(sees("south"), ["8001"], ["south"], id="and who has come"),
        pytest.param(sees(agent="8001"), ["8001"], ["north", "south"], id="an agent sees themselves"),
        pytest.param(sees(), [], [], id="nobody sees nothing"),
    ],
)
def test_who_sees_whom(staff: StoreStaff, asked: Asked, agents: list[str], teams: list[str]) -> None:
    assert [one.id for one in staff.agents(asked)] == agents
    assert [one.name for one in staff.teams(asked)] == teams


def test_an_agent_is_written_as_a_whole_and_others_stay(staff: StoreStaff) -> None:
    staff.keep_agents(ADMIN, [Agent("8001", "李伟", "", (Membership("west"),))])
    staff.keep_teams(ADMIN, [Team("west", "西区一组")])

    kept = {one.id: one for one in staff.agents(ADMIN)}
    assert kept["8001"] == Agent("8001", "李伟", "", (Membership("west"),))
    assert kept["8002"] == STAYED
    assert Team("west", "西区一组") in staff.teams(ADMIN)


def test_one_wrong_agent_keeps_all_of_a_request_out(staff: StoreStaff) -> None:
    twice = Agent("8009", teams=(Membership("north"), Membership("south")))

    with pytest.raises(UsageError) as caught:
        staff.keep_agents(ADMIN, [Agent("8008"), twice])

    assert caught.value.code == "staff_overlap"
    assert "8008" not in {one.id for one in staff.agents(ADMIN)}


def talked(*agents: str, at: datetime | None = None) -> Envelope:
    people = tuple(
        Participant(f"p{n}", ParticipantKind.AGENT, agent, from_ms=n * 1_000)
        for n, agent in enumerate(agents)
    )
    return Envelope(participants=people, started_at=at)


@pytest.mark.parametrize(
    ("envelope", "team"),
    [
        pytest.param(talked("8001"), "south", id="the agent's team now"),
        pytest.param(talked("8001", at=NOW - 2 * DAY), "north", id="the team that it was then"),
        pytest.param(talked("8001", at=NOW - DAY), "south", id="from the very moment on"),
        pytest.param(talked("8002", "8001"), "north", id="of the first who took it"),
        pytest.param(talked("8003"), "", id="who has left is in no team"),
        pytest.param(talked("9999"), "", id="an agent nobody knows"),
        pytest.param(Envelope(), "", id="no agent"),
    ],
)
def test_the_team_of_a_call(shop: Shop, staff: StoreStaff, envelope: Envelope, team: str) -> None:
    with shop.engine.begin() as connection:
        assert team_of_call(connection, envelope, NOW) == team


def test_figures_are_of_calls_that_one_sees_and_unknown_is_none(shop: Shop, staff: StoreStaff) -> None:
    shown: list[dict[str, object]] = [
        {"state": "judged", "score": 90.0, "needs_human": 1, "team": "north"},
        {"state": "judged", "score": 71.0, "needs_human": 0, "team": "north"},
        {"state": "failed", "score": None, "needs_human": 0, "team": "south"},
    ]
    for values in shown:
        call = shop.call()
        with shop.engine.begin() as connection:
            connection.execute(call_rows.update().where(call_rows.c.id == call).values(**values))
            own = call_agents.update().where(call_agents.c.call_id == call)
            connection.execute(own.values(score=values["score"]))

    def told(asked: Asked, since: datetime | None = None) -> list[tuple[object, ...]]:
        return [
            (one.agent_id, one.calls, one.scored, one.mean_score, one.needs_human)
            for one in staff.figures(asked, since, None)
        ]

    assert told(ASKED) == [("8001", 3, 2, 80.5, 1)]
    assert told(sees("north")) == [("8001", 2, 2, 80.5, 1)]
    assert told(sees("south")) == [("8001", 1, 0, None, None)]
    assert told(sees(agent="8001")) == [("8001", 3, 2, 80.5, 1)]
    assert told(sees(agent="8002")) == []
    assert told(ASKED, NOW + DAY) == []
