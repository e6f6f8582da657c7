"""Who asks too often is asked to wait; others notice nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from fastapi.testclient import TestClient

from qa_service.core.people import Right, UserRole
from qa_service.i18n.catalogue import catalogue
from qa_service.stores.engine import make_engine
from qa_service.stores.tries import StoreTries
from qa_service.web.app import make_app
from tests.web.house import House
from tests.web.service import Service, answering


def test_one_who_asks_too_often_waits_and_another_does_not(house: House) -> None:
    app = make_app(replace(house.parts, most_requests=5), catalogue("zh_CN"))
    client = TestClient(app, raise_server_exceptions=False)
    eager, calm = house.key(Right.SEE_CALLS), house.key(Right.SEE_CALLS)

    answers = [client.get("/api/v1/calls", headers=eager)]
    while (
        answers[-1].status_code == 200 and len(answers) < 30
    ):  # a slow machine earns one every twelve seconds
        answers.append(client.get("/api/v1/calls", headers=eager))

    assert [answer.status_code for answer in answers[:5]] == [200] * 5
    assert answers[-1].status_code == 429
    assert answers[-1].json()["error"] == "too_many_requests"
    assert int(answers[-1].headers["retry-after"]) > 0
    assert client.get("/api/v1/calls", headers=calm).status_code == 200
    assert client.get("/livez").status_code == 200


def test_passwords_are_tried_ten_times_a_minute_however_many_processes_answer(
    either: Service, team: str
) -> None:
    """Two processes, as far as they know of one another: an app and connections each, and one database."""
    name = either.user(f"anna.{team}", UserRole.REVIEWER).name
    engine = make_engine(either.shelves.engine.url.render_as_string(hide_password=False))
    other = replace(either.parts, tries=StoreTries(engine, either.shelves.key, lambda: datetime.now(UTC)))
    with answering(make_app(other, catalogue("zh_CN"))) as url:
        clients = (either.client(), replace(either, url=url).client())
        tried = [
            clients[n % 2].post("/api/v1/session", json={"name": name, "password": f"wrong {n}"})
            for n in range(14)
        ]
    engine.dispose()

    assert [answer.status_code for answer in tried] == [401] * 10 + [429] * 4
    assert tried[-1].json()["error"] == "too_many_tries"
    assert int(tried[-1].headers["retry-after"]) > 0
