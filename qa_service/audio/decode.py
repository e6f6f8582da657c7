"""Packets of a stranger's file become samples; a bad packet costs itself, never what follows. In the child."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass

import av
from av.audio.stream import AudioStream
from av.container import InputContainer

from qa_service.audio.claims import au_ms, head_of, mp3_has_count, ogg_is_open_ended, wav_ms
from qa_service.audio.formats import COUNTING, DEMUXERS, MAX_CHANNELS, RAW_DEMUXERS
from qa_service.audio.job import Job, RawFormat
from qa_service.audio.timeline import TOLERANCE_MS, Timeline

#: Demuxing that fails this often without a packet in between has nothing more to give.
MAX_FAILURES = 100
#: Opus in WebM leaves out silence on purpose, one packet every 400 ms: such holes are not a loss.
DTX_MS = 450
#: A file's clock may run this far past what it claims before its time stamps are disbelieved.
CLAIM_SLACK_S = 2.0


class Unfit(Exception):  # noqa: N818 - an outcome, not a fault
    """The file cannot be taken; `code` is the outcome, `values` its facts."""

    def __init__(self, code: str, **values: int) -> None:
        self.code = code
        self.values = values
        super().__init__(code)


class Source:
    """Standard input as a file that PyAV may read and seek; its name only carries an ending."""

    def __init__(self, name: str, fd: int = 0) -> None:
        self.name = name
        self._fd = fd

    def read(self, size: int) -> bytes:
        """Up to `size` bytes from the current place."""
        return os.read(self._fd, size)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Moves to a place."""
        return os.lseek(self._fd, offset, whence)

    def tell(self) -> int:
        """The current place."""
        return os.lseek(self._fd, 0, os.SEEK_CUR)


@dataclass(slots=True)
class Track:
    """The sound in a file, whichever way it is read."""

    codec: str
    container: str
    rate: int
    channels: int
    #: What the file says it lasts, and what the demuxer makes of its size.
    claimed_ms: int | None
    probed_ms: int | None
    open_ended: bool
    other_tracks: int
    packets: Iterator[av.Packet]
    decode: Callable[[av.Packet], list[av.AudioFrame]]
    #: First time stamp in seconds; every other counts from it.
    origin_s: float | None = None


def _refuse_open(url: str, flags: int, options: object) -> AbstractContextManager[object]:
    raise PermissionError(f"a recording asked for another file ({len(url)} characters, flags {flags})")


def open_track(job: Job, source: Source) -> Track:
    """Finds the first audio track.

    Raises:
        Unfit: `not_audio`, `unreadable`, `too_many_channels`.
    """
    track = _oki(job.raw, source) if job.raw and not RAW_DEMUXERS[job.raw.codec] else _demuxed(job, source)
    if track.channels > MAX_CHANNELS:
        raise Unfit("too_many_channels", channels=track.channels)
    if not track.channels or not track.rate:
        raise Unfit("unreadable")
    return track


def _oki(raw: RawFormat, source: Source) -> Track:
    codec = av.AudioCodecContext.create(raw.codec, "r")
    codec.sample_rate = raw.rate
    codec.layout = "mono"

    def packets() -> Iterator[av.Packet]:
        while chunk := source.read(4_096):
            yield av.Packet(chunk)

    return Track(raw.codec, "raw", raw.rate, 1, None, None, False, 0, packets(), codec.decode)


def _demuxed(job: Job, source: Source) -> Track:
    head = b"" if job.raw else head_of(source)
    open_ended = head[:4] == b"OggS" and ogg_is_open_ended(source)
    source.seek(0)
    container = _open(job, source)
    if not container.streams.audio:
        raise Unfit("not_audio")
    stream = container.streams.audio[0]
    stream.codec_context.thread_count = 1
    context, name = stream.codec_context, container.format.name.split(",")[0]
    return Track(
        codec=context.name,
        container=name,
        rate=context.sample_rate,
        channels=context.channels,
        claimed_ms=None if job.raw else _claimed_ms(name, head, container),
        probed_ms=_probed_ms(container),
        open_ended=open_ended,
        other_tracks=len(container.streams.audio) - 1,
        packets=_packets(container, stream),
        decode=context.decode,
        origin_s=_origin_s(name, stream),
    )


def _open(job: Job, source: Source) -> InputContainer:
    options = {"format_whitelist": DEMUXERS}
    demuxer = None
    if job.raw:
        demuxer = RAW_DEMUXERS[job.raw.codec]
        layout = "mono" if job.raw.channels == 1 else "stereo"
        options = {"sample_rate": str(job.raw.rate), "ch_layout": layout}
        if demuxer.startswith("g726"):
            options = {"sample_rate": str(job.raw.rate), "code_size": "4"}
        if demuxer == "g722":
            options = {}
    try:
        return av.open(source, format=demuxer, options=options, io_open=_refuse_open)
    except (av.error.FFmpegError, ValueError) as error:
        raise Unfit("unreadable") from error


def _probed_ms(container: InputContainer) -> int | None:
    return None if container.duration is None else round(container.duration / 1_000)


def _claimed_ms(name: str, head: bytes, container: InputContainer) -> int | None:
    if name == "wav":
        return wav_ms(head)
    if name == "au":
        return au_ms(head)
    if name in COUNTING and not (name == "mp3" and mp3_has_count(head)):
        return None
    return _probed_ms(container)


def _origin_s(name: str, stream: AudioStream) -> float | None:
    if name in COUNTING or stream.start_time is None or stream.time_base is None:
        return None
    return float(stream.start_time * stream.time_base)


def _packets(container: InputContainer, stream: AudioStream) -> Iterator[av.Packet]:
    """All packets, starting the demuxer again where it stumbles."""
    failures = 0
    while failures < MAX_FAILURES:
        try:
            for packet in container.demux(stream):
                failures = 0 if packet.size else failures
                yield packet
        except av.error.FFmpegError:
            failures += 1
        else:
            return


class Decoder:
    """Feeds a track's frames to a timeline and keeps its clock true."""

    def __init__(self, track: Track, timeline: Timeline) -> None:
        self.track = track
        self.timeline = timeline
        self.broken_packets = 0
        self._suspect = False
        self._shift_s = 0.0
        self._origin_s = track.origin_s
        self._counting = track.container in COUNTING
        self._good_bytes = 0
        self._good_s = 0.0

    def run(self, progress: Callable[[int], None]) -> None:
        """Decodes everything.

        Raises:
            TooLong: there is more sound than allowed.
        """
        for packet in self.track.packets:
            try:
                frames = self.track.decode(packet)
            except (av.error.FFmpegError, ValueError):
                self._lose(packet)
                continue
            self._suspect = self._suspect or packet.is_corrupt
            for frame in frames:
                self._take(frame)
            self._good_bytes += packet.size if frames else 0
            progress(self.timeline.now_ms)
        self.timeline.flush()

    def _lose(self, packet: av.Packet) -> None:
        self.broken_packets += 1
        self._suspect = True
        if self._counting and self._good_bytes and packet.size:
            self.timeline.skip(packet.size * self._good_s / self._good_bytes, "damaged")

    def _take(self, frame: av.AudioFrame) -> None:
        if not frame.samples or not frame.sample_rate:
            return
        if not self._counting and frame.pts is not None and frame.time_base is not None:
            self._place(float(frame.pts * frame.time_base))
        self._good_s += frame.samples / frame.sample_rate
        self.timeline.add(frame)
        self._suspect = False

    def _place(self, at_s: float) -> None:
        """Leaves silence where the file's clock ran ahead of the sound; ignores a clock that is absurd."""
        if self._origin_s is None:
            self._origin_s = at_s
        at_s -= self._origin_s + self._shift_s
        ahead_s = at_s - self.timeline.now_s
        if abs(ahead_s) * 1_000 <= TOLERANCE_MS:
            return
        if ahead_s < 0 or not self._is_plausible(at_s):
            self._shift_s += ahead_s
            return
        self.timeline.skip(ahead_s, self._kind(ahead_s))

    def _is_plausible(self, at_s: float) -> bool:
        claimed_ms = self.track.claimed_ms
        return claimed_ms is None or at_s <= claimed_ms / 1_000 + CLAIM_SLACK_S

    def _kind(self, ahead_s: float) -> str:
        # Ogg drops a page whose checksum is wrong without a word: a hole is damage.
        if self._suspect or self.track.container == "ogg":
            return "damaged"
        if self.track.container == "matroska" and ahead_s * 1_000 <= DTX_MS:
            return ""
        return "gap"
