"""A lead who is bound to teams works on drafts and on those teams' calls; what is the whole centre's is for others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from qa_service.core.people import Right, UserRole
from tests.web.rules import AUTHOR, NOTE, Rules, book, digest, table
from tests.web.samples import transcript
from tests.web.service import Service


@dataclass(frozen=True)
class Leads:
    """One lead without a border, one of a team, one of two, and a call of each team."""

    service: Service
    team: str
    free: httpx.Client
    bound: httpx.Client
    of_both: httpx.Client
    own: str
    other: str

    def hold(self, by: httpx.Client, *calls: str) -> dict[str, Any]:
        made: dict[str, Any] = by.post("/api/v1/holds", json={"because": "诉讼", "call_ids": calls}).json()
        return made

    def lift(self, by: httpx.Client, hold: str) -> tuple[int, str]:
        answer = by.post(f"/api/v1/holds/{hold}/lift", json={"because": "结案"})
        return answer.status_code, answer.json()["error"] if answer.content else ""


@pytest.fixture
def leads(either: Service, team: str) -> Leads:
    south, uploads = f"{team}-south", either.everything()

    def lead(name: str, *teams: str) -> httpx.Client:
        user = either.user(f"{name}.{team}", UserRole.QA_LEAD, teams=teams)
        return either.client(session=either.session(user.name))

    own, other = (
        uploads.post(f"/api/v1/calls/transcripts?team={of}", json=transcript()).json()["call_id"]
        for of in (team, south)
    )
    return Leads(either, team, lead("free"), lead("bound", team), lead("both", team, south), own, other)


def test_a_lead_of_a_team_writes_and_tries_drafts_and_publishes_none(leads: Leads) -> None:
    name = leads.team.replace("team-", "book-")
    path = f"/api/v1/rulebooks/{name}"
    source = book(name)
    leads.service.parts.rulebooks.write(AUTHOR, name, source)
    given = {"digest": digest(source), "note": NOTE}

    tried = leads.bound.post(f"{path}/draft/test", json={})
    refused = leads.bound.post(f"{path}/draft/publish", json=given)
    made = leads.free.post(f"{path}/draft/publish", json=given)
    retired = leads.bound.post(f"{path}/versions/{made.json()['digest']}/retire", json={"note": NOTE})
    written = leads.bound.put(f"{path}/draft", json={"source": book(name, 2)})

    assert (tried.status_code, made.status_code, written.status_code) == (200, 201, 200)
    assert [(a.status_code, a.json()["error"]) for a in (refused, retired)] == [(403, "centre_only")] * 2
    assert "全中心" in refused.json()["detail"]


def test_a_lead_of_a_team_tries_a_table_on_its_calls_alone_and_publishes_none(leads: Leads) -> None:
    rules, desk = Rules(leads.service, leads.team), leads.service.parts.routing
    source, path = table(), "/api/v1/routing/draft"
    desk.drop(AUTHOR)
    desk.write(AUTHOR, source)
    given = {"digest": digest(source), "note": NOTE}

    runs = {who: getattr(leads, who).post(f"{path}/dry-run").json() for who in ("bound", "of_both")}
    refused = leads.bound.post(f"{path}/publish", json=given)
    untried = leads.free.post(f"{path}/publish", json=given)
    all_of_it = leads.free.post(f"{path}/dry-run").json()
    made = leads.free.post(f"{path}/publish", json=given)
    rules.route("schema: qa-service/routing@1\n")

    assert {who: (run["there_were"], run["asked"]) for who, run in runs.items()} == {
        "bound": (1, 1),
        "of_both": (2, 2),
    }
    assert all_of_it["there_were"] >= 2
    assert (refused.status_code, refused.json()["error"]) == (403, "centre_only")
    assert (untried.status_code, untried.json()["error"]) == (409, "routing_not_tried")
    assert made.status_code == 201, made.text


def test_a_lead_of_a_team_holds_its_own_calls_and_lifts_that_hold(leads: Leads) -> None:
    held = leads.hold(leads.bound, leads.own)
    (listed,) = [one for one in leads.bound.get("/api/v1/holds").json()["holds"] if one["id"] == held["id"]]

    assert (held["calls"], listed["is_centre_wide"]) == (1, False)
    assert leads.lift(leads.bound, held["id"]) == (204, "")


@pytest.mark.parametrize("calls", [("own",), ("own", "other")])
def test_the_centres_hold_is_lifted_by_nobody_who_is_bound(leads: Leads, calls: tuple[str, ...]) -> None:
    held = leads.hold(leads.free, *(getattr(leads, one) for one in calls))["id"]

    refused = [leads.lift(by, held) for by in (leads.bound, leads.of_both)]

    assert refused == [(403, "centre_only")] * 2
    assert leads.lift(leads.free, held) == (204, "")


def test_of_the_centres_hold_a_lead_of_a_team_learns_of_the_own_calls_and_not_why(leads: Leads) -> None:
    held = leads.hold(leads.free, leads.own, leads.other)["id"]

    def listed(by: httpx.Client) -> dict[str, Any]:
        return next(one for one in by.get("/api/v1/holds").json()["holds"] if one["id"] == held)

    assert (listed(leads.bound)["calls"], listed(leads.bound)["because"]) == (1, "")
    assert (listed(leads.free)["calls"], listed(leads.free)["because"]) == (2, "诉讼")


def test_a_hold_on_calls_of_others_too_is_lifted_by_who_sees_them_all(leads: Leads) -> None:
    held = leads.hold(leads.of_both, leads.own, leads.other)["id"]

    assert leads.lift(leads.bound, held) == (403, "centre_only")
    assert leads.lift(leads.of_both, held) == (204, "")


def test_a_hold_on_calls_of_others_alone_is_not_there(leads: Leads) -> None:
    held = leads.hold(leads.free, leads.other)["id"]

    assert leads.lift(leads.bound, held) == (404, "not_found")


def test_a_programs_key_of_a_team_has_the_same_border(leads: Leads) -> None:
    key = leads.service.client(secret=leads.service.key(*Right, team=leads.team))
    held = leads.hold(leads.free, leads.own)["id"]

    answers = [
        key.put(f"/api/v1/retention/classes/{leads.team}", json={}),
        key.post(f"/api/v1/retention/classes/{leads.team}/enforce"),
        key.put("/api/v1/retention/default", json={"name": ""}),
        key.get("/api/v1/retention/preview", params={"until": "2027-01-01T00:00:00Z"}),
        key.post(f"/api/v1/holds/{held}/lift", json={"because": "结案"}),
    ]
    own, both = (
        key.post("/api/v1/retention/assign", json={"name": "", "call_ids": ids})
        for ids in ([leads.own], [leads.own, leads.other])
    )

    assert [(one.status_code, one.json()["error"]) for one in answers] == [(403, "centre_only")] * 5
    assert own.json() == {"calls": 1}
    assert (both.status_code, both.json()["error"]) == (404, "calls_missing")


def test_sentences_of_refusals_are_in_one_language(leads: Leads) -> None:
    key = leads.service.client(secret=leads.service.key(*Right, team=leads.team))
    nowhere = "01a2154c-0c94-776d-a6d6-65a54a2a5aea"

    told = [
        key.post(f"/api/v1/keys/{nowhere}/approve"),
        key.post(f"/api/v1/calls/{leads.own}/findings/f/reviews", json={"verdict": "confirmed"}),
        key.post("/api/v1/me/password", json={"old": "一句自己的话", "new": "另一句自己的话"}),
        key.post(f"/api/v1/calls/transcripts?team={leads.team}-south", json=transcript()),
        leads.bound.post("/api/v1/routing/draft/publish", json={"digest": "ab" * 32, "note": NOTE}),
    ]

    assert [one.status_code for one in told] == [403] * 5
    assert [one.json()["detail"] for one in told if re.search("[a-z]", one.json()["detail"])] == []
