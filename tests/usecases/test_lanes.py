"""Two files of one call are on one clock only where their sound proves it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from qa_service.asr.vad import SileroVad
from qa_service.ports import Recording
from qa_service.usecases.lanes import find_lanes
from tests.measures.calls import Leak, sample_call
from tests.measures.voices import noise, pcm
from tests.usecases.hearing import two_parties


def apart() -> Recording:
    """Nothing of either party is heard on the other's channel."""
    return two_parties().recording


def leaking(late_ms: int = 0) -> Recording:
    """The agent is heard on the customer's channel, which began `late_ms` later."""
    agent, customer = sample_call("good-call").voices
    overheard = customer + Leak(-20, delay_ms=5)(agent)
    rows = np.stack([pcm(agent + noise(0, 30)), pcm(overheard + noise(1, 30))])
    rows[1] = np.concatenate([rows[1, late_ms * 16 :], np.zeros(late_ms * 16, np.int16)])
    return of(rows)


def same() -> Recording:
    """Both files hold both parties."""
    mixed = pcm(sum(sample_call("good-call").voices) + noise(0, 30))
    return of(np.stack([mixed, mixed]))


def of(rows: npt.NDArray[np.int16]) -> Recording:
    return Recording(rows, "ab" * 32, codec="pcm_s16le", source_rate=16_000)


@pytest.mark.parametrize(
    ("recording", "codes"),
    [
        pytest.param(replace(apart(), is_legs=True), ["legs_unproven"], id="two files that share no sound"),
        pytest.param(apart(), [], id="one file with two channels has one clock"),
        pytest.param(replace(leaking(), is_legs=True), [], id="two files, and an echo proves them aligned"),
        pytest.param(replace(leaking(1_200), is_legs=True), ["legs_shifted"], id="an echo proves the delay"),
        pytest.param(replace(same(), is_legs=True), [], id="the same sound twice is a mono call"),
    ],
)
def test_whether_two_legs_are_on_one_clock(recording: Recording, codes: list[str]) -> None:
    found = find_lanes(recording, SileroVad())

    assert [problem.code for problem in found.problems if problem.code.startswith("legs_")] == codes
