"""Alerts: raised with the evaluation, once however often a call is judged, and handled by people."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from qa_service.alerts.messages import Writer
from qa_service.core.people import Right, UserRole
from qa_service.core.webhooks import NewWebhook, WebhookKind
from qa_service.i18n.catalogue import catalogue
from qa_service.stores.outbox import StoreOutbox
from tests.web.rules import Rules, book, table
from tests.web.samples import transcript
from tests.web.service import MACHINE, Service
from tests.web.test_findings import DULL, SAID, judged
from tests.web.test_reviews import person, swap


def alerts(client: httpx.Client, **asked: Any) -> list[dict[str, Any]]:
    answer = client.get("/api/v1/alerts", params=asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["alerts"]
    return found


def of_team(service: Service, team: str, *rights: Right) -> httpx.Client:
    return service.client(secret=service.key(Right.SEE_CALLS, *rights, team=team))


def handle(client: httpx.Client, alert: str, way: str, note: str = "") -> httpx.Response:
    return client.post(f"/api/v1/alerts/{alert}/{way}", json={"note": note})


def test_a_judged_call_alerts_where_its_rulebook_says_so(either: Service, team: str) -> None:
    call, client = judged(either, team, agent=f"8001-{team}"), of_team(either, team)
    findings = client.get("/api/v1/findings", params={"call_id": call}).json()["findings"]

    (alert,) = alerts(client)

    assert (alert["call_id"], alert["team"], alert["agent_id"]) == (call, team, f"8001-{team}")
    assert (alert["state"], alert["origin"], alert["severity"]) == ("open", "full", "critical")
    (found,) = (one for one in findings if one["id"] == alert["finding_id"])
    assert (found["rule"], found["start_ms"]) == (alert["rule"], alert["at_ms"])
    assert (found["evaluation_id"], found["needs_human"]) == (alert["evaluation_id"], alert["needs_human"])
    assert "保本" not in str(alert)


def test_a_call_in_which_nothing_is_wrong_alerts_nobody(either: Service, team: str) -> None:
    judged(either, team, DULL)

    assert alerts(of_team(either, team)) == []


def test_judged_again_a_call_raises_none_again(either: Service, team: str) -> None:
    wanted = NewWebhook(WebhookKind.GENERIC, "http://93.184.216.34/qa", ("alert.raised",), team)
    hook, _ = either.parts.webhooks.add(MACHINE, wanted)
    call, client = judged(either, team), of_team(either, team)
    before = alerts(client)

    swap(either, call)
    swap(either, call)

    assert [one for one in alerts(client) if one["rule"] == before[0]["rule"]] == before
    sent = either.parts.webhooks.sent(MACHINE, webhook_id=hook, state="", limit=9, before="")
    assert len(sent) == len(alerts(client))


def test_filters_and_pages(either: Service, team: str) -> None:
    calls = []
    for _ in range(3):
        either.clock.forward(seconds=1)
        calls.append(judged(either, team))
    client = of_team(either, team, Right.HANDLE_ALERTS)
    newest, middle, oldest = alerts(client)
    handle(client, middle["id"], "acknowledge")

    assert [one["call_id"] for one in (newest, middle, oldest)] == calls[::-1]
    assert alerts(client, call_id=calls[0]) == [oldest]
    assert alerts(client, state="open") == [newest, oldest]
    assert [one["id"] for one in alerts(client, state=["acknowledged", "dismissed"])] == [middle["id"]]
    assert len(alerts(client, severity="critical", team=team)) == 3
    assert alerts(client, team=f"{team}-south") == []
    assert alerts(client, since="2999-01-01T00:00:00Z") == []
    first = client.get("/api/v1/alerts", params={"limit": 2}).json()
    rest = client.get("/api/v1/alerts", params={"limit": 2, "before": first["next"]}).json()
    assert [one["id"] for one in rest["alerts"]] == [oldest["id"]]
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("ways", "statuses"),
    [
        pytest.param(["acknowledge", "dismiss"], [200, 200], id="seen, then found to be nothing"),
        pytest.param(["dismiss", "acknowledge"], [200, 409], id="what was dismissed is over"),
        pytest.param(["acknowledge", "acknowledge"], [200, 409], id="somebody has it already"),
        pytest.param(["dismiss", "dismiss"], [200, 409], id="dismissed before"),
    ],
)
def test_handling(either: Service, team: str, ways: list[str], statuses: list[int]) -> None:
    judged(either, team)
    supervisor = person(either, team, UserRole.SUPERVISOR)
    (alert,) = alerts(supervisor)

    answers = [handle(supervisor, alert["id"], way, f"{way} 13800138000") for way in ways]

    assert [one.status_code for one in answers] == statuses
    done = [way for way, status in zip(ways, statuses, strict=True) if status == 200]
    (after,) = alerts(supervisor)
    assert after["state"] == {"acknowledge": "acknowledged", "dismiss": "dismissed"}[done[-1]]
    assert after["note"].startswith(done[-1])
    assert "13800138000" not in str(after)
    written = [one["action"] for one in either.audit() if one["object"] == f"alert:{alert['id']}"]
    assert written == [f"{way}_alert" for way in done]


def test_every_step_of_an_alert_is_kept_with_who_and_why(either: Service, team: str) -> None:
    judged(either, team)
    first, second = (person(either, team, UserRole.SUPERVISOR) for _ in range(2))
    (alert,) = alerts(first)
    who = [client.get("/api/v1/me").json()["id"] for client in (first, second)]

    seen = handle(first, alert["id"], "acknowledge", "已找坐席谈过 13800138000").json()
    either.clock.forward(seconds=60)
    over = handle(second, alert["id"], "dismiss", "听过了，是客户说的").json()

    assert alert["steps"] == []
    assert [(one["state"], one["by"], one["note"]) for one in over["steps"]] == [
        ("acknowledged", who[0], "已找坐席谈过 ●●●●●●●●●●●"),
        ("dismissed", who[1], "听过了，是客户说的"),
    ]
    assert over["steps"][0] == seen["steps"][0]
    assert over["steps"][0]["at"] < over["steps"][1]["at"] == over["at"]
    listed = first.get("/api/v1/alerts").json()
    assert listed["alerts"] == [over]
    assert set(who) <= set(listed["names"])


def test_a_step_that_was_refused_leaves_no_trace(either: Service, team: str) -> None:
    judged(either, team)
    supervisor = person(either, team, UserRole.SUPERVISOR)
    (alert,) = alerts(supervisor)
    handle(supervisor, alert["id"], "dismiss", "听过了")

    handle(supervisor, alert["id"], "acknowledge", "再看一次")

    (after,) = alerts(supervisor)
    assert [one["note"] for one in after["steps"]] == ["听过了"]


def test_the_agent_reads_no_notes_of_supervisors(either: Service, team: str) -> None:
    judged(either, team, agent=f"8001-{team}")
    supervisor = person(either, team, UserRole.SUPERVISOR)
    own = person(either, team, UserRole.AGENT, agent=f"8001-{team}")
    handle(supervisor, alerts(supervisor)[0]["id"], "acknowledge", "第三次了，下周谈话")

    (shown,) = alerts(own)

    assert (shown["state"], shown["note"], shown["steps"]) == ("acknowledged", "", [])
    assert "下周谈话" in str(alerts(supervisor))
    assert "下周谈话" in str(alerts(person(either, team)))


@pytest.mark.parametrize("kind", [WebhookKind.GENERIC, WebhookKind.WECOM])
def test_an_alert_of_an_own_rule_says_what_it_is_about(either: Service, team: str, kind: WebhookKind) -> None:
    """Its author gave it a title and no label."""
    address = f"http://93.184.216.34/qa?key={team}"
    either.parts.webhooks.add(MACHINE, NewWebhook(kind, address, ("alert.raised",), team))
    rules, name = Rules(either, team), f"own-{team}"
    source = (
        book(name).replace("id: promise", "id: no-promise").replace("    when:", "    alert: {}\n    when:")
    )
    rules.publish(source, name)
    rules.route(table(f"{{id: mine, when: {{line: {name}}}, rulebooks: [{name}]}}"))
    given = transcript("", SAID, line=name)
    sent = either.everything().post(f"/api/v1/calls/transcripts?team={team}", json=given).json()
    either.work_on(sent["job_id"])
    rules.route("schema: qa-service/routing@1\n")

    outbox = StoreOutbox(either.shelves.engine, either.shelves.key, either.clock)
    (delivery,) = (one for one in outbox.take(50, ()) if f"key={team}" in one.url)
    body = Writer(catalogue("zh_CN")).body(delivery)

    if kind is WebhookKind.GENERIC:
        told = body["data"]
        assert isinstance(told, dict)
        assert (told["rule"], told["title"], told["label"]) == (f"{name}/no-promise", "承诺保本", "承诺保本")
    else:
        assert "承诺保本（重大）" in str(body)
        assert "：（" not in str(body)


def test_a_dismissed_alert_leaves_its_finding_as_it_is(service: Service, team: str) -> None:
    call = judged(service, team)
    supervisor = person(service, team, UserRole.SUPERVISOR)
    before = supervisor.get(f"/api/v1/calls/{call}").json()

    handle(supervisor, alerts(supervisor)[0]["id"], "dismiss", "已看过")

    assert supervisor.get(f"/api/v1/calls/{call}").json() == before


def test_who_may_see_and_who_may_handle(service: Service, team: str) -> None:
    judged(service, team, agent=f"8001-{team}")
    own = person(service, team, UserRole.AGENT, agent=f"8001-{team}")
    colleague = person(service, team, UserRole.AGENT, agent=f"8002-{team}")
    reviewer, foreign = person(service, team), of_team(service, f"{team}-south", Right.HANDLE_ALERTS)
    (alert,) = alerts(reviewer)

    assert alerts(own) == [alert]
    assert alerts(colleague) == alerts(foreign) == []
    assert [handle(one, alert["id"], "dismiss").status_code for one in (own, reviewer, foreign)] == [
        403,
        403,
        404,
    ]
