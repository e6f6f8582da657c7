"""A third person on a mono call is noticed; two people, however they raise their voices, are two."""

from __future__ import annotations

import numpy as np
import pytest

from qa_service.core.time import Span
from qa_service.measures.speakers import Speakers, tell_apart, windows

CALL = Span(0, 200_000)


def heard(turns: list[int], likeness: float, *, turn_ms: int = 5_000, spread: float = 0.25) -> Speakers:
    """Turn by turn who speaks: 0 and 1 are 0.65 alike, 2 is as like 1 as `likeness` says."""
    chance = np.random.default_rng(7)
    means = np.zeros((3, 256))
    means[0, 0] = 1.0
    means[1, :2] = 0.65, np.sqrt(1 - 0.65**2)
    means[2] = likeness * means[1]
    means[2, 2] = np.sqrt(1 - likeness**2)
    who = [(Span(at * 5_500, at * 5_500 + turn_ms), one) for at, one in enumerate(turns)]
    pieces = windows([span for span, _ in who], CALL)
    rows = []
    for piece in pieces:
        one = max(who, key=lambda turn: turn[0].overlap_ms(piece))[1]
        scatter = np.pad(chance.normal(size=253), (3, 0))
        rows.append(means[one] + spread * scatter / np.linalg.norm(scatter))
    found = np.array(rows)
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return tell_apart([span for span, _ in who], pieces, np.asarray(found, np.float32))


TWO = [0, 1] * 6


@pytest.mark.parametrize("likeness", [0.5, 0.6, 0.7])
def test_a_third_person_is_noticed_and_nobody_is_told_apart_surely(likeness: float) -> None:
    found = heard([*TWO, 2, 0, 2, 0], likeness)

    assert found.third
    assert found.separation <= 0.5


@pytest.mark.parametrize(
    ("turns", "likeness"),
    [
        pytest.param(TWO, 1.0, id="two people"),
        pytest.param([*TWO, 2, 0, 2, 0], 0.98, id="the same person, a little off"),
        pytest.param([*TWO, 2, 0, 2, 0], 0.86, id="one of them raises their voice"),
        pytest.param([0] * 12, 1.0, id="one person"),
        pytest.param([0, 1], 1.0, id="a few seconds of two"),
    ],
)
def test_two_people_are_two(turns: list[int], likeness: float) -> None:
    assert heard(turns, likeness).third == ()


def test_a_word_or_two_of_somebody_else_is_no_third_person() -> None:
    whole = heard([*TWO, 0, 1], 0.6)
    with_a_word = heard([*TWO, 0, 2], 0.6, turn_ms=1_600)

    assert whole.third == with_a_word.third == ()
