"""What a process lacks is no call's fault: it draws nothing for a while, tries once, and waits longer each time."""

from __future__ import annotations

import pytest

from qa_service.core.stored import Queue
from qa_service.worker.fitness import Fitness


class Clock:
    """Turned by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def fitness(clock: Clock) -> Fitness:
    return Fitness(clock)


def drawn(fitness: Fitness) -> set[Queue]:
    return {queue for queue in Queue if fitness.may_draw(queue)}


def test_a_fit_process_draws_everything(fitness: Fitness) -> None:
    assert (drawn(fitness), fitness.trouble) == (set(Queue), "")


@pytest.mark.parametrize(
    "code",
    ["sound_damaged", "not_audio", "source_away", "decoder_killed", "crashed.OSError", "model_unknown", ""],
)
def test_the_fault_of_a_call_or_a_source_is_not_the_processs(fitness: Fitness, code: str) -> None:
    assert not fitness.blame(code)
    assert (drawn(fitness), fitness.trouble) == (set(Queue), "")


@pytest.mark.parametrize("code", ["model_unavailable", "model_damaged", "model_no_memory"])
def test_whoever_cannot_hear_still_judges(fitness: Fitness, code: str) -> None:
    assert fitness.blame(code)

    assert drawn(fitness) == {Queue.RESCORE, Queue.MAINTENANCE}
    assert fitness.trouble == code


@pytest.mark.parametrize("code", ["storage_full", "no_space", "database_away"])
def test_whoever_cannot_write_does_nothing(fitness: Fitness, code: str) -> None:
    assert fitness.blame(code)

    assert drawn(fitness) == set()
    assert fitness.trouble == code


def waits(fitness: Fitness, clock: Clock, code: str, times: int) -> list[float]:
    """How long nothing is drawn after each of so many tries in a row."""
    pauses = []
    for _ in range(times):
        fitness.blame(code)
        begun = clock.now
        while not fitness.may_draw(Queue.UPLOAD):
            clock.now += 1
        pauses.append(clock.now - begun)
    return pauses


def test_it_looks_again_and_less_often_each_time(fitness: Fitness, clock: Clock) -> None:
    assert waits(fitness, clock, "model_unavailable", 6) == [5, 10, 20, 40, 60, 60]


def test_room_comes_back_within_seconds(fitness: Fitness, clock: Clock) -> None:
    assert waits(fitness, clock, "no_space", 6) == [2, 4, 8, 15, 15, 15]


def test_what_succeeds_ends_it_and_the_next_time_begins_anew(fitness: Fitness, clock: Clock) -> None:
    waits(fitness, clock, "model_unavailable", 4)
    fitness.heard()

    assert (drawn(fitness), fitness.trouble) == (set(Queue), "")
    assert waits(fitness, clock, "model_unavailable", 1) == [5]


def test_a_transcript_that_was_judged_does_not_show_that_there_is_a_model(fitness: Fitness) -> None:
    fitness.blame("model_unavailable")
    fitness.wrote()

    assert fitness.trouble == "model_unavailable"


def test_both_may_lack(fitness: Fitness) -> None:
    fitness.blame("model_unavailable")
    fitness.blame("storage_full")
    assert drawn(fitness) == set()

    fitness.wrote()
    assert drawn(fitness) == {Queue.RESCORE, Queue.MAINTENANCE}
