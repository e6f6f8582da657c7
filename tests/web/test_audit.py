"""The audit log over the API: an auditor reads and checks it, and sees when its end was cut off."""

from __future__ import annotations

from typing import Any

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


def test_entries_are_found_by_who_did_what_to_which_and_when(house: House) -> None:
    first, second = house.call(), house.call()
    headers = house.key(Right.SEE_AUDIT)
    holder = house.key(Right.MANAGE_HOLDS)
    for call in (first, second):
        sent = {"because": "监管来函", "call_ids": [call.call_id]}
        house.client.post("/api/v1/holds", json=sent, headers=holder).raise_for_status()

    def found(**sought: str) -> list[dict[str, Any]]:
        answer = house.client.get("/api/v1/audit", params=sought, headers=headers)
        assert answer.status_code == 200, answer.text
        entries: list[dict[str, Any]] = answer.json()["entries"]
        return entries

    everything = found()
    one = next(entry for entry in everything if entry["action"] == "place_hold")
    for name in ("who", "action", "object", "request_id"):
        expected = [entry["seq"] for entry in everything if entry[name] == one[name]]
        assert [entry["seq"] for entry in found(**{name: one[name]})] == expected, name
    assert 0 < len(found(object=one["object"])) < len(found(action="place_hold")) < len(everything)
    assert found(who="nobody") == []
    assert found(until=everything[-1]["at"]) == []
    assert [entry["seq"] for entry in found(since=one["at"])] == [
        entry["seq"] for entry in everything if entry["at"] >= one["at"]
    ]


def test_a_slip_in_what_is_asked_is_refused_and_not_read_over(house: House) -> None:
    refused = house.client.get("/api/v1/audit", params={"whom": "x"}, headers=house.key(Right.SEE_AUDIT))

    assert (refused.status_code, refused.json()["error"]) == (422, "request_invalid")
    assert "request_id" in refused.json()["detail"]


def test_of_an_address_of_another_method_it_is_the_method_that_is_wrong(house: House) -> None:
    headers = house.key(Right.SEE_CALLS)
    refused = house.client.get("/api/v1/calls/transcripts", params={"team": "a"}, headers=headers)

    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
