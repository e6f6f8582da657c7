"""What can still be read of a file with mistakes: what will not do is left out, or stood in for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from qa_service.rulebook.found import Steps

_TEXTS = ("title", "text", "zh_CN", "what", "why", "instead")
_CRITERION = {"id": "stand-in", "title": "–", "max_points": 1}
#: What stands where something has to stand. Nothing is judged by it: the book is refused in any case.
_STAND_INS: Mapping[str | int, object] = {
    **dict.fromkeys(_TEXTS, "–"),
    "schema": "qa-service/rulebook@1",
    "name": "stand-in",
    "version": 1,
    "id": "stand-in",
    "when": {},
    "max_points": 1,
    "criteria": [_CRITERION],
}
#: The same for an entry of a list, by the list's key.
_ENTRIES: Mapping[str | int, dict[str, Any]] = {
    "rules": {"id": "stand-in", "title": "–", "when": {}},
    "strengths": {"id": "stand-in", "text": "–", "when": {}},
    "sections": {"id": "stand-in", "title": "–", "criteria": [_CRITERION]},
    "criteria": _CRITERION,
    "coaching": {"what": "–", "why": "–", "instead": "–"},
}
#: An entry of any other list.
_WORD = "stand-in"


def salvage(data: Mapping[str, Any], failed: Iterable[Steps], unknown: Collection[Steps]) -> dict[str, Any]:
    """A copy of a file's values without what stands at the failed places; nothing stands in for unknown keys."""
    copy: dict[str, Any] = _copied(data)
    # The deepest first: what they are in may go as a whole.
    for steps in sorted(failed, key=len, reverse=True):
        _mend(copy, steps, _STAND_INS if steps not in unknown else {})
    return copy


def _copied(value: Any) -> Any:
    """Mappings and lists anew: aliases (`*name`) make one of them stand in several places."""
    if isinstance(value, dict):
        return {key: _copied(held) for key, held in value.items()}
    return [_copied(held) for held in value] if isinstance(value, list) else value


def _mend(data: dict[str, Any], steps: Steps, stand_ins: Mapping[str | int, object]) -> None:
    held: Any = data
    for step in steps[:-1]:
        held = _inside(held, step)
    key = steps[-1]
    if isinstance(held, dict):
        held.pop(key, None)
        if key in stand_ins:
            held[key] = stand_ins[key]
    elif isinstance(held, list) and isinstance(key, int) and key < len(held):
        held[key] = _entry(steps[-2], held[key])
    else:  # a short form, such as `points: -5`: all of it
        _mend(data, steps[:-1], _STAND_INS)


def _inside(held: Any, step: str | int) -> Any:
    if isinstance(held, list):
        return held[step] if isinstance(step, int) and step < len(held) else None
    # `coaching: {…}` is short for a list of one.
    return held.get(step, held if step == 0 else None) if isinstance(held, dict) else None


def _entry(around: str | int, value: object) -> object:
    """What stands in for an entry; of one that only contradicts itself, what it must have is kept."""
    if around not in _ENTRIES:
        return _WORD
    kept = value if isinstance(value, dict) else {}
    return {key: kept.get(key, stand_in) for key, stand_in in _ENTRIES[around].items()}
