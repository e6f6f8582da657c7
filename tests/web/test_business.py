"""Outcomes, agents and teams through the API: files of strangers, dry runs, and the team that a call gets."""

from __future__ import annotations

from typing import Any

import httpx

from qa_service.core.people import Right, UserRole
from tests.web.samples import transcript
from tests.web.service import Service


def call(client: httpx.Client, team: str, *, agent: str = "", **more: Any) -> str:
    made = client.post(f"/api/v1/calls/transcripts?team={team}", json=transcript(agent, **more)).json()
    return str(made["call_id"])


def test_a_file_in_gbk_is_tried_kept_and_kept_once(either: Service, team: str) -> None:
    client = either.everything()
    made = call(client, team, call_id=team)
    good = f"外部编号,类型,值,时间,备注\n{team},满意度,5,2026-11-25 14:30,好\n{team},投诉,,2026-11-25,\n"
    rows = f"{good}没有,nps,9,昨天,\n"

    def send(**query: str) -> dict[str, Any]:
        sent = client.post("/api/v1/outcomes/csv", content=rows.encode("gbk"), params=query)
        assert sent.status_code == 200, sent.text
        found: dict[str, Any] = sent.json()
        return found

    dry, nothing = send(dry_run="true"), client.get(f"/api/v1/calls/{made}/outcomes").json()["outcomes"]
    first, second = send(), send()
    kept = client.get(f"/api/v1/calls/{made}/outcomes").json()["outcomes"]

    assert nothing == []
    assert [(told["new"], told["known"], told["is_dry_run"]) for told in (dry, first, second)] == [
        (2, 0, True),
        (2, 0, False),
        (0, 2, False),
    ]
    assert [(one["row"], one["error"]) for one in first["errors"]] == [(4, "time_unreadable")]
    assert first["ignored"] == ["备注"]
    assert sorted((one["kind"], one["value"]) for one in kept) == [("complaint", 1.0), ("csat", 5.0)]


def test_one_outcome_as_json_and_an_earlier_call_by_the_number(either: Service, team: str) -> None:
    client = either.everything()
    number = "0755-8" + str(int(team[-6:], 16) % 10**7).zfill(7)
    first = call(client, team, customer_number=number)
    either.clock.forward(seconds=1)
    second = call(client, team, customer_number=number)
    told = {"kind": "churn", "at": "2026-11-25T00:00:00Z", "customer_number": number}

    taken = client.post("/api/v1/outcomes", json={"outcomes": [told]}).json()
    earlier = client.get(f"/api/v1/calls/{second}/earlier").json()["calls"]

    assert (taken["new"], taken["errors"]) == (1, [])
    assert [one["id"] for one in earlier] == [first]
    for made in (first, second):
        (one,) = client.get(f"/api/v1/calls/{made}/outcomes").json()["outcomes"]
        assert (one["kind"], one["is_of_customer"]) == ("churn", True)


def test_whoever_may_not_sends_no_file(service: Service) -> None:
    client = service.client(secret=service.key(Right.SEE_CALLS))

    assert client.post("/api/v1/outcomes/csv", content=b"x" * 1_000_000).status_code == 403
    assert service.client().post("/api/v1/agents/csv", content=b"x").status_code == 401
    too_much = service.everything().post("/api/v1/agents/csv", content=b"x" * (3 << 20))
    assert too_much.status_code == 413


def test_agents_are_imported_and_calls_get_their_team(either: Service, team: str) -> None:
    client, agent = either.everything(), f"8001-{team}"
    rows = f"工号,姓名,组,失效日期\n{agent},李伟,{team},\n{agent}x,王芳,{team},后天\n"

    dry = client.post("/api/v1/agents/csv", content=rows.encode(), params={"dry_run": "true"}).json()
    unknown = call(client, "", agent=agent)
    kept = client.post("/api/v1/agents/csv", content=rows.encode()).json()
    known = call(client, "", agent=agent)
    elsewhere = call(client, f"{team}-south", agent=agent)

    assert (dry["agents"], dry["is_dry_run"], kept["agents"]) == (1, True, 1)
    assert [(one["row"], one["error"]) for one in kept["errors"]] == [(3, "time_unreadable")]
    teams = [client.get(f"/api/v1/calls/{made}").json()["team"] for made in (unknown, known, elsewhere)]
    assert teams == ["", team, f"{team}-south"]


def test_agents_see_themselves_and_supervisors_their_team(service: Service, team: str) -> None:
    admin = service.client(secret=service.key(Right.MANAGE_AGENTS, Right.SEE_AGENTS))
    mine, other = f"1-{team}", f"2-{team}"
    agents = [
        {"id": mine, "shown_as": "李伟", "extension": "6001", "teams": [{"team": team}]},
        {"id": other, "teams": [{"team": f"{team}-south", "since": "2026-01-01T00:00:00+08:00"}]},
    ]
    service.user(f"agent.{team}", UserRole.AGENT, agent_id=mine)
    service.user(f"head.{team}", UserRole.SUPERVISOR, teams=(f"{team}-south",))

    kept = admin.put("/api/v1/agents", json={"agents": agents})
    admin.put("/api/v1/teams", json={"teams": [{"name": team, "shown_as": "北区一组"}]})
    agent = service.client(session=service.session(f"agent.{team}"))
    head = service.client(session=service.session(f"head.{team}"))

    assert kept.json()["agents"] == 2
    assert [one["id"] for one in agent.get("/api/v1/agents").json()["agents"]] == [mine]
    assert agent.get("/api/v1/teams").json()["teams"] == [{"name": team, "shown_as": "北区一组"}]
    assert [one["id"] for one in head.get("/api/v1/agents").json()["agents"]] == [other]
    assert {mine, other} <= {one["id"] for one in admin.get("/api/v1/agents").json()["agents"]}
    overlapping = [{"id": mine, "teams": [{"team": "a"}, {"team": "b"}]}]
    assert admin.put("/api/v1/agents", json={"agents": overlapping}).json()["error"] == "staff_overlap"


def test_figures_of_agents(either: Service, team: str) -> None:
    client, agent = either.everything(), f"8001-{team}"
    made = client.post(f"/api/v1/calls/transcripts?team={team}", json=transcript(agent)).json()
    of_team = either.client(secret=either.key(Right.SEE_CALLS, team=team))

    before = of_team.get("/api/v1/figures/agents").json()["agents"]
    either.work_on(made["job_id"])
    after = of_team.get("/api/v1/figures/agents").json()["agents"]

    assert before == [{"agent_id": agent, "calls": 1, "scored": 0, "mean_score": None, "needs_human": None}]
    assert [(one["calls"], one["scored"], one["needs_human"]) for one in after] == [(1, 1, 0)]
    assert after[0]["mean_score"] is not None


def test_names_of_agents_are_shown_where_agents_are_and_go_nowhere_else(either: Service, team: str) -> None:
    """They are people's names: no figure, list, export or entry of the audit log says them."""
    agent, name = f"8001-{team}", f"李伟{team}"
    kept = {"agents": [{"id": agent, "shown_as": name, "extension": "6001", "teams": [{"team": team}]}]}
    client = either.everything()
    assert client.put("/api/v1/agents", json=kept).status_code == 200
    made = client.post(f"/api/v1/calls/transcripts?team={team}", json=transcript(agent)).json()
    either.work_on(made["job_id"])
    head = either.client(secret=either.key(*Right, team=team))
    other = either.client(secret=either.key(*Right, team=f"{team}-south"))

    told = {
        path: head.get(f"/api/v1/{path}")
        for path in (
            *("calls", f"calls/{made['call_id']}", f"calls/{made['call_id']}/assessment", "findings"),
            *("figures/agents", "exports/calls.csv", "exports/findings.csv", "exports/assessments.jsonl"),
        )
    }

    assert name in head.get("/api/v1/agents").text
    assert name not in other.get("/api/v1/agents").text
    assert {path: answer.status_code for path, answer in told.items()} == dict.fromkeys(told, 200)
    assert [path for path, answer in told.items() if name in answer.text] == []
    assert not [entry for entry in either.audit() if name in entry["detail"] + entry["object"]]
