"""Damaged and cut files: nothing after the damage is lost, the clock stays true, and the report says so."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa_service.audio.reader import PyAvReader
from qa_service.core.errors import RecordingError
from qa_service.ports import SAMPLES_PER_MS, Recording, SourceProfile
from tests.audio.sounds import Format, Pcm, encode

SECONDS = 30
MARK_AT_S = 25

FORMS = {
    "m4a": Format(".m4a", "mp4", "aac", 16_000, bit_rate=32_000),
    "faststart": Format(
        ".m4a", "mp4", "aac", 16_000, bit_rate=32_000, container_options={"movflags": "faststart"}
    ),
    "mp3": Format(".mp3", "mp3", "libmp3lame", 16_000, bit_rate=32_000),
    "aac": Format(".aac", "adts", "aac", 16_000, bit_rate=32_000),
    "opus": Format(".ogg", "ogg", "libopus", 16_000, bit_rate=24_000),
    "vorbis": Format(".ogg", "ogg", "vorbis", 16_000, 2),
    "flac": Format(".flac", "flac", "flac", 16_000),
    "webm": Format(".webm", "webm", "libopus", 16_000, bit_rate=24_000),
    "wav": Format(".wav", "wav", "pcm_s16le"),
    "ima": Format(".wav", "wav", "adpcm_ima_wav"),
    "ms": Format(".wav", "wav", "adpcm_ms"),
    "caf": Format(".caf", "caf", "pcm_s16be"),
    "w64": Format(".w64", "w64", "pcm_s16le"),
    "amr": Format(".amr", "amr", "libopencore_amrnb", bit_rate=12_200),
    "wma": Format(".wma", "asf", "wmav2", 16_000, bit_rate=32_000),
}


def speechlike(rate: int) -> Pcm:
    """Half a minute of noise at two levels, with one loud second at 25 s to read the clock by."""
    noise = np.random.default_rng(7).normal(0, 500, SECONDS * rate)
    noise[MARK_AT_S * rate : (MARK_AT_S + 1) * rate] *= 20
    return noise.astype(np.int16)[:, None]


@cache
def whole(name: str) -> bytes:
    form = FORMS[name]
    return encode(np.repeat(speechlike(form.rate), form.channels, axis=1), form)


def corrupted(name: str, count: int, at: float = 0.33, seed: int = 1) -> bytes:
    data = bytearray(whole(name))
    place = int(len(data) * at)
    data[place : place + count] = random.Random(seed).randbytes(count)
    return bytes(data)


def read(data: bytes, name: str, folder: Path) -> Recording:
    path = folder / f"call{FORMS[name].ending}"
    path.write_bytes(data)
    return PyAvReader().read([path], SourceProfile())


def read_or_code(data: bytes, name: str, folder: Path) -> Recording | str:
    try:
        return read(data, name, folder)
    except RecordingError as refused:
        return refused.code


def mark_s(recording: Recording) -> float:
    """When the loud second begins."""
    level = np.abs(recording.samples[0, : recording.duration_ms * SAMPLES_PER_MS].astype(np.int32))
    hundredths = level[: len(level) // 160 * 160].reshape(-1, 160).mean(axis=1)
    return float(np.argmax(np.convolve(hundredths, np.ones(100), "valid"))) / 100


def lost_ms(recording: Recording) -> int:
    return sum(problem.lost_ms for problem in recording.problems)


@pytest.mark.parametrize("name", FORMS)
def test_a_whole_file_has_no_problems(name: str, tmp_path: Path) -> None:
    heard = read(whole(name), name, tmp_path)

    assert heard.problems == ()
    assert abs(mark_s(heard) - MARK_AT_S) <= 0.1


@pytest.mark.parametrize(
    ("name", "count", "most_lost_ms"),
    [
        pytest.param("m4a", 64, 300, id="T1: 64 bytes of an m4a"),
        pytest.param("m4a", 2_000, 1_000, id="2,000 bytes of an m4a"),
        pytest.param("m4a", 20_000, 6_000, id="20,000 bytes of an m4a"),
        pytest.param("mp3", 2_000, 1_000, id="T2: 2,000 bytes of an mp3"),
        pytest.param("mp3", 20_000, 6_000, id="T2: 20,000 bytes of an mp3"),
        pytest.param("opus", 64, 1_100, id="T3: 64 bytes of an Opus file cost its page of a second"),
        pytest.param("opus", 6_314, 4_100, id="T3: 6,314 bytes of an Opus file"),
        pytest.param("vorbis", 2_000, 3_000, id="T3: 2,000 bytes of a Vorbis file"),
        pytest.param("flac", 20_000, 2_000, id="20,000 bytes of a FLAC file"),
        pytest.param("webm", 6_000, 6_000, id="6,000 bytes of a WebM file"),
        pytest.param("wma", 6_000, 3_000, id="6,000 bytes of a WMA file"),
    ],
)
def test_damage_costs_itself_and_the_clock_stays_true(
    name: str, count: int, most_lost_ms: int, tmp_path: Path
) -> None:
    heard = read(corrupted(name, count), name, tmp_path)

    assert abs(heard.duration_ms - SECONDS * 1_000) <= 700
    assert abs(mark_s(heard) - MARK_AT_S) <= 0.6
    assert {problem.code for problem in heard.problems} <= {"damaged", "gap"}
    assert 0 < lost_ms(heard) <= most_lost_ms
    damage = heard.problems[0].span
    assert 0.2 * SECONDS * 1_000 < damage.start_ms < damage.end_ms < 0.6 * SECONDS * 1_000


@pytest.mark.parametrize("name", ["vorbis", "opus"])
def test_a_lost_beginning_does_not_move_the_call(name: str, tmp_path: Path) -> None:
    data = bytearray(whole(name))
    pages = [at for at in range(len(data) - 4) if data[at : at + 4] == b"OggS"]
    first_sound = pages[2]
    data[first_sound + 40 : first_sound + 60] = bytes(20)

    heard = read(bytes(data), name, tmp_path)

    assert abs(mark_s(heard) - MARK_AT_S) <= 0.1
    assert [(problem.code, problem.span.start_ms) for problem in heard.problems] == [("damaged", 0)]
    assert 500 <= lost_ms(heard) <= 2_000


@pytest.mark.parametrize("name", ["vorbis", "opus"])
def test_lost_last_pages_are_missed(name: str, tmp_path: Path) -> None:
    data = bytearray(whole(name))
    last = data.rfind(b"OggS")
    for page in (last, data.rfind(b"OggS", 0, last)):
        data[page + 40 : page + 60] = bytes(20)

    heard = read(bytes(data), name, tmp_path)

    assert [problem.code for problem in heard.problems] == ["truncated"]
    assert 500 < lost_ms(heard) < 2_500


@pytest.mark.parametrize(("count", "about_ms"), [(2_000, 500), (20_000, 5_000)])
def test_an_aac_stream_that_lost_its_step_says_how_much_though_not_where(
    count: int, about_ms: int, tmp_path: Path
) -> None:
    heard = read(corrupted("aac", count), "aac", tmp_path)

    assert {problem.code for problem in heard.problems} == {"damaged"}
    assert 0.8 * about_ms <= lost_ms(heard) <= 1.5 * about_ms


@pytest.mark.parametrize("name", ["wav", "ima", "ms", "caf", "w64", "mp3", "flac", "faststart", "webm"])
def test_a_file_cut_in_half_says_how_much_is_missing(name: str, tmp_path: Path) -> None:
    data = whole(name)

    heard = read(data[: len(data) // 2], name, tmp_path)

    assert [problem.code for problem in heard.problems] == ["truncated"]
    assert heard.claimed_ms is not None
    assert abs(heard.claimed_ms - SECONDS * 1_000) <= 130, "ADPCM counts whole blocks"
    assert abs(heard.duration_ms + lost_ms(heard) - heard.claimed_ms) <= 1
    assert 0.47 <= lost_ms(heard) / heard.claimed_ms <= 0.55


def test_a_recorder_that_wrote_only_the_size_of_the_whole_file_is_held_to_it(tmp_path: Path) -> None:
    data = bytearray(whole("wav"))
    at = data.index(b"data") + 4
    data[at : at + 4] = b"\xff\xff\xff\xff"

    intact, half = (read(bytes(data[:size]), "wav", tmp_path) for size in (len(data), len(data) // 2))

    assert intact.problems == ()
    assert [problem.code for problem in half.problems] == ["truncated"]
    assert half.claimed_ms == intact.claimed_ms == SECONDS * 1_000


@pytest.mark.parametrize("name", ["ima", "ms", "caf", "w64"])
def test_a_whole_file_lacks_nothing(name: str, tmp_path: Path) -> None:
    heard = read(whole(name), name, tmp_path)

    assert heard.problems == ()
    assert heard.claimed_ms is not None
    assert abs(heard.claimed_ms - heard.duration_ms) <= 100


@pytest.mark.parametrize("name", ["opus", "vorbis"])
def test_an_ogg_cut_in_half_claims_nothing_but_lacks_its_last_page(name: str, tmp_path: Path) -> None:
    data = whole(name)

    heard = read(data[: len(data) // 2], name, tmp_path)

    assert [problem.code for problem in heard.problems] == ["truncated"]


def test_an_m4a_without_its_end_has_no_index_and_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(RecordingError) as refused:
        read(whole("m4a")[:60_000], "m4a", tmp_path)

    assert refused.value.code == "unreadable"


def test_a_file_of_which_almost_nothing_is_readable_is_unreadable(tmp_path: Path) -> None:
    data = bytearray(whole("m4a"))
    data[2_000:-4_000] = random.Random(5).randbytes(len(data) - 6_000)

    with pytest.raises(RecordingError) as refused:
        read(bytes(data), "m4a", tmp_path)

    assert refused.value.code == "unreadable"


@pytest.mark.parametrize("name", ["mp3", "m4a", "opus"])
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    count=st.sampled_from([1, 16, 64, 500, 2_000, 6_000, 20_000]),
    at=st.floats(0.05, 0.85),
    seed=st.integers(0, 9_999),
)
def test_corruption_never_crashes_nor_looks_whole(
    name: str, count: int, at: float, seed: int, tmp_path: Path
) -> None:
    heard = read_or_code(corrupted(name, count, at, seed), name, tmp_path)

    if isinstance(heard, str):
        assert heard == "unreadable"
        return
    decoded_ms = heard.duration_ms - sum(p.lost_ms for p in heard.problems if p.code != "truncated")
    assert heard.problems or decoded_ms >= 0.95 * SECONDS * 1_000
    assert heard.duration_ms <= (SECONDS + 2) * 1_000
