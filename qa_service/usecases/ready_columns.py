"""Columns of numbers and stretches of bytes, one behind the other: read back without an object for each value."""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterable

_HEAD = struct.Struct("<cI")
_BYTES = b"b"


class Writer:
    """Writes columns in the order in which they will be read."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def numbers(self, code: str, values: Iterable[float]) -> None:
        """A column of numbers of one kind (a type code of `array`)."""
        column: array[float] = array(code, values)
        if sys.byteorder == "big":
            column.byteswap()
        self._add(code.encode(), column.tobytes())

    def stretch(self, data: bytes) -> None:
        """Bytes as they are."""
        self._add(_BYTES, data)

    def texts(self, values: Iterable[str]) -> None:
        """Texts, one behind the other, and where each ends."""
        ends, pieces, end = [], [], 0
        for value in values:
            # Ids and texts that were handed in as JSON may hold half characters.
            pieces.append(value.encode("utf-8", "surrogatepass"))
            end += len(pieces[-1])
            ends.append(end)
        self.stretch(b"".join(pieces))
        self.numbers("I", ends)

    def written(self) -> bytes:
        """All of it."""
        return b"".join(self._parts)

    def _add(self, code: bytes, data: bytes) -> None:
        self._parts += [_HEAD.pack(code, len(data)), data]


class Texts:
    """Texts that are made when they are asked for."""

    __slots__ = ("_data", "_ends")

    def __init__(self, data: bytes, ends: array[int]) -> None:
        self._data, self._ends = data, ends

    def __getitem__(self, at: int) -> str:
        start = self._ends[at - 1] if at else 0
        return self._data[start : self._ends[at]].decode("utf-8", "surrogatepass")


class Reader:
    """Reads columns in the order in which they were written.

    Raises ValueError or struct.error where they are not these.
    """

    __slots__ = ("_at", "_data")

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def whole_numbers(self, code: str) -> array[int]:
        """A column of integers."""
        column: array[int] = array(code)
        self._fill(column, code)
        return column

    def numbers(self) -> array[float]:
        """A column of doubles."""
        column = array("d")
        self._fill(column, "d")
        return column

    def stretch(self) -> bytes:
        """Bytes as they are."""
        return self._next(_BYTES)

    def texts(self) -> Texts:
        """Texts, made when they are asked for."""
        return Texts(self.stretch(), self.whole_numbers("I"))

    def _fill(self, column: array[int] | array[float], code: str) -> None:
        column.frombytes(self._next(code.encode()))
        if sys.byteorder == "big":
            column.byteswap()

    def _next(self, wanted: bytes) -> bytes:
        code, length = _HEAD.unpack_from(self._data, self._at)
        start = self._at + _HEAD.size
        self._at = start + length
        if code != wanted or self._at > len(self._data):
            raise ValueError(f"column {code!r} instead of {wanted!r}")
        return self._data[start : self._at]
