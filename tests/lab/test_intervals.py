"""Intervals against published values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.intervals import Share, wilson
from qa_service.lab.intervals import ratio_interval


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
        pytest.param(81, 263, 0.2553, 0.3662, id="81 of 263"),
        pytest.param(15, 148, 0.0624, 0.1605, id="15 of 148"),
        pytest.param(0, 20, 0.0000, 0.1611, id="none of 20"),
        pytest.param(1, 29, 0.0061, 0.1718, id="1 of 29"),
    ],
)
def test_wilson(hits: int, n: int, low: float, high: float) -> None:
    interval = wilson(hits, n)

    assert interval.low == pytest.approx(low, abs=5e-5)
    assert interval.high == pytest.approx(high, abs=5e-5)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_stays_within_bounds(case: tuple[int, int]) -> None:
    hits, n = case
    interval = wilson(hits, n)

    assert 0 <= interval.low <= hits / n <= interval.high <= 1


def test_a_share_of_nothing_is_unknown() -> None:
    assert Share(0, 0).value is None
    assert Share(0, 0).interval is None


@pytest.mark.parametrize(("hits", "n"), [(1, 0), (-1, 3), (4, 3)])
def test_what_is_no_share_is_refused(hits: int, n: int) -> None:
    with pytest.raises(ValueError, match="is not a share"):
        wilson(hits, n)


def test_the_bootstrap_is_that_of_a_ratio_of_sums() -> None:
    # 100 utterances of 10 characters, every fifth with one error: 2 %, binomial s.d. 0.4 points.
    interval = ratio_interval([1, 0, 0, 0, 0] * 20, [10] * 100)

    assert interval is not None
    assert interval.low == pytest.approx(0.02 - 1.96 * 0.004, abs=0.002)
    assert interval.high == pytest.approx(0.02 + 1.96 * 0.004, abs=0.002)


def test_the_bootstrap_is_the_same_every_time() -> None:
    assert ratio_interval([1, 2, 0, 3, 1, 0], [9] * 6) == ratio_interval([1, 2, 0, 3, 1, 0], [9] * 6)


@pytest.mark.parametrize(
    ("parts", "wholes"),
    [
        pytest.param([1] * 4, [10] * 4, id="four units say nothing"),
        pytest.param([1] * 9, [0] * 9, id="nothing to divide by"),
        pytest.param([], [], id="nothing at all"),
    ],
)
def test_too_little_has_no_interval(parts: list[float], wholes: list[float]) -> None:
    assert ratio_interval(parts, wholes) is None
