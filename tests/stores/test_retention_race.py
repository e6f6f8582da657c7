"""Retention beside itself, beside holds and beside a store that refuses: each call goes once, or not at all."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from qa_service.core.errors import NotAllThere, RecordingError
from qa_service.core.keeping import Chosen, RetentionClass
from qa_service.stores import deletion, retention
from qa_service.stores.engine import reading
from tests.stores.rows import NOW
from tests.stores.shop import ASKED, Shop


@pytest.fixture
def shop(engine: sa.Engine, tmp_path: Path) -> Shop:
    return Shop(engine, tmp_path / "sound")


def test_a_hold_comes_too_late_for_what_is_being_deleted(shop: Shop) -> None:
    going, staying = shop.call(days_old=40), shop.call()
    shop.keep(RetentionClass("a", 10, 20, 30, is_default=True))
    with shop.engine.begin() as connection:
        deletion.mark_due(connection, shop.desk.classes(ASKED)[0], NOW, [going])

    held = shop.desk.hold(ASKED, "投诉", Chosen((going, staying)))
    shop.shredder.finish_all()

    assert (held.calls, held.too_late) == (1, 1)
    assert (shop.left(going), shop.left(staying)) == ("gone", "sound text rest")


def test_what_the_object_store_does_not_let_go_stays_marked_and_goes_later(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.keep(RetentionClass("a", 10, 20, 30, is_default=True))
    stuck, other = shop.call(days_old=40), shop.call(days_old=40)
    delete = shop.shelves.sounds.delete

    def refusing(key: str) -> None:
        if stuck in key:
            raise OSError("read-only")
        delete(key)

    with monkeypatch.context() as patch:
        patch.setattr(type(shop.shelves.sounds), "delete", lambda _, key: refusing(key))
        gone = shop.shredder.run()

    assert (gone["rest"], shop.left(other)) == (1, "gone")
    with reading(shop.engine) as connection:
        key = connection.execute(sa.text("SELECT data_key FROM calls WHERE id = :id"), {"id": stuck}).scalar()
    assert key is None, "nobody can open it any more"
    assert shop.shredder.finish_all()["rest"] == 1
    assert shop.left(stuck) == "gone"


def test_words_are_not_written_again_once_they_are_on_their_way_out(shop: Shop) -> None:
    call = shop.call(days_old=25)
    shop.keep(RetentionClass("a", 10, 20, 30, is_default=True))
    with shop.engine.begin() as connection:
        retention.refuse_deleted(connection, call)
        deletion.mark_due(connection, shop.desk.classes(ASKED)[0], NOW, [call])

    for _ in range(2):  # marked, and gone
        with pytest.raises(RecordingError) as caught, shop.engine.begin() as connection:
            retention.refuse_deleted(connection, call)
        assert caught.value.code == "call_deleted"
        shop.shredder.finish_all()


def test_a_hold_and_a_deletion_that_begin_together_never_both_have_a_call(shop: Shop) -> None:
    shop.keep(RetentionClass("a", 10, 20, 30, is_default=True))
    ids = [shop.call(days_old=40) for _ in range(12)]

    def hold(call_id: str) -> int:
        try:
            return shop.desk.hold(ASKED, "诉讼", Chosen((call_id,))).calls
        except NotAllThere:  # it went before anybody could hold it
            return 0

    with ThreadPoolExecutor(5) as pool:
        shredding = pool.submit(shop.shredder.run)
        placed = list(pool.map(hold, reversed(ids)))
        shredding.result()

    left = [shop.left(call_id) for call_id in reversed(ids)]
    assert left == ["sound text rest" if was_placed else "gone" for was_placed in placed]


def test_two_that_delete_beside_one_another_write_each_call_down_once(shop: Shop) -> None:
    shop.keep(RetentionClass("a", 10, 20, 30, is_default=True))
    ids = [shop.call(days_old=40) for _ in range(8)]

    with ThreadPoolExecutor(2) as pool:
        gone = [one.result() for one in [pool.submit(shop.shredder.run) for _ in range(2)]]

    named = [call_id for entry in map(json.loads, shop.deletions()) for call_id in entry["calls"]]
    assert sorted(named) == sorted(ids)
    assert sum(one["rest"] for one in gone) == len(ids)
