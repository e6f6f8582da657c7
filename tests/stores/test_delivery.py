"""From the outbox to the receiver and back: at least once each, under one id, whatever dies in between."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from standardwebhooks import Webhook

from qa_service.alerts.address import read_named
from qa_service.alerts.courier import Courier
from qa_service.alerts.guard import Guard
from qa_service.alerts.messages import Writer
from qa_service.alerts.webhook import Sender
from qa_service.core.webhooks import Delivery, NewWebhook, WebhookKind
from qa_service.i18n.catalogue import catalogue
from qa_service.stores import deliveries, delivery_log, webhooks
from qa_service.stores.engine import reading
from qa_service.stores.keys import KEY_BYTES, MasterKey
from qa_service.stores.outbox import StoreOutbox
from qa_service.stores.webhooks import Office
from tests.alerts.receiver import Receiver, running

KEY = MasterKey(b"k" * KEY_BYTES)
HOUR = timedelta(hours=1)


@dataclass
class Clock:
    """Set by hand, from the real time on: receivers check that messages are fresh."""

    at: datetime

    def now(self) -> datetime:
        return self.at


class Killed(BaseException):
    """What SIGKILL leaves behind: nothing that comes after is done."""


@dataclass
class DyingOutbox:
    """An outbox whose process is killed before it can say what became of a delivery."""

    kept: StoreOutbox
    dies: Callable[[], bool]

    def take(self, most: int, leave: Collection[str]) -> Sequence[Delivery]:
        return self.kept.take(most, leave)

    def delivered(self, delivery: Delivery, answer: str) -> None:
        self._unless_dead()
        self.kept.delivered(delivery, answer)

    def failed(self, delivery: Delivery, answer: str, wait: timedelta) -> None:
        self._unless_dead()
        self.kept.failed(delivery, answer, wait)

    def disable(self, delivery: Delivery, answer: str) -> None:
        self._unless_dead()
        self.kept.disable(delivery, answer)

    def _unless_dead(self) -> None:
        if self.dies():
            raise Killed


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime.now(UTC))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running(Receiver()) as receiver:
        yield receiver


def hook(engine: sa.Engine, url: str, now: datetime) -> str:
    """A webhook; answers its secret."""
    with engine.begin() as connection:
        new = NewWebhook(WebhookKind.GENERIC, url, ("call.judged",))
        return Office(connection, KEY, "admin1", now).add(new)[1]


def happened(engine: sa.Engine, count: int, now: datetime) -> None:
    with engine.begin() as connection:
        for _ in range(count):
            deliveries.announce(connection, "call.judged", {"call_id": "c1", "score": 90}, now=now)


def courier(engine: sa.Engine, clock: Clock, receiver: Receiver, dies: Callable[[], bool]) -> Courier:
    """A process of its own, which cannot tell itself from one that was started again."""
    guard = Guard((read_named(f"127.0.0.1:{receiver.port}"),))
    sender = Sender(guard, Writer(catalogue("zh_CN")), clock.now, timeout_s=0.5)
    return Courier(DyingOutbox(StoreOutbox(engine, KEY, clock.now), dies), sender.send, threads=4)


def work(
    engine: sa.Engine, clock: Clock, receiver: Receiver, dies: Callable[[], bool] = lambda: False
) -> None:
    """One short life of a process."""
    alive = courier(engine, clock, receiver, dies)
    alive.step()
    alive.close()


def states(engine: sa.Engine) -> list[str]:
    with reading(engine) as connection:
        return [sent.state for sent in delivery_log.page(connection)]


def ids(receiver: Receiver) -> list[str]:
    return [got.headers["webhook-id"] for got in receiver.got]


def test_a_process_killed_after_sending_sends_again_after_a_minute_under_the_same_id(
    engine: sa.Engine, clock: Clock, receiver: Receiver
) -> None:
    secret = hook(engine, receiver.url, clock.at)
    happened(engine, 1, clock.at)

    work(engine, clock, receiver, dies=lambda: True)
    work(engine, clock, receiver)
    assert (len(receiver.got), states(engine)) == (1, ["waiting"])
    clock.at += timedelta(minutes=1)
    work(engine, clock, receiver)

    assert len(receiver.got) == 2
    assert len(set(ids(receiver))) == 1
    assert states(engine) == ["delivered"]
    for got in receiver.got:
        assert Webhook(secret).verify(got.body, got.headers)["data"]["score"] == 90


@pytest.mark.parametrize("seed", range(4))
def test_every_event_arrives_however_often_both_sides_die(
    engine: sa.Engine, clock: Clock, receiver: Receiver, seed: int
) -> None:
    chance = random.Random(seed)
    hook(engine, receiver.url, clock.at)
    happened(engine, 5, clock.at)
    with reading(engine) as connection:
        wanted = {sent.id for sent in delivery_log.page(connection)}

    def dies(odds: float) -> Callable[[], bool]:
        return lambda: chance.random() < odds

    taken: set[str] = set()
    for turn in range(40):
        is_well = turn >= 30
        receiver.way = "answer" if is_well else chance.choice(["answer", "die"])
        receiver.status = 200 if is_well else chance.choice([200, 500, 503, 302])
        before = len(receiver.got)
        work(engine, clock, receiver, dies=dies(0 if is_well else 0.4))
        taken |= set(ids(receiver)[before:]) if (receiver.way, receiver.status) == ("answer", 200) else set()
        clock.at += 30 * HOUR

    assert set(ids(receiver)) == wanted
    with reading(engine) as connection:
        over = {sent.id: (sent.state, sent.attempts) for sent in delivery_log.page(connection)}
    assert {one for one, (state, _) in over.items() if state == "delivered"} <= taken
    assert {end for end in over.values() if end[0] != "delivered"} <= {("dead", 10)}


def test_a_receiver_that_hangs_or_fails_keeps_nobody_waiting(
    engine: sa.Engine, clock: Clock, receiver: Receiver
) -> None:
    with running(Receiver(way="hang")) as hangs, running(Receiver(status=500)) as fails:
        for one in (hangs, fails, receiver):
            hook(engine, one.url, clock.at)
        happened(engine, 8, clock.at)
        guard = Guard(tuple(read_named(f"127.0.0.1:{one.port}") for one in (hangs, fails, receiver)))
        sender = Sender(guard, Writer(catalogue("zh_CN")), clock.now, timeout_s=10)
        alive = Courier(StoreOutbox(engine, KEY, clock.now), sender.send, threads=6)

        for _ in range(10_000):
            alive.step()
            if len(receiver.got) >= 8:
                break
            threading.Event().wait(0.001)
        hangs.let_go.set()
        alive.close()

    assert len(set(ids(receiver))) == 8
    assert len(hangs.got) <= 2


def test_a_receiver_that_is_gone_is_asked_once_and_never_again(
    engine: sa.Engine, clock: Clock, receiver: Receiver
) -> None:
    receiver.status = 410
    hook(engine, receiver.url, clock.at)
    happened(engine, 1, clock.at)

    work(engine, clock, receiver)
    happened(engine, 1, clock.at)
    clock.at += 100 * HOUR
    work(engine, clock, receiver)

    assert (len(receiver.got), states(engine)) == (1, ["dead"])
    with reading(engine) as connection:
        (shown,) = webhooks.every(connection)
    assert shown.disabled_at is not None


def test_a_receiver_that_redirects_inside_is_not_followed(
    engine: sa.Engine, clock: Clock, receiver: Receiver
) -> None:
    with running(Receiver()) as inside:
        receiver.status, receiver.headers = 307, {"location": inside.url}
        hook(engine, receiver.url, clock.at)
        happened(engine, 1, clock.at)

        work(engine, clock, receiver)

        assert inside.got == []
    with reading(engine) as connection:
        assert [(sent.state, sent.answer) for sent in delivery_log.page(connection)] == [("waiting", "307")]
