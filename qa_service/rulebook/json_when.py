"""The JSON Schema of conditions, made of the keys, words and bounds that their readers go by.

A key that a reader knows and that has no shape here is a KeyError, not a hole: tests/rulebook/test_json_schema.py.
What only the whole of a book can tell (`absent` without a role anywhere, a criterion that is not there) is left
to `rulebook check`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qa_service.core.standard_answers import Verdict
from qa_service.detectors.registry import BY_LABEL
from qa_service.rulebook import (
    answer_rules,
    every,
    means,
    modifiers,
    operators,
    phrases,
    senses,
    similar,
    steps,
    tolerance,
    when,
)
from qa_service.rulebook.anchors import ANCHORS, LAST_NUMBERED, WHICH
from qa_service.rulebook.json_settings import settings_shape
from qa_service.rulebook.json_words import (
    Shape,
    bound,
    closed,
    distance,
    duration,
    either,
    listed,
    one_label,
    one_of,
    ref,
    stretch,
    told,
)
from qa_service.rulebook.own import KINDS, SHORT
from qa_service.rulebook.scopes import ENDS
from qa_service.text.meaning import SENSES
from qa_service.text.pinyin import CONFUSIONS

_WORD: Shape = {"type": "string", "minLength": 1}
_WORDS = listed(_WORD)
_CHARS: Shape = {"type": "integer", "minimum": 0, "maximum": phrases.WIDEST}
_SURE: Shape = {"type": "number", "minimum": 0, "maximum": 1}
_LEAST: Shape = {"type": "integer", "minimum": 1, "maximum": every.MOST_CHARS}
_TIMES: Shape = {"type": "integer", "minimum": 1}


def condition_shapes() -> Mapping[str, Shape]:
    """Everything that `when` refers to, by name."""
    return {
        "condition": _condition(),
        "part": either(ref("condition"), _bare_anchor()),
        "anchor": _anchor(),
        "step": either(_step(), _branch()),
        "worded": _widened({}),
        **{f"settings-{kind.name}": settings_shape(kind) for kind in _kinds()},
    }


def detectors_shape() -> Shape:
    """`detectors:` of a book: every label with the settings of its detector."""
    names = {label: one_label([label])["enumDescriptions"][0] for label in BY_LABEL}
    settings = {label: _settings_of(kind) | {"description": names[label]} for label, kind in BY_LABEL.items()}
    return closed(settings)


def _kinds() -> tuple[type[Any], ...]:
    return tuple(dict.fromkeys(BY_LABEL.values()))


def _settings_of(kind: type[Any]) -> Shape:
    return ref(f"settings-{kind.name}")


def _condition() -> Shape:
    """Exactly one operator, `call` alone or beside it, and what narrows it."""
    shapes = {key: told("when", key, _operator(key)) for key in when.WHATS}
    shapes |= {key: told("when", key, _modifier(key)) for key in when.MODIFIERS}
    others = [key for key in when.WHATS if key != when.BESIDE]
    alone = {"required": [when.BESIDE], "not": either(*({"required": [key]} for key in others))}
    one = {"oneOf": [*({"required": [key]} for key in others), alone]}
    return closed(shapes) | {
        "allOf": [one, {"not": {"required": ["first", "last"]}}, *_own_settings()],
        "dependentRequired": {"settings": ["tag"]},
    }


def _own_settings() -> list[Shape]:
    """Beside a label, the settings of the detector that emits it."""
    return [
        {
            "if": {"properties": {"tag": {"enum": labels}}, "required": ["tag", "settings"]},
            "then": {"properties": {"settings": {"minProperties": 1, **_settings_of(kind)}}},
        }
        for kind in _kinds()
        for labels in [[label for label, emitting in BY_LABEL.items() if emitting is kind]]
    ]


def _operator(key: str) -> Shape:
    if key in KINDS:
        whole = settings_shape(KINDS[key], is_operator=True)
        return either(_short(whole["properties"][SHORT[key]]), whole) if key in SHORT else whole
    labels = one_label(BY_LABEL)
    parts = listed(ref("part"))
    return {
        "tag": either(labels, listed(labels)),
        "phrases": either(_WORDS, _phrases()),
        "regex": either(_WORD, _mapping("regex", operators.REGEX, {"pattern": _WORD}) | _first("pattern")),
        "similar": either(_WORDS, _similar()),
        "means": either(_WORDS, _means()),
        "answers": either(_WORD, _answers()),
        "all": parts | {"prefixItems": [ref("condition")]},
        "any": listed(ref("condition")),
        "absent": ref("condition"),
        "steps": _steps(),
    }[key]


def _short(shape: Shape) -> Shape:
    """A setting that stands for all of them."""
    return {key: value for key, value in shape.items() if key not in {"description", "default"}}


def _modifier(key: str) -> Shape:
    if key in ANCHORS:
        return ref("anchor")
    count = closed({"at_least": told("count", "at_least", _TIMES)}, "at_least")
    return {
        "role": one_of(modifiers.ROLES),
        "first": stretch(),
        "last": stretch(),
        "between": closed({end: told("between", end, bound()) for end in ENDS}) | {"minProperties": 1},
        "min_confidence": _SURE,
        "max_confidence": _SURE,
        "count": count,
        "settings": {"type": "object", "minProperties": 1},
        "every": either(
            {"const": True}, closed({"min_chars": told("when", "min_chars", _LEAST)}, "min_chars")
        ),
    }[key]


def _anchor() -> Shape:
    """A condition at a distance; `any` may hold bare words, which are phrases."""
    within = told("when", "within", distance())
    which = told(
        "when",
        "which",
        either(one_of(WHICH, "which"), {"type": "integer", "minimum": 1, "maximum": LAST_NUMBERED}),
    )
    return _widened({"within": within, "which": which})


def _widened(keys: Mapping[str, Shape]) -> Shape:
    """A condition that has some keys more, and of which `any` may hold bare words."""
    whole = _condition()
    shapes = dict(whole["properties"]) | dict(keys)
    shapes["any"] = told("when", "any", either(_WORDS, listed(ref("condition"))))
    return closed(shapes) | {
        key: value for key, value in whole.items() if key in {"allOf", "dependentRequired"}
    }


def _answers() -> Shape:
    verdict = one_of([one.value for one in Verdict], "verdict")
    (fewest, most), (low, high) = answer_rules.TURNS, answer_rules.AT_LEAST
    own: Mapping[str, Shape] = {
        "table": _WORD,
        "verdict": either(verdict, listed(verdict)),
        "turns": {"type": "integer", "minimum": fewest, "maximum": most},
        "within": duration(),
        "at_least": {"type": "number", "minimum": low, "maximum": high},
    }
    return closed({key: told("answers", key, own[key]) for key in answer_rules.KEYS}, "table")


def _steps() -> Shape:
    return listed(ref("step")) | {"maxItems": steps.MOST}


def _step() -> Shape:
    """A condition with a title, and how far behind the step before it may be."""
    own: Mapping[str, Shape] = {
        "title": {"type": "string", "pattern": r"\S", "maxLength": 2 * steps.LONGEST_TITLE},
        "within": distance(),
        "optional": {"type": "boolean"},
    }
    whole = _widened({key: told("step", key, own[key]) for key in steps.STEP})
    return whole | {"required": ["title"]}


def _branch() -> Shape:
    own: Mapping[str, Shape] = {
        "if": ref("worded"),
        "within": distance(),
        "then": _steps(),
        "else": _steps(),
    }
    whole = closed({key: told("step", key, own[key]) for key in steps.BRANCH}, "if")
    return whole | either({"required": ["then"]}, {"required": ["else"]})


def _bare_anchor() -> Shape:
    """A part of `all` that is nothing but an anchor of the parts before it."""
    anchors = {key: told("when", key, ref("anchor")) for key in ANCHORS}
    return closed(anchors) | {"minProperties": 1, "maxProperties": 1}


def _mapping(place: str, keys: tuple[str, ...], own: Mapping[str, Shape]) -> Shape:
    """An operator's mapping: its own keys, and those that operators on words share."""
    shared = {
        "role": one_of(modifiers.ROLES),
        "unless": listed(one_of(senses.EXCUSES), 0),
        "sounds_like": tolerance_shape(),
    }
    return closed({key: told(place, key, ({**shared, **own})[key]) for key in keys})


def tolerance_shape() -> Shape:
    """What `sounds_like` may be, of an operator, a rule or a book."""
    named = one_of(tolerance.TOLERANCES)
    long = closed({"tolerance": told("phrases", "tolerance", named)}, "tolerance")
    return either(named, listed(one_of(CONFUSIONS), 0), long)


def _first(key: str) -> Shape:
    return {"required": [key]}


def _phrases() -> Shape:
    sides = {side: told("phrases", side, _CHARS) for side in ("before", "after")}
    own = {
        **dict.fromkeys(("any", "all", "of", "none"), _WORDS),
        "at_least": _TIMES,
        "window": closed(sides),
        "whole_words": {"type": "boolean"},
    }
    lists = {"oneOf": [{"required": [key]} for key in phrases.LISTS]}
    together = {"dependentRequired": {"at_least": ["of"], "of": ["at_least"]}}
    return _mapping("phrases", phrases.KEYS, own) | lists | together


def _means() -> Shape:
    low, high = means.BOUNDS
    own = {
        "like": _WORDS,
        "unlike": _WORDS,
        "alike": {"type": "number", "minimum": low, "maximum": high},
        "unless": listed(one_of(tuple(map(str, SENSES))), 0),
    }
    return _mapping("means", means.KEYS, own) | _first("like")


def _similar() -> Shape:
    low, high = similar.BOUNDS
    own = {
        "examples": _WORDS,
        "unlike": _WORDS,
        "at_least": {"type": "number", "minimum": low, "maximum": high},
    }
    return _mapping("similar", similar.KEYS, own) | _first("examples")
