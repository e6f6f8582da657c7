"""What a player asks for of a recording: all of it, one range, or nothing where it has the same (RFC 9110).

Strangers' headers: what cannot be read as one range of bytes is ignored, as the RFC says, and answered with the whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header

from qa_service.web.denials import Denied

_RANGE = re.compile(r"bytes=([0-9]*)-([0-9]*)", re.IGNORECASE)
#: More is a list of ranges, which nobody's player asks for, or an attack.
_LONGEST_RANGE = 100
_TAG = re.compile(r'(?:W/)?("[^"]*")')


@dataclass(frozen=True, slots=True)
class Part:
    """The bytes [start, end) out of so many."""

    start: int
    end: int
    size: int
    #: Asked for as a range; else it is the whole.
    is_range: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """The headers of a request for sound."""

    range_: str
    if_range: str
    if_none_match: str

    def has(self, tag: str) -> bool:
        """Whether the client holds these very bytes; `tag` is the strong ETag, with its quotes."""
        return self.if_none_match.strip() == "*" or tag in _TAG.findall(self.if_none_match)

    def part(self, size: int, tag: str) -> Part:
        """What is to be sent: the whole also where a range was asked for of other bytes (`If-Range`).

        Raises:
            Denied: `wrong_range`: a range that begins behind the end.
        """
        is_of_others = bool(self.if_range) and self.if_range.strip() != tag
        return Part(0, size, size, is_range=False) if is_of_others else wanted_bytes(self.range_, size)


def _wish(
    range_: Annotated[str, Header(alias="range", examples=["bytes=0-"])] = "",
    if_range: Annotated[str, Header(examples=['"4f0c"'], description="ETag；变了就给整段。")] = "",
    if_none_match: Annotated[str, Header(examples=['"4f0c"'], description="ETag；没变就是 304。")] = "",
) -> Wish:
    return Wish(range_, if_range, if_none_match)


Wished = Annotated[Wish, Depends(_wish)]


def wanted_bytes(asked: str, size: int) -> Part:
    """The range of a `Range` header; several at once, another unit or junk are the whole.

    Raises:
        Denied: `wrong_range`.
    """
    found = _one(asked)
    if found is None:
        return Part(0, size, size, is_range=False)
    first, last = found
    start = size - min(size, last or 0) if first is None else first
    end = size if first is None or last is None else min(size, last + 1)
    if start >= end:
        raise Denied("wrong_range", where="Range", problem="begins behind the end", fix="bytes=0-", size=size)
    return Part(start, end, size, is_range=True)


def _one(asked: str) -> tuple[int | None, int | None] | None:
    """First and last byte, or only the number of last ones; None where the header is to be ignored."""
    if len(asked) > _LONGEST_RANGE:
        return None
    unit, _, listed = asked.strip().partition("=")
    ranges = [one.strip() for one in listed.split(",") if one.strip()]
    match = _RANGE.fullmatch(f"{unit}={ranges[0]}") if len(ranges) == 1 else None
    if match is None:
        return None
    first, last = (int(digits) if digits else None for digits in match.groups())
    is_nothing = first is None and last is None
    is_backwards = first is not None and last is not None and last < first
    return None if is_nothing or is_backwards else (first, last)
