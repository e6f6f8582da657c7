"""Which review acts on which finding: the one that names it, else of the same rule and role the one that lies there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.reviews import Place, Review, Verdict, acting, verdicts
from qa_service.core.speech import Role
from qa_service.core.time import Span

AT = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
RULE = "service-zh/guaranteed-return"


def place(name: str, start_ms: int, end_ms: int, *, rule: str = RULE, role: Role = Role.AGENT) -> Place:
    return Place(name, rule, role, Span(start_ms, end_ms))


def review(name: str, of: Place, verdict: Verdict = Verdict.CONFIRMED, chain: str = "") -> Review:
    return Review(name, "call", "evaluation", of, verdict, "", "somebody", AT, chain or name)


def acts(said: Sequence[Review], *places: Place) -> dict[str, str]:
    return {finding: one.id for finding, one in acting(said, places).items()}


SEEN = place("a", 1_000, 3_000)


@pytest.mark.parametrize(
    ("later", "is_linked"),
    [
        pytest.param(SEEN, True, id="the same finding"),
        pytest.param(place("a", 9_000, 9_500), True, id="the same id, although its times moved"),
        pytest.param(place("b", 2_000, 4_000), True, id="another id that overlaps"),
        pytest.param(place("b", 1_000, 3_000), True, id="another id at the same place"),
        pytest.param(place("b", 3_000, 4_000), False, id="touching is not overlapping"),
        pytest.param(place("b", 0, 1_000), False, id="touching from before is not either"),
        pytest.param(place("b", 3_001, 4_000), False, id="a millisecond later"),
        pytest.param(place("b", 1_000, 3_000, rule="x/y"), False, id="another rule at the same place"),
        pytest.param(
            place("b", 1_000, 3_000, role=Role.CUSTOMER), False, id="the customer's, not the agent's"
        ),
        pytest.param(place("a", 1_000, 3_000, role=Role.CUSTOMER), False, id="the same id in another role"),
        pytest.param(place("a", 1_000, 3_000, rule="x/y"), False, id="the same id of another rule"),
        pytest.param(place("b", 1_500, 1_500), False, id="a moment without length shares no time"),
    ],
)
def test_a_review_is_linked_to_a_later_finding(later: Place, is_linked: bool) -> None:
    assert acts([review("r", SEEN)], later) == ({later.id: "r"} if is_linked else {})


def test_a_moment_without_length_is_found_again_where_it_was() -> None:
    moment = place("a", 1_000, 1_000)

    assert acts([review("r", moment)], place("b", 1_000, 1_000)) == {"b": "r"}
    assert acts([review("r", moment)], place("b", 1_001, 1_001)) == {}


def test_one_verdict_settles_one_finding_the_one_that_shares_most_time() -> None:
    assert acts([review("r", SEEN)], place("b", 0, 1_500), place("c", 1_500, 4_000)) == {"c": "r"}


def test_what_was_said_about_a_neighbour_stays_with_the_neighbour() -> None:
    other = place("b", 1_500, 2_500)
    said = [review("r1", SEEN), review("r2", other, Verdict.DISMISSED)]

    assert acts(said, SEEN, other) == {"a": "r1", "b": "r2"}
    assert acts(said, SEEN) == {"a": "r1"}  # the neighbour is gone; its verdict does not move in here


def test_the_newest_of_a_chain_acts_whatever_the_finding_is_called_by_then() -> None:
    renamed = place("b", 1_200, 2_900)
    said = [
        review("r1", SEEN),
        review("r2", renamed, Verdict.DISMISSED, chain="r1"),
        review("r3", renamed, Verdict.WITHDRAWN, chain="r1"),
    ]

    assert acts(said, SEEN) == acts(said, place("a", 8_000, 9_000)) == {"a": "r3"}
    assert verdicts(acting(said, [SEEN])) == {}


def test_of_two_that_are_linked_by_time_alone_the_newer_acts() -> None:
    said = [review("r1", SEEN), review("r2", place("b", 2_500, 3_500), Verdict.DISMISSED)]

    assert acts(said, place("c", 1_000, 3_500)) == {"c": "r2"}


_PLACES = st.lists(
    st.builds(
        lambda name, at, length, rule: place(name, at, at + length, rule=rule),
        st.sampled_from("abcdef"),
        st.integers(0, 50),
        st.integers(0, 20),
        st.sampled_from(["x/y", "x/z"]),
    ),
    max_size=5,
    unique_by=lambda one: one.id,
)


@given(_PLACES, _PLACES)
def test_no_verdict_settles_two_findings_nor_one_of_another_rule(
    seen: list[Place], later: list[Place]
) -> None:
    said = [review(f"r{at}", one) for at, one in enumerate(seen)]

    found = acting(said, later)

    assert len({one.id for one in found.values()}) == len(found)
    rules = {one.id: one.rule for one in later}
    assert all(rules[finding] == one.finding.rule for finding, one in found.items())


@given(_PLACES)
def test_independent_verdicts_come_in_any_order(seen: list[Place]) -> None:
    said = [review(f"r{at}", one) for at, one in enumerate(seen[:4])]

    assert all(acts(order, *seen) == acts(said, *seen) for order in permutations(said))
