"""Reasons say something wherever one is asked for, and are kept without what stands around them."""

from __future__ import annotations

from typing import Any

import pytest

from qa_service.core.people import UserRole
from tests.web.samples import transcript
from tests.web.service import Service

#: Wherever a reason is asked for: method, address, and the reason's place in it or in the body.
PLACES = [
    pytest.param("GET", "/api/v1/calls/{call}/assessment", "unmasked_because", {}, id="open text"),
    pytest.param("GET", "/api/v1/calls/{call}/report.html", "unmasked_because", {}, id="an open report"),
    pytest.param("DELETE", "/api/v1/calls/{call}", "because", {}, id="deletion"),
    pytest.param("POST", "/api/v1/holds", "because", {"call_ids": ["{call}"]}, id="a hold"),
    pytest.param("POST", "/api/v1/holds/{call}/lift", "because", {}, id="lifting a hold"),
    pytest.param(
        "POST", "/api/v1/rulebooks/x/draft/publish", "note", {"digest": "ab" * 32}, id="publishing rules"
    ),
    pytest.param("POST", "/api/v1/routing/draft/publish", "note", {"digest": "ab" * 32}, id="a table"),
    pytest.param(
        "POST", f"/api/v1/rulebooks/x/versions/{'ab' * 32}/retire", "note", {}, id="retiring a version"
    ),
]


@pytest.mark.parametrize(("method", "address", "name", "body"), PLACES)
@pytest.mark.parametrize(
    "said",
    [
        pytest.param("  ", id="blanks"),
        pytest.param("\u3000\u3000", id="wide blanks"),
        pytest.param("\u200b\u200b", id="characters without a shape"),
        pytest.param("……", id="dots"),
        pytest.param(" x ", id="one character"),
    ],
)
def test_what_says_nothing_is_no_reason(
    service: Service, method: str, address: str, name: str, body: dict[str, Any], said: str
) -> None:
    client, call = service.everything(), "01a2154c-0c94-776d-a6d6-65a54a2a5aea"
    given = {key: [call] if value == ["{call}"] else value for key, value in body.items()}
    in_address = method != "POST"

    answer = client.request(
        method,
        address.format(call=call),
        params={name: said} if in_address else {},
        json=None if in_address else {**given, name: said},
    )

    assert (answer.status_code, answer.json()["error"]) == (422, "reason_empty")


def test_open_text_is_opened_by_a_reason_alone(either: Service, team: str) -> None:
    either.user(f"lead.{team}", UserRole.QA_LEAD)
    lead = either.client(session=either.session(f"lead.{team}"))
    words = transcript("", ("您好，请讲。", "我的手机号是13812345678。"))
    made = either.everything().post(f"/api/v1/calls/transcripts?team={team}", json=words).json()
    either.work_on(made["job_id"])
    address = f"/api/v1/calls/{made['call_id']}/assessment"

    answers = {said: lead.get(address, params={"unmasked_because": said}) for said in (" ", "", " 投诉 ")}

    assert answers[" "].status_code == 422
    assert "13812345678" not in answers[""].text
    assert "13812345678" in answers[" 投诉 "].text
    opened = [entry for entry in either.audit() if entry["action"] == "read_unmasked"]
    assert opened[-1]["detail"] == '{"reason": "投诉"}'
