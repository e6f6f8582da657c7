"""Settings of the shipped detectors: YAML values → fields of the detector's frozen class."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any

from qa_service.core.errors import RulebookError
from qa_service.detectors.base import Detector
from qa_service.detectors.unfit import Unfit
from qa_service.rulebook.bounds import bounds_of, shown
from qa_service.rulebook.durations import parse_duration_ms
from qa_service.rulebook.mistakes import Mistakes
from qa_service.rulebook.places import Place
from qa_service.rulebook.unfit import refusal

_NUMBERS = (int, float)
#: What a setting is to be → the word for it, and English.
_KINDS = {
    int: ("whole", "a whole number"),
    float: ("number", "a number"),
    str: ("text", "a text"),
    bool: ("flag", "true or false"),
    tuple: ("list", "a list"),
}


def configure(
    kind: type[Any], settings: Mapping[str, Any], place: Place, *, written: object = None
) -> Detector:
    """A detector with these settings; `limit: 8s` sets the field `limit_ms`, other names are the fields'.

    `written` is what their author wrote, where that is not a mapping of all of them.

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
                low = (bounds_of(kind.name, name) or (0.0, 0.0))[0]
                read = _milliseconds(value, key, here) if is_time else _value(value, hints[name], here, low)
                values[name] = _bounded(read, kind.name, name, here)
    try:
        return typing.cast("Detector", kind(**values))
    except Unfit as unfit:
        raise refusal(unfit, place, settings if written is None else written) from unfit
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


def _value(value: object, hint: object, place: Place, low: float) -> object:
    """The value as its field holds it; below zero only where `low`, the least that it may be, is."""
    if isinstance(value, list):
        value = tuple(value)
    if isinstance(value, int) and not isinstance(value, bool) and float in (hint, *typing.get_args(hint)):
        value = float(value)
    if not _matches(value, hint):
        raise _of_other_kind(value, hint, place)
    if isinstance(value, _NUMBERS) and not ((value >= 0 or low < 0) and abs(value) < float("inf")):
        problem = f"{value!r} is below zero or without end"
        raise place.error("setting_endless", problem, "Write 0 or more", word=value)
    return value


def _of_other_kind(value: object, hint: object, place: Place) -> RulebookError:
    """The error about a value of the wrong kind; in a list, about the first entry that is."""
    if typing.get_origin(hint) is tuple and isinstance(value, tuple):
        inner = typing.get_args(hint)[0]
        at = next(at for at, item in enumerate(value) if not _matches(item, inner))
        return _of_other_kind(value[at], inner, place.at(at))
    wanted, said = _kind(hint)
    problem, fix = f"{value!r} is not {said}", f"Write {said}"
    return place.error("setting_kind", problem, fix, word=value, wanted=wanted)


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


def _kind(hint: object) -> tuple[str, str]:
    """What is wanted; of several kinds the first, for the other is to leave it out."""
    plain = typing.get_origin(hint) or hint
    if plain in {typing.Union, types.UnionType}:
        return _kind(typing.get_args(hint)[0])
    return _KINDS[plain] if isinstance(plain, type) and plain in _KINDS else ("text", str(hint))
