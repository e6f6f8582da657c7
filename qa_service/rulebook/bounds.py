"""Between which values a detector's setting means something.

`limit_cpm: 0` would call everybody fast, and `alike: 0` every question the same one. The bounds are wide: they
keep slips of the pen out, not opinions. Times are in milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping

Bounds = tuple[float, float]

_SHARE: Bounds = (0.0, 1.0)
_WEIGHT: Bounds = (0.0, 5.0)
_CPM: Bounds = (60, 900)
_CHARS: Bounds = (1, 500)
_PACE: Mapping[str, Bounds] = {
    "min_chars": _CHARS,
    "long_chars": _CHARS,
    "min_speech_ms": (200, 60_000),
    "within_ms": (1_000, 600_000),
}
_PREVIOUS: Bounds = (1, 100)
_CONTRAST: Mapping[str, Bounds] = {
    "min_speech_ms": (200, 60_000),
    "min_previous": _PREVIOUS,
    "within_ms": (1_000, 600_000),
}
_TIMES: Bounds = (2, 20)
#: Below a third alike, any two questions are one.
_ALIKE: Bounds = (0.3, 1.0)
_DAY_MS = 86_400_000
_ROW_MS: Bounds = (1_000, 3_600_000)

#: By the detector's name, then by the field.
BOUNDS: Mapping[str, Mapping[str, Bounds]] = {
    "pace.fast": {**_PACE, "limit_cpm": _CPM},
    "pace.slow": {**_PACE, "limit_cpm": _CPM},
    "pace.jump": {**_PACE, "ratio": (1.05, 5.0), "min_cpm": _CPM, "min_previous": _PREVIOUS},
    "silence.long": {"limit_ms": (500, 600_000)},
    "silence.late_response": {"limit_ms": (500, 600_000)},
    "crosstalk.overlap": {"overlap_ms": (100, 30_000), "min_chars": _CHARS},
    "crosstalk.interruption": {
        "overlap_ms": (100, 30_000),
        "delay_ms": (0, 30_000),
        "min_chars": _CHARS,
        "stop_ms": (100, 30_000),
        "goes_on_ms": (0, 30_000),
    },
    "tone.raised_voice": {"rise_db": (1.0, 40.0), "min_speech_ms": (200, 60_000), "min_previous": _PREVIOUS},
    "hedging.noncommittal": {
        "limit": (0.25, 10.0),
        "near_chars": (0, 500),
        "question_ms": (0, 300_000),
        "follow_up_ms": (0, 300_000),
        **dict.fromkeys(("strong", "weak", "vague_time", "vague_time_asked"), _WEIGHT),
        **dict.fromkeys(("trailing", "asked", "asked_why"), _WEIGHT),
    },
    "hedging.evasion": {
        "answer_ms": (1_000, 300_000),
        "again_ms": _ROW_MS,
        "alike": _ALIKE,
        "times": _TIMES,
        **dict.fromkeys(("alone", "protested", "repeated"), _SHARE),
    },
    "service.acts": {"opening_turns": (1, 20)},
    "says_again": {"alike": _ALIKE, "last": (1, 50), "min_chars": _CHARS},
    "said_number": dict.fromkeys(("above", "below"), (0, 1e12)),
    "call.length": dict.fromkeys(("above_ms", "below_ms"), (1_000, 86_400_000)),
    "call.turns": dict.fromkeys(("above", "below"), (1, 10_000)),
    "call.pace": {**dict.fromkeys(("above", "below"), _CPM), "min_speech_ms": (5_000, 600_000)},
    "loudness": {**_CONTRAST, **dict.fromkeys(("above", "below"), (-60.0, 60.0)), "jump": (1.0, 60.0)},
    "pitch": {**_CONTRAST, **dict.fromkeys(("above", "below"), (-36.0, 36.0)), "jump": (1.0, 36.0)},
    "call.contacts": {"within_ms": (_DAY_MS, 366 * _DAY_MS), "at_least": (1, 100)},
    "answers_differ": {"within_ms": (_DAY_MS, 366 * _DAY_MS), "alike": _ALIKE},
    "call.talk_ratio": dict.fromkeys(("above", "below"), _SHARE),
    "emotion.course": {"part": (0.05, 0.5)},
    "service.apology_only": {"times": _TIMES, "within_ms": _ROW_MS},
    "service.asks_again": {"times": _TIMES, "within_ms": _ROW_MS, "alike": _ALIKE, "min_content": (1, 50)},
}


def bounds_of(detector: str, field: str) -> Bounds | None:
    """The least and the most that this setting may be; nothing for settings that are no quantities."""
    return BOUNDS.get(detector, {}).get(field)


def shown(value: float, field: str) -> str:
    """A bound as an author writes it.

    >>> shown(600_000, "limit_ms"), shown(500, "limit_ms"), shown(1.05, "ratio"), shown(7 * _DAY_MS, "within_ms")
    ('600s', '500ms', '1.05', '7d')
    """
    if not field.endswith("_ms"):
        return f"{value:g}"
    if value and value % _DAY_MS == 0:
        return f"{value / _DAY_MS:g}d"
    return f"{value / 1000:g}s" if value % 1000 == 0 else f"{value:g}ms"
