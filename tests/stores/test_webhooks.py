"""Webhooks: sealed, audited, rotated, switched off; who of them hears of what."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
import sqlalchemy as sa

from qa_service.core.errors import UsageError
from qa_service.core.webhooks import NewWebhook, WebhookKind
from qa_service.stores import audit, deliveries, delivery_log, webhooks
from qa_service.stores.engine import reading
from qa_service.stores.outbox import StoreOutbox
from qa_service.stores.webhooks import OVERLAP, Office
from tests.stores.hooks import KEY, URL, Clock, happened, hook, in_office, log, only
from tests.stores.rows import NOW, call_in

GIVEN = "whsec_" + base64.b64encode(b"s" * 24).decode()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def outbox(engine: sa.Engine, clock: Clock) -> StoreOutbox:
    return StoreOutbox(engine, KEY, clock.now)


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
