"""Forms for browsers and outlines: the same sound, whatever came; minute by minute."""

from __future__ import annotations

import io
import json
import wave
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from qa_service.audio import renditions
from qa_service.audio.renditions import MOST_BUCKETS, render
from qa_service.ports import SAMPLE_RATE, Recording
from qa_service.ports.playing import Form


def recording(*rows: npt.NDArray[np.int16]) -> Recording:
    return Recording(np.stack(rows), "ab" * 32, "pcm_s16le", SAMPLE_RATE)


def tone(seconds: float, hertz: float = 440, loud: int = 8_000) -> npt.NDArray[np.int16]:
    at = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (loud * np.sin(2 * np.pi * hertz * at)).astype(np.int16)


QUIET = np.zeros(2 * SAMPLE_RATE, np.int16)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("form", [Form.OPUS, Form.WAV])
def test_a_form_lasts_as_long_and_sounds_on_the_same_side(tmp_path: Path, form: Form, channels: int) -> None:
    rows = (tone(2), QUIET)[:channels]

    made = render(recording(*rows), [form], tmp_path)

    with av.open(str(made[form])) as opened:
        stream = opened.streams.audio[0]
        assert (stream.codec_context.name, stream.channels) == (
            {Form.OPUS: "opus", Form.WAV: "pcm_s16le"}[form],
            channels,
        )
        frames = [frame.to_ndarray() for frame in opened.decode(stream)]
        rate = stream.rate
        planar = stream.format.is_planar
    heard = np.concatenate(frames, axis=1).astype(np.float64)
    heard = heard if planar else heard.reshape(-1, channels).T
    assert heard.shape[1] / rate == pytest.approx(2.0, abs=0.05)
    loudness = np.sqrt((heard**2).mean(axis=1))
    assert loudness[0] > 100 * (loudness[1] if channels == 2 else 0)


def test_wav_is_the_very_same_samples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renditions, "_PIECE", 1_000)
    rows = (tone(1.23), tone(1.23, hertz=300))

    made = render(recording(*rows), [Form.WAV], tmp_path)

    with wave.open(io.BytesIO(made[Form.WAV].read_bytes())) as opened:
        samples = np.frombuffer(opened.readframes(opened.getnframes()), "<i2").reshape(-1, 2).T
    assert np.array_equal(samples, np.stack(rows))


@pytest.mark.parametrize(
    ("samples", "buckets"),
    [
        pytest.param(np.zeros(1, np.int16), 1, id="one sample"),
        pytest.param(tone(0.305), 31, id="less than a third of a second"),
        pytest.param(tone(40), 4_000, id="forty seconds"),
        pytest.param(tone(95.5), 4_000, id="a minute and a half"),
    ],
)
def test_outlines_have_as_many_buckets_as_there_are_for(
    tmp_path: Path, samples: npt.NDArray[np.int16], buckets: int
) -> None:
    made = render(recording(samples), [Form.PEAKS], tmp_path)

    told = json.loads(made[Form.PEAKS].read_bytes())
    assert [len(row) for row in told["channels"]] == [2 * buckets]
    assert buckets <= MOST_BUCKETS
    assert told["duration_ms"] == len(samples) // 16


def test_an_outline_shows_where_it_is_loud(tmp_path: Path) -> None:
    quiet = np.zeros(30 * SAMPLE_RATE, np.int16)
    loudest = np.array([32_767, -32_768] * SAMPLE_RATE, np.int16)

    made = render(recording(np.concatenate((quiet, loudest, quiet))), [Form.PEAKS], tmp_path)

    points = np.array(json.loads(made[Form.PEAKS].read_bytes())["channels"][0]).reshape(-1, 2)
    loud = np.flatnonzero(points.any(axis=1)) * 62_000 / len(points)
    assert (points.min(), points.max()) == (-127, 127)
    assert (loud.min(), loud.max()) == (pytest.approx(30_000, abs=32), pytest.approx(32_000, abs=32))


def test_all_forms_come_from_one_pass(tmp_path: Path) -> None:
    made = render(recording(tone(61)), list(Form), tmp_path)

    assert {form: file.name for form, file in made.items()} == {form: form.value for form in Form}
    assert all(file.stat().st_size > 1_000 for file in made.values())
