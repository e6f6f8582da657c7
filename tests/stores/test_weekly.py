"""Once a week: a draw that anybody can repeat, and reports of each team that say nothing of what nobody knows."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
import sqlalchemy as sa

from qa_service.core.people import Asked, Caller, Right, Sight
from qa_service.core.sampling import Candidate, draw
from qa_service.core.schedules import Task, Turn
from qa_service.core.stored import CallState
from qa_service.exports.weekly import write_weekly
from qa_service.i18n.catalogue import catalogue
from qa_service.stores.tables import call_agents
from qa_service.stores.tables import calls as call_rows
from qa_service.stores.weekly import StoreWeekly, WeeklyWork
from tests.stores.rows import NOW
from tests.stores.shop import ASKED, Shop

#: NOW is a Wednesday; calls of five days before it are of the week before.
TURN = Turn(Task.SAMPLING, 1, NOW, amount=2)
ZONE = ZoneInfo("Asia/Shanghai")
WEEK = "2026-W47"


@pytest.fixture
def shop(engine: sa.Engine, tmp_path: Path) -> Shop:
    return Shop(engine, tmp_path / "sound")


@pytest.fixture
def work(shop: Shop) -> WeeklyWork:
    texts = catalogue("zh_CN")
    return WeeklyWork(shop.shelves, ZONE, lambda told, form, file: write_weekly(told, form, file, texts))


def call(shop: Shop, *, team: str = "north", agent: str = "", days_old: float = 5, **values: object) -> str:
    """A call of the week before, with a score."""
    call_id = shop.call(days_old=days_old, team=team)
    shown = {"state": CallState.JUDGED.value, "score": 80.0, "passed": True, "needs_human": 0, **values}
    with shop.engine.begin() as connection:
        connection.execute(call_rows.update().where(call_rows.c.id == call_id).values(**shown))
        if agent:
            own = call_agents.update().where(call_agents.c.call_id == call_id)
            connection.execute(own.values(agent_id=agent, score=shown["score"]))
    return call_id


def sees(*teams: str, agent: str = "") -> Asked:
    return Asked(Caller("x", "x", frozenset(Right), Sight(teams=teams, agent_id=agent)))


def test_so_many_calls_of_each_agent_are_drawn_and_the_seed_says_which(shop: Shop, work: WeeklyWork) -> None:
    mine = [call(shop, agent="8001") for _ in range(5)]
    call(shop, agent="8002")
    call(shop, agent="8001", days_old=1)
    call(shop, agent="8001", days_old=12)
    call(shop, agent="8001", state=CallState.FAILED.value)

    told = work.draw(TURN, lambda: True)
    again = work.draw(TURN, lambda: True)

    drawn = StoreWeekly(shop.shelves).samples(ASKED, week=WEEK, agent_id="8001", limit=99)
    assert (told, again) == ({"week": WEEK, "drawn": 3}, {"week": WEEK, "drawn": 0})
    repeated = draw([Candidate("8001", one) for one in mine], drawn[0].seed, 2)
    assert {one.call.id for one in drawn} == {one.call_id for one in repeated}


def test_one_sees_the_samples_of_calls_that_one_sees(shop: Shop, work: WeeklyWork) -> None:
    call(shop, agent="8001", team="north")
    call(shop, agent="8002", team="south")
    work.draw(TURN, lambda: True)
    weekly = StoreWeekly(shop.shelves)

    def agents(asked: Asked) -> list[str]:
        return [one.agent_id for one in weekly.samples(asked, week="", agent_id="", limit=9)]

    assert agents(ASKED) == ["8001", "8002"]
    assert agents(sees("south")) == ["8002"]
    assert agents(sees(agent="8001")) == ["8001"]
    assert agents(sees()) == []


def test_a_deleted_call_leaves_the_sample(shop: Shop, work: WeeklyWork) -> None:
    gone = call(shop, agent="8001")
    work.draw(TURN, lambda: True)

    shop.desk.delete(ASKED, gone, "客户要求")

    assert StoreWeekly(shop.shelves).samples(ASKED, week="", agent_id="", limit=9) == []


def report(shop: Shop, team: str, form: str, asked: Asked = ASKED) -> bytes:
    weekly = StoreWeekly(shop.shelves)
    (one,) = [one for one in weekly.reports(asked, limit=99) if (one.team, one.form) == (team, form)]
    found = weekly.report(asked, one.id)
    assert found is not None
    return found[1]


def test_every_team_is_told_its_week(shop: Shop, work: WeeklyWork) -> None:
    call(shop, agent="8001", score=90.0, needs_human=2)
    call(shop, agent="8001", score=None, passed=None, state=CallState.NOT_SCORABLE.value)
    call(shop, agent="8002", score=70.0, passed=False)
    call(shop, team="south", agent="8003", score=None, passed=None, state=CallState.FAILED.value)
    call(shop, days_old=1)

    told = work.report(TURN, lambda: True)
    work.report(TURN, lambda: True)

    assert told == {"week": WEEK, "teams": 2, "reports": 6}
    north, south, both = (json.loads(report(shop, team, "json")) for team in ("north", "south", ""))
    assert (north["calls"], north["judged"], north["not_scorable"]) == (3, 2, 1)
    assert (north["scored"], north["mean_score"], north["passed"], north["needs_human"]) == (2, 80.0, 1, 1)
    assert north["agents"] == [
        {"agent_id": "8001", "calls": 2, "scored": 1, "mean_score": 90.0, "needs_human": 1},
        {"agent_id": "8002", "calls": 1, "scored": 1, "mean_score": 70.0, "needs_human": 0},
    ]
    assert north["rules"] == [{"rule": "r/no-promise", "calls": 3}]
    assert (south["calls"], south["failed"], south["scored"]) == (1, 1, 0)
    assert (south["mean_score"], south["passed"], south["needs_human"]) == (None, None, None)
    assert both["calls"] == 4


def test_the_workbook_says_the_same_in_words(shop: Shop, work: WeeklyWork) -> None:
    call(shop, team="=1+1", agent="8001")
    work.report(TURN, lambda: True)

    book = openpyxl.load_workbook(io.BytesIO(report(shop, "=1+1", "xlsx")))

    assert book.sheetnames == ["一周总览", "坐席", "规则"]
    header, row = book["一周总览"].iter_rows(values_only=True)
    assert header[:4] == ("周", "组", "通话数", "已判定")
    assert row[:4] == (WEEK, "=1+1", 1, 1)
    assert book["一周总览"]["B2"].data_type == "s"


def test_a_transferred_call_counts_for_each_agent_with_their_own_score(shop: Shop, work: WeeklyWork) -> None:
    both = call(shop, agent="8001")
    with shop.engine.begin() as connection:
        connection.execute(
            call_agents.insert().values(
                call_id=both,
                agent_id="8002",
                score=55.0,
                created_at=NOW,
                seq=sa.select(call_rows.c.seq).where(call_rows.c.id == both).scalar_subquery(),
            )
        )
    work.report(TURN, lambda: True)

    agents = json.loads(report(shop, "north", "json"))["agents"]

    assert [(one["agent_id"], one["calls"], one["scored"], one["mean_score"]) for one in agents] == [
        ("8001", 1, 1, 80.0),
        ("8002", 1, 1, 55.0),
    ]


def test_reports_of_other_teams_are_not_there(shop: Shop, work: WeeklyWork) -> None:
    call(shop, team="north")
    call(shop, team="south")
    work.report(TURN, lambda: True)
    weekly = StoreWeekly(shop.shelves)
    (all_teams,) = [one for one in weekly.reports(ASKED, limit=9) if (one.team, one.form) == ("", "json")]

    assert {one.team for one in weekly.reports(sees("north"), limit=9)} == {"north"}
    assert weekly.reports(sees(agent="8001"), limit=9) == []
    assert weekly.report(sees("north"), all_teams.id) is None


def test_a_week_in_which_nothing_came_is_told_too(shop: Shop, work: WeeklyWork) -> None:
    turn = Turn(Task.REPORTS, 1, NOW - timedelta(days=70))

    assert work.report(turn, lambda: True)["reports"] == 2
    assert json.loads(report(shop, "", "json"))["mean_score"] is None
    assert work.draw(turn, lambda: True)["drawn"] == 0
