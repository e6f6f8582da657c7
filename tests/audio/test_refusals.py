"""What is no recording, or too much of one: each has its own code, and a way out."""

from __future__ import annotations

import io
import os
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from qa_service.audio.formats import is_playlist, is_text
from qa_service.audio.reader import PyAvReader
from qa_service.core.errors import RecordingError
from qa_service.ports import SAMPLE_RATE, SourceProfile
from tests.audio.sounds import Format, encode, file_of, tone, tones

WAV = Format(".wav", "wav", "pcm_s16le")
ANY = SourceProfile()


def code_of(path: Path, profile: SourceProfile = ANY) -> str:
    with pytest.raises(RecordingError) as refused:
        PyAvReader().read([path], profile)
    assert refused.value.fix
    assert path.name in str(refused.value)
    return refused.value.code


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("call.wav", bytes(5_000_000))
    return file.getvalue()


def wav_header(*, data_bytes: int, rate: int = 8_000, channels: int = 1) -> bytes:
    block = 2 * channels
    form = struct.pack("<HHIIHH", 1, channels, rate, (rate * block) % 2**32, block % 2**16, 16)
    size = min(data_bytes + 36, 2**32 - 1)
    return (
        b"RIFF"
        + struct.pack("<I", size)
        + b"WAVEfmt "
        + struct.pack("<I", 16)
        + form
        + b"data"
        + (struct.pack("<I", data_bytes))
    )


MPD = b'<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>secret.mp4</BaseURL></MPD>'
SDP = b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 5004 RTP/AVP 0\r\n"
HLS = b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n"
NOISE = random.Random(1).randbytes(100_000)
ONE_SECOND = encode(tones(1, seconds=1, rate=8_000), WAV)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        pytest.param("call.wav", b"", "empty", id="T6: an empty file"),
        pytest.param("call.wav", b"R", "not_audio", id="one byte"),
        pytest.param("call.wav", b"RIFF\x24\0\0\0", "unreadable", id="a header cut off after eight bytes"),
        pytest.param(
            "call.mp3", "您好，请问有什么可以帮您？\n".encode() * 50, "not_audio", id="T6: Chinese text"
        ),
        pytest.param("call.g722", b"hello, this is text\n" * 50, "not_audio", id="text with a raw ending"),
        pytest.param("call.mp3", NOISE, "not_audio", id="T5: random bytes named mp3"),
        pytest.param("call.wav", NOISE, "not_audio", id="T5: random bytes named wav"),
        pytest.param("call.m4a", NOISE, "not_audio", id="T5: random bytes named m4a"),
        pytest.param("call.mp3", bytes(1_000_000), "not_audio", id="T5: zeros named mp3"),
        pytest.param("call.wav", bytes(1_000_000), "not_audio", id="T5: zeros named wav"),
        pytest.param("call.wav", b"ffconcat version 1.0\nfile secret.mp3\n", "playlist", id="T7: ffconcat"),
        pytest.param("call.wav", HLS, "playlist", id="T7: HLS"),
        pytest.param("call.wav", b"\xef\xbb\xbf\n " + HLS, "playlist", id="HLS behind a byte order mark"),
        pytest.param("call.wav", SDP, "playlist", id="T7: SDP"),
        pytest.param("call.wav", MPD, "playlist", id="T7: DASH"),
        pytest.param("call.mp3", b"[playlist]\nFile1=http://x/\n", "playlist", id="PLS"),
        pytest.param("call.wma", b'<ASX version="3"><Entry/></ASX>', "playlist", id="ASX"),
        pytest.param("call.mp3", b"<smil><body/></smil>", "playlist", id="SMIL"),
        pytest.param("call.zip", zipped(), "archive", id="a zip of a recording"),
        pytest.param("call.wav", zipped(), "archive", id="a zip named wav"),
        pytest.param("call.wav", b"%PDF-1.7\n" + NOISE, "not_audio", id="a PDF"),
        pytest.param("call.wav", b"\x89PNG\r\n\x1a\n" + NOISE, "not_audio", id="a picture"),
        pytest.param("call.wav", b"\x1f\x8b\x08\x00" + NOISE, "not_audio", id="a gzip"),
        pytest.param(
            "call.mp4", b"\0\0\0\x18ftypisom" + bytes(100), "unreadable", id="an MP4 without a film"
        ),
        pytest.param("call.ogg", b"OggS" + NOISE, "unreadable", id="Ogg with noise in it"),
        pytest.param("call.flac", b"fLaC" + NOISE, "unreadable", id="FLAC with noise in it"),
        pytest.param("call.mkv", b"\x1aE\xdf\xa3" + NOISE, "unreadable", id="Matroska with noise in it"),
        pytest.param("call.wav", ONE_SECOND[:44], "unreadable", id="a header and no sound"),
        pytest.param(
            "call.wav", wav_header(data_bytes=16_000, rate=0) + bytes(16_000), "unreadable", id="0 Hz"
        ),
        pytest.param(
            "call.wav",
            wav_header(data_bytes=16_000, rate=2**31 + 5) + bytes(16_000),
            "unreadable",
            id="2 GHz",
        ),
        pytest.param(
            "call.wav",
            wav_header(data_bytes=16_000, channels=0) + bytes(16_000),
            "unreadable",
            id="0 channels",
        ),
        pytest.param(
            "call.wav",
            wav_header(data_bytes=510_000, channels=255) + bytes(510_000),
            "too_many_channels",
            id="255 channels",
        ),
    ],
)
def test_a_refusal_names_its_reason(name: str, data: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)

    assert code_of(path) == code


@pytest.mark.parametrize("size", [0, 0xFFFF_FFFF, 0x7FFF_FFFF], ids=["zero", "all ones", "largest signed"])
def test_a_recorder_that_never_wrote_its_size_claims_nothing(size: int, tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(wav_header(data_bytes=size) + tone(440, seconds=2, rate=8_000).tobytes())

    heard = PyAvReader().read([path], ANY)

    assert (heard.claimed_ms, heard.duration_ms, heard.problems) == (None, 2_000, ())


@pytest.mark.parametrize(("seconds", "said"), [(0.2, 0.2), (0.05, 0.05)])
def test_too_short_says_how_short(seconds: float, said: float, tmp_path: Path) -> None:
    path = file_of(tmp_path, WAV, seconds=seconds)

    with pytest.raises(RecordingError) as refused:
        PyAvReader().read([path], ANY)

    assert refused.value.code == "too_short"
    assert refused.value.values == {"seconds": said, "limit_seconds": 0.3}


def test_a_third_of_a_second_is_enough(tmp_path: Path) -> None:
    assert PyAvReader().read([file_of(tmp_path, WAV, seconds=0.3)], ANY).duration_ms == 300


def test_too_large_is_seen_before_decoding(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    with path.open("wb") as file:
        file.truncate(2 << 30)

    with pytest.raises(RecordingError, match=r"2147\.5 MB") as refused:
        PyAvReader().read([path], ANY)

    assert refused.value.code == "too_large"
    assert refused.value.values == {"megabytes": 2147.5, "limit_megabytes": 1073.7}


def test_a_header_that_claims_ten_hours_is_held_to_the_size_of_its_file(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(wav_header(data_bytes=576_000_000) + bytes(96_000))

    heard = PyAvReader().read([path], SourceProfile())

    assert heard.duration_ms == 6_000
    assert [(problem.code, problem.lost_ms) for problem in heard.problems] == [("truncated", 35_994_000)]


def test_a_wav_that_holds_more_than_may_be_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(wav_header(data_bytes=96_000) + bytes(96_000))

    with pytest.raises(RecordingError) as refused:
        PyAvReader().read([path], SourceProfile(max_ms=5_000))

    assert refused.value.code == "too_long"
    assert refused.value.values["limit_hours"] == 0.0


def test_too_long_by_what_the_file_claims(tmp_path: Path) -> None:
    path = file_of(tmp_path, Format(".mp3", "mp3", "libmp3lame", 16_000), seconds=3)

    with pytest.raises(RecordingError) as refused:
        PyAvReader().read([path], SourceProfile(max_ms=2_000))

    assert refused.value.code == "too_long"


def test_too_long_while_decoding_when_the_file_says_nothing(tmp_path: Path) -> None:
    path = file_of(tmp_path, Format(".mp3", "mp3", "libmp3lame", 16_000), seconds=10)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 3] * 9)  # its header counts the frames of ten seconds only

    assert code_of(path, SourceProfile(max_ms=15_000)) == "too_long"


def test_a_wav_that_claims_less_than_it_holds_is_read_as_far_as_it_claims(tmp_path: Path) -> None:
    path = file_of(tmp_path, WAV, seconds=10)
    data = path.read_bytes()
    size_at = data.index(b"data") + 4
    path.write_bytes(data[:size_at] + struct.pack("<I", 32_000) + data[size_at + 4 :])

    assert PyAvReader().read([path], ANY).duration_ms == 2_000


@pytest.mark.parametrize("channels", [4, 6])
def test_too_many_channels_are_counted(channels: int, tmp_path: Path) -> None:
    path = file_of(tmp_path, Format(".wav", "wav", "pcm_s16le", channels=channels))

    with pytest.raises(RecordingError, match=f"{channels} channels") as refused:
        PyAvReader().read([path], ANY)

    assert refused.value.values == {"channels": channels, "limit": 2}


def test_a_film_without_sound_is_not_audio(tmp_path: Path) -> None:
    path = tmp_path / "call.mkv"
    with av.open(str(path), "w", format="matroska") as container:
        stream = container.add_stream("mjpeg", rate=5, width=32, height=32, pix_fmt="yuvj420p")
        frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
        container.mux(stream.encode(frame.reformat(format="yuvj420p")))
        container.mux(stream.encode(None))

    assert code_of(path) in {"not_audio", "unreadable"}


def test_the_first_of_many_tracks_is_taken_and_said(tmp_path: Path) -> None:
    path = tmp_path / "call.mkv"
    with av.open(str(path), "w", format="matroska") as container:
        streams = [container.add_stream("pcm_s16le", rate=8_000, layout="mono") for _ in range(200)]
        for stream in streams:
            frame = av.AudioFrame.from_ndarray(
                tone(440, seconds=1, rate=8_000)[None, :], format="s16", layout="mono"
            )
            frame.sample_rate, frame.pts = 8_000, 0
            container.mux(stream.encode(frame))

    heard = PyAvReader().read([path], ANY)

    assert (heard.channels, heard.duration_ms) == (1, 1_000)
    assert [problem.code for problem in heard.problems] == ["other_tracks_ignored"]


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(os.mkfifo, id="a FIFO nobody writes to"),
        pytest.param(lambda path: path.symlink_to("/dev/zero"), id="a link to a device"),
    ],
)
def test_what_is_no_file_is_not_audio(make: Callable[[Path], object], tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    make(path)

    assert code_of(path) == "not_audio"


def test_a_folder_is_called_one(tmp_path: Path) -> None:
    assert code_of(tmp_path) == "is_folder"


def test_a_file_that_is_not_there_is_missing(tmp_path: Path) -> None:
    assert code_of(tmp_path / "none.wav") == "missing"


def test_a_refusal_does_not_tell_where_files_lie(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(NOISE)

    with pytest.raises(RecordingError) as refused:
        PyAvReader().read([path], ANY)

    assert str(tmp_path) not in str(refused.value)


def test_silence_is_a_recording(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(encode(np.zeros((16_000, 2), np.int16), Format(".wav", "wav", "pcm_alaw", channels=2)))

    heard = PyAvReader().read([path], ANY)

    assert (heard.duration_ms, heard.problems) == (2_000, ())
    assert abs(heard.samples).max() <= 8
    assert heard.samples.shape[1] == 2 * SAMPLE_RATE


@pytest.mark.parametrize(
    "head",
    [b"RIFF\x24\x00\x00\x00WAVEfmt ", b"v=0 is not enough", b"#EXTINF", b"<html>", b"", b"\x00\x01"],
)
def test_not_everything_is_a_playlist(head: bytes) -> None:
    assert not is_playlist(head)


@pytest.mark.parametrize(
    ("head", "text"),
    [
        pytest.param("合同".encode()[:-1], True, id="a character cut in half"),
        pytest.param(b"a", True, id="a letter"),
        pytest.param(b"\xd5" * 100, False, id="a-law silence"),
        pytest.param(b"\xff\x7f" * 100, False, id="mu-law silence"),
        pytest.param(bytes(100), False, id="16-bit silence"),
        pytest.param(b"", False, id="nothing"),
    ],
)
def test_text_is_told_from_sound(head: bytes, text: bool) -> None:
    assert is_text(head) is text
