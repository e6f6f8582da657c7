"""Several rulebooks judge one call: all their evaluations are kept at once, and the first one is listed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from qa_service.core.errors import Fenced
from qa_service.core.findings import Finding, Severity, Stage
from qa_service.core.part_scores import PartScore
from qa_service.core.people import Sight
from qa_service.core.stored import Job, Origin, StoredCall
from qa_service.core.texts import Reason, Text
from qa_service.core.time import Span
from qa_service.ports.storing import Judged
from qa_service.rulebook.book import Bundle
from qa_service.rulebook.load import bundle_text, pack_bundle
from qa_service.stores import calls, evaluated, jobs, library, results
from qa_service.stores.results import Work
from tests.stores.rows import NOW, call_in, job_for

SECOND = bundle_text(
    "schema: qa-service/rulebook@1\nname: second-zh\nversion: 7\ntitle: 第二份\n", "draft", lambda _: None
)
PACK = pack_bundle("service-zh")
DOUBT = (Reason.of("doubt.confidence"),)


def judged(bundle: Bundle, score: float, *findings: Finding, agents: tuple[str, ...] = ()) -> Judged:
    return Judged(
        document={"rulebook": {"name": bundle.book.name}, "score": score},
        rulebook=bundle,
        status="scored",
        duration_ms=1_000,
        parts=(PartScore("", score, score >= 80),),
        findings=findings,
        texts=("保本",),
        agents=agents,
    )


def finding(rule: str, *, severity: Severity = Severity.MINOR, doubts: tuple[Reason, ...] = ()) -> Finding:
    return Finding(
        id=f"id-of-{rule}",
        rule=rule,
        label="risk.absolute_promise",
        title=Text(rule),
        severity=severity,
        stage=Stage.SCORE,
        criterion="",
        tags=(),
        evidence=(),
        confidence=1.0,
        because=Reason.of("phrases.exact"),
        span=Span(0, 1_000),
        doubts=doubts,
    )


def claimed(engine: sa.Engine, call_id: str) -> Job:
    job_id = job_for(engine, call_id)
    with engine.begin() as connection:
        job = jobs.claim(connection, job_id, "node", now=NOW)
    assert job is not None
    return job


def keep(engine: sa.Engine, job: Job, *made: Judged, version: int = 3, minutes: int = 0) -> str:
    with engine.begin() as connection:
        work = Work(job, Origin.FULL, version)
        return results.keep_evaluations(connection, work, made, now=NOW + timedelta(minutes=minutes))


def listed(engine: sa.Engine, call_id: str) -> StoredCall:
    with engine.connect() as connection:
        found = calls.find(connection, call_id, Sight(everything=True))
    assert found is not None
    return found


def history(engine: sa.Engine, call_id: str) -> list[tuple[str, int, bool, bool]]:
    with engine.connect() as connection:
        rows = evaluated.history(connection, call_id)
    return [
        (row["rulebook_name"], row["rulebook_version"], row["is_current"], row["is_listed"]) for row in rows
    ]


def test_each_rulebook_keeps_an_evaluation_and_the_first_is_listed(engine: sa.Engine) -> None:
    call_id = call_in(engine)

    keep(engine, claimed(engine, call_id), judged(PACK, 90.0), judged(SECOND, 40.0))

    assert history(engine, call_id) == [("service-zh", 1, True, True), ("second-zh", 7, True, False)]
    assert (listed(engine, call_id).score, listed(engine, call_id).passed) == (90.0, True)
    with engine.connect() as connection:
        assert {row["routing_version"] for row in evaluated.history(connection, call_id)} == {3}
        assert evaluated.current(connection, call_id) == {"rulebook": {"name": "service-zh"}, "score": 90.0}
        second = evaluated.current(connection, call_id, "second-zh")
        assert second is not None
        assert second["score"] == 40.0
        assert evaluated.current(connection, call_id, "third-zh") is None


def test_new_work_takes_the_place_of_all_that_was_current(engine: sa.Engine) -> None:
    call_id = call_in(engine)
    keep(engine, claimed(engine, call_id), judged(PACK, 90.0), judged(SECOND, 40.0))

    keep(engine, claimed(engine, call_id), judged(SECOND, 50.0), minutes=1)

    assert history(engine, call_id) == [
        ("second-zh", 7, True, True),
        ("service-zh", 1, False, True),
        ("second-zh", 7, False, False),
    ]
    assert listed(engine, call_id).score == 50.0


def test_the_same_work_is_never_kept_twice(engine: sa.Engine) -> None:
    call_id = call_in(engine)
    job = claimed(engine, call_id)
    first = keep(engine, job, judged(PACK, 90.0), judged(SECOND, 40.0))

    again = keep(engine, job, judged(PACK, 10.0), judged(SECOND, 10.0), minutes=1)

    assert again == first
    assert len(history(engine, call_id)) == 2
    assert listed(engine, call_id).score == 90.0


def test_a_zombie_keeps_none_of_them(engine: sa.Engine) -> None:
    call_id = call_in(engine)
    job = claimed(engine, call_id)

    with pytest.raises(Fenced):
        keep(engine, replace(job, fence=job.fence - 1), judged(PACK, 90.0), judged(SECOND, 40.0))

    assert history(engine, call_id) == []


def test_the_database_itself_refuses_two_evaluations_by_one_rulebook(engine: sa.Engine) -> None:
    call_id = call_in(engine)

    with pytest.raises(sa.exc.IntegrityError):
        keep(engine, claimed(engine, call_id), judged(PACK, 90.0), judged(PACK, 40.0))

    assert history(engine, call_id) == []


def test_what_two_rulebooks_found_alike_counts_once(engine: sa.Engine) -> None:
    call_id = call_in(engine)
    both, unsure = finding("service-zh/greeting"), finding("service-zh/closing", doubts=DOUBT)
    worst = finding("second-zh/promise", severity=Severity.CRITICAL)

    keep(
        engine,
        claimed(engine, call_id),
        judged(PACK, 90.0, both, unsure, agents=("8000",)),
        judged(SECOND, 40.0, both, replace(unsure, doubts=()), worst, agents=("8000", "8001")),
    )

    shown = listed(engine, call_id)
    assert (shown.findings, shown.needs_human, shown.worst) == (3, 0, "critical")
    with engine.connect() as connection:
        mine = calls.find(connection, call_id, Sight(agent_id="8001"))
    assert mine is not None


def test_what_judged_is_kept_with_every_text_that_went_in(engine: sa.Engine) -> None:
    including = (
        "schema: qa-service/rulebook@1\nname: third-zh\nversion: 1\ntitle: 三\ninclude: [service-zh@1]\n"
    )
    third = bundle_text(including, "draft", lambda _: None)
    call_id = call_in(engine)

    keep(engine, claimed(engine, call_id), judged(third, 90.0))

    with engine.connect() as connection:
        texts = library.texts(connection, third.book.digest)
        kept = library.find(connection, third.book.digest)
    assert list(texts) == ["third-zh", "service-zh", "secrets-zh", "threats-zh"]
    assert texts["third-zh"] == including
    assert kept is not None
    assert (kept.name, kept.version, kept.origin.value) == ("third-zh", 1, "shipped")
