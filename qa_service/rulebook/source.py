"""YAML text → the written form, with errors that name file, path and fix."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from qa_service.core.errors import RulebookError
from qa_service.rulebook.schema import WrittenRulebook

#: A rulebook of 10,000 rules with examples is about 6 MB; more is a mistake.
MAX_BYTES = 16 << 20


def read(text: str, source: str) -> WrittenRulebook:
    """Parses and checks one file.

    Raises:
        RulebookError: names the first problem by its path, such as `rules[3].when`.
    """
    if len(text.encode()) > MAX_BYTES:
        raise RulebookError(source=source, problem="is larger than 16 MB", fix="Split it with include")
    data = _parse(text, source)
    if not isinstance(data, dict):
        raise RulebookError(
            source=source, problem="is not a mapping", fix="Start with `schema: qa-service/rulebook@1`"
        )
    try:
        return WrittenRulebook.model_validate(data)
    except ValidationError as error:
        raise _explain(error, source) from error


class _OnceLoader(yaml.SafeLoader):
    """Safe YAML in which a key may stand only once: the second would silently win."""


def _mapping(loader: _OnceLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"{key!r} stands twice", key_node.start_mark)
        seen.add(key)
    return loader.construct_mapping(node, deep=True)


_OnceLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def _parse(text: str, source: str) -> object:
    try:
        return yaml.load(text, Loader=_OnceLoader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise RulebookError(
            source=source, where=where, problem=str(error.problem or "is not YAML"), fix="Mend the YAML there"
        ) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise RulebookError(source=source, problem="is not YAML", fix="Check it is saved as UTF-8") from error


def _explain(error: ValidationError, source: str) -> RulebookError:
    first = error.errors()[0]
    where = path_of(first["loc"])
    kind, value = first["type"], first.get("input")
    if kind == "extra_forbidden":
        return RulebookError(
            source=source, where=where, problem="is not a known key", fix="Remove it or mend its spelling"
        )
    if kind == "missing":
        return RulebookError(source=source, where=where, problem="is missing", fix="Add it")
    shown = repr(value) if isinstance(value, str | int | float | bool) else "this"
    return RulebookError(source=source, where=where, problem=f"{shown} will not do: {first['msg']}")


def path_of(loc: Sequence[int | str]) -> str:
    """A place in the file as authors read it.

    >>> path_of(("rules", 3, "when"))
    'rules[3].when'
    """
    path = ""
    for step in loc:
        path += f"[{step}]" if isinstance(step, int) else f".{str(step).rstrip('_')}"
    return path.lstrip(".")


def digest_of(parts: Mapping[str, object]) -> str:
    """sha256 of the canonical JSON: keys sorted, no spaces, comments and order of keys left out."""
    canonical = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    raise TypeError(f"{type(value).__name__} has no canonical form")
