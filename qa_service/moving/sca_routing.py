"""Their skill groups' configurations → a routing table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from qa_service.moving.fields import Fields, listed
from qa_service.moving.notes import Moved, Note, Outcome
from qa_service.moving.sca_books import Shelf, add_group, missing
from qa_service.moving.sca_ids import SlugMaker
from qa_service.moving.sca_rules import MovedRule
from qa_service.moving.written import written

_OFF, _BUILT_IN = "0", "0"
_ABOUT = ("createTime", "updateTime", "instanceId", "skillGroupFrom", "rulesList", "ruleList", "allRuleList")


@dataclass(frozen=True, slots=True)
class Movers:
    """What routes are made with: the books so far, the rules, and the names."""

    shelf: Shelf
    rules: Sequence[MovedRule]
    slugs: SlugMaker
    #: Of the book that holds every rule.
    name: str


def make_routing(groups: object, movers: Movers) -> tuple[str, list[Moved]]:
    """The table, and what is told of each configuration; books that it needs are added to the shelf."""
    made = _Table({"rulebooks": [movers.name]})
    moved = [made.with_route(*_route(group, movers)) for group in _groups(groups)]
    table = {"schema": "qa-service/routing@1", "default": made.default, "routes": made.routes}
    return written(table), moved


@dataclass(slots=True)
class _Table:
    default: dict[str, Any]
    routes: list[dict[str, Any]] = field(default_factory=list)

    def with_route(self, told: Moved, route: dict[str, Any] | None) -> Moved:
        """What is told of a configuration when its route stands behind the others: the first that fits is taken."""
        if route is None:
            return told
        if "when" not in route:
            self.default = {"rulebooks": route["rulebooks"]}
            return told
        if any(one["id"] == route["id"] for one in self.routes):
            return _with(
                told, Note.of("taken", f"skill_groups.{told.their_id}", id=told.their_id), Outcome.LEFT
            )
        before = self._shadowing(route)
        self.routes.append(route)
        if before is None:
            return told
        skills = "、".join(route["when"]["skill_group"])
        note = Note.of("shadowed", f"skill_groups.{told.their_id}", skills=skills, route=before["id"])
        return _with(told, note, Outcome.DIFFERS)

    def _shadowing(self, route: dict[str, Any]) -> dict[str, Any] | None:
        """An earlier route that takes calls of this one to other rulebooks."""
        skills = set(route["when"]["skill_group"])
        others = (one for one in self.routes if one["rulebooks"] != route["rulebooks"])
        return next((one for one in others if skills & set(one["when"]["skill_group"])), None)


def _with(told: Moved, note: Note, outcome: Outcome) -> Moved:
    ours = "" if outcome is Outcome.LEFT else told.our_id
    return replace(told, outcome=outcome, our_id=ours, notes=(*told.notes, note))


def _groups(document: object) -> list[Fields]:
    found: list[Fields] = []
    for i, one in enumerate(listed(document)):
        fields = Fields.of(one, f"skill_groups[{i}]")
        inner = fields.take("data", "skillGroupConfigs", "skillGroupConfig")
        found += _groups(inner) if inner is not None else [fields]
    return found


def _route(group: Fields, movers: Movers) -> tuple[Moved, dict[str, Any] | None]:
    their_id, title = group.text("id"), group.text("name")
    skills = [one for one in (group.text("skillGroupName"), group.text("skillGroupId")) if one]
    group.where = f"skill_groups.{their_id or title or '-'.join(skills)}"
    is_off = group.text("status") == _OFF and group.held.get("status", ("", None))[1] is not None
    is_default = group.text("type") == _BUILT_IN and not skills
    rids, notes = _told(group, movers.rules)
    named = title or (skills[0] if skills else "")
    if is_off:
        notes.insert(0, Note.of("switched_off", group.where))
    elif not skills and not is_default:
        notes.append(Note.of("no_skills", group.where))
    elif not rids & {rule.rid for rule in movers.rules if rule.node} and not is_default:
        notes.append(Note.of("no_rules", group.where))
    else:
        ours = movers.slugs.of(their_id or named, f"{movers.name}-group")
        book = add_group(movers.shelf, ours, named, rids, movers.rules) if rids else movers.shelf.books[0]
        route: dict[str, Any] = {"id": ours, "title": named[:100], "rulebooks": [book.name]}
        if skills:
            route["when"] = {"skill_group": skills}
        outcome = Outcome.DIFFERS if notes else Outcome.TRANSLATED
        return Moved("skill_group", their_id, named, outcome, ours, tuple(notes)), route
    return Moved("skill_group", their_id, named, Outcome.LEFT, "", tuple(notes)), None


def _told(group: Fields, rules: Sequence[MovedRule]) -> tuple[frozenset[str], list[Note]]:
    """Which rules judge its calls, and what differs."""
    live, whole = _rids(group, "rid", "ruleIds"), _rids(group, "allRids")
    alone = "、".join(sorted(live - whole)) if whole else ""
    rids = frozenset(live | whole)
    notes = [Note.of("live_rules", group.where, rules=alone)] if alone else []
    notes += missing(rids, rules, group.where) + _heard(group)
    group.ignore(*_ABOUT, "allContentQualityCheck", "qualityCheckType")
    notes += [Note.of("field", group.where, field=key, value=value) for key, value in group.left()]
    return rids, notes


def _rids(group: Fields, *names: str) -> set[str]:
    """Rules by their ids, as a list or with commas between them."""
    value = group.take(*names)
    parts = re.split(r"[,，;\s]+", value) if isinstance(value, str) else map(str, listed(value))
    return {part for part in parts if part}


def _heard(group: Fields) -> list[Note]:
    """How they listened to it: our profiles name models of ours."""
    model, words = group.text("modelName", "modelId"), group.text("vocabName", "vocabId")
    group.ignore("modelId", "vocabId", "modelName", "vocabName")
    notes = [Note.of("model", group.where, model=model)] if model else []
    return [*notes, *([Note.of("hot_words", group.where, words=words)] if words else [])]
