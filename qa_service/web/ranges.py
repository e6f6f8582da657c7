"""The bytes of a recording that a `Range` header asks for."""

from __future__ import annotations

import re

from qa_service.web.denials import Denied

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
#: More is a list of ranges, or an attack.
_LONGEST_RANGE = 100


def wanted_bytes(asked: str, size: int) -> tuple[int, int]:
    """Bytes [start, end); several ranges at once are refused: nobody's player asks for them.

    Raises:
        Denied: `wrong_range`.
    """
    if not asked:
        return 0, size
    match = _RANGE.fullmatch(asked.strip()) if len(asked) <= _LONGEST_RANGE else None
    first, last = match.groups() if match else ("", "")
    if first:
        start, end = int(first), min(size, int(last) + 1) if last else size
    else:
        start, end = max(0, size - int(last or 0)), size
    if not match or start >= end:
        raise Denied(
            "wrong_range",
            where="Range",
            problem="is not a range of this recording",
            fix="bytes=0-",
            size=size,
        )
    return start, end
