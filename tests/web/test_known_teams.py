"""A call of a team that nobody knows is seen by nobody but leads: a slip is refused. Who did what is told by name."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from qa_service.core.people import Right, UserRole
from qa_service.core.staff import Team
from qa_service.stores.staff import StoreStaff
from tests.stores.shop import ASKED, Shop
from tests.web.samples import SOUND, transcript
from tests.web.service import MACHINE, PASSWORD, Service


@pytest.fixture
def shop(engine: sa.Engine, tmp_path: Path) -> Shop:
    return Shop(engine, tmp_path / "sound")


WAYS = [
    pytest.param(
        lambda client, team: client.post(
            "/api/v1/calls",
            files={"recording": ("a.wav", SOUND)},
            data={"team": team, "allow_duplicate": "true"},
        ),
        id="a recording",
    ),
    pytest.param(
        lambda client, team: client.post(f"/api/v1/calls/transcripts?team={team}", json=transcript()),
        id="a transcript",
    ),
    pytest.param(
        lambda client, team: client.post(
            f"/api/v1/batches?team={team}", json={"rows": [{"file_name": "a.wav"}]}
        ),
        id="a batch",
    ),
]


@pytest.mark.parametrize("send", WAYS)
def test_a_team_that_nobody_knows_is_refused(
    either: Service, team: str, send: Callable[[httpx.Client, str], httpx.Response]
) -> None:
    client = either.everything()

    refused, taken = send(client, f"{team}x"), send(client, team)

    assert (refused.status_code, refused.json()["error"]) == (422, "team_unknown")
    assert taken.status_code in (201, 202), taken.text


@pytest.mark.parametrize("send", WAYS)
def test_who_is_in_several_teams_says_whose_call_it_is(
    service: Service, team: str, send: Callable[[httpx.Client, str], httpx.Response]
) -> None:
    teams = (team, f"{team}-south")
    service.parts.staff.keep_teams(MACHINE, [Team(one) for one in teams])
    service.user(f"two.{team}", UserRole.REVIEWER, teams=teams)
    client = service.client(session=service.session(f"two.{team}"))

    asked, told = send(client, ""), send(client, teams[1])

    assert (asked.status_code, asked.json()["error"]) == (422, "which_team")
    assert "、".join(sorted(teams)) in asked.json()["detail"]
    assert told.status_code in (201, 202), told.text


@pytest.mark.parametrize("send", WAYS)
def test_who_is_in_no_team_is_told_before_anything_is_kept(
    service: Service, team: str, send: Callable[[httpx.Client, str], httpx.Response]
) -> None:
    service.user(f"none.{team}", UserRole.REVIEWER)
    client = service.client(session=service.session(f"none.{team}"))

    refused = send(client, "")

    assert (refused.status_code, refused.json()["error"]) == (403, "no_team")


def test_a_recording_of_a_batch_needs_no_word_of_its_team(service: Service, team: str) -> None:
    teams = (team, f"{team}-south")
    service.parts.staff.keep_teams(MACHINE, [Team(one) for one in teams])
    service.user(f"two.{team}", UserRole.REVIEWER, teams=teams)
    client = service.client(session=service.session(f"two.{team}"))
    batch = client.post(f"/api/v1/batches?team={team}", json={"rows": [{"file_name": "a.wav"}]}).json()

    sent = client.post("/api/v1/calls", files={"recording": ("a.wav", SOUND)}, data={"batch": batch["id"]})

    assert sent.status_code == 202, sent.text
    assert client.get(f"/api/v1/calls/{sent.json()['call_id']}").json()["team"] == team


@pytest.mark.parametrize("whose", ["a user's", "a key's"])
def test_a_team_is_known_by_those_who_are_in_it(either: Service, team: str, whose: str) -> None:
    client, fresh = either.everything(), f"{team}-{whose[2]}"
    before = WAYS[1].values[0](client, fresh).status_code  # type: ignore[operator]
    if whose == "a user's":
        either.user(f"one.{team}", UserRole.REVIEWER, teams=(fresh,))
    else:
        either.key(Right.UPLOAD, team=fresh)

    assert (before, WAYS[1].values[0](client, fresh).status_code) == (422, 202)  # type: ignore[operator]


@pytest.fixture
def admin(either: Service, team: str) -> httpx.Client:
    either.user(f"root.{team}", UserRole.ADMIN)
    return either.client(session=either.session(f"root.{team}"))


def new_user(team: str, *teams: str, role: str = "reviewer", **more: str) -> dict[str, object]:
    return {"name": f"new.{team}", "password": PASSWORD, "role": role, "teams": list(teams), **more}


def test_a_user_of_a_team_that_nobody_knows_is_refused(
    either: Service, admin: httpx.Client, team: str
) -> None:
    refused = admin.post("/api/v1/users", json=new_user(team, team, f"{team}x"))
    again = admin.post("/api/v1/users", json=new_user(team, f"{team}x"))
    made = admin.post("/api/v1/users", json=new_user(team, team, f"{team}-south"))
    address = f"/api/v1/users/{made.json()['id']}"
    moved = admin.patch(address, json={"teams": [f"{team}x"]})

    for answer in (refused, again, moved):
        assert (answer.status_code, answer.json()["error"]) == (422, "team_unknown")
    assert refused.json()["detail"].startswith("teams[1]")
    assert (made.status_code, made.json()["teams"]) == (201, [team, f"{team}-south"])
    assert admin.patch(address, json={"teams": [team]}).json()["teams"] == [team]
    kept = [
        one["teams"] for one in admin.get("/api/v1/users").json()["users"] if one["name"] == f"new.{team}"
    ]
    assert kept == [[team]]


def test_a_key_of_a_team_that_nobody_knows_is_refused(
    either: Service, admin: httpx.Client, team: str
) -> None:
    wanted = {"name": team, "scopes": ["calls:upload"]}

    refused = admin.post("/api/v1/keys", json={**wanted, "team": f"{team}x"})
    made = admin.post("/api/v1/keys", json={**wanted, "team": team})

    assert (refused.status_code, refused.json()["error"]) == (422, "team_unknown")
    assert made.status_code == 201
    assert [one["team"] for one in admin.get("/api/v1/keys").json()["keys"] if one["name"] == team] == [team]


def test_an_agents_teams_are_kept_and_show_no_more_calls(
    either: Service, admin: httpx.Client, team: str
) -> None:
    WAYS[1].values[0](either.everything(), team)  # type: ignore[operator]
    new = new_user(team, team, role="agent", agent_id=f"8001-{team}")

    made = admin.post("/api/v1/users", json=new)
    agent = either.client(session=either.session(f"new.{team}"))

    assert (made.status_code, made.json()["teams"]) == (201, [team])
    assert agent.get("/api/v1/me").json()["teams"] == [team]
    assert agent.get("/api/v1/calls").json()["calls"] == []


def test_where_there_are_no_teams_any_will_do(shop: Shop) -> None:
    staff = StoreStaff(shop.shelves)

    before = staff.knows_team("北区")
    staff.keep_teams(ASKED, [Team("南区")])

    assert (before, staff.knows_team("北区"), staff.knows_team("南区")) == (True, False, True)


def test_the_audit_log_says_who(either: Service, team: str) -> None:
    user = either.user(f"li.{team}", UserRole.REVIEWER)
    either.session(user.name)
    key = either.key(Right.SEE_AUDIT)

    told = either.client(secret=key).get("/api/v1/audit", params={"limit": 50}).json()

    assert told["names"][user.id] == user.name
    assert set(told["names"]) <= {one["who"] for one in told["entries"]} | {
        one["object"].removeprefix("user:") for one in told["entries"]
    }


def test_approvers_read_who_wrote_a_draft(either: Service, team: str) -> None:
    for name in ("anna", "bo"):
        either.user(f"{name}.{team}", UserRole.QA_LEAD)
    anna, bo = (either.client(session=either.session(f"{name}.{team}")) for name in ("anna", "bo"))
    book = f"schema: qa-service/rulebook@1\nname: {team}\nversion: 1\ntitle: 热线\ninclude: [service-zh@1]\n"
    anna.put(f"/api/v1/rulebooks/{team}/draft", json={"source": book}).raise_for_status()

    draft = bo.get(f"/api/v1/rulebooks/{team}/draft").json()
    approved = {"digest": draft["digest"], "note": "看过"}
    version = bo.post(f"/api/v1/rulebooks/{team}/draft/publish", json=approved)

    assert [draft["names"][one] for one in draft["authors"]] == [f"anna.{team}"]
    assert version.status_code == 201, version.text
    row = version.json()
    assert row["names"] == {row["authors"][0]: f"anna.{team}", row["published_by"]: f"bo.{team}"}
    assert json.dumps(row["names"]) in json.dumps(bo.get(f"/api/v1/rulebooks/{team}").json())


def test_agents_come_into_teams_that_there_are_and_an_empty_team_can_be_taken_back(
    either: Service, team: str
) -> None:
    client, slip, agent = either.everything(), f"{team}驱", f"8001-{team}"
    agents = {"agents": [{"id": agent, "teams": [{"team": slip}]}]}
    rows = f"工号,组\n{agent},{slip}\n{agent}x,{team}\n".encode()

    refused = client.put("/api/v1/agents", json=agents)
    read = client.post("/api/v1/agents/csv", content=rows).json()
    teams = {one["name"] for one in client.get("/api/v1/teams").json()["teams"]}
    client.put("/api/v1/teams", json={"teams": [{"name": slip}]})
    taken = client.put("/api/v1/agents", json=agents)
    in_use = client.delete("/api/v1/teams", params={"name": slip})
    client.put("/api/v1/agents", json={"agents": [{"id": agent}]})
    gone = client.delete("/api/v1/teams", params={"name": slip})

    assert (refused.status_code, refused.json()["error"]) == (422, "team_unknown")
    assert ([(one["row"], one["error"]) for one in read["errors"]], read["agents"]) == (
        [(2, "team_unknown")],
        1,
    )
    assert slip not in teams
    assert (taken.status_code, in_use.status_code, in_use.json()["error"]) == (200, 409, "team_in_use")
    assert gone.status_code == 204
    assert client.delete("/api/v1/teams", params={"name": slip}).status_code == 404
