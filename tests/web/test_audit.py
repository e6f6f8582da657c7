"""The audit log over the API: an auditor reads and checks it, and sees when its end was cut off."""

from __future__ import annotations

import sqlalchemy as sa

from qa_service.core.people import Right
from tests.web.house import House


def state(house: House, **noted: object) -> dict[str, object]:
    headers = house.key(Right.SEE_AUDIT)
    answer = house.client.get("/api/v1/audit/state", params=noted, headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 200
    found: dict[str, object] = answer.json()
    return found


def test_a_chain_that_grew_goes_through_what_was_noted(house: House) -> None:
    house.call()
    noted = state(house)
    house.call()

    later = state(house, entries=noted["entries"], head=noted["head"])

    assert later["broken_at"] is None
    assert later["head"] != noted["head"]


def test_a_cut_end_shows_only_against_what_was_noted(house: House) -> None:
    house.call()
    noted = state(house)
    with house.shelves.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM audit WHERE seq >= :seq"), {"seq": noted["entries"]})

    assert state(house)["broken_at"] is None
    assert state(house, entries=noted["entries"], head=noted["head"])["broken_at"] == noted["entries"]
