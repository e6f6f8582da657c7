"""Retention: nothing goes without a class in force, nothing under a hold, and parts go one after the other."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from qa_service.core.keeping import Chosen, RetentionClass
from qa_service.core.lists import Filter
from qa_service.core.stored import JobState
from tests.stores.shop import ASKED, Shop

SHORT = RetentionClass("short", sound_days=10, text_days=20, rest_days=30)


@pytest.fixture
def shop(engine: sa.Engine, tmp_path: Path) -> Shop:
    return Shop(engine, tmp_path / "sound")


@pytest.mark.parametrize(
    ("days", "keeps_figures", "left"),
    [
        pytest.param(9.9, False, "sound text rest", id="before the first day nothing goes"),
        pytest.param(10.1, False, "text rest", id="the sound goes first"),
        pytest.param(19.9, False, "text rest", id="and nothing with it"),
        pytest.param(20.1, False, "rest", id="then the text"),
        pytest.param(30.1, False, "gone", id="then the row"),
        pytest.param(29.9, True, "rest", id="before the last day the row is whole"),
        pytest.param(30.1, True, "figures", id="or figures stay without who it was"),
    ],
)
def test_parts_go_one_after_the_other(shop: Shop, days: float, keeps_figures: bool, left: str) -> None:
    call = shop.call(days_old=days)
    shop.keep(
        RetentionClass(
            "a", sound_days=10, text_days=20, rest_days=30, keeps_figures=keeps_figures, is_default=True
        )
    )

    shop.shredder.run()
    again = shop.shredder.run()

    assert shop.left(call) == left
    assert not +again


@pytest.mark.parametrize(
    ("days", "left"),
    [
        pytest.param(15, "sound text rest", id="the words of a transcript are no sound"),
        pytest.param(25, "rest", id="and go with the text"),
    ],
)
def test_what_is_sealed_of_a_transcript_is_text(shop: Shop, days: float, left: str) -> None:
    call = shop.call(days_old=days, is_text=True)
    shop.keep(RetentionClass("a", sound_days=10, text_days=20, is_default=True))

    shop.shredder.run()

    assert shop.left(call) == left


class TestNothingGoes:
    """Hard negatives: a hundred years old, and all the same."""

    @pytest.fixture
    def old(self, shop: Shop) -> str:
        return shop.call(days_old=36_000)

    def unchanged(self, shop: Shop, call: str) -> bool:
        shop.shredder.run()
        return shop.left(call) == "sound text rest"

    def test_without_a_class(self, shop: Shop, old: str) -> None:
        assert self.unchanged(shop, old)

    def test_by_a_class_that_is_not_in_force(self, shop: Shop, old: str) -> None:
        shop.keep(RetentionClass("a", 1, 1, 1, is_default=True), in_force=False)

        assert self.unchanged(shop, old)

    def test_by_a_class_in_force_that_is_not_this_calls(self, shop: Shop, old: str) -> None:
        shop.keep(RetentionClass("a", 1, 1, 1))

        assert self.unchanged(shop, old)

    def test_where_the_calls_own_class_keeps_for_ever(self, shop: Shop, old: str) -> None:
        shop.keep(RetentionClass("a", 1, 1, 1, is_default=True))
        shop.keep(RetentionClass("for-ever"))
        shop.assign(old, "for-ever")

        assert self.unchanged(shop, old)

    def test_where_the_calls_own_class_is_not_in_force_yet(self, shop: Shop, old: str) -> None:
        shop.keep(RetentionClass("a", 1, 1, 1, is_default=True))
        shop.keep(SHORT, in_force=False)
        shop.assign(old, "short")

        assert self.unchanged(shop, old)

    def test_by_a_class_that_was_changed_and_not_put_in_force_again(self, shop: Shop, old: str) -> None:
        shop.keep(RetentionClass("a", None, None, None, is_default=True))
        shop.desk.keep_class(ASKED, RetentionClass("a", 1, 1, 1))

        assert self.unchanged(shop, old)

    def test_under_a_hold(self, shop: Shop, old: str) -> None:
        shop.keep(RetentionClass("a", 1, 1, 1, is_default=True))
        shop.desk.hold(ASKED, "投诉", Chosen((old,)))

        assert self.unchanged(shop, old)

    def test_while_one_of_two_holds_stands(self, shop: Shop, old: str) -> None:
        shop.keep(RetentionClass("a", 1, 1, 1, is_default=True))
        first = shop.desk.hold(ASKED, "投诉", Chosen((old,)))
        shop.desk.hold(ASKED, "诉讼", Chosen(filter=Filter(line="400")))
        shop.desk.lift(ASKED, first.hold_id, "结案")

        assert self.unchanged(shop, old)

    @pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING])
    def test_while_it_is_worked_on(self, shop: Shop, state: JobState) -> None:
        call = shop.call(days_old=36_000, state=state)
        shop.keep(RetentionClass("a", 1, 1, 1, is_default=True))

        assert self.unchanged(shop, call)

    def test_when_asked_to_stop(self, shop: Shop, old: str) -> None:
        shop.keep(RetentionClass("a", 1, 1, 1, is_default=True))

        shop.shredder.run(lambda: False)

        assert shop.left(old) == "sound text rest"


def test_after_the_hold_is_lifted_what_was_due_goes(shop: Shop) -> None:
    call = shop.call(days_old=40)
    shop.keep(RetentionClass("a", 10, 20, 30, is_default=True))
    held = shop.desk.hold(ASKED, "投诉", Chosen((call,)))
    shop.shredder.run()

    assert shop.desk.lift(ASKED, held.hold_id, "结案")
    shop.shredder.run()

    assert shop.left(call) == "gone"
    assert not shop.desk.lift(ASKED, held.hold_id, "再来一次")


def test_the_database_itself_keeps_a_call_under_hold(shop: Shop) -> None:
    call = shop.call()
    shop.desk.hold(ASKED, "投诉", Chosen((call,)))

    with pytest.raises(sa.exc.IntegrityError), shop.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM calls WHERE id = :id"), {"id": call})
