"""The courier: nobody waits for another's receiver, nothing is lost, and who is in trouble is left alone."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from qa_service.alerts.circuit import AT_ONCE, FAILURES, OPEN_S, Circuits
from qa_service.alerts.courier import Courier
from qa_service.alerts.webhook import Outcome, Verdict
from qa_service.core.errors import DatabaseAway
from qa_service.core.webhooks import Delivery
from tests.alerts.made import delivery

OK = Outcome(Verdict.DELIVERED, "200")
BUSY = Outcome(Verdict.FAILED, "503", is_busy=True)


@dataclass
class FakeOutbox:
    """Deliveries in memory, by webhook; what came of them."""

    waiting: dict[str, list[Delivery]] = field(default_factory=lambda: defaultdict(list))
    noted: list[tuple[str, str]] = field(default_factory=list)
    waits: list[timedelta] = field(default_factory=list)
    is_away: bool = False

    def put(self, webhook_id: str, count: int) -> None:
        for number in range(count):
            self.waiting[webhook_id].append(
                delivery(webhook_id=webhook_id, delivery_id=f"{webhook_id}-{number}")
            )

    def take(self, most: int, leave: Collection[str]) -> Sequence[Delivery]:
        if self.is_away:
            raise DatabaseAway
        ready = [waiting for name, waiting in self.waiting.items() if waiting and name not in leave]
        return [waiting.pop(0) for waiting in ready[:most]]

    def delivered(self, delivery: Delivery, answer: str) -> None:
        self._note("delivered", delivery)

    def failed(self, delivery: Delivery, answer: str, wait: timedelta) -> None:
        self.waits.append(wait)
        self._note(f"failed {answer}", delivery)

    def disable(self, delivery: Delivery, answer: str) -> None:
        self._note("disabled", delivery)

    def _note(self, what: str, delivery: Delivery) -> None:
        if self.is_away:
            raise DatabaseAway
        self.noted.append((what, delivery.id))


def _drained(courier: Courier, outbox: FakeOutbox, wanted: int) -> None:
    """Steps until so many are noted."""
    for _ in range(10_000):
        courier.step()
        if len(outbox.noted) >= wanted:
            return
        threading.Event().wait(0.001)
    raise AssertionError(f"only {outbox.noted} of {wanted}")


@pytest.mark.parametrize(
    ("outcome", "noted"),
    [
        pytest.param(OK, "delivered", id="taken"),
        pytest.param(Outcome(Verdict.GONE, "410"), "disabled", id="gone"),
        pytest.param(Outcome(Verdict.FAILED, "500"), "failed 500", id="refused"),
    ],
)
def test_what_became_of_it_is_noted(outcome: Outcome, noted: str) -> None:
    outbox = FakeOutbox()
    outbox.put("a", 1)
    courier = Courier(outbox, lambda _: outcome)

    courier.step()
    courier.close()

    assert outbox.noted == [(noted, "a-0")]


def test_a_try_that_breaks_is_a_failure_and_the_thread_goes_on() -> None:
    outbox = FakeOutbox()
    outbox.put("a", 3)

    def breaks(_: Delivery) -> Outcome:
        raise ValueError("unforeseen")

    courier = Courier(outbox, breaks, threads=1)
    _drained(courier, outbox, 3)
    courier.close()

    assert outbox.noted == [("failed crashed: ValueError", f"a-{n}") for n in range(3)]


def test_how_long_the_other_side_wants_to_be_left_alone_is_passed_on() -> None:
    outbox = FakeOutbox()
    outbox.put("a", 1)
    courier = Courier(outbox, lambda _: Outcome(Verdict.FAILED, "429", timedelta(minutes=7), is_busy=True))

    courier.step()
    courier.close()

    assert outbox.waits == [timedelta(minutes=7)]


def test_receivers_that_hang_hold_up_nobody_else() -> None:
    outbox, let_go = FakeOutbox(), threading.Event()
    for name in ("hangs", "hangs too"):
        outbox.put(name, 50)
    outbox.put("well", 50)

    def send(one: Delivery) -> Outcome:
        if one.webhook_id != "well":
            let_go.wait(30)
        return OK

    courier = Courier(outbox, send, threads=6)
    _drained(courier, outbox, 50)

    assert {delivery_id.split("-")[0] for _, delivery_id in outbox.noted} == {"well"}
    assert [len(outbox.waiting[name]) for name in ("hangs", "hangs too")] == [50 - AT_ONCE] * 2
    let_go.set()
    courier.close()


def test_threads_are_bounded_however_much_is_due() -> None:
    outbox, let_go, seen = FakeOutbox(), threading.Event(), list[str]()
    for number in range(40):
        outbox.put(f"w{number}", 5)

    def send(one: Delivery) -> Outcome:
        seen.append(one.id)
        let_go.wait(30)
        return OK

    courier = Courier(outbox, send, threads=4)

    assert courier.step() == 4
    assert courier.step() == 0
    let_go.set()
    courier.close()
    assert len(seen) == 4


def test_a_database_that_is_away_is_waited_for_and_no_thread_is_lost() -> None:
    outbox = FakeOutbox(is_away=True)
    outbox.put("a", 1)
    courier = Courier(outbox, lambda _: OK, threads=2)

    for _ in range(5):
        with pytest.raises(DatabaseAway):
            courier.step()
    outbox.is_away = False

    assert courier.step() == 1
    courier.close()


def test_a_database_that_goes_away_before_it_could_be_noted_costs_no_thread() -> None:
    outbox = FakeOutbox()
    outbox.put("a", 3)

    def send(_: Delivery) -> Outcome:
        outbox.is_away = True
        return OK

    courier = Courier(outbox, send, threads=1)
    with suppress(DatabaseAway):  # where the sender was quicker than the second look
        courier.step()
    courier.close()
    assert outbox.noted == []

    outbox.is_away = False
    again = Courier(outbox, lambda _: OK, threads=1)
    _drained(again, outbox, 2)
    again.close()


def test_it_runs_until_it_is_asked_to_stop_and_ends_what_it_began() -> None:
    outbox, stopping = FakeOutbox(), threading.Event()
    outbox.put("a", 20)

    def send(one: Delivery) -> Outcome:
        if one.id == "a-19":
            stopping.set()
        return OK

    Courier(outbox, send).run(stopping)

    assert sorted(outbox.noted) == sorted(("delivered", f"a-{n}") for n in range(20))


@pytest.fixture
def clock() -> list[float]:
    return [0.0]


@pytest.fixture
def circuits(clock: list[float]) -> Circuits:
    return Circuits(lambda: clock[0])


def _tries(circuits: Circuits, outcomes: str) -> None:
    """`x` fails, `.` succeeds."""
    for one in outcomes:
        circuits.began("a")
        circuits.ended("a", is_in_trouble=one == "x")


@pytest.mark.parametrize(
    ("outcomes", "is_open"),
    [
        pytest.param("", False, id="nothing happened"),
        pytest.param("xx", False, id="two failures"),
        pytest.param("x" * FAILURES, True, id="three failures"),
        pytest.param("xx.xx", False, id="a success between"),
        pytest.param("xxx.", False, id="well again"),
    ],
)
def test_a_circuit_opens_after_failures_in_a_row(
    circuits: Circuits, clock: list[float], outcomes: str, is_open: bool
) -> None:
    _tries(circuits, outcomes)
    if outcomes.endswith("."):
        clock[0] += OPEN_S

    assert ("a" in circuits.blocked()) is is_open
    assert "b" not in circuits.blocked()


def test_after_a_while_one_try_decides(circuits: Circuits, clock: list[float]) -> None:
    _tries(circuits, "xxx")
    clock[0] += OPEN_S

    assert circuits.blocked() == frozenset()
    circuits.began("a")
    assert circuits.blocked() == {"a"}
    circuits.ended("a", is_in_trouble=False)
    assert circuits.blocked() == frozenset()


def test_who_failed_gets_one_at_a_time_others_two(circuits: Circuits) -> None:
    _tries(circuits, "x")
    for name, count in (("a", 1), ("b", 1), ("c", 2)):
        for _ in range(count):
            circuits.began(name)

    assert circuits.blocked() == {"a", "c"}


def test_who_asks_to_be_left_alone_is(circuits: Circuits, clock: list[float]) -> None:
    circuits.began("a")
    circuits.ended("a", is_in_trouble=True, wait_s=100)

    clock[0] += 99
    assert circuits.blocked() == {"a"}
    clock[0] += 1
    assert circuits.blocked() == frozenset()


def test_who_is_well_is_forgotten(circuits: Circuits) -> None:
    _tries(circuits, "..")

    assert circuits._lines == {}
