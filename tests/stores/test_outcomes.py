"""Outcomes in the store: told twice they stand once, told otherwise they change, and only for calls that one sees."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from qa_service.core.outcomes import Outcome, OutcomeKind
from qa_service.core.people import Asked, Caller, Right, Sight
from qa_service.stores.outcomes import StoreOutcomes
from qa_service.stores.tables import outcomes
from tests.stores.rows import NOW
from tests.stores.shop import ASKED, DAY, Shop

TOKEN = "hmac-sha256:9f2c41d07be5a6c39f2c41d07be5a6c3"  # noqa: S105 - of a number that nobody has
TOLD = Outcome(OutcomeKind.CSAT, 5.0, NOW, "问卷")


@pytest.fixture
def shop(engine: sa.Engine, tmp_path: Path) -> Shop:
    return Shop(engine, tmp_path / "sound")


@pytest.fixture
def book(shop: Shop) -> StoreOutcomes:
    return StoreOutcomes(shop.shelves)


def sees(*teams: str) -> Asked:
    return Asked(Caller("x", "x", frozenset(Right), Sight(teams=teams)))


def count(shop: Shop) -> int:
    with shop.engine.begin() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(outcomes)).scalar_one()


def keep(book: StoreOutcomes, *told: Outcome, asked: Asked = ASKED, is_dry: bool = False) -> tuple[int, ...]:
    taken = book.keep(asked, tuple(enumerate(told, start=2)), is_dry=is_dry)
    return (taken.new, taken.changed, taken.known, *(one.row for one in taken.errors))


def test_told_twice_it_stands_once_and_told_otherwise_it_changes(shop: Shop, book: StoreOutcomes) -> None:
    call = shop.call()
    first = replace(TOLD, call_id=call)

    steps = [
        keep(book, first),
        keep(book, first, first),
        keep(book, replace(first, value=4.0)),
        keep(book, replace(first, source="回访")),
        keep(book, replace(first, at=NOW - DAY)),
    ]

    assert steps == [(1, 0, 0), (0, 0, 2), (0, 1, 0), (1, 0, 0), (1, 0, 0)]
    found = book.of_call(ASKED, call)
    assert found is not None
    assert found[2].at == NOW - DAY, "newest first"
    assert sorted((one.source, one.value) for one in found) == [("回访", 5.0), ("问卷", 4.0), ("问卷", 5.0)]


def test_a_dry_run_says_the_same_and_writes_nothing(shop: Shop, book: StoreOutcomes) -> None:
    told = replace(TOLD, call_id=shop.call()), replace(TOLD, call_id="0" * 36)

    assert keep(book, *told, is_dry=True) == (1, 0, 0, 3)
    assert count(shop) == 0
    assert keep(book, *told) == (1, 0, 0, 3)


def test_the_senders_id_leads_to_the_newest_such_call(shop: Shop, book: StoreOutcomes) -> None:
    older, newer = shop.call(), shop.call()

    keep(book, replace(TOLD, external_id="EXT"))

    assert [len(book.of_call(ASKED, call) or ()) for call in (older, newer)] == [0, 1]


def test_one_tells_about_calls_and_customers_that_one_sees(shop: Shop, book: StoreOutcomes) -> None:
    call = shop.call(team="north", customer=TOKEN)
    by_call, by_customer = replace(TOLD, call_id=call), replace(TOLD, customer=TOKEN)

    assert keep(book, by_call, by_customer, asked=sees("south")) == (0, 0, 0, 2, 3)
    assert keep(book, by_call, by_customer, asked=sees("north")) == (2, 0, 0)
    assert keep(book, replace(TOLD, customer=TOKEN.replace("9", "8"))) == (1, 0, 0), (
        "seen by all, not called yet"
    )
    assert book.of_call(sees("south"), call) is None
    assert sorted(one.is_of_customer for one in book.of_call(ASKED, call) or ()) == [False, True]


def test_what_one_team_told_of_a_customer_no_other_changes(shop: Shop, book: StoreOutcomes) -> None:
    for team in ("north", "south"):
        shop.call(team=team, customer=TOKEN)
    complaint = Outcome(OutcomeKind.COMPLAINT, 1.0, NOW, "工单", customer=TOKEN)
    calm = replace(complaint, value=0.0)

    told = [
        keep(book, complaint, asked=sees("north")),
        keep(book, calm, asked=sees("south"), is_dry=True),
        keep(book, calm, asked=sees("south")),
        keep(book, complaint, asked=sees("south")),
        keep(book, replace(calm, source="南区"), asked=sees("south")),
        keep(book, calm, asked=sees("north")),
        keep(book, complaint),
        keep(book, calm, asked=sees("north")),
    ]

    assert told == [
        (1, 0, 0), (0, 0, 0, 2), (0, 0, 0, 2), (0, 0, 1), (1, 0, 0), (0, 1, 0), (0, 1, 0), (0, 0, 0, 2),
    ]  # fmt: skip


def test_a_call_without_a_customer_has_nobodys_outcomes(shop: Shop, book: StoreOutcomes) -> None:
    call = shop.call()
    keep(book, replace(TOLD, customer=TOKEN))

    assert book.of_call(ASKED, call) == []


def test_earlier_calls_of_the_same_customer_that_one_sees(shop: Shop, book: StoreOutcomes) -> None:
    first = shop.call(days_old=9, team="north", customer=TOKEN)
    foreign = shop.call(days_old=6, team="south", customer=TOKEN)
    second = shop.call(days_old=3, team="north", customer=TOKEN)
    this = shop.call(days_old=1, team="north", customer=TOKEN)
    later = shop.call(team="north", customer=TOKEN)
    stranger = shop.call(days_old=5, team="north", customer=TOKEN.replace("9", "8"))
    nobody = shop.call(days_old=0.5, team="north")

    def before(call: str, asked: Asked = ASKED, limit: int = 9) -> list[str] | None:
        found = book.earlier(asked, call, limit=limit)
        return None if found is None else [one.id for one in found]

    assert before(this) == [second, foreign, first]
    assert before(this, sees("north")) == [second, first]
    assert before(this, limit=1) == [second]
    assert before(first) == []
    assert before(nobody) == [], "no customer is not the same customer"
    assert before(this, sees("south")) is None
    assert later not in (before(this) or [])
    assert stranger not in (before(this) or [])


def test_with_a_customers_last_call_goes_what_was_told_of_them(shop: Shop, book: StoreOutcomes) -> None:
    one, other = shop.call(customer=TOKEN), shop.call(customer=TOKEN)
    keep(book, replace(TOLD, customer=TOKEN), replace(TOLD, call_id=one))

    shop.desk.delete(ASKED, one, "客户要求")
    after_one = count(shop)
    shop.desk.delete(ASKED, other, "客户要求")

    assert (after_one, count(shop)) == (1, 0)


def test_many_rows_are_kept_in_small_transactions(shop: Shop, book: StoreOutcomes) -> None:
    call = shop.call()
    many = [replace(TOLD, call_id=call, at=NOW + timedelta(minutes=n)) for n in range(450)]

    assert keep(book, *many) == (450, 0, 0)
    assert keep(book, *many) == (0, 0, 450)
