"""A failed check of the written form → errors that say what to write instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from qa_service.core.errors import RulebookError
from qa_service.rulebook.found import Steps
from qa_service.rulebook.places import Place
from qa_service.rulebook.schema import WrittenRulebook
from qa_service.rulebook.written import PREFIX

#: Steps of pydantic's paths that are kinds, not places: the branches of `list[str | list[str]]` and the like.
_BRANCHES = frozenset({"str", "bool", "[key]"})
_BRANCHES_BEGIN = ("list[", "constrained-", "function-", "Written")
_QUOTED = re.compile(r"'([^']*)'")
_MISSING = "rulebook_missing"
#: Kinds of failure where something with parts was wanted.
_STRUCTURES = frozenset({"list_type", "dict_type", "model_type"})
_BLURRED = frozenset({"rulebook_key_wide_colon", "rulebook_key_unseen", "rulebook_key_merge"})
#: Kind of failure → code, problem, fix. `{limit}` is the one that pydantic names.
_KINDS: Mapping[str, tuple[str, str, str]] = {
    "missing": ("missing", "is missing", "Add it"),
    "string_type": ("not_text", "is not a text", "Put it in quotes"),
    "invalid_key": ("not_text", "is not a text", "Put it in quotes"),
    "string_too_short": ("empty", "is empty", "Write something"),
    "string_too_long": ("too_long", "is longer than {limit} characters", "Shorten it"),
    "string_pattern_mismatch": ("name", "is not a name", "Use lower-case letters, digits and hyphens"),
    "literal_error": ("choice", "is not one of the words that may stand here", "Write one of: {limit}"),
    "list_type": ("list", "is not a list", "Write each entry after a dash"),
    "too_long": ("too_many", "has more than {limit} entries", "Split it"),
    "too_short": ("too_few", "has no entries", "Write at least one"),
    "dict_type": ("mapping", "is not a mapping", "Write keys and values"),
    "model_type": ("mapping", "is not a mapping", "Write keys and values"),
    "greater_than": ("above", "is too small", "Write more than {limit}"),
    "greater_than_equal": ("least", "is too small", "Write {limit} or more"),
    "less_than_equal": ("most", "is too large", "Write {limit} or less"),
    "int_type": ("whole", "is not a whole number", "Write for example 1"),
    "float_type": ("number", "is not a number", "Write for example 5"),
    "finite_number": ("number", "is not a number", "Write for example 5"),
    "bool_type": ("yes_no", "is neither true nor false", "Write true or false"),
}


def explain(error: ValidationError, book: Place, data: Mapping[str, Any]) -> tuple[RulebookError, ...]:
    """The failures as their author should read them, one a place."""
    failures: dict[Steps, ErrorDetails] = {}
    for failure in error.errors():
        failures.setdefault(tuple(step for step in failure["loc"] if not _is_branch(step)), failure)
    # A value that may be of two kinds fails as both; the kind that got further was meant.
    passed = {steps[:length] for steps in failures for length in range(len(steps))}
    told = [
        _told(failure, steps, _about_rule(book, steps, data))
        for steps, failure in failures.items()
        if steps not in passed
    ]
    meant = {(*one.steps[:-1], one.values["like"]) for one in told if "like" in one.values}
    # Beside a key that nobody could read, what is missing may well be there.
    blurred = {one.steps[:-1] for one in told if one.code in _BLURRED}
    return tuple(
        one
        for one in told
        if one.code != _MISSING or (one.steps not in meant and one.steps[:-1] not in blurred)
    )


def _told(failure: ErrorDetails, steps: Steps, book: Place) -> RulebookError:
    place, kind = book.at(*steps), failure["type"]
    if kind == "extra_forbidden" or "：" in str(steps[-1]):
        return place.strange_key(steps[-1], _keys_at(steps[:-1]))
    if kind.startswith(PREFIX):
        told = dict(failure.get("ctx", {}))
        return place.error(kind.removeprefix(PREFIX), failure["msg"], str(told.pop("fix", "")), **told)
    if kind in _STRUCTURES and failure.get("input", ...) is None and steps:
        problem = f"{steps[-1]} has nothing behind it"
        return place.error("nothing", problem, "Write it", word=steps[-1])
    code, problem, fix = _KINDS.get(kind, ("value", failure["msg"], "See docs/rulebook.md"))
    told = {"word": _shown(failure.get("input")), "why": failure["msg"], **_limits(failure)}
    shown = f"{told['word']} " if told["word"] else ""
    return place.error(code, f"{shown}{problem.format_map(told)}", fix.format_map(told), **told)


def _is_branch(step: int | str) -> bool:
    return isinstance(step, str) and (step in _BRANCHES or step.startswith(_BRANCHES_BEGIN))


def _limits(failure: ErrorDetails) -> dict[str, object]:
    """What pydantic says about limits, under one name for all of them."""
    told = dict(failure.get("ctx", {}))
    limits = [told[name] for name in ("gt", "ge", "le", "max_length", "expected") if name in told]
    return told | {"limit": _limit(limits[0]) if limits else ""}


def _limit(value: object) -> str:
    """A number without a needless `.0`; words to choose from, which come as `'a', 'b' or 'c'`, as a list.

    The empty word is none that anybody writes: it stands for leaving the key out.
    """
    return (
        f"{value:g}"
        if isinstance(value, float)
        else ", ".join(filter(None, _QUOTED.findall(str(value)))) or str(value)
    )


def _shown(value: object) -> str:
    """A value as it was written; nothing where it is too much to show."""
    if isinstance(value, str | int | float | bool) and len(str(value)) <= 60:
        return repr(value)
    if isinstance(value, dict) and len(value) == 1:
        key, held = next(iter(value.items()))
        return _shown(f"{key}: {held}")
    return ""


def _about_rule(book: Place, steps: Steps, data: Mapping[str, Any]) -> Place:
    """The book, knowing which rule the failure is in."""
    if len(steps) < 2 or steps[0] not in {"rules", "strengths"} or not isinstance(steps[1], int):
        return book
    held = data[steps[0]][steps[1]]
    name = held.get("id", "") if isinstance(held, dict) else ""
    return book.about(str(name), steps[1])


def _keys_at(steps: Steps) -> list[str]:
    """The keys that may stand at this place of the written form."""
    model: Any = WrittenRulebook
    for step in steps:
        if isinstance(step, str) and isinstance(model, type) and issubclass(model, BaseModel):
            model = next((m for n, m in _inner_models(model) if n == step), model)
    return [field.alias or name for name, field in model.model_fields.items()]


def _inner_models(model: type[BaseModel]) -> list[tuple[str, type[BaseModel]]]:
    """The models that a model's fields hold, by the name of the key."""
    return [
        (field.alias or name, kind)
        for name, field in model.model_fields.items()
        for kind in _kinds(field.annotation)
    ]


def _kinds(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [kind for part in getattr(annotation, "__args__", ()) for kind in _kinds(part)]
