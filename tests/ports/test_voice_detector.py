"""What every voice detector keeps; Silero's is the only one so far."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from qa_service.asr.vad import SileroVad
from qa_service.core.time import Span, intersect, merge, total_ms
from qa_service.ports import SAMPLES_PER_MS, Samples, VoiceDetector
from tests.measures.calls import sample_call
from tests.measures.voices import noise, pcm, telephone, tone


def agent_alone() -> tuple[Samples, tuple[Span, ...]]:
    """30 s of an agent's channel, and when she speaks."""
    call = sample_call("good-call")
    return pcm(call.voices[0]), call.spoken[0]


class VoiceDetectorContract:
    """Inherit, and give a fixture `detector`."""

    def test_finds_speech_and_little_else(self, detector: VoiceDetector) -> None:
        samples, spoken = agent_alone()

        found = detector.voiced(samples)

        both = total_ms(intersect(found, spoken))
        # The truth counts the breaths inside a sentence as spoken; a detector need not.
        assert both >= 0.85 * total_ms(spoken)
        assert both >= 0.95 * total_ms(found)

    def test_finds_it_on_a_telephone_too(self, detector: VoiceDetector) -> None:
        samples, spoken = agent_alone()

        found = detector.voiced(pcm(telephone(samples / 32_768)))

        assert total_ms(intersect(found, spoken)) >= 0.8 * total_ms(spoken)

    def test_spans_are_disjoint_in_order_and_inside(self, detector: VoiceDetector) -> None:
        samples, _ = agent_alone()

        found = detector.voiced(samples)

        assert found == merge(found)
        assert all(one.end_ms < other.start_ms for one, other in pairwise(found))
        assert found[-1].end_ms <= len(samples) // SAMPLES_PER_MS

    def test_the_same_sound_gives_the_same_answer(self, detector: VoiceDetector) -> None:
        samples, _ = agent_alone()

        assert detector.voiced(samples) == detector.voiced(samples)

    def test_does_not_change_what_it_hears(self, detector: VoiceDetector) -> None:
        samples, _ = agent_alone()
        before = samples.copy()

        detector.voiced(samples)

        assert np.array_equal(samples, before)

    @pytest.mark.parametrize(
        "samples",
        [
            pytest.param(np.zeros(0, np.int16), id="nothing at all"),
            pytest.param(np.zeros(100, np.int16), id="six milliseconds"),
            pytest.param(np.zeros(160_000, np.int16), id="digital silence"),
            pytest.param(pcm(noise(1, 10, dbfs=-62)), id="an idle line"),
            pytest.param(pcm(tone(450, 10)), id="a dial tone"),
        ],
    )
    def test_where_nobody_speaks_there_is_nothing(self, detector: VoiceDetector, samples: Samples) -> None:
        assert detector.voiced(samples) == ()


@cache
def loaded() -> SileroVad:
    """One for all tests: it keeps nothing between calls."""
    return SileroVad()


class TestSileroVad(VoiceDetectorContract):
    @pytest.fixture
    def detector(self) -> VoiceDetector:
        return loaded()
