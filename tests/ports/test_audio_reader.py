"""What every reader of recordings keeps; PyAV's is the only one so far."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from qa_service.audio.reader import PyAvReader
from qa_service.core.errors import RecordingError
from qa_service.ports import SAMPLE_RATE, AudioReader, SourceProfile
from tests.audio.sounds import Format, encode, file_of, loudest_hz, tones

PROFILE = SourceProfile()
STEREO = Format(".wav", "wav", "pcm_alaw", channels=2)
MONO = replace(STEREO, channels=1)


class AudioReaderContract:
    """Inherit, and give a fixture `reader`."""

    def test_channels_stay_apart_and_in_order(self, reader: AudioReader, tmp_path: Path) -> None:
        recording = reader.read([file_of(tmp_path, STEREO)], PROFILE)

        assert recording.channels == 2
        assert [round(loudest_hz(recording, c), -1) for c in (0, 1)] == [440, 1_000]

    def test_sound_is_16_bit_at_the_rate_of_the_house(self, reader: AudioReader, tmp_path: Path) -> None:
        recording = reader.read([file_of(tmp_path, MONO, seconds=2.0)], PROFILE)

        assert recording.samples.dtype == np.int16
        assert recording.samples.shape == (1, pytest.approx(2 * SAMPLE_RATE, abs=160))
        assert recording.source_rate == 8_000
        assert recording.duration_ms == pytest.approx(2_000, abs=10)

    def test_two_paths_are_two_legs_one_channel_each(self, reader: AudioReader, tmp_path: Path) -> None:
        legs = [file_of(tmp_path, MONO, name="a"), file_of(tmp_path, MONO, seconds=1.0, name="b")]

        recording = reader.read(legs, PROFILE)

        assert recording.channels == 2
        assert recording.duration_ms == pytest.approx(2_000, abs=10)
        assert not recording.samples[1, -SAMPLE_RATE // 2 :].any()

    def test_the_same_file_has_the_same_name_and_sound(self, reader: AudioReader, tmp_path: Path) -> None:
        file = file_of(tmp_path, STEREO)

        one, other = reader.read([file], PROFILE), reader.read([file], PROFILE)

        assert one.sha256 == other.sha256
        assert np.array_equal(one.samples, other.samples)

    def test_another_file_has_another_name(self, reader: AudioReader, tmp_path: Path) -> None:
        a, b = file_of(tmp_path, MONO, name="a"), file_of(tmp_path, MONO, seconds=1.0, name="b")

        assert reader.read([a], PROFILE).sha256 != reader.read([b], PROFILE).sha256

    def test_a_whole_file_has_no_problems(self, reader: AudioReader, tmp_path: Path) -> None:
        assert reader.read([file_of(tmp_path, STEREO)], PROFILE).problems == ()

    def test_half_a_file_says_so(self, reader: AudioReader, tmp_path: Path) -> None:
        file = file_of(tmp_path, MONO, seconds=4.0)
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])

        recording = reader.read([file], PROFILE)

        assert [problem.code for problem in recording.problems] == ["truncated"]
        assert recording.problems[0].lost_ms == pytest.approx(2_000, abs=50)

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            pytest.param(b"", "empty", id="no bytes"),
            pytest.param("您好，这不是录音。".encode() * 100, "not_audio", id="text"),
            pytest.param(b"\0" * 100_000, "not_audio", id="zeros"),
            pytest.param(b"ffconcat version 1.0\nfile other.mp3\n", "playlist", id="a list of other files"),
            pytest.param(encode(tones(1, seconds=0.2, rate=8_000), MONO), "too_short", id="0.2 s"),
        ],
    )
    def test_what_is_no_recording_is_refused_with_its_reason(
        self, reader: AudioReader, tmp_path: Path, content: bytes, code: str
    ) -> None:
        file = tmp_path / "call.wav"
        file.write_bytes(content)

        with pytest.raises(RecordingError) as refused:
            reader.read([file], PROFILE)

        assert refused.value.code == code
        assert refused.value.fix

    def test_a_file_that_is_not_there_is_missing(self, reader: AudioReader, tmp_path: Path) -> None:
        with pytest.raises(RecordingError) as refused:
            reader.read([tmp_path / "nothing.wav"], PROFILE)

        assert refused.value.code == "missing"

    @pytest.mark.parametrize(
        ("limit", "code"),
        [
            pytest.param(SourceProfile(max_bytes=1_000), "too_large", id="bytes"),
            pytest.param(SourceProfile(max_ms=1_000), "too_long", id="length"),
        ],
    )
    def test_limits_of_the_source_hold(
        self, reader: AudioReader, tmp_path: Path, limit: SourceProfile, code: str
    ) -> None:
        with pytest.raises(RecordingError) as refused:
            reader.read([file_of(tmp_path, MONO)], limit)

        assert refused.value.code == code


class TestPyAvReader(AudioReaderContract):
    @pytest.fixture
    def reader(self, tmp_path: Path) -> AudioReader:
        scratch = tmp_path / "scratch"
        scratch.mkdir()
        return PyAvReader(scratch=scratch)

    def test_nothing_is_left_behind(self, reader: AudioReader, tmp_path: Path) -> None:
        reader.read([file_of(tmp_path, STEREO)], PROFILE)

        assert list((tmp_path / "scratch").iterdir()) == []
