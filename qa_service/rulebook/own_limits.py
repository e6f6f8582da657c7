"""Other limits for an included rule: the settings of a tag, or of an operator, wherever its condition has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from qa_service.rulebook.own import KINDS
from qa_service.rulebook.places import Place

#: What holds the settings of a tag.
_BESIDE = "settings"
Settings = Mapping[str, Mapping[str, Any]]


class Limits(NamedTuple):
    """A condition with other settings, and each setting (`silence.long limit`) as it was and is."""

    when: dict[str, Any]
    before: Mapping[str, object]
    after: Mapping[str, object]


def with_limits(when: Mapping[str, Any], wanted: Settings, place: Place) -> Limits:
    """The condition with other settings.

    Raises:
        RulebookError: `override_limits`: the condition has no such tag or operator.
    """
    known = dict(_limits(when))
    for name in wanted:
        if not known:
            fix = "Disable the rule and write another one"
            raise place.at(name).error("override_no_limits", "the rule has no settings to change", fix)
        if name not in known:
            raise place.at(name).unknown("override_limits", name, known, "is no tag or operator of this rule")
    each = [(name, key) for name, given in wanted.items() for key in given]
    changed = _changed(when, wanted)
    assert isinstance(changed, dict)  # noqa: S101 - a mapping stays one
    return Limits(
        changed,
        {f"{name} {key}": known[name].get(key, "–") for name, key in each},
        {f"{name} {key}": wanted[name][key] for name, key in each},
    )


def _limits(part: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every tag and operator in a part of a condition by its name, with the settings that it has there."""
    if isinstance(part, list):
        for one in part:
            yield from _limits(one)
    elif isinstance(part, dict):
        for name in _tags(part):
            yield name, part.get(_BESIDE) or {}
        for name in KINDS.keys() & part.keys():
            if isinstance(part[name], dict):
                yield name, part[name]
        for one in part.values():
            yield from _limits(one)


def _changed(part: object, wanted: Settings) -> object:
    if isinstance(part, list):
        return [_changed(one, wanted) for one in part]
    if not isinstance(part, dict):
        return part
    made = {key: _changed(one, wanted) for key, one in part.items()}
    for name in _tags(part):
        if name in wanted:
            made[_BESIDE] = {**(part.get(_BESIDE) or {}), **wanted[name]}
    for name in KINDS.keys() & part.keys() & wanted.keys():
        if isinstance(part[name], dict):
            made[name] = {**part[name], **wanted[name]}
    return made


def _tags(part: Mapping[str, Any]) -> tuple[str, ...]:
    """The one tag that a condition names; settings may stand beside one only."""
    named = part.get("tag")
    named = named[0] if isinstance(named, list) and len(named) == 1 else named
    return (named,) if isinstance(named, str) else ()
