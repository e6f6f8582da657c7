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
#: So many items a section may hold, and so many sections a scorecard.
_MOST_ITEMS, _MOST_SECTIONS = 100, 50
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


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where an item stands: in which section, and under which name."""

    section: str
    section_title: str
    title: str


def _shelves(items: Sequence[Item]) -> dict[Item, Shelf]:
    """A section for each of their groups; several for one that holds more items than a section may."""
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(item[0], []).append(item)
    shelves: dict[Item, Shelf] = {}
    for n, (group, held) in enumerate(groups.items(), 1):
        for m, part in enumerate(_parts(held), 1):
            name, more = (f"group-{n}", "") if m == 1 else (f"group-{n}-{m}", f" ({m})")
            shelves |= {
                item: Shelf(name, f"{group[:480] or '–'}{more}", item[1][:500] or "–") for item in part
            }
    if len({shelf.section for shelf in shelves.values()}) <= _MOST_SECTIONS:
        return shelves
    return {
        item: Shelf(f"part-{n}", f"– ({n})", " · ".join(filter(None, item))[:500] or "–")
        for n, part in enumerate(_parts(items), 1)
        for item in part
    }


def _parts(items: Sequence[Item]) -> list[Sequence[Item]]:
    return [items[at : at + _MOST_ITEMS] for at in range(0, len(items), _MOST_ITEMS)]


def sections(rules: Sequence[MovedRule], everything: Sequence[MovedRule]) -> list[dict[str, Any]]:
    """The items that these rules cost points in, named and placed as in the book of everything."""
    ids = item_ids(everything)
    shelves = _shelves(list(ids))
    made: dict[str, dict[str, Any]] = {}
    for item, worth in _worths(rules).items():
        shelf = shelves[item]
        held = {"id": ids[item], "title": shelf.title, "max_points": worth.points}
        section = made.setdefault(
            shelf.section, {"id": shelf.section, "title": shelf.section_title, "criteria": []}
        )
        section["criteria"].append(held | ({"base": 0} if worth.is_earned else {}))
    return list(made.values())


def charged(rule: MovedRule, ids: Mapping[Item, str]) -> dict[str, Any]:
    """A rule as YAML holds it, with what it costs or earns."""
    node = dict(rule.node or {})
    if rule.charge is None:
        return node
    when = node.pop("when")
    points = {"add" if rule.charge.is_added else "deduct": rule.charge.points, "per": "once"}
    return {**node, "criterion": ids[rule.charge.group, rule.charge.item], "points": points, "when": when}
