"""How a time is written in the name of a recording: as strftime writes it, or as seconds since 1970."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

#: strftime's letters that may stand in a form: so many digits each.
_DIGITS: Mapping[str, int] = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}
#: A day without its hour would be a call at midnight.
_NEEDED = frozenset("YmdHM")
#: Digits, and the milliseconds that one of them counts.
_EPOCHS: Mapping[str, tuple[int, int]] = {"epoch": (10, 1_000), "epoch_ms": (13, 1)}
_SLOT = re.compile(r"%(.?)|([^%])", re.DOTALL)
_START = datetime(1970, 1, 1, tzinfo=UTC)


def width_of(form: str) -> int | None:
    """How many characters a time of this form has; None where the form will not do.

    >>> width_of("%Y%m%d-%H%M%S"), width_of("epoch_ms"), width_of("%Y%m%d")
    (15, 13, None)
    """
    if form in _EPOCHS:
        return _EPOCHS[form][0]
    slots = [match.groups() for match in _SLOT.finditer(form)]
    letters = [letter for letter, text in slots if text is None]
    is_known = set(letters) <= set(_DIGITS) and set(letters) >= _NEEDED
    if not is_known or len(set(letters)) != len(letters):
        return None
    return sum(1 if text else _DIGITS[letter] for letter, text in slots)


def time_in(form: str, taken: str) -> str | None:
    """What a table would say; None where the text is not of the form. Whether there is such a day is not asked.

    >>> time_in("%Y%m%d-%H%M", "20261125-0830"), time_in("epoch", "1795595407")
    ('2026-11-25 08:30:00', '2026-11-25T08:30:07+00:00')
    """
    if form in _EPOCHS:
        digits, unit_ms = _EPOCHS[form]
        if not _is_number(taken) or len(taken) != digits:
            return None
        return (_START + timedelta(milliseconds=int(taken) * unit_ms)).isoformat()
    said, at = {"S": "00"}, 0
    for letter, text in (match.groups() for match in _SLOT.finditer(form)):
        written = taken[at : at + (1 if text else _DIGITS[letter])]
        at += len(written)
        if written != text if text else not _is_number(written):
            return None
        if not text:
            said[letter] = written
    return f"{said['Y']}-{said['m']}-{said['d']} {said['H']}:{said['M']}:{said['S']}"


def _is_number(digits: str) -> bool:
    return digits.isascii() and digits.isdigit()
