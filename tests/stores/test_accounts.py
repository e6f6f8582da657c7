"""Who can come in: somebody always stays who can look after the others."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa

from qa_service.core.errors import UsageError
from qa_service.core.people import MACHINE, Asked, User, UserChange, UserRole
from qa_service.stores.accounts import StoreAccounts
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
