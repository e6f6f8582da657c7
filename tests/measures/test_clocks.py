"""Who speaks when tells of a shift between channels, where it is large and people take turns."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.time import Span
from qa_service.measures.clocks import apart_ms

Talk = tuple[tuple[Span, ...], tuple[Span, ...]]


def talk(turns: int, *, interrupts: float = 0.0, back_channels: float = 0.0, seed: int = 1) -> Talk:
    """Two people in turn; the first comes in on the second with a chance, and is answered at once."""
    chance, at_ms = random.Random(seed), 500
    spans: tuple[list[Span], list[Span]] = ([], [])
    for turn in range(turns):
        who, length = turn % 2, min(15_000, int(1_200 + chance.expovariate(1 / 2_500)))
        spans[who].append(Span(at_ms, at_ms + length))
        if length > 4_000 and chance.random() < back_channels:
            spans[1 - who].append(Span(at_ms + 1_500, at_ms + 1_900))
        comes_in = who == 1 and length > 3_000 and chance.random() < interrupts
        at_ms += length - (chance.randint(600, 2_500) if comes_in else -chance.randint(100, 900))
    return tuple(sorted(spans[0])), tuple(sorted(spans[1]))


def moved(spans: tuple[Span, ...], by_ms: int) -> tuple[Span, ...]:
    """As the channel is heard that began `by_ms` earlier (its voice comes later)."""
    return tuple(Span(s.start_ms + by_ms, s.end_ms + by_ms) for s in spans if s.start_ms + by_ms >= 0)


@pytest.mark.parametrize("by_ms", [1_500, 2_500, 4_000, -1_500, -2_500, -4_000])
@pytest.mark.parametrize("back_channels", [0.0, 0.4], ids=["in turn", "with 嗯 in between"])
def test_a_channel_that_was_moved_is_doubted(by_ms: int, back_channels: float) -> None:
    first, second = talk(24, back_channels=back_channels)

    apart = apart_ms(first, moved(second, by_ms))

    assert apart is not None
    assert 0.5 <= apart / by_ms <= 1.1


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(
    ("interrupts", "back_channels"),
    [
        pytest.param(0.0, 0.0, id="in turn"),
        pytest.param(0.0, 0.5, id="with 嗯 in between"),
        pytest.param(0.5, 0.2, id="one is rude"),
        pytest.param(0.9, 0.2, id="one interrupts nearly always"),
    ],
)
def test_no_manner_of_talking_is_a_shift(interrupts: float, back_channels: float, seed: int) -> None:
    told = talk(24, interrupts=interrupts, back_channels=back_channels, seed=seed)

    assert apart_ms(*told) is None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param((), (), id="nobody speaks"),
        pytest.param((Span(0, 60_000),), (Span(1_000, 2_000),), id="a machine that goes on and on"),
        pytest.param(*talk(6), id="a short call"),
        pytest.param((Span(0, 60_000),), talk(24)[1], id="a radio beside a customer"),
    ],
)
def test_too_little_says_nothing(first: tuple[Span, ...], second: tuple[Span, ...]) -> None:
    assert apart_ms(first, moved(second, 2_500)) is None


def test_nearer_than_half_a_second_is_how_people_take_turns() -> None:
    first, second = talk(24)

    assert apart_ms(first, moved(second, 450)) is None


@given(st.integers(0, 40), st.integers(-5_000, 5_000), st.integers(0, 50))
def test_exchanging_the_channels_turns_the_answer_round(turns: int, by_ms: int, seed: int) -> None:
    first, second = talk(turns, seed=seed)
    second = moved(second, by_ms)

    one, other = apart_ms(first, second), apart_ms(second, first)

    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert abs(one + other) <= 200
