"""Windows shared out over workers: longest first, one length of encoding a batch, nobody idle for long."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.asr.decoder import Effort, context
from qa_service.asr.listen import batches
from qa_service.asr.packing import Piece, Placed, Window
from qa_service.ports import SAMPLE_RATE

EFFORT = Effort(beam_size=1, batch=4, window_ms=20_000)


def window(seconds: float) -> Window:
    return Window((Placed(Piece(0, 0, round(seconds * SAMPLE_RATE)), 0),))


@pytest.mark.parametrize(
    ("seconds", "workers", "sizes"),
    [
        pytest.param([19.0] * 8, 2, [4, 4], id="a batch for each of two workers"),
        pytest.param([19.0] * 9, 2, [4, 4, 1], id="what is left over goes last"),
        pytest.param([19.0] * 3, 2, [2, 1], id="of few windows nobody takes all"),
        pytest.param([19.0] * 3, 8, [1, 1, 1], id="more workers than windows"),
        pytest.param([19.0, 3.0, 19.0], 1, [2, 1], id="a short window is not encoded as a long one"),
        pytest.param([], 2, [], id="nothing to hear"),
    ],
)
def test_windows_are_shared_out(seconds: list[float], workers: int, sizes: list[int]) -> None:
    shared = batches([window(each) for each in seconds], EFFORT, workers)

    assert [len(batch) for batch in shared] == sizes


@given(st.lists(st.floats(0.2, 28), max_size=40), st.integers(1, 8))
def test_every_window_is_in_one_batch_of_its_own_length(seconds: list[float], workers: int) -> None:
    windows = [window(each) for each in seconds]

    shared = batches(windows, EFFORT, workers)

    assert sorted(i for batch in shared for i in batch) == list(range(len(windows)))
    assert all(len({context(windows[i].length) for i in batch}) == 1 for batch in shared)


@pytest.mark.parametrize(
    ("seconds", "frames"),
    [
        pytest.param(1.0, 1_000, id="never less than ten seconds"),
        pytest.param(7.9, 1_000, id="two seconds of quiet still fit"),
        pytest.param(8.1, 1_400, id="steps of four seconds"),
        pytest.param(19.9, 2_200, id="a full window of both efforts"),
        pytest.param(30.0, 3_000, id="never more than Whisper hears"),
    ],
)
def test_a_window_is_encoded_with_a_little_quiet_behind_it(seconds: float, frames: int) -> None:
    assert context(int(np.ceil(seconds * SAMPLE_RATE))) == frames
