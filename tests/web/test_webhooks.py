"""Webhooks through the API: secrets are shown once, addresses inside are refused."""

from __future__ import annotations

import pytest

from qa_service.core.people import Right
from tests.web.house import House, error


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/x", "http://10.0.0.1/", "file:///etc/passwd", "http://[::1]/"]
)
def test_addresses_inside_are_refused(house: House, url: str) -> None:
    headers = house.key(Right.MANAGE_WEBHOOKS)

    answer = house.client.post(
        "/api/v1/webhooks", headers=headers, json={"url": url, "events": ["call.judged"]}
    )

    assert (answer.status_code, error(answer)["error"]) == (422, "address_refused")


def test_a_secret_is_shown_once_and_the_webhook_can_be_switched(house: House) -> None:
    headers = house.key(Right.MANAGE_WEBHOOKS)
    given = {"url": "http://93.184.216.34/hook?key=SECRET", "events": ["call.judged"]}
    made = house.client.post("/api/v1/webhooks", headers=headers, json=given).json()

    listed = house.client.get("/api/v1/webhooks", headers=headers)
    off = house.client.post(f"/api/v1/webhooks/{made['id']}/disable", headers=headers)
    again = house.client.post(f"/api/v1/webhooks/{made['id']}/rotate", headers=headers).json()

    assert made["secret"].startswith("whsec_")
    assert made["secret"] not in listed.text
    assert "SECRET" not in listed.text
    assert off.status_code == 204
    assert again["secret"] not in {"", made["secret"]}


def test_an_event_that_nobody_sends_is_refused(house: House) -> None:
    headers = house.key(Right.MANAGE_WEBHOOKS)
    given = {"url": "http://93.184.216.34/hook", "events": ["call.lost"]}

    answer = house.client.post("/api/v1/webhooks", headers=headers, json=given)

    assert (answer.status_code, error(answer)["error"]) == (422, "webhook_events")
