"""Reviews and alerts in the store: one transaction for all that follows, and what becomes of them with their call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from qa_service.core.errors import Fenced, RecordingError
from qa_service.core.findings import Finding, Severity
from qa_service.core.keeping import RetentionClass
from qa_service.core.people import Asked, Caller, Right, Sight
from qa_service.core.reviews import Verdict, VerdictToGive
from qa_service.core.stored import JobState, Origin
from qa_service.ports.storing import Judged, MachineWork
from qa_service.stores import jobs
from qa_service.stores.review_desk import StoreReviews
from qa_service.stores.revisions import Reviser
from qa_service.stores.tables import alert_steps, alerts, deliveries, evaluations, findings, reviews
from qa_service.stores.tables import audit as audit_rows
from qa_service.stores.tables import calls as call_rows
from qa_service.stores.workbench import StoreWorkbench
from tests.stores.rows import NOW
from tests.stores.shop import ASKED, Shop
from tests.stores.test_evaluations import DOUBT, PACK, SECOND, claimed, finding, judged

PROMISE = "service-zh/hedging"
ALERTING = next(iter(PACK.book.alerts))
CONFIRMED = VerdictToGive(Verdict.CONFIRMED)
DISMISSED = VerdictToGive(Verdict.DISMISSED, "说的是别家的产品 1990")


def revise(work: MachineWork, said: Mapping[str, Verdict]) -> dict[str, Any]:
    """Every dismissal is worth ten points, so that tests can count."""
    score = work.document["score"] + 10 * sum(one is Verdict.DISMISSED for one in said.values())
    return {**work.document, "evaluations": [{"agent_id": None, "score": score, "passed": score >= 80}]}


class BrokenError(RuntimeError):
    """A process that dies in the middle."""


def dies(work: MachineWork, said: Mapping[str, Verdict]) -> dict[str, Any]:
    raise BrokenError


@pytest.fixture
def shop(engine: sa.Engine, tmp_path: Path) -> Shop:
    return Shop(engine, tmp_path / "sound")


def alerting() -> Finding:
    """What a rule found that alerts."""
    return replace(finding(ALERTING), id="f1")


def desk(shop: Shop, way: Any = revise) -> StoreReviews:
    return StoreReviews(shop.shelves, Reviser(lambda _name, _digest: PACK.book, way))


def work_on(shop: Shop, call_id: str, *made: Judged, way: Any = revise) -> None:
    """The call judged by a worker, with all that follows."""
    job = claimed(shop.engine, call_id)
    StoreWorkbench(shop.shelves, "node", shop.folder, way).keep_evaluations(job, made, Origin.RESCORE, 1)


def rows(shop: Shop, table: sa.Table, call_id: str = "") -> list[Any]:
    query = sa.select(table)
    if call_id:
        query = query.where(table.c.call_id == call_id)
    with shop.engine.connect() as connection:
        return list(connection.execute(query))


def row(shop: Shop, call_id: str) -> tuple[Any, ...]:
    with shop.engine.connect() as connection:
        found = connection.execute(sa.select(call_rows).where(call_rows.c.id == call_id)).one()
    return found.score, found.passed, found.worst, found.findings, found.needs_human


def current(shop: Shop, call_id: str) -> list[tuple[str, float]]:
    return [(one.origin, one.score) for one in rows(shop, evaluations, call_id) if one.is_current]


def test_the_machine_and_the_person_stand_beside_each_other(shop: Shop) -> None:
    call = shop.call()
    work_on(shop, call, judged(PACK, 70.0, finding(PROMISE, severity=Severity.CRITICAL, doubts=DOUBT)))
    assert row(shop, call) == (70.0, False, "critical", 1, 1)

    given = desk(shop).give(ASKED, call, f"id-of-{PROMISE}", DISMISSED)

    assert given is not None
    assert row(shop, call) == (80.0, True, "", 0, 0)
    assert current(shop, call) == [("human", 80.0)]
    assert [one.score for one in rows(shop, evaluations, call) if one.origin == "rescore"] == [70.0]


def test_work_that_comes_later_keeps_the_machine_and_makes_the_persons_anew(shop: Shop) -> None:
    call = shop.call()
    made = finding(PROMISE), finding("service-zh/closing")
    work_on(shop, call, judged(PACK, 70.0, *made))
    desk(shop).give(ASKED, call, f"id-of-{PROMISE}", DISMISSED)

    work_on(shop, call, judged(PACK, 50.0, *made))

    assert current(shop, call) == [("human", 60.0)]
    assert sorted(one.score for one in rows(shop, evaluations, call) if one.origin == "human") == [60.0, 80.0]
    work_on(shop, call, judged(PACK, 40.0, made[1]))
    assert current(shop, call) == [("rescore", 40.0)]
    assert row(shop, call)[0] == 40.0
    work_on(shop, call, judged(PACK, 30.0, *made))
    assert current(shop, call) == [("human", 40.0)]
    assert len(rows(shop, reviews, call)) == 1


def test_what_a_person_made_whole_is_not_renewed(shop: Shop) -> None:
    call = shop.call()
    work_on(shop, call, judged(PACK, 70.0, finding(PROMISE)))
    with shop.engine.begin() as connection:
        known = connection.execute(sa.select(evaluations).where(evaluations.c.origin == "rescore")).one()
        whole = {"id": "w", "job_id": "w", "origin": "human", "score": 99.0, "rulebook_name": "whole"}
        connection.execute(evaluations.insert().values(**{**known._mapping, **whole}))

    work_on(shop, call, judged(PACK, 50.0, finding(PROMISE)))

    assert ("human", 99.0) in current(shop, call)


def test_two_rulebooks_that_found_the_same_follow_one_verdict(shop: Shop) -> None:
    call, both = shop.call(), finding(PROMISE, severity=Severity.MAJOR)
    work_on(shop, call, judged(PACK, 70.0, both), judged(SECOND, 20.0, both))

    desk(shop).give(ASKED, call, both.id, DISMISSED)

    assert sorted(current(shop, call)) == [("human", 30.0), ("human", 80.0)]
    assert row(shop, call) == (80.0, True, "", 0, 0)


def everything(shop: Shop) -> list[list[tuple[Any, ...]]]:
    return [
        [tuple(one) for one in rows(shop, table)]
        for table in (reviews, evaluations, findings, audit_rows, deliveries, call_rows, alerts)
    ]


def test_a_death_while_a_verdict_is_kept_leaves_nothing_of_it(shop: Shop) -> None:
    call = shop.call()
    work_on(shop, call, judged(PACK, 70.0, finding(PROMISE)))
    before = everything(shop)

    with pytest.raises(BrokenError):
        desk(shop, dies).give(ASKED, call, f"id-of-{PROMISE}", DISMISSED)

    assert everything(shop) == before


def test_a_death_while_work_is_kept_leaves_neither_evaluation_nor_alert(shop: Shop) -> None:
    call = shop.call()
    work_on(shop, call, judged(PACK, 70.0, finding(PROMISE)))
    desk(shop).give(ASKED, call, f"id-of-{PROMISE}", DISMISSED)
    before = everything(shop)

    with pytest.raises(BrokenError):
        work_on(shop, call, judged(PACK, 50.0, finding(PROMISE)), way=dies)

    assert everything(shop) == before


def test_a_zombie_raises_no_alert(shop: Shop) -> None:
    call = shop.call()
    job = claimed(shop.engine, call)
    with shop.engine.begin() as connection:
        jobs.finish(connection, job, JobState.DONE, now=NOW)
    bench = StoreWorkbench(shop.shelves, "node", shop.folder, revise)

    with pytest.raises(Fenced):
        bench.keep_evaluations(job, [judged(PACK, 70.0, alerting())], Origin.FULL, 1)

    assert rows(shop, alerts) == []


def test_a_finding_of_two_rulebooks_alerts_once(shop: Shop) -> None:
    call = shop.call(team="south")
    again = replace(PACK, book=replace(PACK.book, name="again-zh", digest="b" * 64))
    second = judged(again, 60.0, alerting())

    work_on(shop, call, judged(PACK, 70.0, alerting()), second)

    (alert,) = rows(shop, alerts, call)
    assert (alert.rule, alert.team, alert.origin, alert.state) == (ALERTING, "south", "rescore", "open")


def test_with_its_words_the_reasons_go_and_with_the_call_all(shop: Shop) -> None:
    call = shop.call(days_old=40)
    work_on(shop, call, judged(PACK, 70.0, alerting()))
    desk(shop).give(ASKED, call, "f1", DISMISSED)
    with shop.engine.begin() as connection:
        connection.execute(alerts.update().values(note="客户 13800138000"))
        (alert_id,) = connection.execute(sa.select(alerts.c.id)).scalars()
        step = {"state": "acknowledged", "done_by": "lead", "done_at": NOW, "note": "客户 13800138000"}
        connection.execute(alert_steps.insert().values(alert_id=alert_id, **step))
    shop.keep(RetentionClass("short", text_days=30))
    shop.assign(call, "short")

    shop.shredder.run()

    (review,), (alert,) = rows(shop, reviews, call), rows(shop, alerts, call)
    assert (review.reason, review.verdict, alert.note) == ("", "dismissed", "")
    with shop.engine.connect() as connection:
        kept = connection.execute(sa.select(alert_steps.c.state, alert_steps.c.note)).all()
    assert [tuple(one) for one in kept] == [("acknowledged", "")]
    assert all(one.basis is None for one in rows(shop, evaluations, call))
    with pytest.raises(RecordingError, match="deleted"):
        desk(shop).give(ASKED, call, "f1", CONFIRMED)
    with shop.engine.begin() as connection:
        connection.execute(call_rows.delete().where(call_rows.c.id == call))
    assert (rows(shop, reviews), rows(shop, alerts)) == ([], [])


@pytest.mark.parametrize(
    "sight",
    [
        pytest.param(Sight(), id="nobody's"),
        pytest.param(Sight(teams=("north",)), id="another team's"),
        pytest.param(Sight(agent_id="8009"), id="another agent's"),
    ],
)
def test_what_one_does_not_see_is_not_reviewed(shop: Shop, sight: Sight) -> None:
    call = shop.call(team="south")
    work_on(shop, call, judged(PACK, 70.0, finding(PROMISE)))
    asked = Asked(Caller("x", "x", frozenset(Right), sight))

    assert desk(shop).give(asked, call, f"id-of-{PROMISE}", DISMISSED) is None
    assert desk(shop).of_call(asked, call) is None
    assert rows(shop, reviews) == []
