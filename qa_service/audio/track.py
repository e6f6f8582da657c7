"""Finds the sound in a stranger's file, whichever way it has to be read. Runs in the child."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import NoReturn, cast

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet

from qa_service.audio.claims import (
    OggEnd,
    au_ms,
    caf_ms,
    head_of,
    mp3_has_count,
    ogg_end,
    w64_ms,
    wav_ms,
)
from qa_service.audio.formats import COUNTING, DEMUXERS, MAX_CHANNELS, RAW_DEMUXERS
from qa_service.audio.job import Job, RawFormat

#: Demuxing that fails this often without a packet in between has nothing more to give.
MAX_FAILURES = 100
#: Containers whose clock starts at zero: a first sound that comes later means that what was before is lost.
FROM_ZERO = frozenset({"matroska", "ogg"})
#: Later starts are streams that were tapped in the middle; for them the first sound is the beginning.
MAX_LEAD_S = 60.0


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
    #: Size of the file.
    bytes: int
    rate: int
    channels: int
    #: What the file says it lasts, and what the demuxer makes of its size.
    claimed_ms: int | None
    probed_ms: int | None
    open_ended: bool
    other_tracks: int
    packets: Iterator[Packet[AudioStream]]
    decode: Callable[[Packet[AudioStream]], list[av.AudioFrame]]
    #: First time stamp in seconds; every other counts from it.
    origin_s: float | None = None
    #: The most that so many bytes can hold, where every second takes the same.
    room_ms: int | None = None

    @property
    def longest_ms(self) -> int:
        """What it may last: what it says or what is made of it, but no more than there is room for; 0 if unknown."""
        said_ms = max(self.claimed_ms or 0, self.probed_ms or 0)
        return said_ms if self.room_ms is None else min(said_ms, self.room_ms)


def _refuse_open(*_asked: object) -> NoReturn:
    raise PermissionError("a recording asked for another file")


def open_track(job: Job, source: Source) -> Track:
    """Finds the first audio track.

    Raises:
        Unfit: `not_audio`, `unreadable`, `too_many_channels`.
    """
    track = (
        _oki(job.raw, job.bytes, source)
        if job.raw and not RAW_DEMUXERS[job.raw.codec]
        else _demuxed(job, source)
    )
    if track.channels > MAX_CHANNELS:
        raise Unfit("too_many_channels", channels=track.channels)
    if not track.channels or not track.rate:
        raise Unfit("unreadable")
    return track


def _oki(raw: RawFormat, size: int, source: Source) -> Track:
    codec = cast(AudioCodecContext, av.AudioCodecContext.create(raw.codec, "r"))
    codec.sample_rate = raw.rate
    codec.layout = "mono"

    def packets() -> Iterator[Packet[AudioStream]]:
        while chunk := source.read(4_096):
            yield cast("Packet[AudioStream]", av.Packet(chunk))

    return Track(raw.codec, "raw", size, raw.rate, 1, None, None, False, 0, packets(), codec.decode)


def _demuxed(job: Job, source: Source) -> Track:
    head = b"" if job.raw else head_of(source)
    end = ogg_end(source) if head[:4] == b"OggS" else None
    source.seek(0)
    container = _open(job, source)
    if not container.streams.audio:
        raise Unfit("not_audio")
    track = _first_track(job, container, head)
    if head[:4] == b"OggS":
        track = replace(track, open_ended=not (end and end.is_last))
    return replace(track, claimed_ms=_by_last_page(track, end)) if end else track


def _first_track(job: Job, container: InputContainer, head: bytes) -> Track:
    stream = container.streams.audio[0]
    context, name = stream.codec_context, container.format.name.split(",")[0]
    context.thread_count = 1
    start_s = _start_s(name, stream)
    return Track(
        codec=context.name,
        container=name,
        bytes=job.bytes,
        rate=context.sample_rate,
        channels=context.channels,
        claimed_ms=None if job.raw else _claimed_ms(name, head, container),
        probed_ms=_probed_ms(container),
        open_ended=False,
        other_tracks=len(container.streams.audio) - 1,
        packets=_packets(container, stream),
        decode=context.decode,
        origin_s=None if start_s is None else start_s - _lead_s(name, start_s),
        room_ms=_room_ms(context, job.bytes),
    )


def _room_ms(context: AudioCodecContext, size: int) -> int | None:
    is_even = context.name.startswith(("pcm_", "adpcm_"))
    return size * 8_000 // context.bit_rate + 1 if is_even and context.bit_rate else None


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
        return av.open(source, "r", format=demuxer, options=options, io_open=_refuse_open)
    except (av.error.FFmpegError, ValueError) as error:
        raise Unfit("unreadable") from error


def _probed_ms(container: InputContainer) -> int | None:
    return None if container.duration is None else round(container.duration / 1_000)


def _claimed_ms(name: str, head: bytes, container: InputContainer) -> int | None:
    if name == "wav":
        return wav_ms(head)
    if name == "au":
        return au_ms(head)
    if name == "w64":
        return w64_ms(head)
    if name == "caf":
        return caf_ms(head) or _probed_ms(container)
    if name in COUNTING and not (name == "mp3" and mp3_has_count(head)):
        return None
    return _probed_ms(container)


def _by_last_page(track: Track, end: OggEnd) -> int | None:
    """An Ogg file's length by its last page, which the demuxer leaves out when the page is damaged."""
    said_s = end.position / track.rate - (track.origin_s or 0.0) if track.rate else 0.0
    probed_s = (track.probed_ms or 0) / 1_000
    # A page header may be damaged too: what is far from anything else is not believed.
    return round(said_s * 1_000) if abs(said_s - probed_s) <= MAX_LEAD_S else track.probed_ms


def _start_s(name: str, stream: AudioStream) -> float | None:
    if name in COUNTING or stream.start_time is None or stream.time_base is None:
        return None
    return float(stream.start_time * stream.time_base)


def _lead_s(name: str, start_s: float | None) -> float:
    """Seconds missing before the first sound, in containers whose clock starts at zero."""
    if name in FROM_ZERO and start_s is not None and 0 < start_s <= MAX_LEAD_S:
        return start_s
    return 0.0


def _packets(container: InputContainer, stream: AudioStream) -> Iterator[Packet[AudioStream]]:
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
