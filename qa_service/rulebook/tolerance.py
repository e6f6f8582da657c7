"""Reads `sounds_like`: whether a rule's words are looked for as they are written, or by what they sound like."""

from __future__ import annotations

from qa_service.detectors.by_sound import EXACT, NEAR, Tolerance
from qa_service.rulebook.mistakes import Mistakes, together
from qa_service.rulebook.modifiers import Node, strange_keys
from qa_service.rulebook.places import Place
from qa_service.text.pinyin import CONFUSIONS

TOLERANCES = (EXACT, NEAR)
#: `{tolerance: near}` is how it was written first.
_LONG = "tolerance"


def tolerance_of(spec: Node, place: Place, usual: Tolerance = EXACT) -> Tolerance:
    """What is written under `sounds_like`: `exact`, `near`, or a list of what may be confused; else the usual one."""
    if "sounds_like" not in spec:
        return usual
    value, here = spec["sounds_like"], place.at("sounds_like")
    if isinstance(value, dict):
        if strange := strange_keys(value, (_LONG,), here):
            raise together(strange)
        value = value.get(_LONG)
    if isinstance(value, list):
        with Mistakes() as mistakes:
            for at, name in enumerate(value):
                if name not in CONFUSIONS:
                    problem = f"{name!r} is nothing that is confused"
                    mistakes.note(here.at(at).unknown("confusion", name, CONFUSIONS, problem))
        return frozenset(value)
    if value not in TOLERANCES:
        raise here.unknown("tolerance", value, TOLERANCES, f"{value!r} is not a tolerance")
    return str(value)
