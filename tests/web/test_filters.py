"""Lists, findings and exports take the same filters, and lists of work go on page by page."""

from __future__ import annotations

import csv
import io
from typing import Any

import httpx
import pytest

from qa_service.core.people import Right
from qa_service.stores.tables import calls, jobs
from tests.web.rules import Rules, book, table
from tests.web.samples import transcript
from tests.web.service import Service

SAID = ("您好，这款产品保本的，没有任何风险。", "好的，我再想想，谢谢。")
DULL = ("您好，请问有什么可以帮您？", "没事了，谢谢。")


def judged(service: Service, team: str, said: tuple[str, ...] = SAID, **envelope: object) -> str:
    given = transcript("", said, **envelope)
    sent = service.everything().post(f"/api/v1/calls/transcripts?team={team}", json=given).json()
    service.work_on(sent["job_id"])
    return str(sent["call_id"])


def listed(client: httpx.Client, where: str, **asked: object) -> set[str]:
    """The calls that this list or export tells of."""
    answer = client.get(f"/api/v1/{where}", params=asked)  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    if where == "calls":
        return {row["id"] for row in answer.json()["calls"]}
    if where == "findings":
        return {row["call_id"] for row in answer.json()["findings"]}
    return {row["通话编号"] for row in csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))}


WHERE = pytest.mark.parametrize("where", ["calls", "findings", "exports/calls.csv"])


@WHERE
def test_of_one_team_of_those_that_one_sees(either: Service, team: str, where: str) -> None:
    north, south = judged(either, team), judged(either, f"{team}-south")
    everything = either.everything()
    bound = either.client(secret=either.key(Right.SEE_CALLS, Right.EXPORT, team=team))

    assert listed(everything, where, team=team) == {north}
    assert listed(everything, where, team=f"{team}-south") == {south}
    assert listed(bound, where, team=f"{team}-south") == set()


@WHERE
def test_when_the_call_itself_was(either: Service, team: str, where: str) -> None:
    """Taken in today, all of them."""
    client = either.everything()
    days = {day: judged(either, team, started_at=f"2026-10-{day}T23:59:59+08:00") for day in ("30", "31")}
    unknown = judged(either, team)
    midnight = "2026-10-31T00:00:00+08:00"

    assert listed(client, where, team=team, started_since=midnight) == {days["31"]}
    assert listed(client, where, team=team, started_until=midnight) == {days["30"]}
    assert listed(client, where, team=team, since=midnight) == {*days.values(), unknown}


@WHERE
def test_who_called_whom(either: Service, team: str, where: str) -> None:
    client = either.everything()
    made = {way: judged(either, team, direction=way) for way in ("inbound", "outbound")}
    judged(either, team)

    for way, call in made.items():
        assert listed(client, where, team=team, direction=way) == {call}


@WHERE
def test_passed_failed_and_open_are_three_things(either: Service, team: str, where: str) -> None:
    client, made = either.everything(), {}
    for passed in (True, False, None):
        made[passed] = judged(either, team)
        with either.shelves.engine.begin() as connection:
            row = calls.c.id == made[passed]
            connection.execute(calls.update().where(row).values(passed=passed))

    assert listed(client, where, team=team, passed=True) == {made[True]}
    assert listed(client, where, team=team, passed=False) == {made[False]}
    assert listed(client, where, team=team) == set(made.values())


@WHERE
def test_where_a_call_came_from(either: Service, team: str, where: str) -> None:
    client, call = either.everything(), judged(either, team)
    source = client.get(f"/api/v1/calls/{call}").json()["source"]

    assert listed(client, where, team=team, source=source) == {call}
    assert listed(client, where, team=team, source=f"{source}x") == set()


@WHERE
def test_which_rulebook_judged(either: Service, team: str, where: str) -> None:
    rules, client, name = Rules(either, team), either.everything(), f"own-{team}"
    rules.publish(book(name), name)
    plain = judged(either, team)
    rules.route(table(f"{{id: mine, when: {{line: {name}}}, rulebooks: [service-zh, {name}]}}"))
    both = judged(either, team, line=name)
    rules.route("schema: qa-service/routing@1\n")

    assert listed(client, where, team=team, rulebook=name) == {both}
    assert listed(client, where, team=team, rulebook="service-zh") == {plain, both}
    assert listed(client, where, team=team, rulebook="service") == set()
    if where == "findings":
        found = client.get("/api/v1/findings", params={"team": team, "rulebook": name}).json()["findings"]
        assert {row["rule"] for row in found} == {f"{name}/promise"}
    elif where != "calls":
        (row,) = exported(client, team=team, rulebook=name)
        assert row["质检方案"] == name


def exported(client: httpx.Client, **asked: str) -> list[dict[str, str]]:
    answer = client.get("/api/v1/exports/calls.csv", params=asked)
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize(
    "asked", [{"direction": "sideways"}, {"passed": "perhaps"}, {"source": "x" * 101}, {"rulebooks": "x"}]
)
def test_what_is_no_filter_is_refused(service: Service, asked: dict[str, str]) -> None:
    for where in ("calls", "findings", "exports/calls.csv"):
        answer = service.everything().get(f"/api/v1/{where}", params=asked)
        assert (answer.status_code, answer.json()["error"]) == (422, "request_invalid")


def test_work_goes_on_page_by_page_without_a_gap_or_a_repeat(either: Service, team: str) -> None:
    """Two pieces of work of one moment among them."""
    client, made = either.everything(), []
    for forward in (0, 1, 1, 0, 1):
        either.clock.forward(seconds=forward)
        given = client.post(f"/api/v1/calls/transcripts?team={team}", json=transcript("", DULL)).json()
        made.append(given["job_id"])
    bound = either.client(secret=either.key(Right.MANAGE_WORK, Right.SEE_CALLS, team=team))
    whole = bound.get("/api/v1/jobs", params={"limit": 200}).json()

    pieces = list[dict[str, Any]]()
    before: str | None = ""
    for _ in made:
        page = bound.get("/api/v1/jobs", params={"limit": 2, "before": before}).json()
        pieces += page["jobs"]
        before = page["next"]
        if before is None:
            break

    assert before is None
    assert (whole["next"], {row["id"] for row in whole["jobs"]}) == (None, set(made))
    assert [row["id"] for row in pieces] == [row["id"] for row in whole["jobs"]]


def test_the_next_page_is_there_although_the_last_row_is_gone(either: Service, team: str) -> None:
    client = either.everything()
    for _ in range(3):
        either.clock.forward(seconds=1)
        client.post(f"/api/v1/calls/transcripts?team={team}", json=transcript("", DULL))
    bound = either.client(secret=either.key(Right.MANAGE_WORK, Right.SEE_CALLS, team=team))
    whole = [row["id"] for row in bound.get("/api/v1/jobs").json()["jobs"]]
    first = bound.get("/api/v1/jobs", params={"limit": 1}).json()
    with either.shelves.engine.begin() as connection:
        connection.execute(jobs.delete().where(jobs.c.id == first["jobs"][0]["id"]))

    rest = bound.get("/api/v1/jobs", params={"before": first["next"]}).json()

    assert [row["id"] for row in rest["jobs"]] == whole[1:]


@pytest.mark.parametrize("before", ["x", "1", "1.x", "9" * 17 + f".{'a' * 36}", f"-1.{'a' * 36}", "a" * 36])
def test_a_cursor_of_work_that_is_none_is_refused(service: Service, before: str) -> None:
    answer = service.everything().get("/api/v1/jobs", params={"before": before})

    assert (answer.status_code, answer.json()["error"]) == (422, "request_invalid")


ENDS = (
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-12:00",
)
ASKED = ("calls", "findings", "exports/calls.csv", "figures/agents", "audit", "alerts")


@pytest.mark.parametrize("end", ENDS)
def test_the_ends_of_the_calendar_are_no_bounds(service: Service, end: str) -> None:
    client, ever = service.everything(), end.startswith("0001")
    judged(service, "")
    key = {"name": "k", "scopes": ["calls:read"], "expires_at": end}

    for where in ASKED:
        name = "since" if ever or where == "alerts" else "until"
        answer = client.get(f"/api/v1/{where}", params={name: end})
        assert answer.status_code == 200, (where, answer.text)
    assert listed(client, "calls", **{"since" if ever else "until": end})
    assert not listed(client, "calls", **{"until" if ever else "since": end})
    held = client.post("/api/v1/holds", json={"because": "投诉在处理", "filter": {"until": end}})
    assert held.status_code == (422 if ever else 201), held.text
    preview = client.get("/api/v1/retention/preview", params={"until": end})
    made = client.post("/api/v1/keys", json=key)
    assert not ever or held.json()["error"] == "hold_of_nothing"
    assert (preview.status_code, made.status_code) == (200, 422 if ever else 201), preview.text


def test_an_end_that_never_comes_is_none(service: Service) -> None:
    client, login = service.everything(), {"agent_id": "8001", "extension": "6001", "from_at": ENDS[0]}
    agent = {"id": "8001", "teams": [{"team": "北区", "since": ENDS[0], "until": ENDS[3]}]}

    client.put("/api/v1/sources/logins", json={"logins": [{**login, "until_at": ENDS[2]}]})
    client.put("/api/v1/teams", json={"teams": [{"name": "北区"}]})
    client.put("/api/v1/agents", json={"agents": [agent]})

    assert client.get("/api/v1/sources/logins").json()["logins"][0]["until_at"] is None
    assert client.get("/api/v1/agents").json()["agents"][0]["teams"][0]["until"] is None
