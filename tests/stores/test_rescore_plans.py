"""Plans of re-scoring on both databases: begun when due, once, and told why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from qa_service import bootstrap
from qa_service.bootstrap.rescoring import planned
from qa_service.core.errors import UsageError
from qa_service.core.people import MACHINE, Asked, Sight
from qa_service.core.rescore_plans import PlanToKeep
from qa_service.core.rescores import RescoreState
from qa_service.rulebook.book import Bundle
from qa_service.stores.rescore_plans import StoreRescorePlans
from tests.databases import new_file, new_on
from tests.stores.rerun import ASKED, DULL, GREETS, PROMISED, Archive, archive

NIGHTLY = PlanToKeep("0 2 * * *", "service-zh", days=2)


@pytest.fixture(params=["sqlite", "postgresql"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    database = (
        new_file(tmp_path) if request.param == "sqlite" else new_on(request.getfixturevalue("postgres"))
    )
    with archive(database, tmp_path, (PROMISED, DULL)) as held:
        yield held


def plans(made: Archive) -> StoreRescorePlans:
    return StoreRescorePlans(made.service.shelves, bootstrap.zone())


def test_what_is_due_begins_once_and_missed_times_are_one(made: Archive) -> None:
    desk = plans(made)
    kept = desk.keep(ASKED, "nightly", NIGHTLY)
    assert kept is not None
    assert desk.begin_due(planned) == 0

    made.service.clock.forward(hours=30)
    assert desk.begin_due(planned) == 1
    assert desk.begin_due(planned) == 0
    made.service.clock.forward(days=3)
    assert desk.begin_due(planned) == 1

    (plan,) = desk.all(ASKED)
    first = made.desk.page(ASKED)[-1]
    assert plan.last_run == made.desk.page(ASKED)[0].id
    assert plan.next_at is not None
    assert plan.next_at > made.service.clock()
    made.work()
    assert made.found(first).state is RescoreState.COMPARED
    assert made.found(first).total == 2
    assert first.created_by == ASKED.caller.id


def test_a_rulebook_that_is_gone_is_told_and_tried_again(made: Archive) -> None:
    desk = plans(made)
    desk.keep(ASKED, "draft", replace(NIGHTLY, is_draft=True, rulebook="hotline-zh"))
    made.service.clock.forward(days=1)

    assert desk.begin_due(planned) == 0

    (plan,) = desk.all(ASKED)
    assert (plan.problem, plan.last_run) == ("not_found", "")
    made.service.parts.rulebooks.write(ASKED, "hotline-zh", GREETS.replace("service-zh", "hotline-zh"))
    made.service.clock.forward(days=1)
    assert desk.begin_due(planned) == 1
    assert desk.all(ASKED)[0].problem == ""


def test_a_plan_that_is_off_or_gone_begins_nothing(made: Archive) -> None:
    desk = plans(made)
    desk.keep(ASKED, "off", replace(NIGHTLY, is_on=False))
    desk.keep(ASKED, "gone", NIGHTLY)
    assert desk.drop(ASKED, "gone")
    assert not desk.drop(ASKED, "gone")
    made.service.clock.forward(days=3)

    assert desk.begin_due(planned) == 0


def test_borders_and_limits(made: Archive) -> None:
    desk = plans(made)
    bound = Asked(replace(MACHINE, id="n", sight=Sight(teams=("north",))))
    desk.keep(ASKED, "all", NIGHTLY)

    assert desk.all(bound) == []
    assert desk.keep(bound, "all", NIGHTLY) is None
    assert not desk.drop(bound, "all")
    with pytest.raises(UsageError):
        desk.keep(ASKED, "wrong", replace(NIGHTLY, at="every day"))
    for at in range(49):
        desk.keep(bound, f"p{at}", NIGHTLY)
    with pytest.raises(UsageError) as refused:
        desk.keep(bound, "one-more", NIGHTLY)
    assert refused.value.code == "too_many_plans"

    made.service.clock.forward(days=1)
    desk.begin_due(_none)
    assert all(plan.problem == "not_found" for plan in desk.all(bound))


def _none(_: Asked, __: PlanToKeep) -> Bundle:
    raise UsageError("not_found", problem="is not there")


def test_calls_are_those_of_the_days_before() -> None:
    now = made_at = bootstrap.now()

    chosen = replace(NIGHTLY, days=3, team="north", lines=("a",), most=5).selection(now)

    assert (chosen.within.since, chosen.within.until) == (made_at - timedelta(days=3), made_at)
    assert (chosen.within.team, chosen.lines, chosen.most) == ("north", ("a",), 5)
