"""Three times as much as can be taken in: some are asked to come back, and what was accepted is there."""

from __future__ import annotations

import http.client
import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlsplit

import sqlalchemy as sa

from qa_service.lab.bench.serving.load import side_by_side
from qa_service.lab.bench.serving.made import percentile
from qa_service.lab.bench.serving.server import Server
from qa_service.stores.tables import calls, jobs

#: Capacity is what so many clients get through who each wait for their answer.
_PATIENT = 4
#: As many as hold the offered rate up while the service is slow.
_IMPATIENT = 160
_TIMES = 3
_ACCEPTED, _BUSY = 202, frozenset({429, 503})
_LINES = [
    {"id": "u1", "role": "agent", "start_ms": 0, "end_ms": 2_000, "text": "您好，很高兴为您服务。"},
    {"id": "u2", "role": "customer", "start_ms": 2_500, "end_ms": 4_000, "text": "我想查一下上个月的账单。"},
]


@dataclass(frozen=True, slots=True)
class Overload:
    """What became of all requests. Rates are per second; `lost` were accepted and are not there."""

    capacity: float
    offered: float
    statuses: Mapping[int, int]
    #: Turned away without being told when to come back.
    untold: int
    accepted_p99_ms: float
    refused_p99_ms: float
    lost: int

    @property
    def refused(self) -> int:
        """Asked to come back."""
        return sum(count for status, count in self.statuses.items() if status in _BUSY)

    @property
    def failed(self) -> int:
        """Neither accepted nor asked to come back."""
        return sum(n for status, n in self.statuses.items() if status not in _BUSY and status != _ACCEPTED)


@dataclass(slots=True)
class _Told:
    """What one request was told."""

    status: int
    ms: float
    is_told_when: bool
    call_id: str


def bench_overload(server: Server, engine: sa.Engine, seconds: float) -> Overload:
    """Measures the capacity, then offers three times as much for as long."""
    capacity = _capacity(server, seconds)
    told = _offer(server, capacity * _TIMES, seconds)
    accepted = [one for one in told if one.status == _ACCEPTED]
    refused = [one for one in told if one.status in _BUSY]
    return Overload(
        capacity=capacity,
        offered=len(told) / seconds,
        statuses=dict(Counter(one.status for one in told)),
        untold=sum(not one.is_told_when for one in refused),
        accepted_p99_ms=percentile([one.ms for one in accepted], 0.99) if accepted else 0.0,
        refused_p99_ms=percentile([one.ms for one in refused], 0.99) if refused else 0.0,
        lost=_lost(engine, [one.call_id for one in accepted]),
    )


def _capacity(server: Server, seconds: float) -> float:
    with closing(_connect(server)) as first:
        _send(first, server.key, time.perf_counter())  # what is loaded once is not counted
    until, done = time.perf_counter() + seconds, itertools.count()

    def patient() -> None:
        connection = _connect(server)
        while time.perf_counter() < until:
            _send(connection, server.key, time.perf_counter())
            next(done)
        connection.close()

    side_by_side(patient, _PATIENT)
    return next(done) / seconds


def _offer(server: Server, per_second: float, seconds: float) -> list[_Told]:
    """Every request at its moment, from so many clients that the slow ones hold no other up."""
    begun, numbers, told = time.perf_counter() + 0.1, itertools.count(), list[_Told]()
    total, lock = int(per_second * seconds), threading.Lock()

    def impatient() -> None:
        connection = _connect(server)
        for number in iter(lambda: next(numbers), -1):
            if number >= total:
                break
            due = begun + number / per_second
            time.sleep(max(0.0, due - time.perf_counter()))
            one = _send(connection, server.key, due)
            with lock:
                told.append(one)
        connection.close()

    side_by_side(impatient, _IMPATIENT)
    return told


def _connect(server: Server) -> http.client.HTTPConnection:
    place = urlsplit(server.url)
    return http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)


def _send(connection: http.client.HTTPConnection, key: str, due: float) -> _Told:
    body = json.dumps({"utterances": _LINES}, ensure_ascii=False).encode()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    try:
        connection.request("POST", "/api/v1/calls/transcripts", body, headers)
        answer = connection.getresponse()
        said, when = answer.read(), answer.getheader("Retry-After")
    except (OSError, http.client.HTTPException):
        connection.close()
        return _Told(0, (time.perf_counter() - due) * 1_000, is_told_when=False, call_id="")
    call_id = json.loads(said)["call_id"] if answer.status == _ACCEPTED else ""
    return _Told(answer.status, (time.perf_counter() - due) * 1_000, when is not None, call_id)


def _lost(engine: sa.Engine, accepted: list[str]) -> int:
    """How many of them have no row, or no work."""
    there = (
        sa.select(calls.c.id).join(jobs, jobs.c.call_id == calls.c.id).where(calls.c.source == "transcript")
    )
    with engine.connect() as connection:
        kept = set(connection.execute(there).scalars())
    return sum(call_id not in kept for call_id in accepted)
