"""Retention: nothing goes without a class in force, nothing under a hold, and what goes leaves nothing behind."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa_service.core.errors import RecordingError, UsageError
from qa_service.core.keeping import CallPart, Chosen, RetentionClass, check_class
from qa_service.core.lists import Filter
from qa_service.core.people import Asked, Caller, Right, Sight
from qa_service.core.stored import JobState
from qa_service.stores import deletion, retention
from qa_service.stores.engine import reading
from tests.stores.rows import NOW
from tests.stores.shop import ASKED, DAY, TRACE, Shop

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


def test_a_hold_comes_too_late_for_what_is_being_deleted(shop: Shop) -> None:
    going, staying = shop.call(days_old=40), shop.call()
    shop.keep(RetentionClass("a", 10, 20, 30, is_default=True))
    with shop.engine.begin() as connection:
        deletion.mark_due(connection, shop.desk.classes(ASKED)[0], NOW, [going])

    held = shop.desk.hold(ASKED, "投诉", Chosen((going, staying)))
    shop.shredder.finish_all()

    assert (held.calls, held.too_late) == (1, 1)
    assert (shop.left(going), shop.left(staying)) == ("gone", "sound text rest")


def test_the_database_itself_keeps_a_call_under_hold(shop: Shop) -> None:
    call = shop.call()
    shop.desk.hold(ASKED, "投诉", Chosen((call,)))

    with pytest.raises(sa.exc.IntegrityError), shop.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM calls WHERE id = :id"), {"id": call})


@dataclass(frozen=True)
class Case:
    """One call of an example."""

    days_old: int
    own: str
    hold: str
    is_busy: bool
    is_text: bool


DAYS = st.integers(1, 40)
NAMES = ("a", "b")
CASES = st.lists(
    st.builds(
        Case,
        days_old=st.integers(0, 60),
        own=st.sampled_from(("", *NAMES)),
        hold=st.sampled_from(("", "", "standing", "lifted")),
        is_busy=st.sampled_from((False, False, False, True)),
        is_text=st.booleans(),
    ),
    min_size=1,
    max_size=6,
)


@st.composite
def classes(draw: st.DrawFn) -> tuple[tuple[RetentionClass, bool], ...]:
    made = []
    default = draw(st.sampled_from(("", *NAMES)))
    for name in NAMES:
        sound, text = draw(st.none() | DAYS), draw(st.none() | DAYS)
        rest = max(sound, text) + draw(st.integers(0, 9)) if sound and text and draw(st.booleans()) else None
        kept = RetentionClass(name, sound, text, rest, draw(st.booleans()), is_default=name == default)
        check_class(kept)
        made.append((kept, draw(st.booleans())))
    return tuple(made)


def expected(case: Case, made: Sequence[tuple[RetentionClass, bool]]) -> str:
    """What is to be left, told without the database."""
    by_name = {kept.name: kept for kept, in_force in made if in_force}
    default = next((kept.name for kept, _ in made if kept.is_default), "")
    kept = by_name.get(case.own or default)
    if kept is None or case.hold == "standing" or case.is_busy:
        return "sound text rest"
    due = {part: (days := kept.days(part)) is not None and case.days_old >= days for part in CallPart}
    if due[CallPart.REST]:
        return "figures" if kept.keeps_figures else "gone"
    sealed = not due[CallPart.TEXT if case.is_text else CallPart.SOUND]
    return " ".join(["sound"] * sealed + ["text"] * (not due[CallPart.TEXT]) + ["rest"])


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(made=classes(), cases=CASES)
def test_what_goes_is_what_classes_say_and_no_hold_forbids(
    shop: Shop, made: tuple[tuple[RetentionClass, bool], ...], cases: list[Case]
) -> None:
    shop.empty()
    for kept, in_force in made:
        shop.keep(kept, in_force=in_force)
    ids = [_brought(shop, case) for case in cases]

    told = [shop.desk.preview(ASKED, NOW, name="", as_default=False)]
    shop.shredder.run()

    assert [shop.left(call_id) for call_id in ids] == [expected(case, made) for case in cases]
    assert sum(one.rest for one in told[0]) == sum(expected(c, made) in {"gone", "figures"} for c in cases)
    held = [c for c in cases if c.hold == "standing"]
    assert sum(one.held for one in told[0]) == sum(
        expected(Case(c.days_old, c.own, "", False, c.is_text), made) != "sound text rest" for c in held
    )


def _brought(shop: Shop, case: Case) -> str:
    state = JobState.RUNNING if case.is_busy else JobState.DONE
    # A moment older than whole days: what is as old as its class says is due.
    call_id = shop.call(days_old=case.days_old + 1e-6, is_text=case.is_text, state=state)
    if case.own:
        shop.assign(call_id, case.own)
    if case.hold:
        held = shop.desk.hold(ASKED, "投诉", Chosen((call_id,)))
        if case.hold == "lifted":
            shop.desk.lift(ASKED, held.hold_id, "结案")
    return call_id


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
    assert shop.desk.assign(of_north, "short", Chosen((south,))) == 0
    shop.shredder.run()

    assert (shop.left(north), shop.left(south)) == ("gone", "sound text rest")
    assert shop.desk.assign(of_north, "", Chosen(filter=Filter(line="400"))) == 0


def test_a_hold_and_a_deletion_that_begin_together_never_both_have_a_call(shop: Shop) -> None:
    shop.keep(RetentionClass("a", 10, 20, 30, is_default=True))
    ids = [shop.call(days_old=40) for _ in range(12)]

    def hold(call_id: str) -> int:
        return shop.desk.hold(ASKED, "诉讼", Chosen((call_id,))).calls

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
