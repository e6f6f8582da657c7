"""As many bytes as are allowed, from those who may send them, and no more; what breaks off leaves nothing."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from qa_service.core.people import Right
from qa_service.web.app import make_app
from qa_service.web.limits import Limits
from tests.web.sending import SOUND, count, sent, upload
from tests.web.service import MOST_MEGABYTES, Service, answering, wait_until
from tests.web.wire import chunked, form, head, part, send

#: What may stand around a recording (web/limits.py).
AROUND = 4 << 20
TOO_MUCH = (MOST_MEGABYTES << 20) + AROUND + 1


@pytest.mark.parametrize("says_length", [True, False], ids=["with its length", "in chunks of no said length"])
def test_what_is_too_large_is_refused(service: Service, secret: str, says_length: bool) -> None:
    before, body = count(service), form(part("recording", bytes(TOO_MUCH), "a.wav"))
    pieces = [body] if says_length else chunked(body)
    told = {"Content_Length": str(len(body))} if says_length else {"Transfer_Encoding": "chunked"}

    answer = send(service.url, [head(secret, **told), *pieces])

    if answer is not None:  # whoever goes on sending may find the line closed before the answer is read
        assert (answer.status, answer.json["error"]) == (413, "upload_too_large")
    assert (count(service), service.lying_open()) == (before, [])


def test_as_much_as_is_allowed_is_taken(client: httpx.Client) -> None:
    assert upload(client, b"\xff" + bytes((MOST_MEGABYTES << 20) - 1)).status_code == 202


def test_a_length_that_claims_too_much_is_refused_before_a_byte_of_it(service: Service, secret: str) -> None:
    answer = sent(service, head(secret, Content_Length=str(1 << 40)))

    assert (answer.status, answer.json["error"]) == (413, "upload_too_large")
    assert "connection: close" in answer.head.lower()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the form's half file
def test_a_body_longer_than_its_length_is_cut_there(service: Service, secret: str) -> None:
    body = form(part("recording", SOUND, "a.wav"))

    answer = sent(service, head(secret, Content_Length=str(len(body) - 200)), body)

    assert (answer.status, answer.json["error"]) == (422, "request_invalid")


def test_a_body_that_does_not_come_is_given_up(service: Service, secret: str) -> None:
    app = make_app(service.parts, service.app.state.texts)
    limited = Limits(app, 1 << 20, str, patience_s=0.2)
    with answering(limited) as url:
        answer = send(url, [head(secret, Content_Length="100000"), part("recording", SOUND, "a.wav")])

    assert answer is not None
    assert (answer.status, answer.json["error"]) == (408, "upload_too_slow")
    assert service.lying_open() == []


@pytest.mark.parametrize("sent_bytes", [0, 100, 300_000, 3_000_000])
def test_who_hangs_up_leaves_nothing(service: Service, secret: str, sent_bytes: int) -> None:
    before = count(service)
    body = form(part("recording", bytes(4_000_000), "a.wav"))

    send(service.url, [head(secret, Content_Length=str(len(body))), body[:sent_bytes]], hang_up=True)

    wait_until(lambda: service.lying_open() == [])
    assert count(service) == before


def test_strangers_are_turned_away_before_their_body_is_read(service: Service) -> None:
    answer = sent(service, head("qa_nobody", Content_Length=str(1 << 20)))

    assert (answer.status, answer.json["error"]) == (401, "not_signed_in")


@pytest.mark.parametrize("path", ["/api/v1/calls", "/api/v1/calls/transcripts"])
def test_who_may_not_upload_is_turned_away_before_the_body_is_read(service: Service, path: str) -> None:
    reader = service.key(Right.SEE_CALLS)

    answer = sent(service, head(reader, path, Content_Length=str(1 << 20)))

    assert (answer.status, answer.json["error"]) == (403, "not_allowed")


def test_when_too_much_waits_uploads_come_back_later(service: Service, secret: str) -> None:
    full = make_app(replace(service.parts, most_waiting=0), service.app.state.texts)
    with answering(full) as url:
        answer = sent(replace(service, url=url), head(secret, Content_Length=str(1 << 20)))

    assert (answer.status, answer.json["error"]) == (503, "busy")
    assert "retry-after: 30" in answer.head.lower()
