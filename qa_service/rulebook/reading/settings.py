"""The settings of a detector, under the names that authors write."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any

from qa_service.rulebook.reading.quoting import duration

_LABEL = "label"


def settings_of(detector: Any, *, is_all: bool = True) -> tuple[str, ...]:
    """`limit: 8s` and the like; with `is_all` false only what differs from how the detector comes.

    >>> from qa_service.detectors.silence import LongSilence
    >>> settings_of(LongSilence(12_000), is_all=False)
    ('limit: 12s',)
    """
    told = []
    for field in fields(detector):
        value = getattr(detector, field.name)
        if field.name == _LABEL or value in (None, "", ()) or (not is_all and value == _usual(field)):
            continue
        told.append(f"{field.name.removesuffix('_ms')}: {_shown(field.name, value)}")
    return tuple(told)


def _usual(field: Any) -> object:
    if field.default is not MISSING:
        return field.default
    return None if field.default_factory is MISSING else field.default_factory()


def _shown(name: str, value: object) -> str:
    if name.endswith("_ms") and isinstance(value, int):
        return duration(value)
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return f"[{', '.join(map(str, value))}]"
    return str(value).lower() if isinstance(value, bool) else str(value)
