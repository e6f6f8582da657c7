"""No room: whoever says so, in whatever words, it is the same error of ours; what only sounds like it is not."""

from __future__ import annotations

import errno
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from obstore.exceptions import GenericError
from psycopg.errors import DiskFull, QueryCanceled, UniqueViolation

from qa_service.core.errors import DatabaseAway, StorageFull
from qa_service.stores.engine import answering, away, make_engine
from qa_service.stores.sound import Sound, new_data_key, sound_store
from tests.full_disks import SmallDisk, small_disk


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", 4) as made:
        yield made


def test_a_database_on_a_full_disk_says_so_and_goes_on_when_there_is_room(disk: SmallDisk) -> None:
    engine = make_engine(f"sqlite:///{disk.folder / 'qa.db'}")
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE t (x BLOB)"))
    disk.fill()

    with pytest.raises(StorageFull), answering(), engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO t VALUES (zeroblob(500000))"))
    disk.free()
    with answering(), engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO t VALUES (zeroblob(500000))"))

    with engine.begin() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM t")).scalar() == 1
    engine.dispose()


def test_a_store_on_a_full_disk_says_so_and_leaves_no_half_recording(disk: SmallDisk) -> None:
    store, sound = sound_store((disk.folder / "sound").as_uri()), Sound("0000/a.sealed", "a", 6 << 20)

    with pytest.raises(StorageFull):
        store.put(sound, io.BytesIO(bytes(sound.size)), new_data_key())

    assert list(store.keys("0000")) == []


def test_a_file_on_a_full_disk_says_so(disk: SmallDisk) -> None:
    disk.fill()

    with pytest.raises(OSError, match="No space left") as caught:
        (disk.folder / "more").write_bytes(bytes(1 << 20))

    assert isinstance(away(caught.value), StorageFull)


def _caused(by: Exception) -> Exception:
    try:
        try:
            raise by
        except type(by) as error:
            raise ValueError("as another library says it") from error
    except ValueError as error:
        return error


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(OSError(errno.ENOSPC, "full"), id="a disk"),
        pytest.param(OSError(errno.EDQUOT, "quota"), id="a quota"),
        pytest.param(_caused(OSError(errno.ENOSPC, "full")), id="a disk, under another library's error"),
        pytest.param(GenericError("Unable to copy data to file: quota (os error 122)"), id="a store's quota"),
        pytest.param(sa.exc.OperationalError("INSERT", {}, DiskFull("disk full")), id="PostgreSQL"),
    ],
)
def test_no_room(error: Exception) -> None:
    assert isinstance(away(error), StorageFull)


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(OSError(errno.EACCES, "no"), id="a file that may not be written"),
        pytest.param(OSError("No space left on device"), id="an error that only says so"),
        pytest.param(GenericError("Server returned 500 (os error 111)"), id="a store that is away"),
        pytest.param(ValueError("database or disk is full"), id="a value that somebody gave"),
        pytest.param(sa.exc.IntegrityError("INSERT", {}, UniqueViolation("twice")), id="a row that is there"),
    ],
)
def test_something_else(error: Exception) -> None:
    assert away(error) is None


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(
            sa.exc.OperationalError("SELECT", {}, QueryCanceled("timeout")),
            id="a statement that took too long",
        ),
        pytest.param(sa.exc.TimeoutError("no connection"), id="no connection to be had"),
    ],
)
def test_away_is_not_full(error: Exception) -> None:
    found = away(error)

    assert isinstance(found, DatabaseAway)
    assert found.code == "database_away"
