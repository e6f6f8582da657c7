"""Names of rows: UUIDv7, so that new rows lie beside one another in every index (RFC 9562, 5.7)."""

from __future__ import annotations

import os
import uuid
from datetime import datetime


def new_id(now: datetime) -> str:
    """A fresh id that sorts by `now`, to the millisecond."""
    milliseconds = int(now.timestamp() * 1_000) & ((1 << 48) - 1)
    random = int.from_bytes(os.urandom(10), "big")
    value = (
        milliseconds << 80 | 0x7 << 76 | (random >> 68 & 0xFFF) << 64 | 0b10 << 62 | random & ((1 << 62) - 1)
    )
    return str(uuid.UUID(int=value))
