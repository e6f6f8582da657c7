"""Packing loses nothing, repeats nothing, keeps order, and finds the way back."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.asr.packing import Shape, Window, pack, pieces
from qa_service.core.time import Span
from qa_service.ports import Stretch

SHAPE = Shape(limit=28_000, least_gap=400, most_gap=800)  # in samples: a small world, quick to try


def stretches_of(rows: list[list[tuple[int, int]]]) -> list[Stretch]:
    """Rows of (silence before, length) in ms, one row per channel; samples are never zero."""
    made = []
    for channel, row in enumerate(rows):
        at = 0
        for silence, length in row:
            span = Span(at + silence, at + silence + length)
            made.append(Stretch(channel, span, np.full(length * 16, 1_000, dtype=np.int16)))
            at = span.end_ms
    return made


calls = st.lists(
    st.lists(st.tuples(st.integers(0, 100), st.integers(1, 4_000)), max_size=8), min_size=1, max_size=3
).map(stretches_of)


@given(calls)
def test_every_sample_of_every_stretch_is_in_exactly_one_window(call: list[Stretch]) -> None:
    windows = pack(call, range(len(call)), SHAPE)

    seen = Counter(
        (p.piece.stretch, at) for w in windows for p in w.placed for at in range(p.piece.start, p.piece.end)
    )
    assert set(seen.values()) <= {1}
    assert len(seen) == sum(len(stretch.samples) for stretch in call)


@given(calls)
def test_no_window_is_longer_than_allowed_and_none_is_empty(call: list[Stretch]) -> None:
    assert all(0 < window.length <= SHAPE.limit for window in pack(call, range(len(call)), SHAPE))


@given(calls)
def test_a_window_holds_one_channel_in_order_with_silence_between(call: list[Stretch]) -> None:
    for window in pack(call, range(len(call)), SHAPE):
        assert len({call[p.piece.stretch].channel for p in window.placed}) == 1
        spans = [call[p.piece.stretch].span for p in window.placed]
        assert spans == sorted(spans)
        for before, after in zip(window.placed, window.placed[1:], strict=False):
            assert SHAPE.least_gap <= after.at - before.end <= SHAPE.most_gap


@given(calls)
def test_what_may_be_somebody_elses_has_windows_of_its_own(call: list[Stretch]) -> None:
    mixed = [replace(stretch, is_aside=place % 3 == 0) for place, stretch in enumerate(call)]

    for window in pack(mixed, range(len(mixed)), SHAPE):
        assert len({mixed[placed.piece.stretch].is_aside for placed in window.placed}) == 1


@given(calls)
def test_the_sound_of_a_window_is_the_stretches_and_silence(call: list[Stretch]) -> None:
    for window in pack(call, range(len(call)), SHAPE):
        sound = window.sound(call)

        assert len(sound) == window.length
        assert np.count_nonzero(sound) == sum(p.piece.length for p in window.placed)


@given(calls, st.lists(st.integers(0, 28_000), min_size=2, max_size=6))
def test_the_way_back_is_monotone_and_stays_in_the_piece(call: list[Stretch], moments: list[int]) -> None:
    for window in pack(call, range(len(call)), SHAPE):
        whose = [window.whose(at, at) for at in sorted(moments)]
        assert whose == sorted(whose)
        for at in moments:
            index = window.whose(at, at)
            span = window.on_call_clock(index, at, at + 320, call)
            assert call[window.placed[index].piece.stretch].span.contains(span)


def test_time_in_a_piece_is_time_on_the_call() -> None:
    call = stretches_of([[(1_000, 500), (3_000, 700)]])
    (window,) = pack(call, range(2), SHAPE)
    second = window.placed[1]

    assert window.on_call_clock(1, second.at + 160, second.at + 320, call) == Span(4_510, 4_520)


@pytest.mark.parametrize(
    ("start", "end", "index"),
    [
        pytest.param(0, 100, 0, id="inside the first"),
        pytest.param(7_900, 8_700, 0, id="the first's last word has the gap in its time"),
        pytest.param(7_990, 9_500, 1, id="the second's first word has the gap in its time"),
        pytest.param(9_000, 9_100, 1, id="inside the second"),
        pytest.param(20_000, 20_100, 1, id="behind everything"),
    ],
)
def test_a_word_at_a_gap_belongs_to_what_it_shares_most_with(start: int, end: int, index: int) -> None:
    call = stretches_of([[(0, 500), (60, 700)]])
    (window,) = pack(call, range(2), SHAPE)

    assert [(p.at, p.end) for p in window.placed] == [(0, 8_000), (8_800, 20_000)]
    assert window.whose(start, end) == index


def test_what_is_too_long_is_cut_where_it_is_quietest() -> None:
    loud = np.full(40_000, 9_000, dtype=np.int16)
    loud[20_000:21_000] = 3

    cut = list(pieces(loud, 0, 28_000))

    assert [p.start for p in cut] == [0, cut[0].end]
    assert 20_000 < cut[0].end < 21_000
    assert cut[1].end == 40_000


def test_only_what_was_asked_for_is_packed() -> None:
    call = stretches_of([[(0, 100), (100, 100), (100, 100)]])

    windows: tuple[Window, ...] = pack(call, [0, 2], SHAPE)

    assert [p.piece.stretch for w in windows for p in w.placed] == [0, 2]
