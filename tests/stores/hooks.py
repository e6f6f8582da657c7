"""Webhooks in a store, what happens to calls, and a clock that is set by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa

from qa_service.core.webhooks import Delivery, NewWebhook, Sent, WebhookKind
from qa_service.stores import deliveries, delivery_log
from qa_service.stores.engine import reading
from qa_service.stores.keys import KEY_BYTES, MasterKey
from qa_service.stores.webhooks import Office
from tests.stores.rows import NOW

KEY = MasterKey(b"k" * KEY_BYTES)
URL = "https://hooks.example/in?key=k1"
T = TypeVar("T")


@dataclass
class Clock:
    """A clock that is set by hand."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


def in_office(engine: sa.Engine, do: Callable[[Office], T], *, now: datetime = NOW) -> T:
    with engine.begin() as connection:
        return do(Office(connection, KEY, "admin1", now))


def hook(
    engine: sa.Engine, *, events: tuple[str, ...] = ("call.judged",), team: str = "", url: str = URL
) -> str:
    webhook_id, _ = in_office(
        engine, lambda office: office.add(NewWebhook(WebhookKind.GENERIC, url, events, team))
    )
    return webhook_id


def happened(
    engine: sa.Engine, event: str = "call.judged", *, call_id: str = "c1", now: datetime = NOW
) -> None:
    with engine.begin() as connection:
        deliveries.announce(connection, event, {"call_id": call_id}, now=now)


def log(engine: sa.Engine, state: str = "") -> tuple[Sent, ...]:
    with reading(engine) as connection:
        return delivery_log.page(connection, state=state)


def only(taken: Sequence[Delivery]) -> Delivery:
    (one,) = taken
    return one
