"""Signing in: guesses are slowed down, sessions end, and the cookie serves our own pages alone."""

from __future__ import annotations

import pytest

from qa_service.core.people import UserRole
from tests.web.house import PASSWORD, House, error, later

NOBODY_HAS = "00000000-0000-7000-8000-000000000000"


@pytest.mark.parametrize(
    ("wait", "is_known"),
    [
        pytest.param({"minutes": 59}, True, id="within the hour"),
        pytest.param({"minutes": 61}, False, id="nobody used it for an hour"),
        pytest.param({"hours": 13}, False, id="of yesterday"),
    ],
)
def test_a_session_ends_by_itself(house: House, wait: dict[str, int], *, is_known: bool) -> None:
    house.user("late", UserRole.QA_LEAD)
    headers = house.session("late")
    later(house, **wait)

    assert (house.client.get("/api/v1/me", headers=headers).status_code == 200) is is_known


def test_who_has_signed_out_is_out(house: House) -> None:
    house.user("out", UserRole.QA_LEAD)
    headers = house.session("out")

    assert house.client.delete("/api/v1/session", headers=headers).status_code == 204
    assert house.client.get("/api/v1/me", headers=headers).status_code == 401


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(house: House) -> None:
    house.user("known", UserRole.REVIEWER)

    answers = [
        house.client.post("/api/v1/session", json={"name": name, "password": password})
        for name, password in (("known", "wrong password"), ("unknown", PASSWORD))
    ]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert len({error(answer)["detail"] for answer in answers}) == 1


def test_who_tries_passwords_is_slowed_down(house: House) -> None:
    given = {"name": "victim", "password": "guess"}

    answers = [house.client.post("/api/v1/session", json=given) for _ in range(11)]

    assert [answer.status_code for answer in answers[:10]] == [401] * 10
    assert answers[10].status_code == 429
    assert answers[10].headers["retry-after"] == "60"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://testserver.evil.example"])
def test_another_sites_page_cannot_use_our_cookie(house: House, origin: str) -> None:
    house.user("lead", UserRole.QA_LEAD)
    headers = {**house.session("lead"), "Origin": origin}

    answer = house.client.post(f"/api/v1/jobs/{NOBODY_HAS}/cancel", headers=headers)

    assert (answer.status_code, error(answer)["error"]) == (403, "foreign_origin")


def test_the_cookie_is_for_our_pages_alone(house: House) -> None:
    house.user("lead", UserRole.QA_LEAD)

    answer = house.client.post("/api/v1/session", json={"name": "lead", "password": PASSWORD})

    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
