"""Sources over the API: kept by an admin, told by a dialler, and what is wrong with them said."""

from __future__ import annotations

import base64
import json
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from qa_service.core.people import Right
from qa_service.core.signatures import signature
from qa_service.stores.engine import reading
from qa_service.stores.tables import source_items
from tests.web.service import Service

LINK = "http://93.184.216.34/a.wav?sig=SECRET"
NOWHERE = "01a2154c-0c94-776d-a6d6-65a54a2a5aea"


def admin(service: Service) -> httpx.Client:
    return service.client(secret=service.key(Right.MANAGE_SOURCES))


def dialler(service: Service, team: str, *, on: bool = True) -> dict[str, str]:
    """A dialler of this team: its id and its secret."""
    given = {"name": f"外呼 {team}", "kind": "dialler", "handling": {"team": team}}
    answer = admin(service).post("/api/v1/sources", json=given)
    assert answer.status_code == 201, answer.text
    made: dict[str, str] = answer.json()
    if on:
        assert admin(service).post(f"/api/v1/sources/{made['id']}/enable").status_code == 204
    return made


def rows(service: Service, key: str) -> list[Any]:
    with reading(service.shelves.engine) as connection:
        return list(connection.execute(sa.select(source_items).where(source_items.c.key == key)))


def told(call_id: str, **more: object) -> dict[str, object]:
    return {"call_id": call_id, "recording_url": LINK, **more}


def signed(service: Service, secret: str, body: bytes, *, at: int = 0) -> dict[str, str]:
    sent_at = str(int(service.clock().timestamp()) + at)
    return {
        "content-type": "application/json",
        "webhook-id": "m1",
        "webhook-timestamp": sent_at,
        "webhook-signature": signature(secret, "m1", sent_at, body),
    }


def test_a_source_is_off_until_somebody_switches_it_on_and_all_of_it_is_audited(
    either: Service, team: str
) -> None:
    client, made = admin(either), dialler(either, team, on=False)

    def listed() -> dict[str, Any]:
        return next(s for s in client.get("/api/v1/sources").json()["sources"] if s["id"] == made["id"])

    assert listed()["is_on"] is False
    client.post(f"/api/v1/sources/{made['id']}/enable")
    assert listed()["is_on"] is True
    client.post(f"/api/v1/sources/{made['id']}/disable")
    assert listed()["is_on"] is False
    done = [entry["action"] for entry in either.audit() if entry["object"] == f"source:{made['id']}"]
    assert done == ["add_source", "enable_source", "disable_source"]


def test_how_things_are_handled_can_be_changed_and_a_diallers_secret_stays(
    either: Service, team: str
) -> None:
    client, made = admin(either), dialler(either, team)
    at = f"/api/v1/sources/{made['id']}"

    def listed() -> dict[str, Any]:
        return next(s for s in client.get("/api/v1/sources").json()["sources"] if s["id"] == made["id"])

    before = listed()
    assert client.patch(at, json={"handling": {"team": team, "per_minute": 7}}).status_code == 204

    assert listed() == {**before, "handling": {**before["handling"], "per_minute": 7}}
    body = json.dumps(told("c-after")).encode()
    answer = client.post(f"{at}/calls", content=body, headers=signed(either, made["secret"], body))
    assert answer.status_code == 202, answer.text
    done = [entry["action"] for entry in either.audit() if entry["object"] == f"source:{made['id']}"]
    assert done == ["add_source", "enable_source", "change_source"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        pytest.param({"handling": {"pattern": "{nothing}.wav"}}, "pattern_invalid", id="a pattern"),
        pytest.param({"handling": {"keep": "reference"}}, "source_invalid", id="links cannot be lent"),
        pytest.param({"handling": {"legs": ["-in", "-out"]}}, "source_invalid", id="links have no legs"),
        pytest.param({"place": {"folder": "/etc"}}, "request_invalid", id="where it lies"),
        pytest.param({"name": "another"}, "request_invalid", id="what it is called"),
    ],
)
def test_a_change_is_checked_as_a_new_source_is(
    service: Service, team: str, given: dict[str, Any], code: str
) -> None:
    made = dialler(service, team)

    answer = admin(service).patch(f"/api/v1/sources/{made['id']}", json=given)

    assert (answer.status_code, answer.json()["error"]) == (422, code)


def test_a_source_that_is_not_there_cannot_be_changed(service: Service) -> None:
    assert admin(service).patch(f"/api/v1/sources/{NOWHERE}", json={}).status_code == 404


def test_a_secret_is_shown_once(either: Service, team: str) -> None:
    made = dialler(either, team)

    assert made["secret"].startswith("whsec_")
    assert made["secret"] not in admin(either).get("/api/v1/sources").text


@pytest.mark.parametrize(
    ("given", "code"),
    [
        pytest.param({"kind": "folder", "place": {"folder": "/etc"}}, "folder_refused", id="any folder"),
        pytest.param({"kind": "folder"}, "folder_refused", id="no folder"),
        pytest.param(
            {"kind": "bucket", "place": {"url": "file:///etc"}}, "source_invalid", id="a file as a store"
        ),
        pytest.param(
            {"kind": "bucket", "place": {"url": "s3://x", "endpoint": "http://169.254.169.254"}},
            "address_refused",
            id="a cloud's secrets",
        ),
        pytest.param(
            {
                "kind": "cdr",
                "place": {"query": "SELECT 1 WHERE :since"},
                "secrets": {"database_url": "sqlite:////etc/passwd"},
            },
            "folder_refused",
            id="any file as a database",
        ),
        pytest.param({"kind": "cdr", "place": {"query": "DROP TABLE x"}}, "source_invalid", id="no question"),
        pytest.param(
            {"kind": "sftp", "place": {"host": "10.0.0.1"}}, "source_invalid", id="a server unknown"
        ),
        pytest.param(
            {"kind": "dialler", "handling": {"pattern": "{x}"}}, "pattern_invalid", id="a bad pattern"
        ),
        pytest.param(
            {"kind": "dialler", "handling": {"keep": "reference"}}, "source_invalid", id="a link kept"
        ),
        pytest.param({"kind": "dialler", "handling": {"timezone": "Mars"}}, "request_invalid", id="no zone"),
        pytest.param(
            {"kind": "dialler", "begin_at": "2026-11-25T00:00:00"}, "time_without_zone", id="no offset"
        ),
        pytest.param({"kind": "ftp"}, "request_invalid", id="a kind that there is not"),
        pytest.param(
            {"kind": "dialler", "secrets": {"signing": "x"}}, "request_invalid", id="a secret of theirs"
        ),
    ],
)
def test_what_may_not_be_is_refused(service: Service, team: str, given: dict[str, Any], code: str) -> None:
    answer = admin(service).post("/api/v1/sources", json={"name": team, **given})

    assert (answer.status_code, answer.json()["error"]) == (422, code)


SFTP = {"host": "192.0.2.1", "user": "qa", "host_key": "ssh-ed25519 AAAA"}


@pytest.mark.parametrize(
    ("given", "where", "said"),
    [
        pytest.param(
            {"kind": "sftp", "place": SFTP}, "place.host_key", "ssh-keyscan", id="a key of a server"
        ),
        pytest.param(
            {"kind": "sftp", "place": {"host": "x"}}, "place.user", "必须写", id="something left out"
        ),
        pytest.param(
            {"kind": "cdr", "place": {"query": "DELETE FROM cdr WHERE t >= :since"}},
            "place.query",
            "不是查询",
            id="a query that deletes",
        ),
        pytest.param(
            {"kind": "cdr", "place": {"query": "SELECT 1 WHERE :since; SELECT 2"}},
            "place.query",
            "一条语句",
            id="two queries",
        ),
        pytest.param(
            {"kind": "cdr", "place": {"query": "SELECT 1"}},
            "place.query",
            ":since",
            id="a query of all there is",
        ),
        pytest.param(
            {"kind": "cdr", "place": {"query": "SELECT :since"}, "secrets": {"database_url": "x"}},
            "secrets.database_url",
            "不是数据库的地址",
            id="no database",
        ),
        pytest.param(
            {"kind": "bucket", "place": {"url": "ftp://x"}}, "place.url", "不是对象存储的地址", id="no store"
        ),
        pytest.param(
            {"kind": "dialler", "handling": {"keep": "reference"}},
            "handling.keep",
            "会过期",
            id="a link kept",
        ),
    ],
)
def test_it_is_said_what_is_wrong(
    service: Service, team: str, given: dict[str, Any], where: str, said: str
) -> None:
    told = admin(service).post("/api/v1/sources", json={"name": team, **given}).json()

    assert told["error"] == "source_invalid"
    assert told["detail"].startswith(f"{where}：")
    assert said in told["detail"]
    assert "不适合这种来源" not in told["detail"]


def test_a_name_stands_for_one_source(either: Service, team: str) -> None:
    dialler(either, team)

    again = admin(either).post("/api/v1/sources", json={"name": f"外呼 {team}", "kind": "dialler"})

    assert (again.status_code, again.json()["error"]) == (409, "name_taken")


def test_a_source_is_not_named_as_calls_that_were_brought_along(either: Service) -> None:
    """Calls of such a source alert nobody."""
    refused = admin(either).post("/api/v1/sources", json={"name": "imported:sca", "kind": "dialler"})

    assert (refused.status_code, refused.json()["error"]) == (409, "name_taken")


# a dialler ------------------------------------------------------------------------------------------------------------


def test_a_program_of_the_team_hands_a_call_over(either: Service, team: str) -> None:
    made, client = dialler(either, team), either.client(secret=either.key(Right.UPLOAD, team=team))
    address = f"/api/v1/sources/{made['id']}/calls"

    first, again = (client.post(address, json=told(f"c-{team}")) for _ in range(2))

    assert (first.status_code, first.json(), again.json()) == (202, {"is_known": False}, {"is_known": True})
    (row,) = rows(either, f"c-{team}")
    assert (row.state, b"SECRET" in row.handed) == ("waiting", False)


def test_a_dialler_signs(either: Service, team: str) -> None:
    made = dialler(either, team)
    body = json.dumps(told(f"c-{team}")).encode()

    answer = either.client().post(
        f"/api/v1/sources/{made['id']}/calls", content=body, headers=signed(either, made["secret"], body)
    )

    assert (answer.status_code, len(rows(either, f"c-{team}"))) == (202, 1)


OTHERS = "whsec_" + base64.b64encode(b"x" * 32).decode()


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"secret": OTHERS}, id="with another secret"),
        pytest.param({"at": -301}, id="too long ago"),
        pytest.param({"at": 301}, id="in the future"),
        pytest.param({"body": b"{}"}, id="something else"),
        pytest.param({"headers": {"webhook-signature": "v1,"}}, id="nothing"),
        pytest.param({"headers": {"webhook-timestamp": "now"}}, id="at no time"),
        pytest.param({"headers": {"webhook-id": ""}}, id="without an id"),
    ],
)
def test_a_signature_that_is_not_the_diallers_is_refused(service: Service, team: str, wrong: Any) -> None:
    made = dialler(service, team)
    body = json.dumps(told(f"c-{team}")).encode()
    secret, at = wrong.get("secret", made["secret"]), wrong.get("at", 0)
    headers = {**signed(service, secret, wrong.get("body", body), at=at), **wrong.get("headers", {})}

    answer = service.client().post(f"/api/v1/sources/{made['id']}/calls", content=body, headers=headers)

    assert (answer.status_code, rows(service, f"c-{team}")) == (401, [])


def test_a_diallers_secret_opens_no_other_source(service: Service, team: str) -> None:
    made, other = dialler(service, team), dialler(service, f"{team}-south")
    body = json.dumps(told(f"c-{team}")).encode()
    headers = signed(service, made["secret"], body)

    answers = [
        service.client().post(f"/api/v1/sources/{source_id}/calls", content=body, headers=headers).status_code
        for source_id in (other["id"], NOWHERE)
    ]

    assert answers == [401, 401]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        pytest.param({"recording_url": "http://127.0.0.1/a.wav"}, "address_refused", id="a link inside"),
        pytest.param({"recording_url": "file:///etc/passwd"}, "address_refused", id="a file"),
        pytest.param(
            {"envelope": {"customer": "13800138000"}}, "customer_in_clear", id="a number as a token"
        ),
        pytest.param({"envelope": {"colour": "red"}}, "envelope_invalid", id="an unknown field"),
        pytest.param({"expires_at": "2026-11-25T00:00:00"}, "time_without_zone", id="a time without a zone"),
        pytest.param({"call_id": ""}, "request_invalid", id="no id"),
    ],
)
def test_what_cannot_be_fetched_or_read_is_refused_at_once(
    service: Service, team: str, more: dict[str, object], code: str
) -> None:
    made, client = dialler(service, team), service.client(secret=service.key(Right.UPLOAD, team=team))

    answer = client.post(f"/api/v1/sources/{made['id']}/calls", json=told(f"c-{team}") | more)

    assert (answer.status_code, answer.json()["error"]) == (422, code)
    assert rows(service, f"c-{team}") == []


def test_a_dialler_that_is_off_takes_nothing(service: Service, team: str) -> None:
    made, client = dialler(service, team, on=False), service.client(secret=service.key(Right.UPLOAD))

    assert client.post(f"/api/v1/sources/{made['id']}/calls", json=told("c")).status_code == 404


# the login table ------------------------------------------------------------------------------------------------------

EIGHT, NOON = "2026-11-25T08:00:00+08:00", "2026-11-25T12:00:00+08:00"


def login(agent: str, from_at: str, until_at: str | None = None) -> dict[str, str | None]:
    return {"agent_id": agent, "extension": "8001", "from_at": from_at, "until_at": until_at}


@pytest.mark.parametrize(
    ("table", "status"),
    [
        pytest.param([login("1", EIGHT, NOON), login("2", NOON)], 204, id="one after the other"),
        pytest.param([login("1", EIGHT), login("2", NOON)], 422, id="the first one still sits there"),
        pytest.param([login("1", NOON, EIGHT)], 422, id="backwards"),
        pytest.param([login("1", EIGHT, EIGHT)], 422, id="for no time at all"),
        pytest.param([], 204, id="nobody"),
    ],
)
def test_logins(either: Service, table: list[dict[str, Any]], status: int) -> None:
    client = admin(either)

    answer = client.put("/api/v1/sources/logins", json={"logins": table})

    assert answer.status_code == status
    if status == 204:
        kept = client.get("/api/v1/sources/logins").json()["logins"]
        assert [row["agent_id"] for row in kept] == [row["agent_id"] for row in table]


@pytest.mark.parametrize(
    ("since", "until", "status"),
    [(EIGHT, NOON, 204), (NOON, EIGHT, 422), (EIGHT, EIGHT, 422), ("2026-11-25T08:00:00", NOON, 422)],
)
def test_a_time_to_fill_in_goes_forward(
    service: Service, team: str, since: str, until: str, status: int
) -> None:
    made = dialler(service, team)

    answer = admin(service).post(f"/api/v1/sources/{made['id']}/fill", json={"since": since, "until": until})

    assert answer.status_code == status


@pytest.mark.parametrize("what", ["fill", "test", "enable"])
def test_a_source_that_there_is_not(service: Service, what: str) -> None:
    body = {"since": EIGHT, "until": NOON} if what == "fill" else None

    assert admin(service).post(f"/api/v1/sources/{NOWHERE}/{what}", json=body).status_code == 404


@pytest.mark.parametrize("day", ["2026-02-30", "yesterday", "", "0001-01-01", "9999-12-31"])
def test_a_day_is_a_day(service: Service, day: str) -> None:
    assert admin(service).get("/api/v1/reconciliation", params={"day": day}).status_code == 422
