"""What their rules cost and earn → the items of a scorecard, so that as many points go as theirs take off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qa_service.moving.notes import Note
from qa_service.moving.sca_rules import MovedRule

#: Their calls begin with so many points.
_BASE = 100
#: More than this no item of ours holds.
_MOST = 1000.0
#: An item by its group and its own name.
Item = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Worth:
    """How many points an item holds, and whether a call has to earn them."""

    points: float
    is_earned: bool = False


def base_notes(rules: Sequence[MovedRule]) -> list[Note]:
    """What is told of the score of the whole."""
    total = sum(
        rule.charge.points for rule in rules if rule.node and rule.charge and not rule.charge.is_added
    )
    return [Note.of("above_base", "rules", points=total)] if total > _BASE else []


def _worths(rules: Sequence[MovedRule]) -> dict[Item, Worth]:
    """What each item holds: what is taken off comes together to what a call of theirs begins with.

    What is added where nothing is taken off begins at nothing; elsewhere it gives back what was taken.
    """
    costs, gains = _sums(rules, is_added=False), _sums(rules, is_added=True)
    total = sum(costs.values())
    share = max(1.0, _BASE / total) if total else 1.0
    worths = {item: Worth(round(min(_MOST, cost * share), 4)) for item, cost in costs.items()}
    earned = {item: Worth(min(_MOST, gain), is_earned=True) for item, gain in gains.items()}
    return {**worths, **{item: worth for item, worth in earned.items() if item not in worths}}


def _sums(rules: Sequence[MovedRule], *, is_added: bool) -> dict[Item, float]:
    sums: dict[Item, float] = {}
    for rule in rules:
        if rule.charge and rule.charge.is_added == is_added:
            item = (rule.charge.group, rule.charge.item)
            sums[item] = sums.get(item, 0.0) + rule.charge.points
    return sums


def item_ids(rules: Sequence[MovedRule]) -> dict[Item, str]:
    """The items of all rules by name: every book calls the same one so."""
    return {key: f"item-{n}" for n, key in enumerate(_worths(rules), 1)}


def sections(rules: Sequence[MovedRule], everything: Sequence[MovedRule]) -> list[dict[str, Any]]:
    """The items that these rules cost points in, with the ids that they have in the book of everything."""
    ids = item_ids(everything)
    numbers = {group: n for n, group in enumerate(dict.fromkeys(group for group, _ in ids), 1)}
    groups: dict[str, list[dict[str, Any]]] = {}
    for (group, item), worth in _worths(rules).items():
        held = {"id": ids[group, item], "title": item[:500] or "–", "max_points": worth.points}
        held |= {"base": 0} if worth.is_earned else {}
        groups.setdefault(group, []).append(held)
    return [
        {"id": f"group-{numbers[group]}", "title": group[:500] or "–", "criteria": held}
        for group, held in groups.items()
    ]


def charged(rule: MovedRule, ids: Mapping[Item, str]) -> dict[str, Any]:
    """A rule as YAML holds it, with what it costs or earns."""
    node = dict(rule.node or {})
    if rule.charge is None:
        return node
    when = node.pop("when")
    points = {"add" if rule.charge.is_added else "deduct": rule.charge.points, "per": "once"}
    return {**node, "criterion": ids[rule.charge.group, rule.charge.item], "points": points, "when": when}
