"""Source profiles: built in, from a file, and what is wrong with a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_service.audio.profiles import BUILT_IN, load_profiles, named
from qa_service.audio.reader import PyAvReader
from qa_service.core.errors import RecordingError, UsageError
from qa_service.ports import SourceProfile
from tests.audio.sounds import LEFT_HZ, RIGHT_HZ, Format, encode, loudest_hz, tones


@pytest.mark.parametrize(
    ("profile", "codec", "rate", "channels"),
    [
        pytest.param("alaw-8k", "pcm_alaw", 8_000, 1, id="a-law"),
        pytest.param("ulaw-8k", "pcm_mulaw", 8_000, 1, id="µ-law"),
        pytest.param("s16-8k", "pcm_s16le", 8_000, 1, id="16-bit"),
        pytest.param("s16-16k", "pcm_s16le", 16_000, 1, id="16-bit, 16 kHz"),
        pytest.param("s16-8k-stereo", "pcm_s16le", 8_000, 2, id="16-bit, stereo"),
    ],
)
def test_headerless_pcm(profile: str, codec: str, rate: int, channels: int, tmp_path: Path) -> None:
    raw = {"pcm_alaw": "alaw", "pcm_mulaw": "mulaw", "pcm_s16le": "s16le"}[codec]
    path = tmp_path / "call.pcm"
    path.write_bytes(
        encode(tones(channels, seconds=2, rate=rate), Format(".pcm", raw, codec, rate, channels))
    )

    heard = PyAvReader().read([path], named(profile))

    assert (heard.channels, heard.duration_ms) == (channels, 2_000)
    for channel, hz in zip(range(channels), (LEFT_HZ, RIGHT_HZ), strict=False):
        assert abs(loudest_hz(heard, channel) - hz) <= 5


@pytest.mark.parametrize(
    ("codec", "rate"),
    [("g722", 16_000), ("g726", 8_000), ("g726le", 8_000), ("pcm_u8", 8_000), ("pcm_s16be", 8_000)],
)
def test_other_headerless_codecs(codec: str, rate: int, tmp_path: Path) -> None:
    raw = {"pcm_u8": "u8", "pcm_s16be": "s16be"}.get(codec, codec)
    path = tmp_path / "call.raw"
    path.write_bytes(
        encode(tones(1, seconds=2, rate=rate), Format(".raw", raw, codec, rate, bit_rate=32_000))
    )

    heard = PyAvReader().read([path], SourceProfile("own", raw_codec=codec, raw_rate=rate))

    assert abs(heard.duration_ms - 2_000) <= 50
    assert abs(loudest_hz(heard, 0) - LEFT_HZ) <= 5


@pytest.mark.parametrize("ending", [".raw", ".vox", ".pcm", ".ulaw", ".alaw", ".VOX"])
def test_a_headerless_file_asks_for_a_profile(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"call{ending}"
    path.write_bytes(b"\xd5\x55\x80\x00" * 4_000)

    with pytest.raises(RecordingError, match="source profile") as refused:
        PyAvReader().read([path], SourceProfile())

    assert refused.value.code == "needs_profile"
    assert refused.value.values == {"ending": ending.lower()}


def test_a_file_with_a_header_is_read_by_its_header_under_any_profile(tmp_path: Path) -> None:
    path = tmp_path / "call.pcm"
    path.write_bytes(encode(tones(2, seconds=1, rate=8_000), Format(".wav", "wav", "pcm_alaw", channels=2)))

    heard = PyAvReader().read([path], named("vox-8k"))

    assert (heard.codec, heard.channels) == ("pcm_alaw", 2)


def test_a_profile_file_adds_and_replaces(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text('[recorder-7]\nraw_codec = "pcm_alaw"\nraw_channels = 2\n[default]\nmax_ms = 60000\n')

    profiles = load_profiles(path)

    assert profiles["recorder-7"] == SourceProfile("recorder-7", raw_codec="pcm_alaw", raw_channels=2)
    assert profiles["default"].max_ms == 60_000
    assert profiles["vox-8k"] == BUILT_IN["vox-8k"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("recorder = 7", "recorder: is not a table", id="no table"),
        pytest.param("[a]\ncodec = 'pcm'", "a.codec: is not a setting", id="unknown key"),
        pytest.param("[a]\nraw_codec = 'mp3'", "'mp3' is not a known codec", id="not a raw codec"),
        pytest.param("[a]\nraw_rate = '8k'", "'8k' is not a number", id="text for a number"),
        pytest.param("[a]\nraw_rate = -8000", "-8000 is not a number above zero", id="negative rate"),
        pytest.param("[a]\nraw_rate = true", "True is not a number", id="a truth value"),
        pytest.param("[a]\nraw_rate = 900000", "900000 Hz is not one", id="absurd rate"),
        pytest.param("[a]\nraw_codec = 'adpcm_ima_oki'\nraw_channels = 2", "2 channels", id="stereo vox"),
        pytest.param("[a]\nraw_codec = 'pcm_alaw'\nraw_channels = 3", "3 channels", id="three channels"),
        pytest.param("[a", "cannot be read", id="not TOML"),
    ],
)
def test_a_wrong_profile_file_says_where_and_what(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(text)

    with pytest.raises(UsageError) as refused:
        load_profiles(path)

    assert refused.value.code == "profile_invalid"
    assert says in str(refused.value)
    assert "sources.toml" in str(refused.value)


def test_a_missing_profile_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_profiles(tmp_path / "none.toml")


def test_an_unknown_profile_lists_the_known(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"vox-8k") as refused:
        named("vox")

    assert refused.value.code == "profile_unknown"
