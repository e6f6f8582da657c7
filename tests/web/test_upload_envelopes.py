"""What comes with a recording, and transcripts: a field that will not do is named; numbers are kept nowhere."""

from __future__ import annotations

import json

import httpx
import pytest
import sqlalchemy as sa

from qa_service.stores.tables import calls
from tests.web.samples import transcript
from tests.web.sending import NUMBER, upload
from tests.web.service import Service

NO_TIME = "meta: started_at：不是日期和时间"


@pytest.mark.parametrize(
    ("meta", "says"),
    [
        pytest.param({"line": 4}, "meta: line：不是文字", id="a number for a line"),
        pytest.param({"colour": "red"}, "meta: colour：没有这个字段", id="an unknown field"),
        pytest.param(
            {"participants": [{"id": "p", "kind": "x"}]},
            "meta: participants.0.kind：不是",
            id="an unknown kind",
        ),
        pytest.param({"started_at": "昨天"}, NO_TIME, id="no time"),
        pytest.param({"started_at": "9999-12-31T23:59:59-12:00"}, NO_TIME, id="a time after the last year"),
        pytest.param({"started_at": "0001-01-01T00:00:00Z"}, NO_TIME, id="a time that programs write for none"),
        pytest.param({"line": "a\0b"}, "meta: line：不是文字", id="NUL"),
        pytest.param({"call_id": "\ud800"}, "meta: call_id：不是文字", id="half a character"),
        pytest.param({"customer": NUMBER}, "meta: customer：这里要写带密钥的哈希", id="a customer in clear"),
        pytest.param({"customer_number": "拨打"}, "meta: customer_number：不是 5 到 15 位的电话号码", id="no number"),
        pytest.param([], "meta：", id="a list"),
    ],
)  # fmt: skip
def test_an_envelope_that_will_not_do_names_its_field(either: Service, meta: object, says: str) -> None:
    answer = upload(either.everything(), meta=json.dumps(meta))

    assert answer.status_code == 422, answer.text
    assert answer.json()["detail"].startswith(says)
    assert NUMBER not in answer.text


def test_a_customers_number_is_kept_nowhere(either: Service) -> None:
    client = either.everything()
    first = upload(client, meta=json.dumps({"customer_number": NUMBER})).json()
    client.post("/api/v1/calls/transcripts", json=transcript(customer_number=NUMBER))

    with either.shelves.engine.connect() as connection:
        row = connection.execute(sa.select(calls).where(calls.c.id == first["call_id"])).one()
        everything = str(connection.execute(sa.select(calls)).all())
    assert row.customer.startswith("hmac-sha256:")
    assert NUMBER not in everything
    assert NUMBER not in str(either.audit())
    for file in either.folder.rglob("*"):
        assert not file.is_file() or NUMBER.encode() not in file.read_bytes(), file


def test_the_longest_hash_of_a_customer_is_kept(either: Service) -> None:
    answer = upload(either.everything(), meta=json.dumps({"customer": "hmac-sha512:" + "af" * 64}))

    assert answer.status_code == 202


@pytest.mark.parametrize(
    ("body", "says"),
    [
        pytest.param({}, "transcript: utterances", id="no words"),
        pytest.param({"utterances": [{"id": "\ud800"}]}, "transcript: utterances.0.", id="half a character"),
        pytest.param({"utterances": [], "\ud800": 1}, "transcript", id="half a character as a name"),
        pytest.param({"utterances": [], "envelope": {"line": "a\0"}}, "transcript: envelope: line", id="NUL"),
        pytest.param({"utterances": [], "call_id": "\0"}, "transcript: call_id", id="NUL in its id"),
    ],
)
def test_a_transcript_that_will_not_do_names_its_field(either: Service, body: object, says: str) -> None:
    answer = either.everything().post(
        "/api/v1/calls/transcripts", content=json.dumps(body), headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 422, answer.text
    assert answer.json()["detail"].startswith(says)


def test_a_transcript_may_be_larger_than_other_requests(client: httpx.Client) -> None:
    padded = json.dumps(transcript()) + " " * (3 << 20)

    answer = client.post(
        "/api/v1/calls/transcripts", content=padded, headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 202


def test_a_transcript_has_no_sound(client: httpx.Client) -> None:
    """What was said in it is open in the store: nobody gets it past the mask."""
    call = client.post("/api/v1/calls/transcripts", json=transcript()).json()["call_id"]

    assert client.get(f"/api/v1/calls/{call}/audio").status_code == 404
