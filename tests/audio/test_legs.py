"""Two files, one call: each leg becomes a channel."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_service.audio.reader import PyAvReader
from qa_service.core.errors import RecordingError, UsageError
from qa_service.core.time import Span
from qa_service.ports import SourceProfile
from tests.audio.sounds import LEFT_HZ, RIGHT_HZ, Format, encode, file_of, loudest_hz, tone

MONO = Format(".wav", "wav", "pcm_alaw")


def leg(folder: Path, name: str, hz: int, seconds: float, form: Format = MONO) -> Path:
    path = folder / f"{name}{form.ending}"
    path.write_bytes(encode(tone(hz, seconds=seconds, rate=form.rate)[:, None], form))
    return path


def test_each_leg_is_a_channel_and_the_shorter_ends_in_silence(tmp_path: Path) -> None:
    agent = leg(tmp_path, "agent", LEFT_HZ, 3)
    customer = leg(tmp_path, "customer", RIGHT_HZ, 2, Format(".mp3", "mp3", "libmp3lame", 16_000))

    heard = PyAvReader().read([agent, customer], SourceProfile())

    assert (heard.channels, heard.duration_ms) == (2, 3_000)
    assert heard.is_legs
    assert abs(loudest_hz(heard, 0) - LEFT_HZ) <= 5
    assert abs(loudest_hz(heard, 1) - RIGHT_HZ) <= 5
    assert not heard.cut(1, Span(2_100, 3_000)).any()
    assert heard.problems == ()


def test_a_stereo_leg_is_mixed_down_and_said(tmp_path: Path) -> None:
    stereo = file_of(tmp_path, Format(".wav", "wav", "pcm_alaw", channels=2), name="agent")
    mono = leg(tmp_path, "customer", RIGHT_HZ, 2)

    heard = PyAvReader().read([stereo, mono], SourceProfile())

    assert heard.channels == 2
    assert [(problem.code, problem.detail) for problem in heard.problems] == [("leg_mixed_down", "leg 1")]


def test_a_stereo_file_is_not_two_legs(tmp_path: Path) -> None:
    stereo = file_of(tmp_path, Format(".wav", "wav", "pcm_alaw", channels=2), name="both")

    assert not PyAvReader().read([stereo], SourceProfile()).is_legs


def test_the_order_of_legs_is_part_of_the_fingerprint(tmp_path: Path) -> None:
    one, two = leg(tmp_path, "one", LEFT_HZ, 1), leg(tmp_path, "two", RIGHT_HZ, 1)
    reader = PyAvReader()

    forth, back = reader.read([one, two], SourceProfile()), reader.read([two, one], SourceProfile())

    assert len({forth.sha256, back.sha256, reader.read([one], SourceProfile()).sha256}) == 3


def test_a_bad_leg_is_named(tmp_path: Path) -> None:
    bad = tmp_path / "customer.wav"
    bad.write_bytes(b"hello")

    with pytest.raises(RecordingError, match=r"customer\.wav") as refused:
        PyAvReader().read([leg(tmp_path, "agent", LEFT_HZ, 1), bad], SourceProfile())

    assert refused.value.code == "not_audio"


@pytest.mark.parametrize("count", [0, 3])
def test_a_call_is_one_file_or_two_legs(count: int, tmp_path: Path) -> None:
    paths = [leg(tmp_path, f"leg{index}", LEFT_HZ, 1) for index in range(count)]

    with pytest.raises(UsageError) as refused:
        PyAvReader().read(paths, SourceProfile())

    assert refused.value.code == "wrong_legs"
