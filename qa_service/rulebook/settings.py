"""Settings of the shipped detectors: YAML values → fields of the detector's frozen class."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any

from qa_service.core.errors import RulebookError
from qa_service.detectors.base import Detector
from qa_service.rulebook.durations import parse_duration_ms


def configure(kind: type[Any], settings: Mapping[str, Any], *, source: str, where: str) -> Detector:
    """A detector with these settings; `limit: 8s` sets the field `limit_ms`, other names are the fields'.

    Raises:
        RulebookError: an unknown setting or a value of the wrong kind.
    """
    fields = {f.name: f for f in dataclasses.fields(kind) if f.init and f.name not in {"name", "version"}}
    hints = typing.get_type_hints(kind)
    values: dict[str, object] = {}
    for key, value in settings.items():
        name = f"{key}_ms" if f"{key}_ms" in fields else key
        if name not in fields:
            known = ", ".join(sorted(f.removesuffix("_ms") for f in fields))
            raise RulebookError(
                source=source, where=f"{where}.{key}", problem="is not a setting", fix=f"Known: {known}"
            )
        values[name] = _value(value, name, hints[name], source=source, where=f"{where}.{key}")
    try:
        return typing.cast("Detector", kind(**values))
    except ValueError as error:
        raise RulebookError(source=source, where=where, problem=str(error)) from error


def _value(value: object, name: str, hint: object, *, source: str, where: str) -> object:
    if name.endswith("_ms") and isinstance(value, str):
        duration_ms = parse_duration_ms(value)
        if duration_ms is None:
            raise RulebookError(
                source=source,
                where=where,
                problem=f"{value!r} is not a duration",
                fix="Write it as 8s or 800ms",
            )
        return duration_ms
    if isinstance(value, list):
        value = tuple(value)
    if isinstance(value, int) and not isinstance(value, bool) and hint is float:
        return float(value)
    if not _matches(value, hint):
        raise RulebookError(
            source=source, where=where, problem=f"{value!r} is not {_kind(hint)}", fix="Mend the value"
        )
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
    names = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}
    if typing.get_origin(hint) is tuple:
        return "a list"
    return names.get(hint, str(hint)) if isinstance(hint, type) else str(hint)
