"""Every format that call centres keep: right length, right tone, right channel."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_service.audio.reader import PyAvReader
from qa_service.ports import SourceProfile
from tests.audio.sounds import LEFT_HZ, RIGHT_HZ, Format, encode, file_of, loudest_hz, oki, share_at, tone

FIXTURES = Path(__file__).parent / "fixtures"
SECONDS = 2.0
#: What a codec may add at its ends beyond ± 50 ms: one frame of padding or delay.
PADDED_MS = {"aac": 130, "g723_1": 60, "wmav2": 260, "libopencore_amrnb": 40}

FORMATS = [
    pytest.param(Format(".wav", "wav", "pcm_alaw", channels=2), id="G.711 a-law WAV, stereo"),
    pytest.param(Format(".wav", "wav", "pcm_mulaw", channels=2), id="G.711 µ-law WAV, stereo"),
    pytest.param(Format(".wav", "wav", "pcm_s16le", 16_000, 2), id="16-bit WAV, stereo"),
    pytest.param(Format(".wav", "wav", "pcm_u8", channels=2), id="8-bit WAV"),
    pytest.param(Format(".wav", "wav", "pcm_s24le", 96_000, 2), id="24-bit 96 kHz WAV"),
    pytest.param(Format(".wav", "wav", "pcm_f32le", 48_000, 2), id="float WAV"),
    pytest.param(Format(".wav", "wav", "adpcm_ima_wav", channels=2), id="IMA ADPCM WAV"),
    pytest.param(Format(".wav", "wav", "adpcm_ms", channels=2), id="Microsoft ADPCM WAV"),
    pytest.param(Format(".wav", "wav", "g722", 16_000), id="G.722 WAV"),
    pytest.param(Format(".g722", "g722", "g722", 16_000), id="G.722 raw, known by its ending"),
    pytest.param(Format(".wav", "wav", "g723_1", bit_rate=6_300), id="G.723.1 WAV"),
    pytest.param(Format(".wav", "wav", "g726", bit_rate=32_000), id="G.726 WAV"),
    pytest.param(Format(".mp3", "mp3", "libmp3lame", 16_000, 2, 64_000), id="MP3 at 16 kHz"),
    pytest.param(Format(".mp3", "mp3", "libmp3lame", 44_100, 2, 64_000), id="MP3 at 44.1 kHz"),
    pytest.param(Format(".m4a", "mp4", "aac", 16_000, 2, 64_000), id="M4A"),
    pytest.param(Format(".aac", "adts", "aac", 16_000, 2, 64_000), id="AAC without container"),
    pytest.param(Format(".ogg", "ogg", "libopus", 16_000, 2, 48_000), id="Ogg Opus"),
    pytest.param(Format(".ogg", "ogg", "vorbis", 16_000, 2), id="Ogg Vorbis"),
    pytest.param(Format(".flac", "flac", "flac", 16_000, 2), id="FLAC"),
    pytest.param(Format(".wma", "asf", "wmav2", 16_000, 2, 32_000), id="WMA"),
    pytest.param(Format(".amr", "amr", "libopencore_amrnb", bit_rate=12_200), id="AMR-NB"),
    pytest.param(Format(".3gp", "3gp", "libopencore_amrnb", bit_rate=12_200), id="3GP with AMR"),
    pytest.param(Format(".au", "au", "pcm_mulaw", channels=2), id="Sun AU"),
    pytest.param(Format(".aiff", "aiff", "pcm_s16be", channels=2), id="AIFF"),
    pytest.param(Format(".caf", "caf", "pcm_s16be", channels=2), id="CAF"),
    pytest.param(Format(".webm", "webm", "libopus", 16_000, 2, 48_000), id="WebM"),
    pytest.param(Format(".mkv", "matroska", "flac", 16_000, 2), id="Matroska"),
    pytest.param(Format(".mov", "mov", "pcm_s16le", 16_000, 2), id="QuickTime"),
    pytest.param(Format(".w64", "w64", "pcm_s16le", 16_000, 2), id="W64"),
]


@pytest.mark.parametrize("form", FORMATS)
def test_a_format_keeps_length_tone_and_channel(form: Format, tmp_path: Path) -> None:
    path = file_of(tmp_path, form, seconds=SECONDS)

    heard = PyAvReader().read([path], SourceProfile())

    assert heard.channels == form.channels
    assert abs(heard.duration_ms - SECONDS * 1_000) <= PADDED_MS.get(form.codec, 50)
    assert heard.problems == ()
    for channel, hz in zip(range(heard.channels), (LEFT_HZ, RIGHT_HZ), strict=False):
        assert abs(loudest_hz(heard, channel) - hz) <= 5
        assert share_at(heard, channel, (RIGHT_HZ, LEFT_HZ)[channel]) < 0.05


@pytest.mark.parametrize("wrong", [".mp3", ".txt", ".g722", ".raw", "", ".录音", ".WAV "])
def test_a_wrong_ending_simply_works(wrong: str, tmp_path: Path) -> None:
    path = file_of(tmp_path, Format(wrong, "wav", "pcm_alaw", channels=2))

    heard = PyAvReader().read([path], SourceProfile())

    assert (heard.codec, heard.source_rate, heard.channels) == ("pcm_alaw", 8_000, 2)
    assert heard.duration_ms == 2_000


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("gsm.wav", "gsm_ms"),
        ("tone.gsm", "gsm"),
        ("speex.ogg", "speex"),
    ],
)
def test_codecs_that_only_others_can_write(name: str, codec: str) -> None:
    heard = PyAvReader().read([FIXTURES / name], SourceProfile())

    assert heard.codec.startswith(codec)
    assert abs(heard.duration_ms - 1_000) <= 60
    assert abs(loudest_hz(heard, 0) - LEFT_HZ) <= 5


def test_what_a_recording_says_about_itself(tmp_path: Path) -> None:
    path = file_of(tmp_path, Format(".wav", "wav", "pcm_alaw", channels=2))

    heard = PyAvReader().read([path], SourceProfile())

    assert (heard.codec, heard.source_rate, heard.claimed_ms) == ("pcm_alaw", 8_000, 2_000)
    assert heard.samples.dtype == "int16"
    assert heard.samples.shape == (2, 32_000)


def test_sound_above_the_new_limit_does_not_fold_back(tmp_path: Path) -> None:
    # Linear interpolation would turn 11 kHz into an audible 5 kHz.
    path = tmp_path / "high.wav"
    path.write_bytes(
        encode(tone(11_000, seconds=1, rate=48_000)[:, None], Format(".wav", "wav", "pcm_s16le", 48_000))
    )

    heard = PyAvReader().read([path], SourceProfile())

    assert abs(heard.samples[0, 800:-800]).max() < 50


def test_oki_vox_through_a_profile(tmp_path: Path) -> None:
    path = tmp_path / "call.vox"
    path.write_bytes(oki(tone(LEFT_HZ, seconds=1, rate=8_000)))

    heard = PyAvReader().read([path], SourceProfile("vox-8k", raw_codec="adpcm_ima_oki"))

    assert heard.duration_ms == 1_000
    assert abs(loudest_hz(heard, 0) - LEFT_HZ) <= 5
    assert share_at(heard, 0, LEFT_HZ) > 0.98
