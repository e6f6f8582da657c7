"""The service as it runs: the real app on real stores, with a clock that tests turn on."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from qa_service import bootstrap
from qa_service.bootstrap import base
from qa_service.core.people import Asked, Caller, KeyToAdd, Right, Sight, User, UserRole
from qa_service.settings import Settings
from qa_service.stores.archive import StoreArchive
from qa_service.stores.history import StoreHistory
from qa_service.stores.scratch import LOCK
from qa_service.stores.workbench import Shelves, StoreWorkbench
from qa_service.usecases.judgement import Judgement
from qa_service.usecases.process import Processor
from qa_service.web.app import make_app
from qa_service.web.deps import COOKIE
from qa_service.web.parts import Parts
from qa_service.web.punctual import Punctual
from tests.usecases.hearing import ears, listener, two_parties

PASSWORD = "一句只有自己知道的话"  # noqa: S105 - of people that tests make up
MACHINE = Asked(Caller("machine", "machine", frozenset(Right), Sight(everything=True)))
#: Everything is asked on loopback without TLS; a client that makes a context of its own takes longer than its request.
_PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
#: More than any test sends: a limit that is reached in seconds.
MOST_MEGABYTES = 5


@dataclass
class Clock:
    """The service's time."""

    moment: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **by: float) -> None:
        self.moment += timedelta(**by)


@dataclass(frozen=True)
class Service:
    """One installation."""

    parts: Parts
    app: FastAPI
    clock: Clock
    folder: Path
    url: str = ""
    clients: list[httpx.Client] = field(default_factory=list)

    @property
    def shelves(self) -> Shelves:
        assert isinstance(self.parts.archive, StoreArchive)
        return self.parts.archive.shelves

    def client(self, *, secret: str = "", session: str = "", **headers: str) -> httpx.Client:
        """Somebody with a key, a session in our own pages, or nothing."""
        sent = {"Origin": self.url, **headers} if session else dict(headers)
        if secret:
            sent["Authorization"] = f"Bearer {secret}"
        cookies = {COOKIE: session} if session else {}
        made = httpx.Client(
            base_url=self.url, headers=sent, cookies=cookies, timeout=60, trust_env=False, verify=_PLAIN
        )
        self.clients.append(made)
        return made

    def user(self, name: str, role: UserRole, *, teams: tuple[str, ...] = (), agent_id: str = "") -> User:
        made = User("", name, role, teams=teams, agent_id=agent_id)
        return self.parts.accounts.add_user(MACHINE, made, PASSWORD)

    def session(self, name: str) -> str:
        """The cookie of somebody who signs in, past the brake on tries."""
        found = self.parts.accounts.sign_in(name, PASSWORD, "")
        assert found is not None
        return found[1]

    def key(self, *rights: Right, team: str = "", expires_at: datetime | None = None) -> str:
        _, secret = self.parts.accounts.add_key(
            MACHINE, KeyToAdd("测试", frozenset(rights), team, expires_at)
        )
        return secret

    def everything(self) -> httpx.Client:
        """A program that may do all."""
        return self.client(secret=self.key(*Right))

    def lying_open(self) -> list[str]:
        """What lies in the folder for uploads."""
        return sorted(path.name for path in self.parts.scratch.iterdir() if path.name != LOCK)

    def processor(self) -> Processor:
        """Works on calls as a node does; what is in recordings is said by a script."""
        work = self.folder / "work"
        work.mkdir(exist_ok=True)
        return Processor(
            bench=StoreWorkbench(self.shelves, "test-node", work, bootstrap.revised),
            analyst=lambda model: _analyst(),
            reader=_analyst,
            book=bootstrap.books(self.shelves),
            judgement=Judgement(
                _analyst,
                bootstrap.document,
                lambda analyzed: tuple(said.text for said in analyzed.assessment.utterances),
                StoreHistory(self.shelves.engine),
            ),
            clock=time.monotonic,
            sentence=bootstrap.texts().error,
            source=bootstrap.source_profile(""),
        )

    def work_on(self, job_id: str) -> None:
        """The whole work on a call."""
        processor = self.processor()
        if processor.measure(job_id):
            processor.judge(job_id)

    def audit(self) -> list[Mapping[str, Any]]:
        """Every entry, oldest first."""
        return list(reversed(self.parts.audit.page(MACHINE, limit=500, before=None)))


@cache
def _analyst() -> Any:
    return bootstrap.analyst(bootstrap.rulebook(), ears(listener(two_parties())))


@contextmanager
def set_up(
    folder: Path, database: str, lang: str = "zh_CN", *, stays: bool = False, more: Mapping[str, str] = {}
) -> Iterator[Service]:
    """An installation of its own, answering on loopback; `more` are further variables of its environment.

    Its settings stay in the environment where `stays`.
    """
    clock = Clock()
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        for name in Settings.model_fields:
            patch.delenv(f"QA_{name.upper()}", raising=False)
        for name, value in {
            "QA_DATA_DIR": folder / "data",
            "QA_DATABASE_URL": database,
            "QA_CUSTOMER_KEY_FILE": folder / "customer.key",
            "QA_MAX_MEGABYTES": MOST_MEGABYTES,
            "QA_LANG": lang,
            # Tests ask more often than people do; tests/web/test_pace.py shows the limit.
            "QA_REQUESTS_PER_MINUTE": 1_000_000,
            **more,
        }.items():
            patch.setenv(name, str(value))
        patch.setattr(base, "now", clock)
        _forget()
        parts, queue = bootstrap.web_parts(secure_cookies=True), bootstrap.job_queue()
        service = Service(parts, make_app(parts, bootstrap.texts()), clock, folder)
        if not stays:
            # What was set stays in the parts; other tests find the environment as it was.
            stack.close()
            _forget()
        with answering(service.app) as url:
            yield replace(service, url=url)
            for client in service.clients:
                client.close()
        queue.close()
        service.shelves.engine.dispose()
    _forget()


def _forget() -> None:
    for made in (bootstrap.settings, bootstrap.shelves, bootstrap.job_queue):
        made.cache_clear()


@contextmanager
def answering(app: ASGIApp) -> Iterator[str]:
    """The app behind a real server; answers its address."""
    config = uvicorn.Config(
        app, http=Punctual, port=0, log_config=None, access_log=False, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started)
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


def wait_until(holds: Callable[[], bool], *, seconds: float = 30) -> None:
    """Waits for what another thread or process does; fails when it does not come."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.02)
