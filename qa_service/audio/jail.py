"""Runs the decoding child and ends it in time: an own interpreter, no environment, a folder of its own."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from qa_service.audio import outcomes
from qa_service.audio.formats import MAX_CHANNELS
from qa_service.audio.job import Decoded, Job
from qa_service.core.errors import RecordingError

#: Decoding runs at least this many times faster than the call: the deadline grows by claimed length ÷ this.
REAL_TIMES = 20
#: Nothing that the child answers is longer.
MAX_ANSWER_BYTES = 1 << 20

# Isolated (-I) and without site (-S) the interpreter starts in 20 ms and reads nobody's .pth files.
_START = (
    "import json, sys; paths, job = json.loads(sys.argv[1]); sys.path[:] = paths; "
    "from qa_service.audio.child import main; main(job)"
)


class Jail:
    """One child at work on one file.

    Args:
        folder: private folder that holds nothing but the sound file.
        where: name of the recording, for error messages.
        deadline_s: seconds until the child is killed, before what a long recording adds.
    """

    def __init__(self, folder: Path, *, where: str, deadline_s: float) -> None:
        self._folder = folder
        self._where = where
        self._allowed_s = deadline_s

    def decode(self, job: Job, fd: int) -> Decoded:
        """Decodes the file behind `fd`.

        Raises:
            RecordingError: `deadline`, `decoder_killed`, or whatever the child found (see `outcomes`).
        """
        os.set_blocking(fd, True)
        child = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _START, json.dumps([_paths(), job.to_json()])],
            stdin=fd,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
            env={},
        )
        try:
            return self._answer(child, job)
        finally:
            child.kill()
            child.wait()
            if child.stdout:
                child.stdout.close()

    def _answer(self, child: subprocess.Popen[bytes], job: Job) -> Decoded:
        for line in self._lines(child):
            told = json.loads(line)
            match told.pop("event"):
                case "probe":
                    self._allowed_s += told["ms"] / 1_000 / REAL_TIMES
                case "done":
                    return Decoded.from_json(told["decoded"])
                case "unfit":
                    raise self._error(told.pop("code"), job, told)
        # It died: a decoder crashed or hit a limit of its seal, unless somebody else killed it. The kernel does
        # that to a large process when the machine has no memory left; no limit of the seal ends in this signal.
        if child.wait() == -signal.SIGKILL:
            raise outcomes.decoder_killed(self._where)
        raise outcomes.unreadable(self._where)

    def _lines(self, child: subprocess.Popen[bytes]) -> Iterator[bytes]:
        """The child's answers as they come, until it ends; raises when time is up."""
        started, waiting, seen = time.monotonic(), b"", 0
        pipe = child.stdout.fileno() if child.stdout else -1
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            while seen < MAX_ANSWER_BYTES:
                left_s = self._allowed_s - (time.monotonic() - started)
                if left_s <= 0 or not selector.select(left_s):
                    raise outcomes.deadline(self._where, seconds=self._allowed_s)
                chunk = os.read(pipe, 65_536)
                if not chunk:
                    return
                seen += len(chunk)
                *lines, waiting = (waiting + chunk).split(b"\n")
                yield from lines

    def _error(self, code: str, job: Job, values: dict[str, int]) -> RecordingError:
        match code:
            case "too_long":
                claimed_ms = values.get("claimed_ms", 0)
                return outcomes.too_long(self._where, limit_ms=job.max_ms, claimed_ms=claimed_ms)
            case "too_many_channels":
                return outcomes.too_many_channels(
                    self._where, channels=values["channels"], limit=MAX_CHANNELS
                )
            case "not_audio":
                return outcomes.not_audio(self._where)
            case "no_space":
                return outcomes.no_space(self._where)
        return outcomes.unreadable(self._where)


def _paths() -> list[str]:
    """Where the child finds PyAV and this package: the parent's absolute places, ours last."""
    ours = str(Path(__file__).resolve().parents[2])
    return [path for path in sys.path if Path(path).is_absolute()] + [ours]
