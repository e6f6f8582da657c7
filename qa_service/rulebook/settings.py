"""Settings of the shipped detectors: YAML values → fields of the detector's frozen class."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any

from qa_service.detectors.base import Detector
from qa_service.rulebook.bounds import bounds_of, shown
from qa_service.rulebook.durations import parse_duration_ms
from qa_service.rulebook.mistakes import Mistakes
from qa_service.rulebook.places import Place

_NUMBERS = (int, float)
_KINDS = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}


def configure(kind: type[Any], settings: Mapping[str, Any], place: Place) -> Detector:
    """A detector with these settings; `limit: 8s` sets the field `limit_ms`, other names are the fields'.

    Raises:
        RulebookError: every unknown setting, one that stands twice, and value of the wrong kind or size.
    """
    hints = typing.get_type_hints(kind)
    fields = {field.name for field in dataclasses.fields(kind) if field.init}
    names = {name.removesuffix("_ms"): name for name in fields}
    values: dict[str, object] = {}
    with Mistakes() as mistakes:
        for key, value in settings.items():
            here, name = place.at(key), names.get(key.removesuffix("_ms"))
            with mistakes.noted():
                if name is None or (key != name and key.endswith("_ms")):
                    raise here.unknown("setting_unknown", key, names, "is not a setting")
                if name in values:
                    raise here.error("key_twice", "stands twice", "Keep one of them", word=key)
                is_time = name.endswith("_ms")
                read = _milliseconds(value, key, here) if is_time else _value(value, hints[name], here)
                values[name] = _bounded(read, kind.name, name, here)
    try:
        return typing.cast("Detector", kind(**values))
    except ValueError as error:
        raise place.error("setting_value", str(error), "Mend the value", why=str(error)) from error


def _bounded(value: object, detector: str, field: str, place: Place) -> object:
    """The value, if it lies where the setting means something."""
    bounds = bounds_of(detector, field)
    if bounds is None or not isinstance(value, _NUMBERS) or bounds[0] <= value <= bounds[1]:
        return value
    low, high, said = (shown(number, field) for number in (*bounds, value))
    problem, fix = f"{said} is not between {low} and {high}", f"Write a value from {low} to {high}"
    raise place.error("setting_range", problem, fix, word=said, low=low, high=high)


def _milliseconds(value: object, key: str, place: Place) -> int:
    """A duration with its unit; a bare number only where the author wrote `limit_ms` himself."""
    if key.endswith("_ms") and isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    duration_ms = parse_duration_ms(value)
    if duration_ms is None:
        problem, fix = f"{value!r} is not a duration", "Write it with its unit, such as 8s or 800ms"
        raise place.error("duration", problem, fix, word=value)
    return duration_ms


def _value(value: object, hint: object, place: Place) -> object:
    if isinstance(value, list):
        value = tuple(value)
    if isinstance(value, int) and not isinstance(value, bool) and float in (hint, *typing.get_args(hint)):
        value = float(value)
    if not _matches(value, hint):
        problem = f"{value!r} is not {_kind(hint)}"
        raise place.error("setting_value", problem, "Mend the value", why=problem)
    if isinstance(value, _NUMBERS) and not 0 <= value < float("inf"):
        problem = f"{value!r} is below zero or without end"
        raise place.error("setting_value", problem, "Write 0 or more", why=problem)
    return value


def _matches(value: object, hint: object) -> bool:
    origin = typing.get_origin(hint)
    if origin in {typing.Union, types.UnionType}:
        return any(_matches(value, part) for part in typing.get_args(hint))
    if origin is tuple:
        inner = typing.get_args(hint)[0]
        return isinstance(value, tuple) and all(_matches(item, inner) for item in value)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(hint, type) and isinstance(value, hint)


def _kind(hint: object) -> str:
    if typing.get_origin(hint) is tuple:
        return "a list"
    return _KINDS.get(hint, str(hint)) if isinstance(hint, type) else str(hint)
