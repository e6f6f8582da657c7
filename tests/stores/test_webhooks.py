"""Webhooks and their outbox: sealed, audited, taken by one, tried again by the schedule, dead at last, replayed."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.errors import QaError, UsageError
from qa_service.core.webhooks import Delivery, NewWebhook, Sent, WebhookKind
from qa_service.stores import audit, deliveries, delivery_log, webhooks
from qa_service.stores.deliveries import SCHEDULE
from qa_service.stores.engine import make_engine, reading
from qa_service.stores.keys import KEY_BYTES, MasterKey
from qa_service.stores.outbox import StoreOutbox
from qa_service.stores.webhooks import OVERLAP, Office
from tests.stores.rows import NOW, call_in

KEY = MasterKey(b"k" * KEY_BYTES)
URL = "https://hooks.example/in?key=k1"
GIVEN = "whsec_" + base64.b64encode(b"s" * 24).decode()
MINUTE = timedelta(minutes=1)
T = TypeVar("T")


@dataclass
class Clock:
    """A clock that is set by hand."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def outbox(engine: sa.Engine, clock: Clock) -> StoreOutbox:
    return StoreOutbox(engine, KEY, clock.now)


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


class TestOffice:
    """What an administrator does."""

    def test_a_secret_is_made_shown_once_and_nowhere_in_the_table(self, engine: sa.Engine) -> None:
        webhook_id, secret = in_office(
            engine, lambda office: office.add(NewWebhook(WebhookKind.GENERIC, URL, ("call.judged",)))
        )

        with reading(engine) as connection:
            (row,) = connection.execute(sa.text("SELECT * FROM webhooks")).mappings()
            (shown,) = webhooks.every(connection)
        assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
        assert secret.encode() not in bytes(row["secret"])
        assert b"k1" not in bytes(row["secret"])
        assert "k1" not in row["url"]
        assert (shown.id, shown.shown_url) == (webhook_id, "https://hooks.example/in")
        assert (shown.events, shown.created_by, shown.disabled_at) == (("call.judged",), "admin1", None)

    def test_every_webhook_has_a_secret_of_its_own(self, engine: sa.Engine) -> None:
        new = NewWebhook(WebhookKind.GENERIC, URL, ("call.judged",))

        secrets = {in_office(engine, lambda office: office.add(new))[1] for _ in range(5)}

        assert len(secrets) == 5

    @pytest.mark.parametrize("kind", [WebhookKind.WECOM, WebhookKind.DINGTALK, WebhookKind.FEISHU])
    def test_of_a_robot_only_the_host_is_shown(self, engine: sa.Engine, kind: WebhookKind) -> None:
        new = NewWebhook(kind, "https://robot.example/hook/SECRET?access_token=SECRET", ("call.failed",))
        in_office(engine, lambda office: office.add(new))

        with reading(engine) as connection:
            (shown,) = webhooks.every(connection)

        assert shown.shown_url == "https://robot.example/…"

    @pytest.mark.parametrize(
        ("kind", "given"),
        [
            pytest.param(WebhookKind.GENERIC, "secret", id="no whsec_"),
            pytest.param(
                WebhookKind.GENERIC, "whsec_" + base64.b64encode(b"s" * 23).decode(), id="too short"
            ),
            pytest.param(WebhookKind.GENERIC, "whsec_" + base64.b64encode(b"s" * 65).decode(), id="too long"),
            pytest.param(WebhookKind.GENERIC, "whsec_not base64!", id="not base64"),
            pytest.param(WebhookKind.WECOM, "SEC1", id="WeCom has none"),
            pytest.param(WebhookKind.DINGTALK, "密钥", id="not ASCII"),
            pytest.param(WebhookKind.FEISHU, "s\n", id="a line break"),
            pytest.param(WebhookKind.FEISHU, "s" * 201, id="much too long"),
        ],
    )
    def test_secrets_that_do_not_fit_are_refused(
        self, engine: sa.Engine, kind: WebhookKind, given: str
    ) -> None:
        with pytest.raises(UsageError) as caught:
            in_office(engine, lambda office: office.add(NewWebhook(kind, URL, ("call.judged",), "", given)))

        assert caught.value.code == "webhook_secret"

    @pytest.mark.parametrize("events", [(), ("call.heard",), ("call.judged", "")])
    def test_events_that_never_happen_are_refused(self, engine: sa.Engine, events: tuple[str, ...]) -> None:
        with pytest.raises(UsageError) as caught:
            hook(engine, events=events)

        assert caught.value.code == "webhook_events"

    def test_after_a_rotation_both_secrets_are_good_for_a_day(
        self, engine: sa.Engine, outbox: StoreOutbox, clock: Clock
    ) -> None:
        webhook_id, old = in_office(
            engine,
            lambda office: office.add(NewWebhook(WebhookKind.GENERIC, URL, ("call.judged",), "", GIVEN)),
        )
        new = in_office(engine, lambda office: office.rotate(webhook_id))
        happened(engine)

        within = only(outbox.take(9, ()))
        clock.at += OVERLAP
        after = only(outbox.take(9, ()))

        assert (old, within.secrets, after.secrets) == (GIVEN, (new, GIVEN), (new,))
        assert within.url == URL

    def test_a_second_rotation_ends_the_first_secret(self, engine: sa.Engine, outbox: StoreOutbox) -> None:
        webhook_id = hook(engine)
        second = in_office(engine, lambda office: office.rotate(webhook_id))
        third = in_office(engine, lambda office: office.rotate(webhook_id))
        happened(engine)

        assert only(outbox.take(9, ())).secrets == (third, second)

    def test_who_is_switched_off_gets_nothing_until_switched_on(
        self, engine: sa.Engine, outbox: StoreOutbox
    ) -> None:
        webhook_id = hook(engine)
        happened(engine, call_id="before")
        assert in_office(engine, lambda office: office.disable(webhook_id))
        happened(engine, call_id="meanwhile")

        while_off = outbox.take(9, ())
        assert in_office(engine, lambda office: office.enable(webhook_id))
        again = outbox.take(9, ())

        assert while_off == ()
        assert "before" in only(again).body
        assert len(log(engine)) == 1

    def test_what_is_not_there_cannot_be_changed(self, engine: sa.Engine) -> None:
        def nothing(office: Office) -> list[object]:
            return [office.rotate("x"), office.disable("x"), office.enable("x"), office.replay("x")]

        assert in_office(engine, nothing) == [None, False, False, False]
        with reading(engine) as connection:
            assert audit.page(connection) == ()

    def test_everything_is_written_down_without_its_secret(self, engine: sa.Engine) -> None:
        webhook_id, secret = in_office(
            engine, lambda office: office.add(NewWebhook(WebhookKind.GENERIC, URL, ("call.judged",)))
        )
        happened(engine)
        (sent,) = log(engine)

        def everything(office: Office) -> None:
            office.rotate(webhook_id)
            office.disable(webhook_id)
            office.enable(webhook_id)
            office.replay(sent.id)

        in_office(engine, everything)

        with reading(engine) as connection:
            entries = audit.page(connection)
            assert audit.broken(connection) is None
        assert [entry["action"] for entry in reversed(entries)] == [
            "add_webhook", "rotate_webhook", "disable_webhook", "enable_webhook", "replay_delivery"
        ]  # fmt: skip
        assert {entry["who"] for entry in entries} == {"admin1"}
        assert not any(secret in str(entry) or "k1" in str(entry) for entry in entries)


class TestAnnouncing:
    """Which webhook hears of what."""

    def test_only_who_asked_for_the_event_is_told(self, engine: sa.Engine) -> None:
        judged, both = hook(engine), hook(engine, events=("call.judged", "call.failed"))

        happened(engine, "call.failed")
        happened(engine, "call.judged")

        told = sorted((sent.webhook_id, sent.event) for sent in log(engine))
        assert told == sorted([(both, "call.failed"), (both, "call.judged"), (judged, "call.judged")])

    def test_a_team_hears_of_its_own_calls_only(self, engine: sa.Engine) -> None:
        north, everybody = hook(engine, team="north"), hook(engine)

        happened(engine, call_id=call_in(engine, team="south"))
        assert {sent.webhook_id for sent in log(engine)} == {everybody}
        happened(engine, call_id=call_in(engine, team="north"))
        happened(engine, call_id=call_in(engine))
        happened(engine, call_id="not there")

        assert [sent.webhook_id for sent in log(engine)].count(north) == 1

    def test_what_is_rolled_back_is_not_announced(self, engine: sa.Engine) -> None:
        hook(engine)
        with engine.connect() as connection, connection.begin() as transaction:
            deliveries.announce(connection, "call.judged", {"call_id": "c1"}, now=NOW)
            transaction.rollback()

        assert log(engine) == ()


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


def test_the_list_is_read_page_by_page_newest_first(engine: sa.Engine) -> None:
    webhook_id = hook(engine)
    for second in range(5):
        happened(engine, now=NOW + timedelta(seconds=second))

    with reading(engine) as connection:
        first = delivery_log.page(connection, limit=3)
        rest = delivery_log.page(connection, limit=3, before=first[-1].id)
        nobodys = delivery_log.page(connection, webhook_id="x")
        of_one = delivery_log.page(connection, webhook_id=webhook_id, state="waiting")

    at = [sent.created_at - NOW for sent in (*first, *rest)]
    assert at == [timedelta(seconds=second) for second in (4, 3, 2, 1, 0)]
    assert (nobodys, len(of_one)) == ((), 5)


@given(st.uuids(), st.integers(0, len(SCHEDULE) - 1))
def test_tries_are_spread_by_at_most_a_tenth(delivery_id: object, attempts: int) -> None:
    @dataclass
    class Tried:
        id: str
        attempts: int

    wait = deliveries._spread(Tried(str(delivery_id), attempts))

    assert SCHEDULE[attempts] <= wait <= SCHEDULE[attempts] * 1.1
