"""Uploads in pieces: what will not do is refused before it is kept, and changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import httpx
import pytest

from qa_service.core.people import Right
from qa_service.web.app import make_app
from tests.web.pieces import (
    META,
    PIECE,
    UPLOADS,
    begin,
    desk,
    metadata,
    piece,
)
from tests.web.service import MOST_MEGABYTES, Service, answering


def test_one_caller_has_only_so_many_under_way(service: Service) -> None:
    few = make_app(
        replace(service.parts, uploads=replace(desk(service), most_open=2)), service.app.state.texts
    )
    with answering(few) as url:
        secret = service.key(Right.UPLOAD)
        client = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {secret}"}, trust_env=False)
        begun = [begin(client, 10) for _ in range(3)]
        client.delete(begun[0].headers["location"])
        begun.append(begin(client, 10))
        client.close()

    assert [answer.status_code for answer in begun] == [201, 201, 429, 201]
    assert begun[2].headers["retry-after"] == "60"


def test_nobody_else_sees_an_upload(service: Service) -> None:
    at = begin(service.everything(), 10).headers["location"]
    other = service.everything()

    answers = [
        other.head(at),
        other.get(at),
        piece(other, at, 0, b"x"),
        other.delete(at),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4


def test_what_can_be_asked_before_signing_in(service: Service) -> None:
    told = service.client().options(UPLOADS).headers

    assert (told["tus-version"], told["tus-resumable"]) == ("1.0.0", "1.0.0")
    assert told["tus-extension"] == "creation,expiration,termination"
    assert int(told["tus-max-size"]) == MOST_MEGABYTES << 20


NINE = {"Upload-Length": "9"}
INVALID = "request_invalid"


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        pytest.param({}, 422, INVALID, id="no length"),
        pytest.param({"Upload-Length": "0"}, 422, INVALID, id="nothing to come"),
        pytest.param({"Upload-Length": "-5"}, 422, INVALID, id="less than nothing"),
        pytest.param({"Upload-Length": str((MOST_MEGABYTES << 20) + 1)}, 413, "upload_too_large", id="too much"),
        pytest.param({"Upload-Length": "9" * 30}, 422, INVALID, id="more than there is"),
        pytest.param({"Upload-Length": "9", "Tus-Resumable": "0.2.2"}, 412, "tus_version", id="an old tus"),
        pytest.param(NINE | {META: "meta !!"}, 422, INVALID, id="no base64"),
        pytest.param(NINE | {META: "meta /w=="}, 422, INVALID, id="no UTF-8"),
        pytest.param(NINE | {META: "team AA=="}, 422, INVALID, id="NUL"),
        pytest.param(NINE | {META: metadata(meta="{")}, 422, "envelope_unreadable", id="no JSON"),
        pytest.param(NINE | {META: metadata(meta='{"line":7}')}, 422, "envelope_invalid", id="a wrong field"),
        pytest.param(NINE | {META: metadata(agent_channel="2")}, 422, INVALID, id="a third channel"),
        pytest.param(NINE | {META: metadata(sha256="abc")}, 422, INVALID, id="no digest"),
        pytest.param(NINE | {META: metadata(team="x" * 101)}, 422, INVALID, id="a long team"),
        pytest.param(NINE | {META: "meta e30=,meta e30="}, 422, INVALID, id="one twice"),
    ],
)  # fmt: skip
def test_what_will_not_do_is_refused_before_a_byte(
    service: Service, headers: Mapping[str, str], status: int, code: str
) -> None:
    answer = service.everything().post(UPLOADS, headers=dict(headers))

    assert (answer.status_code, answer.json()["error"]) == (status, code)


def test_metadata_of_browsers_that_nobody_needs_are_passed_over(service: Service) -> None:
    client = service.everything()

    answer = begin(client, 10, filetype="audio/wav", relativePath="x/y", filename="../../a.wav", name="a")

    assert answer.status_code == 201
    client.delete(answer.headers["location"])


@pytest.mark.parametrize(
    ("headers", "content", "status", "code"),
    [
        pytest.param({"Upload-Offset": "5"}, b"x", 409, "wrong_offset", id="a gap"),
        pytest.param({"Upload-Offset": "-1"}, b"x", 422, INVALID, id="before the start"),
        pytest.param({}, b"x", 422, INVALID, id="no offset"),
        pytest.param({"Upload-Offset": "0"}, b"x" * 11, 413, "more_than_announced", id="more than announced"),
        pytest.param({"Upload-Offset": "0", "Content-Type": "audio/wav"}, b"x", 415, "wrong_content_type", id="a type"),
        pytest.param({"Upload-Offset": "0", "Tus-Resumable": "2"}, b"x", 412, "tus_version", id="a newer tus"),
    ],
)  # fmt: skip
def test_a_piece_that_does_not_fit_changes_nothing(
    service: Service, headers: Mapping[str, str], content: bytes, status: int, code: str
) -> None:
    client = service.everything()
    at = begin(client, 10).headers["location"]

    answer = client.patch(at, headers={**PIECE, **headers}, content=content)

    assert (answer.status_code, answer.json()["error"]) == (status, code)
    assert client.head(at).headers["upload-offset"] == "0"
    client.delete(at)


def test_of_a_long_body_that_is_a_byte_too_long_nothing_is_kept(service: Service) -> None:
    client, length = service.everything(), 5 << 20
    at = begin(client, length).headers["location"]

    answer = piece(client, at, 0, bytes(length + 1))

    assert (answer.status_code, answer.json()["error"]) == (413, "upload_too_large")
    assert client.head(at).headers["upload-offset"] == "0"
    client.delete(at)
