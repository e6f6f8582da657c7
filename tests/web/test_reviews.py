"""Reviews: a person's verdict scores the call anew at once, is kept whatever is judged later, and is never lost."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from qa_service.core.people import UserRole
from qa_service.core.webhooks import NewWebhook, WebhookKind
from tests.web.samples import transcript
from tests.web.service import MACHINE, Service
from tests.web.test_findings import judged as judged_call
from tests.web.test_findings import listed

ADDRESS = "https://hooks.example.com/qa"
#: Whether it was said of money that is invested, the machine does not know: a person decides.
UNSURE = ("您好，这个保本的，您放心。", "好的，我再想想，谢谢。")


def judged(service: Service, team: str, agent: str = "") -> str:
    return judged_call(service, team, UNSURE, agent)


def person(
    service: Service, team: str, role: UserRole = UserRole.REVIEWER, *, agent: str = ""
) -> httpx.Client:
    name = f"{role.value}.{team}.{len(service.clients)}"
    service.user(name, role, teams=(team,), agent_id=agent)
    return service.client(session=service.session(name))


def assessment(client: httpx.Client, call: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/api/v1/calls/{call}/assessment").json()
    return found


def costly(client: httpx.Client, call: str) -> str:
    """The finding that breaks the fatal criterion, or would if a person said so."""
    found = assessment(client, call)["findings"]
    return next(str(one["id"]) for one in found if one["severity"] == "critical")


def say(client: httpx.Client, call: str, finding: str, verdict: str, **more: Any) -> httpx.Response:
    body = {"verdict": verdict, "reason": "引用客户的话" if verdict == "dismissed" else "", **more}
    return client.post(f"/api/v1/calls/{call}/findings/{finding}/reviews", json=body)


def row(client: httpx.Client, call: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/api/v1/calls/{call}").json()
    return {name: found[name] for name in ("score", "passed", "worst", "findings", "needs_human", "status")}


def history(client: httpx.Client, call: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/api/v1/calls/{call}/evaluations").json()["evaluations"]
    return found


def reviews(client: httpx.Client, call: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/api/v1/calls/{call}/reviews").json()["reviews"]
    return found


def swap(service: Service, call: str) -> None:
    """Judged again with the roles the other way round, by a worker."""
    again = service.everything().post(f"/api/v1/calls/{call}/roles", json={"swap": True}).json()
    service.processor().judge(again["id"])


def test_a_dismissed_finding_no_longer_counts_and_a_confirmed_one_does(either: Service, team: str) -> None:
    call, reviewer = judged(either, team), person(either, team)
    finding, before = costly(reviewer, call), row(reviewer, call)

    assert say(reviewer, call, finding, "confirmed").status_code == 200
    confirmed, told = row(reviewer, call), assessment(reviewer, call)
    assert say(reviewer, call, finding, "dismissed").status_code == 200
    dismissed = row(reviewer, call)

    assert (confirmed["passed"], confirmed["worst"]) == (False, "critical")
    assert confirmed["needs_human"] == before["needs_human"] - 1
    assert told["evaluation"]["fatal"] != []
    assert dismissed["findings"] == before["findings"] - 1
    assert dismissed["worst"] != "critical"
    assert dismissed["score"] > confirmed["score"]
    shown = {one["id"]: one for one in assessment(reviewer, call)["findings"]}
    assert (shown[finding]["verdict"], shown[finding]["needs_human"]) == ("dismissed", False)
    assert [one["origin"] for one in history(reviewer, call)] == ["human", "human", "full"]
    assert [one["is_current"] for one in history(reviewer, call)] == [True, False, False]


def test_what_the_machine_said_is_kept_as_it_was(either: Service, team: str) -> None:
    call, reviewer = judged(either, team), person(either, team)
    (machine,) = history(reviewer, call)

    say(reviewer, call, costly(reviewer, call), "dismissed")

    human, kept = history(reviewer, call)
    assert kept == {**machine, "is_current": False}
    assert (human["machine_id"], human["rulebook"]) == (machine["id"], machine["rulebook"])


def test_taken_back_everything_is_as_before(either: Service, team: str) -> None:
    call, reviewer = judged(either, team), person(either, team)
    finding, before = costly(reviewer, call), (row(reviewer, call), assessment(reviewer, call))
    say(reviewer, call, finding, "confirmed")

    assert say(reviewer, call, finding, "withdrawn").status_code == 200

    assert (row(reviewer, call), assessment(reviewer, call)) == before
    assert [one["origin"] for one in history(reviewer, call) if one["is_current"]] == ["full"]
    assert [one["verdict"] for one in reviews(reviewer, call)] == ["withdrawn", "confirmed"]
    other = say(person(either, team), call, finding, "withdrawn")
    assert (other.status_code, other.json()["error"]) == (409, "nothing_to_withdraw")


def test_there_is_nothing_to_take_back_where_nobody_spoke(service: Service, team: str) -> None:
    call, reviewer = judged(service, team), person(service, team)

    answer = say(reviewer, call, costly(reviewer, call), "withdrawn")

    assert (answer.status_code, answer.json()["error"]) == (409, "nothing_to_withdraw")
    assert reviews(reviewer, call) == []


def test_said_twice_is_said_once(either: Service, team: str) -> None:
    call, reviewer, other = judged(either, team), person(either, team), person(either, team)
    finding = costly(reviewer, call)
    first = say(reviewer, call, finding, "confirmed").json()
    made = history(reviewer, call)

    assert say(reviewer, call, finding, "confirmed", expects="").json() == first
    agreed = say(other, call, finding, "confirmed").json()

    assert agreed["id"] != first["id"]
    assert len(reviews(reviewer, call)) == 2
    assert history(reviewer, call) == made


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"verdict": "dismissed"}, id="dismissed without a reason"),
        pytest.param({"verdict": "dismissed", "reason": " …。"}, id="a reason that says nothing"),
        pytest.param({"verdict": "dismissed", "reason": "长" * 501}, id="a reason without an end"),
        pytest.param({"verdict": "maybe"}, id="no verdict"),
        pytest.param({}, id="nothing"),
        pytest.param({"verdict": "confirmed", "expects": "x"}, id="expects what is no id"),
        pytest.param({"verdict": "confirmed", "by": "somebody else"}, id="in another's name"),
        pytest.param({"verdict": "confirmed", "reason": "\x00"}, id="a NUL"),
    ],
)
def test_what_cannot_be_said(service: Service, team: str, body: dict[str, Any]) -> None:
    call, reviewer = judged(service, team), person(service, team)
    finding = costly(reviewer, call)

    answer = reviewer.post(f"/api/v1/calls/{call}/findings/{finding}/reviews", json=body)

    assert answer.status_code == 422
    assert reviews(reviewer, call) == []
    assert len(history(reviewer, call)) == 1


def test_who_comes_later_learns_that_somebody_came_before(either: Service, team: str) -> None:
    call, first, second = judged(either, team), person(either, team), person(either, team)
    finding = costly(first, call)
    seen = say(first, call, finding, "confirmed", expects="").json()["id"]

    late = say(second, call, finding, "dismissed", expects="")
    informed = say(second, call, finding, "dismissed", expects=seen)

    assert (late.status_code, late.json()["error"]) == (409, "reviewed_meanwhile")
    assert informed.status_code == 200
    assert [one["verdict"] for one in reviews(first, call)] == ["dismissed", "confirmed"]
    assert [one["acts_on"] for one in reviews(first, call)] == [finding, None]


def test_of_two_at_once_one_is_told(either: Service, team: str) -> None:
    call = judged(either, team)
    clients = [person(either, team) for _ in range(4)]
    finding = costly(clients[0], call)

    with ThreadPoolExecutor(len(clients)) as pool:
        answers = list(
            pool.map(lambda one: say(one, call, finding, "confirmed", expects="").status_code, clients)
        )

    assert sorted(answers) == [200, 409, 409, 409]
    assert len(reviews(clients[0], call)) == 1
    assert [one["is_current"] for one in history(clients[0], call)].count(True) == 1


def test_judged_again_a_call_keeps_what_people_said(either: Service, team: str) -> None:
    call, reviewer = judged(either, team), person(either, team)
    finding = costly(reviewer, call)
    say(reviewer, call, finding, "confirmed")
    reviewed, told = row(reviewer, call), assessment(reviewer, call)

    swap(either, call)
    swapped = row(reviewer, call)
    swap(either, call)

    assert (
        swapped != reviewed
    )  # what the agent had said was the customer's: the verdict had nothing to act on
    assert row(reviewer, call) == reviewed
    assert assessment(reviewer, call)["evaluation"] == told["evaluation"]
    origins = [(one["origin"], one["is_current"]) for one in history(reviewer, call)]
    assert [origin for origin, is_current in origins if is_current] == ["human"]
    assert sorted(origin for origin, _ in origins) == ["full", "human", "human", "rescore", "rescore"]


def test_a_call_is_not_frozen_by_a_verdict(either: Service, team: str) -> None:
    """What was said of a finding that is no more acts on nothing: the machine's new evaluation is the current one."""
    call, reviewer = judged(either, team), person(either, team)
    say(reviewer, call, costly(reviewer, call), "confirmed")

    swap(either, call)

    (current,) = (one for one in history(reviewer, call) if one["is_current"])
    assert current["origin"] == "rescore"
    assert [one["acts_on"] for one in reviews(reviewer, call)] == [None]


def test_a_finding_that_is_not_current_is_not_there(service: Service, team: str) -> None:
    call, reviewer = judged(service, team), person(service, team)
    finding = costly(reviewer, call)
    swap(service, call)

    assert say(reviewer, call, finding, "confirmed").status_code == 404
    assert say(reviewer, call, "nothing", "confirmed").status_code == 404


def test_lists_of_findings_say_what_people_said(either: Service, team: str) -> None:
    call, reviewer = judged(either, team), person(either, team)
    finding = costly(reviewer, call)
    before = {one["id"] for one in listed(reviewer)}
    say(reviewer, call, finding, "dismissed")

    assert {one["id"]: one["verdict"] for one in listed(reviewer) if one["verdict"]} == {finding: "dismissed"}
    assert {one["id"] for one in listed(reviewer)} == before
    assert [one["id"] for one in listed(reviewer, verdict="dismissed")] == [finding]
    assert listed(reviewer, verdict="confirmed") == []
    assert [one["id"] for one in listed(reviewer, reviewed=True)] == [finding]
    assert {one["id"] for one in listed(reviewer, reviewed=False)} == before - {finding}
    assert listed(reviewer, reviewed=False, verdict="dismissed") == []
    assert finding not in {one["id"] for one in listed(reviewer, needs_human=True)}


def test_what_waits_for_a_person_waits_no_longer(either: Service, team: str) -> None:
    call, reviewer = judged(either, team, agent=f"8001-{team}"), person(either, team)
    waiting = [one["id"] for one in listed(reviewer, needs_human=True)]
    assert waiting

    for finding in waiting:
        say(reviewer, call, finding, "dismissed")

    assert row(reviewer, call)["needs_human"] == 0
    assert reviewer.get("/api/v1/calls", params={"needs_human": True}).json()["calls"] == []
    (figures,) = reviewer.get("/api/v1/figures/agents").json()["agents"]
    assert figures["needs_human"] == 0


def test_every_verdict_is_written_down_with_the_scores(either: Service, team: str) -> None:
    call, reviewer = judged(either, team), person(either, team)
    finding, before = costly(reviewer, call), row(reviewer, call)

    given = say(reviewer, call, finding, "dismissed").json()

    after = row(reviewer, call)
    (entry,) = (
        one for one in either.audit() if one["action"] == "review" and one["object"] == f"call:{call}"
    )
    assert json.loads(entry["detail"]) == {
        "review": given["id"],
        "finding": finding,
        "verdict": "dismissed",
        "score": [before["score"], after["score"]],
        "passed": [before["passed"], after["passed"]],
    }
    assert "引用客户的话" not in str(either.audit())


def test_others_outside_learn_of_the_score(either: Service, team: str) -> None:
    wanted = NewWebhook(WebhookKind.GENERIC, "http://93.184.216.34/qa", ("evaluation.reviewed",), team)
    hook, _ = either.parts.webhooks.add(MACHINE, wanted)
    call, reviewer = judged(either, team), person(either, team)
    finding = costly(reviewer, call)

    say(reviewer, call, finding, "confirmed")
    say(reviewer, call, finding, "confirmed")

    sent = either.parts.webhooks.sent(MACHINE, webhook_id=hook, state="", limit=9, before="")
    assert [one.event for one in sent] == ["evaluation.reviewed"]


def test_an_agent_reads_what_was_said_about_the_own_part_and_says_nothing(
    service: Service, team: str
) -> None:
    agent = f"8001-{team}"
    call, reviewer = judged(service, team, agent=agent), person(service, team)
    finding = costly(reviewer, call)
    say(reviewer, call, finding, "dismissed")
    own = person(service, team, UserRole.AGENT, agent=agent)
    colleague = person(service, team, UserRole.AGENT, agent=f"8002-{team}")

    assert [one["verdict"] for one in reviews(own, call)] == ["dismissed"]
    assert say(own, call, finding, "confirmed").status_code == 403
    assert colleague.get(f"/api/v1/calls/{call}/reviews").status_code == 404


def test_a_program_reviews_nothing(service: Service, team: str) -> None:
    call = judged(service, team)
    program = service.everything()

    answer = say(program, call, costly(program, call), "confirmed")

    assert (answer.status_code, answer.json()["error"]) == (403, "people_only")
    assert reviews(program, call) == []


def test_who_reviewed_is_named_and_numbers_in_reasons_are_covered(service: Service, team: str) -> None:
    call, reviewer = judged(service, team), person(service, team)
    say(reviewer, call, costly(reviewer, call), "dismissed", reason="客户 13800138000 来电更正")

    told = reviewer.get(f"/api/v1/calls/{call}/reviews").json()

    assert "13800138000" not in str(told)
    assert told["names"][told["reviews"][0]["by"]].startswith("reviewer.")


def test_a_transferred_call_shows_agents_the_reviews_of_their_own_part(service: Service, team: str) -> None:
    people = [
        {"id": "p1", "kind": "agent", "agent_id": f"8001-{team}", "to_ms": 7_500},
        {"id": "p2", "kind": "agent", "agent_id": f"8002-{team}", "from_ms": 7_500},
    ]
    said = (
        *("您好，这款产品保本的，没有任何风险。", "好的。"),
        *("您好，这个也是保本的。", "好的，谢谢。"),
    )
    body = {**transcript("", said), "envelope": {"participants": people}}
    sent = service.everything().post(f"/api/v1/calls/transcripts?team={team}", json=body).json()
    service.work_on(sent["job_id"])
    call, reviewer = sent["call_id"], person(service, team)
    found = [one for one in assessment(reviewer, call)["findings"] if one["severity"] == "critical"]
    owners = {one["id"]: one["agent_id"] for one in found}
    for finding in owners:
        say(reviewer, call, finding, "dismissed")

    first = person(service, team, UserRole.AGENT, agent=f"8001-{team}")

    assert set(owners.values()) == {f"8001-{team}", f"8002-{team}"}
    mine = {finding for finding, agent in owners.items() if agent == f"8001-{team}"}
    assert {one["finding_id"] for one in reviews(first, call)} == mine
    assert first.get(f"/api/v1/calls/{call}").json()["worst"] != "critical"
