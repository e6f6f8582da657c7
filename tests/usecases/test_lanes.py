"""Two files of one call are on one clock only where their sound proves it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from qa_service.asr.vad import SileroVad
from qa_service.ports import Recording
from qa_service.usecases.lanes import find_lanes
from tests.measures.calls import SAMPLES, Leak, decoded, sample_call
from tests.measures.voices import noise, pcm
from tests.usecases.hearing import speakers, two_parties


def apart() -> Recording:
    """Nothing of either party is heard on the other's channel."""
    return two_parties().recording


def moved(late_ms: int) -> Recording:
    """Nothing is heard of the other either, and the customer's channel began `late_ms` before the agent's."""
    rows = decoded(SAMPLES / "good-call.wav")
    late = np.concatenate([np.zeros(late_ms * 16, np.int16), rows[1]])[: rows.shape[1]]
    return of(np.stack([rows[0], late]))


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
        pytest.param(moved(0), [], id="one file, as it was"),
        pytest.param(moved(2_500), ["clocks_doubted"], id="one file, and one channel is late"),
        pytest.param(
            replace(moved(2_500), is_legs=True), ["clocks_doubted"], id="two files, one of them late"
        ),
        pytest.param(replace(leaking(), is_legs=True), [], id="two files, and an echo proves them aligned"),
        pytest.param(replace(leaking(1_200), is_legs=True), ["legs_shifted"], id="an echo proves the delay"),
        pytest.param(replace(same(), is_legs=True), [], id="the same sound twice is a mono call"),
    ],
)
def test_whether_two_legs_are_on_one_clock(recording: Recording, codes: list[str]) -> None:
    found = find_lanes(recording, SileroVad(), speakers)

    about_clocks = ("legs_", "clocks_")
    assert [problem.code for problem in found.problems if problem.code.startswith(about_clocks)] == codes


def test_the_first_tone_of_hold_music_is_no_voice() -> None:
    found = find_lanes(of(decoded(SAMPLES / "transferred-consultation.ogg")), SileroVad(), speakers)

    assert not [span for span in found.own[0] if 30_500 < span.start_ms < 47_000]
    assert 30_300 < max(span.end_ms for span in found.own[0] if span.end_ms < 40_000) < 30_600


def in_noise(dbfs: float | None) -> Recording:
    """The agent speaks over steady noise for the last twelve seconds."""
    rows = two_parties().rows.copy()
    loud = np.zeros(0, np.int16) if dbfs is None else pcm(noise(7, 12, dbfs=dbfs))
    rows[0, rows.shape[1] - loud.size :] = np.clip(
        rows[0, rows.shape[1] - loud.size :].astype(np.int32) + loud, -32_768, 32_767
    )
    return of(rows)


@pytest.mark.parametrize(
    ("dbfs", "codes"),
    [
        pytest.param(None, [], id="no noise"),
        pytest.param(-60, [], id="an ordinary line"),
        pytest.param(-22, ["bad_snr"], id="as loud as the voice"),
    ],
)
def test_speech_that_noise_drowns_is_told(dbfs: float | None, codes: list[str]) -> None:
    found = find_lanes(in_noise(dbfs), SileroVad(), speakers)

    assert [problem.code for problem in found.problems] == codes
    assert {doubt.code for doubt in found.doubts} == ({"unreliable.bad_snr"} if codes else set())
