"""Strangers' files in, samples out: the audio adapter behind `ports.AudioReader`."""

from __future__ import annotations

import hashlib
import math
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from qa_service.audio import outcomes
from qa_service.audio.intake import Intake, opened
from qa_service.audio.jail import REAL_TIMES, Jail
from qa_service.audio.job import BYTES_PER_SAMPLE, SOUND_FILE, Decoded, Job, RawFormat
from qa_service.audio.pair import is_pair, unpack
from qa_service.audio.problems import problems_of
from qa_service.audio.profiles import check
from qa_service.core.errors import RecordingError, UsageError
from qa_service.ports import SAMPLES_PER_MS, Recording, SourceProfile

#: Nobody says anything in less.
MIN_MS = 300
#: With less than this share of its time readable, a recording is unreadable.
MIN_READABLE = 0.1
MAX_LEGS = 2
#: Room beyond the limit in the sound file: codecs pad, and the limit is checked sample by sample.
_SLACK_MS = 2_000


class PyAvReader:
    """Decodes with PyAV in a sealed child process; see docs/audio.md for what is taken and refused.

    The samples lie in a memory-mapped file that is already deleted: a long call costs address space and
    page cache, not memory, and its disk space is freed with the array.

    Args:
        scratch: folder for decoded sound while it is in use; the system's temporary folder by default.
    """

    def __init__(self, *, scratch: Path | None = None) -> None:
        self._scratch = scratch

    def read(self, paths: Sequence[Path], profile: SourceProfile) -> Recording:
        """Decodes one recording; two paths, or a ZIP of two, are the two legs of a call, one channel each.

        Raises:
            RecordingError: with a code of docs/audio.md#outcomes; the message says what to do.
            UsageError: `wrong_legs` when there are not one or two paths; `profile_invalid`.
        """
        _check_legs(paths)
        check(profile)
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=self._scratch)))
            names = [path.name for path in paths]
            if len(paths) == 1 and is_pair(paths[0]):
                names = [f"{names[0]} [{number}/2]" for number in (1, 2)]
                paths = unpack(paths[0], folder, profile)
            legs = [
                stack.enter_context(opened(path, profile, name))
                for path, name in zip(paths, names, strict=True)
            ]
            sound = _Sound(folder, profile)
            decoded = [sound.decode(leg, row, mono=len(legs) > 1) for row, leg in enumerate(legs)]
            samples = sound.samples(decoded)
        return Recording(
            samples=samples,
            sha256=_sha256(legs),
            codec=decoded[0].codec,
            source_rate=decoded[0].rate,
            claimed_ms=max((part.claimed_ms or 0 for part in decoded), default=0) or None,
            problems=problems_of(decoded),
            is_legs=len(legs) > 1,
        )


class _Sound:
    """The sparse file that children fill, one row of samples per channel."""

    def __init__(self, folder: Path, profile: SourceProfile) -> None:
        self._folder = folder
        self._profile = profile
        self._capacity = (profile.max_ms + _SLACK_MS) * SAMPLES_PER_MS
        self._file = folder / SOUND_FILE
        with self._file.open("wb") as file:
            file.truncate(MAX_LEGS * self._capacity * BYTES_PER_SAMPLE)

    def decode(self, leg: Intake, row: int, *, mono: bool) -> Decoded:
        """Has a child decode one file into `row`."""
        jail = Jail(self._folder, where=leg.where, deadline_s=self._profile.deadline_s)
        try:
            decoded = jail.decode(self._job(leg, row, mono=mono), leg.fd)
        except RecordingError as error:
            if error.code == "unreadable" and not leg.has_magic and not self._profile.raw_codec:
                raise outcomes.not_audio(leg.where) from error
            raise
        _refuse_scraps(decoded, leg.where)
        return decoded

    def _job(self, leg: Intake, row: int, *, mono: bool) -> Job:
        profile = self._profile
        raw = RawFormat(profile.raw_codec, profile.raw_rate, profile.raw_channels)
        longest_s = profile.deadline_s + profile.max_ms / 1_000 / REAL_TIMES
        return Job(
            name=f"recording{leg.ending}",
            bytes=leg.bytes,
            row=row,
            capacity=self._capacity,
            rows=MAX_LEGS,
            max_ms=profile.max_ms,
            mono=mono,
            cpu_s=math.ceil(longest_s) + 1,
            raw=raw if profile.raw_codec and not leg.has_magic else None,
        )

    def samples(self, decoded: Sequence[Decoded]) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
        """What was decoded, all rows of one length: the shorter leg ends in silence."""
        rows = sum(part.channels for part in decoded)
        length = max(part.samples for part in decoded)
        mapped = np.memmap(self._file, dtype=np.int16, mode="r", shape=(MAX_LEGS, self._capacity))
        return np.asarray(mapped)[:rows, :length]


def _check_legs(paths: Sequence[Path]) -> None:
    if not 1 <= len(paths) <= MAX_LEGS:
        raise UsageError(
            "wrong_legs",
            problem=f"a call is one recording or two legs, not {len(paths)}",
            fix="Give one file, or the agent's and the customer's",
            count=len(paths),
        )


def _refuse_scraps(decoded: Decoded, where: str) -> None:
    lasts_ms = decoded.samples // SAMPLES_PER_MS
    lost_ms = sum(loss.lost_ms for loss in decoded.losses)
    if not decoded.samples or lasts_ms - lost_ms < MIN_READABLE * lasts_ms:
        raise outcomes.unreadable(where)
    if lasts_ms < MIN_MS:
        if decoded.broken_packets:
            raise outcomes.unreadable(where)
        raise outcomes.too_short(where, seconds=lasts_ms / 1_000, limit_seconds=MIN_MS / 1_000)


def _sha256(legs: Sequence[Intake]) -> str:
    """The file's own digest; for two legs, the digest of both in their order."""
    if len(legs) == 1:
        return legs[0].sha256
    return hashlib.sha256(b"".join(bytes.fromhex(leg.sha256) for leg in legs)).hexdigest()
