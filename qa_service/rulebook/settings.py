"""Settings of the shipped detectors: YAML values → fields of the detector's frozen class."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any, NamedTuple

from qa_service.core.errors import RulebookError
from qa_service.detectors.base import Detector
from qa_service.detectors.unfit import Unfit
from qa_service.rulebook.bounds import bounds_of, shown
from qa_service.rulebook.durations import parse_duration_ms
from qa_service.rulebook.later import object_to
from qa_service.rulebook.mistakes import Mistakes
from qa_service.rulebook.places import Place
from qa_service.rulebook.spelling import example_of
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
                setting = _Setting(kind, name, key, hints[name], here)
                values[name] = setting.read(value)
    try:
        return typing.cast("Detector", kind(**values))
    except Unfit as unfit:
        raise refusal(unfit, place, settings if written is None else written) from unfit
    except ValueError as error:
        raise place.error("setting_value", str(error), "Mend the value", why=str(error)) from error


class _Setting(NamedTuple):
    """One setting that is read: the detector's, its field, the key for it, what the field holds, where it stands."""

    kind: type[Any]
    field: str
    key: str
    hint: object
    place: Place

    def read(self, written: object) -> object:
        """The value as the field holds it.

        Raises:
            RulebookError: it is of another kind, or lies where the setting means nothing.
        """
        read = self._milliseconds(written) if self.field.endswith("_ms") else self._value(written)
        return self._bounded(read, written)

    def _bounded(self, value: object, written: object) -> object:
        bounds = bounds_of(self.kind.name, self.field)
        if bounds is None or not isinstance(value, _NUMBERS) or bounds[0] <= value <= bounds[1]:
            return value
        low, high, said = (shown(number, self.field) for number in (*bounds, value))
        example = self._example(written)
        problem, fix = (
            f"{said} is not between {low} and {high}",
            f"Write a value from {low} to {high}: {example}",
        )
        object_to(
            self.place.error("setting_range", problem, fix, word=said, low=low, high=high, example=example)
        )
        return value

    def _milliseconds(self, value: object) -> int:
        """A duration with its unit; a bare number only where the author wrote `limit_ms` himself."""
        if self.key.endswith("_ms") and isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        duration_ms = parse_duration_ms(value)
        if duration_ms is None:
            example = self._example(value)
            problem, fix = f"{value!r} is not a duration", f"Write it with its unit, such as {example}"
            raise self.place.error("setting_duration", problem, fix, word=value, example=example)
        return duration_ms

    def _value(self, value: object) -> object:
        """The value as its field holds it; below zero only where the least that it may be is."""
        if isinstance(value, list):
            value = tuple(value)
        if isinstance(value, int) and not isinstance(value, bool) and float in self._kinds:
            value = float(value)
        if not _matches(value, self.hint):
            raise self._of_other_kind(value)
        low = (bounds_of(self.kind.name, self.field) or (0.0, 0.0))[0]
        if isinstance(value, _NUMBERS) and not ((value >= 0 or low < 0) and abs(value) < float("inf")):
            example = self._example(value)
            problem, fix = f"{value!r} is below zero or without end", f"Write for example {example}"
            raise self.place.error("setting_endless", problem, fix, word=value, example=example)
        return value

    def _of_other_kind(self, value: object) -> RulebookError:
        if int not in self._kinds and float not in self._kinds:
            return _of_other_kind(value, self.hint, self.place)
        wanted, said = _kind(self.hint)
        example, value = self._example(value), list(value) if isinstance(value, tuple) else value
        problem, fix = f"{value!r} is not {said}", f"Write {said} without quotes, such as {example}"
        return self.place.error("setting_number", problem, fix, word=value, wanted=wanted, example=example)

    def _example(self, written: object) -> str:
        return example_of(self.kind, self.field, written, is_whole=int in self._kinds)

    @property
    def _kinds(self) -> tuple[object, ...]:
        return (self.hint, *typing.get_args(self.hint))


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
