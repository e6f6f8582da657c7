"""What people said lies in files that only their owner may read, whatever the umask was."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from qa_service.stores.engine import make_engine


@pytest.fixture
def open_to_all() -> Iterator[None]:
    before = os.umask(0o000)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_to_all")
@pytest.mark.parametrize("was", [None, 0o644], ids=["a new file", "one that others could read"])
def test_a_database_is_its_owners_alone(tmp_path: Path, was: int | None) -> None:
    file = tmp_path / "data" / "qa.db"
    if was is not None:
        file.parent.mkdir()
        file.touch(was)

    engine = make_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE calls (said TEXT)"))
        modes = {one.name: one.stat().st_mode & 0o077 for one in file.parent.iterdir()}
    engine.dispose()

    assert {"qa.db", "qa.db-wal"} <= modes.keys()
    assert set(modes.values()) == {0}


_OTHER = """
import sys
import sqlalchemy as sa
from qa_service.stores.engine import make_engine

engine = make_engine(sys.argv[1])
with engine.begin() as connection:
    connection.execute(sa.text("INSERT INTO calls (said) VALUES ('from another process')"))
engine.dispose()
"""


def test_another_engine_in_a_process_takes_no_locks_away(tmp_path: Path) -> None:
    """Whoever leaves last throws SQLite's log away: two that do not know of one another would lose what was written."""
    url = f"sqlite:///{tmp_path / 'qa.db'}"
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE calls (said TEXT)"))
    second = make_engine(url)

    for _ in range(3):
        subprocess.run([sys.executable, "-c", _OTHER, url], check=True)
        assert (tmp_path / "qa.db-wal").exists(), "it is still ours"
        with engine.begin() as connection:
            connection.execute(sa.text("INSERT INTO calls (said) VALUES ('ours')"))

    with second.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM calls")).scalar() == 6
    engine.dispose()
    second.dispose()
