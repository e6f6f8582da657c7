"""A ZIP of two recordings is one call with two legs; any other ZIP is no recording."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from qa_service.audio.pair import unpack
from qa_service.audio.reader import PyAvReader
from qa_service.core.errors import RecordingError
from qa_service.ports import SourceProfile
from tests.audio.sounds import LEFT_HZ, RIGHT_HZ, Format, encode, loudest_hz, tone
from tests.full_disks import small_disk

MONO = Format(".wav", "wav", "pcm_alaw")
HOSTILE = "../../../etc/cron.d/evil.wav"


def leg(hz: int, seconds: float = 1) -> bytes:
    return encode(tone(hz, seconds=seconds, rate=MONO.rate)[:, None], MONO)


AGENT, CUSTOMER = leg(LEFT_HZ, 2), leg(RIGHT_HZ, 1)


def zipped(members: Mapping[str, bytes], how: int = zipfile.ZIP_STORED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", how) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return made.getvalue()


def read(folder: Path, content: bytes, profile: SourceProfile | None = None) -> object:
    path = folder / "call.zip"
    path.write_bytes(content)
    return PyAvReader(scratch=folder).read([path], profile or SourceProfile())


@pytest.mark.parametrize("how", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED], ids=["stored", "deflated"])
@pytest.mark.parametrize(
    "names",
    [
        pytest.param(("a.wav", "b.wav"), id="plain names"),
        pytest.param(("2026/0001-agent.wav", "2026/0001-customer.wav"), id="in a folder"),
        pytest.param(("坐席.wav", "客户.wav"), id="Chinese names"),
        pytest.param((HOSTILE, "z.wav"), id="a name that would write elsewhere"),
        pytest.param(("a", "b"), id="no endings"),
        pytest.param(("b.wav", "a.wav"), id="the other way round in the file"),
    ],
)
def test_two_recordings_are_two_legs_in_the_order_of_their_names(
    tmp_path: Path, names: tuple[str, str], how: int
) -> None:
    first, second = sorted(names)
    members = {first: AGENT, second: CUSTOMER}

    heard = PyAvReader(scratch=tmp_path).read(
        [_written(tmp_path, zipped({name: members[name] for name in names}, how))], SourceProfile()
    )

    assert (heard.channels, heard.duration_ms, heard.is_legs) == (2, 2_000, True)
    assert abs(loudest_hz(heard, 0) - LEFT_HZ) <= 5
    assert abs(loudest_hz(heard, 1) - RIGHT_HZ) <= 5
    assert [path.name for path in tmp_path.iterdir()] == ["call.zip"]


def test_it_sounds_and_is_known_as_the_two_files_are(tmp_path: Path) -> None:
    files = [tmp_path / "a.wav", tmp_path / "b.wav"]
    for file, content in zip(files, (AGENT, CUSTOMER), strict=True):
        file.write_bytes(content)
    reader = PyAvReader()

    apart = reader.read(files, SourceProfile())
    together = reader.read([_written(tmp_path, zipped({"a.wav": AGENT, "b.wav": CUSTOMER}))], SourceProfile())

    assert together.sha256 == apart.sha256
    assert (together.samples == apart.samples).all()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(zipped({"a.wav": AGENT}), "archive", id="one"),
        pytest.param(zipped({"a.wav": AGENT, "b.wav": AGENT, "c.txt": b"x"}), "archive", id="three"),
        pytest.param(zipped({}), "not_audio", id="none"),
        pytest.param(zipped({"a.wav": AGENT, "b/": b""}), "not_audio", id="a folder"),
        pytest.param(zipped({"a.wav": AGENT, "b.txt": "您好".encode() * 99}), "not_audio", id="a text"),
        pytest.param(
            zipped({"a.wav": AGENT, "b.zip": zipped({"a.wav": AGENT, "b.wav": AGENT})}),
            "not_audio",
            id="a ZIP",
        ),
        pytest.param(
            zipped({"a.wav": AGENT, "b.wav": AGENT}, zipfile.ZIP_LZMA), "not_audio", id="another compression"
        ),
        pytest.param(zipped({"a.wav": AGENT, "b.wav": b""}), "empty", id="an empty one"),
        pytest.param(zipped({"a.wav": AGENT, "b.wav": CUSTOMER})[:-1], "not_audio", id="its end is missing"),
        pytest.param(b"PK\x03\x04" + bytes(500), "not_audio", id="only the beginning of one"),
    ],
)
def test_any_other_zip_is_no_recording(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(RecordingError) as refused:
        read(tmp_path, content)

    assert refused.value.code == code


def test_a_bad_leg_is_called_by_its_place_in_the_archive(tmp_path: Path) -> None:
    with pytest.raises(RecordingError) as refused:
        read(tmp_path, zipped({"a.wav": AGENT, "b.wav": b""}))

    assert refused.value.where == "call.zip [2/2]"


def test_an_archive_of_three_says_how_many_it_holds(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="3 files") as refused:
        read(tmp_path, zipped({"a.wav": AGENT, "b.wav": AGENT, "c.wav": AGENT}))

    assert refused.value.values == {"count": 3}


def encrypted(content: bytes) -> bytes:
    """Every flag says so."""
    changed = bytearray(content)
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = 0
        while (start := content.find(signature, start)) >= 0:
            changed[start + at] |= 1
            start += 4
    return bytes(changed)


def damaged(content: bytes) -> bytes:
    """A byte of the first recording is another one."""
    changed = bytearray(content)
    changed[200] ^= 0xFF
    return bytes(changed)


def many_claimed(content: bytes) -> bytes:
    """The end says that there are two entries in a list of four gigabytes."""
    return content[:-10] + struct.pack("<L", 0xFFFF_FFF0) + content[-6:]


def elsewhere(content: bytes) -> bytes:
    """The list is said to lie where there is none."""
    return content[:-6] + struct.pack("<L", 7) + content[-2:]


@pytest.mark.parametrize(
    ("spoil", "codes"),
    [
        pytest.param(encrypted, {"not_audio"}, id="encrypted"),
        pytest.param(damaged, {"unreadable"}, id="damaged"),
        pytest.param(many_claimed, {"not_audio"}, id="a huge list"),
        pytest.param(elsewhere, {"unreadable"}, id="a list that is not there"),
    ],
)
def test_a_spoiled_one_is_refused(tmp_path: Path, spoil: Callable[[bytes], bytes], codes: set[str]) -> None:
    with pytest.raises(RecordingError) as refused:
        read(tmp_path, spoil(zipped({"a.wav": AGENT, "b.wav": CUSTOMER})))

    assert refused.value.code in codes


def test_what_grows_beyond_the_limit_is_stopped_there(tmp_path: Path) -> None:
    bomb = zipped({"a.wav": AGENT, "b.wav": bytes(30_000_000)}, zipfile.ZIP_DEFLATED)

    with pytest.raises(RecordingError) as refused:
        read(tmp_path, bomb, SourceProfile(max_bytes=1_000_000))

    assert refused.value.code == "too_large"
    assert [path.name for path in tmp_path.iterdir()] == ["call.zip"]


def _written(folder: Path, content: bytes) -> Path:
    path = folder / "call.zip"
    path.write_bytes(content)
    return path


def test_a_pair_that_finds_no_room_is_not_called_unreadable(tmp_path: Path) -> None:
    file = tmp_path / "call.zip"
    with zipfile.ZipFile(file, "w") as opened:
        for name in ("a.wav", "b.wav"):
            opened.writestr(name, bytes(1 << 20))

    with (
        small_disk(tmp_path / "disk", 1) as disk,
        pytest.raises(RecordingError) as caught,
    ):
        unpack(file, disk.folder, SourceProfile())

    assert caught.value.code == "no_space"
