"""A trial without sign-in: from this machine by its own name, and from nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from qa_service.core.people import GUEST, Right
from qa_service.i18n.catalogue import catalogue
from qa_service.web.app import make_app
from tests.web.house import House

AT = "http://127.0.0.1:8080"


@pytest.fixture
def trial(house: House) -> TestClient:
    app = make_app(replace(house.parts, guest=GUEST), catalogue("zh_CN"))
    return TestClient(app, base_url=AT, raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, 200, id="a program on this machine"),
        pytest.param({"Host": "localhost:8080"}, 200, id="by its usual name"),
        pytest.param({"Host": "[::1]:8080"}, 200, id="IPv6"),
        pytest.param({"Origin": AT}, 200, id="our own page"),
        pytest.param({"Sec-Fetch-Site": "none"}, 200, id="typed into a browser"),
        pytest.param({"Origin": "https://evil.example"}, 401, id="another site's page"),
        pytest.param({"Origin": "null"}, 401, id="a page of no site"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, 401, id="a picture in another site's page"),
        pytest.param({"Host": "evil.example:8080"}, 401, id="a name that was made to lead here"),
        pytest.param({"Host": "127.0.0.1.evil.example"}, 401, id="a name that looks like ours"),
        pytest.param({"Host": "[::1"}, 401, id="no name at all"),
        pytest.param({"Authorization": "Bearer qa_made-up"}, 401, id="a key that is none"),
    ],
)
def test_who_is_a_guest(trial: TestClient, headers: dict[str, str], status: int) -> None:
    assert trial.get("/api/v1/calls", headers=headers).status_code == status


@pytest.mark.parametrize(
    "name",
    [
        *("Forwarded", "Via", "X-Real-IP", "X-Client-IP"),
        *("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "x-forwarded-prefix"),
        *("X-Envoy-External-Address", "X-Cluster-Client-IP", "X-Original-Forwarded-For"),
    ],
)
@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "qa.example.com"])
def test_whom_a_proxy_hands_on_is_no_guest(trial: TestClient, name: str, host: str) -> None:
    answer = trial.get("/api/v1/calls", headers={"Host": host, name: "203.0.113.7"})

    assert (answer.status_code, answer.json()["error"]) == (403, "guest_by_proxy")
    assert "--without-sign-in" in answer.json()["detail"]


def test_nor_is_anything_else_answered_to_a_proxy_where_nobody_signs_in(trial: TestClient) -> None:
    made_up = {"Authorization": "Bearer qa_made-up", "X-Forwarded-For": "203.0.113.7"}

    assert trial.get("/api/v1/calls", headers=made_up).status_code == 403
    assert trial.get("/livez", headers=made_up).status_code == 200


def test_who_signs_in_may_come_through_a_proxy(house: House) -> None:
    through = {"X-Forwarded-For": "203.0.113.7", "Forwarded": "for=203.0.113.7"}

    assert house.client.get("/api/v1/calls", headers=through).status_code == 401
    assert house.client.get("/api/v1/calls", headers=through | house.key(Right.SEE_CALLS)).status_code == 200


def test_what_a_guest_does_is_written_down(trial: TestClient, house: House) -> None:
    trial.post("/api/v1/calls", files={"recording": ("a.wav", b"RIFF\xff")})

    entries = trial.get("/api/v1/audit").json()["entries"]
    assert [(entry["who"], entry["action"]) for entry in entries] == [("guest", "upload")]


def test_without_the_flag_everybody_signs_in(house: House) -> None:
    assert house.client.get("/api/v1/calls", headers={"Host": "127.0.0.1"}).status_code == 401


def test_a_guest_makes_no_key_that_would_stay(trial: TestClient) -> None:
    refused = trial.post("/api/v1/keys", json={"name": "留着", "scopes": ["calls:read"]})

    assert (refused.status_code, refused.json()["error"]) == (403, "people_only")
