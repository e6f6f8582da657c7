"""What a rule of theirs costs or earns."""

from __future__ import annotations

from dataclasses import dataclass

from qa_service.moving.fields import Fields
from qa_service.moving.notes import Note

#: Theirs: 1 adds, 3 takes points off.
_ADDS, _TAKES = "1", "3"
#: More no rule of ours costs.
_MOST = 1000.0
#: Theirs: a rule that is not scored.
_UNSCORED = "1"


@dataclass(frozen=True, slots=True)
class Charge:
    """What a rule costs or earns there: the item, its group, the points."""

    group: str
    item: str
    points: float
    is_added: bool = False


def read_charge(rule: Fields) -> tuple[Charge | None, list[Note]]:
    """What it costs or earns; None where it is not scored."""
    points, kind = rule.number("scoreNum"), rule.text("scoreType")
    group, item = rule.text("scoreName"), rule.text("scoreSubName")
    is_once, is_unscored = rule.text("scoreNumType") == "1", rule.text("ruleScoreType") == _UNSCORED
    if is_unscored or not points:
        return None, []
    if kind == _ADDS and points > 0:
        notes = [Note.of("points_added", rule.where, points=points)]
        return Charge(group, item or rule.text("name"), min(_MOST, points), is_added=True), notes
    if kind not in {_TAKES, ""} and points > 0:
        return None, [Note.of("score_type", rule.where, type=kind, points=points)]
    notes = [Note.of("points_once", rule.where, points=abs(points))] if is_once else []
    if abs(points) > _MOST:
        notes.append(Note.of("points_large", rule.where, points=abs(points), most=_MOST))
    return Charge(group, item or rule.text("name"), min(_MOST, abs(points))), notes
