"""Numbers and times as people read them. Unknown is a dash, never a zero."""

from __future__ import annotations

import re

UNKNOWN = "–"
#: What was said may hold anything: controls (also those that turn text around) reach neither terminal nor page.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def without_controls(said: str) -> str:
    r"""Text of strangers; each control character but tab and newline shows as U+FFFD.

    >>> without_controls("\u202e保本\x1b[31m")
    '\ufffd保本\ufffd[31m'
    """
    return _CONTROLS.sub("\ufffd", said)


def clock(at_ms: int) -> str:
    """A place in the call.

    >>> clock(72_400)
    '01:12'
    """
    minutes, seconds = divmod(at_ms // 1000, 60)
    return f"{minutes:02d}:{seconds:02d}"


def duration(lasts_ms: int | None) -> str:
    """How long something lasted.

    >>> duration(252_000), duration(8_300), duration(None)
    ('4:12', '8.3 s', '–')
    """
    if lasts_ms is None:
        return UNKNOWN
    if lasts_ms < 60_000:
        return f"{lasts_ms / 1000:.1f} s"
    minutes, seconds = divmod(round(lasts_ms / 1000), 60)
    return f"{minutes}:{seconds:02d}"


def number(value: float | None) -> str:
    """A figure without needless digits.

    >>> number(82.0), number(82.5), number(None)
    ('82', '82.5', '–')
    """
    return UNKNOWN if value is None else f"{value:.1f}".removesuffix(".0")


def count(value: float | None) -> str:
    """A whole figure: pieces, or a rate whose decimals nobody hears.

    >>> count(219.8), count(0), count(None)
    ('220', '0', '–')
    """
    return UNKNOWN if value is None else f"{value:.0f}"


def percent(value: float | None) -> str:
    """A share of one.

    >>> percent(0.534), percent(None)
    ('53 %', '–')
    """
    return UNKNOWN if value is None else f"{value * 100:.0f} %"
