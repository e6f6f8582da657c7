"""Three people on one channel: said as a problem, and nobody is told apart surely."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from qa_service.asr.vad import SileroVad
from qa_service.ports import Recording
from qa_service.usecases.lanes import find_lanes
from qa_service.usecases.speakers import Spoken, by_voice
from tests.measures.calls import SAMPLES, decoded
from tests.usecases.hearing import speakers

Wave = npt.NDArray[np.int16]


def mono(audio: str, from_ms: int = 0, to_ms: int = 60_000) -> Wave:
    rows = decoded(SAMPLES / audio)[:, from_ms * 16 : to_ms * 16].astype(np.int64)
    mixed: Wave = np.clip(rows.sum(axis=0), -32_768, 32_767).astype(np.int16)
    return mixed


def spoken(*parts: Wave) -> Spoken:
    recording = Recording(np.concatenate(parts)[np.newaxis], "ab" * 32, codec="pcm_s16le", source_rate=16_000)
    return by_voice(find_lanes(recording, SileroVad(), speakers), ((),), speakers)


def test_a_third_person_is_told() -> None:
    found = spoken(
        mono("good-call.wav", 0, 24_300),
        mono("escalation-12315.flac", 0, 25_000),
        mono("good-call.wav", 27_000),
    )

    assert [problem.code for problem in found.problems] == ["more_voices"]
    assert found.separation <= 0.5


@pytest.mark.parametrize(
    "audio",
    [
        "good-call.wav",
        "guaranteed-return.wav",
        "hedging-evasion.wav",
        "rude-interruptions.m4a",
        "taiwan-traditional.m4a",
        "mp3-call.mp3",
        "mono-call.wav",
        "ivr-hold-survey.wav",
    ],
)
def test_two_people_are_no_problem(audio: str) -> None:
    assert spoken(mono(audio, 0, 200_000)).problems == ()
