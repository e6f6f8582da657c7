"""The JSON Schema (Draft 2020-12) of a rulebook file, for editors: made of what the loader checks with.

`python -m qa_service.rulebook.json_schema > docs/schema/rulebook-1.json`
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from qa_service.rulebook.json_when import condition_shapes, detectors_shape, tolerance_shape
from qa_service.rulebook.json_words import Shape, either, one_of, ref, told
from qa_service.rulebook.schema import SCHEMA, VERSION, WrittenRulebook
from qa_service.rulebook.written import Written


def schema() -> Shape:
    """The schema as plain values."""
    made = WrittenRulebook.model_json_schema(by_alias=True, mode="validation")
    models: dict[str, Shape] = {**made.pop("$defs"), WrittenRulebook.__name__: made}
    kinds = {kind.__name__: kind for kind in _kinds(Written)}
    shapes = {name: _shape(kinds[name], shape) for name, shape in models.items()}
    book = shapes.pop(WrittenRulebook.__name__)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{SCHEMA.replace('/', ':')}@{VERSION}",
        "title": "质检方案 Rulebook",
        **book,
        "$defs": {**shapes, **condition_shapes()},
    }


def schema_text() -> str:
    """The schema as the file in docs/schema holds it."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


def _kinds(kind: type[Written]) -> list[type[Written]]:
    return [kind, *(inner for sub in kind.__subclasses__() for inner in _kinds(sub))]


def _shape(kind: type[Written], made: Shape) -> Shape:
    """A model's shape with the words for its keys, and its short form where it has one."""
    properties: dict[str, Shape] = {
        key: told(kind.__name__, key, _key(kind, key, held)) for key, held in made["properties"].items()
    }
    whole = {key: held for key, held in made.items() if key not in {"title", "description"}}
    whole["properties"] = properties
    if not kind.short:
        return whole
    bare = _without(properties[kind.short], "description", "default")
    return either(_without_null(bare), whole)


def _key(kind: type[Written], key: str, made: Shape) -> Shape:
    """One key: conditions and detectors have readers of their own, other words are told."""
    if key == "when":
        return ref("condition")
    if key == "sounds_like":
        return tolerance_shape()
    if kind is WrittenRulebook and key == "detectors":
        return detectors_shape()
    shape = _worded(_without_null(_without(made, "title")))
    if not shape.get("default") or isinstance(shape["default"], dict):
        shape = _without(shape, "default")
    return either(shape["items"], shape) if key in kind.single else shape


def _worded(made: Any) -> Any:
    """Every list of words inside with what the words mean."""
    if isinstance(made, list):
        return [_worded(one) for one in made]
    if not isinstance(made, Mapping):
        return made
    shape = {key: held if key == "default" else _worded(held) for key, held in made.items()}
    return shape | one_of(shape["enum"]) if "enum" in shape else shape


def _without(made: Shape, *keys: str) -> Shape:
    return {key: held for key, held in made.items() if key not in keys}


def _without_null(made: Shape) -> Shape:
    """Nothing is said by leaving a key out, not by writing nothing behind it."""
    kinds = [one for one in made.get("anyOf", ()) if one != {"type": "null"}]
    if not kinds or len(kinds) == len(made["anyOf"]):
        return made
    rest = {key: held for key, held in made.items() if key not in {"anyOf", "default"}}
    return rest | (kinds[0] if len(kinds) == 1 else {"anyOf": kinds})


if __name__ == "__main__":
    sys.stdout.write(schema_text())
