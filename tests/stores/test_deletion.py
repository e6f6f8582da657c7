"""What is deleted leaves nothing behind but a line in the audit log; one call goes at a person's request."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from qa_service.core.errors import UsageError
from qa_service.core.keeping import Chosen, RetentionClass
from qa_service.core.people import Asked, Caller, Right, Sight
from qa_service.core.stored import JobState
from qa_service.stores import retention
from qa_service.stores.engine import reading
from tests.stores.shop import ASKED, TRACE, Shop


@pytest.fixture
def shop(engine: sa.Engine, tmp_path: Path) -> Shop:
    return Shop(engine, tmp_path / "sound")


def test_nothing_of_what_was_deleted_can_be_read_in_the_files(shop: Shop, tmp_path: Path) -> None:
    shop.keep(RetentionClass("a", 10, 20, 30, is_default=True))
    for _ in range(5):
        shop.call(days_old=40)
    staying = shop.call()

    def traces() -> int:
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        return sum(path.read_bytes().count(TRACE.encode()) for path in files)

    before = traces()
    shop.shredder.run()
    after_most = traces()
    with shop.engine.begin() as connection:
        retention.set_default(connection, "")
    shop.desk.delete(ASKED, staying, "客户要求")
    shop.shredder.run()

    if shop.engine.dialect.name == "sqlite":
        assert before > after_most > 0
    assert shop.objects() == set()
    with reading(shop.engine) as connection:
        for table in ("measured", "evaluations", "call_words", "calls", "jobs", "call_keeping"):
            assert connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one() == 0  # noqa: S608


def test_the_audit_log_names_every_call_once_and_counts_parts(shop: Shop) -> None:
    shop.keep(RetentionClass("a", 10, 20, 30, is_default=True))
    ids = {shop.call(days_old=40) for _ in range(4)} | {shop.call(days_old=15)}

    gone = shop.shredder.run()
    entries = [json.loads(entry) for entry in shop.deletions()]

    assert dict(+gone) == {"sound": 5, "text": 4, "rest": 4}
    assert sorted(call for entry in entries for call in entry["calls"]) == sorted(ids)
    assert [sum(entry[part] for entry in entries) for part in ("sound", "text", "rest")] == [5, 4, 4]
    assert {entry["cause"] for entry in entries} == {"a"}


class TestAtAPersonsRequest:
    """One call goes, whatever its class says."""

    def test_it_goes_whole(self, shop: Shop) -> None:
        call, other = shop.call(), shop.call()

        assert shop.desk.delete(ASKED, call, "客户要求删除")

        assert (shop.left(call), shop.left(other)) == ("gone", "sound text rest")
        (entry,) = map(json.loads, shop.deletions())
        assert (entry["cause"], entry["calls"]) == ("客户要求删除", [call])

    def test_a_hold_stops_it(self, shop: Shop) -> None:
        call = shop.call()
        shop.desk.hold(ASKED, "诉讼", Chosen((call,)))

        with pytest.raises(UsageError) as caught:
            shop.desk.delete(ASKED, call, "客户要求删除")

        assert caught.value.code == "on_hold"
        assert shop.left(call) == "sound text rest"

    @pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING])
    def test_work_does_not_stop_it(self, shop: Shop, state: JobState) -> None:
        call = shop.call(state=state)

        assert shop.desk.delete(ASKED, call, "客户要求删除")

        assert shop.left(call) == "gone"

    def test_who_does_not_see_it_cannot(self, shop: Shop) -> None:
        call = shop.call(team="north")
        of_south = Asked(Caller("x", "x", frozenset(Right), Sight(teams=("south",))))
        bound = Asked(Caller("y", "y", frozenset({Right.MANAGE_RETENTION}), Sight(teams=("south",))))

        assert not shop.desk.delete(of_south, call, "客户要求删除")
        assert not shop.desk.delete(bound, call, "客户要求删除")
        assert shop.left(call) == "sound text rest"

    def test_an_admin_deletes_without_seeing(self, shop: Shop) -> None:
        call = shop.call(team="north")
        admin = Asked(Caller("a", "a", frozenset({Right.MANAGE_RETENTION}), Sight()))

        assert shop.desk.delete(admin, call, "客户要求删除")
