"""Tries to sign in: so many a minute, whichever process is asked, and no names in the table."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from qa_service.stores import tries
from qa_service.stores.engine import make_engine
from qa_service.stores.keys import KEY_BYTES, MasterKey
from qa_service.stores.tables import sign_in_tries
from qa_service.stores.tries import StoreTries
from tests.databases import new_file

KEY = MasterKey(b"k" * KEY_BYTES)


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def nodes(engine: sa.Engine, database: str) -> Iterator[list[StoreTries]]:
    """As three `serve` processes: each with connections of its own."""
    assert engine.url.database
    made = [make_engine(database) for _ in range(3)]
    yield [StoreTries(one, KEY, now) for one in made]
    for one in made:
        one.dispose()


def test_three_processes_count_together(nodes: list[StoreTries]) -> None:
    told = [nodes[n % 3].hit("name", "anna", 10) for n in range(30)]

    assert told == [True] * 10 + [False] * 20


def test_whoever_tries_at_the_same_moment_is_counted_too(nodes: list[StoreTries]) -> None:
    with ThreadPoolExecutor(12) as pool:
        told = list(pool.map(lambda n: nodes[n % 3].hit("name", "anna", 10), range(36)))

    assert sum(told) == 10


def test_others_notice_nothing(nodes: list[StoreTries]) -> None:
    for _ in range(11):
        nodes[0].hit("name", "anna", 10)

    assert not nodes[1].hit("name", "anna", 10)
    assert nodes[1].hit("name", "bert", 10)
    assert nodes[1].hit("address", "anna", 10), "an address is no name"


def test_after_a_minute_it_may_be_tried_again(tmp_path: Path) -> None:
    """On SQLite, where the clock is ours to turn."""
    engine = make_engine(new_file(tmp_path))
    at = [datetime(2026, 11, 26, 8, 0, 5, tzinfo=UTC)]
    counted = StoreTries(engine, KEY, lambda: at[0])
    told = []
    for after_s in (0, 0, 0, 50, 64, 65, 66):
        at[0] = datetime(2026, 11, 26, 8, 0, 5, tzinfo=UTC) + timedelta(seconds=after_s)
        told.append(counted.hit("name", "anna", 2))

    engine.dispose()
    assert told == [True, True, False, False, False, True, True]


def test_no_names_stand_there_and_what_is_over_goes(engine: sa.Engine) -> None:
    StoreTries(engine, KEY, now).hit("name", "my-password-in-the-wrong-field", 10)

    with engine.begin() as connection:
        (row,) = connection.execute(sa.select(sign_in_tries)).all()
        tries.forget(connection, now=now())
        young = connection.execute(sa.select(sa.func.count()).select_from(sign_in_tries)).scalar_one()
        tries.forget(connection, now=now() + timedelta(minutes=2))
        old = connection.execute(sa.select(sa.func.count()).select_from(sign_in_tries)).scalar_one()
    assert "password" not in row.who
    assert (young, old) == (1, 0)
