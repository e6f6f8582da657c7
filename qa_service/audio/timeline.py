"""Decoded frames become 16 kHz samples at the right time, whatever was lost before them. Runs in the child."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

import av

from qa_service.audio.job import BYTES_PER_SAMPLE, PER_MS, RATE, Loss

#: Smaller deviations of a file's time stamps are rounding (Matroska and ASF count milliseconds).
TOLERANCE_MS = 40
#: Losses closer than this are one loss; a badly damaged call is not a list of hundreds.
MERGE_MS = 500
_HOLD_BYTES = 256 << 10


class TooLong(Exception):  # noqa: N818 - an outcome, not a fault
    """There is more sound than the limit allows, whatever the header said."""


@dataclass(slots=True)
class Timeline:
    """Writes rows of samples to `fd`; what is never written stays silence, because the file is sparse."""

    fd: int
    row: int
    capacity: int
    max_ms: int
    channels: int
    losses: list[Loss] = field(default_factory=list)
    #: Samples written or skipped so far: the call clock.
    written: int = 0
    _resampler: av.AudioResampler | None = None
    _shape: tuple[str, int, int] = ("", 0, 0)
    #: Where the current resampler began, and the seconds that were fed to it.
    _began: int = 0
    _fed_s: float = 0.0
    #: Samples of each channel that are not written yet: a file's frames are small, and every write costs.
    _held: tuple[bytearray, ...] = ()

    @property
    def now_s(self) -> float:
        """Time up to which sound has been taken in."""
        return self._began / RATE + self._fed_s

    @property
    def now_ms(self) -> int:
        """The same, in milliseconds."""
        return round(self.now_s * 1_000)

    def add(self, frame: av.AudioFrame) -> bool:
        """Appends a frame at the current time; False for a frame that no resampler takes.

        A damaged packet may still decode, to seven channels at 96 kHz.
        """
        seconds = frame.samples / frame.sample_rate
        try:
            outs = self._resampler_for(frame).resample(frame)
        except (av.error.FFmpegError, ValueError):
            self._resampler = None
            return False
        self._fed_s += seconds
        for out in outs:
            self._write(out)
        return True

    def skip(self, seconds: float, kind: str) -> None:
        """Leaves silence of this length; `kind` says why, and is empty where nothing was lost."""
        start_ms = self.now_ms
        end_s = self.now_s + seconds
        self.flush()
        self._check(round(end_s * RATE))
        self.written = self._began = round(end_s * RATE)
        end_ms = round(end_s * 1_000)
        if kind:
            self._remember(Loss(start_ms, end_ms, kind, end_ms - start_ms))

    def flush(self) -> None:
        """Takes the last samples out of the resampler, so that a new one may begin."""
        if self._resampler is not None:
            for out in self._resampler.resample(None):
                self._write(out)
        self._let_go()
        self._resampler = None
        self._began, self._fed_s = self.written, 0.0

    def _resampler_for(self, frame: av.AudioFrame) -> av.AudioResampler:
        shape = (frame.format.name, frame.layout.nb_channels, frame.sample_rate)
        if self._resampler is None or shape != self._shape:
            self.flush()
            self._shape = shape
            # An unchanged layout passes channels through as they are: no mixing of "left" into "right".
            same = frame.layout.nb_channels == self.channels
            named = "mono" if self.channels == 1 else "stereo"
            self._resampler = av.AudioResampler(
                format="s16p", layout=frame.layout if same else named, rate=RATE
            )
        frame.pts = None
        return self._resampler

    def _write(self, frame: av.AudioFrame) -> None:
        self._check(self.written + frame.samples)
        self._held = self._held or tuple(bytearray() for _ in frame.planes)
        for held, plane in zip(self._held, frame.planes, strict=True):
            held.extend(memoryview(plane)[: frame.samples * BYTES_PER_SAMPLE])
        self.written += frame.samples
        if len(self._held[0]) >= _HOLD_BYTES:
            self._let_go()

    def _let_go(self) -> None:
        """Writes what is held; it ends at `written`."""
        for channel, held in enumerate(self._held):
            end = ((self.row + channel) * self.capacity + self.written) * BYTES_PER_SAMPLE
            _write_all(self.fd, memoryview(bytes(held)), end - len(held))
        self._held = ()

    def _check(self, samples: int) -> None:
        if samples > min(self.capacity, (self.max_ms + 1_000) * PER_MS):
            raise TooLong

    def _remember(self, loss: Loss) -> None:
        last = self.losses[-1] if self.losses else None
        if last and last.kind == loss.kind and loss.start_ms - last.end_ms <= MERGE_MS:
            loss = Loss(last.start_ms, loss.end_ms, loss.kind, last.lost_ms + loss.lost_ms)
            self.losses.pop()
        self.losses.append(loss)


def _write_all(fd: int, data: memoryview, at: int) -> None:
    while data:
        done = os.pwrite(fd, data, at)
        data, at = data[done:], at + done
