"""Who lost its process is next, whatever else waits in the queue."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from qa_service.core.stored import JobState
from tests.worker.centre import PATIENCE_S, Centre

pytestmark = pytest.mark.slow


def begun(here: Centre, *names: str) -> list[str]:
    """The work in the order in which it was last begun."""
    for name in names:
        here.wait_for(name, JobState.DONE)
    return sorted(names, key=lambda name: str(here.job(name).started_at))


def test_work_of_the_dead_goes_before_what_waits(here: Centre, call: Path) -> None:
    lost = here.accept(call).job_id
    dying = here.scripted("slow60")
    here.wait_for_stage(lost, "asr")
    waiting = [here.accept(call).job_id for _ in range(3)]

    dying.kill()
    here.scripted("slow3")

    # Whoever lives takes what waits until the dead are known to be dead, and then the work of the dead.
    order = begun(here, lost, *waiting)
    assert order.index(lost) <= 1
    assert here.job(lost).attempts == 2
    assert [name for name in order if name != lost] == waiting


def test_the_lost_go_before_what_waits_for_a_busy_node(shared: Centre, call: Path) -> None:
    """Two nodes, one dies: the other one, when it has done what it has in hand, does first what was lost."""
    first = shared.accept(call).job_id
    dying = shared.scripted("slow60")
    shared.wait_for_stage(first, "asr")
    second = shared.accept(call).job_id
    shared.scripted("slow4")
    shared.wait_for_stage(second, "asr")
    waiting = [shared.accept(call).job_id for _ in range(3)]

    dying.kill()

    assert begun(shared, first, second, *waiting) == [second, first, *waiting]


def test_what_was_handed_back_at_a_stop_goes_before_what_waits(here: Centre, call: Path) -> None:
    given_back = here.accept(call).job_id
    stopping = here.scripted("slow60", REAL_TIMES="1")
    here.wait_for_stage(given_back, "asr")
    waiting = [here.accept(call).job_id for _ in range(3)]

    stopping.send_signal(signal.SIGTERM)
    here.ended(stopping, seconds=PATIENCE_S)
    here.scripted()

    assert begun(here, given_back, *waiting) == [given_back, *waiting]
