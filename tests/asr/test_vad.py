"""Where somebody speaks, and where nobody does; real Silero on a sample call and on the sounds of the line."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from qa_service.asr import vad
from qa_service.asr.vad import SileroVad
from qa_service.core.time import Span, gaps, intersect, total_ms
from qa_service.ports import Samples
from tests.asr.sample_call import agent, truth_spans
from tests.asr.sounds import NOBODY, sound


@pytest.fixture(scope="module")
def silero() -> SileroVad:
    return SileroVad()


@pytest.mark.parametrize("name", [pytest.param(name, id=name) for name in NOBODY])
def test_nobody_speaks_in(silero: SileroVad, name: str) -> None:
    assert silero.voiced(sound(name)) == ()


@pytest.mark.parametrize("name", [pytest.param(name, id=name) for name in NOBODY])
@pytest.mark.parametrize("down_db", [10, 20, 30])
def test_nobody_speaks_in_it_however_quiet_it_is(silero: SileroVad, name: str, down_db: int) -> None:
    assert silero.voiced((sound(name) * 10 ** (-down_db / 20)).astype(np.int16)) == ()


@pytest.mark.parametrize("dbfs", [-58, -55, -50])
def test_bursts_of_noise_on_an_idle_line_are_not_raised_to_a_voice(silero: SileroVad, dbfs: int) -> None:
    random = np.random.default_rng(3)
    line = random.normal(0, 10 ** (-75 / 20), 320_000)
    for at in range(0, line.size, 48_000):
        line[at : at + 16_000] += random.normal(0, 10 ** (dbfs / 20), 16_000)

    assert silero.voiced((line * 32_768).astype(np.int16)) == ()


@pytest.mark.parametrize("down_db", [15, 25, 30])
def test_a_quiet_recording_holds_as_much_voice_as_a_loud_one(silero: SileroVad, down_db: int) -> None:
    loud = silero.voiced(agent())

    quiet = silero.voiced((agent() * 10 ** (-down_db / 20)).astype(np.int16))

    assert total_ms(intersect(quiet, loud)) >= 0.95 * total_ms(loud)
    assert total_ms(quiet) <= 1.05 * total_ms(loud)


def test_what_is_said_is_voiced_and_what_is_not_is_not(silero: SileroVad) -> None:
    said, samples = truth_spans("agent"), agent()

    found = silero.voiced(samples)

    call = Span(0, len(samples) // 16)
    caught = sum(total_ms(s for f in found if (s := f.clip(u))) for u in said)
    assert caught / total_ms(said) > 0.75  # pauses inside a sentence are not voiced
    quiet = total_ms(s for gap in gaps(said, call) for f in found if (s := f.clip(gap)))
    assert quiet < 1_500


def test_spans_are_disjoint_in_order_and_inside(silero: SileroVad) -> None:
    samples = agent()

    found = silero.voiced(samples)

    assert all(a.end_ms < b.start_ms for a, b in pairwise(found))
    assert found[-1].end_ms <= len(samples) // 16


def test_chunks_leave_no_trace(silero: SileroVad, monkeypatch: pytest.MonkeyPatch) -> None:
    noisy = agent() + np.random.default_rng(1).integers(-200, 200, len(agent()), dtype=np.int16)
    whole = silero.probabilities(noisy)

    monkeypatch.setattr(vad, "_CHUNK", 100)

    assert np.allclose(whole, silero.probabilities(noisy), atol=0.02)


def test_a_minute_of_quiet_before_a_sentence_does_not_make_it_later(silero: SileroVad) -> None:
    samples = agent()
    first = silero.voiced(samples)[0]
    quiet = np.zeros(60_000 * 16, dtype=np.int16)

    found = silero.voiced(np.concatenate([quiet, samples]))[0]

    assert abs(found.start_ms - 60_000 - first.start_ms) <= 64


@pytest.mark.parametrize("length", [0, 1, 511, 512, 513])
def test_hardly_any_sound_is_no_speech(silero: SileroVad, length: int) -> None:
    assert silero.voiced(np.full(length, 500, dtype=np.int16)) == ()


def test_whispering_below_an_idle_line_is_not_voice(silero: SileroVad) -> None:
    faint: Samples = (agent() // 3_000).astype(np.int16)

    assert silero.voiced(faint) == ()
