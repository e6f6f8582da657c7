"""Recordings by address: written down before it is answered, fetched soon, tried again, a call once."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from qa_service.alerts.address import read_named
from qa_service.alerts.fetcher import Fetcher
from qa_service.alerts.guard import Guard
from qa_service.core.errors import AddressError
from qa_service.core.people import Right
from qa_service.stores.fetch_desk import StoreFetches, StoreFetchList
from qa_service.stores.tables import calls, fetches
from qa_service.web.app import make_app
from tests.alerts.receiver import Receiver, running
from tests.web.service import MOST_MEGABYTES, Service, answering

FROM_URL = "/api/v1/calls/from-url"
SOUND = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(range(256)) * 40
PUBLIC = "http://93.184.216.34/rec/%E5%BD%95%E9%9F%B3.wav?sig=geheim"


def nobody_waits(service: Service) -> None:
    """What other tests asked for is not fetched here."""
    with service.shelves.engine.begin() as connection:
        connection.execute(fetches.delete())


class Dialler:
    """A service that may call a recorder on this machine, and what fetches for it."""

    def __init__(self, service: Service, port: int) -> None:
        guard = Guard((read_named(f"127.0.0.1:{port}"),))
        parts = replace(service.parts, fetches=StoreFetches(service.shelves, guard.check))
        self.service, self.app = service, make_app(parts, service.app.state.texts)
        self.waiting = StoreFetchList(service.shelves, service.parts.intake)
        self.guard = guard
        nobody_waits(service)
        self.asked: tuple[httpx.Client, str] | None = None

    def ask(self, body: Mapping[str, Any], **headers: str) -> httpx.Response:
        with answering(self.app) as url:
            secret = self.service.key(*Right)
            headers = {"Authorization": f"Bearer {secret}", **headers}
            with httpx.Client(base_url=url, trust_env=False, headers=headers) as client:
                answer = client.post(FROM_URL, json={"allow_duplicate": True, **body})
        self.asked = (self.service.client(secret=secret), answer.headers["location"])
        return answer

    def told(self) -> Any:
        """What the one who asked last is told now."""
        assert self.asked is not None
        client, at = self.asked
        return client.get(at).json()

    def fetch(self, get: Callable[..., int] | None = None) -> int:
        most = MOST_MEGABYTES << 20
        fetcher = Fetcher(self.waiting, get or self.guard.fetch, self.service.parts.scratch, most)
        done = 0
        while started := fetcher.step():
            done += started
            fetcher.wait()
        return done


def test_a_recording_comes_from_its_address_with_all_that_was_said(either: Service) -> None:
    with running(Receiver(answer=SOUND)) as recorder:
        dialler = Dialler(either, recorder.port)
        body = {"url": f"{recorder.url}&sig=geheim", "meta": {"line": "400"}, "file_name": "录音.wav"}
        answer = dialler.ask({**body, "agent_channel": 1})
        before = dialler.told()
        dialler.fetch()
    after, client = dialler.told(), either.everything()

    assert (answer.status_code, before["state"], before["host"]) == (202, "open", "127.0.0.1")
    assert (after["state"], after["attempts"], after["error"]) == ("done", 1, "")
    call = client.get(f"/api/v1/calls/{after['call_id']}").json()
    assert (call["file_name"], call["line"], call["source"]) == ("录音.wav", "400", "url")
    assert client.get(f"/api/v1/calls/{after['call_id']}/audio").content == SOUND
    assert client.get(f"/api/v1/jobs/{after['job_id']}").json()["state"] == "queued"
    assert either.lying_open() == []


def test_an_address_is_a_secret(either: Service) -> None:
    """Links hold what opens them: sealed while it is needed, gone afterwards, and in no answer."""
    client = either.everything()

    answer = client.post(FROM_URL, json={"url": PUBLIC})

    told = client.get(answer.headers["location"])
    with either.shelves.engine.connect() as connection:
        kept = str(connection.execute(sa.select(fetches)).all())
    assert told.json()["host"] == "93.184.216.34"
    assert "geheim" not in answer.text + told.text + kept + str(either.audit())
    assert ("fetch", {"host": "93.184.216.34"}) in [
        (entry["action"], json.loads(entry["detail"])) for entry in either.audit()
    ]


def test_the_name_of_a_file_is_the_end_of_its_address(service: Service) -> None:
    with running(Receiver(answer=SOUND)) as recorder:
        dialler = Dialler(service, recorder.port)
        dialler.ask({"url": f"http://127.0.0.1:{recorder.port}/a/..%2F%E5%BD%95%E9%9F%B3.wav?x=/y"})
        dialler.fetch()

    call = service.everything().get(f"/api/v1/calls/{dialler.told()['call_id']}").json()
    assert call["file_name"] == "录音.wav"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        pytest.param("http://127.0.0.1/a.wav", "address_refused", id="this machine"),
        pytest.param("http://169.254.169.254/latest/meta-data", "address_refused", id="a cloud's secrets"),
        pytest.param("http://[::ffff:10.0.0.1]/a.wav", "address_refused", id="an address in an address"),
        pytest.param("http://0x7f000001/a.wav", "address_refused", id="hexadecimal"),
        pytest.param("file:///etc/passwd", "address_refused", id="a file"),
        pytest.param("http://user@93.184.216.34/", "address_refused", id="a user"),
        pytest.param("http://93.184.216.34:22/", "address_refused", id="another port"),
        pytest.param("ftp://93.184.216.34/a.wav", "address_refused", id="ftp"),
        pytest.param("http://[", "request_invalid", id="half an address"),
    ],
)
def test_what_leads_inside_is_refused_at_once(service: Service, url: str, code: str) -> None:
    answer = service.everything().post(FROM_URL, json={"url": url})

    assert (answer.status_code, answer.json()["error"]) == (422, code)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param({}, "request_invalid", id="no address"),
        pytest.param({"url": PUBLIC, "sha256": "ab"}, "request_invalid", id="no digest"),
        pytest.param({"url": PUBLIC, "agent_channel": 2}, "request_invalid", id="a third channel"),
        pytest.param({"url": PUBLIC, "meta": {"line": 7}}, "envelope_invalid", id="a wrong field"),
        pytest.param(
            {"url": PUBLIC, "meta": {"customer": "13812345678"}}, "customer_in_clear", id="a number"
        ),
        pytest.param(
            {"url": PUBLIC, "valid_until": "2026-11-26T10:00:00"}, "time_without_zone", id="no zone"
        ),
        pytest.param(
            {"url": PUBLIC, "valid_until": "2026-01-01T10:00:00Z"}, "link_expired", id="over already"
        ),
        pytest.param({"url": PUBLIC, "headers": {"Host": "x"}}, "request_invalid", id="headers"),
        pytest.param({"url": PUBLIC + "x" * 2_000}, "request_invalid", id="an endless address"),
    ],
)
def test_what_will_not_do_is_refused_and_nothing_is_written(
    service: Service, body: Mapping[str, object], code: str
) -> None:
    before = _count(service, fetches)

    answer = service.everything().post(FROM_URL, json=dict(body))

    assert (answer.status_code, answer.json()["error"]) == (422, code)
    assert "13812345678" not in answer.text
    assert _count(service, fetches) == before


def test_the_same_key_fetches_once(either: Service, team: str) -> None:
    client, key = either.everything(), {"Idempotency-Key": team}

    first, again = (client.post(FROM_URL, json={"url": PUBLIC}, headers=key).json() for _ in range(2))
    other = client.post(FROM_URL, json={"url": PUBLIC + "x"}, headers=key)

    assert first == again
    assert (other.status_code, other.json()["error"]) == (422, "key_reused")


def test_a_new_link_for_a_call_whose_link_was_over_is_taken(either: Service, team: str) -> None:
    client, key = either.everything(), {"Idempotency-Key": team}
    first = client.post(FROM_URL, json={"url": PUBLIC}, headers=key).json()
    with either.shelves.engine.begin() as connection:
        connection.execute(fetches.update().where(fetches.c.id == first["id"]).values(state="failed"))

    again = client.post(FROM_URL, json={"url": PUBLIC + "&new"}, headers=key)

    assert (again.status_code, again.json()["state"]) == (202, "open")
    assert again.json()["id"] != first["id"]


def test_nobody_else_sees_it(service: Service) -> None:
    at = service.everything().post(FROM_URL, json={"url": PUBLIC}).headers["location"]

    assert service.everything().get(at).status_code == 404


def test_a_recorder_that_is_not_ready_is_asked_again(either: Service) -> None:
    recorder = Receiver(status=404, answer=b"not yet")
    with running(recorder):
        dialler = Dialler(either, recorder.port)
        dialler.ask({"url": recorder.url})
        dialler.fetch()
        early = dialler.told()
        assert dialler.fetch() == 0
        recorder.status, recorder.answer = 200, SOUND
        either.clock.forward(seconds=4)
        dialler.fetch()

    assert (early["state"], early["attempts"], early["error"]) == ("open", 1, "answer_unfit")
    assert (dialler.told()["state"], dialler.told()["attempts"]) == ("done", 2)


@pytest.mark.parametrize(
    ("recorder", "error"),
    [
        pytest.param(Receiver(status=302, headers={"location": "http://10.0.0.1/"}), "answer_unfit", id="elsewhere"),
        pytest.param(Receiver(status=410), "answer_unfit", id="gone"),
        pytest.param(Receiver(answer=bytes((MOST_MEGABYTES << 20) + 1)), "answer_too_large", id="too large"),
    ],
)  # fmt: skip
def test_what_no_later_try_would_mend_is_over_at_once(
    service: Service, recorder: Receiver, error: str
) -> None:
    with running(recorder):
        dialler = Dialler(service, recorder.port)
        dialler.ask({"url": recorder.url})
        dialler.fetch()

    told = dialler.told()
    assert (told["state"], told["error"], told["call_id"]) == ("failed", error, "")
    assert service.lying_open() == []


@pytest.mark.parametrize(
    ("recorder", "more", "error"),
    [
        pytest.param(Receiver(way="die"), {}, "address_away", id="it dies"),
        pytest.param(Receiver(answer=SOUND, headers={"content-length": "99999"}), {}, "address_away", id="half of it"),
        pytest.param(Receiver(answer=b""), {}, "empty", id="nothing in it yet"),
        pytest.param(Receiver(answer=SOUND), {"sha256": "ab" * 32}, "sha256_differs", id="still being written"),
        pytest.param(Receiver(status=503), {}, "answer_unfit", id="too busy"),
    ],
)  # fmt: skip
def test_what_a_later_try_may_mend_is_tried_until_the_link_is_over(
    service: Service, recorder: Receiver, more: Mapping[str, str], error: str
) -> None:
    until = service.clock.moment.isoformat()
    with running(recorder):
        dialler = Dialler(service, recorder.port)
        dialler.ask({"url": recorder.url, **more})
        dialler.fetch()
        waits = dialler.told()
        for _ in range(20):
            service.clock.forward(minutes=11)
            dialler.fetch()

    over = dialler.told()
    assert (waits["state"], waits["error"]) == ("open", error)
    assert (over["state"], over["error"]) == ("failed", error)
    assert 6 <= over["attempts"] <= 10
    assert until < over["give_up_at"]
    with service.shelves.engine.connect() as connection:
        query = sa.select(fetches.c.url).where(fetches.c.id == over["id"])
        assert connection.execute(query).scalar_one() == b""


def test_what_a_dead_process_had_is_fetched_by_another(either: Service) -> None:
    with running(Receiver(answer=SOUND)) as recorder:
        dialler = Dialler(either, recorder.port)
        dialler.ask({"url": recorder.url})
        taken = [fetch for fetch in dialler.waiting.take(10, ()) if fetch.host == "127.0.0.1"]
        assert dialler.fetch() == 0
        either.clock.forward(seconds=80)
        dialler.waiting.hold(taken[0])
        either.clock.forward(seconds=80)
        assert dialler.fetch() == 0
        either.clock.forward(seconds=20)
        dialler.fetch()

    assert (dialler.told()["state"], dialler.told()["attempts"]) == ("done", 2)


def test_two_that_fetch_the_same_make_one_call(either: Service) -> None:
    with running(Receiver(answer=SOUND)) as recorder:
        dialler = Dialler(either, recorder.port)
        dialler.ask({"url": recorder.url})
        before = _count(either, calls)
        (slow,) = dialler.waiting.take(10, ())
        either.clock.forward(seconds=100)
        dialler.fetch()
        file = either.folder / "slow"
        file.write_bytes(SOUND)
        dialler.waiting.fetched(slow, file)
        dialler.waiting.failed(slow, "address_slow", is_final=True)

    assert dialler.told()["state"] == "done"
    assert _count(either, calls) == before + 1


def test_one_slow_host_does_not_hold_up_another(service: Service) -> None:
    """Half of the threads at most are a host's; the rest is there for others."""
    let_go, under_way = threading.Event(), []
    nobody_waits(service)

    def get(url: str, limit_bytes: int, into: object, *, seconds: float) -> int:
        under_way.append(url.split("/")[2])
        let_go.wait(30)
        raise AddressError("address_refused", problem="x", fix="y")

    client = service.everything()
    for number in range(12):
        client.post(FROM_URL, json={"url": f"http://93.184.216.34/{number}.wav"})
    client.post(FROM_URL, json={"url": "http://93.184.216.35/1.wav"})
    waiting = StoreFetchList(service.shelves, service.parts.intake)
    fetcher = Fetcher(waiting, get, service.parts.scratch, 1_000, threads=8)
    while fetcher.step():
        pass
    let_go.set()
    fetcher.wait()

    assert under_way.count("93.184.216.34") <= 5
    assert "93.184.216.35" in under_way


def test_what_is_over_is_forgotten_in_time(either: Service) -> None:
    client = either.everything()
    with running(Receiver(answer=SOUND)) as recorder:
        dialler = Dialler(either, recorder.port)
        dialler.ask({"url": recorder.url})
        dialler.fetch()
    waits = client.post(FROM_URL, json={"url": PUBLIC}).headers["location"]
    over = dialler.told()["id"]

    either.clock.forward(hours=50)
    dialler.waiting.forget()

    with either.shelves.engine.connect() as connection:
        left = set(connection.execute(sa.select(fetches.c.id)).scalars())
    assert over not in left
    assert client.get(waits).status_code == 200


def _count(service: Service, table: sa.Table) -> int:
    with service.shelves.engine.connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())
