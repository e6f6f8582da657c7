"""What comes in, under any name; what is wrong with a form is named, and nothing stays lying about."""

from __future__ import annotations

import httpx
import pytest

from qa_service.core.people import Right
from tests.web.sending import FILE, SOUND, sent, upload
from tests.web.service import Service
from tests.web.wire import form, head, part


def test_an_upload_says_where_its_work_is(client: httpx.Client) -> None:
    answer = upload(client)

    told = answer.json()
    assert (answer.status_code, set(told)) == (
        202,
        {"call_id", "job_id", "is_known", "is_duplicate", "duplicate_of"},
    )
    assert answer.headers["location"] == f"/api/v1/jobs/{told['job_id']}"
    assert client.get(answer.headers["location"]).json()["state"] == "queued"
    assert client.get(f"/api/v1/calls/{told['call_id']}/audio").content == SOUND


@pytest.mark.parametrize("kind", ["fields", "files"])
def test_a_thousand_parts_are_refused(service: Service, secret: str, kind: str) -> None:
    name = None if kind == "fields" else "x.wav"
    body = form(*(part(f"p{n}", b"x" * 100, name) for n in range(1_000)))

    answer = sent(service, head(secret, Content_Length=str(len(body))), body)

    assert (answer.status, answer.json["error"]) == (422, "request_invalid")
    assert service.lying_open() == []


@pytest.mark.parametrize(
    ("body", "place"),
    [
        pytest.param(form(part("meta", b"{}")), "body.recording", id="no file"),
        pytest.param(form(part("recording", SOUND)), "body.recording", id="a field in place of a file"),
        pytest.param(form(part("recording", b"", "a.wav")), "a.wav", id="an empty file"),
        pytest.param(form(FILE, part("agent_channel", b"2")), "body.agent_channel", id="a third channel"),
        pytest.param(form(FILE, part("team", b"x" * 101)), "body.team", id="a long team"),
        pytest.param(form(FILE, part("team", b"a\0b")), "body.team", id="NUL in a team"),
        pytest.param(form(FILE, part("meta", b" " * (3 << 20))), "", id="3 MB of envelope"),
        pytest.param(b"no form at all", "", id="no form"),
        pytest.param(b"", "", id="nothing"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_form_is_named(service: Service, secret: str, body: bytes, place: str) -> None:
    answer = sent(service, head(secret, Content_Length=str(len(body))), body)

    assert answer.status == 422
    assert answer.json["detail"].startswith(place)
    assert service.lying_open() == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        pytest.param("../../etc/passwd", "passwd", id="a way up"),
        pytest.param("..\\..\\boot.ini", "boot.ini", id="a way up on Windows"),
        pytest.param("/etc/shadow", "shadow", id="an absolute path"),
        pytest.param("a\u202egpj.wav", "agpj.wav", id="text that is turned around"),
        pytest.param("录音 2026-11-25.wav", "录音 2026-11-25.wav", id="Chinese"),
        pytest.param("x" * 4_096 + ".wav", "x" * 251 + ".wav", id="four thousand characters"),
        pytest.param("", "", id="no name"),
        pytest.param("..", "..", id="two dots, which no path is made of"),
        pytest.param("a\x1b[31m.wav", "a[31m.wav", id="terminal colours"),
    ],
)
def test_names_of_files_are_only_shown(service: Service, secret: str, given: str, kept: str) -> None:
    body = form(part("allow_duplicate", b"true"), part("recording", SOUND, given))

    answer = sent(service, head(secret, Content_Length=str(len(body))), body)

    assert answer.status == 202, answer.body
    with service.client(secret=secret) as reading:
        assert reading.get(f"/api/v1/calls/{answer.json['call_id']}").json()["file_name"] == kept
    assert service.lying_open() == []


def test_a_name_with_nul_breaks_nothing(either: Service) -> None:
    body = form(part("allow_duplicate", b"true"), part("recording", SOUND, "a\0b.wav"))

    answer = sent(either, head(either.key(*Right), Content_Length=str(len(body))), body)

    assert answer.status in {202, 422}
