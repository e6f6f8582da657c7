"""The outbox of webhooks: taken by one, tried again by the schedule, dead at last, replayed."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.errors import QaError
from qa_service.core.webhooks import Delivery, NewWebhook, WebhookKind
from qa_service.stores import audit, deliveries, webhooks
from qa_service.stores.deliveries import SCHEDULE
from qa_service.stores.engine import make_engine, reading
from qa_service.stores.keys import KEY_BYTES, MasterKey
from qa_service.stores.outbox import StoreOutbox
from qa_service.stores.webhooks import Office
from tests.stores.hooks import KEY, URL, Clock, happened, hook, in_office, log, only
from tests.stores.rows import NOW

MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def outbox(engine: sa.Engine, clock: Clock) -> StoreOutbox:
    return StoreOutbox(engine, KEY, clock.now)


class TestTaking:
    """Who delivers what, and when."""

    def test_one_of_each_webhook_at_a_time_oldest_first(self, engine: sa.Engine, outbox: StoreOutbox) -> None:
        hook(engine), hook(engine)
        for number in range(3):
            happened(engine, call_id=f"c{number}", now=NOW - timedelta(seconds=9 - number))

        taken = [outbox.take(9, ()) for _ in range(4)]

        assert [[f"c{n}" in one.body for one in some] for n, some in enumerate(taken)] == [
            [True, True]
        ] * 3 + [[]]
        assert len({one.id for some in taken for one in some}) == 6

    def test_who_is_to_be_left_alone_is(self, engine: sa.Engine, outbox: StoreOutbox) -> None:
        first, second = hook(engine), hook(engine)
        happened(engine)

        assert only(outbox.take(9, {first})).webhook_id == second
        assert outbox.take(9, {first, second}) == ()

    def test_what_was_taken_is_there_again_after_a_minute_and_not_before(
        self, engine: sa.Engine, outbox: StoreOutbox, clock: Clock
    ) -> None:
        hook(engine)
        happened(engine)
        first = only(outbox.take(9, ()))

        clock.at += MINUTE - timedelta(seconds=1)
        too_soon = outbox.take(9, ())
        clock.at += timedelta(seconds=1)

        assert too_soon == ()
        assert only(outbox.take(9, ())) == first

    def test_many_processes_take_each_delivery_once(self, engine: sa.Engine, database: str) -> None:
        for _ in range(4):
            hook(engine)
        for number in range(10):
            happened(engine, call_id=f"c{number}")
        taken: list[str] = []

        def work() -> None:
            mine = make_engine(database)
            box = StoreOutbox(mine, KEY, lambda: NOW)
            for _ in range(30):
                taken.extend(one.id for one in box.take(3, ()))
            mine.dispose()

        workers = [threading.Thread(target=work) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

        assert sorted(taken) == sorted(sent.id for sent in log(engine))

    def test_one_that_another_key_sealed_waits_and_stands_in_nobodys_way(
        self, engine: sa.Engine, outbox: StoreOutbox
    ) -> None:
        with engine.begin() as connection:
            foreign = Office(connection, MasterKey(b"x" * KEY_BYTES), "admin1", NOW)
            foreign.add(NewWebhook(WebhookKind.GENERIC, URL, ("call.judged",)))
        mine = hook(engine)
        happened(engine)

        assert only(outbox.take(9, ())).webhook_id == mine
        assert {sent.answer for sent in log(engine)} == {"", "wrong_master_key"}

    def test_a_database_that_is_away_is_told_as_such(self, engine: sa.Engine, clock: Clock) -> None:
        away = StoreOutbox(make_engine("postgresql://nobody@127.0.0.1:1/none"), KEY, clock.now)

        with pytest.raises(QaError) as caught:
            away.take(1, ())

        assert caught.value.code == "database_away"


class TestNoting:
    """What becomes of a delivery."""

    @pytest.fixture
    def taken(self, engine: sa.Engine, outbox: StoreOutbox) -> Delivery:
        hook(engine)
        happened(engine)
        return only(outbox.take(9, ()))

    def test_what_was_delivered_is_over(
        self, engine: sa.Engine, outbox: StoreOutbox, clock: Clock, taken: Delivery
    ) -> None:
        outbox.delivered(taken, "200")
        clock.at += timedelta(days=30)

        (sent,) = log(engine)
        assert (sent.state, sent.answer, sent.attempts, sent.delivered_at) == ("delivered", "200", 1, NOW)
        assert outbox.take(9, ()) == ()

    def test_it_is_tried_by_the_schedule_and_then_dead(
        self, engine: sa.Engine, outbox: StoreOutbox, clock: Clock, taken: Delivery
    ) -> None:
        for wait in SCHEDULE:
            outbox.failed(taken, "500", timedelta())
            clock.at += wait - timedelta(seconds=1)
            assert outbox.take(9, ()) == ()
            clock.at += timedelta(seconds=1) + wait / 10
            again = only(outbox.take(9, ()))
            assert (again.id, again.attempts) == (taken.id, taken.attempts + 1)
            taken = again

        outbox.failed(taken, "500", timedelta())
        clock.at += timedelta(days=365)

        assert outbox.take(9, ()) == ()
        assert [(sent.state, sent.attempts) for sent in log(engine)] == [("dead", 1 + len(SCHEDULE))]

    @pytest.mark.parametrize("hours", [1, 24])
    def test_it_waits_as_long_as_the_other_side_asked(
        self, outbox: StoreOutbox, clock: Clock, taken: Delivery, hours: int
    ) -> None:
        outbox.failed(taken, "429", timedelta(hours=hours))

        clock.at += timedelta(hours=hours) - timedelta(seconds=1)
        assert outbox.take(9, ()) == ()
        clock.at += timedelta(seconds=1)
        assert only(outbox.take(9, ())).id == taken.id

    def test_a_late_word_changes_nothing(
        self, engine: sa.Engine, outbox: StoreOutbox, clock: Clock, taken: Delivery
    ) -> None:
        clock.at += MINUTE
        outbox.delivered(only(outbox.take(9, ())), "200")

        outbox.failed(taken, "500", timedelta())

        (sent,) = log(engine)
        assert (sent.state, sent.answer) == ("delivered", "200")

    def test_a_failure_is_not_counted_twice(
        self, engine: sa.Engine, outbox: StoreOutbox, clock: Clock, taken: Delivery
    ) -> None:
        clock.at += MINUTE
        outbox.failed(only(outbox.take(9, ())), "500", timedelta())
        outbox.failed(taken, "address_slow", timedelta())

        (sent,) = log(engine)
        assert (sent.attempts, sent.answer) == (1, "500")

    def test_who_is_gone_is_switched_off_and_that_is_written_down(
        self, engine: sa.Engine, outbox: StoreOutbox, taken: Delivery
    ) -> None:
        happened(engine, call_id="c2")

        outbox.disable(taken, "410")

        with reading(engine) as connection:
            (shown,) = webhooks.every(connection)
            newest = audit.page(connection)[0]
        assert shown.disabled_at == NOW
        assert (newest["who"], newest["action"]) == ("machine", "disable_webhook")
        assert [sent.answer for sent in log(engine, "dead")] == ["410"]
        assert outbox.take(9, ()) == ()

    @pytest.mark.parametrize("state", ["delivered", "dead"])
    def test_a_replay_goes_out_under_the_same_id_with_every_try_before_it(
        self, engine: sa.Engine, outbox: StoreOutbox, taken: Delivery, state: str
    ) -> None:
        if state == "delivered":
            outbox.delivered(taken, "200")
        else:
            with engine.begin() as connection:
                deliveries.give_up(connection, taken, "500")

        assert in_office(engine, lambda office: office.replay(taken.id))

        again = only(outbox.take(9, ()))
        assert (again.id, again.attempts, again.body) == (taken.id, 0, taken.body)


@given(st.uuids(), st.integers(0, len(SCHEDULE) - 1))
def test_tries_are_spread_by_at_most_a_tenth(delivery_id: object, attempts: int) -> None:
    @dataclass
    class Tried:
        id: str
        attempts: int

    wait = deliveries._spread(Tried(str(delivery_id), attempts))

    assert SCHEDULE[attempts] <= wait <= SCHEDULE[attempts] * 1.1
