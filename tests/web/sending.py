"""Recordings sent to a service, as clients do and as bare bytes on a line; and what it has then."""

from __future__ import annotations

from typing import Any

import httpx
import sqlalchemy as sa

from qa_service.stores.tables import calls, jobs
from tests.web.service import Service
from tests.web.wire import Answer, part, send

SOUND = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(range(256)) * 8
NUMBER = "13912345678"
FILE = part("recording", SOUND, "a.wav")


def upload(client: httpx.Client, content: Any = SOUND, name: Any = "a.wav", **more: Any) -> httpx.Response:
    data = {"allow_duplicate": "true", **{key: value for key, value in more.items() if key != "headers"}}
    return client.post(
        "/api/v1/calls", files={"recording": (name, content)}, data=data, headers=more.get("headers")
    )


def sent(service: Service, *pieces: bytes) -> Answer:
    answer = send(service.url, pieces)
    assert answer is not None
    return answer


def count(service: Service) -> tuple[int, int]:
    """How many calls and jobs there are."""
    with service.shelves.engine.connect() as connection:
        return (
            connection.execute(sa.select(sa.func.count()).select_from(calls)).scalar_one(),
            connection.execute(sa.select(sa.func.count()).select_from(jobs)).scalar_one(),
        )
