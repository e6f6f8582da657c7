"""A worker is killed before and after everything that it keeps; a fresh one finishes, as if nothing had been.

All deaths of a database are died at once, each in an installation of its own, for most of it is waiting.
"""

from __future__ import annotations

import signal
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from qa_service.core.stored import CallState, Job, JobState
from tests.databases import DATABASES, new_database
from tests.worker.centre import Centre, centre
from tests.worker.nursery import Nursery
from tests.worker.scripted_node import DEATHS, DECODER_ALONE, POINTS

pytestmark = pytest.mark.slow
UNDISTURBED = ""
#: Two rulebooks judge every call: both evaluations are kept, or neither.
_SECOND = """schema: qa-service/rulebook@1
name: second-zh
version: 1
title: 第二份方案
rules:
  - {id: greets, title: 问好, stage: observe, when: {phrases: [您好], role: agent}}
"""
#: More at once would only wait for each other.
_AT_ONCE = 6


@dataclass(frozen=True)
class End:
    """What stood in the database when the work was over."""

    job: Job
    state: CallState
    document: dict[str, Any]
    judged_by: list[tuple[str, bool, bool]]
    told: list[str]
    judged_in_audit: int
    broken_audit: int | None
    plain_sound: list[Path]
    #: How the first process ended; None where it lives.
    first_died_of: int | None


#: Where it did not come to an end: what was seen instead.
Ends = Mapping[str, End | str]


@pytest.fixture(scope="module", params=DATABASES)
def ends(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, call: Path, nursery: Nursery
) -> Ends:
    """What came of every death that is asked for, and of an undisturbed run."""
    base = tmp_path_factory.mktemp(request.param)
    places = {point: base / (point or "undisturbed") for point in (UNDISTURBED, *POINTS)}
    for place in places.values():
        place.mkdir()
    urls = {point: new_database(request, request.param, place) for point, place in places.items()}

    def died(point: str) -> End | str:
        with centre(urls[point], places[point], nursery) as made:
            try:
                return _end(made, point, call)
            except AssertionError as failed:
                # Told by the test of this death: the others have ends of their own.
                return str(failed)

    with ThreadPoolExecutor(_AT_ONCE) as side_by_side:
        return dict(zip(places, side_by_side.map(died, places), strict=True))


def _end(here: Centre, point: str, call: Path) -> End:
    here.publish(_SECOND)
    here.judge_by("service-zh", "second-zh")
    receipt = here.accept(call)
    first = here.scripted(point)
    if point in DEATHS:
        assert here.ended(first) == -signal.SIGKILL, here.state()
        here.scripted()
    here.wait_for(receipt.job_id, JobState.DONE, JobState.FAILED, JobState.QUARANTINED)
    here.wait(lambda: not here.scratch())
    return End(
        job=here.job(receipt.job_id),
        state=here.call(receipt.call_id).state,
        document=here.document(receipt.call_id),
        judged_by=here.judged_by(receipt.call_id),
        told=here.told(receipt.call_id),
        judged_in_audit=here.judged_in_audit(receipt.call_id),
        broken_audit=here.broken_audit(),
        plain_sound=here.scratch(),
        first_died_of=first.poll(),
    )


def reached(ends: Ends, point: str) -> End:
    end = ends[point]
    assert isinstance(end, End), end
    return end


@pytest.mark.parametrize("point", POINTS)
def test_what_a_death_leaves_is_finished_as_if_nothing_had_been(ends: Ends, point: str) -> None:
    end, undisturbed = reached(ends, point), reached(ends, UNDISTURBED)

    assert end.first_died_of == (None if point == DECODER_ALONE else -signal.SIGKILL)
    assert (end.job.state, end.state) == (JobState.DONE, CallState.JUDGED)
    assert end.document == undisturbed.document
    assert end.judged_by == [("second-zh", True, False), ("service-zh", True, True)]
    assert (end.told, end.judged_in_audit) == (["call.judged"], 1)
    assert end.broken_audit is None
    assert end.plain_sound == []


def test_the_undisturbed_run_judged_what_was_said(ends: Ends) -> None:
    document = reached(ends, UNDISTURBED).document

    assert [said["role"] for said in document["utterances"]] == ["agent", "customer"]
    assert document["evaluation"] is not None
