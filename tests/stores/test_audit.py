"""The audit chain: what was changed, left out, put in between, cut off or written anew is noticed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from qa_service.stores import audit
from qa_service.stores.audit import Entry
from qa_service.stores.engine import reading
from tests.stores.rows import NOW


@pytest.fixture
def kept(engine: sa.Engine) -> audit.Head:
    """Five entries, and the head that somebody noted after the fourth."""
    with engine.begin() as connection:
        for i in range(4):
            audit.write(connection, Entry("u1", "listen", f"call:{i}", {"reason": "复核"}), now=NOW)
        noted = audit.head(connection)
        audit.write(connection, Entry("u2", "login"), now=NOW)
    return noted


def test_an_untouched_chain_holds(engine: sa.Engine, kept: audit.Head) -> None:
    with reading(engine) as connection:
        assert audit.broken(connection) is None
        assert audit.broken(connection, kept) is None


@pytest.mark.parametrize(
    ("harm", "at"),
    [
        pytest.param("UPDATE audit SET who = 'u9' WHERE seq = 3", 3, id="changed"),
        pytest.param("DELETE FROM audit WHERE seq = 2", 2, id="left out"),
        pytest.param("UPDATE audit SET seq = seq + 100 WHERE seq = 4", 4, id="moved"),
        pytest.param("UPDATE audit SET detail = '{}' WHERE seq = 1", 1, id="its detail changed"),
    ],
)
def test_harm_is_found_where_it_was_done(engine: sa.Engine, kept: audit.Head, harm: str, at: int) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text(harm))

    with reading(engine) as connection:
        assert audit.broken(connection, kept) == at


def _cut_off(connection: sa.Connection) -> None:
    connection.execute(sa.text("DELETE FROM audit WHERE seq > 3"))


def _written_anew(connection: sa.Connection) -> None:
    connection.execute(sa.text("DELETE FROM audit"))
    for i in range(5):
        audit.write(connection, Entry("u1", "nothing", f"call:{i}"), now=NOW)


@pytest.mark.parametrize(
    ("harm", "at"),
    [pytest.param(_cut_off, 4, id="its end cut off"), pytest.param(_written_anew, 4, id="all written anew")],
)
def test_a_noted_head_shows_what_the_chain_alone_cannot(
    engine: sa.Engine, kept: audit.Head, harm: Callable[[sa.Connection], None], at: int
) -> None:
    with engine.begin() as connection:
        harm(connection)

    with reading(engine) as connection:
        assert audit.broken(connection) is None
        assert audit.broken(connection, kept) == at


def test_what_was_rolled_back_was_not_done(engine: sa.Engine, kept: audit.Head) -> None:
    with engine.connect() as connection, connection.begin() as transaction:
        audit.write(connection, Entry("u1", "delete"), now=NOW)
        transaction.rollback()

    with reading(engine) as connection:
        assert audit.head(connection).seq == kept.seq + 1
