"""What a file says it lasts, where the demuxer only repeats its size. Reads bytes; runs in the child."""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from typing import Protocol, cast

#: Sizes that recorders write while they do not know better.
_UNKNOWN_SIZE = 0x7FFF_0000
_TAIL_BYTES = 128 * 1024
_OGG_LAST_PAGE = 0x04
_HEAD_BYTES = 64 * 1024


class Bytes(Protocol):
    """A file to be read from anywhere."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes from the current place."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Moves to a place."""


def wav_ms(head: bytes) -> int | None:
    """Milliseconds that a WAV header promises; nothing where it is no WAV or left every size open."""
    if head[:4] not in (b"RIFF", b"RF64") or head[8:12] != b"WAVE":
        return None
    at, fmt, samples = 12, b"", 0
    while at + 8 <= len(head):
        name, size = head[at : at + 4], struct.unpack_from("<I", head, at + 4)[0]
        content = head[at + 8 : at + 8 + size]
        if name == b"fmt ":
            fmt = content
        if name == b"fact" and len(content) >= 4:
            samples = struct.unpack_from("<I", content)[0]
        if name == b"data":
            return _wave_ms(fmt, size if _is_known(size) else _rest(head, at + 8), samples)
        at += 8 + size + size % 2
    return None


def w64_ms(head: bytes) -> int | None:
    """The same for Sony Wave64: names of 16 bytes, sizes of eight that count them too."""
    if head[:4] != b"riff" or head[24:28] != b"wave":
        return None
    at, fmt, samples = 40, b"", 0
    while at + 24 <= len(head):
        name, size = head[at : at + 4], struct.unpack_from("<Q", head, at + 16)[0]
        content = head[at + 24 : at + size]
        if name == b"fmt ":
            fmt = content
        if name == b"fact" and len(content) >= 8:
            samples = struct.unpack_from("<Q", content)[0]
        if name == b"data":
            return _wave_ms(fmt, size - 24 if 24 < size < 1 << 62 else 0, samples)
        at += max(24, size + -size % 8)
    return None


def caf_ms(head: bytes) -> int | None:
    """The same for Apple's CAF, where all packets are of one size."""
    if head[:4] != b"caff":
        return None
    at, per_second = 8, 0.0
    while at + 12 <= len(head):
        name, size = head[at : at + 4], struct.unpack_from(">q", head, at + 4)[0]
        if name == b"desc" and at + 36 <= len(head):
            rate, _, _, packet_bytes, packet_frames = struct.unpack_from(">d4sIII", head, at + 12)
            per_second = rate * packet_bytes / packet_frames if packet_frames else 0.0
        if name == b"data":
            # The first four bytes count edits.
            return int((size - 4) * 1_000 / per_second) if size > 4 and per_second > 0 else None
        at += 12 + max(0, size)
    return None


def _wave_ms(fmt: bytes, size: int, samples: int) -> int | None:
    """By bytes where the codec has a fixed rate of them, else by the samples that were counted."""
    if len(fmt) < 16 or not size:
        return None
    rate, byte_rate = cast("tuple[int, int]", struct.unpack_from("<II", fmt, 4))
    if byte_rate:
        return round(size * 1_000 / byte_rate)
    return round(samples * 1_000 / rate) if rate and _is_known(samples) else None


def _rest(head: bytes, at: int) -> int:
    """Bytes of sound by the size of the whole file; 0 where that was left open too."""
    whole: int = struct.unpack_from("<I", head, 4)[0]
    return max(0, whole + 8 - at) if _is_known(whole) else 0


def _is_known(size: int) -> bool:
    return 0 < size < _UNKNOWN_SIZE


def au_ms(head: bytes) -> int | None:
    """The same for Sun AU, whose common encodings are a fixed number of bytes per sample."""
    widths = {1: 1, 2: 1, 3: 2, 4: 3, 5: 4, 6: 4, 7: 8, 27: 1}
    if head[:4] != b".snd" or len(head) < 24:
        return None
    _, _, size, encoding, rate, channels = struct.unpack(">6I", head[:24])
    per_second = widths.get(encoding, 0) * rate * channels
    return round(size * 1_000 / per_second) if per_second and _is_known(size) else None


def mp3_has_count(head: bytes) -> bool:
    """Whether an MP3 carries its number of frames; else its length is a guess from its size."""
    return any(mark in head for mark in (b"Xing", b"Info", b"VBRI"))


@dataclass(frozen=True, slots=True)
class OggEnd:
    """What the last page of an Ogg file says."""

    #: Marked as the last; else recording or copying broke off.
    is_last: bool
    #: Samples since zero at the end of the page, at the codec's rate (48 kHz for Opus).
    position: int


def ogg_end(file: Bytes) -> OggEnd | None:
    """The last page header, whether or not the page behind it is whole; nothing when there is none."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _TAIL_BYTES))
    tail = file.read(_TAIL_BYTES)
    at = tail.rfind(b"OggS\x00")
    if at < 0 or at + 14 > len(tail):
        return None
    flags, position = struct.unpack_from("<Bq", tail, at + 5)
    return OggEnd(is_last=bool(flags & _OGG_LAST_PAGE), position=position)


def head_of(file: Bytes) -> bytes:
    """The beginning of a file, after a leading ID3 tag."""
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    if head[:3] != b"ID3" or len(head) < 10:
        return head
    size = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
    file.seek(10 + size)
    return file.read(_HEAD_BYTES)
