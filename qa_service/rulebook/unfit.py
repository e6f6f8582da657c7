"""What a detector refuses of its settings → an error at the place where their author wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qa_service.core.errors import RulebookError
from qa_service.detectors.unfit import Unfit, Why
from qa_service.rulebook.places import Place


def refusal(unfit: Unfit, place: Place, written: object) -> RulebookError:
    """The error; `written` is what stands at `place`, where one word may stand for a list or for all settings."""
    here = place.at(*_as_written(unfit, written))
    word, known = unfit.word, ", ".join(unfit.known)
    match unfit.why:
        case Why.WORD if _is_missing(unfit, written):
            fix = f"Write one of: {known}"
            return place.at(*unfit.steps).error("setting_missing", "is missing", fix, known=known)
        case Why.WORD:
            return here.unknown("setting_word", word, unfit.known, f"{word!r} may not stand here")
        case Why.NOTHING:
            return here.error("setting_nothing", "says nothing", f"Write one of: {known}", known=known)
        case Why.TWICE:
            return here.error("key_twice", "stands twice", "Keep one of them", word=word)
        case Why.EITHER:
            fix = f"Write {word}, or {known}"
            return here.error("setting_either", f"stands beside {known}", fix, word=word, known=known)
        case Why.CLOCK | Why.HOURS | Why.SAME_HOURS:
            return _of_hours(unfit, here)
    return _of_limits(unfit, here, written)


def _of_hours(unfit: Unfit, here: Place) -> RulebookError:
    word = unfit.word
    if unfit.why is Why.CLOCK:
        fix = "Write it as '09:00', from 00:00 to 24:00"
        return here.error("setting_clock", f"{word!r} is no time of day", fix, word=word)
    if unfit.why is Why.HOURS:
        fix = "Write from which and up to which, as ['09:00', '18:00']"
        return here.error("setting_hours", "is not two times of day", fix)
    fix = "Write two times, or ['00:00', '24:00'] for the whole day"
    return here.error("setting_same_hours", f"begins and ends at {word}", fix, word=word)


def _of_limits(unfit: Unfit, here: Place, written: object) -> RulebookError:
    known = ", ".join(unfit.known)
    if unfit.why is Why.UNITS:
        fix = f"Write kinds that are measured alike: {known}"
        return here.error("setting_units", "limits kinds that are not measured alike", fix, known=known)
    if unfit.why is Why.USUAL:
        problem = "lets in what is quite usual: 0 is as always, above is more, below less"
        fix = "Write `above` of 1 or more, or `below` of -1 or less, such as below: -6"
        return here.error("setting_usual", problem, fix)
    above, below = (_said(written, name) for name in ("above", "below"))
    problem, fix = f"nothing lies above {above} and below {below}", "Write `above` smaller than `below`"
    return here.error("setting_limits", problem, fix, above=above, below=below)


def _said(written: object, name: str) -> object:
    """A setting as its author wrote it, whichever of its names he took."""
    return written.get(name, written.get(f"{name}_ms", "")) if isinstance(written, Mapping) else ""


def _is_missing(unfit: Unfit, written: object) -> bool:
    if not unfit.steps:
        return False
    return isinstance(written, Mapping) and not {unfit.steps[0], f"{unfit.steps[0]}_ms"} & written.keys()


def _as_written(unfit: Unfit, written: object) -> tuple[str | int, ...]:
    """The part of the way to the setting that its author wrote; a list by itself is short for its setting."""
    held: Any = written
    steps = unfit.steps[1:] if isinstance(written, list) else unfit.steps
    for length, step in enumerate(steps):
        leads_on = isinstance(held, list if isinstance(step, int) else Mapping)
        if not leads_on or (isinstance(held, Mapping) and step not in held):
            return steps[:length]
        held = held[step]
    return steps
