"""Every store test runs on SQLite and on a real PostgreSQL (tests/conftest.py)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from qa_service.stores.engine import make_engine
from qa_service.stores.migrate import migrate


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'qa.db'}"
    server = request.getfixturevalue("postgres")
    name = f"t{uuid.uuid4().hex}"
    admin = make_engine(server)
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    admin.dispose()
    return str(sa.engine.make_url(server).set(database=name).render_as_string(hide_password=False))


@pytest.fixture
def engine(database: str) -> Iterator[sa.Engine]:
    """A database with all tables."""
    engine = make_engine(database)
    migrate(engine)
    yield engine
    engine.dispose()
