"""Two recordings of one call, one party each, as one file: a ZIP of both (audio/pair.py reads it)."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from typing import BinaryIO

#: The same two recordings make the same bytes at every try: what comes twice is one call.
_EVER = (1980, 1, 1, 0, 0, 0)
_PIECE = 1 << 20


def pack(legs: Iterable[tuple[str, BinaryIO]], into: BinaryIO) -> None:
    """Writes the legs, in their order, each with the ending of its name."""
    with zipfile.ZipFile(into, "w", zipfile.ZIP_STORED) as opened:
        for number, (ending, leg) in enumerate(legs):
            with opened.open(zipfile.ZipInfo(f"{number}{ending}", date_time=_EVER), "w") as target:
                while piece := leg.read(_PIECE):
                    target.write(piece)
