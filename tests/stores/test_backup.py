"""Backups: a copy can be taken while others write, holds everything, and is worth something because it was opened."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from qa_service.core.errors import QaError, UsageError
from qa_service.core.keeping import RetentionClass
from qa_service.stores.backup import BackedUp, Backup, Proof
from qa_service.stores.engine import make_engine
from qa_service.stores.keys import KEY_BYTES, MasterKey
from qa_service.stores.migrate import migrate
from tests.databases import new_file
from tests.stores.rows import NOW
from tests.stores.shop import SOUND, TRACE, Shop

KEY = MasterKey(b"k" * KEY_BYTES)
HOUR = timedelta(hours=1)


class House:
    """An installation in a folder, and its backups in another."""

    def __init__(self, folder: Path) -> None:
        self.database, self.sounds = folder / "qa.db", folder / "sound"
        engine = make_engine(new_file(folder))
        self.shop = Shop(engine, self.sounds)
        self.backup = Backup(folder / "backup")
        self.told: list[tuple[int, int]] = []
        self.runs = 0

    def back_up(self, *, keep: int = 7) -> BackedUp:
        self.runs += 1
        return self.backup.make(
            self.database,
            self.sounds,
            now=NOW + self.runs * HOUR,
            keep=keep,
            tell=lambda done, total: self.told.append((done, total)),
        )

    def prove(self) -> Proof:
        return self.backup.prove(KEY)

    @property
    def kept(self) -> set[str]:
        return {path.stem for path in (self.backup.folder / "sound").rglob("*.sealed")}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.shop.engine.dispose()


def test_what_was_backed_up_can_be_restored_and_heard(house: House, tmp_path: Path) -> None:
    calls = [house.shop.call() for _ in range(3)]
    done = house.back_up()
    restored = tmp_path / "restored"

    restored.mkdir()
    shutil.copy(done.database, restored / "qa.db")
    shutil.copytree(house.backup.folder / "sound", restored / "sound")

    again = make_engine(f"sqlite:///{restored / 'qa.db'}")
    migrate(again)
    shop = Shop(again, restored / "sound")
    assert [shop.left(call) for call in calls] == ["sound text rest"] * 3
    assert heard(shop, calls[0]) == SOUND
    again.dispose()


def test_nothing_that_is_already_there_is_copied_again(house: House) -> None:
    first = house.shop.call()
    one, second = house.back_up(), house.shop.call()

    two = house.back_up()

    assert (one.calls, one.copied, two.calls, two.copied) == (1, 1, 2, 1)
    assert house.kept == {first, second}
    assert house.told[-1] == (2, 2)


def test_a_recording_that_was_deleted_leaves_with_the_last_copy_that_names_it(house: House) -> None:
    house.shop.keep(RetentionClass("short", 10, 10, 10, is_default=True))
    old, fresh = house.shop.call(days_old=20), house.shop.call()
    house.back_up(keep=2)
    house.shop.shredder.run()

    between, after = house.back_up(keep=2), house.back_up(keep=2)

    assert (between.removed, after.removed) == (0, 1)
    assert house.kept == {fresh}
    assert old not in house.kept


def test_what_was_deleted_stands_in_no_new_copy(house: House) -> None:
    house.shop.keep(RetentionClass("short", 10, 10, 10, is_default=True))
    house.shop.call(days_old=20)
    house.shop.shredder.run()

    assert TRACE.encode() not in house.back_up().database.read_bytes()


def test_a_recording_that_the_disk_lost_is_told_and_its_copy_stays(house: House) -> None:
    call = house.shop.call()
    house.back_up()
    shutil.rmtree(house.sounds)

    done = house.back_up(keep=1)

    assert (done.missing, done.removed) == (1, 0)
    assert house.kept == {call}
    assert house.prove().is_good


def test_only_the_newest_copies_of_the_database_stay(house: House) -> None:
    made = [house.back_up(keep=2).database for _ in range(4)]

    assert [path.exists() for path in made] == [False, False, True, True]


def test_others_go_on_writing_meanwhile(house: House) -> None:
    for _ in range(30):
        house.shop.call()
    stop, written = threading.Event(), []

    def write() -> None:
        while not stop.is_set():
            written.append(house.shop.call())

    writer = threading.Thread(target=write)
    writer.start()
    try:
        done = [house.back_up() for _ in range(3)]
    finally:
        stop.set()
        writer.join()

    assert written
    assert [one.missing for one in done] == [0, 0, 0]
    assert house.prove().is_good


class TestProof:
    def test_a_good_one_opens(self, house: House) -> None:
        house.shop.call()
        house.shop.call(is_text=True)
        house.back_up()

        proof = house.prove()

        assert (proof.calls, proof.sounds, proof.is_good) == (2, 2, True)

    @pytest.mark.parametrize(
        ("spoil", "missing"),
        [
            pytest.param(lambda path: path.unlink(), 1, id="gone"),
            pytest.param(lambda path: path.write_bytes(path.read_bytes()[:-1]), 1, id="cut off"),
        ],
    )
    def test_a_recording_that_is_not_whole_is_counted(
        self, house: House, spoil: Callable[[Path], object], missing: int
    ) -> None:
        house.shop.call()
        house.back_up()
        for path in (house.backup.folder / "sound").rglob("*.sealed"):
            spoil(path)

        assert house.prove().missing == missing
        assert not house.prove().is_good

    def test_a_recording_whose_bytes_changed_is_damaged(self, house: House) -> None:
        house.shop.call()
        house.back_up()
        for path in (house.backup.folder / "sound").rglob("*.sealed"):
            path.write_bytes(bytes(len(path.read_bytes())))

        with pytest.raises(QaError) as refused:
            house.prove()

        assert refused.value.code == "sound_damaged"

    def test_another_master_key_opens_nothing(self, house: House) -> None:
        house.shop.call()
        house.back_up()

        proof = house.backup.prove(MasterKey(b"x" * KEY_BYTES))

        assert (proof.unopened, proof.is_good) == (1, False)

    def test_no_backup_is_no_good_backup(self, house: House) -> None:
        with pytest.raises(UsageError) as refused:
            house.prove()

        assert refused.value.code == "backup_empty"

    @pytest.mark.parametrize("content", [b"", b"not a database" * 500], ids=["empty", "something else"])
    def test_a_broken_copy_is_called_one(self, house: House, content: bytes) -> None:
        house.back_up().database.write_bytes(content)

        with pytest.raises(QaError) as refused:
            house.prove()

        assert refused.value.code == "backup_broken"


class TestRefusals:
    def test_a_damaged_database_is_no_new_copy_and_costs_no_old_one(self, house: House) -> None:
        house.shop.call()
        good = house.back_up(keep=1).database
        house.shop.engine.dispose()
        spoiled(house.database)

        with pytest.raises(QaError) as refused:
            house.back_up(keep=1)

        assert refused.value.code == "backup_broken"
        assert house.prove().database == good
        assert not list(house.backup.folder.glob("*.part"))

    @pytest.mark.parametrize("place", ["", "sound", "sound/more"])
    def test_it_does_not_go_where_the_data_are(self, house: House, tmp_path: Path, place: str) -> None:
        house.backup = Backup(tmp_path / place)

        with pytest.raises(UsageError) as refused:
            house.back_up()

        assert refused.value.code == "backup_inside"

    def test_nobody_else_can_read_it(self, house: House) -> None:
        made = house.back_up().database

        assert (made.stat().st_mode & 0o077, house.backup.folder.stat().st_mode & 0o077) == (0, 0)


def heard(shop: Shop, call: str) -> bytes:
    with shop.engine.connect() as connection:
        from qa_service.core.people import Sight
        from qa_service.stores import calls
        from qa_service.stores.sound import Sound

        kept = calls.find(connection, call, Sight(everything=True))
        wrapped = calls.data_key(connection, call)
    assert kept is not None
    assert wrapped is not None
    sound = Sound(kept.audio_key, call, kept.bytes)
    return b"".join(shop.shelves.sounds.read(sound, KEY.unwrap(wrapped, call)))


def spoiled(database: Path) -> None:
    """Pages in the middle are overwritten."""
    with sqlite3.connect(database) as opened:
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(database.read_bytes())
    content[4_096 : len(content) // 2] = bytes(len(content) // 2 - 4_096)
    database.write_bytes(content)
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
