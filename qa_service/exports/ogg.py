"""The beginning of an Ogg Opus file, cut where a page of it ends: players play it to there."""

from __future__ import annotations

_MAGIC = b"OggS"
#: Where in a page its time stands, counted at Opus's own rate whatever the sound was recorded at.
_TIME = slice(6, 14)
_PER_MS = 48
#: The time of a page on which no packet ends.
_NO_TIME = (1 << 64) - 1


def beginning(content: bytes) -> tuple[bytes, int]:
    """All whole pages of a file of which the end is missing, and the time in ms that they reach.

    Nothing, and 0, where not one page is whole.
    """
    end = content.rfind(_MAGIC)
    whole = content[: max(0, end)]
    at = whole.rfind(_MAGIC)
    while at >= 0:
        reached = int.from_bytes(whole[at:][_TIME], "little")
        if reached != _NO_TIME:
            return whole, reached // _PER_MS
        at = whole.rfind(_MAGIC, 0, at)
    return b"", 0
