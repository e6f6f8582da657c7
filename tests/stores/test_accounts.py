"""Who can come in: somebody always stays who can look after the others."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa

from qa_service.core.errors import UsageError
from qa_service.core.people import MACHINE, Asked, User, UserChange, UserRole
from qa_service.stores import audit
from qa_service.stores.accounts import StoreAccounts
from qa_service.stores.engine import reading
from tests.stores.shop import Shop

PASSWORD = "一句只有自己知道的话"  # noqa: S105 - of people that tests make up
BY = Asked(MACHINE)


@pytest.fixture
def accounts(engine: sa.Engine, tmp_path: Path) -> StoreAccounts:
    return StoreAccounts(Shop(engine, tmp_path / "sound").shelves)


@pytest.mark.parametrize("way", ["disable", "change"])
def test_two_admins_who_take_each_other_away_leave_one(accounts: StoreAccounts, way: str) -> None:
    both = [accounts.add_user(BY, User("", name, UserRole.ADMIN), PASSWORD) for name in ("one", "two")]
    together = Barrier(2)

    def take_away(user: User) -> str:
        together.wait()
        try:
            if way == "disable":
                accounts.disable_user(BY, user.id)
            else:
                accounts.change_user(BY, user.id, UserChange(role=UserRole.AUDITOR))
        except UsageError as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(take_away, both))

    assert told == ["done", "last_admin"]
    assert sum(user.is_admin for user in accounts.users(BY)) == 1


def test_somebody_who_is_no_admin_goes_beside_the_last_one(accounts: StoreAccounts) -> None:
    accounts.add_user(BY, User("", "one", UserRole.ADMIN), PASSWORD)
    other = accounts.add_user(BY, User("", "two", UserRole.REVIEWER), PASSWORD)

    assert accounts.disable_user(BY, other.id)


def entries(accounts: StoreAccounts) -> list[tuple[str, str, dict[str, str]]]:
    with reading(accounts.shelves.engine) as connection:
        kept = audit.page(connection)
    return [(row["action"], row["object"], json.loads(row["detail"])) for row in reversed(kept)]


def test_a_try_that_failed_says_whose_name_it_was_and_from_where(accounts: StoreAccounts) -> None:
    user = accounts.add_user(BY, User("", "li.wei", UserRole.REVIEWER), PASSWORD)
    gone = accounts.add_user(BY, User("", "wang.fang", UserRole.REVIEWER), PASSWORD)
    accounts.disable_user(BY, gone.id)

    for name in ("li.wei", "wang.fang"):
        assert accounts.sign_in(name, "a wrong guess", "r", address="192.0.2.7") is None

    assert entries(accounts)[-2:] == [
        ("sign_in_failed", f"user:{user.id}", {"address": "192.0.2.7"}),
        ("sign_in_failed", f"user:{gone.id}", {"address": "192.0.2.7"}),
    ]


def test_a_name_that_nobody_has_is_told_by_an_alias(accounts: StoreAccounts) -> None:
    """People type their password where their name belongs."""
    for name in (PASSWORD, PASSWORD, "somebody.else"):
        accounts.sign_in(name, "x", "r", address="192.0.2.7")
    accounts.sign_in_as(PASSWORD, "r", address="192.0.2.8")

    told = [detail for _, on, detail in entries(accounts) if not on]
    first, again, other, elsewhere = (one["alias"] for one in told)
    assert first == again == elsewhere != other
    assert told[-1] == {"address": "192.0.2.8", "by": "oidc", "alias": first}
    assert PASSWORD not in str(told)


def test_who_came_in_says_from_where(accounts: StoreAccounts) -> None:
    accounts.add_user(BY, User("", "li.wei", UserRole.REVIEWER), PASSWORD)

    assert accounts.sign_in("li.wei", PASSWORD, "r", address="192.0.2.7") is not None
    assert entries(accounts)[-1] == ("sign_in", "", {"address": "192.0.2.7"})
