"""Many who ask for the same at the same moment: one is first, and none of them is told of an error inside."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import httpx

from tests.web.service import Service

MANY = 8


def together(either: Service, ask: Callable[[httpx.Client], httpx.Response]) -> list[httpx.Response]:
    """The answers of programs that begin at once."""
    clients, gate = [either.everything() for _ in range(MANY)], Barrier(MANY)

    def one(client: httpx.Client) -> httpx.Response:
        gate.wait()
        return ask(client)

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(one, clients))


def test_one_upload_sent_many_times_under_one_key_is_one_call(either: Service, team: str) -> None:
    content, key = b"RIFF" + random.randbytes(2_000), uuid.uuid4().hex
    client = either.everything()
    gate = Barrier(MANY)

    def send(_: int) -> httpx.Response:
        gate.wait()
        files, headers = {"recording": ("a.wav", content)}, {"Idempotency-Key": key}
        return client.post("/api/v1/calls", files=files, data={"team": team}, headers=headers)

    with ThreadPoolExecutor(MANY) as pool:
        answers = list(pool.map(send, range(MANY)))

    assert {answer.status_code for answer in answers} <= {200, 202}
    assert len({answer.json()["call_id"] for answer in answers}) == 1


def test_one_name_asked_for_by_many_is_taken_once(either: Service) -> None:
    name = f"u{uuid.uuid4().hex[:12]}"
    new = {"name": name, "role": "auditor", "password": "another horse battery"}

    told = Counter(
        answer.status_code for answer in together(either, lambda c: c.post("/api/v1/users", json=new))
    )

    assert told == {201: 1, 409: MANY - 1}
