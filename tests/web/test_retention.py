"""Retention through the API: a class takes effect once it is in force, a hold stops it, a deleted call is gone."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from qa_service.core.people import Right, UserRole
from qa_service.stores.engine import reading
from qa_service.stores.shredder import Shredder
from qa_service.stores.tables import evaluations, jobs, measured
from tests.web.samples import transcript
from tests.web.service import Service

SOUND = b"RIFF" + bytes(range(200))


def judged(service: Service, client: httpx.Client, team: str) -> str:
    made = client.post(f"/api/v1/calls/transcripts?team={team}", json=transcript()).json()
    service.work_on(made["job_id"])
    return str(made["call_id"])


def shred(service: Service) -> None:
    """A night goes by."""
    Shredder(service.shelves, pause=lambda: None, time_in=lambda _, here: here()).run()


def kept(client: httpx.Client, call: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/api/v1/calls/{call}/retention").json()
    return found


def test_from_a_class_to_a_text_that_is_gone(either: Service, team: str) -> None:
    client = either.everything()
    call = judged(either, client, team)
    client.put(f"/api/v1/retention/classes/{team}", json={"text_days": 30})
    assigned = client.post("/api/v1/retention/assign", json={"name": team, "call_ids": [call]}).json()
    either.clock.forward(days=31)

    shred(either)
    before = client.get(f"/api/v1/calls/{call}/assessment").status_code
    until = either.clock().isoformat()
    shown = client.get("/api/v1/retention/preview", params={"until": until, "name": team}).json()["classes"]
    client.post(f"/api/v1/retention/classes/{team}/enforce")
    shred(either)
    after = client.get(f"/api/v1/calls/{call}/assessment")

    assert assigned == {"calls": 1}
    assert [
        (one["name"], one["text"], one["sound"], one["rest"]) for one in shown if one["name"] == team
    ] == [(team, 1, 0, 0)]
    assert (before, after.status_code, after.json()["error"]) == (200, 410, "text_deleted")
    assert kept(client, call)["has_text"] is False
    assert client.get(f"/api/v1/calls/{call}").json()["score"] is not None
    listed = client.get("/api/v1/calls", params={"text": "保本"}).json()["calls"]
    assert call not in {row["id"] for row in listed}


def test_a_lead_holds_what_an_admin_would_delete(either: Service, team: str) -> None:
    either.user(f"admin.{team}", UserRole.ADMIN)
    either.user(f"lead.{team}", UserRole.QA_LEAD, teams=(team,))
    admin = either.client(session=either.session(f"admin.{team}"))
    lead = either.client(session=either.session(f"lead.{team}"))
    call = judged(either, either.everything(), team)
    address = f"/api/v1/calls/{call}?because=客户要求删除"

    held = lead.post(
        "/api/v1/holds", json={"because": "诉讼", "filter": {"since": "2026-01-01T00:00:00Z"}}
    ).json()
    refused = admin.delete(address)
    listed = lead.get("/api/v1/holds").json()["holds"]
    lifted = lead.post(f"/api/v1/holds/{held['id']}/lift", json={"because": "结案"})
    done = admin.delete(address)

    assert held["calls"] == 1
    assert (refused.status_code, refused.json()["error"]) == (409, "on_hold")
    assert [(one["id"], one["because"]) for one in listed] == [(held["id"], "诉讼")]
    assert (lifted.status_code, done.status_code) == (204, 204)
    assert lead.get(f"/api/v1/calls/{call}").status_code == 404
    assert admin.delete(address).status_code == 404
    actions = [entry["action"] for entry in either.audit() if call in entry["object"] + entry["detail"]]
    assert [name for name in actions if "delete" in name] == ["ask_to_delete", "delete"]


def test_the_sound_of_a_deleted_call_is_gone_from_the_folder(either: Service, team: str) -> None:
    client = either.everything()
    call = client.post("/api/v1/calls", files={"recording": ("138.wav", SOUND)}, data={"team": team}).json()[
        "call_id"
    ]
    sealed = list(either.folder.rglob(f"{call}.sealed"))

    client.delete(f"/api/v1/calls/{call}", params={"because": "客户要求删除"})

    assert len(sealed) == 1
    assert not sealed[0].exists()
    assert client.get(f"/api/v1/calls/{call}/audio").status_code == 404


def test_the_same_recording_may_come_again_under_the_same_key(either: Service, team: str) -> None:
    client = either.everything()
    sent: dict[str, Any] = {
        "files": {"recording": ("a.wav", SOUND)},
        "headers": {"Idempotency-Key": f"key-{team}"},
    }
    first = client.post("/api/v1/calls", **sent).json()["call_id"]
    client.delete(f"/api/v1/calls/{first}", params={"because": "传错了"})

    again = client.post("/api/v1/calls", **sent)

    assert again.status_code == 202
    assert again.json()["call_id"] != first


@pytest.mark.parametrize("when", ["before it is heard", "before it is judged"])
def test_what_is_deleted_while_it_is_worked_on_leaves_no_words(either: Service, team: str, when: str) -> None:
    client, processor = either.everything(), either.processor()
    made = client.post(f"/api/v1/calls/transcripts?team={team}", json=transcript()).json()
    call, job = made["call_id"], made["job_id"]
    if when == "before it is judged":
        assert processor.measure(job)
    else:
        processor.bench.claim(job)

    deleted = client.delete(f"/api/v1/calls/{call}", params={"because": "客户要求删除"})

    assert deleted.status_code == 204
    assert not processor.measure(job)
    assert not processor.judge(job)
    with reading(either.shelves.engine) as connection:
        for table in (measured, evaluations, jobs):
            count = sa.select(sa.func.count()).where(table.c.call_id == call)
            assert connection.execute(count).scalar_one() == 0


def test_sound_that_is_due_goes_and_the_rest_stays(either: Service, team: str) -> None:
    client = either.everything()
    made = client.post("/api/v1/calls", files={"recording": ("138.wav", SOUND)}, data={"team": team}).json()
    call = made["call_id"]
    client.put(f"/api/v1/retention/classes/{team}", json={"sound_days": 1})
    client.post("/api/v1/retention/assign", json={"name": team, "call_ids": [call]})
    client.post(f"/api/v1/retention/classes/{team}/enforce")
    either.clock.forward(days=2)

    shred(either)
    waits = client.get(f"/api/v1/calls/{call}/audio")
    client.post(f"/api/v1/jobs/{made['job_id']}/cancel")
    shred(either)
    gone = client.get(f"/api/v1/calls/{call}/audio")

    assert (waits.status_code, waits.content) == (200, SOUND)
    assert (gone.status_code, gone.json()["error"]) == (410, "sound_missing")
    assert client.get(f"/api/v1/calls/{call}").json()["file_name"] == ""


def test_a_hold_on_calls_that_are_not_there_or_not_seen_is_placed_on_none(either: Service, team: str) -> None:
    either.user(f"lead.{team}", UserRole.QA_LEAD, teams=(team,))
    lead, everything = either.client(session=either.session(f"lead.{team}")), either.everything()
    own, foreign, nowhere = (
        judged(either, everything, team),
        judged(either, everything, f"{team}-south"),
        "0" * 8 + "-0000" * 3 + "-" + "0" * 12,
    )
    before = either.audit()

    refused = lead.post("/api/v1/holds", json={"because": "诉讼", "call_ids": [foreign, own, nowhere]})
    placed = lead.post("/api/v1/holds", json={"because": "诉讼", "call_ids": [own, own]})

    assert (refused.status_code, refused.json()["error"]) == (404, "calls_missing")
    assert "2" in refused.json()["detail"]
    told = [(one["error"], one["where"], one["detail"]) for one in refused.json()["places"]]
    assert [one[:2] for one in told] == [("call_missing", "call_ids[0]"), ("call_missing", "call_ids[2]")]
    assert foreign in told[0][2]
    assert nowhere in told[1][2]
    assert (placed.status_code, placed.json()["calls"]) == (201, 1)
    assert [one["action"] for one in either.audit() if one not in before] == ["place_hold"]
    assert [one["calls"] for one in lead.get("/api/v1/holds").json()["holds"]] == [1]


def test_of_many_calls_that_are_missing_a_hundred_are_named(service: Service) -> None:
    named = [f"{n:08x}" + "-0000" * 3 + "-" + "0" * 12 for n in range(1_000)]

    refused = service.everything().post("/api/v1/holds", json={"because": "诉讼", "call_ids": named})

    assert refused.status_code == 404
    assert len(refused.json()["places"]) == 100
    assert "1000" in refused.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"because": "诉讼"}, id="no calls at all"),
        pytest.param({"because": "诉讼", "filter": {}}, id="a filter that says nothing"),
        pytest.param({"because": "诉讼", "filter": {"line": ""}}, id="a filter that says nothing twice"),
        pytest.param({"because": "", "filter": {"line": "400"}}, id="no reason"),
        pytest.param({"because": "诉讼", "filter": {"line": "1"}, "call_ids": ["0" * 36]}, id="both"),
        pytest.param(
            {"because": "诉讼", "filter": {"since": "2026-01-01T00:00:00"}}, id="a time without zone"
        ),
    ],
)
def test_holds_that_say_too_little_or_too_much_are_refused(service: Service, body: dict[str, Any]) -> None:
    assert service.everything().post("/api/v1/holds", json=body).status_code == 422


@pytest.mark.parametrize(
    ("name", "body", "error"),
    [
        pytest.param("a", {"text_days": 0}, "request_invalid", id="no day at all"),
        pytest.param("a", {"rest_days": 9}, "retention_order", id="the row before its sound"),
        pytest.param("a b", {}, "request_invalid", id="a name with a space"),
        pytest.param("a", {"sound_days": 36_501}, "request_invalid", id="more than a hundred years"),
    ],
)
def test_classes_that_cannot_be_are_refused(
    service: Service, name: str, body: dict[str, Any], error: str
) -> None:
    answer = service.everything().put(f"/api/v1/retention/classes/{name}", json=body)

    assert (answer.status_code, answer.json()["error"]) == (422, error)


def test_who_sees_no_calls_learns_nothing_by_counting_words(service: Service) -> None:
    client = service.client(secret=service.key(Right.MANAGE_RETENTION))
    body = {"name": "", "filter": {"text": "保本"}}

    assert client.post("/api/v1/retention/assign", json=body).status_code == 403


def test_a_class_is_given_to_all_calls_that_were_named_or_to_none(either: Service, team: str) -> None:
    client = either.everything()
    call, nowhere = judged(either, client, team), "0" * 8 + "-0000" * 3 + "-" + "0" * 12
    client.put(f"/api/v1/retention/classes/{team}", json={"text_days": 30})

    refused = client.post("/api/v1/retention/assign", json={"name": team, "call_ids": [call, nowhere]})
    own = client.get(f"/api/v1/calls/{call}/retention").json()

    assert (refused.status_code, refused.json()["error"]) == (404, "calls_missing")
    assert [one["where"] for one in refused.json()["places"]] == ["call_ids[1]"]
    assert team not in str(own)
