"""Their operators about how it was said: intervals, pace, interruptions."""

from __future__ import annotations

from qa_service.moving.fields import Fields, folded
from qa_service.moving.notes import Note, Untranslatable
from qa_service.moving.sca_asked import Around, Asked, Node, within


def interval(param: Fields, around: Around) -> Asked:
    """Silence between two sentences."""
    limit, target = param.number("interval"), param.number("target")
    is_between = param.flag("different_role")
    if limit is None:
        raise Untranslatable(Note.of("no_limit", around.where))
    if param.text("compareOperator") == "lt":
        raise Untranslatable(Note.of("interval_below", around.where))
    if target == 0 and "target" in param.held:
        raise Untranslatable(Note.of("interval_own", around.where))
    limit_ms = round(within("silence.long", "limit_ms", limit))
    notes = [Note.of("limit_bounds", around.where, limit_ms=limit_ms)] if limit_ms != round(limit) else []
    settings = {"limit": f"{limit_ms}ms"}
    param.ignore("near_dialogue", "checkFirstSentence")
    if is_between and around.role == "agent":
        notes.append(Note.of("late_response", around.where))
        return Asked({"tag": "silence.late_response", "settings": settings}, notes=notes)
    notes.append(Note.of("silence", around.where))
    return Asked({"tag": "silence.long", "settings": settings}, has_role=False, notes=notes)


def speed(param: Fields, around: Around) -> Asked:
    """How fast somebody speaks."""
    cpm, least = param.number("velocityInMint"), int(param.number("minWordSize") or 1)
    if cpm is None:
        raise Untranslatable(Note.of("no_limit", around.where))
    if param.flag("average"):
        return _average(param, around, cpm)
    if around.role == "customer":
        raise Untranslatable(Note.of("speed_customer", around.where))
    label = "pace.slow" if param.text("compareOperator") == "lt" else "pace.fast"
    param.ignore("velocity")
    settings = {
        "limit_cpm": round(within(label, "limit_cpm", cpm)),
        "min_chars": least,
        "long_chars": least,
        "min_speech": "200ms",
    }
    notes = [Note.of("speed", around.where)]
    if not around.role:
        notes.append(Note.of("speed_agent", around.where))
    return Asked({"tag": label, "settings": settings}, has_role=False, notes=notes)


def _average(param: Fields, around: Around, cpm: float) -> Asked:
    """Of the whole call; one sentence's least length says nothing of it."""
    is_below = param.text("compareOperator") == "lt"
    param.ignore("velocity", "minWordSize")
    limit = round(within("call.pace", "above", cpm))
    sides: list[Node] = [
        {"pace": {"role": around.role or "agent", side: limit}} for side in ("above", "below")
    ]
    notes = [Note.of("speed_average", around.where)]
    if not around.role:
        notes.append(Note.of("speed_agent", around.where))
    return Asked(sides[is_below], has_role=False, notes=notes, opposite=sides[not is_below])


def is_interruption(param: Fields) -> bool:
    """Their pages name no type for it: the param tells."""
    return folded("delayTime") in param.held and param.held[folded("delayTime")][1] not in (None, "")


def interruption(param: Fields, around: Around) -> Asked:
    """Speaking into what the other says."""
    delay, overlap = param.number("delayTime"), param.number("interruptTime", "interval")
    least = param.number("minWordSize")
    settings: Node = {"delay": f"{round(delay or 0)}ms"}
    if overlap:
        settings["overlap"] = f"{round(within('crosstalk.interruption', 'overlap_ms', overlap))}ms"
    if least:
        settings["min_chars"] = int(least)
    notes = [Note.of("interruption", around.where)]
    return Asked({"tag": "crosstalk.interruption", "settings": settings}, notes=notes)
