"""What people said lies in files that only their owner may read, whatever the umask was."""

from __future__ import annotations

import os
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
