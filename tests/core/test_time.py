"""The algebra of spans: merge, gaps and intersect keep the time they are given, to the millisecond."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.time import Span, cover, gaps, intersect, merge, total_ms

_CALL = Span(0, 200)


@st.composite
def _spans(draw: st.DrawFn) -> list[Span]:
    pairs = draw(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 60)), max_size=12))
    return [Span(start, start + length) for start, length in pairs]


def _covered(spans: list[Span] | tuple[Span, ...]) -> set[int]:
    """Every millisecond by itself: slow, and surely right."""
    return {ms for span in spans for ms in range(span.start_ms, span.end_ms)}


@given(_spans())
def test_merging_keeps_the_time_and_leaves_disjoint_spans_in_order(spans: list[Span]) -> None:
    merged = merge(spans)

    assert _covered(merged) == _covered(spans)
    assert all(left.end_ms < right.start_ms for left, right in pairwise(merged))


@given(_spans(), st.integers(0, 20))
def test_merging_twice_changes_nothing(spans: list[Span], gap_ms: int) -> None:
    once = merge(spans, gap_ms=gap_ms)

    assert merge(once, gap_ms=gap_ms) == once


@given(_spans(), st.integers(0, 20), st.randoms())
def test_merging_does_not_depend_on_the_order(spans: list[Span], gap_ms: int, random: Random) -> None:
    mixed = sorted(spans, key=lambda _: random.random())

    assert merge(mixed, gap_ms=gap_ms) == merge(spans, gap_ms=gap_ms)


@given(_spans(), st.integers(0, 20))
def test_neighbours_closer_than_the_gap_become_one(spans: list[Span], gap_ms: int) -> None:
    merged = merge(spans, gap_ms=gap_ms)

    assert all(b.start_ms - a.end_ms > gap_ms for a, b in pairwise(merged))


@given(_spans())
def test_gaps_are_exactly_what_no_span_covers(spans: list[Span]) -> None:
    quiet = tuple(gaps(spans, _CALL))

    assert _covered(quiet) == _covered((_CALL,)) - _covered(spans)
    assert all(span.duration_ms for span in quiet)
    assert list(quiet) == sorted(quiet)


@given(_spans(), _spans())
def test_the_intersection_is_exactly_what_both_cover(left: list[Span], right: list[Span]) -> None:
    both = intersect(left, right)

    assert _covered(both) == _covered(left) & _covered(right)
    assert both == intersect(right, left)


@given(_spans())
def test_total_counts_doubly_covered_time_once(spans: list[Span]) -> None:
    assert total_ms(spans) == len(_covered(spans))


@given(_spans())
def test_speech_and_silence_make_up_the_call(spans: list[Span]) -> None:
    inside = [cut for span in spans if (cut := span.clip(_CALL))]

    assert total_ms(inside) + total_ms(gaps(inside, _CALL)) == _CALL.duration_ms


@given(_spans().filter(bool))
def test_the_cover_holds_every_span_and_no_more(spans: list[Span]) -> None:
    whole = cover(spans)

    assert all(whole.contains(span) for span in spans)
    assert whole.start_ms in {s.start_ms for s in spans}
    assert whole.end_ms in {s.end_ms for s in spans}


@pytest.mark.parametrize(
    ("one", "other", "within_ms", "touch"),
    [
        pytest.param(Span(0, 10), Span(10, 20), 0, True, id="end to end they touch"),
        pytest.param(Span(0, 10), Span(11, 20), 0, False, id="one millisecond between them"),
        pytest.param(Span(0, 10), Span(15, 20), 5, True, id="as far apart as allowed"),
        pytest.param(Span(0, 10), Span(16, 20), 5, False, id="one millisecond too far"),
        pytest.param(Span(0, 50), Span(20, 30), 0, True, id="one inside the other"),
    ],
)
def test_touching(one: Span, other: Span, within_ms: int, touch: bool) -> None:
    assert one.touches(other, within_ms=within_ms) is touch
    assert other.touches(one, within_ms=within_ms) is touch


@pytest.mark.parametrize(("start", "end"), [(-1, 5), (5, 4)], ids=["before the call", "backwards"])
def test_no_span_begins_before_the_call_or_ends_before_it_begins(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="start <= end"):
        Span(start, end)


def test_nothing_is_left_of_a_span_that_only_touches_the_window() -> None:
    assert Span(0, 10).clip(Span(10, 20)) is None
