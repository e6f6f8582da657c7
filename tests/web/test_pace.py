"""Who asks too often is asked to wait; others notice nothing."""

from __future__ import annotations

from dataclasses import replace

from fastapi.testclient import TestClient

from qa_service.core.people import Right
from qa_service.i18n.catalogue import catalogue
from qa_service.web.app import make_app
from tests.web.house import House


def test_one_who_asks_too_often_waits_and_another_does_not(house: House) -> None:
    app = make_app(replace(house.parts, most_requests=5), catalogue("zh_CN"))
    client = TestClient(app, raise_server_exceptions=False)
    eager, calm = house.key(Right.SEE_CALLS), house.key(Right.SEE_CALLS)

    answers = [client.get("/api/v1/calls", headers=eager) for _ in range(7)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert answers[-1].json()["error"] == "too_many_requests"
    assert int(answers[-1].headers["retry-after"]) > 0
    assert client.get("/api/v1/calls", headers=calm).status_code == 200
    assert client.get("/livez").status_code == 200
