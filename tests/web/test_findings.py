"""Findings over many calls: of current evaluations only, page by page, each where one may see the call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from qa_service.core.people import Right
from qa_service.stores.tables import findings
from tests.web.rules import Rules, book, table
from tests.web.samples import transcript
from tests.web.service import Service

SAID = ("您好，这款产品保本的，没有任何风险。", "好的，我再想想，谢谢。")
DULL = ("您好，请问有什么可以帮您？", "没事了，谢谢。")


def judged(service: Service, team: str, said: tuple[str, ...] = SAID, agent: str = "") -> str:
    client = service.everything()
    sent = client.post(f"/api/v1/calls/transcripts?team={team}", json=transcript(agent, said)).json()
    service.work_on(sent["job_id"])
    return str(sent["call_id"])


def of_team(service: Service, team: str) -> httpx.Client:
    return service.client(secret=service.key(Right.SEE_CALLS, team=team))


def listed(client: httpx.Client, **asked: Any) -> list[dict[str, Any]]:
    answer = client.get("/api/v1/findings", params=asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["findings"]
    return found


def test_a_finding_says_where_and_how_sure_and_no_words(either: Service, team: str) -> None:
    call = judged(either, team)
    document = either.everything().get(f"/api/v1/calls/{call}/assessment").json()

    rows = listed(of_team(either, team))

    assert {row["id"] for row in rows} == {finding["id"] for finding in document["findings"]}
    assert {(row["call_id"], row["team"]) for row in rows} == {(call, team)}
    assert "保本" not in str(rows)


def test_pages_meet_without_a_gap_or_a_repeat(either: Service, team: str) -> None:
    for _ in range(4):
        judged(either, team)
    client = of_team(either, team)
    whole, pieces, before = listed(client, limit=200), list[dict[str, Any]](), ""
    while True:
        page = client.get("/api/v1/findings", params={"limit": 3, "before": before}).json()
        pieces += page["findings"]
        if page["next"] is None:
            break
        before = page["next"]

    assert pieces == whole
    assert len({row["call_id"] for row in whole}) == 4


def test_filters_leave_what_they_name(either: Service, team: str) -> None:
    first, second = judged(either, team, agent="8001"), judged(either, team, agent="8002")
    judged(either, team, DULL)
    client = of_team(either, team)
    rows = listed(client)
    rule = rows[0]["rule"]

    assert {row["call_id"] for row in listed(client, call_id=first)} == {first}
    assert {row["call_id"] for row in listed(client, agent_id="8002")} == {second}
    assert {row["rule"] for row in listed(client, rule=rule)} == {rule}
    assert listed(client, rule="no/such-rule") == []
    assert {row["severity"] for row in listed(client, severity="critical")} <= {"critical"}
    assert all(row["needs_human"] for row in listed(client, needs_human=True))
    assert {row["stage"] for row in listed(client, stage="score")} <= {"score"}


@pytest.mark.parametrize("agent", ["8001", ""], ids=["an agent", "nobody"])
def test_a_finding_says_whose_it_is_and_by_which_rulebook(either: Service, team: str, agent: str) -> None:
    judged(either, team, agent=agent and f"{agent}-{team}")

    rows = listed(of_team(either, team))

    assert {row["agent_id"] for row in rows} == {agent and f"{agent}-{team}"}
    assert {row["rulebook"] for row in rows} == {"service-zh"}


def test_a_number_in_an_agents_id_is_covered(either: Service, team: str) -> None:
    judged(either, team, agent="8001-13800138000")

    assert {row["agent_id"] for row in listed(of_team(either, team))} == {"8001-●●●●●●●●●●●"}


@pytest.fixture
def twice(either: Service, team: str) -> Iterator[str]:
    """A call that two rulebooks judged, the second with the rules of the first and one of its own; and its name."""
    rules, name = Rules(either, team), f"both-{team}"
    rules.publish(book(name, include="service-zh@1"), name)
    rules.route(table(f"{{id: mine, when: {{line: {name}}}, rulebooks: [service-zh, {name}]}}"))
    sent = (
        either.everything()
        .post(f"/api/v1/calls/transcripts?team={team}", json=transcript("", SAID, line=name))
        .json()
    )
    either.work_on(sent["job_id"])
    yield name
    rules.route("schema: qa-service/routing@1\n")


def test_what_two_rulebooks_found_alike_is_listed_once_as_it_is_counted(
    either: Service, team: str, twice: str
) -> None:
    client = of_team(either, team)
    (call,) = client.get("/api/v1/calls").json()["calls"]

    rows = listed(client)
    by_each = {name: listed(client, rulebook=name) for name in ("service-zh", twice)}

    assert len({row["id"] for row in rows}) == len(rows) == call["findings"]
    assert sum(row["needs_human"] for row in rows) == call["needs_human"]
    shared = {row["id"] for row in by_each["service-zh"]}
    assert shared < {row["id"] for row in by_each[twice]}
    assert {row["rulebook"] for row in rows if row["id"] in shared} == {"service-zh"}
    assert {row["rulebook"] for row in rows if row["id"] not in shared} == {twice}
    assert {row["rulebook"] for row in by_each[twice]} == {twice}
    assert len({(row["evaluation_id"], row["id"]) for row in by_each[twice]}) == len(by_each[twice])


def test_of_two_that_found_the_same_the_surer_one_counts(either: Service, team: str, twice: str) -> None:
    client = of_team(either, team)
    one = next(row for row in listed(client, rulebook="service-zh") if row["severity"] == "critical")
    own = sa.and_(findings.c.evaluation_id == one["evaluation_id"], findings.c.id == one["id"])
    other = sa.and_(findings.c.evaluation_id != one["evaluation_id"], findings.c.id == one["id"])

    def rulebook(**kept: object) -> list[str]:
        with either.shelves.engine.begin() as connection:
            connection.execute(findings.update().where(other).values(needs_human=False, verdict=""))
            connection.execute(
                findings.update().where(own).values({"needs_human": False, "verdict": "", **kept})
            )
        return [row["rulebook"] for row in listed(client) if row["id"] == one["id"]]

    assert rulebook() == ["service-zh"]
    assert rulebook(needs_human=True) == [twice]
    assert rulebook(verdict="dismissed") == [twice]
    assert rulebook(verdict="confirmed") == ["service-zh"]


def test_pages_meet_where_two_rulebooks_judged(either: Service, team: str, twice: str) -> None:
    client = of_team(either, team)
    whole, pieces, before = listed(client, limit=200), list[dict[str, Any]](), ""
    for _ in whole:
        page = client.get("/api/v1/findings", params={"limit": 1, "before": before}).json()
        pieces += page["findings"]
        before = page["next"] or before

    assert pieces == whole


def test_what_an_older_evaluation_found_is_not_listed_again(either: Service, team: str) -> None:
    call = judged(either, team)
    client = of_team(either, team)
    before = listed(client)

    again = either.everything().post(f"/api/v1/calls/{call}/roles", json={"swap": True}).json()
    either.processor().judge(again["id"])

    after = listed(client)
    assert {row["evaluation_id"] for row in before}.isdisjoint(row["evaluation_id"] for row in after)
    assert len({row["evaluation_id"] for row in after}) <= 1


def test_of_another_team_nothing_is_listed(either: Service, team: str) -> None:
    judged(either, team)

    assert listed(of_team(either, f"{team}-south")) == []


@pytest.mark.parametrize("before", ["x", "1", "1.2", "1.2.", "9" * 60, "1.2.a b", "-1.2.a"])
def test_a_cursor_that_is_none_is_refused(service: Service, before: str) -> None:
    answer = service.everything().get("/api/v1/findings", params={"before": before})

    assert (answer.status_code, answer.json()["error"]) == (422, "request_invalid")


@pytest.mark.parametrize("address", ["/api/v1/calls", "/api/v1/findings", "/api/v1/exports/calls.csv"])
def test_a_slip_in_a_filter_lists_nothing_rather_than_everything(
    either: Service, team: str, address: str
) -> None:
    refused = either.everything().get(address, params={"agentid": "8012"})

    assert (refused.status_code, refused.json()["error"]) == (422, "request_invalid")
    assert "agent_id" in refused.json()["detail"]
