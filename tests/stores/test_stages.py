"""How long stages take is counted by the database, also by many at once, and the old fades."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from qa_service.core.forecast import Ahead
from qa_service.core.measured import Layout, MeasuredCall
from qa_service.core.speech import Utterance
from qa_service.core.stored import Job, JobKind, JobState, Queue
from qa_service.core.time import Span
from qa_service.ports.storing import KeptMeasures
from qa_service.stores import jobs, stages, takeover
from tests.stores.rows import call_in

NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)


def work(engine: sa.Engine, name: str, queue: Queue, at: datetime) -> Job:
    made = Job(f"job-{name}", JobKind.PROCESS, queue, JobState.QUEUED, call_in(engine), at)
    with engine.begin() as connection:
        jobs.add(connection, made)
    return made


def test_what_is_counted_is_told(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        for _ in range(4):
            stages.count(connection, {"asr": 2_000, "decode": 100, "coffee": 5})
        told = stages.paces(connection)

    assert set(told) == {"decode", "vad", "asr", "measure", "judge"}
    assert (told["asr"].calls, told["asr"].total_ms) == (4, 8_000)
    assert told["asr"].usual_ms == pytest.approx(2_000)
    assert told["vad"].calls == 0


def test_the_old_fades(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        for took_ms in [60_000] * 50 + [1_000] * 200:
            stages.count(connection, {"asr": took_ms})
        told = stages.paces(connection)["asr"]

    assert told.usual_ms < 2_500
    assert told.total_ms == 3_200_000


def test_what_waits_longer_or_is_more_urgent_comes_before(engine: sa.Engine) -> None:
    work(engine, "a", Queue.UPLOAD, NOW)
    mine = work(engine, "b", Queue.UPLOAD, NOW + timedelta(seconds=1))
    work(engine, "c", Queue.UPLOAD, NOW + timedelta(seconds=2))
    work(engine, "d", Queue.LIVE, NOW + timedelta(seconds=3))
    work(engine, "e", Queue.RESCORE, NOW)
    with engine.begin() as connection:
        takeover.beat(connection, "alive", now=NOW)
        takeover.beat(connection, "dead", now=NOW - timedelta(minutes=1))

        assert stages.ahead(connection, mine, now=NOW) == Ahead(jobs=2, nodes=1)
        assert stages.oldest_waiting(connection) == {
            "upload": NOW,
            "live": NOW + timedelta(seconds=3),
            "rescore": NOW,
        }


def test_what_the_living_are_in_the_middle_of_is_in_the_way_too(engine: sa.Engine) -> None:
    for name, node in (("a", "alive"), ("b", "dead")):
        work(engine, name, Queue.UPLOAD, NOW)
        with engine.begin() as connection:
            jobs.claim(connection, f"job-{name}", node, now=NOW)
    mine = work(engine, "c", Queue.UPLOAD, NOW + timedelta(seconds=1))
    with engine.begin() as connection:
        takeover.beat(connection, "alive", now=NOW)
        takeover.beat(connection, "dead", now=NOW - timedelta(minutes=1))

        assert stages.ahead(connection, mine, now=NOW) == Ahead(jobs=0, nodes=1, at_work=1)


@pytest.mark.parametrize(("node", "nodes"), [("alive", 1), ("dead", 0), ("never-seen", 0)])
def test_work_that_runs_has_an_end_where_its_process_lives(engine: sa.Engine, node: str, nodes: int) -> None:
    work(engine, "a", Queue.UPLOAD, NOW)
    with engine.begin() as connection:
        takeover.beat(connection, "alive", now=NOW)
        takeover.beat(connection, "dead", now=NOW - timedelta(minutes=1))
        mine = jobs.claim(connection, "job-a", node, now=NOW)
        assert mine is not None

        assert stages.ahead(connection, mine, now=NOW) == Ahead(jobs=0, nodes=nodes)


def test_how_long_calls_are_is_counted_where_it_is_known(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        for audio_s in (100.0, 300.0, 0.0):
            stages.count(connection, {"asr": 2_000}, audio_s=audio_s)
        told = stages.paces(connection)["asr"]

    assert told.calls == 3
    assert told.usual_audio_s == pytest.approx(200, rel=0.02)


@pytest.mark.parametrize(
    ("said", "timings_ms", "calls"),
    [
        pytest.param("您好", {"asr": 2_000}, 1, id="a conversation"),
        pytest.param("", {"asr": 20}, 0, id="a second of noise"),
        pytest.param("您好", {"judge": 5}, 0, id="a transcript"),
    ],
)
def test_only_what_was_heard_teaches_how_long_listening_takes(
    engine: sa.Engine, said: str, timings_ms: dict[str, int], calls: int
) -> None:
    utterances = (Utterance("u1", Span(0, 1_000), "s0", said),) if said else ()
    call = MeasuredCall("c", 60_000, Layout.TWO_CHANNEL, utterances)
    with engine.begin() as connection:
        stages.count_heard(connection, KeptMeasures(call, timings_ms))
        assert stages.paces(connection)["asr"].calls == calls


def test_the_length_of_a_call_is_kept_with_its_work_from_the_stage_that_tells_it(engine: sa.Engine) -> None:
    made = work(engine, "a", Queue.UPLOAD, NOW)
    with engine.begin() as connection:
        mine = jobs.claim(connection, made.id, "node", now=NOW)
        assert mine is not None
        told = []
        for stage, audio_s in (("decode", 0.0), ("vad", 3_600.0), ("asr", 0.0)):
            jobs.tell(connection, replace(mine, stage=stage, audio_s=audio_s), now=NOW)
            found = jobs.find(connection, made.id)
            told.append(found.audio_s if found else None)

    assert told == [0.0, 3_600.0, 3_600.0]
