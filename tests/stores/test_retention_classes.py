"""Retention classes: which contradict themselves, whom they are assigned to, what they would take."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from qa_service.core.errors import NotAllThere, UsageError
from qa_service.core.keeping import Chosen, RetentionClass, check_class
from qa_service.core.lists import Filter
from qa_service.core.people import Asked, Caller, Right, Sight
from tests.stores.rows import NOW
from tests.stores.shop import ASKED, DAY, Shop

SHORT = RetentionClass("short", sound_days=10, text_days=20, rest_days=30)


@pytest.fixture
def shop(engine: sa.Engine, tmp_path: Path) -> Shop:
    return Shop(engine, tmp_path / "sound")


def test_a_class_in_force_says_until_when(shop: Shop) -> None:
    call = shop.call()
    shop.keep(RetentionClass("a", 10, 20, None, is_default=True))

    kept = shop.desk.kept(ASKED, call)

    assert kept is not None
    assert (kept.retention, kept.has_sound, kept.has_text) == ("a", True, True)
    assert (kept.sound_until, kept.text_until, kept.rest_until) == (NOW + 10 * DAY, NOW + 20 * DAY, None)


def test_a_preview_shows_a_class_before_it_is_in_force_and_changes_nothing(shop: Shop) -> None:
    shop.call(days_old=5)
    held = shop.call(days_old=5)
    shop.desk.hold(ASKED, "投诉", Chosen((held,)))
    shop.keep(SHORT, in_force=False)

    now = shop.desk.preview(ASKED, NOW, name="short", as_default=True)
    later = shop.desk.preview(ASKED, NOW + 7 * DAY, name="short", as_default=True)
    as_it_is = shop.desk.preview(ASKED, NOW + 7 * DAY, name="short", as_default=False)

    assert [(one.sound, one.text, one.rest, one.held) for one in now] == [(0, 0, 0, 0)]
    assert [(one.sound, one.text, one.rest, one.held) for one in later] == [(1, 0, 0, 1)]
    assert [(one.sound, one.held) for one in as_it_is] == [(0, 0)]
    assert later[0].bytes > 0
    assert not later[0].is_in_force


@pytest.mark.parametrize(
    ("sound", "text", "rest", "fits"),
    [
        pytest.param(1, 1, 1, True, id="all at once"),
        pytest.param(None, None, None, True, id="nothing ever"),
        pytest.param(9, 1, 9, True, id="text before sound"),
        pytest.param(1, 2, 1, False, id="the row before its text"),
        pytest.param(2, 1, 1, False, id="the row before its sound"),
        pytest.param(None, 1, 9, False, id="the row, and its sound for ever"),
        pytest.param(1, None, 9, False, id="the row, and its text for ever"),
    ],
)
def test_classes_that_contradict_themselves_are_refused(
    sound: int | None, text: int | None, rest: int | None, fits: bool
) -> None:
    if fits:
        check_class(RetentionClass("a", sound, text, rest))
        return
    with pytest.raises(UsageError) as caught:
        check_class(RetentionClass("a", sound, text, rest))
    assert caught.value.code == "retention_order"


def test_a_class_that_is_not_there_is_assigned_to_nobody(shop: Shop) -> None:
    call = shop.call()

    with pytest.raises(UsageError) as caught:
        shop.desk.assign(ASKED, "nowhere", Chosen((call,)))

    assert caught.value.code == "no_such_class"


def test_a_class_is_assigned_by_filter_among_what_one_sees(shop: Shop) -> None:
    north, south = shop.call(days_old=40, team="north"), shop.call(days_old=40, team="south")
    shop.keep(SHORT)
    of_north = Asked(Caller("x", "x", frozenset(Right), Sight(teams=("north",))))

    assert shop.desk.assign(of_north, "short", Chosen(filter=Filter(line="400"))) == 1
    with pytest.raises(NotAllThere):
        shop.desk.assign(of_north, "short", Chosen((south,)))
    shop.shredder.run()

    assert (shop.left(north), shop.left(south)) == ("gone", "sound text rest")
    assert shop.desk.assign(of_north, "", Chosen(filter=Filter(line="400"))) == 0
