"""A call that was made ready, as bytes: kept beside its measurements, and read in some ten microseconds.

Two zstd frames behind a short head: what is scanned in every call, and what is read only of lines in which something
may be said. Columns of numbers, not objects. Nobody reads those of another version: the call is made ready anew from
its measurements, so that these bytes are never the only place where something stands.
"""

from __future__ import annotations

import hashlib
import json
import struct
import threading
from array import array
from functools import lru_cache
from typing import Any

import zstandard

from qa_service.core.calls import Clocks, Leg
from qa_service.core.speech import Role
from qa_service.core.stored import StoredCall
from qa_service.core.time import Span
from qa_service.pipeline.fast.ready import About, ReadyCall, ReadyLeg
from qa_service.usecases.analyze import LinePolicy
from qa_service.usecases.ready_columns import Reader, Writer
from qa_service.usecases.ready_lines import PackedLines, pack_lines

#: Rises whenever a call made ready by this version is not what the version before made of it: folding, fillers, legs,
#: roles, doubts, or these bytes (tests/usecases/test_ready_file.py holds examples of all).
VERSION = 1
_HEAD = struct.Struct("<4sBI")
_MAGIC = b"qaRC"
#: More than a ten-hour call comes to is not one of ours.
_MOST_BYTES = 64 << 20
_PER_LEG = 9
_threads = threading.local()


class NotReadyError(Exception):
    """These bytes are no call that this version made ready: it is made ready anew."""


def pack(call: ReadyCall) -> bytes:
    """The call as bytes; equal calls give equal bytes."""
    squeeze = zstandard.ZstdCompressor(level=9).compress
    front, back = squeeze(_front(call)), squeeze(pack_lines(call))
    return b"".join((_HEAD.pack(_MAGIC, VERSION, len(front)), front, back))


def unpack(data: bytes, scanned: bytes | None = None) -> ReadyCall:
    """The call in these bytes; its lines are unpacked when one is asked for. `scanned` is their `front`, where at hand.

    Raises:
        NotReadyError: another version wrote them, or nobody did.
    """
    scanned = front(data) if scanned is None else scanned
    start = _HEAD.size + _HEAD.unpack_from(data)[2]
    lines = PackedLines(lambda: _open(data[start:]))
    try:
        call = _call(Reader(scanned), lines)
    except (struct.error, ValueError, LookupError, TypeError) as error:
        raise NotReadyError from error
    lines.of(call)
    return call


def front(data: bytes) -> bytes:
    """What is scanned in these bytes, with the columns around it: enough to see that nothing is said that is sought.

    Raises:
        NotReadyError: as `unpack` does.
    """
    try:
        magic, version, length = _HEAD.unpack_from(data)
        if (magic, version) != (_MAGIC, VERSION):
            raise NotReadyError
        return _open(data[_HEAD.size : _HEAD.size + length])
    except (struct.error, zstandard.ZstdError) as error:
        raise NotReadyError from error


def key_of(measured: str, call: StoredCall, policy: LinePolicy) -> str:
    """What a ready call hangs on, as 32 hexadecimal digits: with the same key it would be made the same again.

    `measured` names the measurements (their sha256); roles and doubts follow from them and from what is told here.
    """
    envelope = call.envelope
    told = (call.agent_channel, call.are_swapped, call.are_roles_confirmed)
    cer = policy.cer.get(envelope.line or policy.default_line)
    parts = (str(VERSION), measured, repr(envelope), repr(told), repr(cer))
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _front(call: ReadyCall) -> bytes:
    out = Writer()
    about = {name: getattr(call.about, name) for name in About.__slots__}
    out.stretch(_json([call.status, call.is_plain, about]))
    out.stretch(_json([[leg.leg.agent_id, leg.leg.participant] for leg in call.legs]))
    out.numbers("q", [number for leg in call.legs for number in _numbers(leg)])
    out.stretch(call.roles)
    out.numbers("I", call.chars)
    out.numbers("I", call.ends)
    out.numbers("I", call.fillers)
    out.stretch(call.text)
    return out.written()


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


def _numbers(ready: ReadyLeg) -> tuple[int, ...]:
    leg, flags = ready.leg, ready.is_waiting + 2 * ready.is_whole
    unplaced = sum(1 << at for at, role in enumerate(Role) if role in ready.unplaced)
    return (
        *(leg.span.start_ms, leg.span.end_ms, leg.index, leg.count),
        *(ready.first, ready.stop, ready.said, flags, unplaced),
    )


def _call(read: Reader, lines: PackedLines) -> ReadyCall:
    status, is_plain, about = _about(read.stretch())
    names, numbers = _names(read.stretch()), read.whole_numbers("q")
    return ReadyCall(
        status=status,
        about=about,
        legs=tuple(
            _leg(numbers[at * _PER_LEG : (at + 1) * _PER_LEG], *name) for at, name in enumerate(names)
        ),
        roles=read.stretch(),
        chars=read.whole_numbers("I"),
        ends=read.whole_numbers("I"),
        fillers=read.whole_numbers("I"),
        text=read.stretch(),
        lines=lines,
        is_plain=is_plain,
    )


@lru_cache(maxsize=1_024)
def _about(written: bytes) -> tuple[str, bool, About]:
    """Most calls of a centre have the same."""
    status, is_plain, about = json.loads(written)
    clocks, parts = Clocks(about.pop("clocks")), tuple(about.pop("parts"))
    return status, is_plain, About(**about, clocks=clocks, parts=parts)


@lru_cache(maxsize=4_096)
def _names(written: bytes) -> tuple[tuple[str, str], ...]:
    """Agents and participants of the legs."""
    held: list[list[str]] = json.loads(written)
    return tuple((agent, participant) for agent, participant in held)


def _leg(numbers: array[int], agent: str, participant: str) -> ReadyLeg:
    start_ms, end_ms, index, count, first, stop, said, flags, unplaced = numbers
    return ReadyLeg(
        Leg(Span(start_ms, end_ms), index, count, agent, participant),
        first,
        stop,
        said,
        frozenset(role for at, role in enumerate(Role) if unplaced >> at & 1) if unplaced else frozenset(),
        bool(flags & 1),
        bool(flags & 2),
    )


def _open(packed: bytes) -> bytes:
    """One frame; a thread keeps what opens it."""
    if zstandard.frame_content_size(packed) > _MOST_BYTES:
        raise NotReadyError
    opener: Any = getattr(_threads, "opener", None)
    if opener is None:
        opener = _threads.opener = zstandard.ZstdDecompressor()
    opened: bytes = opener.decompress(packed)
    return opened
