"""Times, distances and shares as authors write them: 800ms, 8s, 2m, 1h, 7d, "2 utterances", 20%."""

from __future__ import annotations

import re

#: How durations, distances and shares are written, for whoever has to say so.
DURATION = r"^\s*([0-9]{1,9}(?:\.[0-9]{1,9})?)\s*(ms|s|m|h|d)\s*$"
STEPS = r"^\s*([0-9]{1,9})\s*(?:utterances?|句)\s*$"
PERCENT = r"^\s*([0-9]{1,9}(?:\.[0-9]{1,9})?)\s*[%％]\s*$"
_DURATION = re.compile(DURATION)
_UNIT_MS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_STEPS = re.compile(STEPS)
_TURNS = re.compile(r"\s*([0-9]{1,3})\s*(?:turns?|个?(?:话轮|回合|轮)(?:对话)?)\s*")
_PERCENT = re.compile(PERCENT)


def parse_duration_ms(text: object) -> int | None:
    """Milliseconds, or nothing if `text` is not a duration.

    >>> parse_duration_ms("1.5s"), parse_duration_ms("30 sec")
    (1500, None)
    """
    match = _DURATION.fullmatch(text) if isinstance(text, str) else None
    return round(float(match[1]) * _UNIT_MS[match[2]]) if match else None


def parse_steps(text: object) -> int | None:
    """A number of utterances, or nothing if `text` does not say one.

    >>> parse_steps("2 utterances"), parse_steps("3句"), parse_steps("8s")
    (2, 3, None)
    """
    match = _STEPS.fullmatch(text) if isinstance(text, str) else None
    return int(match[1]) if match else None


def parse_turns(text: object) -> int | None:
    """A number of turns, which nothing here is measured in, so that it can be said what is.

    >>> parse_turns("2 turns"), parse_turns("两轮"), parse_turns("3轮"), parse_turns("2 utterances")
    (2, None, 3, None)
    """
    match = _TURNS.fullmatch(text) if isinstance(text, str) else None
    return int(match[1]) if match else None


def parse_share(text: object) -> float | None:
    """A share of a whole, 1.0 for all of it, or nothing if `text` does not say one.

    >>> parse_share("20%"), parse_share("120%"), parse_share("0.2")
    (0.2, 1.2, None)
    """
    match = _PERCENT.fullmatch(text) if isinstance(text, str) else None
    return float(match[1]) / 100 if match else None
