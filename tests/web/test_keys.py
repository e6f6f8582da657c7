"""Keys of programs: what their maker may not do waits for a second person who may."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from qa_service.core.people import UserRole
from tests.web.samples import transcript
from tests.web.service import Service


def somebody(service: Service, name: str, role: UserRole, *teams: str) -> httpx.Client:
    service.user(name, role, teams=teams)
    return service.client(session=service.session(name))


@pytest.fixture
def admin(either: Service, team: str) -> httpx.Client:
    return somebody(either, f"root.{team}", UserRole.ADMIN)


@pytest.fixture
def lead(either: Service, team: str) -> httpx.Client:
    return somebody(either, f"lead.{team}", UserRole.QA_LEAD)


def made(client: httpx.Client, *scopes: str, team: str = "") -> dict[str, Any]:
    answer = client.post("/api/v1/keys", json={"name": "录音平台", "scopes": list(scopes), "team": team})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_an_admin_is_not_one_key_away_from_the_words(
    either: Service, admin: httpx.Client, lead: httpx.Client, team: str
) -> None:
    key = made(admin, "calls:upload", "calls:read", "calls:unmasked")
    program = either.client(secret=key["secret"])
    call = program.post(f"/api/v1/calls/transcripts?team={team}", json=transcript())
    address = f"/api/v1/calls/{call.json()['call_id']}"

    before = program.get(address)
    waiting = lead.get("/api/v1/keys/waiting").json()
    done = lead.post(f"/api/v1/keys/{key['id']}/approve")

    assert key["waiting"] == ["calls:read", "calls:unmasked"]
    assert (call.status_code, before.status_code, before.json()["error"]) == (202, 403, "not_allowed")
    (row,) = [row for row in waiting["keys"] if row["id"] == key["id"]]
    assert row["waiting"] == key["waiting"]
    assert waiting["names"][row["created_by"]] == f"root.{team}"
    assert done.status_code == 204
    assert program.get(address).status_code == 200
    assert lead.post(f"/api/v1/keys/{key['id']}/approve").status_code == 404
    kept = [one["action"] for one in either.audit() if one["object"] == f"key:{key['id']}"]
    assert kept == ["add_key", "approve_key"]


@pytest.mark.parametrize(
    ("scopes", "waiting"),
    [
        pytest.param(["calls:upload"], [], id="brings calls in"),
        pytest.param(["metrics:read", "people:manage"], [], id="what an admin may do"),
        pytest.param(["calls:hear"], ["calls:hear"], id="hears"),
        pytest.param(["audit:read"], ["audit:read"], id="reads the audit log"),
        pytest.param(["keys:approve"], ["keys:approve"], id="approves keys"),
    ],
)
def test_what_one_may_do_oneself_does_not_wait(
    admin: httpx.Client, scopes: list[str], waiting: list[str]
) -> None:
    assert made(admin, *scopes)["waiting"] == waiting


def test_a_key_gives_no_more_than_it_has(either: Service, admin: httpx.Client) -> None:
    """The key of an admin's program makes keys; it is not the way around."""
    program = either.client(secret=made(admin, "people:manage")["secret"])

    assert made(program, "calls:read")["waiting"] == ["calls:read"]


def test_who_approves_has_the_right_and_sees_as_far(
    either: Service, admin: httpx.Client, lead: httpx.Client, team: str
) -> None:
    head = somebody(either, f"head.{team}", UserRole.QA_LEAD, team)
    wide, own = made(admin, "calls:read"), made(admin, "calls:read", team=team)
    too_wide = made(admin, "audit:read")

    assert head.post(f"/api/v1/keys/{wide['id']}/approve").status_code == 404
    assert head.post(f"/api/v1/keys/{own['id']}/approve").status_code == 204
    refused = lead.post(f"/api/v1/keys/{too_wide['id']}/approve")
    assert (refused.status_code, refused.json()["error"]) == (403, "key_too_wide")


def test_nobody_approves_what_they_made(either: Service, admin: httpx.Client, team: str) -> None:
    """Who was an admin yesterday is a lead today."""
    key = made(admin, "calls:read")
    me = admin.get("/api/v1/me").json()["id"]
    somebody(either, f"second.{team}", UserRole.ADMIN).patch(f"/api/v1/users/{me}", json={"role": "qa_lead"})
    now = either.client(session=either.session(f"root.{team}"))

    refused = now.post(f"/api/v1/keys/{key['id']}/approve")

    assert (refused.status_code, refused.json()["error"]) == (403, "own_key")


def test_a_revoked_key_waits_for_nobody(admin: httpx.Client, lead: httpx.Client) -> None:
    key = made(admin, "calls:read")
    admin.delete(f"/api/v1/keys/{key['id']}")

    assert key["id"] not in lead.get("/api/v1/keys/waiting").text
    assert lead.post(f"/api/v1/keys/{key['id']}/approve").status_code == 404


def test_a_key_that_is_over_already_is_none(admin: httpx.Client) -> None:
    wanted = {"name": "旧", "scopes": ["calls:read"], "expires_at": "2020-01-01T00:00:00Z"}

    refused = admin.post("/api/v1/keys", json=wanted)

    assert (refused.status_code, refused.json()["error"]) == (422, "key_expired")
