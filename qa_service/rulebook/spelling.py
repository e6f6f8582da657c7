"""A quantity as it may be written, for whoever wrote one that may not: 40% → 0.4, 8秒 → 8s, 很多 → an ordinary one."""

from __future__ import annotations

import dataclasses
import math
import re
from typing import Any

from qa_service.rulebook.bounds import Bounds, bounds_of, shown

_NUMBER = re.compile(r"[-+−]?[0-9]+(?:\.[0-9]+)?")
_MINUS = str.maketrans("−", "-")
#: Units as people write them, the longer before what they begin with.
_UNITS = re.compile(
    r"\s*(毫秒|ms|秒|sec|s|分|min|m|小时|小時|钟头|h|天|日|day|d|周|星期|week|个月|月|month)", re.IGNORECASE
)
_S, _M, _H, _D = 1_000, 60_000, 3_600_000, 86_400_000
_UNIT_MS = {
    "毫秒": 1,
    "ms": 1,
    "秒": _S,
    "sec": _S,
    "s": _S,
    "分": _M,
    "min": _M,
    "m": _M,
    "小时": _H,
    "小時": _H,
    "钟头": _H,
    "h": _H,
    "天": _D,
    "日": _D,
    "day": _D,
    "d": _D,
    "周": 7 * _D,
    "星期": 7 * _D,
    "week": 7 * _D,
    "个月": 30 * _D,
    "月": 30 * _D,
    "month": 30 * _D,
}


def example_of(kind: type[Any], field: str, word: object, *, is_whole: bool = False) -> str:
    """The setting as its author may have meant it, and where nobody can tell, as it is usual.

    >>> from qa_service.detectors.talk_ratio import TalkRatio
    >>> from qa_service.detectors.silence import LongSilence
    >>> example_of(TalkRatio, "below", "40%"), example_of(TalkRatio, "below", "一半")
    ('0.4', '0.5')
    >>> example_of(LongSilence, "limit_ms", "8秒"), example_of(LongSilence, "limit_ms", 8)
    ('8s', '8s')
    """
    bounds = bounds_of(kind.name, field) or (0.0, 100.0)
    meant = _meant_ms(word) if field.endswith("_ms") else _meant(word, bounds)
    return shown(_fit(meant, _usual(kind, field), bounds, is_whole=is_whole), field)


def near(word: object, usual: float, bounds: Bounds) -> str:
    """The same for a number that is no setting of a detector; whole where the usual one is."""
    return f"{_fit(_meant(word, bounds), usual, bounds, is_whole=isinstance(usual, int)):g}"


def _fit(meant: float | None, usual: float | None, bounds: Bounds, *, is_whole: bool = False) -> float:
    """The first of them that may stand there; a value in the middle where none may."""
    low, high = bounds
    for value in (meant, usual):
        if value is not None and low <= value <= high and not (is_whole and value % 1):
            return value
    if meant is not None and meant < low:
        return math.ceil(low) if is_whole else low
    # Of wide bounds the middle is nothing that anybody means.
    middle = (low + high) / 2 if high <= 100 * max(low, 1) else 10 * max(low, 1)
    return round(middle) if is_whole or middle >= 10 else middle


def _meant(word: object, bounds: Bounds) -> float | None:
    """The number in what was written; of a share, per cents as they are kept."""
    number = _number(word)
    if number is not None and bounds[1] == 1 and 1 < number <= 100:
        return number / 100
    return number


def _meant_ms(word: object) -> float | None:
    """The time in what was written; a bare number is meant in seconds."""
    number, said = _number(word), str(word)
    if number is None:
        return None
    found = _NUMBER.search(said)
    unit = _UNITS.match(said, found.end()) if found else None
    if unit is None and found and said[found.end() :].strip():
        return None  # utterances, turns, times: no time at all
    return number * (_UNIT_MS[unit[1].lower()] if unit else _S)


def _number(word: object) -> float | None:
    """The first number in it; truths and what is without end are none."""
    if isinstance(word, bool) or not isinstance(word, str | int | float):
        return None
    match = _NUMBER.search(str(word))
    return float(match[0].translate(_MINUS)) if match else None


def _usual(kind: type[Any], field: str) -> float | None:
    """What the detector takes where nothing is set."""
    value = next((one.default for one in dataclasses.fields(kind) if one.name == field), None)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
