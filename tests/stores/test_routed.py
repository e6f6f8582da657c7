"""What a route says of a call is done: how long it is kept, and who is told of it."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from qa_service.core.keeping import RetentionClass
from qa_service.core.webhooks import NewWebhook, WebhookKind
from qa_service.stores import deliveries
from qa_service.stores.keys import KEY_BYTES, MasterKey
from qa_service.stores.tables import call_routes
from qa_service.stores.tables import deliveries as sent
from qa_service.stores.webhooks import Office
from tests.stores.rows import NOW
from tests.stores.shop import ASKED, Shop


@pytest.fixture
def shop(engine: sa.Engine, tmp_path: Path) -> Shop:
    return Shop(engine, tmp_path / "sound")


def routed(shop: Shop, call: str, *, retention: str = "", alerts: str = "") -> None:
    """As the worker writes it down when it begins with a call."""
    with shop.engine.begin() as connection:
        connection.execute(
            call_routes.insert().values(
                call_id=call,
                version=1,
                route="r",
                jurisdiction="",
                retention=retention,
                alerts=alerts,
                routed_at=NOW,
            )
        )


class TestRetention:
    @pytest.fixture(autouse=True)
    def classes(self, shop: Shop) -> None:
        shop.keep(RetentionClass("short", 10, 10, 10))
        shop.keep(RetentionClass("normal", 30, 30, 30, is_default=True))
        shop.keep(RetentionClass("planned", 1, 1, 1), in_force=False)

    @pytest.mark.parametrize(
        ("route", "people", "left"),
        [
            pytest.param("short", "", "gone", id="the route's class"),
            pytest.param("", "", "sound text rest", id="a route that says nothing leaves the default"),
            pytest.param("short", "normal", "sound text rest", id="people say otherwise"),
            pytest.param("normal", "short", "gone", id="people say otherwise, and shorter"),
            pytest.param("no-such", "", "sound text rest", id="a class that is not there keeps"),
            pytest.param("planned", "", "sound text rest", id="a class that is not in force keeps"),
        ],
    )
    def test_a_call_is_kept_as_its_route_says_unless_people_say_otherwise(
        self, shop: Shop, route: str, people: str, left: str
    ) -> None:
        call = shop.call(days_old=20)
        routed(shop, call, retention=route)
        if people:
            shop.assign(call, people)

        shop.shredder.run()

        assert shop.left(call) == left

    def test_a_class_that_is_not_there_keeps_longer_than_the_default(self, shop: Shop) -> None:
        call = shop.call(days_old=400)
        routed(shop, call, retention="no-such")

        shop.shredder.run()

        assert shop.left(call) == "sound text rest"

    def test_who_asks_is_told_the_routes_class_and_its_day(self, shop: Shop) -> None:
        call = shop.call(days_old=2)
        routed(shop, call, retention="short")

        kept = shop.desk.kept(ASKED, call)

        assert kept is not None
        assert kept.retention == "short"
        assert kept.rest_until is not None
        assert (kept.rest_until - NOW).days == 8

    def test_what_people_took_back_is_the_routes_again(self, shop: Shop) -> None:
        call = shop.call(days_old=20)
        routed(shop, call, retention="short")
        shop.assign(call, "normal")
        shop.assign(call, "")

        shop.shredder.run()

        assert shop.left(call) == "gone"


class TestAlerts:
    @pytest.mark.parametrize(
        ("wanted", "route", "is_told"),
        [
            pytest.param("night", "night", True, id="the route names it"),
            pytest.param("night", "day", False, id="the route names another"),
            pytest.param("night", "", False, id="the route names none"),
            pytest.param("", "night", True, id="it hears of everything"),
        ],
    )
    def test_a_webhook_hears_of_the_calls_whose_route_names_it(
        self, shop: Shop, wanted: str, route: str, is_told: bool
    ) -> None:
        call = shop.call(team="north")
        routed(shop, call, alerts=route)

        assert told(shop, call, NewWebhook(_GENERIC, _URL, ("call.judged",), alerts=wanted)) is is_told

    @pytest.mark.parametrize("wanted", ["night", ""])
    def test_of_a_call_that_failed_before_it_was_routed_hear_those_who_hear_of_all(
        self, shop: Shop, wanted: str
    ) -> None:
        call = shop.call()

        assert told(shop, call, NewWebhook(_GENERIC, _URL, ("call.judged",), alerts=wanted)) is (not wanted)

    @pytest.mark.parametrize("team", ["north", "south"])
    def test_team_and_route_must_both_fit(self, shop: Shop, team: str) -> None:
        call = shop.call(team="north")
        routed(shop, call, alerts="night")

        hook = NewWebhook(_GENERIC, _URL, ("call.judged",), team=team, alerts="night")

        assert told(shop, call, hook) is (team == "north")


_GENERIC, _URL = WebhookKind.GENERIC, "https://hooks.example.com/qa"


def told(shop: Shop, call: str, hook: NewWebhook) -> bool:
    """Whether the webhook gets a delivery when the call was judged."""
    with shop.engine.begin() as connection:
        Office(connection, MasterKey(b"k" * KEY_BYTES), "admin", NOW).add(hook)
        deliveries.announce(connection, "call.judged", {"call_id": call}, now=NOW)
        return bool(connection.execute(sa.select(sa.func.count()).select_from(sent)).scalar_one())
