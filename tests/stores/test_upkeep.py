"""Upkeep: what is over is put away, what nobody can open is removed, and the end of the audit log is sealed."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from qa_service.core.errors import UsageError
from qa_service.core.keeping import RetentionClass
from qa_service.core.schedules import Task, Turn
from qa_service.stores import audit, deletion, words
from qa_service.stores.archive import StoreAuditTrail
from qa_service.stores.audit import Entry
from qa_service.stores.engine import is_sqlite, reading, time_of
from qa_service.stores.ids import new_id
from qa_service.stores.keys import KEY_BYTES, MasterKey
from qa_service.stores.search import search
from qa_service.stores.sound import Sound, new_data_key
from qa_service.stores.tables import audit as audit_rows
from qa_service.stores.tables import audit_checkpoints, calls, idempotency, schedules, sessions, users
from qa_service.stores.upkeep import Upkeep
from qa_service.stores.workbench import Shelves
from tests.stores.rows import NOW
from tests.stores.shop import ASKED, Shop

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TURN = Turn(Task.CLEANUP, 1, NOW)


@pytest.fixture
def shop(engine: sa.Engine, tmp_path: Path) -> Shop:
    return Shop(engine, tmp_path / "sound")


def always() -> bool:
    return True


def test_sessions_and_keys_that_are_over_go_and_others_stay(shop: Shop) -> None:
    with shop.engine.begin() as connection:
        connection.execute(
            users.insert().values(id="u", name="u", password="-", role="admin", created_at=NOW)  # noqa: S106
        )
        for name, ends in (("over", NOW - HOUR), ("open", NOW + HOUR)):
            connection.execute(
                sessions.insert().values(
                    digest=name, user_id="u", created_at=NOW, seen_at=NOW, expires_at=ends
                )
            )
        for name, came in (("old", NOW - 49 * HOUR), ("new", NOW - 47 * HOUR)):
            connection.execute(
                idempotency.insert().values(
                    owner="o", key=name, body_digest="d", object_id="j", created_at=came
                )
            )

    told = Upkeep(shop.shelves).clean(TURN, always)

    with shop.engine.begin() as connection:
        left = [
            *connection.execute(sa.select(sessions.c.digest)).scalars(),
            *connection.execute(sa.select(idempotency.c.key)).scalars(),
        ]
    assert left == ["open", "new"]
    assert told == {"sessions": 1, "idempotency_keys": 1, "deletions": 0, "rescores": 0}


def test_words_are_found_in_one_piece_of_the_index(shop: Shop) -> None:
    for _ in range(20):
        call = shop.call(days_old=1)
        with shop.engine.begin() as connection:
            seq = connection.execute(sa.select(calls.c.seq).where(calls.c.id == call)).scalar_one()
            words.index(connection, seq, [f"您好，第{seq}通，保本理财"])
    before = _pieces(shop.engine)

    told = Upkeep(shop.shelves).merge(TURN, always)

    assert _pieces(shop.engine) == min(1, before)
    assert bool(told["steps"]) == bool(before)
    assert _found(shop.engine, "保本理财") == 20


def test_merging_stops_when_it_is_told_to(shop: Shop) -> None:
    with reading(shop.engine) as reader:
        reader.execute(sa.select(calls.c.seq)).all()  # and goes on reading what stood there when it began
        shop.call(days_old=1)
        told = Upkeep(shop.shelves).merge(TURN, lambda: False)

    assert told == {"steps": 0, "log_cut": not is_sqlite(shop.engine)}


def test_of_a_call_deleted_on_request_nothing_is_left_in_the_files(shop: Shop) -> None:
    """The index and the write-ahead log are tidied ten minutes later, whether or not that task is switched on."""
    kept, asked = shop.call(days_old=1), shop.call(days_old=1)
    with shop.engine.begin() as connection:
        seq = connection.execute(sa.select(calls.c.seq).where(calls.c.id == asked)).scalar_one()
        words.index(connection, seq, ["wordofthecallthatgoes"])
        connection.execute(schedules.update().values(is_on=False))
    assert _files_hold(shop.engine, b"wordofthecallthatgoes")

    shop.desk.delete(ASKED, asked, "客户要求")

    with shop.engine.connect() as connection:
        asked_for = sa.select(schedules.c.task, schedules.c.asked_at).where(schedules.c.asked_at.is_not(None))
        ((task, at),) = connection.execute(asked_for).all()
        now = time_of(connection, shop.shelves.now)
    assert task == Task.SEARCH_INDEX
    assert timedelta(minutes=9) < at - now <= timedelta(minutes=10)
    told = Upkeep(shop.shelves).merge(TURN, always)
    assert told["log_cut"]
    assert not _files_hold(shop.engine, b"wordofthecallthatgoes")
    assert shop.left(kept) != "gone"


def _files_hold(engine: sa.Engine, text: bytes) -> bool:
    """Whether somebody who reads SQLite's files finds it; PostgreSQL's are its own, there the index is asked."""
    if is_sqlite(engine):
        base = Path(str(engine.url.database))
        return any(text in file.read_bytes() for file in base.parent.glob(f"{base.name}*"))
    with engine.connect() as connection:
        query = sa.text("SELECT count(*) FROM call_words WHERE words @@ to_tsquery('simple', :word)")
        return bool(connection.execute(query, {"word": text.decode()}).scalar_one())


def _pieces(engine: sa.Engine) -> int:
    """Pieces of SQLite's index; PostgreSQL's has none."""
    if not is_sqlite(engine):
        return 0
    with engine.connect() as connection:
        query = sa.text("SELECT count(DISTINCT segid) FROM call_words_idx")
        return int(connection.execute(query).scalar_one())


def _found(engine: sa.Engine, text: str) -> int:
    with engine.connect() as connection:
        sought = search(connection, text)
        assert sought is not None
        return int(connection.execute(sa.select(sa.func.count()).select_from(sought._newer(0))).scalar_one())


def test_a_deletion_that_was_left_half_done_is_finished_without_any_class(shop: Shop) -> None:
    call = shop.call(days_old=40)
    shop.keep(RetentionClass("a", 10, 20, 30, is_default=True))
    with shop.engine.begin() as connection:
        deletion.mark_due(connection, shop.desk.classes(ASKED)[0], NOW, [call])
    shop.desk.switch_class(ASKED, "a", on=False)

    Upkeep(shop.shelves).clean(TURN, always)

    assert shop.left(call) == "gone"
    with shop.engine.connect() as connection:
        asked_for = sa.select(schedules.c.task).where(schedules.c.asked_at.is_not(None))
        assert connection.execute(asked_for).scalars().all() == [Task.SEARCH_INDEX]


def test_only_sound_without_a_call_is_swept_and_only_once_it_is_a_day_old(shop: Shop) -> None:
    known = shop.call(days_old=2)
    orphans = {}
    for name, age in (
        ("just now", HOUR),
        ("yesterday", 2 * DAY),
        ("last week", 7 * DAY),
        ("too old", 30 * DAY),
    ):
        call_id = orphans[name] = new_id(NOW - age)
        sound = Sound(f"{call_id[:4]}/{call_id}.sealed", call_id, 3)
        shop.shelves.sounds.put(sound, io.BytesIO(b"abc"), new_data_key())
    other = Sound(f"{known[:4]}/somebody-elses.txt", known, 3)
    shop.shelves.sounds.put(other, io.BytesIO(b"abc"), new_data_key())

    told = Upkeep(shop.shelves).sweep(TURN, always)

    assert told == {"seen": 3, "removed": 2}
    assert shop.objects() == {known, orphans["just now"], orphans["too old"], "somebody-elses"}


class TestCheckpoint:
    """Who has the database alone is found out."""

    @pytest.fixture
    def upkeep(self, shop: Shop) -> Upkeep:
        self.write(shop, 3)
        made = Upkeep(shop.shelves)
        assert made.checkpoint(TURN, always)["entries"] == 3
        self.write(shop, 2)
        return made

    def write(self, shop: Shop, count: int) -> None:
        for _ in range(count):
            with shop.engine.begin() as connection:
                audit.write(connection, Entry("a", "read", "call:x"), now=NOW.astimezone(UTC))

    def change(self, shop: Shop, statement: sa.Executable) -> None:
        with shop.engine.begin() as connection:
            connection.execute(statement)

    def test_an_untouched_log_is_sealed_again_and_again(self, shop: Shop, upkeep: Upkeep) -> None:
        first = upkeep.checkpoint(TURN, always)
        second = upkeep.checkpoint(TURN, always)

        assert (first["entries"], first["head"]) == (second["entries"], second["head"])
        assert first["entries"] == 5
        with shop.engine.begin() as connection:
            seqs = connection.execute(sa.select(audit_checkpoints.c.seq)).scalars().all()
        assert sorted(seqs) == [3, 5]

    @pytest.mark.parametrize(
        "statement",
        [
            pytest.param(
                audit_rows.update().where(audit_rows.c.seq == 4).values(who="b"), id="an entry was changed"
            ),
            pytest.param(audit_rows.delete().where(audit_rows.c.seq == 4), id="an entry was left out"),
            pytest.param(audit_rows.delete().where(audit_rows.c.seq >= 3), id="the sealed end was cut off"),
            pytest.param(
                audit_rows.update().where(audit_rows.c.seq == 3).values(digest="0" * 64),
                id="what was sealed was written anew",
            ),
            pytest.param(audit_checkpoints.update().values(digest="0" * 64), id="the checkpoint was changed"),
            pytest.param(audit_checkpoints.update().values(seal=b"x" * 60), id="the seal was made up"),
        ],
    )
    def test_what_was_changed_is_told(self, shop: Shop, upkeep: Upkeep, statement: sa.Executable) -> None:
        self.change(shop, statement)

        with pytest.raises(UsageError) as caught:
            upkeep.checkpoint(TURN, always)

        assert caught.value.code == "audit_broken"

    @pytest.mark.parametrize(
        "statement",
        [
            pytest.param(
                audit_rows.update().where(audit_rows.c.seq == 2).values(who="b"), id="an entry was changed"
            ),
            pytest.param(audit_rows.delete().where(audit_rows.c.seq == 1), id="the first was left out"),
        ],
    )
    def test_what_was_sealed_long_ago_is_read_again_within_a_week(
        self, shop: Shop, upkeep: Upkeep, statement: sa.Executable
    ) -> None:
        self.write(shop, 20)
        upkeep.checkpoint(TURN, always)
        self.change(shop, statement)

        found = [self.night(upkeep, fence) for fence in range(7)]

        assert sorted(set(found)) == ["audit_broken", "fine"]

    def night(self, upkeep: Upkeep, fence: int) -> str:
        try:
            upkeep.checkpoint(replace(TURN, fence=fence), always)
        except UsageError as error:
            return error.code
        return "fine"

    def test_a_run_that_is_broken_off_seals_nothing(self, shop: Shop, upkeep: Upkeep) -> None:
        assert upkeep.checkpoint(TURN, lambda: False)["entries"] == 3
        with shop.engine.begin() as connection:
            seqs = connection.execute(sa.select(audit_checkpoints.c.seq)).scalars().all()
        assert seqs == [3]

    def test_all_hashes_written_anew_show_by_the_seals(self, shop: Shop, upkeep: Upkeep) -> None:
        """What the auditor asks for says so, not the nightly task alone."""
        trail = StoreAuditTrail(shop.shelves)
        before = trail.verify(ASKED)
        with shop.engine.begin() as connection:
            connection.execute(audit_rows.delete())
            for _ in range(6):
                audit.write(connection, Entry("a", "nothing"), now=NOW.astimezone(UTC))

        after = trail.verify(ASKED)

        assert (before["broken_at"], before["sealed"]) == (None, 3)
        assert (after["entries"], after["broken_at"], after["sealed"]) == (6, 3, 3)

    def test_a_seal_of_another_key_is_none(self, shop: Shop, upkeep: Upkeep) -> None:
        kept = shop.shelves
        stranger = Upkeep(Shelves(kept.engine, kept.sounds, MasterKey(b"z" * KEY_BYTES), kept.now))

        with pytest.raises(UsageError):
            stranger.checkpoint(TURN, always)
