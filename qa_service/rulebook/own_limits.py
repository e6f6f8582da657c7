"""Other limits for an included rule: the settings of a tag, or of an operator, wherever its condition has them.

Where they are not the same everywhere (eight seconds, and two minutes once a wait was announced), one value for all
would loosen one limit and tighten the other: the override then says which it means, by what it is now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from qa_service.rulebook.later import object_to
from qa_service.rulebook.own import KINDS
from qa_service.rulebook.places import Place
from qa_service.rulebook.present import Setting

#: What holds the settings of a tag.
_BESIDE = "settings"
Settings = Mapping[str, Mapping[str, Any]]


class Limits(NamedTuple):
    """A condition with other settings, and each setting (`silence.long limit`) as it was and is."""

    when: dict[str, Any]
    before: Mapping[str, object]
    after: Mapping[str, object]


def with_limits(when: Mapping[str, Any], wanted: Settings, place: Place, book: Settings) -> Limits:
    """The condition with other settings; `book` are those of the detectors for all rules.

    Raises:
        RulebookError: `override_limits`: the condition has no such tag or operator; `override_which`: it has several
            that are set otherwise, and the override does not say which; `override_no_value`: it names none of them.
    """
    known: dict[str, list[Mapping[str, Any]]] = {}
    for name, held in _limits(when):
        known.setdefault(name, []).append(held)
    before, after = {}, {}
    for name, given in wanted.items():
        _refuse_unknown(name, known, place)
        for key, value in given.items():
            setting = Setting(name, key, book)
            present = _apart(setting, known[name])
            _refuse_unclear(setting, value, present, place.at(name, key))
            picks = value if isinstance(value, dict) else dict.fromkeys(present, value)
            before[f"{name} {key}"] = ", ".join(map(setting.said, picks))
            after[f"{name} {key}"] = (
                ", ".join(map(setting.said, value.values())) if isinstance(value, dict) else value
            )
    changed = _changed(when, wanted, book)
    assert isinstance(changed, dict)  # noqa: S101 - a mapping stays one
    return Limits(changed, before, after)


def _refuse_unknown(name: str, known: Mapping[str, object], place: Place) -> None:
    if not known:
        fix = "Disable the rule and write another one"
        raise place.at(name).error("override_no_limits", "the rule has no settings to change", fix)
    if name not in known:
        raise place.at(name).unknown("override_limits", name, known, "is no tag or operator of this rule")


def _apart(setting: Setting, held: list[Mapping[str, Any]]) -> list[str]:
    """Its values in a condition that are not the same, as an author writes them."""
    values: list[object] = []
    for value in map(setting.held, held):
        if not any(setting.is_same(value, one) for one in values):
            values.append(value)
    return [setting.said(value) for value in values]


def _refuse_unclear(setting: Setting, value: object, present: list[str], place: Place) -> None:
    """One value for several that differ is no mistake of a book that was published before anybody objected."""
    name, key, known = setting.of, setting.key, ", ".join(present)
    if isinstance(value, dict):
        for pick in value:
            if not any(setting.is_same(pick, one) for one in present):
                problem, fix = f"the rule has no {name} whose {key} is {pick}", f"It has: {known}"
                raise place.error(
                    "override_no_value", problem, fix, word=pick, tag=name, key=key, known=known
                )
    elif len(present) > 1:
        example = f"{name}: {{{key}: {{{present[0]}: {setting.said(value)}}}}}"
        problem = f"the rule has several {name}, whose {key} is not the same: {known}"
        fix = f"Write which of them, by what it is now, such as {example}"
        object_to(
            place.error("override_which", problem, fix, tag=name, key=key, known=known, example=example)
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


def _changed(part: object, wanted: Settings, book: Settings) -> object:
    if isinstance(part, list):
        return [_changed(one, wanted, book) for one in part]
    if not isinstance(part, dict):
        return part
    made = {key: _changed(one, wanted, book) for key, one in part.items()}
    for name in _tags(part):
        held = part.get(_BESIDE) or {}
        if name in wanted and (others := _others(name, held, wanted[name], book)):
            made[_BESIDE] = {**held, **others}
    for name in KINDS.keys() & part.keys() & wanted.keys():
        if isinstance(part[name], dict):
            made[name] = {**part[name], **_others(name, part[name], wanted[name], book)}
    return made


def _others(
    name: str, held: Mapping[str, Any], wanted: Mapping[str, Any], book: Settings
) -> dict[str, object]:
    """The settings of one tag or operator that become others: all that are wanted, or those that are picked."""
    others: dict[str, object] = {}
    for key, value in wanted.items():
        setting = Setting(name, key, book)
        present = setting.held(held)
        for was, now in value.items() if isinstance(value, dict) else [(present, value)]:
            if setting.is_same(was, present):
                others[key] = now
    return others


def _tags(part: Mapping[str, Any]) -> tuple[str, ...]:
    """The one tag that a condition names; settings may stand beside one only."""
    named = part.get("tag")
    named = named[0] if isinstance(named, list) and len(named) == 1 else named
    return (named,) if isinstance(named, str) else ()
