"""Whatever classes, calls and holds there are: what goes is what classes say and no hold forbids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa_service.core.keeping import CallPart, Chosen, RetentionClass, check_class
from qa_service.core.stored import JobState
from tests.stores.rows import NOW
from tests.stores.shop import ASKED, Shop


@pytest.fixture
def shop(engine: sa.Engine, tmp_path: Path) -> Shop:
    return Shop(engine, tmp_path / "sound")


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
