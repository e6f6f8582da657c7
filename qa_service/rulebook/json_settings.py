"""The JSON Schema of a detector's settings: its fields, their bounds, and the words that it takes itself."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterator
from typing import Any

from qa_service.detectors.call_is import CLOCK
from qa_service.detectors.unfit import Unfit, Why
from qa_service.rulebook.bounds import bounds_of, shown
from qa_service.rulebook.json_words import Shape, closed, duration, either, listed, one_of, told

#: A word that no detector takes: asked for it, each says what it does take.
_NO_WORD = "\0"


def settings_shape(kind: type[Any], *, is_operator: bool = False) -> Shape:
    """What may be set of a detector; an operator's label is not, and its lists of one need no brackets."""
    hints = typing.get_type_hints(kind)
    properties: dict[str, Shape] = {}
    for field in dataclasses.fields(kind):
        if field.init and not (is_operator and field.name == "label"):
            properties |= _written(kind, field, hints[field.name], is_operator=is_operator)
    return closed(properties)


def _written(
    kind: type[Any], field: dataclasses.Field[Any], hint: object, *, is_operator: bool
) -> Iterator[tuple[str, Shape]]:
    """The keys under which a field may be set."""
    name, least_most = field.name, bounds_of(kind.name, field.name)
    key = name.removesuffix("_ms")
    usual = {"default": value} if (value := _usual(field)) not in (None, "") else {}
    if key != name:
        yield key, told("settings", key, duration() | usual)
        yield name, told("settings", key, {"type": "integer"} | _between(least_most))
        return
    shape = _shape(kind, name, hint)
    if shape["type"] not in ("string", "array"):
        shape |= _between(least_most)
    if is_operator and shape["type"] == "array" and "maxItems" not in shape:
        shape = either(shape["items"], shape)
    yield key, told("settings", key, shape | usual)


def _usual(field: dataclasses.Field[Any]) -> object:
    """What holds where nothing is written, as an author writes it."""
    value = field.default
    if field.name.endswith("_ms") and isinstance(value, int):
        return shown(value, field.name)
    return list(value) or None if isinstance(value, tuple) else value


def _between(bounds: tuple[float, float] | None) -> Shape:
    low, high = bounds or (0, None)
    return {"minimum": low} | ({} if high is None else {"maximum": high})


def _shape(kind: type[Any], name: str, hint: object) -> Shape:
    origin = typing.get_origin(hint)
    if origin in {typing.Union, types.UnionType}:
        known = [part for part in typing.get_args(hint) if part is not type(None)]
        return _shape(kind, name, known[0]) | {"type": [_shape(kind, name, known[0])["type"], "null"]}
    if origin is tuple:
        return listed(_word(kind, name, as_list=True), least=0) | _hours(kind, name)
    if hint is str:
        return _word(kind, name, as_list=False)
    return {"type": {int: "integer", float: "number", bool: "boolean"}[typing.cast("type", hint)]}


def _word(kind: type[Any], name: str, *, as_list: bool) -> Shape:
    """The words that the detector takes there; any text where it does not mind."""
    unfit = _refusal(kind, name, (_NO_WORD,) if as_list else _NO_WORD)
    if unfit and unfit.why is Why.WORD and unfit.steps[:1] == (name,):
        return {"type": "string"} | one_of(list(unfit.known))
    return {"type": "string"}


def _hours(kind: type[Any], name: str) -> Shape:
    """Two times of day, where the detector asks for them."""
    unfit = _refusal(kind, name, (_NO_WORD,))
    if unfit is None or unfit.why is not Why.HOURS:
        return {}
    hint = "钟点写成 '09:00'，从 00:00 到 24:00。A time of day, as '09:00'."
    clock = {"type": "string", "pattern": f"^(?:{CLOCK.pattern})$", "patternErrorMessage": hint}
    return listed(clock, 2) | {"maxItems": 2}


def _refusal(kind: type[Any], name: str, value: object) -> Unfit | None:
    """What the detector says to such a setting."""
    try:
        kind(**{name: value})
    except Unfit as unfit:
        return unfit
    return None
