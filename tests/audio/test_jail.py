"""The decoding child: locked in, killed in time, flat in memory, and nothing left behind."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from pathlib import Path

import av
import numpy as np
import pytest

from qa_service.audio import jail
from qa_service.audio.jail import Jail
from qa_service.audio.job import SOUND_FILE, Decoded, Job
from qa_service.audio.reader import PyAvReader
from qa_service.core.errors import RecordingError
from qa_service.ports import SourceProfile
from tests.audio.sounds import Format, file_of

ROOT = Path(__file__).parents[2]
WAV = Format(".wav", "wav", "pcm_alaw", channels=2)


def job(**changes: object) -> Job:
    facts = {
        "name": "recording.wav", "bytes": 0, "row": 0, "capacity": 16_000 * 4 * 3_600, "rows": 2,
        "max_ms": 4 * 3_600_000, "mono": False, "cpu_s": 60,
    }  # fmt: skip
    return Job(**{**facts, **changes})  # type: ignore[arg-type]


def decode(fd: int, folder: Path, *, deadline_s: float = 30.0, **changes: object) -> Decoded:
    (folder / SOUND_FILE).touch()
    return Jail(folder, where="call.wav", deadline_s=deadline_s).decode(job(**changes), fd)


def decode_file(path: Path, folder: Path, *, deadline_s: float = 30.0, **changes: object) -> Decoded:
    with path.open("rb") as file:
        return decode(file.fileno(), folder, deadline_s=deadline_s, **changes)


def decode_from_a_small_process(path: Path, folder: Path) -> Decoded:
    """As `decode_file`; Linux counts the memory of whoever starts a child as the child's, and pytest is large."""
    (folder / SOUND_FILE).touch()
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from pathlib import Path\n"
        "from qa_service.audio.jail import Jail\n"
        "from qa_service.audio.job import Job\n"
        "jail = Jail(Path(sys.argv[1]), where='call', deadline_s=900)\n"
        "print(jail.decode(Job.from_json(sys.argv[2]), 0).to_json())\n"
    )
    run = [sys.executable, "-c", code, str(folder), job().to_json()]
    with path.open("rb") as file:
        said = subprocess.run(run, stdin=file, capture_output=True, text=True, check=True).stdout
    return Decoded.from_json(said)


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def silent_flac(path: Path, *, hours: float) -> Path:
    rate, frame_samples = 8_000, 4_608
    with av.open(str(path), "w", format="flac") as container:
        stream = container.add_stream("flac", rate=rate, layout="mono")
        stream.codec_context.options = {"compression_level": "0"}
        silence = av.AudioFrame.from_ndarray(
            np.zeros((1, frame_samples), np.int16), format="s16", layout="mono"
        )
        silence.sample_rate = rate
        for number in range(round(hours * 3_600 * rate) // frame_samples):
            silence.pts = number * frame_samples
            container.mux(stream.encode(silence))
        container.mux(stream.encode(None))
    return path


def sealed(body: str, *arguments: str) -> str:
    """What a Python process prints after it sealed itself as the child does."""
    code = (
        "import sys, os, socket, subprocess, av\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "from qa_service.audio.seal import seal\n"
        "os.open(os.devnull, os.O_RDWR)\n"
        "seal(cpu_s=5, file_bytes=1000)\n"
        f"try:\n    {body}\nexcept BaseException as error:\n    print(type(error).__name__, error)\n"
    )
    run = [sys.executable, "-I", "-c", code, *arguments]
    return subprocess.run(run, capture_output=True, text=True, timeout=30, check=False).stdout.strip()


@pytest.mark.parametrize(
    ("body", "says"),
    [
        pytest.param("open('/etc/hostname')", "Refused open", id="open a file"),
        pytest.param("os.open('/etc/hostname', os.O_RDONLY)", "Refused open", id="open a file by the system"),
        pytest.param("socket.socket()", "Refused socket.__new__", id="make a socket"),
        pytest.param("socket.getaddrinfo('localhost', 80)", "Refused", id="ask for a name"),
        pytest.param("subprocess.run(['true'])", "Refused", id="start a program"),
        pytest.param("os.fork()", "Refused os.fork", id="fork"),
        pytest.param("os.system('true')", "Refused os.system", id="run a shell"),
        pytest.param("import ctypes; ctypes.CDLL(None)", "Refused", id="load a library"),
        pytest.param("os.dup(0)", "OSError [Errno 24]", id="one more file number, unseen by the hook"),
        pytest.param("os.pipe()", "OSError [Errno 24]", id="a pipe, unseen by the hook"),
        pytest.param("bytearray(1 << 30)", "MemoryError", id="a gigabyte of memory"),
        pytest.param("print(len(b'harmless'))", "8", id="work as usual"),
    ],
)
def test_the_child_cannot_leave_its_place(body: str, says: str) -> None:
    assert sealed(body).startswith(says)


def test_the_limit_binds_the_c_library_too(tmp_path: Path) -> None:
    path = file_of(tmp_path, WAV)

    # libavformat opens by itself: no audit event, but no file number either.
    assert "Too many open files" in sealed("av.open(sys.argv[1])", str(path))


def test_a_playlist_that_slipped_through_opens_nothing(tmp_path: Path) -> None:
    secret = file_of(tmp_path, WAV, name="secret")
    path = tmp_path / "call.wav"
    path.write_text(f"ffconcat version 1.0\nfile {secret.name}\n")

    with pytest.raises(RecordingError) as refused:
        decode_file(path, tmp_path)

    assert refused.value.code == "unreadable"


def test_a_child_that_hangs_is_killed_at_the_deadline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hang = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    monkeypatch.setattr(jail, "_START", hang)
    started = time.monotonic()

    with pytest.raises(RecordingError) as refused:
        decode_file(file_of(tmp_path, WAV), tmp_path, deadline_s=1.0)

    assert refused.value.code == "deadline"
    assert refused.value.values == {"seconds": 1}
    # Not a measurement: only that nobody waited for the child, and that no zombie is left.
    assert time.monotonic() - started < 60
    assert not zombies()


def zombies() -> list[str]:
    """Children of this process that ended and were never waited for."""
    fields = (stat.read_text().rpartition(")")[2].split() for stat in Path("/proc").glob("[0-9]*/stat"))
    return [" ".join(field) for field in fields if field[0] == "Z" and int(field[1]) == os.getpid()]


def test_a_source_that_cannot_seek_is_unreadable(tmp_path: Path) -> None:
    read_end, write_end = os.pipe()

    with pytest.raises(RecordingError) as refused:
        decode(read_end, tmp_path)

    os.close(write_end)
    os.close(read_end)
    assert refused.value.code == "unreadable"


def test_a_child_that_crashes_is_an_outcome(tmp_path: Path) -> None:
    path = file_of(tmp_path, WAV)

    with pytest.raises(RecordingError) as refused:
        decode_file(path, tmp_path, row="two")

    assert refused.value.code == "unreadable"


def test_a_full_disk_is_not_the_recordings_fault(tmp_path: Path) -> None:
    path = file_of(tmp_path, WAV)
    (tmp_path / SOUND_FILE).symlink_to("/dev/full")

    with pytest.raises(RecordingError) as refused:
        decode_file(path, tmp_path)

    assert refused.value.code == "no_space"


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    path = file_of(tmp_path, WAV)
    gc.collect()  # what earlier tests left open is not closed while we count
    before = open_files()

    heard = PyAvReader(scratch=scratch).read([path], SourceProfile())

    assert list(scratch.iterdir()) == []
    assert heard.samples[0].any()
    del heard
    assert open_files() <= before


def test_nothing_is_left_behind_by_a_refusal(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    path = file_of(tmp_path, WAV, seconds=0.1)

    with pytest.raises(RecordingError):
        PyAvReader(scratch=scratch).read([path], SourceProfile())

    assert list(scratch.iterdir()) == []


def test_the_samples_cannot_be_changed_by_accident(tmp_path: Path) -> None:
    heard = PyAvReader().read([file_of(tmp_path, WAV)], SourceProfile())

    with pytest.raises(ValueError, match="read-only"):
        heard.samples[0, 0] = 1


def test_memory_is_flat_over_length(tmp_path: Path) -> None:
    short = decode_from_a_small_process(silent_flac(tmp_path / "short.flac", hours=1 / 60), tmp_path)
    long = decode_from_a_small_process(silent_flac(tmp_path / "long.flac", hours=0.5), tmp_path)

    assert abs(long.samples - 0.5 * 3_600 * 16_000) < 16_000
    assert long.peak_kb < short.peak_kb + 8_000


@pytest.mark.slow
def test_four_silent_hours_in_a_small_file_do_not_fill_memory(tmp_path: Path) -> None:
    path = silent_flac(tmp_path / "bomb.flac", hours=3.99)

    decoded = decode_from_a_small_process(path, tmp_path)

    assert path.stat().st_size < 9_000_000
    assert decoded.peak_kb < 64_000
    assert abs(decoded.samples / 16_000 - 3.99 * 3_600) < 1


def test_ten_silent_hours_are_refused_before_decoding(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    with path.open("wb") as file:
        file.write(file_of(tmp_path, Format(".wav", "wav", "pcm_u8")).read_bytes())
        file.truncate(11 * 3_600 * 8_000)
    data = bytearray(path.read_bytes()[:4_096])
    at = data.index(b"data") + 4
    data[at : at + 4] = (11 * 3_600 * 8_000 - at - 4).to_bytes(4, "little")
    with path.open("r+b") as file:
        file.write(data)

    with pytest.raises(RecordingError, match="11 hours; at most 4 hours") as refused:
        PyAvReader().read([path], SourceProfile())

    assert refused.value.code == "too_long"
    assert refused.value.values == {"hours": 11.0, "limit_hours": 4.0}
