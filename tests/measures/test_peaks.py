from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.errors import UsageError
from qa_service.measures.peaks import peaks


def row(*values: int) -> np.ndarray[tuple[int, int], np.dtype[np.int16]]:
    return np.array([values], np.int16)


@pytest.mark.parametrize(
    ("samples", "buckets", "expected"),
    [
        pytest.param(row(1, -2, 3, -4), 2, [[-2, 1], [-4, 3]], id="two halves"),
        pytest.param(row(1, -2, 3), 1, [[-2, 3]], id="all in one"),
        pytest.param(row(5, 7), 4, [[5, 5], [5, 5], [7, 7], [7, 7]], id="more pixels than samples"),
        pytest.param(row(), 2, [[0, 0], [0, 0]], id="a call without samples is a flat line"),
        pytest.param(row(-32_768, 32_767), 1, [[-32_768, 32_767]], id="full scale does not wrap"),
    ],
)
def test_peaks(
    samples: np.ndarray[tuple[int, int], np.dtype[np.int16]], buckets: int, expected: list[list[int]]
) -> None:
    assert peaks(samples, buckets)[0].tolist() == expected


@given(st.lists(st.integers(-32_768, 32_767), min_size=1, max_size=300), st.integers(1, 400))
def test_nothing_loud_is_lost_and_nothing_is_invented(values: list[int], buckets: int) -> None:
    drawn = peaks(np.array([values, values[::-1]], np.int16), buckets)

    assert drawn.shape == (2, buckets, 2)
    assert drawn[0].min() == min(values)
    assert drawn[0].max() == max(values)
    assert (drawn[..., 0] <= drawn[..., 1]).all()
    assert set(drawn.ravel().tolist()) <= set(values)


@pytest.mark.parametrize("buckets", [0, -3])
def test_no_buckets_is_wrong_use(buckets: int) -> None:
    with pytest.raises(UsageError, match="buckets"):
        peaks(row(1, 2), buckets)
