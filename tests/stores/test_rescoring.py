"""Runs of re-scoring on both databases: compared, decided, applied, and broken off at every step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from qa_service import bootstrap
from qa_service.core.errors import Fenced, UsageError
from qa_service.core.keeping import CallPart
from qa_service.core.people import Asked, Sight
from qa_service.core.rescores import Choice, RescoreState, Selection, Step, Turn, Volume
from qa_service.core.reviews import Verdict, VerdictToGive
from qa_service.core.stored import Queue
from qa_service.stores import audit, deletion, jobs, rescore_runs
from qa_service.stores.deletion import Decision, Marked
from qa_service.stores.rescore_desk import StoreRescores
from qa_service.stores.tables import calls as call_rows
from qa_service.stores.tables import evaluations, measured, rescore_calls, rescore_chunks
from tests.databases import new_file, new_on
from tests.stores.rerun import ASKED, DULL, OTHER, PROMISED, Archive, archive, is_step, tallied
from tests.web.service import MACHINE

SAID = (PROMISED, DULL, PROMISED, DULL, PROMISED)


@pytest.fixture(params=["sqlite", "postgresql"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    database = (
        new_file(tmp_path) if request.param == "sqlite" else new_on(request.getfixturevalue("postgres"))
    )
    with archive(database, tmp_path, SAID) as held:
        yield held


@pytest.fixture
def lone(tmp_path: Path) -> Iterator[Archive]:
    """On SQLite alone: what does not hang on the database."""
    with archive(new_file(tmp_path), tmp_path, SAID) as held:
        yield held


def test_what_is_compared_changes_nothing_until_somebody_approves(made: Archive) -> None:
    before = {call: made.score(call) for call in made.calls}

    run = made.compared()
    diff = made.desk.diff(run)

    assert (run.state, run.total, run.done, run.candidates) == (RescoreState.COMPARED, 5, 5, 5)
    assert diff is not None
    assert (diff.calls, diff.changed) == (5, 5)
    assert {call: made.score(call) for call in made.calls} == before
    assert all(len(made.evaluations(call)) == 1 for call in made.calls)

    run = made.applied(run)

    assert run.state is RescoreState.APPLIED
    assert tallied(made.desk.fates(run)) == {"applied": 5}
    for call in made.calls:
        old, new = made.evaluations(call)
        assert (old.is_current, new.is_current) == (False, True)
        assert (new.origin, new.rulebook, new.is_listed) == ("rescore", made.greets.book.digest, True)
        assert made.score(call) == 0.0
    with made.engine.connect() as connection:
        assert audit.broken(connection) is None


def test_a_run_against_itself_is_empty(made: Archive) -> None:
    made.applied(made.compared())

    diff = made.desk.diff(made.compared())

    assert diff is not None
    assert (diff.calls, diff.changed, diff.surprising, diff.flips) == (5, 0, (), ())


def test_a_part_is_approved(made: Archive) -> None:
    run = made.applied(made.compared(), Choice(teams=("north",)))

    assert tallied(made.desk.fates(run)) == {"applied": 3, "proposed": 2}
    assert [len(made.evaluations(call)) for call in made.calls] == [2, 1, 2, 1, 2]


def test_one_agent_is_approved(lone: Archive) -> None:
    run = lone.applied(lone.compared(), Choice(agents=("8003",)))

    assert tallied(lone.desk.fates(run)) == {"applied": 1, "proposed": 4}
    assert len(lone.evaluations(lone.calls[3])) == 2


def test_a_discarded_run_leaves_its_difference_alone(made: Archive) -> None:
    run = made.compared()

    made.desk.discard(ASKED, run.id, "不合适")

    assert made.found(run).state is RescoreState.DISCARDED
    assert made.desk.diff(run) is not None
    assert all(len(made.evaluations(call)) == 1 for call in made.calls)
    with made.engine.connect() as connection:
        for table in (rescore_calls, rescore_chunks):
            assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar() == 0


def test_who_began_a_run_does_not_approve_it(lone: Archive) -> None:
    run = lone.compared()

    with pytest.raises(UsageError) as refused:
        lone.desk.approve(ASKED, run.id, "自己批", Choice())

    assert refused.value.code == "own_rescore"
    assert lone.found(run).state is RescoreState.COMPARED


@pytest.mark.parametrize("step", [Step.CHOOSE, Step.COMPARE, Step.COUNT, Step.APPLY, Step.END])
def test_another_process_goes_on_where_one_died(made: Archive, step: Step) -> None:
    run = made.begin()
    dead = made.work(until=is_step(step))
    if dead is None:  # it waits for somebody first
        made.desk.approve(OTHER, run.id, "好", Choice())
        dead = made.work(until=is_step(step))
    assert dead is not None
    assert made.turns("other").take() is None or step in (Step.COMPARE, Step.APPLY)

    made.go_on()

    with pytest.raises(Fenced):  # it was only asleep, and comes back
        made.step.do(dead)
    if made.found(run).state is RescoreState.COMPARED:
        made.applied(run)
    assert made.found(run).state is RescoreState.APPLIED
    assert tallied(made.desk.fates(run)) == {"applied": 5}
    assert all(len(made.evaluations(call)) == 2 for call in made.calls)


def test_what_was_applied_before_a_death_is_not_applied_twice(
    made: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = made.compared()
    made.desk.approve(OTHER, run.id, "好", Choice())
    turn = made.work(until=is_step(Step.APPLY))
    assert turn is not None
    monkeypatch.setattr("qa_service.usecases.rescore_step._AT_ONCE", 1)
    monkeypatch.setattr(type(made.step.store), "applied", _dies)
    with pytest.raises(KeyboardInterrupt):
        made.step.do(turn)
    monkeypatch.undo()

    made.go_on()

    assert tallied(made.desk.fates(run)) == {"applied": 5}
    assert [len(made.evaluations(call)) for call in made.calls] == [2] * 5


def _dies(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_paused_run_begins_nothing_and_goes_on_where_it_was(lone: Archive) -> None:
    run = lone.begin()
    lone.work(until=is_step(Step.COMPARE, 2))

    lone.desk.pause(ASKED, run.id)
    assert lone.turns().take() is None
    assert (lone.found(run).done, lone.found(run).is_paused) == (2, True)

    lone.desk.resume(ASKED, run.id)
    lone.work()
    assert lone.found(run).state is RescoreState.COMPARED


def test_a_cancelled_run_is_over(lone: Archive) -> None:
    run = lone.begin()
    turn = lone.work(until=is_step(Step.COMPARE, 1))
    assert turn is not None

    lone.desk.cancel(ASKED, run.id)

    with pytest.raises(Fenced):
        lone.step.do(turn)
    assert lone.turns().take() is None
    assert lone.found(run).state is RescoreState.CANCELLED
    with pytest.raises(UsageError, match="cancelled"):
        lone.desk.resume(ASKED, run.id)


def test_a_step_that_breaks_off_three_times_waits_for_a_person(lone: Archive) -> None:
    run = lone.begin()
    turns = lone.turns()
    for _ in range(3):
        turn = lone.work(until=is_step(Step.COMPARE, 0))
        assert turn is not None
        turns.let_go(turn, "crashed.Test")

    assert lone.found(run).state is RescoreState.FAILED
    assert lone.found(run).error_code == "crashed.Test"
    assert turns.take() is None

    lone.desk.resume(ASKED, run.id)
    lone.work()
    assert lone.found(run).state is RescoreState.COMPARED


def test_work_that_could_not_be_done_here_was_no_try(lone: Archive) -> None:
    run = lone.begin()
    turns = lone.turns()
    for _ in range(5):
        turn = lone.work(until=is_step(Step.COMPARE, 0))
        assert turn is not None
        turns.put_back(turn)

    lone.work()
    assert lone.found(run).state is RescoreState.COMPARED


def test_what_was_judged_meanwhile_is_left_alone(made: Archive) -> None:
    run, other = made.compared(), made.compared()

    made.applied(run, Choice(teams=("north",)))
    other = made.applied(other)

    assert tallied(made.desk.fates(other)) == {"applied": 2, "changed": 3}
    assert {seen.reason for seen in made.desk.calls(other) if seen.fate.value == "changed"} == {
        "judged_meanwhile"
    }
    assert all(len(made.evaluations(call)) == 2 for call in made.calls)


def test_a_call_that_is_deleted_on_the_way_harms_nobody(made: Archive) -> None:
    run = made.begin()
    made.work(until=is_step(Step.COMPARE, 3))
    _delete(made, made.calls[0])
    _delete(made, made.calls[4])
    made.go_on()
    diff = made.desk.diff(run)
    assert diff is not None
    assert diff.calls + sum(diff.left_out.values()) == 5
    assert diff.left_out["gone"] >= 1

    _delete(made, made.calls[1])
    made.applied(run)

    assert made.found(run).state is RescoreState.APPLIED
    assert sum(made.desk.fates(run).values()) == 2


def _delete(made: Archive, call_id: str) -> None:
    with made.engine.begin() as connection:
        connection.execute(evaluations.delete().where(evaluations.c.call_id == call_id))
        connection.execute(call_rows.delete().where(call_rows.c.id == call_id))


def test_people_verdicts_are_applied_to_the_new_findings(lone: Archive) -> None:
    """A dismissed finding that the new rulebook finds as well stays dismissed."""
    bundle = bootstrap.rulebook_bundle()
    call = lone.calls[0]
    promised = next(
        one
        for one in lone.service.everything().get(f"/api/v1/calls/{call}/assessment").json()["findings"]
        if one["severity"] == "critical"
    )
    lone.service.clock.forward(seconds=1)
    lone.service.parts.reviews.give(
        MACHINE, call, promised["id"], VerdictToGive(Verdict.DISMISSED, "开玩笑的")
    )
    assert [one.origin for one in lone.evaluations(call)] == ["full", "human"]

    run = lone.applied(lone.compared(bundle=bundle))

    diff = lone.desk.diff(run)
    assert diff is not None
    assert (diff.changed, diff.agreement[1].dismissed.hits, diff.agreement[1].dismissed.n) == (0, 1, 1)
    again = lone.evaluations(call, origin="rescore")[0]
    (current,) = lone.evaluations(call, is_current=True)
    assert (current.origin, current.machine_id) == ("human", again.id)
    assert len(lone.evaluations(call)) == 4


def test_nobody_sees_a_run_that_reaches_beyond_their_calls(lone: Archive) -> None:
    run = lone.compared()
    bound = Asked(type(MACHINE.caller)("n", "n", MACHINE.caller.rights, Sight(teams=("north",))))

    assert lone.desk.find(bound, run.id) is None
    assert lone.desk.page(bound) == []
    assert lone.desk.approve(bound, run.id, "好", Choice()) is None

    own = lone.desk.begin(bound, lone.greets, Selection(), run.volume)
    lone.work()
    found = lone.desk.find(bound, own.id)
    assert found is not None
    assert found.total == 3


def test_calls_are_chosen_by_rule_and_by_sample(lone: Archive) -> None:
    with_rule = lone.compared(Selection(rule="promises-profit"))
    some = lone.compared(Selection(most=2, seed=3))

    diff = lone.desk.diff(with_rule)
    assert diff is not None
    assert (some.total, some.candidates) == (2, 5)
    promised = {lone.calls[0], lone.calls[2], lone.calls[4]}
    assert {seen.again.call_id for seen in lone.desk.calls(with_rule)} <= promised


def test_nothing_is_judged_while_calls_wait_to_be_heard(lone: Archive) -> None:
    lone.begin()
    lone.service.everything().post(
        "/api/v1/calls/transcripts?team=north",
        json={"utterances": [{"id": "u0", "role": "agent", "start_ms": 0, "end_ms": 900, "text": "您好"}]},
    )

    assert lone.turns().take() is None


def test_the_pace_is_that_of_the_last_minute(lone: Archive) -> None:
    run = lone.begin()
    lone.work(until=is_step(Step.COMPARE, 3))
    lone.service.clock.forward(seconds=6)

    pace = lone.desk.pace(lone.found(run))

    assert pace.calls_a_second == pytest.approx(0.5)
    assert pace.left == timedelta(seconds=4)


def test_a_run_for_the_night_begins_at_night(made: Archive) -> None:
    tonight = made.service.clock() + timedelta(hours=8)
    run = made.desk.begin(ASKED, made.greets, Selection(), Volume(), starts_at=tonight)

    made.work()
    assert made.found(run).state is RescoreState.CHOOSING

    made.service.clock.forward(hours=8)
    made.work()
    assert made.found(run).state is RescoreState.COMPARED


def test_what_was_never_measured_is_heard_on_request(made: Archive) -> None:
    lost, gone = made.calls[1], made.calls[3]
    with made.engine.begin() as connection:
        connection.execute(
            measured.update()
            .where(measured.c.call_id == lost)
            .values(content=b"damaged", ready=None, ready_key="")
        )
        connection.execute(measured.delete().where(measured.c.call_id == gone))
    run = made.compared()
    diff = made.desk.diff(run)
    assert diff is not None
    assert (diff.calls, diff.left_out) == (3, {"not_measured": 2})

    made.service.clock.forward(seconds=1)
    desk = StoreRescores(made.service.shelves, start=bootstrap.job_queue().start)
    assert desk.remeasure(ASKED, run.id) == 2
    assert desk.remeasure(ASKED, run.id) == 0, "they wait already"
    for call in (lost, gone):
        made.service.work_on(_newest_job(made, call))

    again = made.desk.diff(made.compared())
    assert again is not None
    assert (again.calls, again.left_out) == (5, {})


def _newest_job(made: Archive, call_id: str) -> str:
    with made.engine.connect() as connection:
        job = jobs.of_call(connection, call_id)[0]
    assert job.queue is Queue.RESCORE
    return job.id


def test_two_rulebooks_are_compared_over_the_same_calls(made: Archive) -> None:
    shipped = bootstrap.rulebook_bundle()
    run = made.desk.begin(ASKED, made.greets, Selection(), Volume(), against=shipped)
    made.work()
    diff = made.desk.diff(run)
    assert diff is not None
    plain = made.desk.diff(made.compared())
    assert plain is not None
    assert replace(diff, surprising=()) == replace(plain, surprising=()), (
        "what stands was made by the shipped one"
    )

    same = made.desk.begin(ASKED, made.greets, Selection(), Volume(), against=made.greets)
    made.work()
    found = made.desk.diff(same)
    assert found is not None
    assert (found.calls, found.changed) == (5, 0)
    with pytest.raises(UsageError) as refused:
        made.desk.approve(OTHER, same.id, "好", Choice())
    assert refused.value.code == "rescore_of_two"


def test_single_calls_of_old_runs_are_forgotten(lone: Archive) -> None:
    run, waits = lone.applied(lone.compared()), lone.compared()

    def forgotten(days: int) -> int:
        with lone.engine.begin() as connection:
            return rescore_runs.forget_old(connection, lone.service.clock() - timedelta(days=days))

    lone.service.clock.forward(days=91)
    assert (forgotten(100), forgotten(90), forgotten(90)) == (0, 1, 0)
    assert lone.desk.diff(run) is not None
    assert lone.desk.calls(run) == []
    assert len(lone.desk.calls(waits)) == 5, "somebody may still decide"


def test_what_is_deleted_of_a_call_goes_from_runs_too(made: Archive) -> None:
    run, call = made.compared(), made.calls[0]
    marked = Marked(0, call, "", frozenset({CallPart.TEXT}), Decision("machine", "retention", True), True)
    with made.engine.begin() as connection:
        deletion._delete_text(connection, marked, made.service.clock())

    assert call not in {seen.again.call_id for seen in made.desk.calls(run)}
    assert all(not one.standing and not one.document for one in made.evaluations(call))
    diff = made.desk.diff(run)
    assert diff is not None
    assert {part.agent_id for seen in diff.surprising for part in seen.change.after.parts} == {""}


def test_a_zombie_of_a_whole_run_writes_nothing(lone: Archive) -> None:
    run = lone.begin()
    turn = lone.work(until=is_step(Step.COUNT))
    assert turn is not None
    lone.go_on()
    diff = lone.desk.diff(run)

    with pytest.raises(Fenced):
        lone.step.store.counted(Turn(run.id, Step.COUNT, turn.fence), b"nonsense")
    assert lone.desk.diff(run) == diff


def test_runs_are_bounded(lone: Archive) -> None:
    for _ in range(20):
        lone.begin()

    with pytest.raises(UsageError) as refused:
        lone.begin()
    assert refused.value.code == "too_many_rescores"
    with lone.engine.connect() as connection:
        assert len(rescore_runs.working(connection)) == 20
