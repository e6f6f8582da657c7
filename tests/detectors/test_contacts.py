"""How often a customer called: what is known counts, what nobody knows is neither a call nor none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given

from qa_service.core.calls import CallFacts, Direction, Envelope
from qa_service.core.history import Contact, History
from qa_service.core.texts import Reason
from qa_service.detectors.contacts import Contacts
from qa_service.detectors.unfit import Unfit
from tests.make import BEGAN, Call, calls, facts, tags_of

DAY = timedelta(days=1)
IN, OUT, UNKNOWN = Direction.INBOUND, Direction.OUTBOUND, Direction.UNKNOWN
THIS = Envelope(
    started_at=BEGAN, customer="hmac-sha256:9f2c41d07be5a6c3", direction=IN, line="400", skill_group="投诉组"
)
WEEK = Contacts(within_ms=7 * 86_400_000, at_least=3)
LONG_AGO = BEGAN - 400 * DAY


def known(*days_ago: float, direction: Direction = IN, line: str = "400", **more: object) -> CallFacts:
    """A call before which there were others so many days ago, in a store that goes back far."""
    held = tuple(Contact(BEGAN - days * DAY, direction, line, "投诉组") for days in sorted(days_ago))
    history = History(since=BEGAN - 30 * DAY, contacts=held, known_since=LONG_AGO)
    return replace(facts(), envelope=THIS, history=replace(history, **more))  # type: ignore[arg-type]


def answer(asked: Contacts, about: CallFacts) -> int | str | None:
    """The count that was tagged, the code of why nobody knows, or nothing."""
    tags, unanswered = tags_of(asked, (), end_ms=1_000, about=about), asked.unanswered(about)
    assert not (tags and unanswered), "an answer and none"
    if tags:
        return int(dict(tags[0].because.values)["count"])
    return unanswered.code if unanswered else None


@pytest.mark.parametrize(
    ("about", "found"),
    [
        pytest.param(known(1, 2), 3, id="the third in a week, this one among them"),
        pytest.param(known(0, 1, 2), 4, id="one that began in the same moment counts"),
        pytest.param(known(1), None, id="the second"),
        pytest.param(known(), None, id="the first"),
        pytest.param(known(1, 6.9), 3, id="within seven days"),
        pytest.param(known(1, 7), None, id="seven days ago is no more within them"),
        pytest.param(known(-1, -2), None, id="later ones never count"),
    ],
)
def test_calls_up_to_this_one_are_counted(about: CallFacts, found: int | None) -> None:
    assert answer(WEEK, about) == found


@pytest.mark.parametrize(
    ("about", "why"),
    [
        pytest.param(replace(known(1, 2), history=None), "undecided.no_store", id="no store"),
        pytest.param(
            replace(known(1, 2), envelope=replace(THIS, customer="")),
            "undecided.no_customer",
            id="no customer",
        ),
        pytest.param(
            replace(known(1, 2), envelope=replace(THIS, started_at=None)), "undecided.no_start", id="no start"
        ),
        pytest.param(known(1, known_since=BEGAN - 6 * DAY), "undecided.store_young", id="a young store"),
        pytest.param(known(1, known_since=None), "undecided.store_young", id="an empty store"),
        pytest.param(known(1, undated=1), "undecided.contacts_unclear", id="one of an unknown time"),
        pytest.param(known(1, is_cut=True), "undecided.contacts_unclear", id="some were left out"),
    ],
)
def test_what_nobody_knows_is_not_a_no(about: CallFacts, why: str) -> None:
    assert answer(WEEK, about) == why


@pytest.mark.parametrize(
    ("about", "found"),
    [
        pytest.param(known(1, 2, known_since=BEGAN - DAY, undated=2, is_cut=True), 3, id="enough is known"),
        pytest.param(known(undated=1), None, id="one more would not be enough either"),
        pytest.param(known(1, 20, is_cut=True), None, id="left out is only what is older"),
        pytest.param(known(1, known_since=BEGAN - 7 * DAY), None, id="the store is just old enough"),
    ],
)
def test_what_is_known_is_an_answer_as_far_as_it_goes(about: CallFacts, found: int | None) -> None:
    assert answer(WEEK, about) == found


@pytest.mark.parametrize(
    ("asked", "about", "found"),
    [
        pytest.param(replace(WEEK, direction="inbound"), known(1, 2), 3, id="inbound"),
        pytest.param(replace(WEEK, direction="inbound"), known(1, 2, direction=OUT), None, id="we called"),
        pytest.param(
            replace(WEEK, direction="outbound"), known(1, 2, direction=OUT), None, id="this is inbound"
        ),
        pytest.param(
            replace(WEEK, at_least=2, direction="outbound"), known(1, 2, direction=OUT), 2, id="both"
        ),
        pytest.param(
            replace(WEEK, direction="inbound"),
            known(1, 2, direction=UNKNOWN),
            "undecided.contacts_unclear",
            id="who called whom was not said",
        ),
        pytest.param(replace(WEEK, same=("line",)), known(1, 2), 3, id="the same line"),
        pytest.param(replace(WEEK, same=("line",)), known(1, 2, line="95"), None, id="another line"),
        pytest.param(replace(WEEK, same=("skill_group",)), known(1, 2, line="95"), 3, id="the same group"),
        pytest.param(
            replace(WEEK, same=("line", "skill_group")), known(1, 2, line="95"), None, id="both have to"
        ),
        pytest.param(
            replace(WEEK, same=("line",)),
            known(1, 2, line=""),
            "undecided.contacts_unclear",
            id="no line was said",
        ),
    ],
)
def test_only_calls_of_the_kind_that_is_asked_for_count(
    asked: Contacts, about: CallFacts, found: int | str | None
) -> None:
    assert answer(asked, about) == found


def test_the_reason_tells_days_and_count_and_nothing_else() -> None:
    (tag,) = tags_of(WEEK, (), end_ms=1_000, about=known(1, 2))

    assert tag.because == Reason.of("call.contacts", days=7, count=3)
    assert tag.quotes == ()


@pytest.mark.parametrize(
    "settings", [{}, {"at_least": 2, "direction": "both"}, {"at_least": 2, "same": ("agent",)}]
)
def test_what_means_nothing_is_refused(settings: dict[str, object]) -> None:
    with pytest.raises(Unfit):
        Contacts(**settings)  # type: ignore[arg-type]


@given(call=calls())
def test_there_is_an_answer_or_a_reason_why_not_and_more_calls_never_take_a_finding_away(call: Call) -> None:
    asked = Contacts(at_least=2, within_ms=2 * 86_400_000)
    before, about = answer(asked, call.about), call.about
    if about.history is None or about.envelope.started_at is None:
        assert before in {"undecided.no_store", "undecided.no_customer", "undecided.no_start"}
        return

    one_more = replace(about.history, contacts=(Contact(BEGAN), *about.history.contacts))
    after = answer(asked, replace(about, history=one_more))

    if isinstance(before, int):
        assert after == before + 1
